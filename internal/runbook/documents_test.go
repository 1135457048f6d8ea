package runbook

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gonogo/internal/source"
)

// dump writes what a document names, one line each.
func dump(d *Document) string {
	var lines []string
	for _, c := range d.Commands {
		line := strings.Join(c.Argv, " ")
		if c.Outer != nil {
			line = strings.Join(c.Outer, " ") + " | " + line
		}
		if c.Dir != "" {
			line += " in " + c.Dir
		}
		if c.Past {
			line += " (past)"
		}
		if len(c.Writes) > 0 {
			line += " > " + strings.Join(c.Writes, " ")
		}
		lines = append(lines, line)
	}
	for _, n := range d.Names {
		lines = append(lines, strings.TrimSuffix(fmt.Sprintf("%s %s", n.Name, map[bool]string{true: "given"}[n.Given]), " "))
	}
	return strings.Join(lines, "\n")
}

func TestWhatDocumentsName(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a script", "```sh\nsudo -u shop python manage.py migrate\ncd deploy && make x\n```\n", "python manage.py migrate\nmake x in deploy"},
		{"a session", "```console\n$ uv run manage.py check \\\n    --deploy\nSystem check identified no issues\n# systemctl restart shop\n```\n", "manage.py check --deploy\nsystemctl restart shop"},
		{"in containers", "```\ndocker compose -f a.yml exec -T web ./manage.py shell\nkubectl exec deploy/web -- python manage.py shell\nheroku run python manage.py shell\ndocker exec -it shop bash\n```\n",
			"docker compose -f a.yml exec -T web | ./manage.py shell\nkubectl exec deploy/web -- | python manage.py shell\nheroku run | python manage.py shell\ndocker exec -it shop | bash"},
		{"what a reader fills in", "```sh\npython manage.py changepassword <user name>\n```\n", "python manage.py changepassword ___________"},
		{"a line that is no shell's costs no other", "```sh\nmake a\nif then (\nmake b\n```\n", "make a\nmake b"},
		{"variables", "* `A_B`: one\n* see `C_D`\n\n```env\nE_F=1\n#G_H=2\n```\n```sh\nexport I_J=1\nK_L=1 make x > out.txt\n```\n", "make x > out.txt\nA_B given\nC_D\nE_F given\nG_H given\nI_J given\nK_L given"},
		{"variables of a file", "```sh\ncat > .env <<EOF\nA_B=1\nEOF\n```\n", "cat > .env\nA_B given"},
		{"an environment in YAML", "```yaml\nservices:\n  web:\n    environment:\n      A_B: x\n      - C_D=y\n```\n```yaml\nE_F: x\n```\n", "C_D given\nA_B given"},
		{"text", "Run `make release`, not `make` or `python`.\n", "make release"},
		{"an earlier release", "## Upgrading to 2.0\n\n    python manage.py convert\n", "python manage.py convert (past)"},
		{"output alone", "```console\nStarting shop ... done\n```\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			docs := Read(source.FromMap(map[string][]byte{"README.md": []byte(tt.text)}))
			if len(docs.All) != 1 {
				t.Fatalf("%d documents", len(docs.All))
			}
			if diff := cmp.Diff(tt.want, dump(docs.All[0])); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestPurpose(t *testing.T) {
	files := map[string]string{
		"README.md": "# Shop", "CONTRIBUTING.md": "", "docs/deployment.md": "", "docs/carts.md": "# Carts", "docs/nightly.md": "# Nightly\n\n    python manage.py x\n", "docs/health.md": "# Health checks",
		"CHANGELOG.md": "", "docs/releases/v1.2.md": "", "shop/templates/mail.md": "", "shop/help.md": "", "shop/apps.py": "", "LICENSE.md": "", "docs/install.adoc": "",
	}
	tree := map[string][]byte{}
	for name, text := range files {
		tree[name] = []byte(text)
	}
	docs := Read(source.FromMap(tree))
	got := map[string]Purpose{}
	for _, d := range docs.All {
		got[d.File.Path] = d.Purpose
	}
	want := map[string]Purpose{"README.md": Operation, "CONTRIBUTING.md": Development, "docs/deployment.md": Operation, "docs/carts.md": Other, "docs/nightly.md": Operation, "docs/health.md": Operation}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if diff := cmp.Diff([]string{"docs/install.adoc"}, docs.Unread); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestCompose(t *testing.T) {
	for line, want := range map[string]string{
		"docker compose -f a.yml --profile x up -d --scale worker=2 web worker": "[a.yml] up [web worker]",
		"docker-compose exec -e A=b -T web sh":                                  "[] exec [web]",
		"docker compose logs -f --tail 100 web":                                 "[] logs [web]",
		"docker compose down":                                                   "[] down []",
		"docker run web":                                                        "none",
	} {
		docs := Read(source.FromMap(map[string][]byte{"README.md": []byte("    $ " + line + "\n")}))
		got := "none"
		if call, ok := docs.All[0].Commands[0].Compose(); ok {
			got = fmt.Sprint(call.Files, " ", call.Subcommand, " ", call.Services)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"    $ docker compose exec web python manage.py migrate\n", "```sh\nexport A_B=1\ncat <<E > x\nC_D=2\nE\n```\n", "```yaml\nenvironment:\n  A_B: 1\n```\n", "`make x` `A_B`\n", "```\n$ a <b c> \\\n d\n```\n", "# From 1.2 to 2.0\n\n    kubectl exec x -- y\n",
		"```sh\ndocker compose -f\n```\n", "```sh\nheroku run\ndokku run\n```\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"README.md", "README.rst"} {
			for _, d := range Read(source.FromMap(map[string][]byte{name: data})).All {
				for _, c := range d.Commands {
					c.Compose()
					if c.At.Start > c.At.End || int(c.At.End) > len(d.File.Data) {
						t.Errorf("span %d-%d of %d bytes", c.At.Start, c.At.End, len(d.File.Data))
					}
				}
			}
		}
	})
}
