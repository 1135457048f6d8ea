package secrets

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django/flow"
	"gonogo/internal/project"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

func defaultAccounts() check.Check {
	return check.Check{
		ID:              "secrets/default-accounts",
		Severity:        check.Critical,
		Source:          answerDefaultAccounts,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "Nothing makes an account with a password that stands in the repository",
			Why: `An account that a migration, a start script or a command makes with a fixed password exists on every installation, and everybody who can read the repository, an image or an old backup knows the way in. Such passwords are meant to be changed after the first login; some never are, and a migration brings them back on the next new database.

Let the first administrator be made by a person, or from a variable without a default.`,
			Fix:    "Read the password from the environment and refuse to go on without one, `password = os.environ[\"ADMIN_PASSWORD\"]`, or make the account with `manage.py createsuperuser` by hand.",
			Verify: "Set the project up on an empty database as production does, and run `manage.py shell -c \"from django.contrib.auth.models import User; print(User.objects.count())\"`: it prints `0`, or all of them have passwords from outside.",
			Bad: []check.Example{check.Project("Every installation has the same administrator.", "settings.py", "", "shop/__init__.py", "",
				"shop/migrations/0002_admin.py", "from django.contrib.auth.models import User\nfrom django.db import migrations\n\n\ndef make(apps, schema_editor):\n    User.objects.create_superuser(\"admin\", \"admin@shop.example\", \"letmein\")\n\n\nclass Migration(migrations.Migration):\n    dependencies = []\n    operations = [migrations.RunPython(make)]\n")},
			Good: []check.Example{check.Project("The password is given from outside.", "settings.py", "", "shop/__init__.py", "",
				"shop/migrations/0002_admin.py", "import os\n\nfrom django.contrib.auth.models import User\nfrom django.db import migrations\n\n\ndef make(apps, schema_editor):\n    User.objects.create_superuser(\"admin\", \"admin@shop.example\", os.environ[\"ADMIN_PASSWORD\"])\n\n\nclass Migration(migrations.Migration):\n    dependencies = []\n    operations = [migrations.RunPython(make)]\n")},
			References: []check.Reference{
				check.See("Django: createsuperuser", check.DjangoDocs+"ref/django-admin/#createsuperuser"),
				check.See("CWE-1392: use of default credentials", "https://cwe.mitre.org/data/definitions/1392.html"),
			},
			Triggers: []string{
				"a migration, a start script or code that runs in production makes an account with a password that is written down (critical)",
				"a command does so that production is not seen to run",
				"a production process is given DJANGO_SUPERUSER_PASSWORD, or a password for createsuperuser, in an artefact of the repository (critical)",
			},
		},
	}
}

func answerDefaultAccounts(p *check.SourcePass) check.Answer {
	findings := accountsInCode(p)
	findings = append(findings, accountsOfProcesses(p)...)
	return check.Gather(findings, nil, "")
}

// accountsInCode finds what Python makes accounts with.
func accountsInCode(p *check.SourcePass) (findings []check.Finding) {
	migrations := p.Project.FlowOf(func(m *project.CodeModule) bool {
		return m.Other && !m.Test && strings.Contains("/"+m.Syntax.File.Path, "/migrations/") && m.Syntax.File.ContainsAny("create_superuser", "create_user", "_password(")
	})
	for _, code := range []*flow.Code{migrations, p.Project.Flow()} {
		for _, c := range code.Named("create_superuser", "acreate_superuser", "create_user", "set_password", "make_password") {
			if f, ok := account(p, c); ok {
				findings = append(findings, f)
			}
		}
	}
	return findings
}

// account judges one call.
func account(p *check.SourcePass, c *flow.Call) (f check.Finding, ok bool) {
	password, what := passwordOf(c)
	if password == nil || c.In != nil && c.In.Mentions("DEBUG") {
		return f, false
	}
	how, ok := written(c, password, 0)
	if !ok {
		return f, false
	}
	where, severity := runs(p, c)
	if severity == 0 {
		return f, false
	}
	return check.Finding{
		Severity: severity,
		Message:  where + " " + what + " that " + how + ", which everybody knows who can read the repository; take it from a variable that has no default",
		At:       c.Module.Syntax.Span(c.Func),
	}, true
}

