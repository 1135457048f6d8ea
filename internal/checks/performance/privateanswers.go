package performance

import (
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/caching"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
)

const (
	updateCache = "django.middleware.cache.UpdateCacheMiddleware"
	fetchCache  = "django.middleware.cache.FetchFromCacheMiddleware"
	sessionWare = "django.contrib.sessions.middleware.SessionMiddleware"
)

func privateAnswersNotShared() check.Check {
	return check.Check{
		ID: "performance/private-answers-not-shared", Severity: check.Critical, Source: answerPrivateAnswers,
		Doc: check.Doc{
			Title: "What one visitor may see is not stored for the next",
			Why: `A page cache stores an answer under its address, and gives it to whoever asks next. Only the header Vary tells it that an answer depends on more. Django's session middleware adds "Vary: Cookie", but only when the answer passes it: after cache_page, which stands around the view itself, and after an UpdateCacheMiddleware that stands behind it. So one visitor gets the page that was made for another, and a page behind a login is given to people who have none.

The price of storing an answer for each visitor is a cache that helps less; a page that is the same for everybody is the better one to cache.`,
			Fix:    "Put `@vary_on_cookie` (and for an API with tokens `@vary_on_headers(\"Authorization\")`) directly below `@cache_page`, or the login above it and what is personal out of it. Put UpdateCacheMiddleware first in MIDDLEWARE, FetchFromCacheMiddleware last.",
			Verify: "Ask for the page as one user, then with curl without a cookie: the second answer is not the first one.",
			Bad: []check.Example{
				cachedExample("Whoever comes after the first user gets that user's orders.", `@cache_page(600)
@login_required
def orders(request):
    return JsonResponse({"orders": list(request.user.orders.values("pk"))})
`),
			},
			Good: []check.Example{
				cachedExample("An entry for each session.", `@cache_page(600)
@vary_on_cookie
@login_required
def orders(request):
    return JsonResponse({"orders": list(request.user.orders.values("pk"))})
`),
			},
			References: []check.Reference{
				check.See("Django: using vary headers", check.DjangoDocs+"topics/cache/#using-vary-headers"),
				check.See("Django: order of MIDDLEWARE", check.DjangoDocs+"topics/cache/#order-of-middleware"),
			},
			Triggers: []string{
				"cache_page around a view that asks for a login inside, by decorator, mixin or REST framework's permissions, without vary_on_cookie or vary_on_headers below it",
				"cache_page around a view that reads request.user or request.session, likewise",
				"UpdateCacheMiddleware behind SessionMiddleware",
				"one of UpdateCacheMiddleware and FetchFromCacheMiddleware without the other, or LocaleMiddleware behind FetchFromCacheMiddleware",
			},
		},
	}
}

// cachedExample is a project with one cached view.
func cachedExample(note, view string) check.Example {
	return check.Project(note, "settings.py", `ROOT_URLCONF = "urls"
`, "urls.py", `from django.urls import path
import views

urlpatterns = [path("orders/", views.orders)]
`, "views.py", `from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.views.decorators.cache import cache_page
from django.views.decorators.vary import vary_on_cookie


`+view)
}

func answerPrivateAnswers(p *check.SourcePass) check.Answer {
	pages := p.Project.CachedPages()
	r := p.Project.Routes()
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		alias, _ := w.Get("CACHE_MIDDLEWARE_ALIAS").Value.AsStr()
		if c, ok := w.Cache(alias); ok && c.Kind() == django.DummyCache {
			return check.Absent("the cache of pages is a dummy, which keeps nothing")
		}
		findings, wide := middlewareFindings(w)
		for _, page := range pages {
			if f, ok := pageFinding(page); ok {
				findings = append(findings, f)
			}
		}
		doubt := unknownViews(r)
		switch {
		case len(findings) > 0:
			return check.Failed(findings...)
		case wide == eval.Maybe:
			return check.Unclear("MIDDLEWARE is not known, and may have a cache of pages")
		case wide == eval.No && len(pages) == 0 && doubt != "" && mentionsCachePage(p):
			return check.Unclear("whether a view is cached is not known: " + doubt)
		case wide == eval.No && len(pages) == 0:
			return check.Absent("no page cache is used")
		}
		return check.Passed("no cached page that could be followed depends on who asks")
	}, "MIDDLEWARE", "CACHES")
}

