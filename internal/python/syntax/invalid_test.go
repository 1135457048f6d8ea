package syntax

import (
	"strings"
	"testing"
)

// invalid are texts that CPython's parser refuses in every version, with a part of the message here.
var invalid = []struct{ name, src, message string }{
	{"two expressions", "a b\n", "end of the statement"},
	{"missing operand", "a +\n", "expected an expression"},
	{"missing right side", "a =\n", "expected an expression"},
	{"missing else", "a if b\n", "expected 'else'"},
	{"not behind an operator", "a + not b\n", "'not' needs parentheses"},
	{"keyword as a name", "class = 1\n", "class name"},
	{"keyword as an attribute", "a.if\n", "name after '.'"},
	{"assignment to a call", "f() = 1\n", "cannot assign to function call"},
	{"assignment to a literal", "1 = a\n", "cannot assign to literal"},
	{"assignment to a constant", "None = 1\n", "cannot assign to None"},
	{"assignment to an f-string", "f'{a}' = 1\n", "cannot assign to f-string expression"},
	{"assignment to an operation", "a + b = 1\n", "cannot assign to expression"},
	{"assignment to a comparison", "a < b = 1\n", "cannot assign to comparison"},
	{"assignment in a tuple", "a, f() = 1\n", "cannot assign to function call"},
	{"assignment to a conditional", "a if b else c = 1\n", "cannot assign to conditional expression"},
	{"assignment to a comprehension", "[a for a in b] = 1\n", "cannot assign to list comprehension"},
	{"assignment to a display", "{a: b} = 1\n", "cannot assign to dict literal"},
	{"assignment to a lambda", "lambda: a = 1\n", "cannot assign to lambda"},
	{"assignment to a yield", "def f():\n    (yield) = 1\n", "cannot assign to yield expression"},
	{"assignment to an await", "async def f():\n    await a = 1\n", "cannot assign to await expression"},
	{"augmented assignment to a tuple", "a, b += 1\n", "tuple is an illegal expression for augmented assignment"},
	{"augmented assignment to a call", "f() += 1\n", "function call is an illegal expression for augmented assignment"},
	{"annotation of a tuple", "a, b: int\n", "only single target (not tuple)"},
	{"annotation of a list", "[a]: int\n", "only single target (not list)"},
	{"annotation of a call", "f(): int\n", "illegal target for annotation"},
	{"annotation of a chain behind parentheses", "(a).b: int\n", "illegal target for annotation"},
	{"assignment expression without parentheses", "a := 1\n", "end of the statement"},
	{"assignment expression to an attribute", "(a.b := 1)\n", "cannot use assignment expressions with attribute"},
	{"assignment expression to a literal on lines", "{a, '''b\n''' := 1}\n", "cannot use assignment expressions with literal"},
	{"assignment expression to a name in parentheses", "[(a) := 1]\n", "cannot use assignment expressions with name"},
	{"keyword argument without a value", "f(a=, b=1)\n", "expected a value behind 'a='"},
	{"last keyword argument without a value", "f(a=1, b=\n)\n", "expected a value behind 'b='"},
	{"dict key without a value on lines", "{1: a, 2:\n}\n", "expected a value behind ':'"},
	{"parameter with '=' and no default on lines", "def f(a=\n, b): pass\n", "expected a default value behind '='"},
	{"conditional without else on lines", "(a\n    if b\n    c)\n", "expected 'else' after 'if' expression"},
	{"conditional with a colon on lines", "(a\n    if b:\n    c)\n", "expected 'else' after 'if' expression"},
	{"generator beside another argument on lines", "f(\n    a for a in b, c)\n", "generator expression must be parenthesized"},
	{"generator behind an argument that is not complete", "f(a, b\nfor.c())\n", "expected an expression"},
	{"keyword argument that is an expression in an open bracket", "f(\n    a.b=1,\n", "'(' was never closed"},
	{"parameter without a default in an open bracket", "def f(a=1,\n    b,\n", "'(' was never closed"},
	{"starred field and another on lines", "f'{*a\n b}'\n", "expecting '}'"},
	{"illegal target on lines", "a + \\\n    b: c\n", "illegal target for annotation"},
	{"colon behind a call on lines", "f(\n    a\n):\n", "illegal target for annotation"},
	{"positional argument behind a keyword in an open bracket", "f(a=1,\n    b\n", "'(' was never closed"},
	{"bytes beside text in an open bracket", "a[\nb'c'\nr'd'\n", "'[' was never closed"},
	{"text behind a conversion on another line", "f'{a!r\n''}'\n", "expecting '}'"},
	{"field that begins with a comma", "f'{\n,\n", "expected an expression"},
	{"deletion of a call", "del f()\n", "cannot delete function call"},
	{"deletion of a starred", "del *a\n", "expected an expression"},
	{"starred in parentheses", "(*a)\n", "cannot use starred expression here"},
	{"starred in a comprehension", "[*a for a in b]\n", "iterable unpacking cannot be used in comprehension"},
	{"double starred in a comprehension", "{**a for a in b}\n", "expected '}'"},
	{"for target that is a call", "for f() in a: b\n", "cannot assign to function call"},
	{"for without in", "for a of b: c\n", "expected 'in'"},
	{"positional argument behind a keyword", "f(a=1, b)\n", "positional argument follows keyword argument"},
	{"positional argument behind an unpacking", "f(**a, b)\n", "follows keyword argument unpacking"},
	{"starred argument behind an unpacking", "f(**a, *b)\n", "follows keyword argument unpacking"},
	{"keyword argument that is an expression", "f(a.b=1)\n", "did you mean '=='"},
	{"keyword argument that is a constant", "f(True=1)\n", "did you mean '=='"},
	{"generator beside another argument", "f(a for a in b, c)\n", "generator expression must be parenthesized"},
	{"generator behind another argument", "f(c, a for a in b)\n", "generator expression must be parenthesized"},
	{"generator as base", "class A(b for b in c): pass\n", "invalid base of a class"},
	{"parameter without a default", "def f(a=1, b): pass\n", "parameter without a default"},
	{"bare star at the end", "def f(*): pass\n", "named arguments must follow bare *"},
	{"bare star before double star", "def f(*, **a): pass\n", "named arguments must follow bare *"},
	{"two stars", "def f(*a, *b): pass\n", "may appear only once"},
	{"parameter behind double star", "def f(**a, b): pass\n", "cannot follow var-keyword"},
	{"slash first", "def f(/, a): pass\n", "at least one argument must precede /"},
	{"two slashes", "def f(a, /, b, /): pass\n", "/ may appear only once"},
	{"slash behind star", "def f(*a, /): pass\n", "/ must be ahead of *"},
	{"default of a star", "def f(*a=1): pass\n", "cannot have default value"},
	{"default of a double star", "def f(**a=1): pass\n", "cannot have default value"},
	{"annotation in a lambda", "lambda (a: int): a\n", "expected a parameter"},
	{"tuple parameter", "def f((a, b)): pass\n", "expected a parameter"},
	{"empty type parameters", "def f[](): pass\n", "type parameter list cannot be empty"},
	{"import without a name", "import\n", "expected a module name"},
	{"import of a relative name", "import .a\n", "expected a module name"},
	{"from without import", "from a\n", "expected 'import'"},
	{"from with a comma at the end", "from a import b,\n", "expected a name to import"},
	{"from with empty parentheses", "from a import ()\n", "expected a name to import"},
	{"star import among others", "from a import b, *\n", "expected a name to import"},
	{"missing colon", "if a\n    b\n", "expected ':'"},
	{"assignment in a condition", "if a = b: c\n", "expected ':'"},
	{"missing block", "if a:\nb\n", "expected an indented block after 'if' statement"},
	{"missing block at the end", "while a:\n", "expected an indented block after 'while' statement"},
	{"try alone", "try:\n    a\nb\n", "expected 'except' or 'finally' block"},
	{"try with else only", "try:\n    a\nelse:\n    b\n", "expected 'except' or 'finally' block"},
	{"except and except star", "try: a\nexcept B: c\nexcept* D: e\n", "cannot have both"},
	{"except star without a type", "try: a\nexcept*: b\n", "expected an expression"},
	{"except with a target that is no name", "try: a\nexcept B as c.d: e\n", "expected ':'"},
	{"several exceptions with as", "try: a\nexcept B, C as d: e\n", "multiple exception types must be parenthesized"},
	{"decorator without a function", "@a\nb = 1\n", "expected a function or class"},
	{"async without a statement", "async a\n", "expected 'def', 'for' or 'with'"},
	{"unexpected indent", "a\n  b\n", "unexpected indent"},
	{"unindent to no level", "if a:\n    b\n  c\n", "unindent does not match"},
	{"tabs and spaces", "if a:\n        b\n\tc\n", "inconsistent use of tabs and spaces"},
	{"unclosed bracket", "a = (1,\n", "'(' was never closed"},
	{"unmatched bracket", "a = 1)\n", "unmatched ')'"},
	{"brackets that do not fit", "a = (1]\n", "does not match opening parenthesis '('"},
	{"unterminated string", "a = 'b\n", "unterminated string literal"},
	{"unterminated triple-quoted string", "a = '''b\n", "unterminated triple-quoted string literal"},
	{"unterminated f-string", "a = f'b\n", "unterminated f-string literal"},
	{"unterminated t-string", "a = t'b\n", "unterminated t-string literal"},
	{"empty field", "f'{}'\n", "valid expression required"},
	{"single brace in an f-string", "f'}'\n", "single '}' is not allowed"},
	{"field without an end", "f'{a'\n", "f-string: expecting '}'"},
	{"conversion that does not exist", "f'{a!x}'\n", "expected 's', 'r' or 'a'"},
	{"line break in a format specification, and no end", "f'{a:\n", "newlines are not allowed in format specifiers"},
	{"fields nested four deep", "f'{a:{b:{c:{d}}}}'\n", "expressions nested too deeply"},
	{"conversion without a letter", "f'{a!}'\n", "expected 's', 'r' or 'a'"},
	{"two conversions", "f'{a!r!s}'\n", "expecting '}'"},
	{"value behind the = of a field", "f'{a=b}'\n", "expecting '}'"},
	{"lambda alone in a field", "f'{lambda a: 1}'\n", "expected an expression"},
	{"comment in place of the end of a field", "f'{#}'\n", "'{' was never closed"},
	{"empty field of a t-string", "t'{}'\n", "valid expression required"},
	{"field of a t-string without an end", "t'{a'\n", "t-string: expecting '}'"},
	{"single brace in a t-string", "t'}'\n", "single '}' is not allowed"},
	{"t-string beside text", "t'a' 'b'\n", "cannot mix t-string literals"},
	{"t-string beside an f-string", "t'a' f'b'\n", "cannot mix t-string literals"},
	{"t-string of bytes", "tb'a'\n", "end of the statement"},
	{"assignment to a t-string", "t'{a}' = 1\n", "cannot assign to t-string expression"},
	{"bound of a type variable tuple", "type A[*B: int] = c\n", "expected ']'"},
	{"bound of a parameter specification", "type A[**B: int] = c\n", "expected ']'"},
	{"starred default of a type variable", "type A[B=*c] = d\n", "expected an expression"},
	{"missing default of a type variable", "type A[B=] = c\n", "expected an expression"},
	{"type parameters of a lambda", "lambda[A]: b\n", "expected a parameter"},
	{"type alias of an attribute", "type A.b = c\n", "end of the statement"},
	{"exceptions that begin with a comma", "try: a\nexcept , B: c\n", "expected an expression"},
	{"starred exceptions", "try: a\nexcept *A, *B: c\n", "expected an expression"},
	{"bytes beside text", "b'a' 'b'\n", "cannot mix bytes and nonbytes literals"},
	{"bytes beside an f-string", "b'a' f'{b}'\n", "cannot mix bytes and nonbytes literals"},
	{"bytes beyond ASCII", "b'é'\n", "bytes can only contain ASCII"},
	{"short hexadecimal escape", `'\x4'` + "\n", `truncated \x escape`},
	{"short unicode escape", `'\u12'` + "\n", `truncated \u escape`},
	{"unicode escape too large", `'\U00110000'` + "\n", "illegal Unicode character"},
	{"unknown character name", `'\N{no such name}'` + "\n", "unknown Unicode character name"},
	{"malformed character name", `'\N'` + "\n", `malformed \N character escape`},
	{"leading zeros", "012\n", "leading zeros"},
	{"two underscores", "1__0\n", "invalid decimal literal"},
	{"underscore at the end", "1_\n", "invalid decimal literal"},
	{"letter behind a number", "1a\n", "invalid decimal literal"},
	{"hexadecimal without digits", "0x\n", "invalid hexadecimal literal"},
	{"octal digit too large", "0o8\n", "invalid octal literal"},
	{"binary digit too large", "0b12\n", "invalid digit '2' in binary literal"},
	{"exponent without digits", "1e+\n", "invalid decimal literal"},
	{"unknown character", "a = $\n", "unexpected character"},
	{"invisible character", "a\u200b = 1\n", "invalid non-printable character U+200B"},
	{"character that is no letter", "a = €\n", "invalid character '€' (U+20AC)"},
	{"text behind a continuation", "a = \\ b\n", "unexpected character after line continuation character"},
	{"end of file behind a continuation", "a = \\", "unexpected end of file"},
	{"match without a case", "match a:\n    b\n", "expected 'case'"},
	{"match with its block on the line", "match a: case b: c\n", "end of the statement"},
	{"case with an expression", "match a:\n    case b + c: d\n", "expected ':'"},
	{"pattern with a call of a capture", "match a:\n    case *b.c: d\n", "cannot be an attribute or call"},
	{"as with a wildcard", "match a:\n    case b as _: c\n", "cannot use '_' as a target"},
	{"mapping with rest first", "match a:\n    case {**b, 'c': d}: e\n", "double star pattern must be the last"},
	{"positional pattern behind a keyword", "match a:\n    case B(c=1, d): e\n", "positional patterns follow keyword patterns"},
	{"complex pattern of two reals", "match a:\n    case 1 + 2: b\n", "imaginary number required"},
	{"complex pattern that starts imaginary", "match a:\n    case 1j + 2j: b\n", "real number required"},
	{"with targets and a starred", "with (a as b, *c): d\n", "starred or assignment expression among with items"},
	{"python 2 print", "print 'a'\n", "missing parentheses in call to 'print'"},
	{"python 2 not equal", "a <> b\n", "unexpected character"},
	{"null byte", "a = 1\x00\n", "null bytes"},
	{"byte that is no UTF-8", "a = '\xe9'\n", "byte 0xE9 is not UTF-8"},
	{"unknown encoding", "# coding: no-such-encoding\n", "encoding no-such-encoding is not known"},
	{"encoding that contradicts the byte order mark", "\xEF\xBB\xBF# coding: latin-1\n", "contradicts the UTF-8 byte order mark"},
	{"ASCII with other letters", "# coding: ascii\na = 'é'\n", "not ascii as declared"},
	{"UTF-16", "\xFF\xFEa\x00 \x00=\x00 \x001\x00", "the file is UTF-16"},
	{"UTF-16 without a mark", "a\x00 \x00=\x00 \x001\x00", "UTF-16 without a byte order mark"},
	{"too many brackets", strings.Repeat("(", 201) + strings.Repeat(")", 201), "too many nested parentheses"},
	{"too many blocks", deepBlocks(101), "too many levels of indentation"},
	{"integer of 4301 digits", strings.Repeat("1", 4301) + "\n", "more than 4300 digits"},
}

