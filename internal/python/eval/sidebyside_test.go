package eval_test

import (
	"fmt"
	"runtime"
	"sort"
	"strings"
	"testing"

	"gonogo/internal/python/eval"
)

// manyWorlds are settings with more decisions than worlds are run at once, one that hangs on another, a variable that some worlds need, and
// a file that the repository does not have.
func manyWorlds() map[string]string {
	var b strings.Builder
	b.WriteString("import os\nfrom common import *\nDEBUG = os.environ.get('DEBUG') == '1'\n")
	for i := range 10 {
		fmt.Fprintf(&b, "if os.environ.get('FEATURE_%d'):\n    LEVEL_%d = os.environ['LEVEL_%d']\n    if LEVEL_%d == 'high':\n        ALERT_%d = [LEVEL_%d, DEBUG]\n", i, i, i, i, i, i)
	}
	b.WriteString("try:\n    from local_settings import *\nexcept ImportError:\n    pass\nCACHES = {'default': {'LOCATION': os.environ.get('REDIS_URL', 'redis://cache')}}\n")
	return map[string]string{"settings.py": b.String(), "common.py": "import os\nif 'TESTING' in os.environ:\n    NAMES = ['t']\nelse:\n    NAMES = [os.environ['NAME']]\n"}
}

// TestWorldsDoNotHangOnTheProcessors explores with one processor and with four.
func TestWorldsDoNotHangOnTheProcessors(t *testing.T) {
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	var told []string
	for _, processors := range []int{1, 4} {
		runtime.GOMAXPROCS(processors)
		for range 3 {
			told = append(told, written(explore(t, manyWorlds(), nil)))
		}
	}
	if worlds := strings.Count(told[0], "world"); worlds < 20 {
		t.Fatalf("only %d worlds were explored", worlds)
	}
	for i, text := range told {
		if text != told[0] {
			t.Fatalf("exploration %d differs from the first:\n%s\n---\n%s", i, text, told[0])
		}
	}
}

// TestWorldsStayWithinTheirLimit holds that batches do not go beyond the number of worlds that is allowed.
func TestWorldsStayWithinTheirLimit(t *testing.T) {
	for _, runs := range []int{1, 2, 9, 10, 17} {
		r := explore(t, manyWorlds(), func(c *eval.Config) { c.Limits.Runs = runs })
		if len(r.Worlds) != runs || !r.Truncated || len(r.Unexplored) == 0 {
			t.Errorf("of %d worlds that may be explored %d were; truncated %t, %d told as unexplored", runs, len(r.Worlds), r.Truncated, len(r.Unexplored))
		}
	}
}

// written is all that an exploration tells, as text.
func written(r *eval.Result) string {
	var b strings.Builder
	for i, w := range r.Worlds {
		fmt.Fprintln(&b, "world", i, w.Open, w.Failure)
		for _, c := range w.Conditions {
			fmt.Fprintln(&b, "  when", c.Kind, c.Name, c.Text, c.Taken, c.At.Start)
		}
		var names []string
		for name, v := range w.Names {
			names = append(names, name+" = "+v.Repr(200))
		}
		sort.Strings(names)
		fmt.Fprintln(&b, "  "+strings.Join(names, "\n  "))
	}
	for _, read := range r.Reads {
		fmt.Fprintln(&b, "reads", read.Name, read.At.Path(), read.At.Start, read.Cast, read.Required, read.Secret)
	}
	for _, o := range r.Overrides {
		fmt.Fprintln(&b, "overridden", o.What, o.At.Path(), o.At.Start)
	}
	for _, d := range r.Diagnostics {
		fmt.Fprintln(&b, "diagnostic", d.Message, d.At.Path(), d.At.Start)
	}
	fmt.Fprintln(&b, r.Imported, r.Truncated)
	for _, u := range r.Unexplored {
		fmt.Fprintln(&b, u.Names, u.Any, len(u.Conditions))
	}
	return b.String()
}
