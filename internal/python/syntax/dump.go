package syntax

import (
	"io"
	"strconv"
)

// DumpJSON writes a module as one line of JSON:
//
//	{"path": "a.py", "ast": {"_type": "Module", "body": [...], "type_ignores": []}, "diagnostics": [...]}
//
// Nodes are objects: "_type" is the class in CPython's ast module, the fields follow in the order of Python 3.13's
// grammar, then "lineno", "col_offset", "end_lineno" and "end_col_offset" where CPython's class has them (lines from 1,
// columns from 0 in bytes of UTF-8). Operators and contexts are objects too, with "_type" alone. What CPython's class has
// and the tree does not is there with CPython's default: "type_comment": null, "type_params": [].
//
// Constants: null, true, false and strings are JSON's own; a lone surrogate is its \u escape. Others are
// {"$int": "decimal digits"}, {"$float": "repr"}, {"$complex": "repr of the imaginary part"}, {"$bytes": "base64"} and
// {"$ellipsis": true}.
//
// Text that could not be read is a node BadStmt or BadExpr, which CPython does not have. Diagnostics are objects with "line"
// (from 1), "column" (from 1, in characters), "message", and "since": the Python version, like 312, from which on the text
// is valid, or 0 for an error. All output is ASCII.
func DumpJSON(w io.Writer, m *Module) error {
	d := newDumper(m)
	d.module(m)
	_, err := w.Write(d.out)
	return err
}

// dumper writes JSON.
type dumper struct {
	out   []byte
	lines []Pos // start of each line
	line  int   // index of the line that was asked for last
	// blind leaves out positions inside f-strings, which CPython before 3.12 gets wrong.
	blind bool
	inF   bool
}

func newDumper(m *Module) *dumper {
	d := &dumper{out: make([]byte, 0, 16*len(m.File.Data)+1024)}
	for n := 1; n <= m.File.LineCount(); n++ {
		d.lines = append(d.lines, m.File.LineStart(n))
	}
	return d
}

func (d *dumper) module(m *Module) {
	d.raw(`{"path":`)
	d.str(m.File.Path)
	d.raw(`,"ast":`)
	d.tree(m)
	d.raw(`,"diagnostics":[`)
	for i, diag := range m.Diagnostics {
		if i > 0 {
			d.raw(",")
		}
		at := m.File.Position(diag.Start)
		d.raw(`{"line":` + strconv.Itoa(at.Line) + `,"column":` + strconv.Itoa(at.Column) + `,"message":`)
		d.str(diag.Message)
		d.raw(`,"since":` + strconv.Itoa(diag.Since) + `}`)
	}
	d.raw("]}\n")
}

func (d *dumper) tree(m *Module) {
	d.raw(`{"_type":"Module","body":`)
	d.stmts(m.Body)
	d.raw(`,"type_ignores":[]}`)
}

func (d *dumper) raw(s string) { d.out = append(d.out, s...) }

func (d *dumper) begin(class string) {
	d.out = append(d.out, `{"_type":"`...)
	d.out = append(d.out, class...)
	d.out = append(d.out, '"')
}

// key starts a field.
func (d *dumper) key(name string) {
	d.out = append(d.out, ',', '"')
	d.out = append(d.out, name...)
	d.out = append(d.out, '"', ':')
}

// end writes the place of a node and closes it.
func (d *dumper) end(r Range) {
	l1, c1 := d.place(r.Start)
	l2, c2 := d.place(r.End)
	if d.blind && d.inF {
		l1, c1, l2, c2 = 0, 0, 0, 0
	}
	d.key("lineno")
	d.out = strconv.AppendInt(d.out, int64(l1), 10)
	d.key("col_offset")
	d.out = strconv.AppendInt(d.out, int64(c1), 10)
	d.key("end_lineno")
	d.out = strconv.AppendInt(d.out, int64(l2), 10)
	d.key("end_col_offset")
	d.out = strconv.AppendInt(d.out, int64(c2), 10)
	d.out = append(d.out, '}')
}

// place is line and column of an offset. Most offsets are near the one before.
func (d *dumper) place(at Pos) (line, col int) {
	i := d.line
	for i+1 < len(d.lines) && d.lines[i+1] <= at {
		i++
	}
	for i > 0 && d.lines[i] > at {
		i--
	}
	d.line = i
	return i + 1, int(at - d.lines[i])
}

func (d *dumper) fieldStr(name, value string) {
	d.key(name)
	d.str(value)
}

// fieldName writes a name, or null when there is none.
func (d *dumper) fieldName(name, value string) {
	d.key(name)
	if value == "" {
		d.raw("null")
		return
	}
	d.str(value)
}

func (d *dumper) fieldExpr(name string, e Expr) {
	d.key(name)
	d.expr(e)
}

func (d *dumper) fieldExprs(name string, list []Expr) {
	d.key(name)
	d.exprs(list)
}

func (d *dumper) exprs(list []Expr) {
	d.raw("[")
	for i, e := range list {
		if i > 0 {
			d.raw(",")
		}
		d.expr(e)
	}
	d.raw("]")
}

func (d *dumper) stmts(list []Stmt) {
	d.raw("[")
	for i, s := range list {
		if i > 0 {
			d.raw(",")
		}
		d.stmt(s)
	}
	d.raw("]")
}

func (d *dumper) fieldStmts(name string, list []Stmt) {
	d.key(name)
	d.stmts(list)
}

func (d *dumper) fieldNames(name string, list []string) {
	d.key(name)
	d.raw("[")
	for i, s := range list {
		if i > 0 {
			d.raw(",")
		}
		d.str(s)
	}
	d.raw("]")
}

// each writes a list of parts.
func each[T any](d *dumper, name string, list []T, write func(T)) {
	d.key(name)
	d.raw("[")
	for i, x := range list {
		if i > 0 {
			d.raw(",")
		}
		write(x)
	}
	d.raw("]")
}

// class writes a node that has neither fields nor a place.
func (d *dumper) class(name, class string) {
	d.key(name)
	d.begin(class)
	d.raw("}")
}
