package deploy

import (
	"os"
	"path/filepath"
	"testing"

	"gonogo/internal/source"
)

// BenchmarkRead reads the project in the folder that GONOGO_BENCH_TREE names, or all test archives' files as one tree.
func BenchmarkRead(b *testing.B) {
	dir := os.Getenv("GONOGO_BENCH_TREE")
	if dir == "" {
		dir, _ = filepath.Abs("../..")
	}
	tree, err := source.Open(dir, source.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	for range b.N {
		Read(tree)
	}
}
