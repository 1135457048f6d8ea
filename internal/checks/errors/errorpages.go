package errors

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/templates"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func errorPages() check.Check {
	return check.Check{
		ID:       "errors/error-pages",
		Severity: check.Recommended,
		Doc: check.Doc{
			Title: "The site has its own pages for 404 and 500, and they answer with these statuses",
			Why: `With DEBUG off Django answers an unknown address and an unhandled error with a bare line of text, unless it finds the templates 404.html and 500.html or the URLconf names handlers. A visitor who meets the bare line has no way back into the site and no word on whom to tell.

Two faults are worse than a bare page. A handler that renders a page without a status answers with 200: search engines index the error, caches keep it, and monitoring sees a healthy site. A 500 page that needs the request, the user or the database fails again, at the moment at which something is already broken; Django therefore renders 500.html without any context.

The price is two small templates; the one for 500 is best written without variables.`,
			Fix:    "Write `templates/404.html` and `templates/500.html` in a folder of TEMPLATES, the latter without variables; in a handler of your own, pass the status: `render(request, \"404.html\", status=404)`.",
			Verify: `Start the site with the production settings and run "curl -s -o page.html -w '%{http_code}' https://shop.example/no-such-page": it prints 404, and page.html is your page. "python manage.py shell -c 'from django.template.loader import get_template; print(get_template(\"500.html\").render())'" prints the other one.`,
			Bad: []check.Example{
				check.Project("Neither templates nor handlers.",
					"settings.py", errorPagesSettings,
					"urls.py", "urlpatterns = []\n",
					"templates/home.html", "<h1>Shop</h1>\n"),
				check.Project("The handler's page answers with 200.",
					"settings.py", errorPagesSettings,
					"urls.py", "from django.shortcuts import render\n\nurlpatterns = []\n\n\ndef handler404(request, exception):\n    return render(request, \"404.html\")\n",
					"templates/404.html", "<h1>No such page</h1>\n",
					"templates/500.html", "<h1>Something broke</h1>\n"),
			},
			Good: []check.Example{
				check.Project("Two plain templates.",
					"settings.py", errorPagesSettings,
					"urls.py", "urlpatterns = []\n",
					"templates/404.html", "<h1>No such page</h1>\n",
					"templates/500.html", "<h1>Something broke</h1>\n<p>We have been told.</p>\n"),
			},
			References: []check.Reference{
				check.See("Django: customizing error views", check.DjangoDocs+"topics/http/views/#customizing-error-views"),
				check.See("Django: built-in error views", check.DjangoDocs+"ref/views/#error-views"),
				check.See("Django deployment checklist: default error views", check.DjangoDocs+"howto/deployment/checklist/#customize-the-default-error-views"),
			},
			Triggers: []string{
				"neither a template nor a handler for 404, or for 500",
				"a handler answers with another status than its own",
				"404.html or 500.html, or a template that it builds on, does not compile",
				"such a page names an address that no pattern has, or a tag in it takes from the context what is not there",
				"the page for 500 asks the database: by a tag, or for who is logged in",
			},
		},
		Source: errorPagesSource,
	}
}

const errorPagesSettings = `from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent
ROOT_URLCONF = "urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
    },
]
`

func errorPagesSource(p *check.SourcePass) check.Answer {
	if !hasOwnPages(p) {
		switch has, _ := p.Project.Has(project.HTML); has {
		case eval.No:
			return check.Absent("no HTML is rendered")
		case eval.Maybe:
			return check.Unclear("whether HTML is rendered is not known, as the code could not be read whole")
		}
		return check.Absent("beside the admin's and those of mails, the project has no pages of its own")
	}
	return check.Weigh(p.Settings, func(w *django.World) check.Answer { return errorPagesIn(p, w) }, "TEMPLATES")
}

