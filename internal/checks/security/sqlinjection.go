package security

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/flow"
	"gonogo/internal/python/syntax"
)

func sqlInjection() check.Check {
	return check.Check{
		ID:              "security/sql-injection",
		Severity:        check.Critical,
		Source:          answerSQLInjection,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "Values reach the database as parameters, never as a part of the SQL text",
			Why: `The ORM passes values beside the SQL text. Where code writes SQL itself and puts a value into the text, whoever chooses the value chooses what the database does: reads every table, changes rows, or locks the site out.

Names of tables and columns can't be parameters. They belong to a list that the code itself holds, or go through connection.ops.quote_name or psycopg's sql.Identifier.`,
			Fix:    "Write %s into the text and pass the values in the second argument: `cursor.execute(\"SELECT ... WHERE name = %s\", [name])`; `Order.objects.raw(sql, params)`. Quote names with `connection.ops.quote_name`.",
			Verify: "Send a value with a single quote in it: the answer is an empty list, not an error of the database.",
			Bad: []check.Example{check.Project("What the visitor types is a part of the SQL.",
				"settings.py", "", "views.py", "from django.db import connection\n\n\ndef search(request):\n    with connection.cursor() as cursor:\n        cursor.execute(f\"SELECT id FROM shop_order WHERE name = '{request.GET['name']}'\")\n        return cursor.fetchall()\n")},
			Good: []check.Example{check.Project("The value is a parameter.",
				"settings.py", "", "views.py", "from django.db import connection\n\n\ndef search(request):\n    with connection.cursor() as cursor:\n        cursor.execute(\"SELECT id FROM shop_order WHERE name = %s\", [request.GET[\"name\"]])\n        return cursor.fetchall()\n")},
			References: []check.Reference{
				check.See("Django: SQL injection protection", check.DjangoDocs+"topics/security/#sql-injection-protection"),
				check.See("Django: performing raw SQL queries", check.DjangoDocs+"topics/db/sql/"),
			},
			Triggers: []string{
				"SQL text holds what the client sent, as it was sent (critical)",
				"SQL text holds a field of a form or serializer, or a part of the address",
			},
		},
	}
}

func answerSQLInjection(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	var doubts []string
	sinks := 0
	for _, c := range p.Project.Flow().Named("execute", "executemany", "raw", "extra", "RawSQL") {
		if ofOperator(c.Module.Syntax) {
			continue
		}
		for _, text := range sqlTexts(c) {
			sinks++
			o := c.Origin(text, flow.Question{Clean: quotesSQL})
			switch {
			case o.Kinds == 0:
			case o.Has(flow.Sent) && !checked(c.In, o):
				findings = append(findings, sqlFinding(c, text, check.Critical, "What the client sent"))
			case o.Has(flow.Sent | flow.Validated | flow.URL):
				findings = append(findings, sqlFinding(c, text, check.Recommended, "A part of the request"))
			default:
				doubts = append(doubts, "where a part of the SQL at "+placeOf(c)+" comes from is not known")
			}
		}
	}
	if sinks == 0 {
		return check.Absent("the code writes no SQL of its own")
	}
	return check.Gather(findings, doubts, "")
}

func sqlFinding(c *flow.Call, text syntax.Expr, severity check.Severity, what string) check.Finding {
	return check.Finding{
		Severity: severity,
		Message:  what + " becomes a part of the SQL text here; write %s in its place and pass the value as a parameter, or quote a name with connection.ops.quote_name",
		At:       c.Module.Syntax.Span(text),
	}
}

// sqlTexts are the arguments of a call that are SQL text.
func sqlTexts(c *flow.Call) []syntax.Expr {
	method, isMethod := c.Func.(*syntax.Attribute)
	var texts []syntax.Expr
	switch flow.LastName(c.Func) {
	case "execute", "executemany":
		if isMethod && isCursor(c, method.Value) {
			texts = append(texts, flow.Arg(c.Call, 0, "sql"))
		}
	case "raw":
		if isMethod && isManager(method.Value) {
			texts = append(texts, flow.Arg(c.Call, 0, "raw_query"))
		}
	case "RawSQL":
		if strings.HasPrefix(c.Dotted(), "django.db.models.") {
			texts = append(texts, flow.Arg(c.Call, 0, "sql"))
		}
	case "extra":
		if isMethod && onlyKeywords(c.Call, "select", "where", "tables", "order_by", "params", "select_params") {
			for _, k := range c.Keywords {
				if k.Name == "select" || k.Name == "where" || k.Name == "tables" {
					texts = append(texts, k.Value)
				}
			}
		}
	}
	for i := 0; i < len(texts); {
		if texts[i] == nil {
			texts = append(texts[:i], texts[i+1:]...)
		} else {
			i++
		}
	}
	return texts
}

func onlyKeywords(c *syntax.Call, names ...string) bool {
	for _, k := range c.Keywords {
		known := false
		for _, name := range names {
			known = known || k.Name == name
		}
		if !known {
			return false
		}
	}
	return len(c.Args) == 0 && len(c.Keywords) > 0
}

// isCursor reports whether an expression is a database cursor: by its name, or made by a connection.
func isCursor(c *flow.Call, e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Call:
		return flow.LastName(e.Func) == "cursor"
	case *syntax.Name:
		if e.ID == "cursor" || e.ID == "cur" {
			return true
		}
		return c.In != nil && c.In.Made(e.ID, "cursor")
	case *syntax.Attribute:
		return e.Attr == "cursor"
	}
	return false
}

// isManager reports whether an expression is a manager or queryset, by its names.
func isManager(e syntax.Expr) bool {
	path := flow.Path(e)
	last := path[strings.LastIndexByte(path, '.')+1:]
	return strings.HasSuffix(path, "objects") || strings.Contains(path, ".objects.") || last == "_default_manager" || last == "_base_manager" ||
		last == "queryset" || last == "get_queryset" || last == "qs"
}

// quotesSQL reports whether a call gives SQL text that is safe: names that the database's quoting went over, composed SQL of psycopg,
// and what the ORM compiled.
func quotesSQL(name, dotted string) bool {
	switch name {
	case "quote_name", "qn", "quote_ident", "Identifier", "Literal", "Placeholder", "SQL", "as_sql", "sql_with_params", "mogrify", "adapt",
		"escape_string", "get_db_prep_value", "db_type", "last_executed_query", "limit_offset_sql":
		return true
	}
	return strings.HasPrefix(dotted, "psycopg2.sql.") || strings.HasPrefix(dotted, "psycopg.sql.")
}
