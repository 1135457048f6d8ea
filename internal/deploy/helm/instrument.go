package helm

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"text/template"
	"text/template/parse"

	"gonogo/internal/source"
)

// This file puts calls into parsed templates: those that count what they cost, and those that note which part of a file writes next.

// place is a part of a template file: a text that is written as it is, or an action.
type place struct {
	file       *source.File
	start, end source.Pos
	verbatim   bool
}

// instrumenting is one file's.
type instrumenting struct {
	r    *run
	file *source.File // nil for a text of tpl
}

func (r *run) instrument(t *template.Template, f *source.File) {
	if t.Tree == nil || t.Tree.Root == nil || r.seen[t.Tree] {
		return
	}
	r.seen[t.Tree] = true
	x := &instrumenting{r: r, file: f}
	x.list(t.Tree.Root)
	nodes := append([]parse.Node{call("__enter")}, t.Tree.Root.Nodes...)
	t.Tree.Root.Nodes = append(nodes, call("__leave"))
}

// call is an action that calls one of the functions.
func call(function string) parse.Node { return action(fmt.Sprintf("{{%s}}", function)) }

func action(text string) *parse.ActionNode {
	nothing := func(...any) string { return "" }
	names := map[string]any{"__step": nothing, "__enter": nothing, "__leave": nothing, "__at": nothing, "__out": nothing, "__method": nothing}
	trees, err := parse.Parse("bounds", text, "", "", names)
	if err != nil {
		panic(err)
	}
	return trees["bounds"].Root.Nodes[0].(*parse.ActionNode)
}

func (x *instrumenting) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	out := make([]parse.Node, 0, 2*len(l.Nodes)+1)
	for _, n := range l.Nodes {
		if uses := methods(n); uses > 0 {
			out = append(out, action(fmt.Sprintf("{{__method %d}}", uses)))
		}
		switch n := n.(type) {
		case *parse.TextNode:
			out = append(out, x.before(n.Pos, n.Text))
		case *parse.ActionNode:
			if len(n.Pipe.Decl) == 0 {
				out = append(out, x.before(n.Pos, nil))
				n.Pipe.Cmds = append(n.Pipe.Cmds, action(`{{"" | __out}}`).Pipe.Cmds[1])
			}
		case *parse.IfNode:
			x.branch(&n.BranchNode)
		case *parse.WithNode:
			x.branch(&n.BranchNode)
		case *parse.RangeNode:
			x.branch(&n.BranchNode)
			n.List.Nodes = append([]parse.Node{call("__step")}, n.List.Nodes...)
		}
		out = append(out, n)
	}
	l.Nodes = out
}

// methods is how often a node itself calls a method of .Files or .Values that looks at all of them.
func methods(n parse.Node) int {
	var pipe *parse.PipeNode
	switch n := n.(type) {
	case *parse.ActionNode:
		pipe = n.Pipe
	case *parse.IfNode:
		pipe = n.Pipe
	case *parse.WithNode:
		pipe = n.Pipe
	case *parse.RangeNode:
		pipe = n.Pipe
	case *parse.TemplateNode:
		pipe = n.Pipe
	}
	if pipe == nil {
		return 0
	}
	uses, text := 0, pipe.String()
	for _, name := range []string{".Glob", ".AsConfig", ".AsSecrets", ".Lines", ".Get", ".YAML"} {
		uses += strings.Count(text, name)
	}
	return uses
}

// method counts the calls of methods: each may look at all files and values.
func (r *run) method(uses int) string {
	r.spend(uses * (r.filed + maxText/100))
	return ""
}

func (x *instrumenting) branch(b *parse.BranchNode) {
	x.list(b.List)
	x.list(b.ElseList)
}

// before is a call that notes the place which writes next.
func (x *instrumenting) before(at parse.Pos, text []byte) parse.Node {
	x.r.places = append(x.r.places, x.place(int(at), text))
	return action(fmt.Sprintf("{{__at %d}}", len(x.r.places)-1))
}

// place is where a node stands: a text where the file has it, an action from its braces to their end.
func (x *instrumenting) place(at int, text []byte) place {
	if x.file == nil || at > len(x.file.Data) {
		return place{}
	}
	data := x.file.Data
	if text != nil && bytes.HasPrefix(data[at:], text) {
		return place{x.file, source.Pos(at), source.Pos(at + len(text)), true}
	}
	start := max(bytes.LastIndex(data[:at], []byte("{{")), 0)
	end := len(data)
	if i := bytes.Index(data[at:], []byte("}}")); i >= 0 {
		end = at + i + 2
	}
	return place{x.file, source.Pos(start), source.Pos(end), false}
}

// at notes that a place writes next.
func (r *run) at(number int) string {
	f := r.top()
	if n := len(f.segments); n > 0 && f.segments[n-1].out == f.buf.Len() && r.places[f.segments[n-1].place].verbatim {
		f.segments = f.segments[:n-1] // the one before wrote nothing; an action that wrote nothing is a fact
	}
	f.segments = append(f.segments, segment{out: f.buf.Len(), place: number})
	return ""
}

// out looks at what an action is about to write.
func (r *run) out(v any) any {
	r.measure(reflect.ValueOf(v))
	return v
}

// called are the names of templates that a tree calls with {{template}}.
func called(t *parse.Tree) []string {
	var names []string
	if t != nil {
		calledIn(t.Root, &names)
	}
	return names
}

func calledIn(l *parse.ListNode, names *[]string) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.TemplateNode:
			*names = append(*names, n.Name)
		case *parse.IfNode:
			calledIn(n.List, names)
			calledIn(n.ElseList, names)
		case *parse.WithNode:
			calledIn(n.List, names)
			calledIn(n.ElseList, names)
		case *parse.RangeNode:
			calledIn(n.List, names)
			calledIn(n.ElseList, names)
		}
	}
}
