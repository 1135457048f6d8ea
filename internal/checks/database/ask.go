package database

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// eachServer asks a question of every alias that lives on a database server, in every world. SQLite is a file of the process itself:
// questions about connections do not apply to it.
func eachServer(p *check.SourcePass, good string, question func(*django.World, django.Database) (check.Finding, string)) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		list, open := w.Databases()
		if open && len(list) == 0 {
			return check.Unclear(check.Doubt(w, w.Get("DATABASES")))
		}
		var findings []check.Finding
		var doubts []string
		servers := 0
		for _, db := range list {
			switch db.Engine() {
			case django.SQLite, django.Dummy:
				continue
			}
			servers++
			finding, doubt := question(w, db)
			if finding.Message != "" {
				findings = merge(findings, finding, db)
			}
			if doubt != "" {
				doubts = append(doubts, doubt)
			}
		}
		if servers == 0 && !open {
			return check.Absent("no alias of DATABASES is on a database server")
		}
		return check.Gather(findings, doubts, good)
	}, "DATABASES")
}

// merge adds a finding about an alias. The same words about another alias are the same fault, told once.
func merge(list []check.Finding, f check.Finding, db django.Database) []check.Finding {
	_, words, _ := strings.Cut(f.Message, "]")
	for i := range list {
		if _, told, _ := strings.Cut(list[i].Message, "]"); told == words {
			list[i].Related = append(list[i].Related, check.Related{Message: "the same holds for " + aliasName(db), At: f.At})
			return list
		}
	}
	return append(list, f)
}

// where is the place of a key of an alias, else of the alias, else of the setting.
func where(w *django.World, db django.Database, keys ...string) source.Span {
	if len(keys) > 0 {
		if v := db.Option(keys...); v.IsValid() && !v.At().IsZero() && !v.IsUnknown() {
			return v.At()
		}
	}
	if at := db.Config.At(); !at.IsZero() {
		return at
	}
	return w.Get("DATABASES").At
}

// outside names the variables that an alias' part comes from and that nobody has given, joined for a sentence; "" when there are none.
func outside(values ...eval.Value) string {
	var names []string
	seen := map[string]bool{}
	for _, v := range values {
		for _, ref := range v.Env() {
			if !ref.Set && !seen[ref.Name] {
				seen[ref.Name] = true
				names = append(names, ref.Name)
			}
		}
	}
	return check.And(names)
}

// hosting tells where the server of an alias is.
type hosting uint8

const (
	local   hosting = iota + 1 // this host: a socket or the loopback
	private                    // another container of the same deployment
	remote                     // over a network
	given                      // the address comes from outside
)

// hostOf tells where the server of an alias is, by its HOST and the deployment's own services.
func hostOf(p *check.SourcePass, db django.Database) (hosting, string) {
	host := db.Option("HOST")
	switch {
	case !host.IsValid():
		return local, ""
	case outside(host) != "":
		return given, ""
	case host.Kind() == eval.None:
		return local, ""
	}
	name, ok := host.AsStr()
	if !ok {
		return given, ""
	}
	return placeOf(p, name), name
}

// placeOf tells where a host name leads.
func placeOf(p *check.SourcePass, name string) hosting {
	name = strings.Trim(strings.ToLower(name), "[]")
	switch {
	case name == "", strings.HasPrefix(name, "/"), name == "localhost", name == "::1", strings.HasPrefix(name, "127."):
		return local
	case !strings.Contains(name, ".") && p.Project != nil && p.Project.Deployment != nil:
		for _, process := range p.Project.Deployment.Processes {
			if process.Name == name {
				return private
			}
		}
	}
	return remote
}

// aliasName is how messages name an alias.
func aliasName(db django.Database) string { return `DATABASES["` + db.Alias + `"]` }
