package api

import (
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/routes"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func throttling() check.Check {
	return check.Check{
		ID: "api/throttling", Severity: check.Critical, Source: answerThrottling,
		Doc: check.Doc{
			Title: "Requests to the API are limited per client",
			Why: `Without a limit one client can try passwords, walk through all ids or keep every worker busy. Throttle classes count requests in the cache: they need a rate, without which they let everything through, and a cache that all workers share.

For anonymous clients the counter's key is the address. Unless NUM_PROXIES says how many proxies stand in front, it is the whole X-Forwarded-For header, which the client writes itself: a new value is a new client. Limits at a gateway or proxy do the same job and stop requests earlier.`,
			Fix:    "Set `\"DEFAULT_THROTTLE_CLASSES\"` to AnonRateThrottle and UserRateThrottle, `\"DEFAULT_THROTTLE_RATES\": {\"anon\": \"60/min\", \"user\": \"600/min\"}`, and `\"NUM_PROXIES\"` to the number of proxies in front.",
			Verify: "`for i in $(seq 100); do curl -s -o /dev/null -w '%{http_code} ' https://example.com/api/; done` ends with `429`.",
			Bad: []check.Example{
				apiExample("No limit.", "INSTALLED_APPS = [\"rest_framework\", \"shop\"]\n", ""),
				apiExample("Classes without rates.", `INSTALLED_APPS = ["rest_framework", "shop"]
REST_FRAMEWORK = {"DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"]}
`, ""),
			},
			Good: []check.Example{
				apiExample("Counted in Redis, behind one proxy.", `import os

INSTALLED_APPS = ["rest_framework", "shop"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": os.environ["REDIS_URL"]}}
REST_FRAMEWORK = {
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "60/min", "user": "600/min"},
    "NUM_PROXIES": 1,
}
`, ""),
			},
			References: []check.Reference{
				check.See("Django REST framework: throttling", check.RESTDocs+"api-guide/throttling/"),
				check.See("Django REST framework: how clients are identified", check.RESTDocs+"api-guide/throttling/#how-clients-are-identified"),
			},
			Triggers: []string{
				"no throttle classes, globally or in a view",
				"a class whose scope has no rate",
				"an anonymous throttle without NUM_PROXIES, whose identity a client can forge",
				"counters in a per-process cache (told in full by performance/cache-backend)",
			},
		},
	}
}

func answerThrottling(p *check.SourcePass) check.Answer {
	rest := withREST(p, func(w *django.World, all viewsOf) check.Answer {
		classes := w.REST("DEFAULT_THROTTLE_CLASSES")
		if !known(classes) {
			return check.Unclear(doubt(classes))
		}
		if len(classes.Value.Elems()) == 0 {
			return unthrottled(p, all, classes)
		}
		findings, doubts := rates(w, classes)
		if f, ok := forgeable(w, classes); ok {
			findings = append(findings, f)
		}
		if len(findings) > 0 {
			return check.Failed(findings...)
		}
		if c, ok := w.Cache("default"); ok {
			switch c.Kind() {
			case django.ProcessCache, django.DummyCache:
				return check.CausedBy("performance/cache-backend", "throttles count in a cache that is not shared, so each worker has its own limit")
			case django.UnknownCache:
				doubts = append(doubts, "throttles count in the default cache, of which the backend is not known")
			}
		}
		return check.Gather(nil, doubts, "throttle classes with rates count in a shared cache")
	}, "REST_FRAMEWORK")
	return beside(rest, withNinja(p, func(list []*routes.Endpoint, whole bool) check.Answer { return unthrottledOperations(p, list, whole) }))
}

