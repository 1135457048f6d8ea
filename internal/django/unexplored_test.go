package django

import (
	"testing"

	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func TestUnexploredWorlds(t *testing.T) {
	settings := func(u eval.Unexplored) *Settings {
		shipped := &eval.World{Names: map[string]eval.Value{"DEBUG": eval.MakeBool(false), "SITE_ID": eval.MakeInt(1)}}
		r := &eval.Result{Module: "settings", Worlds: []*eval.World{shipped}, Truncated: true, Unexplored: []eval.Unexplored{u}}
		return NewSettings(source.NewFile("settings.py", nil), knowledge.Version{}, r, nil)
	}
	debug := func(w *World) eval.Tri { return w.Get("DEBUG").Value.Truth() }
	site := func(w *World) eval.Tri {
		if v := w.Get("SITE_ID").Value; v.IsUnknown() {
			return eval.Maybe
		}
		return eval.No
	}
	opaque := eval.Condition{Kind: eval.Opaque, Text: "a file is locked", Taken: true}
	chosen := eval.Condition{Kind: eval.EnvSet, Name: "X", Text: "environment variable X is set", Taken: true}
	for name, c := range map[string]struct {
		u           eval.Unexplored
		debug, site eval.Tri
	}{
		"nobody decides":        {eval.Unexplored{Conditions: []eval.Condition{opaque}, Names: []string{"DEBUG"}}, eval.Maybe, eval.No},
		"an operator's choice":  {eval.Unexplored{Conditions: []eval.Condition{chosen}, Names: []string{"DEBUG"}}, eval.No, eval.No},
		"behind a choice":       {eval.Unexplored{Conditions: []eval.Condition{opaque}, Chosen: true, Names: []string{"DEBUG"}}, eval.No, eval.No},
		"anything":              {eval.Unexplored{Conditions: []eval.Condition{opaque}, Any: true}, eval.Maybe, eval.Maybe},
		"nothing was left out":  {eval.Unexplored{}, eval.No, eval.No},
		"another setting alone": {eval.Unexplored{Conditions: []eval.Condition{opaque}, Names: []string{"SITE_ID"}}, eval.No, eval.Maybe},
	} {
		s := settings(c.u)
		if got, _ := s.Judge(debug); got != c.debug {
			t.Errorf("%s: DEBUG is judged %v, want %v", name, got, c.debug)
		}
		if got, _ := s.Judge(site); got != c.site {
			t.Errorf("%s: SITE_ID is judged %v, want %v", name, got, c.site)
		}
		if s.Shipped().Get("DEBUG").Value.Truth() != eval.No {
			t.Errorf("%s: what is shipped has changed", name)
		}
	}
}
