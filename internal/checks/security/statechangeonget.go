package security

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/flow"
	"gonogo/internal/python/syntax"
)

func stateChangeOnGet() check.Check {
	return check.Check{
		ID:              "security/state-change-on-get",
		Severity:        check.Recommended,
		Source:          answerStateChangeOnGet,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "A view that changes or deletes something does so for POST alone",
			Why: `GET is what browsers, crawlers, link previews and mail scanners send without being asked to. The CSRF check lets it through as well: an image whose address is the view's is enough to make a visitor's browser call it.

Links from a mail that are signed and work once are the exception, as are counters and marks that something was read.`,
			Fix:    "Decorate the view with `require_POST`, write `post` in place of `get` in classes, and make the link a form with a button.",
			Verify: "Open the address in the browser: the answer is 405, or a page that asks, and nothing has changed.",
			Bad: []check.Example{check.Project("A crawler that is logged in deletes everything.", "settings.py", "",
				"urls.py", "from django.urls import path\n\nimport views\n\nurlpatterns = [path(\"remove/<int:pk>/\", views.remove)]\n",
				"views.py", "from django.shortcuts import get_object_or_404, redirect\n\nfrom models import Order\n\n\ndef remove(request, pk):\n    order = get_object_or_404(Order, pk=pk)\n    order.delete()\n    return redirect(\"orders\")\n")},
			Good: []check.Example{check.Project("POST alone is let in.", "settings.py", "",
				"urls.py", "from django.urls import path\n\nimport views\n\nurlpatterns = [path(\"remove/<int:pk>/\", views.remove)]\n",
				"views.py", "from django.shortcuts import get_object_or_404, redirect\nfrom django.views.decorators.http import require_POST\n\nfrom models import Order\n\n\n@require_POST\ndef remove(request, pk):\n    order = get_object_or_404(Order, pk=pk)\n    order.delete()\n    return redirect(\"orders\")\n")},
			References: []check.Reference{
				check.See("Django: allowed HTTP methods", check.DjangoDocs+"topics/http/decorators/#allowed-http-methods"),
				check.See("RFC 9110: safe methods", "https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1"),
			},
			Triggers: []string{
				"a view function that never looks at the method saves or deletes",
				"the method get of a view class saves or deletes",
			},
		},
	}
}

func answerStateChangeOnGet(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	views, routes := false, routedFunctions(p)
	for _, f := range p.Project.Flow().Functions {
		if f.Outer != nil || !f.TakesRequest() {
			continue
		}
		views = true
		if !answersGet(f) || isExcused(f) || f.Class == nil && !routes[f.Module.Dotted+"."+f.Name] {
			continue
		}
		change := changesState(f)
		if change == nil || !leaves(f) {
			continue
		}
		findings = append(findings, check.Finding{
			Severity: check.Recommended,
			Message:  "This view changes the database for GET too, which crawlers, previews and other sites' pages send; let POST in alone",
			At:       f.Module.Syntax.Span(change),
		})
	}
	if !views {
		return check.Absent("the code has no views")
	}
	return check.Gather(findings, nil, "")
}

// answersGet reports whether the function runs for GET without looking at what was sent.
func answersGet(f *flow.Function) bool {
	if f.Class != nil {
		return f.Name == "get" && len(f.Decorators) == 0 && isViewClass(f.Class)
	}
	for _, d := range f.Decorators {
		e := d
		if c, ok := d.(*syntax.Call); ok {
			e = c.Func
		}
		switch flow.LastName(e) {
		case "login_required", "permission_required", "staff_member_required", "never_cache", "user_passes_test":
		default:
			return false
		}
	}
	return !f.Mentions("method", "POST", "FILES", "body", "data", "is_valid", "is_ajax")
}

func isViewClass(c *flow.Class) bool {
	for _, b := range c.Bases {
		if strings.HasSuffix(flow.LastName(b), "View") {
			return true
		}
	}
	return false
}

// isExcused reports whether names say that the link is signed, or that what changes is a mark or a counter.
func isExcused(f *flow.Function) bool {
	names := strings.ToLower(f.Name)
	if f.Class != nil {
		names = strings.ToLower(f.Class.Name)
	}
	for _, p := range f.Parameters() {
		names += " " + strings.ToLower(p.Name)
	}
	for _, word := range []string{"confirm", "activat", "verif", "unsubscrib", "callback", "login", "logout", "oauth", "sso", "saml", "token", "secret", "signature", "signed", "code",
		"key", "hash", "uid", "read", "seen", "track", "count", "click", "visit", "hit", "download", "accept", "invit", "success", "return", "complete", "ping", "cron", "webhook", "register", "notification", "dismiss",
		"thumbnail", "image", "cache", "preview", "resize"} {
		if strings.Contains(names, word) {
			return true
		}
	}
	excused := false
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Attribute:
			lower := strings.ToLower(n.Attr)
			for _, word := range []string{"read", "seen", "view", "count", "hits", "last_", "token", "visit", "click"} {
				excused = excused || n.Ctx == syntax.Store && strings.Contains(lower, word)
			}
		case *syntax.Name:
			lower := strings.ToLower(n.ID)
			for _, word := range []string{"token", "signer", "signature", "log", "history", "visit", "notification"} {
				excused = excused || strings.Contains(lower, word) && lower != "login_required" && lower != "logger"
			}
		}
		return !excused
	})
	return excused
}

// leaves reports whether the view answers with a redirect, as one does that did something.
func leaves(f *flow.Function) bool {
	return f.Mentions("redirect", "HttpResponseRedirect", "redirect_to_referer")
}

// routedFunctions are the dotted names of the functions that URLconfs name.
func routedFunctions(p *check.SourcePass) map[string]bool {
	routes := make(map[string]bool)
	for _, c := range p.Project.Flow().Named("path", "re_path", "url") {
		view := flow.Arg(c.Call, 1, "view")
		for depth := 0; depth < 5; depth++ { // decorated in the URLconf
			call, ok := view.(*syntax.Call)
			if !ok || len(call.Args) == 0 || flow.LastName(call.Func) != "login_required" {
				break
			}
			view = call.Args[0]
		}
		if view != nil {
			if name, ok := c.Module.Resolve(view); ok {
				routes[name] = true
			}
		}
	}
	return routes
}
