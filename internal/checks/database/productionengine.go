package database

import (
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func productionEngine() check.Check {
	return check.Check{
		ID: "database/production-engine", Severity: check.Critical, Source: answerProductionEngine,
		Doc: check.Doc{
			Title: "Production runs on a database server, and cannot fall back to SQLite",
			Why: `SQLite is a file beside the code. In a container or on a platform whose disk is replaced with each release, every row is gone after the next deploy; with two hosts each has its own data; and one writer at a time blocks all others.

The dangerous form is the fallback: the variable with the database's address is missing or misspelt, the site starts without an error, on an empty file, and users write into it until somebody notices. A project that refuses to start instead costs a minute.

SQLite on one host with a persistent, backed-up disk can be a sound choice. Then let the operator make it by name, and do not let it be what happens when nothing is set.`,
			Fix:    "Read the address from a variable without a default, `env.db(\"DATABASE_URL\")` or `os.environ[\"DATABASE_URL\"]`, and keep SQLite in the settings for development.",
			Verify: "`env -u DATABASE_URL python manage.py check --settings config.settings.production` ends with an error that names DATABASE_URL.",
			Bad: []check.Example{
				check.Project("SQLite is what happens when DATABASE_URL is missing.", "settings.py", `import environ

env = environ.Env()
DATABASES = {"default": env.db("DATABASE_URL", default="sqlite:///db.sqlite3")}
`, "requirements.txt", "Django==5.2.8\ndjango-environ==0.12.0\n"),
				check.Project("The file that startproject writes.", "settings.py", `DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"},
}
`),
			},
			Good: []check.Example{
				check.Project("The process does not start without its database.", "settings.py", `import os

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["POSTGRES_DB"],
        "HOST": os.environ["POSTGRES_HOST"],
    },
}
`),
			},
			References: []check.Reference{
				check.See("Django: databases", check.DjangoDocs+"ref/databases/"),
				check.See("Django: deployment checklist, DATABASES", check.DjangoDocs+"howto/deployment/checklist/#databases"),
				check.See("SQLite: appropriate uses", "https://www.sqlite.org/whentouse.html"),
			},
			Triggers: []string{
				"the default alias is SQLite as a literal",
				"SQLite is the fallback of a missing variable",
				"another alias is SQLite",
				"the default alias has no engine",
			},
		},
	}
}

func answerProductionEngine(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		list, open := w.Databases()
		if open && len(list) == 0 {
			all := w.Get("DATABASES")
			if requiredOutside(all.Value) {
				return check.Passed("the database is given by " + outside(all.Value) + ", which must be set")
			}
			return check.Unclear(check.Doubt(w, all))
		}
		if len(list) == 0 {
			return check.Absent("DATABASES is empty, so the project uses no database")
		}
		var findings []check.Finding
		var doubts []string
		for _, db := range list {
			switch db.Engine() {
			case django.SQLite:
				findings = append(findings, sqliteFinding(p, w, db))
			case django.Dummy:
				if db.Alias == "default" {
					findings = append(findings, withoutEngine(p, w, db)...)
				}
			case django.Undecided:
				if !requiredOutside(db.Option("ENGINE")) {
					doubts = append(doubts, "the engine of "+aliasName(db)+" is not known: "+reason(db.Option("ENGINE"), db.Config))
				}
			}
		}
		return check.Gather(findings, doubts, "every alias is on a database server, or its address must be given")
	}, "DATABASES")
}

// requiredOutside reports whether a value comes from variables that must be given: whoever gives them chooses.
func requiredOutside(v eval.Value) bool {
	refs := v.Env()
	for _, ref := range refs {
		if ref.HasDefault && !ref.Set {
			return false
		}
	}
	return v.IsUnknown() && len(refs) > 0
}

// reason is why a value is not known.
func reason(values ...eval.Value) string {
	for _, v := range values {
		if r := v.Reason(); r != "" {
			return r
		}
	}
	return "it is computed from something that the source does not tell"
}

