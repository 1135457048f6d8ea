package syntax

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestDumpJSON(t *testing.T) {
	cases := []struct{ name, src, want string }{
		{"empty", "", `{"path":"a.py","ast":{"_type":"Module","body":[],"type_ignores":[]},"diagnostics":[]}`},
		{"columns in bytes, diagnostics in characters", "é; é = = 1\n",
			`{"path":"a.py","ast":{"_type":"Module","body":[{"_type":"Expr","value":{"_type":"Name","id":"\u00e9","ctx":{"_type":"Load"},` +
				`"lineno":1,"col_offset":0,"end_lineno":1,"end_col_offset":2},"lineno":1,"col_offset":0,"end_lineno":1,"end_col_offset":2},` +
				`{"_type":"BadStmt","lineno":1,"col_offset":4,"end_lineno":1,"end_col_offset":12}],"type_ignores":[]},` +
				`"diagnostics":[{"line":1,"column":8,"message":"expected an expression","since":0}]}`},
		{"version note", "type A = 1\n", `"diagnostics":[{"line":1,"column":1,"message":"type statement needs Python 3.12 or newer","since":312}]}`},
		{"constants", "(1, 1.5, 2j, b'\\xff', '\\ud800\\n\\x7f\U0001F600', ..., None, True)\n", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := DumpJSON(&out, parseText("a.py", c.src)); err != nil {
				t.Fatal(err)
			}
			got := out.String()
			if !json.Valid(out.Bytes()) || !strings.HasSuffix(got, c.want+"\n") {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestDumpConstants(t *testing.T) {
	cases := map[string]string{
		"1":                  `{"$int":"1"}`,
		"0x_ff":              `{"$int":"255"}`,
		"0o17":               `{"$int":"15"}`,
		"0b1_1":              `{"$int":"3"}`,
		"00_0":               `{"$int":"0"}`,
		"1.50":               `{"$float":"1.5"}`,
		"1e16":               `{"$float":"1e+16"}`,
		"1e15":               `{"$float":"1000000000000000.0"}`,
		"0.0001":             `{"$float":"0.0001"}`,
		"0.00001":            `{"$float":"1e-05"}`,
		"1e999":              `{"$float":"inf"}`,
		"2j":                 `{"$complex":"2.0"}`,
		`b'\xff'`:            `{"$bytes":"/w=="}`,
		`'\ud800\n\x7f😀"\\'`: `"\ud800\n\u007f\ud83d\ude00\"\\"`,
		"...":                `{"$ellipsis":true}`,
		"None":               `null`,
		"False":              `false`,
	}
	for src, want := range cases {
		m := parseText("a.py", src)
		d := newDumper(m)
		d.constantValue(m.Body[0].(*ExprStmt).Value.(*Constant))
		if got := string(d.out); got != want {
			t.Errorf("%s: %s, want %s", src, got, want)
		}
	}
}

func TestConstantValues(t *testing.T) {
	constant := func(src string) *Constant { return parseText("a.py", src).Body[0].(*ExprStmt).Value.(*Constant) }
	for src, want := range map[string]int64{"0": 0, "00": 0, "1_000": 1000, "0xFF": 255, "0o17": 15, "0B11": 3, "9223372036854775807": 1<<63 - 1} {
		if got, ok := constant(src).Int(); got != want || !ok {
			t.Errorf("%s: %d, %v", src, got, ok)
		}
		if got := constant(src).BigInt(); got == nil || got.Int64() != want {
			t.Errorf("%s: %v", src, got)
		}
	}
	if _, ok := constant("9223372036854775808").Int(); ok {
		t.Error("an integer of 64 bits and a sign bit fits 64 bits")
	}
	if got := constant("9223372036854775808").BigInt().String(); got != "9223372036854775808" {
		t.Error(got)
	}
	if _, ok := constant("'1'").Int(); ok || constant("'1'").BigInt() != nil {
		t.Error("a string has an integer value")
	}
	for src, want := range map[string]float64{"1.5": 1.5, "1_0.5e1": 105, "2.5j": 2.5, ".5": .5} {
		if got, ok := constant(src).Float(); got != want || !ok {
			t.Errorf("%s: %v, %v", src, got, ok)
		}
	}
	if _, ok := constant("1").Float(); ok {
		t.Error("an integer is a float")
	}
}

// TestDecodedFile checks that positions refer to the decoded text.
func TestDecodedFile(t *testing.T) {
	m := parseText("a.py", "\xEF\xBB\xBF# coding: utf-8\na = 1\n")
	if got := m.Span(m.Body[0]).Text(); got != "a = 1" {
		t.Errorf("behind a byte order mark: %q", got)
	}
	m = parseText("b.py", "# coding: latin-1\n'\xe9'; b\n")
	if got := m.Span(m.Body[1]).Text(); got != "b" || m.File.Path != "b.py" {
		t.Errorf("behind a decoded letter: %q in %s", got, m.File.Path)
	}
}
