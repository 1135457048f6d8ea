package deploycheck

import (
	"fmt"
	"time"

	"gonogo/internal/audit"
	"gonogo/internal/check"
	"gonogo/internal/checks"
	"gonogo/internal/engine"
	"gonogo/internal/project"
	"gonogo/internal/source"
)

// Asked are the checks that name an id of Django's.
func Asked() (list []check.Check) {
	for _, c := range checks.All() {
		if len(c.Doc.Django) > 0 {
			list = append(list, c)
		}
	}
	return list
}

// Answers are gonogo's answers to the asked checks about a case with one version of Django.
func Answers(asked []check.Check, c Case, v Version) ([]audit.Check, error) {
	files := make(map[string][]byte)
	for name, text := range Files() {
		files[name] = []byte(text)
	}
	files["settings.py"] = []byte(c.Settings)
	files["requirements.txt"] = []byte("Django==" + v.Exact + "\n")
	repository := &project.Repository{Reason: "the project is in no git checkout"}
	snapshot, err := project.Load(source.FromMap(files), project.Options{Settings: "settings", Repository: repository})
	if err != nil {
		return nil, fmt.Errorf("load the project: %w", err)
	}
	return engine.Run(asked, snapshot, time.Date(2026, time.November, 21, 0, 0, 0, 0, time.UTC)), nil
}
