package markup

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gonogo/internal/source"
)

// dump writes a document as one line a section and block; of literals and links the text that their span covers.
func dump(d *Document) string {
	var b strings.Builder
	for _, s := range d.Sections {
		if s.Level > 0 {
			fmt.Fprintf(&b, "%s %s @%q\n", strings.Repeat("#", s.Level), strings.Join(s.Path(), " > "), s.At.Text())
		}
		for _, block := range s.Blocks {
			fmt.Fprintf(&b, "%s%s %q", [...]string{"", "text", "row", "code"}[block.Kind], strings.TrimSuffix(" "+block.Language, " "), block.Text)
			for _, l := range block.Literals {
				fmt.Fprintf(&b, " `%s", l.Text)
				if l.Role != "" {
					fmt.Fprintf(&b, " %s", l.Role)
				}
				if l.First {
					b.WriteString(" first")
				}
				if l.At.Text() != l.Text {
					fmt.Fprintf(&b, " at %q", l.At.Text())
				}
				b.WriteString("`")
			}
			for _, l := range block.Links {
				fmt.Fprintf(&b, " [%s]", l.Target)
			}
			b.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func TestMarkdown(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"sections", "before\n# A\none\n## B\ntwo\n# C\n", "text \"before\"\n# A @\"A\"\ntext \"one\"\n## A > B @\"B\"\ntext \"two\"\n# C @\"C\""},
		{"front matter", "---\ntitle: x\n---\n# A\n", "# A @\"A\""},
		{"fenced code", "```bash title=x\nmake a\n```\n~~~\nplain\n~~~\n", "code bash \"make a\\n\"\ncode \"plain\\n\""},
		{"code in a list", "* Do:\n\n  ```sh\n  a\n    b\n  ```\n", "text \"Do:\"\ncode sh \"a\\n  b\\n\""},
		{"inline", "Set `A_B` or [this](docs/x.md), *`C`*\n", "text \"Set A_B or this, C\" `A_B` `C` [docs/x.md]"},
		{"a literal that leads", "* `A`: one\n* **`B`** two\n", "text \"A: one\" `A first`\ntext \"B two\" `B first`"},
		{"table", "| Name | Use |\n|---|---|\n| `A` | one `x` |\n| B | two |\n", "row \"Name | Use\" `Name first`\nrow \"A | one x\" `A first` `x`\nrow \"B | two\" `B first`"},
		{"attributes of a heading", "# Backup {#backup}\n", "# Backup @\"Backup {#backup}\""},
		{"a note of MkDocs", "!!! note\n\n    Run `x`:\n\n    ```sh\n    y\n    ```\n", "text \"!!! note\"\ntext \"Run x:\" `x`\ncode sh \"y\\n\""},
		{"a directive of MyST", "```{code-block} bash\nx\n```\n```{note}\nRun `y`.\n```\n", "code bash \"x\\n\"\ntext \"Run y.\" `y`"},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, dump(Read(source.NewFile("x.md", []byte(tt.text))))); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestReStructuredText(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"sections", "=====\nTitle\n=====\n\nA\n---\none\n\nB\n~~~\ntwo\n\nC\n---\n", "# Title @\"Title\"\n## Title > A @\"A\"\ntext \"one\"\n### Title > A > B @\"B\"\ntext \"two\"\n## Title > C @\"C\""},
		{"a literal block", "Run::\n\n    a\n      b\n\nDone\n", "text \"Run\"\ncode \"a\\n  b\\n\"\ntext \"Done\""},
		{"a code block with options", ".. code-block:: bash\n   :linenos:\n\n   make a\n\nx\n", "code bash \"make a\\n\"\ntext \"x\""},
		{"highlight", ".. highlight:: console\n\n::\n\n  $ a\n", "code console \"$ a\\n\""},
		{"code in a note in a list", "* One::\n\n    a\n\n  .. note:: Take care\n\n     Use ``b``.\n", "text \"One\"\ncode \"a\\n\"\ntext \"Take care\"\ntext \"Use b.\" `b`"},
		{"inline", "Set ``A_B`` with :envvar:`C`, see `docs <https://x.org>`_ and `there`_.\n", "text \"Set A_B with C, see docs  and there.\" `A_B` `C envvar` [https://x.org]"},
		{"a term", "``A_B``\n    What it is.\n\nC_D\n    More.\n", "text \"A_B\" `A_B first`\ntext \"What it is.\"\ntext \"C_D\" `C_D first`\ntext \"More.\""},
		{"a variable", ".. envvar:: DB_HOST\n\n   Where.\n", "text \"DB_HOST\" `DB_HOST envvar first at \".. envvar:: DB_HOST\"`\ntext \"Where.\""},
		{"tables", "+-----+------+\n| A   | one  |\n+=====+======+\n| B   | ``x``|\n+-----+------+\n\n==== =====\nName Use\n==== =====\nC    two\n==== =====\n",
			"row \"A one\" `A first at \"| A   | one  |\"`\nrow \"B x\" `B first at \"| B   | ``x``|\"` `x`\nrow \"Name Use\" `Name first at \"Name Use\"`\nrow \"C two\" `C first at \"C    two\"`"},
		{"comments and targets", ".. _x:\n\n.. a comment\n   goes on\n\nText\n", "text \"Text\""},
		{"a transition", "a\n\n----\n\nb\n", "text \"a\"\ntext \"b\""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, dump(Read(source.NewFile("x.rst", []byte(tt.text))))); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestSpanOfCode(t *testing.T) {
	for name, text := range map[string]string{"x.md": "* a\n\n  ```\n  one\n    two\n  ```\n", "x.rst": "a::\n\n   one\n     two\n"} {
		d := Read(source.NewFile(name, []byte(text)))
		block := d.Sections[0].Blocks[1]
		at := strings.Index(block.Text, "two")
		if got := block.Span(at, at+3).Text(); got != "two" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// What costs much by its nesting is refused; what is long is read.
func TestHostile(t *testing.T) {
	for name, text := range map[string]string{
		"quotes.md": strings.Repeat("> ", 100_000), "lists.md": strings.Repeat("- + ", 100_000), "brackets.md": strings.Repeat("[", 100_000), "stars.md": strings.Repeat("*a ", 100_000),
		"ticks.md": strings.Repeat("`a ``", 50_000), "deep.rst": deepLines(5000), "ticks.rst": strings.Repeat(":a:`", 100_000), "items.rst": strings.Repeat("* ", 100_000),
	} {
		Read(source.NewFile(name, []byte(text)))
	}
}

func deepLines(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "* x\n")
	}
	return b.String()
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"# A\n```sh\nx\n```\n", "!!! note\n\n    a\n", "| A | B |\n|---|---|\n| `x` | y |\n", "- a\n\n  ```\n\tb\n  ```\n", "=====\nA\n=====\n\n.. note:: x\n\n   ::\n\n      y\n", "+--+\n|a |\n+--+\n",
		"== ==\na  b\n== ==\n", ":f: x\n", "``a`` :r:`b <c>` `d <e>`_\n", "---\na: b\n---\n", "* a\n  b\n\n\tc::\n\n\t\td\n", "term\n    text\n", ".. |x| image:: y\n", "\xff`\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"x.md", "x.rst"} {
			d := Read(source.NewFile(name, data))
			for _, s := range d.Sections {
				check(t, data, s.At)
				for _, b := range s.Blocks {
					check(t, data, b.At)
					check(t, data, b.Span(0, len(b.Text)))
					for _, l := range b.Literals {
						check(t, data, l.At)
					}
					for _, l := range b.Links {
						check(t, data, l.At)
					}
				}
			}
		}
	})
}

func check(t *testing.T, data []byte, at source.Span) {
	t.Helper()
	if at.File == nil || at.Start > at.End || int(at.End) > len(data) {
		t.Errorf("span %d-%d of %d bytes", at.Start, at.End, len(data))
	}
}

func BenchmarkRead(b *testing.B) {
	for name, text := range map[string]string{
		"x.md":  strings.Repeat("# A\n\nSet `A_B` to *one*:\n\n```sh\npython manage.py migrate\n```\n\n* a\n* b\n\n", 2000),
		"x.rst": strings.Repeat("A\n---\n\nSet ``A_B`` to *one*::\n\n    python manage.py migrate\n\n* a\n* b\n\n", 2000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for range b.N {
				Read(source.NewFile(name, []byte(text)))
			}
		})
	}
}
