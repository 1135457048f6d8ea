//go:build unix

package syntax

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// TestBesideOtherParsers prints how fast the standard library is read here and by other parsers, in MB for each second of processor
// time, one after the other on the same machine. GONOGO_PARSERS names a Python that has the packages tree-sitter and
// tree-sitter-python; without those, CPython's ast alone is measured.
func TestBesideOtherParsers(t *testing.T) {
	python := os.Getenv("GONOGO_PARSERS")
	if python == "" {
		t.Skip("measures other parsers; set GONOGO_PARSERS to a Python")
	}
	files := stdlibFiles(t)
	size, broken, paths := 0, 0, ""
	for _, f := range files {
		size += len(f.Data)
		paths += f.Path + "\n"
	}
	best := 0.0
	var allocated runtime.MemStats
	before := allocated
	const rounds = 5
	for range rounds {
		broken = 0
		runtime.ReadMemStats(&before)
		start := processorTime(t)
		for _, f := range files {
			if firstError(Parse(f)) != "" {
				broken++
			}
		}
		best = max(best, float64(size)/1e6/(processorTime(t)-start))
		runtime.ReadMemStats(&allocated)
	}
	cmd := exec.Command(python, "testdata/parsers.py", strconv.Itoa(rounds-2))
	cmd.Stdin = strings.NewReader(paths)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("%d files, %.1f MB, %d allocations\n%-28s %8s %8s %s\n", len(files), float64(size)/1e6, allocated.Mallocs-before.Mallocs, "parser", "MB/s", "ratio", "files with errors")
	for _, line := range append([]string{fmt.Sprintf("gonogo\t%.2f\t%d", best, broken)}, strings.Split(strings.TrimSpace(string(out)), "\n")...) {
		f := strings.Split(line, "\t")
		speed, err := strconv.ParseFloat(f[1], 64)
		if err != nil || speed <= 0 {
			t.Fatalf("%q", line)
		}
		fmt.Printf("%-28s %8.1f %7.1fx %s\n", f[0], speed, best/speed, f[2])
	}
}