func errorPagesIn(p *check.SourcePass, w *django.World) check.Answer {
	engines := w.Get("TEMPLATES")
	if engines.Value.IsUnknown() {
		return check.Unclear(check.Doubt(w, engines))
	}
	if n, known := engines.Value.Len(); known && n == 0 {
		return check.Absent("TEMPLATES is empty, so no templates are rendered")
	}
	set := p.Project.Templates(w)
	var findings []check.Finding
	var doubts, missing []string
	for _, status := range []string{"500", "404"} { // a broken 500 page weighs more, so its doubt is told first
		handler := errorHandler(p, w, set, status)
		page, found := set.Find(status + ".html")
		switch {
		case handler.own == eval.Yes:
			if handler.wrong != "" {
				findings = append(findings, handler.finding())
			} else if handler.broken != nil {
				findings = append(findings, brokenPage(handler.page, *handler.broken))
			} else if handler.doubt != "" {
				doubts = append(doubts, handler.doubt)
			}
		case found && handler.own == eval.Maybe:
			doubts = append(doubts, handler.doubt)
		case found:
			switch r := set.RendersIn(page, rendering(p, status != "500", status == "500")); {
			case r.Renders == eval.No:
				findings = append(findings, brokenPage(status+".html", r))
			case r.Renders == eval.Maybe && status == "500":
				doubts = append(doubts, "whether 500.html renders without context is not known: "+r.Doubt)
			}
		case handler.own == eval.Maybe:
			doubts = append(doubts, status+".html was not found, and "+handler.doubt)
		case set.Doubt != "":
			doubts = append(doubts, status+".html was not found, and "+set.Doubt)
		default:
			missing = slices.Insert(missing, 0, status)
		}
	}
	if len(missing) > 0 {
		findings = append(findings, missingPages(missing, engines))
	}
	return check.Gather(findings, doubts, "")
}

// brokenPage is a page that Django refuses to compile, or that raises when it is rendered. Django answers with its bare line for 404, and raises
// again for 500.
func brokenPage(page string, r templates.Rendering) check.Finding {
	what := " does not compile, so that the error page is itself an error: "
	if r.Raises {
		what = " can fail when it is rendered, so that the error page is itself an error: "
	}
	return check.Finding{Severity: check.Recommended, Message: page + what + strings.TrimSuffix(r.Fault.Message, "."), At: r.Fault.At}
}

func missingPages(statuses []string, engines django.Setting) check.Finding {
	var pages, handlers []string
	for _, status := range statuses {
		pages = append(pages, status+".html")
		handlers = append(handlers, "handler"+status)
	}
	return check.Finding{
		Severity: check.Recommended,
		Message: "No folder of TEMPLATES has " + strings.Join(pages, " or ") + ", and the URLconf names no " + strings.Join(handlers, " or ") +
			", so visitors get Django's bare line of text; write " + check.And(pages),
		At: check.Where(engines),
	}
}

// hasOwnPages reports whether the project renders pages that are neither the admin's nor the text of mails.
func hasOwnPages(p *check.SourcePass) bool {
	for _, name := range p.Project.Tree.Under(p.Project.Root) {
		if isPage(name) {
			return true
		}
	}
	for _, m := range p.Project.Code.Modules {
		if m.Test || m.Other {
			continue
		}
		for _, i := range m.Imports {
			switch i.Dotted {
			case "django.shortcuts.render", "django.views.generic.TemplateView", "django.views.generic.base.TemplateView":
				return true
			}
		}
	}
	return false
}

// isPage reports whether a file is, by its path, the template of a page.
func isPage(name string) bool {
	folders := strings.Split(path.Dir(name), "/")
	inTemplates := false
	for _, folder := range folders {
		lower := strings.ToLower(folder)
		switch {
		case lower == "templates" || lower == "jinja2":
			inTemplates = true
		case lower == "admin" || lower == "tests" || lower == "test" || lower == "testing" || lower == "node_modules" || strings.Contains(lower, "mail"):
			return false
		}
	}
	ext := path.Ext(name)
	return inTemplates && (ext == ".html" || ext == ".jinja" || ext == ".j2") && !strings.Contains(strings.ToLower(path.Base(name)), "mail")
}
