package helm

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/Masterminds/semver/v3"
	"sigs.k8s.io/yaml"
)

// This file joins values as Helm does: those that a release is given win over the chart's, the chart's over those of its subcharts.
// A null takes a key away. (https://helm.sh/docs/chart_template_guide/values_files/, https://helm.sh/docs/topics/charts/#scope-dependencies-and-values)

// globalKey is the key of the values that all charts see.
const globalKey = "global"

// Values are a table of values; templates see it as .Values.
type Values map[string]any

// AsMap is the table itself, never nil.
func (v Values) AsMap() map[string]any {
	if len(v) == 0 {
		return map[string]any{}
	}
	return v
}

// YAML is the table as YAML.
func (v Values) YAML() (string, error) {
	b, err := yaml.Marshal(v)
	return string(b), err
}

// Table is the table at a path of keys joined by dots.
func (v Values) Table(name string) (Values, error) {
	table := map[string]any(v)
	for _, key := range strings.Split(name, ".") {
		next, ok := asTable(table[key])
		if !ok {
			return nil, fmt.Errorf("%q is not a table", key)
		}
		table = next
	}
	return table, nil
}

// PathValue is the value at a path of keys joined by dots, where it is no table.
func (v Values) PathValue(name string) (any, error) {
	table := v
	last := name
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		var err error
		if table, err = v.Table(name[:i]); err != nil {
			return nil, err
		}
		last = name[i+1:]
	}
	value, ok := table[last]
	if _, isTable := value.(map[string]any); !ok || isTable {
		return nil, fmt.Errorf("%q is not a value", last)
	}
	return value, nil
}

func asTable(value any) (map[string]any, bool) {
	switch value := value.(type) {
	case map[string]any:
		return value, true
	case Values:
		return value, true
	}
	return nil, false
}

// deepCopy copies tables and lists as they come from YAML.
func deepCopy(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if value == nil {
			return value
		}
		out := make(map[string]any, len(value))
		for k, v := range value {
			out[k] = deepCopy(v)
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, v := range value {
			out[i] = deepCopy(v)
		}
		return out
	}
	return value
}

// Merge lays values over others, as several --values files do. Neither is changed.
func Merge(base, over map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range base {
		out[k] = v
	}
	for k, v := range over {
		if table, ok := v.(map[string]any); ok {
			if below, ok := out[k].(map[string]any); ok {
				out[k] = Merge(below, table)
				continue
			}
		}
		out[k] = deepCopy(v)
	}
	return out
}

// coalesce are the values of a chart with those that it is given over them; keep keeps nulls.
func coalesce(c *Chart, given map[string]any, keep bool) map[string]any {
	v, _ := deepCopy(given).(map[string]any)
	if v == nil {
		v = map[string]any{}
	}
	coalesceChart(c, v, keep)
	return v
}

func coalesceChart(c *Chart, v map[string]any, keep bool) {
	own, _ := deepCopy(c.Values).(map[string]any)
	for key, val := range own {
		value, given := v[key]
		switch dest, isTable := value.(map[string]any); {
		case !given:
			v[key] = val
		case value == nil && !keep:
			delete(v, key)
		case isTable:
			if src, ok := val.(map[string]any); ok {
				coalesceTables(dest, src, keep || c.child(key) != nil)
			}
		}
	}
	for _, child := range c.charts {
		if _, ok := v[child.Name()]; !ok {
			v[child.Name()] = map[string]any{}
		}
		if table, ok := v[child.Name()].(map[string]any); ok {
			shareGlobals(table, v)
			coalesceChart(child, table, keep)
		}
	}
}

func (c *Chart) child(name string) *Chart {
	for _, child := range c.charts {
		if child.Name() == name {
			return child
		}
	}
	return nil
}

// shareGlobals gives a subchart's values the globals of those above it.
func shareGlobals(dest, src map[string]any) {
	below, isTable := dest[globalKey].(map[string]any)
	if !isTable {
		if dest[globalKey] != nil {
			return
		}
		below = map[string]any{}
	}
	above, isTable := src[globalKey].(map[string]any)
	if !isTable && src[globalKey] != nil {
		return
	}
	for key, val := range above {
		table, isTable := val.(map[string]any)
		there, isThere := below[key]
		switch destTable, ok := there.(map[string]any); {
		case isTable && !isThere:
			below[key] = copyTable(table)
		case isTable && ok:
			merged := copyTable(table)
			coalesceTables(merged, destTable, true)
			below[key] = merged
		case isTable || ok:
		default:
			below[key] = val
		}
	}
	dest[globalKey] = below
}

func copyTable(src map[string]any) map[string]any {
	out := make(map[string]any, len(src))
	for k, v := range src {
		out[k] = v
	}
	return out
}

