package environments

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/project"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

func settingsSplit() check.Check {
	return check.Check{
		ID:       "environments/settings-split",
		Severity: check.Recommended,
		Doc: check.Doc{
			Title: "Production's values stand in one place, not in branches on DEBUG",
			Why: `A file with "if DEBUG" here and there holds two configurations that nobody can read one at a time. Production's half is the one that no developer runs, so that a value that is put into the wrong branch, or below the wrong else, is found on the day of the release. And everything hangs on one flag: who turns DEBUG on for a minute also changes the database, the cookies and the mail.

Two shapes work. Modules: base, production, development. Or one module in which each value has its own variable and its production default. One branch that adds the debug toolbar harms neither.`,
			Fix:    `Move what is for production to settings/production.py, which imports the base with "from .base import *"; or give each value a variable of its own with production's default.`,
			Verify: `Run "git grep -nE '^\s*(if|elif) (not )?DEBUG|if DEBUG else' -- '*settings*'": it prints at most the branch for development tools.`,
			Bad: []check.Example{
				check.SettingsExample("Two configurations in one file.", `import os

DEBUG = os.environ.get("DEBUG") == "1"

if DEBUG:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": os.environ["REDIS_URL"]}}

SESSION_COOKIE_AGE = 60 if DEBUG else 86400
`),
			},
			Good: []check.Example{
				check.SettingsExample("One module driven by variables, one branch for tools.", `import os

DEBUG = os.environ.get("DEBUG") == "1"
SESSION_COOKIE_AGE = int(os.environ.get("SESSION_COOKIE_AGE", "86400"))
INSTALLED_APPS = ["django.contrib.staticfiles"]

if DEBUG:
    INSTALLED_APPS += ["debug_toolbar"]
`),
				check.Project("Modules.",
					"settings/base.py", "ROOT_URLCONF = \"shop.urls\"\n",
					"settings/production.py", "from .base import *\n\nDEBUG = False\n",
					"settings/development.py", "from .base import *\n\nDEBUG = True\n",
					"manage.py", "import os\n\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"settings.production\")\n"),
			},
			References: []check.Reference{
				check.See("Django deployment checklist", check.DjangoDocs+"howto/deployment/checklist/"),
				check.See("Django settings: DEBUG", check.DjangoDocs+"ref/settings/#debug"),
				check.See("The Twelve-Factor App: config", "https://12factor.net/config"),
			},
			Triggers: []string{"two or more branches on DEBUG in one module give values to settings, the tools of development not counted"},
		},
		Source: settingsSplitSource,
	}
}

func settingsSplitSource(p *check.SourcePass) check.Answer {
	if p.Project.Code == nil {
		return check.Unclear("the project's Python could not be read")
	}
	var findings []check.Finding
	read := false
	for _, m := range p.Project.Code.Modules {
		if m.Syntax == nil || !isSettingsModule(p, m) {
			continue
		}
		read = true
		if branches := debugBranches(m.Syntax); len(branches) > 1 {
			findings = append(findings, scattered(m.Syntax.File.Path, branches))
		}
	}
	if !read {
		return check.Unclear("the settings module is not among the Python files that could be read")
	}
	return check.Gather(findings, nil, "")
}

// isSettingsModule reports whether production's settings ran the module.
func isSettingsModule(p *check.SourcePass, m *project.CodeModule) bool {
	return m.Syntax.File == p.Settings.File || slices.Contains(p.Settings.Result.Imported, m.Dotted)
}

func scattered(file string, branches []source.Span) check.Finding {
	f := check.Finding{
		Severity: check.Recommended,
		Message:  fmt.Sprintf("%s holds two configurations: %d branches on DEBUG give settings their values; move production's to a module of its own, or to variables", file, len(branches)),
		At:       branches[0],
	}
	for _, at := range branches[1:min(len(branches), 6)] {
		f.Related = append(f.Related, check.Related{Message: "another branch on DEBUG", At: at})
	}
	return f
}

// debugBranches are the tests of DEBUG that decide the value of a setting, in order: an if statement at the top level with all its parts
// counts once, and so does any other statement with conditional expressions.
func debugBranches(m *syntax.Module) []source.Span {
	var found []source.Span
	var visit func(body []syntax.Stmt)
	visit = func(body []syntax.Stmt) {
		for _, s := range body {
			branch, ok := s.(*syntax.If)
			if ok && testsDebug(branch.Test) {
				if givesValues(branch) {
					found = append(found, m.Span(branch.Test))
				}
				continue
			}
			if ok {
				visit(branch.Body)
				visit(branch.Orelse)
				continue
			}
			if test := conditional(s); test != nil {
				found = append(found, m.Span(test))
			}
		}
	}
	visit(m.Body)
	return found
}

// conditional is the test of the first conditional expression on DEBUG in a statement, or nil.
func conditional(s syntax.Stmt) syntax.Expr {
	var test syntax.Expr
	syntax.Inspect(s, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FunctionDef, *syntax.ClassDef, *syntax.Lambda:
			return false
		case *syntax.IfExp:
			if testsDebug(n.Test) && test == nil {
				test = n.Test
			}
		}
		return test == nil
	})
	return test
}

// testsDebug reports whether a test is about DEBUG itself.
func testsDebug(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Name:
		return e.ID == "DEBUG"
	case *syntax.UnaryOp:
		return e.Op == syntax.Not && testsDebug(e.Operand)
	case *syntax.BoolOp:
		return slices.ContainsFunc(e.Values, testsDebug)
	case *syntax.Compare:
		return testsDebug(e.Left)
	}
	return false
}

// givesValues reports whether a branch gives settings their values. What only adds the tools of developers (apps, middleware and
// settings of the tools, without an else) is not counted, nor what only checks or warns.
func givesValues(branch *syntax.If) bool {
	for _, name := range touched(branch.Body) {
		if isSetting(name) && !(len(branch.Orelse) == 0 && isTool(name)) {
			return true
		}
	}
	return slices.ContainsFunc(touched(branch.Orelse), isSetting)
}

// isSetting reports whether a name can be a setting's, and no helper's.
func isSetting(name string) bool {
	return name == strings.ToUpper(name) && !strings.HasPrefix(name, "_")
}

// isTool reports whether a setting is one that tools for development extend or have.
func isTool(name string) bool {
	switch name {
	case "INSTALLED_APPS", "MIDDLEWARE", "MIDDLEWARE_CLASSES", "INTERNAL_IPS":
		return true
	}
	for _, prefix := range []string{"DEBUG_TOOLBAR", "SHELL_PLUS", "SILKY_", "GRAPH_MODELS"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// touched are the names that statements assign or call methods of.
func touched(body []syntax.Stmt) []string {
	var names []string
	add := func(e syntax.Expr) {
		for {
			switch x := e.(type) {
			case *syntax.Subscript:
				e = x.Value
				continue
			case *syntax.Attribute:
				e = x.Value
				continue
			case *syntax.Name:
				names = append(names, x.ID)
			case *syntax.Tuple:
				for _, t := range x.Elts {
					if n, ok := t.(*syntax.Name); ok {
						names = append(names, n.ID)
					}
				}
			}
			return
		}
	}
	syntax.InspectBody(body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			for _, t := range n.Targets {
				add(t)
			}
		case *syntax.AugAssign:
			add(n.Target)
		case *syntax.AnnAssign:
			add(n.Target)
		case *syntax.ExprStmt:
			if call, ok := n.Value.(*syntax.Call); ok {
				if method, ok := call.Func.(*syntax.Attribute); ok {
					add(method.Value)
				}
			}
		}
		return true
	})
	return names
}
