package syntax

import (
	"reflect"
	"testing"
)

// TestInspectVisitsAll compares Inspect with a walk by reflection over every field, on every production.
func TestInspectVisitsAll(t *testing.T) {
	for _, c := range productions() {
		m := parseText(c.name, c.src)
		want := map[Node]bool{}
		collectNodes(reflect.ValueOf(m.Body), want)
		got := map[Node]bool{}
		InspectBody(m.Body, func(n Node) bool {
			if got[n] {
				t.Errorf("%s: %T at %+v is visited twice", c.name, n, n.Extent())
			}
			got[n] = true
			return true
		})
		for n := range want {
			if !got[n] {
				t.Errorf("%s: %T at %+v is not visited", c.name, n, n.Extent())
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d nodes, want %d", c.name, len(got), len(want))
		}
	}
}

// collectNodes finds every statement and expression below a value.
func collectNodes(v reflect.Value, nodes map[Node]bool) {
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			collectNodes(v.Elem(), nodes)
		}
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		switch n := v.Interface().(type) {
		case Stmt:
			nodes[n] = true
		case Expr:
			nodes[n] = true
		}
		collectNodes(v.Elem(), nodes)
	case reflect.Struct:
		for i := range v.NumField() {
			collectNodes(v.Field(i), nodes)
		}
	case reflect.Slice:
		for i := range v.Len() {
			collectNodes(v.Index(i), nodes)
		}
	}
}