// mentionsCachePage reports whether the project's code names cache_page.
func mentionsCachePage(p *check.SourcePass) bool { return p.Project.NamesText("cache_page") }

// unknownViews says why there can be views that are not known, "" when there can't.
func unknownViews(r *routes.Routes) string {
	if r.Unknown != "" {
		return r.Unknown
	}
	for n := range r.Endpoints {
		if e := &r.Endpoints[n]; e.Unknown != "" && e.Package == "" {
			return e.Unknown
		}
	}
	return ""
}

func pageFinding(page caching.Page) (check.Finding, bool) {
	f := check.Finding{Severity: check.Critical, At: page.At}
	if !page.WhatAt.IsZero() {
		f.Related = []check.Related{{Message: "here the answer comes to depend on the visitor", At: page.WhatAt}}
	}
	switch page.Depends {
	case caching.OnGuard:
		f.Message = fmt.Sprintf("%s is cached outside of %s: after the first answer whoever asks gets it from the cache, without login; put @vary_on_cookie below @cache_page", page.View, page.What)
	case caching.OnUser:
		f.Message = fmt.Sprintf("%s is cached, and depends on %s: one visitor's answer goes to the next; put @vary_on_cookie below @cache_page", page.View, page.What)
	case caching.OnLogin:
		f.Severity = check.Recommended
		f.Message = fmt.Sprintf("%s is cached, and depends on %s: who is logged in gets what was stored for strangers, or the other way round; put @vary_on_cookie below @cache_page", page.View, page.What)
	default:
		return f, false
	}
	return f, true
}

// middlewareFindings judges the order of the site-wide cache; wide tells whether there is one.
func middlewareFindings(w *django.World) (findings []check.Finding, wide eval.Tri) {
	s := w.Get("MIDDLEWARE")
	if s.Value.IsUnknown() {
		return nil, eval.Maybe
	}
	var names []string
	for _, v := range s.Value.Elems() {
		name, _ := v.AsStr()
		names = append(names, name)
	}
	at := func(name string) int { return slices.Index(names, name) }
	place := func(name string) check.Finding {
		f := check.Finding{At: check.Where(s)}
		if i := at(name); i >= 0 && !s.Value.Elems()[i].At().IsZero() {
			f.At = s.Value.Elems()[i].At()
		}
		return f
	}
	update, fetch, session := at(updateCache), at(fetchCache), at(sessionWare)
	add := func(name string, severity check.Severity, message string) {
		f := place(name)
		f.Severity, f.Message = severity, message
		findings = append(findings, f)
	}
	if update < 0 && fetch < 0 {
		if s.Value.IsOpen() {
			return nil, eval.Maybe
		}
		return nil, eval.No
	}
	if update >= 0 && session >= 0 && update > session {
		add(updateCache, check.Critical, "UpdateCacheMiddleware stands behind SessionMiddleware, so that pages are stored before they say that they vary with the session: one visitor's page goes to the next; put it first")
	}
	if !s.Value.IsOpen() && update < 0 {
		add(fetchCache, check.Recommended, "FetchFromCacheMiddleware stands without UpdateCacheMiddleware, so that no page is ever stored; put that one first in MIDDLEWARE")
	}
	if !s.Value.IsOpen() && fetch < 0 {
		add(updateCache, check.Recommended, "UpdateCacheMiddleware stands without FetchFromCacheMiddleware, so that nothing is stored or found; put that one last in MIDDLEWARE")
	}
	if locale := at("django.middleware.locale.LocaleMiddleware"); fetch >= 0 && locale > fetch {
		add(fetchCache, check.Recommended, "LocaleMiddleware stands behind FetchFromCacheMiddleware, which looks for the page before the language of the visitor is known; put the cache last")
	}
	return findings, eval.Yes
}
