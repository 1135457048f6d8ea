package document

import (
	"fmt"
	"strings"
	"testing"

	"gonogo/internal/source"
)

// BenchmarkReaders reads documents of a size and of ten times that size: the time must grow with the size and not faster.
func BenchmarkReaders(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		var yaml, toml strings.Builder
		for i := range n {
			fmt.Fprintf(&yaml, "key%d: {name: value, list: [1, 2, 3]}\n", i)
			fmt.Fprintf(&toml, "key%d = {name = \"value\", list = [1, 2, 3]}\n", i)
		}
		for _, r := range []struct {
			name, text string
			read       func(*source.File)
		}{
			{"yaml", yaml.String(), func(f *source.File) { YAML(f) }},
			{"toml", toml.String(), func(f *source.File) { TOML(f) }},
		} {
			b.Run(fmt.Sprintf("%s-%d", r.name, n), func(b *testing.B) {
				b.SetBytes(int64(len(r.text)))
				b.ReportAllocs()
				for range b.N {
					r.read(source.NewFile("x", []byte(r.text)))
				}
			})
		}
	}
}