// passwordOf is the argument that is the password of an account, nil when there is none, or when the call only hashes.
func passwordOf(c *flow.Call) (password syntax.Expr, what string) {
	switch flow.LastName(c.Func) {
	case "set_password":
		if _, method := c.Func.(*syntax.Attribute); method {
			return flow.Arg(c.Call, 0, "raw_password"), "gives an account a password"
		}
		return nil, ""
	case "make_password":
		if !isStored(c) {
			return nil, ""
		}
		return flow.Arg(c.Call, 0, "password"), "makes an account with a password"
	case "create_user":
		what = "makes an account with a password"
	default:
		what = "makes an administrator with a password"
	}
	if given := flow.Arg(c.Call, 2, "password"); given != nil {
		return given, what
	}
	if len(c.Args) == 2 { // of a model whose name is the address
		return c.Args[1], what
	}
	return nil, ""
}

// isStored reports whether a hash goes to a field: password=make_password(...), user.password = make_password(...).
func isStored(c *flow.Call) bool {
	if c.In == nil {
		return false
	}
	found := false
	syntax.InspectBody(c.In.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Call:
			for _, k := range n.Keywords {
				found = found || k.Name == "password" && k.Value == syntax.Expr(c.Call)
			}
		case *syntax.Assign:
			found = found || n.Value == syntax.Expr(c.Call) && len(n.Targets) == 1 && isPasswordField(n.Targets[0])
		}
		return !found
	})
	return found
}

func isPasswordField(e syntax.Expr) bool {
	a, ok := e.(*syntax.Attribute)
	return ok && a.Attr == "password"
}

// written tells how a password stands in the repository; ok is false when it comes from elsewhere, or is not known.
func written(c *flow.Call, e syntax.Expr, depth int) (how string, ok bool) {
	if depth > 5 {
		return "", false
	}
	switch e := e.(type) {
	case *syntax.Constant:
		return "is written here", e.Kind == syntax.Str && e.Value != "" && !strings.HasPrefix(e.Value, "!")
	case *syntax.Name:
		if c.In != nil {
			if v := c.In.Value(e); v != nil {
				return written(c, v, depth+1)
			}
			for _, p := range c.In.Parameters() {
				if p.Name == e.ID {
					return "", false
				}
			}
		}
		dotted, _ := c.Module.Resolve(e)
		if d, found := c.Module.Define(dotted); found && d.Value != nil {
			return written(&flow.Call{Call: c.Call, Module: d.Module}, d.Value, depth+1)
		}
	case *syntax.BoolOp:
		return written(c, e.Values[len(e.Values)-1], depth+1)
	case *syntax.Call:
		return defaulted(c, e)
	}
	return "", false
}

// defaulted is os.environ.get("NAME", "password") and its like.
func defaulted(c *flow.Call, e *syntax.Call) (how string, ok bool) {
	switch name := flow.LastName(e.Func); name {
	case "get", "getenv", "config", "env", "str":
	default:
		return "", false
	}
	if flow.LastName(e.Func) == "get" && !strings.Contains(flow.Path(e.Func), "environ") {
		return "", false
	}
	variable, isText := flow.Arg(e, 0, "").(*syntax.Constant)
	value, isDefault := flow.Arg(e, 1, "default").(*syntax.Constant)
	if !isText || !isDefault || value.Kind != syntax.Str || value.Value == "" {
		return "", false
	}
	return "is written here for when the variable " + variable.Value + " is missing", true
}

