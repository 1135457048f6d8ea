package helm

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"sort"
	"strings"
	"text/template"
	"text/template/parse"

	"gonogo/internal/source"
)

// Release is what a chart is installed as.
type Release struct {
	Name, Namespace string
	// Values are laid over the chart's own.
	Values map[string]any
	// Strict makes a value that `required` misses and a template that is not there errors, as they are for Helm; else their text is unknown.
	Strict bool
}

// Output is what a template gives.
type Output struct {
	Chart    *Chart
	Template *source.File
	Name     string // the path by which Helm names it: "web/templates/deployment.yaml"
	Text     []byte
	// Err says why there is no text: a clause for people.
	Err error

	written written
	places  []place
}

// run is the rendering of one chart.
type run struct {
	budget
	strict bool
	root   *template.Template
	seen   map[*parse.Tree]bool
	places []place
	frames []*frame
	filed  int // bytes of all files that templates can read
}

// renderable is a template with the values that it sees.
type renderable struct {
	chart  *Chart
	file   *source.File
	values map[string]any
	base   string
}

// Render renders all templates of a chart and its subcharts but partials, in the order of their names. Each fails for itself. It changes nothing
// of the chart but Missing.
func (c *Chart) Render(release Release) []*Output {
	chart := c.copyFor(nil)
	chart.settle(release.Values)
	c.Missing = chart.missing()
	all := map[string]*renderable{}
	chart.collect(all, map[string]any{"Values": Values(coalesce(chart, release.Values, false)), "Release": release.object(), "Capabilities": capabilities()})
	r := &run{strict: release.Strict, seen: map[*parse.Tree]bool{}}
	r.root = template.New("gotpl").Option("missingkey=zero").Funcs(r.functions())
	r.root.Funcs(template.FuncMap{"include": r.include(r.root), "tpl": r.tpl(r.root)})
	for _, t := range all {
		r.filed = max(r.filed, t.chart.filed())
	}
	names := sortedNames(all)
	sort.SliceStable(names, func(i, j int) bool { // deeper ones first, as in Helm: the last of several definitions holds
		a, b := strings.Count(names[i], "/"), strings.Count(names[j], "/")
		if a != b {
			return a > b
		}
		return names[i] > names[j]
	})
	faults := map[string]error{}
	size := 0
	for _, name := range names {
		if size += len(all[name].file.Data); size > maxWritten {
			faults[name] = errBudget
			continue
		}
		faults[name] = r.parse(name, all[name].file)
	}
	r.defineMissing()
	var out []*Output
	for _, name := range names {
		if t := all[name]; !strings.HasPrefix(path.Base(name), "_") {
			o := &Output{Chart: t.chart, Template: t.file, Name: name, Err: faults[name]}
			if o.Err == nil {
				t.values["Template"] = Values{"Name": name, "BasePath": t.base}
				r.execute(o, t.values)
			}
			out = append(out, o)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// missing are the charts that this one and its subcharts lack.
func (c *Chart) missing() []string {
	all := append([]string{}, c.Missing...)
	for _, child := range c.charts {
		all = append(all, child.missing()...)
	}
	return all
}

func (r Release) object() map[string]any {
	return map[string]any{"Name": r.Name, "Namespace": r.Namespace, "IsUpgrade": false, "IsInstall": true, "Revision": 1, "Service": "Helm"}
}

// chartObject is .Chart.
type chartObject struct {
	Metadata
	IsRoot bool
}

// collect adds the templates of a chart and its subcharts with what they see.
func (c *Chart) collect(all map[string]*renderable, above map[string]any) map[string]any {
	subcharts := map[string]any{}
	next := map[string]any{"Chart": chartObject{c.Metadata, c.parent == nil}, "Files": c.visible(), "Release": above["Release"],
		"Capabilities": above["Capabilities"], "Values": Values{}, "Subcharts": subcharts}
	if c.parent == nil {
		next["Values"] = above["Values"]
	} else if values, ok := above["Values"].(Values); ok {
		if table, err := values.Table(c.Name()); err == nil {
			next["Values"] = table
		}
	}
	for _, child := range c.charts {
		subcharts[child.Name()] = child.collect(all, next)
	}
	for _, f := range c.templates {
		name := strings.TrimPrefix(f.Path, c.Dir+"/")
		if c.IsLibrary() && !strings.HasPrefix(path.Base(name), "_") || len(all) >= maxTemplates {
			continue
		}
		all[c.fullPath()+"/"+name] = &renderable{chart: c, file: f, values: next, base: c.fullPath() + "/templates"}
	}
	return next
}

// parse reads one template file.
func (r *run) parse(name string, f *source.File) (err error) {
	defer caught(&err)
	if err := parsable(string(f.Data)); err != nil {
		return err
	}
	if _, err := r.root.New(name).Parse(string(f.Data)); err != nil {
		return errors.New(lastPart(err.Error()))
	}
	for _, t := range r.root.Templates() {
		r.instrument(t, f)
	}
	return nil
}

// parsable refuses texts that nest so deeply that text/template, which has no bound, would run out of stack.
func parsable(text string) error {
	if len(text) > maxTemplate || strings.Count(text, "{{") > 20_000 || strings.Count(text, "(") > 20_000 {
		return errors.New("the template is too large")
	}
	return nil
}

// caught turns a panic into an error.
func caught(err *error) {
	switch fault := recover().(type) {
	case nil:
	case error:
		*err = fault
	default:
		*err = fmt.Errorf("%v", fault)
	}
}

// defineMissing gives templates that are called and not there a text that is not known: they are in a chart that the tree lacks.
func (r *run) defineMissing() {
	if r.strict {
		return
	}
	for _, t := range r.root.Templates() {
		for _, name := range called(t.Tree) {
			if r.root.Lookup(name) == nil {
				if _, err := r.root.New(name).Parse(unknown(name)); err != nil {
					continue
				}
			}
		}
	}
}

func (r *run) execute(o *Output, values map[string]any) {
	defer caught(&o.Err)
	r.frames, r.depth = nil, 0
	f := r.push()
	if err := r.root.ExecuteTemplate(f, o.Name, values); err != nil {
		o.Err = reasonOf(err)
		return
	}
	o.written = written{text: f.buf.String(), segments: f.segments}.without("<no value>") // what Go writes for nothing
	o.Text, o.places = []byte(o.written.text), r.places
}

// reasonOf says why a template could not be rendered.
func reasonOf(err error) error {
	var refused *refusal
	switch {
	case errors.Is(err, errBudget):
		return errBudget
	case errors.As(err, &refused):
		return fmt.Errorf("the chart refuses its values: %s", oneLine(refused.message))
	}
	return errors.New(lastPart(err.Error()))
}

// lastPart is an error's text without the templates that led to it, bounded.
func lastPart(text string) string {
	text = strings.TrimPrefix(text, "template: ")
	if i := strings.LastIndex(text, "at <"); i >= 0 {
		text = text[i:]
	}
	return oneLine(text)
}

func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "..."
	}
	return text
}

// frame is one text that is being written: a file's, or that of an include.
type frame struct {
	r        *run
	buf      bytes.Buffer
	segments []segment
}

// Write adds to the text, within bounds.
func (f *frame) Write(p []byte) (int, error) {
	if f.r.written += len(p); f.r.written > maxWritten || f.buf.Len()+len(p) > maxText {
		return 0, errBudget
	}
	return f.buf.Write(p)
}

func (r *run) push() *frame {
	f := &frame{r: r}
	r.frames = append(r.frames, f)
	return f
}

func (r *run) top() *frame { return r.frames[len(r.frames)-1] }

// into executes a template into a text of its own, whose places the action that asks for it keeps.
func (r *run) into(t *template.Template, data any) (string, error) {
	depth := r.depth
	f := r.push()
	err := t.Execute(f, data)
	r.frames, r.depth = r.frames[:len(r.frames)-1], depth
	if err != nil {
		return "", err
	}
	text := f.buf.String()
	if above := r.top(); len(above.segments) > 0 {
		last := &above.segments[len(above.segments)-1]
		last.parts = append(last.parts, written{text: text, segments: f.segments})
	}
	return text, nil
}

// include is Helm's include: the text of a named template.
func (r *run) include(in *template.Template) func(string, any) (string, error) {
	return func(name string, data any) (string, error) {
		t := in.Lookup(name)
		if t == nil {
			if r.strict {
				return "", fmt.Errorf("there is no template %q", name)
			}
			return unknown(name), nil
		}
		return r.into(t, data)
	}
}

// tpl is Helm's tpl: a text that is a template.
func (r *run) tpl(in *template.Template) func(string, any) (string, error) {
	return func(text string, data any) (string, error) {
		if err := parsable(text); err != nil {
			return "", err
		}
		r.spend(8*len(text) + 16*len(in.Templates()))
		t, err := in.Clone()
		if err != nil {
			return "", err
		}
		t.Option("missingkey=zero").Funcs(template.FuncMap{"include": r.include(t), "tpl": r.tpl(t)})
		if t, err = t.New(in.Name()).Parse(text); err != nil {
			return "", err
		}
		for _, t := range t.Templates() {
			r.instrument(t, nil)
		}
		out, err := r.into(t, data)
		return strings.ReplaceAll(out, "<no value>", ""), err
	}
}
