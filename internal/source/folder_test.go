package source

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFolderReadsWhatIsAsked(t *testing.T) {
	outside := t.TempDir()
	dir := t.TempDir()
	write := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(outside, "secret.py"), "KEY = 1\n")
	write(filepath.Join(dir, "acme", "models.py"), "X = 1\n")
	write(filepath.Join(dir, "acme", "large.py"), "X = 1\n# much more than is read\n")
	for link, target := range map[string]string{"out": outside, "acme/out.py": filepath.Join(outside, "secret.py"), "alias": "acme", "loop": "loop"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip("no symbolic links here")
		}
	}
	f, err := OpenFolder(dir, "packages", Limits{FileBytes: 20})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"acme/models.py": true, "acme/none.py": false, "none/models.py": false, "out/secret.py": false, "acme/out.py": false,
		"alias/models.py": true, "loop": false, "../x.py": false, "/etc/hostname": false, "acme": false, "acme/large.py": false} {
		file, ok := f.Read(name)
		if ok != want {
			t.Errorf("%s: %v", name, ok)
		}
		if ok && file.Path != "packages/"+name {
			t.Errorf("%s is told as %s", name, file.Path)
		}
	}
	if !f.IsDir("acme") || !f.IsDir(".") || f.IsDir("acme/models.py") || f.IsDir("out") || f.IsFile("acme") {
		t.Error("files and folders are not told apart")
	}
	if _, err := OpenFolder(filepath.Join(dir, "nowhere"), "x", Limits{}); err == nil {
		t.Error("a folder that is not there is opened")
	}
}
