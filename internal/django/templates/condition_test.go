package templates

import (
	"os"
	"strings"
	"testing"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// TestConditions compares conditions over nothing with what Django made of them (testdata/conditions.txt). What is called known must agree,
// and most must be known.
func TestConditions(t *testing.T) {
	text, err := os.ReadFile("testdata/conditions.txt")
	if err != nil {
		t.Fatal(err)
	}
	known, all := 0, 0
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		answer, condition, _ := strings.Cut(line, " ")
		want := map[string]eval.Tri{"yes": eval.Yes, "no": eval.No}[answer]
		s := &Set{place: Place{Tree: source.FromMap(map[string][]byte{"templates/a.html": []byte("{% if " + condition + " %}1{% endif %}")})},
			folders: []folder{{path: "templates"}}, parsed: make(map[string]*Template)}
		page, ok := s.Find("a.html")
		if !ok || page.Fault != nil || len(page.Nodes) != 1 {
			t.Fatalf("%s: %v", condition, page)
		}
		n := page.Nodes[0]
		c, ok := newCondition(n.Bodies[0].Tag, n.Bodies[0].Exprs, func(string) bool { return true })
		if !ok {
			t.Fatalf("%s is not read", condition)
		}
		all++
		switch got := c.holds(); {
		case got == want:
			known++
		case got != eval.Maybe:
			t.Errorf("%s: %v, Django says %s", condition, got, answer)
		}
	}
	if known*3 < all*2 {
		t.Errorf("%d of %d are known", known, all)
	}
	t.Logf("%d of %d are known", known, all)
}
