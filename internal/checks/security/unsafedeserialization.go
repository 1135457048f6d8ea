package security

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/flow"
	"gonogo/internal/python/syntax"
)

func unsafeDeserialization() check.Check {
	return check.Check{
		ID:              "security/unsafe-deserialization",
		Severity:        check.Critical,
		Source:          answerUnsafeDeserialization,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "What users send or store is never run: no pickle, eval, unsafe YAML or template made from it",
			Why: `pickle, marshal, eval, exec, the YAML loaders without "safe" in their name and an import by a name build objects by running what the data says. A template does nearly the same: it reads every attribute of what it is given, settings and secrets among them. Whoever chooses the data owns the server.

JSON, yaml.safe_load and ast.literal_eval build plain data and nothing else. For templates of users there is a sandbox in Jinja2.`,
			Fix:    "Use `json.loads`, `yaml.safe_load` or `ast.literal_eval`; take a class from a dictionary that names what is allowed; render users' templates in `jinja2.sandbox.SandboxedEnvironment`.",
			Verify: "Send `!!python/object/apply:os.getcwd []` (YAML) or `__import__('os').getcwd()` (eval): it is refused.",
			Bad: []check.Example{check.Project("Whoever sends the file runs code.", "settings.py", "",
				"views.py", "import pickle\n\nfrom django.http import HttpResponse\n\n\ndef restore(request):\n    basket = pickle.loads(request.body)\n    return HttpResponse(len(basket))\n")},
			Good: []check.Example{check.Project("JSON is data and nothing else; classes come from a list.", "settings.py", "",
				"views.py", "import json\n\nfrom django.http import HttpResponse\nfrom django.utils.module_loading import import_string\n\nBASKETS = {\"mine\": \"shop.baskets.Mine\"}\n\n\ndef restore(request):\n    basket = import_string(BASKETS[request.GET[\"kind\"]])\n    return HttpResponse(basket(json.loads(request.body)))\n")},
			References: []check.Reference{
				check.See("Python: pickle, the warning at the top", "https://docs.python.org/3/library/pickle.html"),
				check.See("PyYAML: loading YAML", "https://pyyaml.org/wiki/PyYAMLDocumentation"),
				check.See("CWE-502: deserialization of untrusted data", "https://cwe.mitre.org/data/definitions/502.html"),
			},
			Triggers: []string{
				"what the client sent is unpickled, evaluated, imported or made into a template (critical)",
				"a field of a form, or the text that an object holds, is",
				"yaml.load is called with a loader that builds any object",
			},
		},
	}
}

func answerUnsafeDeserialization(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	var doubts []string
	sinks := 0
	for _, c := range p.Project.Flow().Named("loads", "load", "unsafe_load", "eval", "exec", "import_string", "import_module", "__import__", "Template", "from_string") {
		runs, data := runsData(c)
		if runs == "" || data == nil || ofOperator(c.Module.Syntax) || c.In != nil && c.In.Mentions("hmac", "compare_digest") {
			continue
		}
		sinks++
		o := c.Origin(data, flow.Question{Clean: signed})
		severity := check.Recommended
		stored := runs == "makes a template of" && o.Kinds&^flow.Stored == 0 && namesText(data)
		switch {
		case o.Has(flow.Sent) && !checked(c.In, o):
			severity = check.Critical
		case o.Has(flow.Sent|flow.Validated) && !checked(c.In, o):
		case o.Has(flow.Stored) && stored:
		case o.Has(flow.Unclear|flow.Parameter|flow.Stored) && !strings.HasPrefix(runs, "imports"):
			doubts = append(doubts, "where the data comes from that "+placeOf(c)+" "+runs+" is not known")
			continue
		default:
			continue
		}
		what := "what the client sent"
		if !o.Has(flow.Sent) {
			what = "a value that users may have stored"
			if o.Has(flow.Validated) {
				what = "a field of a form or serializer"
			}
		}
		findings = append(findings, check.Finding{
			Severity: severity,
			Message:  "This " + runs + " " + what + ", which can run any code or read any attribute; use a format of plain data, a list of what is allowed, or a sandbox",
			At:       c.Module.Syntax.Span(c.Call),
		})
	}
	if sinks == 0 {
		return check.Absent("the code neither unpickles nor evaluates, nor makes templates of texts")
	}
	return check.Gather(findings, doubts, "")
}

// runsData says what a call does with data that can run code, "" for other calls, and which of its arguments that is.
func runsData(c *flow.Call) (runs string, data syntax.Expr) {
	first := flow.Arg(c.Call, 0, "")
	switch c.Dotted() {
	case "pickle.loads", "pickle.load", "cPickle.loads", "dill.loads", "cloudpickle.loads", "joblib.load", "marshal.loads", "marshal.load":
		return "unpickles", first
	case "yaml.load", "yaml.unsafe_load":
		if c.Dotted() == "yaml.load" && safeLoader(c.Call) {
			return "", nil
		}
		return "loads as YAML with any object in it", first
	case "builtins.eval", "builtins.exec":
		return "evaluates", first
	case "django.utils.module_loading.import_string", "importlib.import_module", "builtins.__import__":
		return "imports by its name", first
	case "django.template.Template", "django.template.base.Template", "jinja2.Template":
		if first == nil {
			first = flow.Arg(c.Call, -1, "template_string")
		}
		return "makes a template of", first
	}
	if m, ok := c.Func.(*syntax.Attribute); ok && m.Attr == "from_string" {
		if path := strings.ToLower(flow.Path(m.Value)); strings.HasSuffix(path, "engine") || strings.HasSuffix(path, "engines") {
			return "makes a template of", first
		}
	}
	return "", nil
}

// safeLoader reports whether yaml.load is given a loader that builds no objects, or one that is not known.
func safeLoader(c *syntax.Call) bool {
	loader := flow.Arg(c, 1, "Loader")
	switch name := flow.LastName(loader); name {
	case "":
		return loader != nil || flow.Spreads(c)
	case "UnsafeLoader", "Loader", "CLoader":
		return false
	}
	return true
}

// signed reports whether a call gives data only after its signature was verified.
func signed(name, dotted string) bool {
	return name == "unsign" || name == "unsign_object" || name == "decrypt" || strings.HasPrefix(dotted, "django.core.signing.")
}

// namesText reports whether an attribute has the name of a text that people write.
func namesText(e syntax.Expr) bool {
	switch flow.LastName(e) {
	case "template", "body", "content", "subject", "html", "text", "source", "message", "description", "markup", "code":
		return true
	}
	return false
}