// unthrottled is the answer where nothing is throttled globally.
func unthrottled(p *check.SourcePass, found viewsOf, classes django.Setting) check.Answer {
	all := found()
	views, unsure := reliant(found, func(project.RESTView) bool { return true }, "throttle_classes", "get_throttles", "action.throttle_classes", "throttle_scope")
	reliantOn := len(views)
	switch {
	case len(all) > 0 && reliantOn == 0 && !unsure:
		return check.Passed("every view has throttle classes of its own")
	case len(all) > reliantOn:
		return check.Unclear(fmt.Sprintf("nothing is throttled by default; %d of %d views throttle themselves, or inherit from classes outside the project", len(all)-reliantOn, len(all)))
	}
	f := check.Finding{
		Severity: check.Recommended, At: classes.At,
		Message: notSet(classes) + " and no view throttles, so one client can try passwords or take every worker; set classes and rates, or limit requests at the proxy",
		Fix:     `"DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle", "rest_framework.throttling.UserRateThrottle"]`,
	}
	return throttledByProxy(p, all, f)
}

// throttledByProxy is the answer where nothing in the application throttles: the finding, unless a proxy limits requests.
func throttledByProxy(p *check.SourcePass, all []project.RESTView, f check.Finding) check.Answer {
	free, doubt, by := false, "", ""
	for _, uri := range pathsOf(all) {
		switch proxy := check.LimitedByProxy(p, uri); proxy.Answer {
		case eval.Yes:
			by = proxy.Reason
		case eval.Maybe:
			doubt = proxy.Reason
		default:
			free = true
		}
	}
	if !free && doubt == "" {
		return check.Passed("the proxy limits requests, " + by)
	}
	if other := check.OtherProxy(p); other != "" {
		return check.Unclear("nothing is throttled in the application; what " + other + " limits is not read")
	}
	if doubt != "" {
		return check.Unclear("nothing is throttled in the application; " + doubt)
	}
	return check.Failed(f)
}

// pathsOf are paths that lead to views, "" among them for one that is not known.
func pathsOf(all []project.RESTView) []string {
	var list []string
	for _, v := range all {
		if len(v.Endpoints) == 0 {
			list = append(list, "")
		}
		for _, e := range v.Endpoints {
			list = append(list, check.RequestPath(e))
		}
	}
	if len(list) == 0 {
		list = append(list, "")
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// rates finds classes of the framework whose scope has no rate; rest_framework/throttling.py lets everything through then.
func rates(w *django.World, classes django.Setting) (findings []check.Finding, doubts []string) {
	all := w.REST("DEFAULT_THROTTLE_RATES")
	if all.Value.IsUnknown() {
		return nil, []string{doubt(all)}
	}
	for _, scope := range []string{"anon", "user"} {
		class := map[string]string{"anon": "AnonRateThrottle", "user": "UserRateThrottle"}[scope]
		_, at, ok := entry(classes, "rest_framework.throttling."+class)
		if !ok {
			continue
		}
		rate := all.Value.Get(scope)
		switch {
		case rate.IsUnknown():
			continue // it is given from somewhere
		case !rate.IsValid() || rate.Truth() == eval.No:
			findings = append(findings, check.Finding{
				Severity: check.Recommended, At: at, Fix: fmt.Sprintf(`"DEFAULT_THROTTLE_RATES": {%q: "60/min"}`, scope),
				Message: fmt.Sprintf("%s has no rate%s, so it lets everything through; set DEFAULT_THROTTLE_RATES[%q]", class, check.EnvNote(rate), scope),
			})
		}
	}
	return findings, doubts
}

// forgeable finds an anonymous throttle whose key is a header that the client writes.
func forgeable(w *django.World, classes django.Setting) (check.Finding, bool) {
	name, at, ok := entry(classes, "rest_framework.throttling.AnonRateThrottle", ".AnonRateThrottle")
	proxies := w.REST("NUM_PROXIES")
	if !ok || proxies.Value.IsUnknown() || proxies.Value.Kind() != eval.None {
		return check.Finding{}, false
	}
	if place := proxies.Value.At(); proxies.Set && !place.IsZero() {
		at = place
	}
	return check.Finding{
		Severity: check.Recommended, At: at, Fix: `"NUM_PROXIES": 1`,
		Message: fmt.Sprintf("%s tells clients apart by the whole X-Forwarded-For header, which they write themselves, because NUM_PROXIES is not set; set it to the number of proxies in front (0 for none)", last(name)),
	}, true
}
