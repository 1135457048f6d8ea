package secrets

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSourceTrees scans folders of real packages, which GONOGO_SECRETS_TREES lists with colons between them, and prints all that is found in
// the files that packages bring beside their tests. It fails with more than one find in 10,000 files: each is to be read.
func TestSourceTrees(t *testing.T) {
	trees := os.Getenv("GONOGO_SECRETS_TREES")
	if trees == "" {
		t.Skip("GONOGO_SECRETS_TREES names no folders of packages")
	}
	s := NewScanner()
	files, tests, found := 0, 0, 0
	bytes := int64(0)
	took := time.Duration(0)
	for _, root := range filepath.SplitList(trees) {
		err := filepath.WalkDir(root, func(name string, entry os.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return nil
			}
			data, err := os.ReadFile(name)
			if err != nil {
				return nil
			}
			text, ok := Text(data)
			if !ok {
				return nil
			}
			inner := strings.TrimPrefix(name, root)
			isTest := TestPath(inner)
			if isTest {
				tests++
			} else {
				files++
			}
			bytes += int64(len(text))
			begin := time.Now()
			finds := s.Scan(inner, text)
			took += time.Since(begin)
			for _, f := range finds {
				if f.Weak || f.Trial {
					continue
				}
				line := 1 + strings.Count(string(text[:f.Start]), "\n")
				if !isTest {
					found++
					t.Logf("%s:%d %s, %d characters", name, line, f.Kind, f.End-f.Start)
				} else if os.Getenv("GONOGO_SECRETS_TESTS") != "" {
					t.Logf("test: %s:%d %s, %d characters", name, line, f.Kind, f.End-f.Start)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d files, and %d of tests, documents and examples; %.0f MB at %.0f MB/s; %d finds", files, tests, float64(bytes)/1e6, float64(bytes)/1e6/took.Seconds(), found)
	if found > (files+9999)/10000 {
		t.Errorf("%d finds in %d files", found, files)
	}
}

func BenchmarkScan(b *testing.B) {
	var text strings.Builder
	for text.Len() < 1<<20 {
		text.WriteString("class Order(models.Model):\n    token = models.CharField(max_length=64, unique=True)  # https://shop.example/orders/1\n    def clean(self):\n        if self.password != settings.PASSWORD:\n            raise ValidationError(_(\"The password is wrong.\"))\n")
	}
	data := []byte(text.String())
	s := NewScanner()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		s.Scan("shop/models.py", data)
	}
}
