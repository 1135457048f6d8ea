package media

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/access"
	"gonogo/internal/django/flow"
	"gonogo/internal/django/queries"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

func exports() check.Check {
	return check.Check{
		ID:              "media/exports",
		Severity:        check.Recommended,
		Source:          answerExports,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "Exports go out with the answer or to a storage, and not into a file of a fixed name",
			Why: `An export that a view writes to a fixed path of the machine is overwritten by the next one, so that two users get each other's rows; it is on one host of several; and it stays there, below MEDIA_ROOT for everybody who guesses the name.

A small export is the answer itself. A large one is written by a task to a storage under a name that nobody guesses, goes out through a view that checks the user, and is deleted after a day.`,
			Fix:    "Write into the answer, `csv.writer(HttpResponse(content_type=\"text/csv\"))`, or into a `tempfile.NamedTemporaryFile()` that is saved to a storage.",
			Verify: "Start two exports as two users at once: each gets their own rows, and no file stays on the disk.",
			Bad:    []check.Example{check.Project("All users share one file.", "settings.py", "", "views.py", "import csv\n\nfrom django.http import FileResponse\n\n\ndef export(request):\n    with open(\"/tmp/orders.csv\", \"w\") as file:\n        csv.writer(file).writerows(rows(request.user))\n    return FileResponse(open(\"/tmp/orders.csv\", \"rb\"))\n")},
			Good:   []check.Example{check.Project("The answer is the export.", "settings.py", "", "views.py", "import csv\n\nfrom django.http import HttpResponse\n\n\ndef export(request):\n    response = HttpResponse(content_type=\"text/csv\")\n    csv.writer(response).writerows(rows(request.user))\n    return response\n")},
			References: []check.Reference{
				check.See("Django: outputting CSV", check.DjangoDocs+"howto/outputting-csv/"),
				check.See("CWE-377: insecure temporary file", "https://cwe.mitre.org/data/definitions/377.html"),
			},
			Triggers: []string{
				"a function that gets a request writes a file whose name is fixed",
				"a view that strangers reach writes rows of users into a table, and asks nobody",
			},
		},
	}
}

func answerExports(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	writers := len(p.Project.Flow().Named("writer", "DictWriter", "Workbook"))
	for _, c := range p.Project.Flow().Named("open", "to_csv", "to_excel", "to_json") {
		path, writes := written(c)
		if !writes {
			continue
		}
		writers++
		if c.In == nil || !c.In.TakesRequest() || !isFixed(c.In, path, 0) {
			continue
		}
		findings = append(findings, check.Finding{
			Severity: check.Recommended,
			Message:  "Each request writes this file under one name, so that users get each other's rows and the last one stays on the disk; write into the answer, or a temporary file",
			At:       c.Module.Syntax.Span(c.Call),
		})
	}
	findings = append(findings, openExports(p)...)
	if writers == 0 {
		return check.Absent("the code writes no files or tables")
	}
	return check.Gather(findings, nil, "")
}

// openExports are the views that give tables of what belongs to users to strangers.
func openExports(p *check.SourcePass) (findings []check.Finding) {
	if p.Settings == nil {
		return nil
	}
	schema := p.Project.Queries().Schema
	for n := range p.Project.Routes().Endpoints {
		e := &p.Project.Routes().Endpoints[n]
		def := e.View.Definition.Function
		if def == nil || e.Anyone() != eval.Yes || e.Unknown != "" {
			continue
		}
		f := p.Project.Flow().Function(def)
		if _, guarded := access.Guarded(e); f == nil || guarded || f.Mentions("user", "session", "is_authenticated") || access.Asks(f) {
			continue
		}
		table := tableIn(f)
		if table == nil {
			continue
		}
		if m := ownedRows(f, schema); m != nil {
			findings = append(findings, check.Finding{
				Severity: check.Recommended, At: f.Module.Syntax.Span(table), Related: []check.Related{{Message: "this leads to the view", At: e.At}},
				Message: e.Path() + " gives a table of every " + m.Name + " to everybody: nothing asks for a login or a permission; add permission_required",
			})
		}
	}
	return findings
}

// tableIn is the call by which a body writes a table for the answer, nil without one.
func tableIn(f *flow.Function) (found *syntax.Call) {
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.Call); ok && found == nil {
			switch dotted, _ := f.Module.Resolve(c.Func); dotted {
			case "csv.writer", "csv.DictWriter", "openpyxl.Workbook", "xlwt.Workbook", "xlsxwriter.Workbook":
				found = c
			}
		}
		return found == nil
	})
	return found
}

// ownedRows is the model of users, or one whose rows are a user's own affair, of which a body takes rows without narrowing them to one.
func ownedRows(f *flow.Function, schema *queries.Schema) (found *queries.Model) {
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		a, ok := n.(*syntax.Attribute)
		if !ok || a.Attr != "objects" || found != nil {
			return found == nil
		}
		dotted, _ := f.Module.Resolve(a.Value)
		m := schema.Model(dotted)
		if m == nil {
			return true
		}
		if owner, ok := access.OwnerOf(schema, m); ok && (owner.Private || m == schema.User()) {
			found = m
		}
		return found == nil
	})
	return found
}

// written is the path that a call writes to; ok is false for one that reads, or writes elsewhere.
func written(c *flow.Call) (path syntax.Expr, ok bool) {
	name := flow.LastName(c.Func)
	if name != "open" {
		path = flow.Arg(c.Call, 0, "path_or_buf")
		return path, path != nil
	}
	if c.Dotted() != "builtins.open" {
		return nil, false
	}
	mode, isText := flow.Arg(c.Call, 1, "mode").(*syntax.Constant)
	path = flow.Arg(c.Call, 0, "file")
	return path, isText && path != nil && strings.ContainsAny(mode.Value, "wx")
}

// isFixed reports whether a path is the same for every request: made of constants and settings alone.
func isFixed(f *flow.Function, e syntax.Expr, depth int) bool {
	if depth > 6 {
		return false
	}
	switch e := e.(type) {
	case *syntax.Constant:
		return e.Kind == syntax.Str && e.Value != ""
	case *syntax.Name:
		if v := f.Value(e); v != nil {
			return isFixed(f, v, depth+1)
		}
	case *syntax.Attribute:
		return f.Origin(e, flow.Question{}).Kinds == flow.Setting
	case *syntax.BinOp:
		return isFixed(f, e.Left, depth+1) && isFixed(f, e.Right, depth+1)
	case *syntax.Call:
		if flow.LastName(e.Func) != "join" || len(e.Args) == 0 {
			return false
		}
		for _, a := range e.Args {
			if !isFixed(f, a, depth+1) {
				return false
			}
		}
		return true
	}
	return false
}
