package oracle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// decode reads JSON with numbers as they are written.
func decode(t *testing.T, raw []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return v
}

// agrees says how a value of gonogo's contradicts Django's, or "". What gonogo calls unknown agrees with everything.
func agrees(ours, theirs any) string {
	switch o := ours.(type) {
	case map[string]any:
		return objectAgrees(o, theirs)
	case []any:
		t, ok := theirs.([]any)
		if !ok {
			return fmt.Sprintf("a list, Django has %v", theirs)
		}
		return listAgrees(o, t)
	case json.Number:
		if t, ok := theirs.(json.Number); ok && sameNumber(o, t) {
			return ""
		}
	default:
		if ours == theirs {
			return ""
		}
	}
	return fmt.Sprintf("%v, Django has %v", ours, theirs)
}

func sameNumber(a, b json.Number) bool {
	if a == b {
		return true
	}
	x, errX := a.Float64()
	y, errY := b.Float64()
	_, intX := a.Int64()
	_, intY := b.Int64()
	return errX == nil && errY == nil && x == y && (intX == nil) == (intY == nil)
}

func objectAgrees(ours map[string]any, theirs any) string {
	if _, unknown := ours["$unknown"]; unknown {
		return ""
	}
	if name, object := ours["$object"]; object {
		if t, ok := theirs.(map[string]any); ok {
			if other, ok := t["$object"].(string); ok && sameClass(name.(string), other) {
				return ""
			}
		}
		return fmt.Sprintf("an object %v, Django has %v", name, theirs)
	}
	t, ok := theirs.(map[string]any)
	if !ok {
		return fmt.Sprintf("%v, Django has %v", ours, theirs)
	}
	if set, ok := ours["$set"]; ok {
		return setAgrees(set.([]any), t["$set"])
	}
	if seconds, ok := ours["$timedelta"].(json.Number); ok {
		return secondsAgree(seconds, t["$timedelta"])
	}
	_, open := ours["$open"]
	for key, value := range ours {
		if key == "$open" {
			continue
		}
		other, there := t[key]
		if !there {
			return fmt.Sprintf("a key %q that Django has not", key)
		}
		if problem := agrees(value, other); problem != "" {
			return fmt.Sprintf("[%q] %s", key, problem)
		}
	}
	for key := range t {
		if _, there := ours[key]; !there && !open {
			return fmt.Sprintf("no key %q, Django has it", key)
		}
	}
	return ""
}

// sameClass compares names of classes without their modules, for a package may define a class elsewhere than it is imported from.
func sameClass(ours, theirs string) bool {
	return ours[strings.LastIndexByte(ours, '.')+1:] == theirs[strings.LastIndexByte(theirs, '.')+1:]
}

func secondsAgree(ours json.Number, theirs any) string {
	t, ok := theirs.(json.Number)
	x, errX := ours.Float64()
	y, errY := t.Float64()
	if !ok || errX != nil || errY != nil || x != y {
		return fmt.Sprintf("%v seconds, Django has %v", ours, theirs)
	}
	return ""
}

func setAgrees(ours []any, theirs any) string {
	t, ok := theirs.([]any)
	if !ok {
		return fmt.Sprintf("a set, Django has %v", theirs)
	}
	for _, o := range ours {
		if isUnknown(o) {
			return ""
		}
		if !slices.ContainsFunc(t, func(x any) bool { return agrees(o, x) == "" }) {
			return fmt.Sprintf("%v in a set, Django has %v", o, t)
		}
	}
	if len(ours) != len(t) {
		return fmt.Sprintf("a set of %d, Django has %d", len(ours), len(t))
	}
	return ""
}

// listAgrees compares in order; an element that stands for any number of unknown ones takes as many as are needed.
func listAgrees(ours, theirs []any) string {
	for i, o := range ours {
		if isUnknown(o) {
			return tailAgrees(ours[i+1:], theirs[min(i, len(theirs)):])
		}
		if i >= len(theirs) {
			return fmt.Sprintf("%d elements, Django has %d", len(ours), len(theirs))
		}
		if problem := agrees(o, theirs[i]); problem != "" {
			return fmt.Sprintf("[%d] %s", i, problem)
		}
	}
	if len(theirs) > len(ours) {
		return fmt.Sprintf("%d elements, Django has %d", len(ours), len(theirs))
	}
	return ""
}

// tailAgrees looks for the rest of our list at some place of theirs.
func tailAgrees(ours, theirs []any) string {
	problem := ""
	for i := 0; i <= len(theirs); i++ {
		if problem = listAgrees(ours, theirs[i:]); problem == "" {
			return ""
		}
	}
	return "behind an unknown element: " + problem
}

func isUnknown(v any) bool {
	m, ok := v.(map[string]any)
	if !ok {
		return false
	}
	_, unknown := m["$unknown"]
	return unknown
}

func TestAgrees(t *testing.T) {
	cases := []struct {
		name, ours, theirs string
		agree              bool
	}{
		{"same", `{"a":[1,"x",null,true]}`, `{"a":[1,"x",null,true]}`, true},
		{"other text", `"a"`, `"b"`, false},
		{"int is not float", `1`, `1.0`, false},
		{"floats written differently", `0.10`, `0.1`, true},
		{"bool is not int", `true`, `1`, false},
		{"unknown", `{"$unknown":"why"}`, `[1]`, true},
		{"unknown within", `{"a":{"$unknown":"why"}}`, `{"a":3}`, true},
		{"missing key", `{}`, `{"a":3}`, false},
		{"open dictionary", `{"$open":true}`, `{"a":3}`, true},
		{"key too many", `{"a":3,"$open":true}`, `{}`, false},
		{"unknown elements", `["a",{"$unknown":"n"},"z"]`, `["a","b","c","z"]`, true},
		{"unknown elements and another end", `["a",{"$unknown":"n"},"z"]`, `["a","b"]`, false},
		{"short list", `["a"]`, `["a","b"]`, false},
		{"set in another order", `{"$set":[1,2]}`, `{"$set":[2,1]}`, true},
		{"objects of one class", `{"$object":"kombu.Queue"}`, `{"$object":"kombu.entity.Queue"}`, true},
		{"objects of two classes", `{"$object":"a.Queue"}`, `{"$object":"a.Exchange"}`, false},
		{"tuple is not list", `{"$tuple":[1]}`, `[1]`, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			problem := agrees(decode(t, []byte(c.ours)), decode(t, []byte(c.theirs)))
			if (problem == "") != c.agree {
				t.Errorf("%s against %s: %q", c.ours, c.theirs, problem)
			}
		})
	}
}
