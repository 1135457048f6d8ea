package syntax

import (
	"testing"

	"gonogo/internal/source"
)

func TestInspectReachesEveryName(t *testing.T) {
	for _, text := range []string{
		"def f(a: X = X, *b: X, c: X = X) -> X:\n    return X\n",
		"@X\nclass C(X, m=X):\n    x: X = X\n",
		"for X in X:\n    X += X\nelse:\n    del X\n",
		"try:\n    raise X from X\nexcept X:\n    assert X, X\nfinally:\n    X\n",
		"with X as X:\n    X[X:X:X] = {X: X, **X}\n",
		"match X:\n    case 1 if X:\n        X\n",
		"X if X else [X for X in X if X]\n",
		"f'{X:{X}}' + {X} + (X, *X)\n",
		"lambda a=X: (yield X)\n",
		"X(X, *X, k=X, **X).a and not X < X\n",
	} {
		want := 0
		for _, r := range text {
			if r == 'X' {
				want++
			}
		}
		got := 0
		InspectBody(Parse(source.NewFile("x.py", []byte(text))).Body, func(n Node) bool {
			if name, ok := n.(*Name); ok && name.ID == "X" {
				got++
			}
			return true
		})
		if got != want {
			t.Errorf("%q: %d names, want %d", text, got, want)
		}
	}
}

func TestInspectStopsWhereVisitSaysNo(t *testing.T) {
	module := Parse(source.NewFile("x.py", []byte("def f():\n    inner\nouter\n")))
	var seen []string
	InspectBody(module.Body, func(n Node) bool {
		if name, ok := n.(*Name); ok {
			seen = append(seen, name.ID)
		}
		_, isFunction := n.(*FunctionDef)
		return !isFunction
	})
	if len(seen) != 1 || seen[0] != "outer" {
		t.Errorf("visited %v, want outer alone", seen)
	}
}
