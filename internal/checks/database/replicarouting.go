package database

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

func replicaRouting() check.Check {
	return check.Check{
		ID: "database/replica-routing", Severity: check.Optional, Source: answerReplicaRouting,
		Doc: check.Doc{
			Title: "A second database has a router, and writes never go to a replica",
			Why: `Without a router Django sends everything to "default": a second alias costs connections and serves nobody, except where code asks for it by name. A router that sends a write to a replica fails on the server, and one that sends a read to it right after the write shows the user an older page.

A router is code on the path of every query: keep it to a few lines, send writes and migrations to the primary, and read from the replica only where old data does no harm.`,
			Fix:    "Write a router whose `db_for_write` returns `\"default\"` and whose `allow_migrate` is `db == \"default\"`, and list it in DATABASE_ROUTERS.",
			Verify: "`python manage.py shell -c \"from django.db import router; from django.contrib.auth.models import User; print(router.db_for_write(User))\"` prints `default`.",
			Bad: []check.Example{
				check.Project("Nothing uses the replica.", "settings.py", `DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "primary.internal"},
    "replica": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "replica.internal"},
}
`),
			},
			Good: []check.Example{
				check.Project("Reads go to the replica, writes and migrations to the primary.", "settings.py", `DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "primary.internal"},
    "replica": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "replica.internal"},
}
DATABASE_ROUTERS = ["shop.routers.ReplicaRouter"]
`, "shop/__init__.py", "", "shop/routers.py", `class ReplicaRouter:
    def db_for_read(self, model, **hints):
        return "replica"

    def db_for_write(self, model, **hints):
        return "default"

    def allow_relation(self, obj1, obj2, **hints):
        return True

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        return db == "default"
`),
			},
			References: []check.Reference{
				check.See("Django: multiple databases, automatic routing", check.DjangoDocs+"topics/db/multi-db/#automatic-database-routing"),
			},
			Triggers: []string{
				"a second alias, and DATABASE_ROUTERS is empty",
				"a router of the project whose db_for_write returns a replica",
			},
		},
	}
}

func answerReplicaRouting(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		list, open := w.Databases()
		if len(list) < 2 {
			if open {
				return check.Unclear(check.Doubt(w, w.Get("DATABASES")))
			}
			return check.Absent("there is one database")
		}
		routers := w.Get("DATABASE_ROUTERS")
		switch check.IsOn(routers.Value) {
		case eval.Maybe:
			return check.Unclear(check.Doubt(w, routers))
		case eval.No:
			second := list[1]
			if second.Alias == "default" {
				second = list[0]
			}
			return check.Failed(check.Finding{
				Severity: check.Optional, At: where(w, second),
				Message: fmt.Sprintf("%s is defined and DATABASE_ROUTERS is empty, so only code that asks for it by name uses it; add a router, or drop the alias", aliasName(second)),
				Fix:     `DATABASE_ROUTERS = ["shop.routers.ReplicaRouter"]`,
			})
		}
		return judgeRouters(p, list, routers.Value)
	}, "DATABASES")
}

// judgeRouters reads the routers that are classes of the project.
func judgeRouters(p *check.SourcePass, list []django.Database, routers eval.Value) check.Answer {
	names, whole := check.Strings(routers)
	var findings []check.Finding
	var doubts []string
	for _, name := range names {
		class, ok := p.Project.Code.Define(name)
		if !ok || class.Class == nil {
			doubts = append(doubts, "the router "+name+" is not in the project, and where it sends writes is not known")
			continue
		}
		for _, result := range returned(method(class.Class, "db_for_write")) {
			k, ok := result.(*syntax.Constant)
			if !ok || k.Kind == syntax.None {
				continue
			}
			if isReplica(list, k.Value) {
				findings = append(findings, check.Finding{
					Severity: check.Optional, At: class.Module.Syntax.Span(k),
					Message: fmt.Sprintf("%s sends writes to %q, which is a replica; return \"default\" from db_for_write", name, k.Value),
					Fix:     `return "default"`,
				})
			}
		}
	}
	if !whole && len(doubts) == 0 {
		doubts = append(doubts, "a part of DATABASE_ROUTERS is not known")
	}
	return check.Gather(findings, doubts, "writes do not go to a replica")
}

// isReplica reports whether an alias is a replica: by TEST MIRROR, or by its name.
func isReplica(list []django.Database, alias string) bool {
	for _, db := range list {
		if db.Alias != alias || alias == "default" {
			continue
		}
		if db.Option("TEST", "MIRROR").IsValid() {
			return true
		}
		for _, part := range []string{"replica", "slave", "readonly", "read_only", "reader", "follower", "standby"} {
			if strings.Contains(strings.ToLower(alias), part) {
				return true
			}
		}
	}
	return false
}

// method is a method of a class by name, or nil.
func method(class *syntax.ClassDef, name string) *syntax.FunctionDef {
	for _, stmt := range class.Body {
		if f, ok := stmt.(*syntax.FunctionDef); ok && f.Name == name {
			return f
		}
	}
	return nil
}

// returned are the expressions that a function returns.
func returned(f *syntax.FunctionDef) []syntax.Expr {
	var list []syntax.Expr
	if f == nil {
		return nil
	}
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		if r, ok := n.(*syntax.Return); ok && r.Value != nil {
			list = append(list, r.Value)
		}
		return true
	})
	return list
}
