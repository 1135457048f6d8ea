package deploy

import "testing"

func TestVariablesDiffer(t *testing.T) {
	given := func(text string) Variable { return Variable{Value: text, Given: true} }
	written := func(text string) Variable { return Variable{Written: text} }
	for _, c := range []struct {
		name string
		a, b Variable
		want bool
	}{
		{"both given, the same", given("1"), given("1"), false},
		{"both given", given("1"), given("2"), true},
		{"one from elsewhere", given("1"), written("${A}"), false},
		{"both from elsewhere, by one name", written("${A}"), written("${A}"), false},
		{"both from elsewhere, by two names, which may have one value", written("${A}"), written("${B}"), false},
		{"the same part from elsewhere, with other text", written("redis://:${P:?}@redis/1"), written("redis://:${P:?}@redis/2"), true},
		{"the same name with two defaults", written("${A:-1}"), written("${A:-2}"), false},
		{"nothing written", Variable{}, written("${A}"), false},
	} {
		if got := c.a.Differs(c.b); got != c.want {
			t.Errorf("%s: %t, want %t", c.name, got, c.want)
		}
	}
}
