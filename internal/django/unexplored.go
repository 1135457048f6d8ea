package django

import (
	"fmt"
	"maps"

	"gonogo/internal/python/eval"
)

// unexploredWorlds stand for the worlds that were not run because there were too many: in each of them what these could change is unknown.
// One is for decisions of the operator, which turn no answer, and one for those that nobody takes, which make an answer unknown.
func unexploredWorlds(r *eval.Result) []*eval.World {
	if len(r.Worlds) == 0 || r.Worlds[0].Failure != nil {
		return nil
	}
	shipped := r.Worlds[0]
	var worlds []*eval.World
	for _, u := range r.Unexplored {
		if len(u.Conditions) == 0 {
			continue
		}
		first := u.Conditions[0]
		if u.Chosen && first.Kind == eval.Opaque {
			first.Kind = eval.EnvSet
		}
		first.Text = "one or more of " + counted(u.Conditions) + " that were too many to follow"
		reason := "the settings take more decisions than are followed, among them whether " + u.Conditions[0].Text
		w := *shipped
		w.Conditions = []eval.Condition{first}
		w.Names = maps.Clone(shipped.Names)
		if u.Any {
			w.Open = reason
			for name := range w.Names {
				u.Names = append(u.Names, name)
			}
		}
		for _, name := range u.Names {
			if v, ok := shipped.Names[name]; ok {
				w.Names[name] = eval.MakeUnknown(reason).WithOrigin(v.Origin())
			} else if !u.Any && isSettingName(name) {
				w.Names[name] = eval.MakeUnknown(reason)
			}
		}
		worlds = append(worlds, &w)
	}
	return worlds
}

func counted(list []eval.Condition) string {
	if len(list) == 1 {
		return "the conditions"
	}
	return fmt.Sprintf("%d conditions", len(list))
}
