package eval_test

import (
	"testing"

	"gonogo/internal/python/eval"
)

// A module that Python removed is there in a deployment that imports it, unless its version of Python is known.
func TestModulesOfSomeVersions(t *testing.T) {
	for _, c := range []struct {
		name, text string
		python     [2]int
		worlds     int
		fails      bool
	}{
		{"needed, version unknown", "import imp\nA = 1", [2]int{}, 1, false},
		{"needed, old version", "import imp\nA = 1", [2]int{3, 11}, 1, false},
		{"needed, new version", "import imp\nA = 1", [2]int{3, 12}, 1, true},
		{"optional, version unknown", "try:\n    import tomllib\nexcept ImportError:\n    tomllib = None\nA = tomllib is None", [2]int{}, 2, false},
		{"optional, new version", "try:\n    import tomllib\nexcept ImportError:\n    tomllib = None\nA = tomllib is None", [2]int{3, 12}, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := explore(t, map[string]string{"settings.py": c.text}, func(cfg *eval.Config) { cfg.Python = c.python })
			if fails := r.Worlds[0].Failure != nil; len(r.Worlds) != c.worlds || fails != c.fails {
				t.Errorf("%d worlds, failure %+v", len(r.Worlds), r.Worlds[0].Failure)
			}
		})
	}
}
