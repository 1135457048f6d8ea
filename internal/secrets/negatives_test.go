package secrets

import (
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// What looks like a secret and is none gives nothing that counts.
func TestTrickyNegatives(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/negatives.txtar")
	if err != nil {
		t.Fatal(err)
	}
	s := NewScanner()
	for _, file := range archive.Files {
		for _, f := range s.Scan(file.Name, file.Data) {
			if !f.Weak && !f.Trial {
				t.Errorf("%s: %s: %q", file.Name, f.Kind, file.Data[f.Start:f.End])
			}
		}
	}
	if len(archive.Files) < 10 {
		t.Errorf("only %d files", len(archive.Files))
	}
}

func TestTestPath(t *testing.T) {
	for name, want := range map[string]bool{
		"shop/tests/key.pem": true, "shop/test_views.py": true, "docs/howto.rst": true, ".env.example": true, "shop/fixtures/users.json": true, "shop/views_test.go": true,
		"shop/views.py": false, ".env": false, "deploy/key.pem": false, "latest/attestation.py": false, "shop/settings/production.py": false, "contest/models.py": false,
	} {
		if TestPath(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}
