package syntax

import (
	"strings"
	"testing"
)

// recoveries are broken texts, and the names that must still be found in them: what is assigned, defined or imported,
// with a dot below the function or class that it is in.
var recoveries = []struct{ name, src, want string }{
	{"unclosed parenthesis", "A = 1\nB = f(1,\nC = 2\ndef g(): pass\n", "A C g"},
	{"unclosed list of settings", "A = [\n    'a',\n    'b',\n\nB = [\n    'c',\n]\nC = 1\n", "B C"},
	{"unclosed dict", "A = {\n    'a': 1,\nB = {'b': 2}\n", "B"},
	{"unclosed bracket before a class", "A = [1, 2\nclass B:\n    c = 1\nD = 2\n", "B B.c D"},
	{"unclosed bracket before a decorator", "A = (1,\n@b\ndef c(): pass\n", "c"},
	{"unclosed bracket before imports", "A = f(\nimport b\nfrom c import d\n", "b d"},
	{"unclosed bracket at the end", "A = 1\nB = [1,\n", "A"},
	{"unclosed bracket before a conditional", "A = [\nif b:\n    C = 1\nelse:\n    C = 2\nD = 1\n", "C C D"},
	{"two unclosed brackets", "A = f(g([1, 2)\nB = 1\nC = (\nD = 2\n", "B D"},
	{"unclosed bracket in a function", "def f():\n    a = g(1,\n    b = 2\n    return b\nC = 1\n", "f f.b C"},
	{"unclosed bracket in a method", "class A:\n    def f(self):\n        return g(\n\n    def h(self):\n        x = 1\nB = 1\n", "A A.f A.h A.h.x B"},
	{"unclosed bracket that a later one closes", "A = [\n    'a',\nB = [\n    'b',\n]]\nC = 1\n", "C"},
	{"bracket of the other kind", "A = f(1, 2]\nB = 1\n", "B"},
	{"closing bracket too many", "A = f(1))\nB = 1\n", "B"},
	{"closing bracket too many over lines", "A = [\n 1,\n]]\nB = 1\n", "B"},
	{"missing comma over lines", "A = [\n    'a'\n    b,\n    'c',\n]\nB = 1\n", "B"},
	{"keyword arguments at column zero stay together", "A = f(\na = 1,\nb = 2\n)\nB = 1\n", "A B"},
	{"comprehension at column zero stays together", "A = [\na\nfor a in b\nif c\n]\nB = 1\n", "A B"},
	{"unclosed quote", "A = 'abc\nB = 1\n", "B"},
	{"unclosed quote in brackets", "A = ['a', 'b\nB = 1\nC = [2]\n", "B C"},
	{"unclosed quote in a call over lines", "A = f(\n    'a,\n    b,\n)\nB = 1\n", "B"},
	{"unclosed f-string", "A = f'a{b}\nB = 1\n", "B"},
	{"unclosed field of an f-string", "A = f'a{b'\nB = 1\nC = 2\n", "B C"},
	{"unclosed triple quote at the end", "A = 1\nB = '''abc\n", "A"},
	{"unclosed triple quote, no other", "A = 1\nB = '''abc\nC = 2\ndef f():\n    d = 1\n", "A C f f.d"},
	{"unclosed triple quote, docstring behind", "A = 1\nB = \"\"\"abc\nC = 2\ndef f():\n    \"\"\"Return it.\"\"\"\n    return 1\nD = 3\n", "A C f D"},
	{"unclosed triple quote, docstrings over lines behind", "A = 1\nB = \"\"\"abc\nC = 2\ndef f():\n    \"\"\"\n    Return it.\n    \"\"\"\n    return 1\nD = 3\nclass E:\n    \"\"\"\n    Some text here.\n    \"\"\"\n    x = 1\n", "A C f D E E.x"},
	{"unclosed docstring", "A = 1\ndef f():\n    \"\"\"Return it.\n    return 1\n\nB = 2\nclass C:\n    \"\"\"Text.\"\"\"\n    d = 1\n", "A f B C C.d"},
	{"triple quote opened again", "A = \"\"\"text\"\"\"\"\nB = 1\n", "B"},
	{"docstring without its end, and an apostrophe", "A = 1\ndef f():\n    \"\"\"Return it.\n    b = 1\n    return b\n\ndef g():\n    \"\"\"Return the file's name.\"\"\"\n    c = 1\n", "A f f.b g g.c"},
	{"unclosed env call", "DEBUG = env.bool('DEBUG')\nSECRET_KEY = env(\nALLOWED_HOSTS = env.list(\n    'HOSTS',\n)\nDATABASES = {'default': env.db()}\n", "DEBUG ALLOWED_HOSTS DATABASES"},
	{"unclosed env call with its argument", "SECRET_KEY = env('SECRET_KEY'\nDEBUG = False\nALLOWED_HOSTS = ['a']\n", "DEBUG ALLOWED_HOSTS"},
	{"unclosed triple-quoted f-string", "A = 1\nB = f\"\"\"a{b}\nC = 2\ndef f():\n    d = 1\n", "A C f f.d"},
	{"UTF-16", "\xFF\xFEA\x00=\x001\x00\n\x00", ""},
	{"text with code in it stays text", "A = '''\nimport os\nX = 1\n'''\nB = = 1\nC = 2\n", "A C"},
	{"half-typed assignment", "A = 1\nB =\nC = 2\n", "A C"},
	{"half-typed attribute", "A = 1\nb.\nC = 2\n", "A C"},
	{"half-typed import", "import a\nfrom b import\nimport c\n", "a c"},
	{"half-typed import in parentheses", "from a import (\nB = 1\n", "B"},
	{"half-typed if", "A = 1\nif\nB = 2\n", "A B"},
	{"half-typed def", "A = 1\ndef\nB = 2\n", "A B"},
	{"half-typed def with name", "A = 1\ndef f(\nB = 2\n", "A f B"},
	{"half-typed class", "class A(\n\nclass B:\n    c = 1\n", "A B B.c"},
	{"def without colon", "def f(a)\n    b = 1\nC = 2\n", "f f.b C"},
	{"class without colon", "class A(B)\n    c = 1\nD = 2\n", "A A.c D"},
	{"if without colon", "if a\n    B = 1\nelse:\n    B = 2\nC = 3\n", "B B C"},
	{"def with a broken parameter", "def f(a, 1b):\n    c = 1\nD = 2\n", "f f.c D"},
	{"def without body", "def f():\nA = 1\n", "f A"},
	{"class without body at the end", "A = 1\nclass B:\n", "A B"},
	{"with a broken header", "with open(a as b:\n    C = 1\nD = 2\n", "C D"},
	{"with a bracket that is open at a colon", "with f(a:\n", ""},
	{"if with a bracket that is open at a colon", "if f({a:\n\n", ""},
	{"for a broken header", "for a b in c:\n    D = 1\nE = 2\n", "D E"},
	{"try without except", "try:\n    A = 1\nB = 2\n", "A B"},
	{"else without if", "A = 1\nelse:\n    B = 2\nC = 3\n", "A B C"},
	{"except without try", "A = 1\nexcept B:\n    C = 2\nD = 3\n", "A C D"},
	{"case without match", "A = 1\ncase B:\n    C = 2\nD = 3\n", "A C D"},
	{"match with a broken case", "match a:\n    case 1 2:\n        B = 1\n    case 3:\n        C = 1\nD = 1\n", "B C D"},
	{"unexpected indent", "A = 1\n  B = 2\nC = 3\n", "A B C"},
	{"unindent to no level", "if a:\n        B = 1\n    C = 2\nD = 3\n", "B C D"},
	{"mixed tabs and spaces", "if a:\n        B = 1\n\tC = 2\nD = 3\n", "B C D"},
	{"one bad statement of several on a line", "A = 1; B = = 2; C = 3\nD = 4\n", "A D"},
	{"merge conflict", "A = 1\n<<<<<<< HEAD\nB = 2\n=======\nB = 3\n>>>>>>> branch\nC = 4\n", "A B B C"},
	{"merge conflict in a list", "A = [\n    'a',\n<<<<<<< HEAD\n    'b',\n||||||| base\n=======\n    'c',\n>>>>>>> branch\n]\nB = 1\n", "A B"},
	{"merge conflict in a function", "def f():\n    a = 1\n<<<<<<< HEAD\n    b = 2\n=======\n    c = 3\n>>>>>>> branch\n    d = 4\nE = 5\n", "f f.a f.b f.c f.d E"},
	{"python 2 print", "A = 1\nprint 'x'\nprint >>f, 'y'\nB = 2\n", "A B"},
	{"python 2 except", "try:\n    A = 1\nexcept B, e:\n    C = 2\nD = 3\n", "A C D"},
	{"python 2 raise", "def f():\n    raise A, 'b'\n    c = 1\nD = 2\n", "f f.c D"},
	{"python 2 literals", "A = 0777\nB = 10L\nC = ur'a'\nD = `e`\nE = a <> b\nF = 1\n", "F"},
	{"python 2 exec and backquotes", "exec 'a' in b\nC = 1\n", "C"},
	{"stray characters", "A = 1\n$$$\nB = ?\nC = 2\n", "A C"},
	{"curly quotes", "A = ‘a’\nB = 1\n", "B"},
	{"no-break space", "A\u00a0= 1\nB = 2\n", "B"},
	{"null byte", "A = 1\nB = \x00\nC = 2\n", "A C"},
	{"bytes that are no UTF-8", "A = 1\nB = '\xff\xfe'\nC = 2\n", "A B C"},
	{"backslash in the middle", "A = 1 \\ + 2\nB = 1\n", "B"},
	{"backslash at the end", "A = 1\nB = 2 \\", "A"},
	{"invalid target", "A = 1\nf() = 2\nB = 3\n", "A B"},
	{"a template instead of Python", "{% if a %}\nA = {{ b }}\n{% endif %}\nC = 1\n", "A C"},
	{"a shell script", "#!/bin/sh\nset -e\nif [ -f x ]; then\n  echo \"$1\"\nfi\nA = 1\n", "A"},
}

