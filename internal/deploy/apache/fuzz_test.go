package apache

import (
	"testing"

	"gonogo/internal/source"
)

func FuzzLoad(f *testing.F) {
	for _, text := range []string{
		"<VirtualHost *:80>\n  ServerName shop.example.com\n  ProxyPass / http://web:8000/\n</VirtualHost>\n", "Define A b\n<IfDefine A>\nX ${A}${B}\n</IfDefine>\n",
		"A \"b \\\" c\" 'd' \\\n e\n", "<a>\n<b>\n</a>\n</b>\n", "Include x\n", "Define A ${A}${A}\nDefine A ${A}${A}\nX ${A}\n", "</", "<", "\\", "${",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := source.NewFile("apache.conf", []byte(text))
		c := Load(file, func(string, string) []*source.File { return []*source.File{file} })
		var walk func(list []*Directive, depth int)
		walk = func(list []*Directive, depth int) {
			if depth > 3*maxDepth {
				t.Fatal("nested too deep")
			}
			for _, d := range list {
				if int(d.At.End) > len(text) || d.At.Start > d.At.End {
					t.Fatalf("%v of %d bytes", d.At, len(text))
				}
				for _, a := range d.Args {
					if int(a.At.End) > len(text) || a.At.Start > a.At.End {
						t.Fatalf("%v of %d bytes", a.At, len(text))
					}
				}
				walk(d.Block, depth+1)
			}
		}
		walk(c.Global, 0)
		walk(c.Sites, 0)
	})
}
