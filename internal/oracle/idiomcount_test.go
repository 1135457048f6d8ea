package oracle

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// idiomCount counts how the settings of a fixture fared over all environments and versions of Django.
type idiomCount struct {
	known, oneOf, wrong int
	unknown             map[string]int  // by reason
	expected            map[string]int  // by setting: unknown as the fixture says
	told                map[string]bool // problems that were told; each is told once, for the first environment that shows it
	refused             int             // imports that Django refuses
	missed              int             // those of them that gonogo takes for possible, with something left unknown
}

func newIdiomCount() idiomCount {
	return idiomCount{unknown: map[string]int{}, expected: map[string]int{}, told: map[string]bool{}}
}

// compare counts one answer of Django's.
func (n *idiomCount) compare(t *testing.T, p project, where string, ours evaluation, theirs idiomAnswer) {
	t.Helper()
	switch {
	case theirs.Error != "":
		n.refused++
		if ours.imported && ours.leavesOpen() {
			n.missed++
			t.Logf("%s: Django says %s", where, theirs.Error)
		} else if ours.imported {
			n.addWrong(t, where, p.module, "gonogo imports it and knows every setting, Django says "+theirs.Error)
		}
	case !ours.imported:
		n.addWrong(t, where, p.module, "gonogo says that it cannot be imported, Django imports it")
	default:
		n.settings(t, p, where, ours, theirs.Settings)
	}
}

// leavesOpen is whether gonogo says that something is not known, so that it may have missed that the import fails.
func (e evaluation) leavesOpen() bool {
	for _, s := range e.settings {
		if s.State != "known" || len(unknownWithin(s.Value)) > 0 {
			return true
		}
	}
	const nobodys = "NO_SETTING_HAS_THIS_NAME"
	return e.ask(nobodys)[nobodys].State == "unknown"
}

func (n *idiomCount) settings(t *testing.T, p project, where string, ours evaluation, theirs map[string]json.RawMessage) {
	t.Helper()
	for _, name := range sortedKeys(theirs) {
		s, there := ours.settings[name]
		if !there {
			s, there = ours.ask(name)[name]
		}
		if there && s.State != "unset" {
			n.setting(t, p, where, name, s, theirs[name])
		} else {
			n.addWrong(t, where, name, fmt.Sprintf("not seen by gonogo, Django has %s", theirs[name]))
		}
	}
	for _, name := range sortedKeys(ours.settings) {
		if s := ours.settings[name]; theirs[name] == nil && s.State == "known" && !s.Default {
			n.addWrong(t, where, name, fmt.Sprintf("gonogo has %s, Django has no such setting", s.Value))
		}
	}
}

func (n *idiomCount) addWrong(t *testing.T, where, name, problem string) {
	t.Helper()
	n.wrong++
	n.tell(t, where, name, problem)
}

func (n *idiomCount) tell(t *testing.T, where, name, problem string) {
	t.Helper()
	if key := name + problem; !n.told[key] {
		n.told[key] = true
		t.Errorf("%s: %s (%s)", name, problem, where)
	}
}

// setting counts one setting. One that is known but for some part counts as unknown.
func (n *idiomCount) setting(t *testing.T, p project, where, name string, s setting, theirs json.RawMessage) {
	t.Helper()
	value := decode(t, theirs)
	switch s.State {
	case "known":
		if problem := agrees(decode(t, s.Value), value); problem != "" {
			n.addWrong(t, where, name, problem)
		} else if reasons := unknownWithin(s.Value); len(reasons) > 0 {
			n.addUnknown(t, p, where, name, "in part: "+strings.Join(reasons, "; "))
		} else {
			n.known++
		}
	case "one-of":
		if !slices.ContainsFunc(s.Values, func(v struct {
			Value json.RawMessage `json:"value"`
		}) bool {
			return agrees(decode(t, v.Value), value) == ""
		}) {
			n.addWrong(t, where, name, fmt.Sprintf("none of %d alternatives is Django's %s", len(s.Values), theirs))
		} else {
			n.oneOf++
		}
	default:
		n.addUnknown(t, p, where, name, s.Reason)
	}
}

func (n *idiomCount) addUnknown(t *testing.T, p project, where, name, reason string) {
	t.Helper()
	if words, ok := p.unknown[name]; ok && strings.Contains(reason, words) {
		n.expected[name]++
		return
	}
	n.unknown[reason]++
	n.tell(t, where, name, "unknown, "+reason+"; make it known, or say why it cannot be with expect-unknown")
}

// unknownWithin are the reasons of the unknown parts of a value.
func unknownWithin(raw json.RawMessage) []string {
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return nil
	}
	var reasons []string
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, element := range v {
				walk(element)
			}
		case map[string]any:
			if reason, ok := v["$unknown"]; ok {
				reasons = append(reasons, fmt.Sprint(reason))
			}
			if _, ok := v["$open"]; ok {
				reasons = append(reasons, "a dictionary with unknown keys")
			}
			for _, key := range sortedKeys(v) {
				walk(v[key])
			}
		}
	}
	walk(value)
	return reasons
}

// judgeFixture asks that what the fixture expects to be unknown is so somewhere, and that there was something to compare.
func (n idiomCount) judgeFixture(t *testing.T, p project) {
	t.Helper()
	for _, name := range sortedKeys(p.unknown) {
		if n.expected[name] == 0 {
			t.Errorf("%s is expected to be unknown (%s), and never is; drop the line", name, p.unknown[name])
		}
	}
	if n.known+n.oneOf == 0 {
		t.Error("no setting is known in any environment that Django imports")
	}
}

// judgeIdioms adds up all fixtures: no value is wrong, and of all settings the wanted share is known or one of several.
func judgeIdioms(t *testing.T, counts []idiomCount) {
	t.Helper()
	all, unknown, expected := newIdiomCount(), 0, 0
	for _, n := range counts {
		all.known += n.known
		all.oneOf += n.oneOf
		all.wrong += n.wrong
		all.refused += n.refused
		all.missed += n.missed
		for reason, count := range n.unknown {
			all.unknown[reason] += count
			unknown += count
		}
		for _, count := range n.expected {
			expected += count
		}
	}
	total := all.known + all.oneOf + unknown + expected
	t.Logf("%d fixtures, %d settings compared: %d known, %d one-of, %d unknown as expected, %d unknown otherwise, %d wrong; "+
		"%d imports refused by Django, %d of them left open by gonogo",
		len(counts), total, all.known, all.oneOf, expected, unknown, all.wrong, all.refused, all.missed)
	for _, reason := range sortedKeys(all.unknown) {
		t.Logf("unknown %d times: %s", all.unknown[reason], reason)
	}
	if all.wrong > 0 {
		t.Errorf("%d values are wrong", all.wrong)
	}
	if total == 0 || float64(all.known+all.oneOf) < knownShare*float64(total) {
		t.Errorf("only %d of %d settings are known", all.known+all.oneOf, total)
	}
}
