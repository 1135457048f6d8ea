package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Every line of output that README.md shows is one that the command prints today.
func TestReadmeShowsRealOutput(t *testing.T) {
	root := filepath.Join("..", "..")
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(readme), "```\ngonogo ")
	block, _, closed := strings.Cut("gonogo "+block, "\n```")
	if !found || !closed {
		t.Fatal("README.md has no block that begins with the first line of a report")
	}
	dir := committedShop(t, root)
	var out, errs bytes.Buffer
	code := Run([]string{"check", "examples/shop"}, &Context{Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "" },
		Dir: dir, Today: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)})
	if code != ExitNoGo {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	printed := make(map[string]bool)
	for _, line := range strings.Split(out.String(), "\n") {
		printed[line] = true
	}
	for _, line := range strings.Split(block, "\n") {
		if line != "[...]" && !printed[line] {
			t.Errorf("README.md shows a line that is not printed: %q", line)
		}
	}
}

// committedShop is a repository of one commit with examples/shop: what is asked of git does not hang on the checkout that the test runs in.
func committedShop(t *testing.T, root string) (dir string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir = t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "examples", "shop"), os.DirFS(filepath.Join(root, "examples", "shop"))); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "-A"},
		{"-c", "user.name=shop", "-c", "user.email=shop@example.com", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "Shop"}} {
		if out, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v %s", args, err, out)
		}
	}
	return dir
}
