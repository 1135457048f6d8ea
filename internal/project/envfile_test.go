package project

import (
	"testing"

	"gonogo/internal/source"

	"github.com/google/go-cmp/cmp"
)

func TestParseEnvFile(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want [][3]string // name, value, the text at ValueAt
	}{
		"plain":                      {"A=1\nB=two words\n", [][3]string{{"A", "1", "1"}, {"B", "two words", "two words"}}},
		"empty value":                {"A=\nB=''\n", [][3]string{{"A", "", ""}, {"B", "", ""}}},
		"comments":                   {"# A=1\nB=1 # one\nC=a#b\nD= # nothing", [][3]string{{"B", "1", "1"}, {"C", "a#b", "a#b"}, {"D", "", ""}}},
		"quotes":                     {`A="x # y" # z` + "\nB='x \"y\" $z'", [][3]string{{"A", "x # y", "x # y"}, {"B", `x "y" $z`, `x "y" $z`}}},
		"escapes":                    {`A="a\nb\"c"` + "\nB='a\\nb'", [][3]string{{"A", "a\nb\"c", `a\nb\"c`}, {"B", `a\nb`, `a\nb`}}},
		"several lines":              {"A='one\ntwo'\nB=3", [][3]string{{"A", "one\ntwo", "one\ntwo"}, {"B", "3", "3"}}},
		"quote that never ends":      {"A='one\nB=3", [][3]string{{"A", "'one", "'one"}, {"B", "3", "3"}}},
		"export and spaces":          {"export A=1\n  B = 2\nexport\tC=3", [][3]string{{"A", "1", "1"}, {"B", "2", "2"}, {"C", "3", "3"}}},
		"windows line ends":          {"A=1\r\nB=\"2\"\r\n", [][3]string{{"A", "1", "1"}, {"B", "2", "2"}}},
		"equal signs in the value":   {"A=postgres://u:p@h/d?a=b", [][3]string{{"A", "postgres://u:p@h/d?a=b", "postgres://u:p@h/d?a=b"}}},
		"colon, as compose has it":   {"A: 1\nB:2", [][3]string{{"A", "1", "1"}}},
		"lines that are no variable": {"hello\n=1\n1A=2\n\nif x; then\nA=1", [][3]string{{"A", "1", "1"}}},
		"no end of line":             {"A=1", [][3]string{{"A", "1", "1"}}},
		"nothing":                    {"", nil},
		"twice":                      {"A=1\nA=2", [][3]string{{"A", "1", "1"}, {"A", "2", "2"}}},
	} {
		t.Run(name, func(t *testing.T) {
			var got [][3]string
			for _, v := range ParseEnvFile(source.NewFile(".env", []byte(c.text))).Vars {
				got = append(got, [3]string{v.Name, v.Value, v.ValueAt.Text()})
				if v.At.File == nil || v.At.End > source.Pos(len(c.text)) {
					t.Errorf("%s stands at %v", v.Name, v.At)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzParseEnvFile(f *testing.F) {
	for _, seed := range []string{"A=1", "A='x\ny'\nB=\"\\\"\"", "export A", "A=\"", "\xff=\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, v := range ParseEnvFile(source.NewFile(".env", data)).Vars {
			if v.Name == "" || v.At.Start > v.At.End || int(v.At.End) > len(data) || int(v.ValueAt.End) > len(data) || v.ValueAt.Start > v.ValueAt.End {
				t.Errorf("%+v", v)
			}
		}
	})
}

func TestEnvFileNames(t *testing.T) {
	for name, want := range map[string]string{
		".env":                           "real",
		".env.production":                "real",
		"prod.env":                       "real",
		"docker/web.env":                 "real",
		".envs/.production/.django":      "real",
		".env.example":                   "example",
		".env-sample":                    "example",
		"env.example":                    "example",
		"example.env":                    "example",
		"dojo/settings/template-env":     "",
		"deploy/.env.j2":                 "example",
		".envrc":                         "",
		"environment.yml":                "",
		"env.py":                         "",
		"app/.env.d.ts":                  "",
		"docs/env.md":                    "",
		"config/env.production":          "real",
		"config/env.html":                "",
		"docker/.env.template":           "example",
		"front/environments/environment": "",
	} {
		got := ""
		if isEnvFile(name) {
			got = "real"
			if ParseEnvFile(source.NewFile(name, nil)).Example {
				got = "example"
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
