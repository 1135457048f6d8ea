package caddy

import (
	"testing"

	"gonogo/internal/source"
)

func FuzzLoad(f *testing.F) {
	for _, text := range []string{
		"shop.example.com {\n\treverse_proxy web:8000\n}\n", "{\n\tauto_https off\n}\n(a) {\n\timport a\n}\n:80 {\n\timport a\n}\n", "x\nreverse_proxy y\n", "a,\nb {\n\thandle_path /x* {\n\t\trespond `a\nb` 200\n\t}\n}",
		"{$A:b} {\n\troot * \"/srv \\\" x\"\n\t@m {\n\t\tpath /a /b\n\t}\n}", "}}}{{{", "a {\n#}\n", "{$", "import x\n", "a \\\n {\n}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := source.NewFile("Caddyfile", []byte(text))
		c := Load(file, func(name string) (string, bool) { return name, len(name)%2 == 0 }, nil)
		var walk func(list []*Directive, depth int)
		walk = func(list []*Directive, depth int) {
			if depth > 3*maxDepth {
				t.Fatal("nested too deep")
			}
			for _, d := range list {
				if int(d.At.End) > len(text) || d.At.Start > d.At.End {
					t.Fatalf("%v of %d bytes", d.At, len(text))
				}
				walk(d.Block, depth+1)
			}
		}
		walk(c.Sites, 0)
	})
}
