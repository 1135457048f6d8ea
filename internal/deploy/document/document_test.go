package document

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gonogo/internal/source"
)

// dump writes a tree as one line per value: its path, its text, and the text that its span covers.
func dump(n *Node) string {
	var b strings.Builder
	dumpInto(&b, "", n)
	return strings.TrimSuffix(b.String(), "\n")
}

func dumpInto(b *strings.Builder, path string, n *Node) {
	switch {
	case n == nil:
		fmt.Fprintf(b, "%s nil\n", path)
	case n.Kind == Map:
		for _, e := range n.Entries {
			if got := e.KeyAt.Text(); !strings.Contains(got, e.Key) && e.Key != "" {
				fmt.Fprintf(b, "%s/%s has the span %q\n", path, e.Key, got)
			}
			dumpInto(b, path+"/"+e.Key, e.Value)
		}
	case n.Kind == List:
		for i, item := range n.Items {
			dumpInto(b, fmt.Sprintf("%s/%d", path, i), item)
		}
	default:
		fmt.Fprintf(b, "%s %q at %d:%d %q\n", path, n.Text, n.At.Begin().Line, n.At.Begin().Column, n.At.Text())
	}
}

func TestYAML(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"kinds", "a: x\nb: 1\nc: true\nd: null\ne: 1.5\nf:\n", "/a \"x\" at 1:4 \"x\"\n/b \"1\" at 2:4 \"1\"\n/c \"true\" at 3:4 \"true\"\n/d \"\" at 4:4 \"null\"\n/e \"1.5\" at 5:4 \"1.5\"\n/f \"\" at 6:3 \"\""},
		{"quotes", "a: \"x\\ty\"\nb: 'it''s'\n", "/a \"x\\ty\" at 1:4 \"\\\"x\\\\ty\\\"\"\n/b \"it's\" at 2:4 \"'it''s'\""},
		{"characters before a value", "é: {ü: ö, z: 1}\n", "/é/ü \"ö\" at 1:8 \"ö\"\n/é/z \"1\" at 1:14 \"1\""},
		{"line ends of Windows and a comment", "a: x # c\r\nb:\r\n  - y\r\n", "/a \"x\" at 1:4 \"x\"\n/b/0 \"y\" at 3:5 \"y\""},
		{"block text", "a: |\n  one\n  two\nb: x\n", "/a \"one\\ntwo\\n\" at 1:4 \"|\\n  one\\n  two\"\n/b \"x\" at 4:4 \"x\""},
		{"anchor, alias, merge", "base: &b {x: 1, y: 2}\nmore:\n  <<: *b\n  y: 3\n", "/base/x \"1\" at 1:14 \"1\"\n/base/y \"2\" at 1:20 \"2\"\n/more/y \"3\" at 4:6 \"3\"\n/more/x \"1\" at 1:14 \"1\""},
		{"merge of a list: the first wins", "a: &a {x: 1}\nb: &b {x: 2}\nc: {<<: [*a, *b]}\n", "/a/x \"1\" at 1:11 \"1\"\n/b/x \"2\" at 2:11 \"2\"\n/c/x \"1\" at 1:11 \"1\""},
		{"the last of two equal keys", "a: 1\na: 2\n", "/a \"2\" at 2:4 \"2\""},
		{"two documents", "a: 1\n---\nb: 2\n", "/a \"1\" at 1:4 \"1\"\n---\n/b \"2\" at 3:4 \"2\""},
		{"a broken document costs no other", "a: [1\n---\nb: 2\n", "/b \"2\" at 3:4 \"2\"\ndiagnostic 1:4"},
		{"a template", "a: {% if x %}\n", "diagnostic 1:1"},
		{"deep brackets", "a: " + strings.Repeat("[", 5000), "diagnostic 1:1"},
		{"deep dashes", strings.Repeat("- ", 5000) + "x\n", "diagnostic 1:1"},
		{"an alias of nothing", "a: *x\n", "/a \"\" at 1:4 \"*\""},
		{"an alias of itself", "a: &a\n  b: *a\n", "/a/b \"\" at 2:6 \"*\""},
		{"empty", "", ""},
		{"tag", "a: !Ref x\n", "/a \"x\" at 1:9 \"x\""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			docs, diagnostics := YAML(source.NewFile("x.yml", []byte(tt.text)))
			var parts []string
			for _, d := range docs {
				parts = append(parts, dump(d))
			}
			got := strings.Join(parts, "\n---\n")
			for _, d := range diagnostics {
				got = strings.TrimPrefix(fmt.Sprintf("%s\ndiagnostic %d:%d", got, d.At.Begin().Line, d.At.Begin().Column), "\n")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got\n%s\n%v", diff, diagnostics)
			}
		})
	}
}

