package oracle

import (
	"path"
	"slices"
	"strings"
	"testing"

	"gonogo/internal/source"
)

// unseenRows are lists that ask for every row what gonogo does not tell, with the reason.
var unseenRows = map[string]string{
	"first_of_prefetched": "whether first() asks again hangs on Meta.ordering",
}

// TestRowsAgree compares the lists that gonogo says ask the database for every row with how many queries real Django makes for few rows and
// for many.
func TestRowsAgree(t *testing.T) {
	const venv = "venv-lib"
	startDjango(t, venv) // skips, or fails when the environment is missing
	folder, tree, s := load(t, "rows", "books.txtar")
	told := map[string]bool{}
	for _, f := range s.Queries().Follows {
		told[caseOf(f.At.Path())], told[caseOf(f.Query.At.Path())] = true, true
	}
	for _, l := range s.Lists() {
		told[caseOf(l.At.Path())] = true
	}
	agree := 0
	for name, n := range askRows(t, venv, folder, tree) {
		few, ok1 := n[0].(float64)
		many, ok2 := n[1].(float64)
		switch leaks := many > few; {
		case !ok1 || !ok2:
			t.Errorf("%s: Django answers %v", name, n)
		case leaks && !told[name] && unseenRows[name] == "":
			t.Errorf("%s: %v queries for few rows, %v for many; nothing is told", name, few, many)
		case !leaks && told[name]:
			t.Errorf("%s: %v queries for few rows, %v for many; gonogo tells of queries for every row", name, few, many)
		case leaks == told[name] && unseenRows[name] != "":
			t.Errorf("%s: it is told by now", name)
		default:
			agree++
		}
	}
	t.Logf("%d lists agree", agree)
}

// caseOf is the name of the case that a file belongs to.
func caseOf(file string) string {
	base := path.Base(file)
	return strings.TrimSuffix(base, path.Ext(base))
}

// askRows asks the lists of books/cases; each module has one.
func askRows(t *testing.T, venv, folder string, tree *source.Tree) map[string][2]any {
	t.Helper()
	paths := map[string]string{}
	for _, file := range tree.WithExt(".py") {
		if name := caseOf(file); strings.HasPrefix(file, "books/cases/") && name != "__init__" {
			paths["/"+name+"/"] = name
			if model, ok := strings.CutPrefix(name, "admin_"); ok {
				delete(paths, "/"+name+"/")
				paths["/"+name+"/books/"+map[bool]string{true: "review", false: "book"}[model == "text"]+"/"] = name
			}
		}
	}
	var list []string
	for p := range paths {
		list = append(list, p)
	}
	slices.Sort(list)
	var answers map[string][2]any
	askScript(t, venv, "rows_ask.py", folder, "conf.settings", list, &answers)
	named := map[string][2]any{}
	for p, n := range answers {
		named[paths[p]] = n
	}
	return named
}
