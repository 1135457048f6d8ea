package readyshop

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gonogo/internal/audit"
	"gonogo/internal/checks"
	"gonogo/internal/engine"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Today is the day of the audits.
func Today() time.Time { return time.Date(2026, time.November, 21, 0, 0, 0, 0, time.UTC) }

// Audit asks every check about the files alone, as those of a git checkout that tracks all of them, whose last release had the migrations of
// Released.
func Audit(files Files) ([]audit.Check, error) {
	tree := make(map[string][]byte, len(files))
	for name, text := range files {
		tree[name] = []byte(text)
	}
	snapshot, err := project.Load(source.FromMap(tree), project.Options{Repository: repository(files), Release: release()})
	if err != nil {
		return nil, fmt.Errorf("load the project: %w", err)
	}
	return engine.Run(checks.All(), snapshot, Today()), nil
}

// Released are the files that the last release had.
func Released() []string {
	return []string{"manage.py", "catalog/migrations/0001_initial.py"}
}

func release() *project.Release {
	return project.NewRelease("v1", "as the test says", Released())
}

// repository is a git checkout that tracks all the files and ignores what .gitignore names word for word.
func repository(files Files) *project.Repository {
	ignored := strings.Fields(files[".gitignore"])
	return project.NewRepository(slices.Sorted(maps.Keys(files)), func(path string) eval.Tri {
		if slices.Contains(ignored, path) {
			return eval.Yes
		}
		return eval.No
	})
}

// Turned are the checks that fail in one audit and don't in another, by id, each with its answer.
func Turned(good, broken []audit.Check) map[string]audit.Check {
	failed := make(map[string]bool)
	for _, c := range good {
		failed[c.ID] = c.Status == audit.Fail
	}
	turned := make(map[string]audit.Check)
	for _, c := range broken {
		if c.Status == audit.Fail && !failed[c.ID] {
			turned[c.ID] = c
		}
	}
	return turned
}
