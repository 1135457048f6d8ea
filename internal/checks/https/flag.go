package https

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

// The dotted names of the middleware that this section asks about.
const (
	csrfMiddlewareClass    = "django.middleware.csrf.CsrfViewMiddleware"
	xframeMiddlewareClass  = "django.middleware.clickjacking.XFrameOptionsMiddleware"
	sessionMiddlewareClass = "django.contrib.sessions.middleware.SessionMiddleware"
)

// flag is a setting that Django's deploy checks compare with `is True` (django/core/checks/security).
type flag struct {
	name   string
	off    string         // what happens when it is off: "the session cookie goes over plain HTTP too"
	weight check.Severity // of the finding when it is off
}

// isNot reports whether the flag is anything but True.
func (f flag) isNot(w *django.World) eval.Tri { return check.Not(check.Is(w.Get(f.name).Value)) }

// finding tells what is wrong with the flag in the world.
func (f flag) finding(p *check.SourcePass, w *django.World) check.Finding {
	s := w.Get(f.name)
	found := check.Finding{Severity: f.weight, At: check.Where(s), Fix: f.name + " = True"}
	switch {
	case check.IsOn(s.Value) != eval.Yes:
		state := f.name + " is not set" + check.WhenMissing(p.Settings, f.isNot)
		if s.Set {
			state = f.name + " is " + s.Value.Repr(40) + check.Circumstances(p, s, f.isNot)
		}
		found.Message = fmt.Sprintf("%s, so %s; set it to True", state, f.off)
		found = check.Soften(p, found, s, f.isNot)
	case s.Value.Kind() == eval.Str:
		found.Severity = min(f.weight, check.Recommended)
		found.Message = fmt.Sprintf("%s is the text %s%s, and any text that is not empty switches it on, 'False' too; convert the value to a bool",
			f.name, s.Value.Repr(40), check.EnvNote(s.Value))
	default:
		found.Severity = min(f.weight, check.Recommended)
		found.Message = fmt.Sprintf("%s is %s, which Django's own check does not accept; write True", f.name, s.Value.Repr(40))
	}
	return found
}

// withoutSecurityMiddleware answers for a header or redirect that SecurityMiddleware makes from a setting.
// done is false when the middleware is there, so that the question goes on.
func withoutSecurityMiddleware(p *check.SourcePass, setting string) (answer check.Answer, done bool) {
	r := check.Rule(p.Settings, func(w *django.World) eval.Tri {
		return check.Not(check.HasMiddlewareLike(p, w, check.SecurityMiddleware))
	}, "MIDDLEWARE")
	switch r.Fault {
	case eval.Yes:
		return check.CausedBy("https/security-middleware", "SecurityMiddleware is not in MIDDLEWARE, so "+setting+" has no effect"), true
	case eval.Maybe:
		return check.Unclear(r.Doubt), true
	}
	return check.Answer{}, false
}

// sessionMiddlewares set the session cookie from Django's SESSION_COOKIE_* settings.
var sessionMiddlewares = [...]string{
	sessionMiddlewareClass,
	"user_sessions.middleware.SessionMiddleware", // django-user-sessions
	"qsessions.middleware.SessionMiddleware",     // django-qsessions
}

// hasSessions reports whether sessions are in use, by the rule of Django's check: the application or the middleware is there.
func hasSessions(p *check.SourcePass, w *django.World) eval.Tri {
	var answers []eval.Tri
	for _, class := range sessionMiddlewares {
		answers = append(answers, check.HasMiddlewareLike(p, w, class))
	}
	if check.HasApp(w, "django.contrib.sessions") == eval.Yes { // one that may be there sets no cookie without the middleware
		return eval.Yes
	}
	return check.Any(answers...)
}

// sessionless reports whether the project certainly has no sessions.
func sessionless(p *check.SourcePass) bool {
	answer, _ := p.Settings.Judge(func(w *django.World) eval.Tri { return hasSessions(p, w) })
	return answer == eval.No
}

const noSessions = "neither django.contrib.sessions nor SessionMiddleware is in use, so there is no session cookie"
