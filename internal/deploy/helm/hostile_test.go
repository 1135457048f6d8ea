package helm

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gonogo/internal/source"
)

// chartOf is a chart with one template and values.
func chartOf(t testing.TB, template, values string) *Chart {
	t.Helper()
	c, err := Load(source.FromMap(map[string][]byte{
		"Chart.yaml": []byte("apiVersion: v2\nname: x\nversion: 1.0.0\n"), "values.yaml": []byte(values), "templates/a.yaml": []byte(template),
	}), ".")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Each of these would run for hours, take gigabytes or exhaust the stack.
func TestHostileChartsEnd(t *testing.T) {
	nested := func(open string, n int) string { return strings.Repeat(open, n) + strings.Repeat("{{end}}", n) }
	for name, template := range map[string]string{
		"nested ranges that write nothing":     nested("{{range $.Values.l}}", 12),
		"a range over a number":                "{{range 1000000000000}}{{end}}",
		"a range over a long list, in another": `{{$l := until 9999}}{{range $l}}{{range $l}}{{end}}{{end}}`,
		"a template that calls itself":         `{{define "a"}}{{template "a" .}}{{end}}{{template "a" .}}`,
		"includes in a circle":                 `{{define "a"}}{{include "b" .}}{{end}}{{define "b"}}{{include "a" .}}{{end}}{{include "a" .}}`,
		"an include that doubles":              `{{define "a"}}{{include "a" .}}{{include "a" .}}{{end}}{{include "a" .}}`,
		"a file that includes itself":          `{{include "x/templates/a.yaml" .}}`,
		"tpl of itself":                        `{{tpl .Values.t .}}`,
		"a text that doubles":                  `{{$x := "aaaaaaaa"}}{{range until 60}}{{$x = print $x $x}}{{end}}{{$x}}`,
		"a text that doubles by replacing":     `{{$x := "a"}}{{range until 60}}{{$x = replace "a" "aa" $x}}{{end}}{{$x}}`,
		"a list that doubles":                  `{{$x := list 1}}{{range until 60}}{{$x = list $x $x}}{{end}}{{$x}}`,
		"a list that doubles, as YAML":         `{{$x := list 1}}{{range until 60}}{{$x = list $x $x}}{{end}}{{toYaml $x}}`,
		"a table that holds itself":            `{{$x := dict}}{{$_ := set $x "x" $x}}{{$x}}`,
		"a table that holds itself by another": `{{$x := dict}}{{$y := dict "x" $x}}{{$_ := set $x "y" $y}}{{toJson $y}}{{$y}}`,
		"a merge that holds itself":            `{{$x := dict}}{{$_ := merge $x (dict "x" $x)}}{{$x}}{{deepCopy $x}}`,
		"values that hold themselves":          `{{$_ := set .Values "v" .}}{{.}}`,
		"repeat":                               `{{repeat 1000000000 "abc"}}`,
		"indent":                               `{{indent 1000000000 "abc"}}`,
		"until":                                `{{until 1000000000}}`,
		"untilStep":                            `{{untilStep 0 1000000000 1}}`,
		"seq":                                  `{{seq 1 1000000000}}`,
		"printf with a width":                  `{{printf "%999999d%999999d%999999d%999999d" 1 2 3 4}}`,
		"printf with a star":                   `{{printf "%*d" 1000000000 1}}`,
		"printf of one thing many times":       `{{$x := repeat 1000 "0123456789"}}{{$f := repeat 900 "%[1]s"}}{{printf $f $x}}`,
		"wrapWith":                             `{{$x := repeat 100000 "ab"}}{{wrapWith 1 $x $x}}`,
		"join":                                 `{{$x := repeat 100000 "ab"}}{{join $x (until 9999)}}`,
		"a regular expression":                 `{{$x := repeat 400000 "ab"}}{{range until 9999}}{{regexMatch "(a*)*b{900}$" $x}}{{end}}`,
		"regular expressions in a loop":        `{{$x := repeat 30000 "ab"}}{{range until 9999}}{{$_ := regexMatch "(a?){500}c" $x}}{{end}}`,
		"uniq":                                 `{{range until 9999}}{{$_ := uniq (until 9999)}}{{end}}`,
		"keys for certificates":                `{{range until 100}}{{genPrivateKey "rsa"}}{{genCA "x" 1}}{{bcrypt "x"}}{{htpasswd "a" "b"}}{{derivePassword 1 "long" "a" "b" "c"}}{{end}}`,
		"YAML that doubles":                    `{{fromYaml .Values.bomb | toYaml}}`,
		"deep YAML":                            `{{fromYaml (repeat 90000 "[") | toYaml}}`,
		"deep JSON":                            `{{fromJson (repeat 90000 "[") | toJson}}`,
		"deep conditions":                      nested("{{if 1}}", 9000),
		"too deep conditions":                  nested("{{if 1}}", 30000),
		"parentheses":                          "{{" + strings.Repeat("(", 19000) + "1" + strings.Repeat(")", 19000) + "}}",
		"too many parentheses":                 "{{" + strings.Repeat("(", 200000) + "1" + strings.Repeat(")", 200000) + "}}",
		"much output":                          `{{range until 9999}}{{repeat 1000 "0123456789"}}{{end}}`,
		"a decimal of many digits":             `{{mulf "1e300" "1e300"}}{{addf "1e999999999" 1}}{{round "1e308" 300}}`,
		"a version of many digits":             `{{$x := repeat 900000 "9"}}{{semverCompare $x $x}}`,
		"files that are read again":            `{{$f := .Files}}{{range until 9999}}{{range until 99}}{{$_ := $f.AsConfig}}{{if $f.AsSecrets}}{{end}}{{end}}{{end}}`,
		"globs":                                `{{range until 9999}}{{$_ := $.Files.Glob "**{a,b,c}**{a,b,c}**{a,b}**"}}{{end}}`,
	} {
		t.Run(name, func(t *testing.T) {
			bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
			for c := 'b'; c < 'j'; c++ {
				bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", c-1), 9), ", "))
			}
			c := chartOf(t, template, fmt.Sprintf("l: [%s]\nt: \"{{ tpl .Values.t . }}\"\nbomb: %q\n", strings.TrimSuffix(strings.Repeat("1, ", 1000), ", "), bomb))
			done := make(chan []*Output, 1)
			go func() { done <- c.Render(Release{Name: "x"}) }()
			select {
			case out := <-done:
				if len(out) != 1 || len(out[0].Text) > maxWritten {
					t.Errorf("%d outputs", len(out))
				}
			case <-time.After(30 * time.Second):
				t.Fatal("it does not end")
			}
		})
	}
}

func TestHostileValuesAreRefused(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c < 'j'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", c-1), 9), ", "))
	}
	for name, text := range map[string]string{"aliases that double": bomb, "deep lists": strings.Repeat("[", 200_000), "no table": "- a", "a text": "a"} {
		if _, err := ReadValues([]byte(text)); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add(`{{ include "a" . }}{{ define "a" }}{{ .Values.x | quote }}{{ end }}`, "x: 1\n")
	f.Add("a: {{ range $k, $v := .Values.x }}\n  {{ $k }}: {{ toYaml $v | nindent 4 }}{{ end }}\n", "x: {y: [1, {z: 2}]}\n")
	f.Add(`{{ tpl .Values.t . }}{{ printf "%5.2f" 1.0 }}{{ repeat 5 "x" | trunc 3 | b64enc }}`, "t: '{{ .Release.Name }}'\n")
	f.Add(`{{- with .Values.none -}}x{{- else -}}{{ fail "no" }}{{- end -}}`, "none:\n")
	f.Fuzz(func(t *testing.T, template, values string) {
		c, err := Load(source.FromMap(map[string][]byte{
			"Chart.yaml": []byte("apiVersion: v2\nname: x\nversion: 1.0.0\n"), "values.yaml": []byte(values), "templates/a.yaml": []byte(template),
		}), ".")
		if err != nil {
			return
		}
		for _, o := range c.Render(Release{Name: "x"}) {
			for at := 0; at <= len(o.Text); at += 1 + len(o.Text)/50 {
				span := o.Source(at, min(at+5, len(o.Text)))
				if span.File == nil || span.Start > span.End || int(span.End) > len(span.File.Data) {
					t.Fatalf("the place of byte %d is %d to %d", at, span.Start, span.End)
				}
				o.Filled(at, at+1)
			}
		}
	})
}

func FuzzSet(f *testing.F) {
	f.Add(`a.b=1,c={x,y},d[0].e=2,f\.g=h`)
	f.Fuzz(func(t *testing.T, text string) {
		values := map[string]any{}
		_ = Set(values, text, false)
		_ = Set(values, text, true)
	})
}
