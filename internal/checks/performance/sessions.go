package performance

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

const sessionEngines = "django.contrib.sessions.backends."

func sessions() check.Check {
	return check.Check{
		ID: "performance/sessions", Severity: check.Optional, Source: answerSessions,
		Doc: check.Doc{
			Title: "Sessions cost no more than they must",
			Why: `A session in the database is a query on every page of a visitor who is logged in. Where a shared cache is there anyway, cached_db reads from it and writes through to the table, so that a restart of the cache logs nobody out.

SESSION_SAVE_EVERY_REQUEST turns every page view into a write, also those that only read, and sends the cookie anew, which keeps proxies from caching. It is right only where a session has to live from the last visit on.`,
			Fix:    "Set `SESSION_ENGINE = \"django.contrib.sessions.backends.cached_db\"` with a shared cache, and leave SESSION_SAVE_EVERY_REQUEST at False.",
			Verify: "`python manage.py diffsettings | grep SESSION` prints the engine and no SESSION_SAVE_EVERY_REQUEST.",
			Bad: []check.Example{
				check.SettingsExample("Every page view writes the session.", `INSTALLED_APPS = ["django.contrib.sessions"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
SESSION_SAVE_EVERY_REQUEST = True
`),
			},
			Good: []check.Example{
				check.SettingsExample("Read from the cache, written through to the table.", `import os

INSTALLED_APPS = ["django.contrib.sessions"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": os.environ["REDIS_URL"]}}
`),
			},
			References: []check.Reference{
				check.See("Django: using cached sessions", check.DjangoDocs+"topics/http/sessions/#using-cached-sessions"),
				check.See("Django: when sessions are saved", check.DjangoDocs+"topics/http/sessions/#when-sessions-are-saved"),
			},
			Triggers: []string{
				"SESSION_SAVE_EVERY_REQUEST is on",
				"sessions are in the database although the default cache is shared",
			},
		},
	}
}

func answerSessions(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		switch check.HasMiddlewareLike(p, w, "django.contrib.sessions.middleware.SessionMiddleware") {
		case eval.No:
			return check.Absent("no session middleware, so no sessions")
		case eval.Maybe:
			return check.Unclear(check.Doubt(w, w.Get("MIDDLEWARE")))
		}
		var findings []check.Finding
		var doubts []string
		save := w.Get("SESSION_SAVE_EVERY_REQUEST")
		switch check.IsOn(save.Value) {
		case eval.Yes:
			findings = append(findings, check.Finding{
				Severity: check.Optional, At: check.Where(save), Fix: "SESSION_SAVE_EVERY_REQUEST = False",
				Message: check.Describe(save) + ": every page view writes the session and sends its cookie; remove it unless a session must live from the last visit on",
			})
		case eval.Maybe:
			doubts = append(doubts, check.Doubt(w, save))
		}
		f, why := sessionStore(w)
		if f.Message != "" {
			findings = append(findings, f)
		}
		if why != "" {
			doubts = append(doubts, why)
		}
		return check.Gather(findings, doubts, "sessions are saved when they change, and kept where a look-up is cheap")
	})
}

// sessionStore judges the engine: the database, Django's default, although there is a shared cache.
func sessionStore(w *django.World) (check.Finding, string) {
	engine := w.Get("SESSION_ENGINE")
	name, known := engine.Value.AsStr()
	if !known && (engine.Set || engine.Value.IsUnknown()) {
		return check.Finding{}, check.Doubt(w, engine)
	}
	if engine.Set && name != sessionEngines+"db" {
		return check.Finding{}, ""
	}
	c, ok := w.Cache("default")
	if !ok || c.Kind() != django.SharedCache {
		return check.Finding{}, ""
	}
	return check.Finding{
		Severity: check.Optional, At: check.Where(engine), Fix: `SESSION_ENGINE = "` + sessionEngines + `cached_db"`,
		Message: fmt.Sprintf("Sessions are a query on every page although the default cache is shared; set SESSION_ENGINE to %scached_db", sessionEngines),
	}, ""
}