// runs tells who runs a call, and how much an account that it makes weighs; 0 for what is for development by its name.
func runs(p *check.SourcePass, c *flow.Call) (who string, severity check.Severity) {
	file := c.Module.Syntax.File.Path
	base := strings.TrimSuffix(file[strings.LastIndexByte(file, '/')+1:], ".py")
	switch path := "/" + file; {
	case strings.Contains(path, "/migrations/"):
		return "This migration", check.Critical
	case strings.Contains(path, "/management/commands/"):
		for _, process := range production(p) {
			if len(process.Runs(base)) > 0 {
				return "The command " + base + ", which " + process.Artefact + " runs,", check.Critical
			}
		}
		if isForDevelopment(base) {
			return "", 0
		}
		return "This command", check.Recommended
	case isForDevelopment(path), strings.Contains(path, "/scripts/"), strings.Contains(path, "/tools/"):
		return "", 0
	case c.In != nil && (base == "apps" || base == "signals" || base == "__init__"):
		return "This code, which runs when the site starts or migrates,", check.Critical
	case c.In != nil && isView(p, c.In):
		return "This view", check.Critical
	}
	return "This code", check.Recommended
}

// isView reports whether a route leads to a function.
func isView(p *check.SourcePass, f *flow.Function) bool {
	for n := range p.Project.Routes().Endpoints {
		if p.Project.Routes().Endpoints[n].View.Definition.Function == f.FunctionDef {
			return true
		}
	}
	return false
}

// isForDevelopment reports whether a file fills a database for trying things out.
func isForDevelopment(name string) bool {
	lower := strings.ToLower(name)
	for _, word := range []string{"seed", "demo", "dev", "test", "sample", "fake", "populate", "dummy", "example", "random", "generate", "local", "fixture", "mock", "bench"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}

func production(p *check.SourcePass) (list []*deploy.Process) {
	if p.Project.Deployment == nil {
		return nil
	}
	for _, process := range p.Project.Deployment.Processes {
		if process.Production {
			list = append(list, process)
		}
	}
	return list
}

// accountsOfProcesses finds the passwords that artefacts give to what makes accounts when production starts.
func accountsOfProcesses(p *check.SourcePass) (findings []check.Finding) {
	told := map[source.Span]bool{}
	for _, process := range production(p) {
		add := func(at source.Span, message string) {
			if told[at] {
				return
			}
			told[at] = true
			severity := check.Critical
			if runsAnotherSite(p, process) {
				severity = check.Recommended // its accounts are none of this project's
			}
			findings = append(findings, check.Finding{Severity: severity, Message: message, At: at})
		}
		if v, ok := process.Lookup("DJANGO_SUPERUSER_PASSWORD"); ok && v.Given && v.Value != "" && !strings.Contains(v.Value, "$") {
			add(v.At, process.Artefact+" makes an administrator with a password that is written here, which everybody knows who can read the repository; take it from outside")
		}
		for _, command := range process.Commands {
			for _, text := range command.Argv {
				if strings.Contains(text, "create_superuser(") && writtenInText(text) {
					add(command.At, process.Artefact+" makes an administrator with a password that is written here, which everybody knows who can read the repository; take it from outside")
				}
			}
		}
	}
	return findings
}

// runsAnotherSite reports whether a process is given settings that are no module of the project: it is another product beside the site.
func runsAnotherSite(p *check.SourcePass, process *deploy.Process) bool {
	v, ok := process.Lookup("DJANGO_SETTINGS_MODULE")
	if !ok || !v.Given || strings.Contains(v.Value, "$") || v.Value == "" {
		return false
	}
	_, own := p.Project.Code.Module(v.Value)
	return !own && v.Value != p.Project.Settings.Module
}

// writtenInText reports whether a program in a command line (manage.py shell -c "...") makes an administrator with a constant.
func writtenInText(text string) bool {
	found := false
	syntax.InspectBody(syntax.Parse(source.NewFile("command.py", []byte(text))).Body, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.Call); ok && flow.LastName(c.Func) == "create_superuser" {
			if password := flow.Arg(c, 2, "password"); password != nil {
				k, isConstant := password.(*syntax.Constant)
				found = found || isConstant && k.Value != "" && !strings.Contains(k.Value, "$")
			}
		}
		return !found
	})
	return found
}
