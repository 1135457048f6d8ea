package nginx

import (
	"fmt"
	"strings"
	"testing"

	"gonogo/internal/source"
)

// written is a tree of directives on one line.
func written(list []*Directive) string {
	var parts []string
	for _, d := range list {
		text := d.Name
		for _, a := range d.Args {
			text += fmt.Sprintf(" %q", a.Text)
			if a.Unknown {
				text += "?"
			}
		}
		if d.Conditional {
			text = "(maybe) " + text
		}
		if d.HasBlock {
			text += " {" + written(d.Block) + "}"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, file, text, want, fault string }{
		{"words and quotes", "a.conf", `listen 80; server_name "a b" 'c"d' e\;f;`, `listen "80"; server_name "a b" "c\"d" "e\\;f"`, ""},
		{"escapes", "a.conf", `x "a\"b\\c\td\qe";`, `x "a\"b\\c\td\\qe"`, ""},
		{"blocks and comments", "a.conf", "server { # c; }\n a 1; location / { } }", `server {a "1"; location "/" {}}`, ""},
		{"variables in braces", "a.conf", "x ${host}y $a{b;}", `x "${host}y" "$a" {b}`, ""},
		{"a closing brace too many", "a.conf", "a 1; }", `a "1"`, `unexpected "}"`},
		{"a missing semicolon", "a.conf", "server { a 1 }", `server {}`, `unexpected "}"`},
		{"a missing brace", "a.conf", "server { a 1;", `server {a "1"}`, `unexpected end of file, expecting "}"`},
		{"Lua", "a.conf", `location / { content_by_lua_block { if x then y = "}" end -- }` + "\n" + ` } b 1; }`, `location "/" {content_by_lua_block {}; b "1"}`, ""},
		{"Jinja", "a.conf.j2", "{% if tls %}listen 443 ssl;{% endif %} server_name {{ host }} x.{{ domain }};", `(maybe) listen "443" "ssl"; server_name "{{ host }}"? "x.{{ domain }}"?`, ""},
		{"Jinja around blocks", "a.conf.j2", "{% for s in sites %}server { root {{ s.root }}/x; }{% endfor %}", `(maybe) server {(maybe) root "{{ s.root }}/x"?}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, diagnostics := Parse(source.NewFile(c.file, []byte(c.text)))
			if got := written(list); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			fault := ""
			if len(diagnostics) > 0 {
				fault = diagnostics[0].Message
			}
			if fault != c.fault {
				t.Errorf("fault %q, want %q", fault, c.fault)
			}
		})
	}
}

func TestEnvsubst(t *testing.T) {
	f := source.NewFile("nginx/templates/default.conf.template", []byte("server { listen ${PORT}; server_name $DOMAIN; location / { proxy_pass http://${UPSTREAM}:8000$request_uri; proxy_set_header Host $host; } }"))
	env := map[string]string{"PORT": "8080", "DOMAIN": "shop.example.com"}
	c := Load(f, nil, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	s := c.Servers[0]
	if s.Listens[0].Port != 8080 || s.Names[0].Text != "shop.example.com" {
		t.Errorf("listens on %d as %s", s.Listens[0].Port, s.Names[0].Text)
	}
	pass := s.Find("/").Location.Pass()
	if !pass.Args[0].Unknown || pass.Arg(0) != "http://${UPSTREAM}:8000$request_uri" {
		t.Errorf("proxy_pass is %q, unknown %v", pass.Arg(0), pass.Args[0].Unknown)
	}
}

func TestSizesAndTimes(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "1k": 1024, "10M": 10 << 20, "2g": 2 << 30, "512": 512} {
		if got, ok := Size(text); !ok || got != want {
			t.Errorf("Size(%q) = %d, %v", text, got, ok)
		}
	}
	for text, want := range map[string]string{"30": "30s", "1m": "1m0s", "1m30s": "1m30s", "500ms": "500ms", "1h 30m": "1h30m0s", "1d": "24h0m0s"} {
		if got, ok := Time(text); !ok || got.String() != want {
			t.Errorf("Time(%q) = %s, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "x", "1x", "k", "-1"} {
		if _, ok := Size(text); ok {
			t.Errorf("Size(%q) is known", text)
		}
		if _, ok := Time(text); ok {
			t.Errorf("Time(%q) is known", text)
		}
	}
}

// FuzzLoad gives any text as a configuration: nothing may panic or hang, and every span must lie in its file.
func FuzzLoad(f *testing.F) {
	f.Add("a.conf", matchingServers)
	f.Add("a.conf", headerServers)
	f.Add("a.conf.j2", "{% if a %}server { {{ x }} }{% endif %}")
	f.Add("a.template", "server { listen ${PORT}; include *.conf; }")
	f.Fuzz(func(t *testing.T, name, text string) {
		file := source.NewFile(name, []byte(text))
		c := Load(file, func(string, string, string) []*source.File { return []*source.File{file} }, nil)
		for _, s := range c.Servers {
			if int(s.At.At.End) > len(text) || s.At.At.Start > s.At.At.End {
				t.Errorf("span %v of %d bytes", s.At.At, len(text))
			}
			s.Find("/a/b.png")
			s.Effective("add_header")
		}
		c.Select(80, "shop.test")
	})
}
