package deploy

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"gonogo/internal/source"
)

func TestCorpusX(t *testing.T) {
	dir := os.Getenv("X")
	if dir == "" {
		t.Skip()
	}
	tree, err := source.Open(dir, source.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	root := os.Getenv("XROOT")
	if root == "" {
		root = "."
	}
	start := time.Now()
	d := ReadProject(tree, root)
	fmt.Println("took", time.Since(start))
	for _, line := range strings.Split(describe(d), "\n") {
		if os.Getenv("XDEPS") == "" && strings.HasPrefix(line, "requires ") {
			continue
		}
		if os.Getenv("XENV") == "" && strings.HasPrefix(line, "  env ") && !strings.Contains(line, "SETTINGS") {
			continue
		}
		if len(line) > 260 {
			line = line[:260]
		}
		fmt.Println(line)
	}
}