// sqliteFinding tells the ways to end on SQLite apart.
func sqliteFinding(p *check.SourcePass, w *django.World, db django.Database) check.Finding {
	engine := db.Option("ENGINE")
	f := check.Finding{Severity: check.Critical, At: where(w, db, "ENGINE")}
	switchedBy := append(check.Defaulted(engine), choices(p, db.Alias)...)
	slices.Sort(switchedBy)
	switchedBy = slices.Compact(switchedBy)
	switch {
	case len(switchedBy) > 0:
		f.Message = fmt.Sprintf("%s is SQLite when %s not set: the site starts on an empty file beside the code; read the address without a default", aliasName(db), variablesAre(switchedBy))
		f.Fix = "drop the default, so that the process refuses to start without its database"
		if at, ok := check.SetUp(p, switchedBy, switchedBy); ok {
			f.Severity = check.Recommended
			f.Related = []check.Related{{Message: "the set-up of the project names it", At: at}}
		}
	case db.Alias != "default":
		f.Severity = check.Recommended
		f.Message = fmt.Sprintf("%s is SQLite, a file of one host that a release can replace; put it on the database server, or keep the file on a volume that is backed up", aliasName(db))
	default:
		if volume, process, ok := keptOn(p, w, db); ok {
			f.Severity = check.Recommended
			f.Message = fmt.Sprintf("%s is SQLite on the volume %s (%s): one process writes at a time, on one host; back it up with `.backup`, and use a database server before there are more", aliasName(db), volume.Source, process.Artefact)
			f.Related = []check.Related{{Message: "the volume is mounted here", At: volume.At}}
			break
		}
		without := ""
		if files := filesThatChoose(p, db.Alias); len(files) > 0 {
			without = " unless the file " + files[0] + " is there"
			if at, ok := check.SetUp(p, nil, files); ok {
				f.Severity = check.Recommended
				f.Related = []check.Related{{Message: "the set-up of the project names it", At: at}}
			}
		}
		f.Message = fmt.Sprintf("%s is SQLite%s: the data is a file beside the code, lost with the container and different on each host; use a database server in production", aliasName(db), without)
		f.Fix = `"ENGINE": "django.db.backends.postgresql"`
	}
	return f
}

// choices are the variables by which an operator leaves SQLite.
func choices(p *check.SourcePass, alias string) []string {
	names, _ := check.Escapes(p.Settings, func(w *django.World) eval.Tri {
		list, _ := w.Databases()
		for _, db := range list {
			if db.Alias == alias {
				return check.If(db.Engine() == django.SQLite)
			}
		}
		return eval.Maybe
	})
	return names
}

// filesThatChoose are the files that the repository lacks and that can give the databases.
func filesThatChoose(p *check.SourcePass, alias string) []string {
	_, files := check.Escapes(p.Settings, func(w *django.World) eval.Tri {
		list, open := w.Databases()
		for _, db := range list {
			if db.Alias == alias && !open {
				return check.If(db.Engine() == django.SQLite)
			}
		}
		return check.If(!open)
	})
	return files
}

func variablesAre(names []string) string {
	if len(names) == 1 {
		return check.Variables(names) + " is"
	}
	return check.Variables(names) + " are"
}

// withoutEngine tells the default alias that has none because its variable is missing from the one that never has one. Every query fails.
// An empty default beside other aliases is Django's documented way of having no default.
func withoutEngine(p *check.SourcePass, w *django.World, db django.Database) []check.Finding {
	names := check.Defaulted(db.Config)
	if len(names) == 0 {
		names = choices(p, db.Alias)
	}
	switch {
	case len(names) == 0 && len(db.Config.Entries()) == 0:
		return nil
	case len(names) == 0:
		return []check.Finding{{
			Severity: check.Critical, At: where(w, db),
			Message: aliasName(db) + ` has no ENGINE, so Django raises ImproperlyConfigured at the first query; write "ENGINE": "django.db.backends.postgresql"`,
		}}
	}
	return []check.Finding{{
		Severity: check.Recommended, At: where(w, db),
		Message: fmt.Sprintf("%s has no engine when %s not set: the site starts and every query raises ImproperlyConfigured; refuse to start instead", aliasName(db), variablesAre(names)),
	}}
}
