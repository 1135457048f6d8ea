package migrations

import (
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/django/migrate"
	"gonogo/internal/python/eval"
)

func reversible() check.Check {
	return check.Check{
		ID: "migrations/reversible", Severity: check.Recommended, Source: answerReversible,
		Doc: check.Doc{
			Title: "Every migration of the release can be taken back",
			Why: `A release that goes wrong is taken back: first the code, then the migrations that the old code cannot live with. RunPython and RunSQL without a reverse stop that with IrreversibleError, at the worst time. A reverse need not restore the data; it must let the schema go back, and RunPython.noop says that nothing is to be done.

Only what this release brings is judged: older migrations have been applied for long.`,
			Fix:    "Give `RunPython(forwards, backwards)` or `RunPython(forwards, migrations.RunPython.noop)`, and `RunSQL(sql, reverse_sql)`.",
			Verify: "`python manage.py migrate <label> <migration before>` works on a copy of the database.",
			Bad: []check.Example{
				released(shop("Data is changed, and nothing says how to go back.", "shop/models.py", productModel, "shop/migrations/__init__.py", "",
					"shop/migrations/0001_initial.py", initial, "shop/migrations/0002_fill.py", filled("fill"))),
			},
			Good: []check.Example{
				released(shop("Nothing is to be done on the way back.", "shop/models.py", productModel, "shop/migrations/__init__.py", "",
					"shop/migrations/0001_initial.py", initial, "shop/migrations/0002_fill.py", filled("fill, migrations.RunPython.noop"))),
			},
			References: []check.Reference{
				check.See("Django: reversing migrations", check.DjangoDocs+"topics/migrations/#reversing-migrations"),
				check.See("Django: RunPython", check.DjangoDocs+"ref/migration-operations/#runpython"),
			},
			Triggers: []string{"RunPython without reverse_code", "RunSQL without reverse_sql"},
		},
	}
}

func answerReversible(p *check.SourcePass) check.Answer {
	return ask(p, func(m *migrate.Migrations) check.Answer {
		brought, answer, ok := ofRelease(p, m)
		if !ok {
			return answer
		}
		var findings []check.Finding
		var doubts []string
		for _, x := range brought {
			if x.Unknown != "" {
				doubts = append(doubts, x.String()+": "+x.Unknown)
			}
			for _, o := range x.Operations {
				switch {
				case o.Kind == "" || o.Reversible() == eval.Maybe:
					doubts = append(doubts, fmt.Sprintf("whether %s can be reversed (%s)", o.Class, x.Key))
				case o.Reversible() == eval.No:
					findings = append(findings, irreversible(x, o))
				}
			}
		}
		if len(findings) == 0 && len(doubts) > 0 {
			return check.Unclear("not known: " + some(doubts))
		}
		return check.Gather(findings, nil, fmt.Sprintf("what is new since %s can be taken back", p.Project.Release().Since))
	})
}

func irreversible(x *migrate.Migration, o *migrate.Operation) check.Finding {
	if i := slices.IndexFunc(o.Database, func(o *migrate.Operation) bool { return o.Reversible() == eval.No }); i >= 0 {
		o = o.Database[i]
	}
	f := check.Finding{Severity: check.Recommended, At: o.At}
	if o.Kind == "RunSQL" {
		f.Message = fmt.Sprintf("the SQL of %s cannot be taken back: migrate fails with IrreversibleError on the way back; give reverse_sql, or RunSQL.noop", x.Key)
	} else {
		f.Message = fmt.Sprintf("%s in %s cannot be taken back: migrate fails with IrreversibleError on the way back; give a reverse function, or RunPython.noop",
			o.Describe(), x.Key)
	}
	return f
}
