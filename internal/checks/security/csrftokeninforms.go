package security

import (
	"path"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/templates"
	"gonogo/internal/python/eval"
)

func csrfTokenInForms() check.Check {
	return check.Check{
		ID:       "security/csrf-token-in-forms",
		Severity: check.Critical,
		Source:   answerCSRFTokenInForms,
		Doc: check.Doc{
			Title: "Every form that posts to the site carries the CSRF token",
			Why: `CsrfViewMiddleware refuses a POST without the token with the status 403. A form that lacks it works for nobody; and it is a common way to find the middleware or the view switched off afterwards, "because the form did not work", which opens the site to every other page on the web.

Forms with method GET need no token, and one that posts to another site must not have it: the token would be told to that site.`,
			Fix:    "Write `{% csrf_token %}` right behind the form's start tag (`{{ csrf_input }}` with Jinja2).",
			Verify: "Open the page, send the form: the answer is not 403. The page's source has a hidden input named csrfmiddlewaretoken in the form.",
			Bad: []check.Example{check.Project("A form that the middleware refuses.", "settings.py", templateSettings,
				"urls.py", "from django.urls import path\nfrom django.views.generic import TemplateView\n\nurlpatterns = [path(\"\", TemplateView.as_view(template_name=\"order.html\"), name=\"order\")]\n",
				"templates/order.html", "<form method=\"post\" action=\"{% url 'order' %}\">\n  <button>Order</button>\n</form>\n")},
			Good: []check.Example{check.Project("The token is in the form.", "settings.py", templateSettings,
				"templates/order.html", "<form method=\"post\" action=\"{% url 'order' %}\">\n  {% csrf_token %}\n  <button>Order</button>\n</form>\n")},
			References: []check.Reference{
				check.See("Django: how to use CSRF protection", check.DjangoDocs+"howto/csrf/"),
			},
			Triggers: []string{
				"a form with method POST to the site itself holds no token, in itself, its blocks or what it includes; critical where code names the template and no view is exempt",
			},
		},
	}
}

const templateSettings = `MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
ROOT_URLCONF = "urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": ["templates"],
    },
]
`

func answerCSRFTokenInForms(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer { return formsIn(p, w) }, "TEMPLATES", "MIDDLEWARE")
}

func formsIn(p *check.SourcePass, w *django.World) check.Answer {
	set := p.Project.Templates(w)
	var findings []check.Finding
	var doubts []string
	forms := 0
	for _, t := range set.Pages() {
		if isMail(t) || !mayHoldForm(t) {
			continue
		}
		for _, f := range set.Forms(t) {
			if f.Target == templates.OtherSite || !f.Sends && f.Token == eval.No {
				continue
			}
			forms++
			switch {
			case f.Token == eval.Yes:
			case f.Token == eval.Maybe:
				doubts = append(doubts, "whether the form in "+t.Name+" has the token is not known: "+f.Doubt)
			case f.Target == templates.SomeAddress:
				doubts = append(doubts, "the form in "+t.Name+" has no token, and where it is sent is computed")
			case p.Project.NamesBoth(t.Name, "csrf_exempt"):
				doubts = append(doubts, "the form in "+t.Name+" has no token, and the module that names the template exempts a view")
			case scriptNames(p, f.IDs) || f.Action != "" && scriptNames(p, []string{f.Action}):
				doubts = append(doubts, "the form in "+t.Name+" has no token, and a script takes hold of it")
			default:
				findings = append(findings, tokenFinding(p, t, f))
			}
		}
	}
	if forms == 0 && set.Doubt == "" {
		return check.Absent("no template has a form that posts to the site")
	}
	if len(findings) > 0 {
		switch check.HasMiddlewareLike(p, w, csrfMiddlewareClass) {
		case eval.No:
			return check.CausedBy("security/csrf-middleware", "forms lack the token, and no middleware asks for it")
		case eval.Maybe:
			return check.Unclear(check.Doubt(w, w.Get("MIDDLEWARE")))
		}
	}
	if forms == 0 {
		doubts = append(doubts, set.Doubt)
	}
	return check.Gather(findings, doubts, "")
}

// tokenFinding weighs one form: a page that code shows is broken for everybody.
func tokenFinding(p *check.SourcePass, t *templates.Template, f templates.Form) check.Finding {
	severity := check.Recommended
	if f.Bound && p.Project.NamesText(t.Name) {
		severity = check.Critical
	}
	fix := "{% csrf_token %}"
	if t.Jinja {
		fix = "{{ csrf_input }}"
	}
	return check.Finding{
		Severity: severity,
		Message:  "this form posts to the site without the CSRF token, so that it is answered with 403; write " + fix + " behind its start tag",
		At:       f.At,
		Fix:      fix,
	}
}

// scriptNames reports whether a script of the project names one of the ids.
func scriptNames(p *check.SourcePass, ids []string) bool {
	if len(ids) == 0 {
		return false
	}
	for _, f := range p.Project.Tree.ReadAll(p.Project.Tree.WithExt(".js", ".mjs", ".ts", ".jsx", ".tsx", ".coffee")) {
		for _, id := range ids {
			if strings.Contains(string(f.Data), id) {
				return true
			}
		}
	}
	return false
}

// isMail reports whether a template is the text of a mail, by its path.
func isMail(t *templates.Template) bool {
	lower := strings.ToLower(t.File.Path)
	return strings.Contains(lower, "mail") || strings.HasPrefix(path.Base(lower), "mjml")
}

func mayHoldForm(t *templates.Template) bool {
	return strings.Contains(strings.ToLower(string(t.File.Data)), "<form")
}
