package deploycheck

import (
	"math/rand/v2"
	"testing"
)

// Every pair of values of two axes stands together in some row.
func TestPairwise(t *testing.T) {
	for name, list := range map[string][]axis{"all that load": loadable(axes()), "nothing hidden": unhidden(axes())} {
		t.Run(name, func(t *testing.T) {
			rows := pairwise(list, rand.New(rand.NewPCG(1, 2)))
			open := newOpenPairs(list)
			all := open.missing()
			for _, row := range rows {
				open.close(row)
			}
			if left := open.missing(); left > 0 {
				t.Errorf("%d of %d pairs are in none of %d rows", left, all, len(rows))
			}
			t.Logf("%d axes, %d pairs, %d rows", len(list), all, len(rows))
		})
	}
}

func TestCases(t *testing.T) {
	first, again := Cases(), Cases()
	if len(first) != total {
		t.Errorf("%d cases, want %d", len(first), total)
	}
	for i := range first {
		if first[i] != again[i] {
			t.Fatalf("case %d is another one the second time", i)
		}
	}
}
