package engine

import (
	"testing"

	"gonogo/internal/audit"
	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func TestAnAbsentModuleWeakensWhatItMayReplace(t *testing.T) {
	settings, base, command := source.NewFile("shop/settings.py", []byte("A = 1\n")), source.NewFile("shop/base.py", []byte("B = 1\n")), source.NewFile("Procfile", []byte("web: x\n"))
	evaluated := django.NewSettings(settings, knowledge.Version{}, &eval.Result{Module: "shop.settings", Worlds: []*eval.World{{}}, Imported: []string{"shop.base", "shop.settings"}}, nil)
	for _, c := range []struct {
		name, absent string
		development  source.Span
		at           *source.File
		want         audit.Severity
		related      int
	}{
		{"the settings file", "shop.live", source.Span{}, settings, check.Recommended, 1},
		{"a module that it imports", "shop.live", source.Span{}, base, check.Recommended, 1},
		{"another file", "shop.live", source.Span{}, command, check.Critical, 0},
		{"they say development", "", settings.Whole(), base, check.Recommended, 1},
		{"every module is there", "", source.Span{}, settings, check.Critical, 0},
	} {
		asked := asking("a/one", check.Critical, always(check.Failed(check.Finding{Severity: check.Critical, Message: "x", At: c.at.Whole()})))
		snapshot := &project.Snapshot{Settings: evaluated, Choice: project.Choice{Module: "shop.settings", Absent: c.absent, AbsentAt: command.Whole(), Development: c.development}}
		f := Run([]check.Check{asked}, snapshot, today)[0].Findings[0]
		if f.Severity != c.want || len(f.Related) != c.related {
			t.Errorf("%s: severity %v with %d related, want %v with %d", c.name, f.Severity, len(f.Related), c.want, c.related)
		}
	}
}
