package syntax

import (
	"os"
	"os/exec"
	"testing"

	"gonogo/internal/source"
)

// BenchmarkParse reads the standard library of the machine's Python on one core. It reports MB/s, and allocations for the whole of it.
func BenchmarkParse(b *testing.B) {
	files := stdlibFiles(b)
	var size int64
	for _, f := range files {
		size += int64(len(f.Data))
	}
	b.SetBytes(size)
	b.ReportAllocs()
	b.ReportMetric(float64(len(files)), "files")
	for b.Loop() {
		for _, f := range files {
			Parse(f)
		}
	}
}

// stdlibFiles reads every file of the standard library into memory.
func stdlibFiles(b *testing.B) []*source.File {
	python, err := exec.LookPath("python3")
	if err != nil {
		b.Skip("needs python3 for its standard library")
	}
	var files []*source.File
	for _, path := range pythonFiles(b, stdlibOf(b, python)) {
		data, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		files = append(files, source.NewFile(path, data))
	}
	return files
}