func TestTOML(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"tables", "[a.\"b c\"]\nx = 'y'\n[a]\nz = 1\n", "/a/b c/x \"y\" at 2:5 \"'y'\"\n/a/z \"1\" at 4:5 \"1\""},
		{"arrays of tables", "[[p]]\nn = 1\n[p.sub]\nm = 2\n[[p]]\nn = 3\n", "/p/0/n \"1\" at 2:5 \"1\"\n/p/0/sub/m \"2\" at 4:5 \"2\"\n/p/1/n \"3\" at 6:5 \"3\""},
		{"inline", "a = {b = [1, 'é'], c.d = true}\n", "/a/b/0 \"1\" at 1:11 \"1\"\n/a/b/1 \"é\" at 1:14 \"'é'\"\n/a/c/d \"true\" at 1:26 \"true\""},
		{"what stands before a fault is kept", "a = 1\nb = \nc = 2\n", "/a \"1\" at 1:5 \"1\"\ndiagnostic 2:5"},
		{"deep", "a = " + strings.Repeat("[", 5000), "diagnostic 1:1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root, diagnostics := TOML(source.NewFile("x.toml", []byte(tt.text)))
			got := dump(root)
			for _, d := range diagnostics {
				got = strings.TrimPrefix(fmt.Sprintf("%s\ndiagnostic %d:%d", got, d.At.Begin().Line, d.At.Begin().Column), "\n")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestJSON(t *testing.T) {
	root, diagnostics := JSON(source.NewFile("x.json", []byte("{\"a\": [1, \"x\", null], \"b\": {\"c\": true},\n \"d\": \"\\u00e9\", \"e\": ")))
	want := "/a/0 \"1\" at 1:8 \"1\"\n/a/1 \"x\" at 1:11 \"\\\"x\\\"\"\n/a/2 \"\" at 1:16 \"null\"\n/b/c \"true\" at 1:34 \"true\"\n/d \"é\" at 2:7 \"\\\"\\\\u00e9\\\"\""
	if diff := cmp.Diff(want, dump(root)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if len(diagnostics) != 1 {
		t.Errorf("%d diagnostics", len(diagnostics))
	}
	if _, diagnostics := JSON(source.NewFile("x.json", []byte(strings.Repeat("[", 100_000)))); len(diagnostics) != 1 {
		t.Error("a deep document is read")
	}
}

func TestINI(t *testing.T) {
	tests := []struct {
		name, text string
		style      INIStyle
		want       string
	}{
		{"sections and repeated keys", "[A]\nx=1\nx = 2\n; c\n[B]\ny=z=w\n", Backslash, "/A/x \"1\" at 2:3 \"1\"\n/A/x \"2\" at 3:5 \"2\"\n/B/y \"z=w\" at 6:3 \"z=w\""},
		{"systemd goes on behind a backslash", "[S]\nE=a \\\n  b \\\n  c\nF=1\n", Backslash, "/S/E \"a b c\" at 2:3 \"a \\\\\\n  b \\\\\\n  c\"\n/S/F \"1\" at 5:3 \"1\""},
		{"configparser goes on in indented lines", "[o]\nr =\n    a\n    # c\n    b ; why\ns: t\n", Indented, "/o/r \"a\\nb\" at 2:4 \"\\n    a\\n    # c\\n    b ; why\"\n/o/s \"t\" at 6:4 \"t\""},
		{"before any section", "a=1\n", Indented, "//a \"1\" at 1:3 \"1\""},
		{"no value", "[s]\nx=\ny\n", Backslash, "/s/x \"\" at 2:3 \"\""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root, _ := INI(source.NewFile("x.ini", []byte(tt.text)), tt.style)
			if diff := cmp.Diff(tt.want, dump(root)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestNodeOfNothing(t *testing.T) {
	var n *Node
	if n.Get("a", "b") != nil || n.Scalar() != "" || n.List() != nil || n.Map() != nil || n.Strings() != nil || !n.Span().IsZero() || n.IsMap() || n.IsList() {
		t.Error("a nil node holds something")
	}
}

// FuzzReaders gives any text to all readers. Nothing may panic, and every span must lie in the file.
func FuzzReaders(f *testing.F) {
	for _, seed := range []string{
		"a: &x [1, *x]\n<<: *x\n", "a: |\n  x\n---\n- b: c\n", "[a.b]\nc = {d = [1, 'x']}\n[[e]]\n", "{\"a\": [1, {\"b\": null}]}", "[S]\nx = a \\\n b\n  c\n", "? a\n: b\n", "!t &a x", "\"\\u00e9",
		"a: 'b\r\n  c'\r\n", "\xff\xfe", "a = \"\"\"\nx\"\"\"\n", "{{ x }}: [",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file := source.NewFile("x", data)
		docs, _ := YAML(file)
		toml, _ := TOML(file)
		json, _ := JSON(file)
		ini, _ := INI(file, Indented)
		unit, _ := INI(file, Backslash)
		budget := 100_000
		for _, n := range append(docs, toml, json, ini, unit) {
			checkSpans(t, file, n, &budget)
		}
	})
}

func checkSpans(t *testing.T, file *source.File, n *Node, budget *int) {
	t.Helper()
	if *budget--; n == nil || *budget < 0 {
		return
	}
	if n.At.Start > n.At.End || int(n.At.End) > len(file.Data) {
		t.Errorf("span %d-%d of %d bytes", n.At.Start, n.At.End, len(file.Data))
	}
	for _, item := range n.Items {
		checkSpans(t, file, item, budget)
	}
	for _, e := range n.Entries {
		if e.KeyAt.Start > e.KeyAt.End || int(e.KeyAt.End) > len(file.Data) {
			t.Errorf("key %q: span %d-%d of %d bytes", e.Key, e.KeyAt.Start, e.KeyAt.End, len(file.Data))
		}
		checkSpans(t, file, e.Value, budget)
	}
}