// coalesceTables lays dst over src, into dst. A null of dst takes a value of src away, unless keep.
func coalesceTables(dst, src map[string]any, keep bool) {
	for key, val := range src {
		there, ok := dst[key]
		switch table, isTable := val.(map[string]any); {
		case ok && !keep && there == nil && val != nil:
			delete(dst, key)
		case !ok:
			dst[key] = val
		case isTable:
			if below, ok := there.(map[string]any); ok {
				coalesceTables(below, table, keep)
			}
		}
	}
}

// settle decides which subcharts take part, and gives the chart the values that it imports from them.
func (c *Chart) settle(given map[string]any) {
	c.enable(given, "")
	c.importValues()
}

// enable leaves out the subcharts that conditions and tags switch off, and gives aliases their names.
func (c *Chart) enable(v map[string]any, at string) {
	if c.Metadata.Dependencies == nil {
		return
	}
	c.charts = c.wanted()
	values := Values(coalesce(c, v, false))
	tags, _ := values.Table("tags")
	off := map[string]bool{}
	var kept []*Dependency
	for _, d := range c.Metadata.Dependencies {
		d.Enabled = d.switchedOn(values, tags, at)
		if d.Enabled {
			kept = append(kept, d)
		} else {
			off[d.Name] = true
		}
	}
	var charts []*Chart
	for _, child := range c.charts {
		if !off[child.Name()] {
			charts = append(charts, child)
		}
	}
	c.charts, c.Metadata.Dependencies = charts, kept
	for _, d := range kept {
		if c.child(d.Name) == nil {
			c.Missing = append(c.Missing, d.Name)
		}
	}
	sort.Strings(c.Missing)
	for _, child := range c.charts {
		child.enable(values, at+child.Name()+".")
	}
}

// wanted are the charts of the folder that Chart.yaml does not name, then those that it names, under their aliases.
func (c *Chart) wanted() []*Chart {
	var all []*Chart
	for _, child := range c.charts {
		named := false
		for _, d := range c.Metadata.Dependencies {
			named = named || child.Name() == d.Name && fits(d.Version, child.Metadata.Version)
		}
		if !named {
			all = append(all, child)
		}
	}
	for _, d := range c.Metadata.Dependencies {
		for _, child := range c.charts {
			if child.Name() == d.Name && fits(d.Version, child.Metadata.Version) {
				taken := child.copyFor(c)
				if d.Alias != "" {
					taken.Metadata.Name = d.Alias
				}
				all = append(all, taken)
				break
			}
		}
		if d.Alias != "" {
			d.Name = d.Alias
		}
	}
	return all
}

// fits reports whether a version is in a range.
func fits(want, have string) bool {
	v, err := semver.NewVersion(have)
	if err != nil || len(want) > 1000 {
		return false
	}
	constraint, err := semver.NewConstraint(want)
	return err == nil && constraint.Check(v)
}

// switchedOn asks the tags, then the conditions, of which the first that is there decides.
func (d *Dependency) switchedOn(values, tags Values, at string) bool {
	on, yes, no := true, false, false
	for _, tag := range d.Tags {
		if is, ok := tags[tag].(bool); ok {
			yes, no = yes || is, no || !is
		}
	}
	if no && !yes {
		on = false
	}
	for _, condition := range strings.Split(strings.TrimSpace(d.Condition), ",") {
		if value, err := values.PathValue(at + condition); condition != "" && err == nil {
			if is, ok := value.(bool); ok {
				return is
			}
		}
	}
	return on
}

// importValues takes what import-values of the dependencies names from the values of subcharts, the innermost first.
func (c *Chart) importValues() {
	for _, child := range c.charts {
		child.importValues()
	}
	imported, found := map[string]any{}, false
	values := Values(coalesce(c, nil, true))
	for _, d := range c.Metadata.Dependencies {
		for _, item := range d.ImportValues {
			from, to := "", "."
			switch item := item.(type) {
			case string:
				from = "exports." + item
			case map[string]any:
				from, to = fmt.Sprint(item["child"]), fmt.Sprint(item["parent"])
			}
			table, err := values.Table(d.Name + "." + from)
			if err != nil {
				continue
			}
			found = true
			below, _ := deepCopy(map[string]any(table)).(map[string]any)
			coalesceTables(imported, nestedAt(to, below), true)
		}
	}
	if found {
		coalesceTables(values, imported, true)
		c.Values = values
	}
}

// nestedAt is a table that has another one at a path of keys joined by dots.
func nestedAt(at string, table map[string]any) map[string]any {
	if at == "." {
		return table
	}
	keys := strings.Split(at, ".")
	for i := len(keys) - 1; i >= 0; i-- {
		table = map[string]any{keys[i]: table}
	}
	return table
}

// errNotTable says that a file of values holds something else than keys.
var errNotTable = errors.New("the file holds no keys")

// ReadValues reads a file of values.
func ReadValues(data []byte) (map[string]any, error) {
	var out any
	if err := decode(data, &out); err != nil {
		return nil, err
	}
	switch out := out.(type) {
	case nil:
		return map[string]any{}, nil
	case map[string]any:
		return out, nil
	}
	return nil, errNotTable
}
