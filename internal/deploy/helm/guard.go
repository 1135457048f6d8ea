package helm

import (
	"reflect"
	"regexp/syntax"
	"strings"
)

// This file keeps functions from costing more than their arguments weigh.

// guarded is a function that looks at its arguments first, and at its result afterwards.
func (r *run) guarded(name string, f any) any {
	inner := reflect.ValueOf(f)
	if passesOn(name) {
		return f
	}
	variadic := inner.Type().IsVariadic()
	return reflect.MakeFunc(inner.Type(), func(args []reflect.Value) []reflect.Value {
		limit(r.measure(args...), 2*maxText)
		r.before(name, args)
		var out []reflect.Value
		if variadic {
			out = inner.CallSlice(args)
		} else {
			out = inner.Call(args)
		}
		r.measure(out[0])
		return out
	}).Interface()
}

// passesOn reports whether a function gives back parts of its arguments, or puts them together, without looking into them.
func passesOn(name string) bool {
	switch name {
	case "get", "hasKey", "default", "required", "empty", "ternary", "kindIs", "kindOf", "typeOf", "typeIs", "typeIsLike", "list", "tuple", "first", "last", "lookup":
		return true
	}
	return false
}

// before bounds the functions whose results are larger, or take longer, than their arguments tell.
func (r *run) before(name string, args []reflect.Value) {
	switch name {
	case "repeat":
		r.product(integer(args, 0), len(text(args, 1)))
	case "indent", "nindent":
		r.product(integer(args, 0), strings.Count(text(args, 1), "\n")+1)
	case "until":
		limit(abs(integer(args, 0)), maxNumbers)
	case "untilStep":
		r.counted(integer(args, 0), integer(args, 1), integer(args, 2))
	case "seq":
		r.sequence(args[0])
	case "wrapWith":
		r.product(len(text(args, 1))+1, len(text(args, 2)))
	case "replace":
		r.product(strings.Count(text(args, 2), text(args, 0)), len(text(args, 1)))
	case "join":
		r.product(len(text(args, 0)), count(args[1]))
	case "print", "printf", "println":
		r.format(name, args)
	case "uniq", "mustUniq", "compact", "mustCompact":
		r.product(count(args[0]), count(args[0]))
	case "without", "mustWithout", "has", "mustHas":
		r.product(count(args[0])+1, count(args[1])+1)
	case "fromYaml", "fromYamlArray", "fromJson", "fromJsonArray", "mustFromJson":
		limit(len(text(args, 0)), maxText/4)
		r.spend(16 * len(text(args, 0)))
	}
	if strings.HasPrefix(name, "semver") {
		limit(len(text(args, 0)), maxPattern)
	}
	if strings.Contains(strings.ToLower(name), "regex") {
		r.pattern(name, args)
	}
}

// product bounds what two numbers make.
func (r *run) product(a, b int) {
	if a < 0 || b < 0 {
		return // the function itself refuses
	}
	limit(a, 2*maxText)
	limit(b, 2*maxText)
	limit(a*b, maxCompared)
	r.spend(a * b / 16)
}

// counted bounds the numbers from one to another.
func (r *run) counted(from, to, step int) {
	if step == 0 {
		return
	}
	limit(abs(from), 1<<40)
	limit(abs(to), 1<<40)
	limit(abs((to-from)/step), maxNumbers)
}

// sequence bounds what seq counts: to; from, to; or from, step, to.
func (r *run) sequence(all reflect.Value) {
	switch all.Len() {
	case 1:
		limit(abs(int(all.Index(0).Int())), maxNumbers)
	case 2:
		r.counted(int(all.Index(0).Int()), int(all.Index(1).Int()), 1)
	case 3:
		r.counted(int(all.Index(0).Int()), int(all.Index(2).Int()), int(all.Index(1).Int()))
	}
}

// format bounds printf: the widths that a format asks for, and how often it prints its arguments.
func (r *run) format(name string, args []reflect.Value) {
	if name != "printf" {
		return
	}
	format := text(args, 0)
	limit(strings.Count(format, "%"), 1000)
	total, number, inVerb := 0, 0, false
	for i := range len(format) {
		switch c := format[i]; {
		case c == '%':
			inVerb, number = !inVerb, 0
		case !inVerb:
		case c >= '0' && c <= '9':
			number = min(number*10+int(c-'0'), maxText+1)
			total += number
		case c == '*':
			panic(errBudget)
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			inVerb, number = false, 0
		default:
			number = 0
		}
	}
	limit(total, maxText)
	if strings.Contains(format, "[") {
		r.product(strings.Count(format, "["), r.measure(args[1:]...))
	}
}

// pattern bounds regular expressions: (pattern, text) or, of those that replace, (pattern, text, replacement), in sprig's orders.
func (r *run) pattern(name string, args []reflect.Value) {
	limit(len(text(args, 0)), maxPattern)
	longest := 0
	for i := 1; i < len(args); i++ {
		longest = max(longest, len(text(args, i)))
	}
	limit(longest, maxMatched)
	if strings.Contains(name, "Replace") {
		limit(len(text(args, 2)), maxPattern)
	}
	r.spend(longest * size(text(args, 0)))
}

// size is how many instructions a regular expression has, each of which may be asked about each character of a text.
func size(expression string) int {
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return 1
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return 1
	}
	return len(program.Inst)
}

func underlying(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return v
}

// integer is an argument that is a whole number, else 0.
func integer(args []reflect.Value, i int) int {
	if i < len(args) {
		if v := underlying(args[i]); v.CanInt() {
			return int(v.Int())
		}
	}
	return 0
}

// text is an argument that is a text, else "".
func text(args []reflect.Value, i int) string {
	if i < len(args) {
		if v := underlying(args[i]); v.Kind() == reflect.String {
			return v.String()
		}
	}
	return ""
}

// count is the length of an argument that is a list, else 0.
func count(v reflect.Value) int {
	if v = underlying(v); v.Kind() == reflect.Slice || v.Kind() == reflect.Array {
		return v.Len()
	}
	return 0
}

func abs(n int) int { return max(n, -n) }
