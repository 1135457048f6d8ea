package helm

import (
	"errors"
	"reflect"
)

// Limits on what rendering a chart may cost. Real charts stay a hundred times below them.
const (
	maxSteps    = 100_000   // rounds of loops and calls of templates
	maxDepth    = 300       // templates in templates
	maxText     = 1 << 20   // bytes of any one text
	maxWritten  = 8 << 20   // bytes written by all templates
	maxWork     = 100 << 20 // bytes and nodes that functions look at
	maxNodes    = 100_000   // nodes of any one value
	maxLevels   = 100       // tables in tables
	maxNumbers  = 10_000    // numbers of a counted list
	maxPattern  = 1 << 10   // bytes of a regular expression
	maxMatched  = 64 << 10  // bytes that a regular expression is matched with
	maxCompared = 1 << 20   // pairs of values that are compared
)

// errBudget says that a chart costs more than any real one.
var errBudget = errors.New("rendering costs more than is allowed")

// budget counts what rendering a chart has cost. Who exceeds it panics with errBudget, which text/template returns as an error.
type budget struct {
	steps, depth, work, written int
}

func (b *budget) step() string {
	if b.steps++; b.steps > maxSteps {
		panic(errBudget)
	}
	return ""
}

func (b *budget) enter() string {
	if b.depth++; b.depth > maxDepth {
		panic(errBudget)
	}
	return b.step()
}

func (b *budget) leave() string {
	b.depth--
	return ""
}

// spend takes from what functions may look at.
func (b *budget) spend(units int) {
	if b.work += units; units < 0 || b.work > maxWork {
		panic(errBudget)
	}
}

// limit panics when a number is above its limit.
func limit(n, most int) {
	if n > most || n < 0 {
		panic(errBudget)
	}
}

// measure is about how many bytes a value has as text; it panics when the value is larger or deeper than any may be. The same table in two
// places counts twice, so that what is built of itself is found before it is printed.
func (b *budget) measure(values ...reflect.Value) int {
	m := &measuring{}
	for _, v := range values {
		m.value(v, 0)
	}
	b.spend(m.nodes + m.bytes/16)
	limit(m.bytes, 4*maxText)
	return m.bytes
}

type measuring struct{ nodes, bytes int }

func (m *measuring) value(v reflect.Value, level int) {
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return
		}
		v = v.Elem()
		if level++; level > maxLevels {
			panic(errBudget)
		}
	}
	if m.nodes++; level > maxLevels || m.nodes > maxNodes {
		panic(errBudget)
	}
	m.bytes += 8 + 2*level
	switch v.Kind() {
	case reflect.String:
		limit(v.Len(), maxText)
		m.bytes += v.Len()
	case reflect.Map:
		if v.Type() == reflect.TypeFor[files]() {
			return
		}
		for it := v.MapRange(); it.Next(); {
			m.value(it.Key(), level)
			m.value(it.Value(), level+1)
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			m.bytes += 4 * v.Len()
			return
		}
		for i := range v.Len() {
			m.value(v.Index(i), level+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			m.value(v.Field(i), level+1)
		}
	}
}