func TestRecovery(t *testing.T) {
	for _, c := range recoveries {
		t.Run(c.name, func(t *testing.T) {
			m := parseText("a.py", c.src)
			var names []string
			collectNames(m.Body, "", &names)
			if got := strings.Join(names, " "); got != c.want {
				t.Errorf("found %q, want %q\n%s%+v", got, c.want, c.src, m.Diagnostics)
			}
			broken := firstError(m) != "" || newest(m) > 0
			if whole := strings.HasSuffix(c.name, "together"); broken == whole {
				t.Errorf("error: %q", firstError(m))
			}
		})
	}
}

// collectNames finds what statements bind.
func collectNames(body []Stmt, prefix string, names *[]string) {
	add := func(name string) { *names = append(*names, prefix+name) }
	for _, s := range body {
		switch s := s.(type) {
		case *Assign:
			for _, e := range s.Targets {
				if n, ok := e.(*Name); ok {
					add(n.ID)
				}
			}
		case *Import:
			for _, a := range s.Names {
				add(a.Name)
			}
		case *ImportFrom:
			for _, a := range s.Names {
				add(a.Name)
			}
		case *FunctionDef:
			if s.Name != "" {
				add(s.Name)
			}
			collectNames(s.Body, prefix+s.Name+".", names)
		case *ClassDef:
			if s.Name != "" {
				add(s.Name)
			}
			collectNames(s.Body, prefix+s.Name+".", names)
		case *If:
			collectNames(s.Body, prefix, names)
			collectNames(s.Orelse, prefix, names)
		case *For:
			collectNames(s.Body, prefix, names)
		case *With:
			collectNames(s.Body, prefix, names)
		case *Try:
			collectNames(s.Body, prefix, names)
			for _, h := range s.Handlers {
				collectNames(h.Body, prefix, names)
			}
		case *Match:
			for _, c := range s.Cases {
				collectNames(c.Body, prefix, names)
			}
		}
	}
}