// deepBlocks nests blocks.
func deepBlocks(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "if a:\n")
	}
	b.WriteString(strings.Repeat(" ", n) + "b\n")
	return b.String()
}

func TestInvalid(t *testing.T) {
	for _, c := range invalid {
		t.Run(c.name, func(t *testing.T) {
			m := parseText("a.py", c.src)
			for _, d := range m.Diagnostics {
				if d.Since == 0 && strings.Contains(d.Message, c.message) {
					return
				}
			}
			t.Errorf("no diagnostic with %q: %+v", c.message, m.Diagnostics)
		})
	}
}

// TestOracleInvalid asks a real CPython whether it refuses each text, and on which line.
func TestOracleInvalid(t *testing.T) { eachOracle(t, askInvalid) }

func askInvalid(t *testing.T, o *oracle) {
	if o.version < 309 {
		t.Skip("its parser is another one and leaves more to the compiler")
	}
	texts := make([]string, len(invalid))
	for i, c := range invalid {
		texts[i] = c.src
	}
	for i, line := range o.answers(t, texts) {
		became, problem := o.mutant(texts[i], line)
		switch {
		case became == rejectedSameLine, became == rejectedLater, became == rejectedKnownLine:
		default:
			t.Errorf("%s: %s by Python %d: %s", invalid[i].name, became, o.version, problem)
		}
	}
}
