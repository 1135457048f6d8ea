package report

import (
	"bytes"
	"strings"
	"testing"

	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func TestStateOfASettingOverWorlds(t *testing.T) {
	long := make([]eval.Value, 400)
	for i := range long {
		long[i] = eval.MakeStr("an.application")
	}
	list := func(more ...eval.Value) eval.Value {
		return eval.MakeList(append(long[:len(long):len(long)], more...)...)
	}
	for _, c := range []struct {
		name           string
		shipped, other eval.Value
		state          string
	}{
		{"the same in both", eval.MakeBool(false), eval.MakeBool(false), "known"},
		{"another value", eval.MakeBool(false), eval.MakeBool(true), "one-of"},
		{"unknown in the other", eval.MakeBool(false), eval.MakeUnknown("not modelled"), "one-of"},
		{"unknown in both", eval.MakeUnknown("not modelled"), eval.MakeUnknown("not modelled"), "unknown"},
		{"one element more at the end of a long list", list(), list(eval.MakeStr("debug_toolbar")), "one-of"},
	} {
		t.Run(c.name, func(t *testing.T) {
			result := &eval.Result{Module: "settings", Worlds: []*eval.World{
				{Names: map[string]eval.Value{"X": c.shipped}},
				{Names: map[string]eval.Value{"X": c.other}, Conditions: []eval.Condition{{Kind: eval.Opaque, Text: "`acme.flag` is true", Taken: true}}},
			}}
			var out bytes.Buffer
			s := django.NewSettings(source.NewFile("settings.py", nil), knowledge.Version{}, result, nil)
			if err := SettingsJSON(&out, s, SettingsOptions{Names: []string{"X"}}); err != nil {
				t.Fatal(err)
			}
			if text := strings.Join(strings.Fields(out.String()), ""); !strings.Contains(text, `"X":{"state":"`+c.state+`"`) {
				t.Errorf("not %s: %s", c.state, out.String()[:200])
			}
		})
	}
}
