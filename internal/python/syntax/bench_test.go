//go:build unix

package syntax

import (
	"os"
	"os/exec"
	"syscall"
	"testing"

	"gonogo/internal/source"
)

// BenchmarkParse reads the standard library of the machine's Python. It reports MB/s, MB for each second of processor time
// (the garbage collector's included), which a busy machine does not change, and allocations for the whole library.
func BenchmarkParse(b *testing.B) {
	files := stdlibFiles(b)
	var size int64
	for _, f := range files {
		size += int64(len(f.Data))
	}
	b.SetBytes(size)
	b.ReportAllocs()
	before := processorTime(b)
	for b.Loop() {
		for _, f := range files {
			Parse(f)
		}
	}
	b.ReportMetric(float64(len(files)), "files")
	b.ReportMetric(float64(size)*float64(b.N)/1e6/(processorTime(b)-before), "MB/cpu-s")
}

// processorTime is what this process has used, in seconds.
func processorTime(b testing.TB) float64 {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return float64(use.Utime.Nano()+use.Stime.Nano()) / 1e9
}

// stdlibFiles reads every file of the standard library into memory.
func stdlibFiles(b testing.TB) []*source.File {
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
