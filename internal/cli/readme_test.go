package cli

import (
	"bytes"
	"os"
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
	dir, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
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
