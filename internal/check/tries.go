package check

import (
	"strings"

	"gonogo/internal/django/flow"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// This file tells what limits how often something may be tried: a package that does, or code that counts and refuses.

// maxTries is how many calls deep code of the project is followed for a limit.
const maxTries = 3

// showsRefusals reports whether a name is one of the middleware of django-ratelimit, which answers what a decorator refused with a page, and
// limits nothing by itself (https://django-ratelimit.readthedocs.io/en/stable/usage.html).
func showsRefusals(dotted string) bool {
	return strings.HasPrefix(dotted, "django_ratelimit.middleware.") || strings.HasPrefix(dotted, "ratelimit.middleware.")
}

// limitsOfPackage reports whether a name is one of a package whose purpose is to limit tries, or to tell people from programs.
func limitsOfPackage(dotted string) bool {
	if showsRefusals(dotted) {
		return false
	}
	for _, prefix := range []string{"django_ratelimit.", "ratelimit.", "django_smart_ratelimit.", "axes.", "defender.", "rest_framework.throttling.", "django_recaptcha.",
		"captcha.", "hcaptcha.", "hcaptcha_field.", "turnstile.", "django_turnstile.", "friendly_captcha.", "brake.", "bruteprotect.", "lockout.", "limits.", "pyrate_limiter.",
		"allauth.core.ratelimit.", "allauth.account.views.LoginView", "two_factor.views.core.LoginView", "django_brutebuster."} {
		if strings.HasPrefix(dotted, prefix) {
			return true
		}
	}
	return false
}

// limitsTries tells whether a function, or a class of the project, limits how often something may be tried: Yes where it uses a package that
// does, or counts in the cache and refuses; Maybe where its names speak of limits and it is not followed.
func limitsTries(p *SourcePass, dotted string, depth int) eval.Tri {
	switch {
	case limitsOfPackage(dotted):
		return eval.Yes
	case showsRefusals(dotted):
		return eval.No
	}
	d, ok := p.Project.Code.Graph().Define(dotted)
	answer := eval.No
	switch {
	case ok && d.Function != nil:
		if f := p.Project.Flow().Function(d.Function); f != nil {
			answer = bodyLimits(p, f, depth)
		}
	case ok && d.Class != nil:
		answer = classLimits(p, p.Project.Flow().Class(d.Class), depth)
	}
	if answer == eval.No && isLimit(dotted) {
		return eval.Maybe
	}
	return answer
}

// classLimits tells it of the methods and bases of a class, and of the fields of a form.
func classLimits(p *SourcePass, c *flow.Class, depth int) eval.Tri {
	if c == nil || depth > maxTries {
		return eval.No
	}
	answer := eval.No
	for _, b := range c.Bases {
		if dotted, ok := c.Module.Resolve(b); ok {
			answer = Any(answer, limitsTries(p, dotted, depth+1))
		}
	}
	syntax.InspectBody(c.Body, func(n syntax.Node) bool { // captcha = ReCaptchaField()
		if call, ok := n.(*syntax.Call); ok {
			if dotted, ok := c.Module.Resolve(call.Func); ok && limitsOfPackage(dotted) {
				answer = eval.Yes
			}
		}
		_, method := n.(*syntax.FunctionDef)
		return !method
	})
	for _, m := range c.Methods {
		answer = Any(answer, bodyLimits(p, m, depth+1))
	}
	return answer
}

// bodyLimits tells it of one body.
func bodyLimits(p *SourcePass, f *flow.Function, depth int) eval.Tri {
	if depth > maxTries {
		return eval.No
	}
	answer, counts, refuses := eval.No, false, false
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Call:
			dotted, ok := f.Module.Resolve(n.Func)
			switch {
			case ok && onlyCounts(dotted):
				counts = true
			case ok && limitsOfPackage(dotted):
				answer = eval.Yes
			case ok && p.Project.Code.Owns(dotted):
				answer = Any(answer, limitsTries(p, dotted, depth+1))
				counts = counts || helperCounts(p, dotted)
			}
			counts = counts || countsInCache(f, n)
			refuses = refuses || refusesRequest(f, n)
		case *syntax.Raise:
			refuses = true
		case *syntax.Name:
			if isLimit(n.ID) {
				answer = Any(answer, eval.Maybe)
			}
		case *syntax.Attribute:
			if isLimit(n.Attr) {
				answer = Any(answer, eval.Maybe)
			}
		}
		return answer != eval.Yes
	})
	if counts && refuses {
		return Any(answer, refusesAsShipped(p, f))
	}
	return answer
}

// helperCounts reports whether a function of the project counts something in the cache, and leaves it to the caller to refuse.
func helperCounts(p *SourcePass, dotted string) bool {
	d, ok := p.Project.Code.Graph().Define(dotted)
	if !ok || d.Function == nil {
		return false
	}
	f := p.Project.Flow().Function(d.Function)
	if f == nil {
		return false
	}
	found := false
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		c, ok := n.(*syntax.Call)
		found = found || ok && countsInCache(f, c)
		return !found
	})
	return found
}

// onlyCounts reports whether a function of a package tells whether there were too many tries, and leaves it to the caller to refuse.
// Source: django_ratelimit/core.py.
func onlyCounts(dotted string) bool {
	switch dotted {
	case "django_ratelimit.core.is_ratelimited", "ratelimit.core.is_ratelimited", "django_ratelimit.core.get_usage", "ratelimit.core.get_usage":
		return true
	}
	return false
}

// refusesAsShipped tells whether a body that counts tries refuses: No where each refusal stands behind a setting that is off as shipped.
func refusesAsShipped(p *SourcePass, f *flow.Function) eval.Tri {
	result := eval.No
	var read func(f *flow.Function, body []syntax.Stmt, on eval.Tri)
	read = func(f *flow.Function, body []syntax.Stmt, on eval.Tri) {
		syntax.InspectBody(body, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.FunctionDef:
				if inner := p.Project.Flow().Function(n); inner != nil {
					read(inner, n.Body, on)
				}
				return false
			case *syntax.If:
				read(f, n.Body, All(on, settingsOn(p, f, n.Test)))
				read(f, n.Orelse, on)
				return false
			case *syntax.Raise:
				result = Any(result, on)
			case *syntax.Call:
				if refusesRequest(f, n) {
					result = Any(result, on)
				}
			}
			return true
		})
	}
	read(f, f.Body, eval.Yes)
	return result
}

// settingsOn tells whether the settings that a test asks for are on as shipped, where all of its parts have to hold; Yes where it asks for none.
func settingsOn(p *SourcePass, f *flow.Function, test syntax.Expr) eval.Tri {
	switch t := test.(type) {
	case *syntax.BoolOp:
		answer := eval.Yes
		if !t.Or {
			for _, part := range t.Values {
				answer = All(answer, settingsOn(p, f, part))
			}
		}
		return answer
	case *syntax.Name:
		if v := f.Value(t); v != nil {
			return settingsOn(p, f, v)
		}
	case *syntax.Call: // getattr(settings, "BLOCK", False)
		if base, ok := t.Func.(*syntax.Name); ok && base.ID == "getattr" && len(t.Args) > 1 {
			name, isText := t.Args[1].(*syntax.Constant)
			if of, ok := f.Module.Resolve(t.Args[0]); ok && of == "django.conf.settings" && isText {
				v := p.Settings.Shipped().Get(name.Value).Value
				if !v.IsValid() && len(t.Args) > 2 {
					if fallback, ok := t.Args[2].(*syntax.Constant); !ok || fallback.Kind != syntax.False && fallback.Kind != syntax.None {
						return eval.Maybe
					}
					return eval.No
				}
				return v.Truth()
			}
		}
	case *syntax.Attribute:
		if of, ok := f.Module.Resolve(t); ok && strings.HasPrefix(of, "django.conf.settings.") {
			return p.Settings.Shipped().Get(t.Attr).Value.Truth()
		}
	}
	return eval.Yes
}

// countsInCache reports whether a call counts something in the cache, or in Redis: incr(), or set() of what grew by one.
func countsInCache(f *flow.Function, c *syntax.Call) bool {
	m, ok := c.Func.(*syntax.Attribute)
	if !ok {
		return false
	}
	base, _ := f.Module.Resolve(m.Value)
	isCache := strings.HasPrefix(base, "django.core.cache.") || strings.Contains(strings.ToLower(flow.Path(m.Value)), "redis")
	switch m.Attr {
	case "incr", "aincr", "incrby", "zadd", "lpush":
		return isCache || strings.HasSuffix(flow.Path(m.Value), "cache")
	case "set", "aset", "add":
		if !isCache || len(c.Args) < 2 {
			return false
		}
		grew := false
		value := c.Args[1]
		if name, ok := value.(*syntax.Name); ok {
			if v := f.Value(name); v != nil {
				value = v
			}
		}
		syntax.Inspect(value, func(n syntax.Node) bool {
			op, ok := n.(*syntax.BinOp)
			grew = grew || ok && op.Op == syntax.Add
			return !grew
		})
		return grew
	}
	return false
}

// refusesRequest reports whether a call makes an answer that refuses.
func refusesRequest(f *flow.Function, c *syntax.Call) bool {
	if dotted, ok := f.Module.Resolve(c.Func); ok && strings.HasSuffix(dotted, ".HttpResponseForbidden") {
		return true
	}
	status, ok := flow.Arg(c, -1, "status").(*syntax.Constant)
	return ok && (status.Value == "429" || status.Value == "403")
}

// limitsItself tells whether throttles, decorators, forms or the code of a view limit tries.
func limitsItself(p *SourcePass, e *routes.Endpoint) eval.Tri {
	answer := eval.No
	if len(e.Policy.Throttles.Classes) > 0 {
		return eval.Yes
	}
	if e.Policy.Throttles.Unknown != "" {
		answer = eval.Maybe
	}
	for _, d := range e.View.Decorators {
		answer = Any(answer, limitsTries(p, d.Name, 0))
	}
	for _, a := range e.View.Ancestors {
		if limitsOfPackage(a) {
			return eval.Yes
		}
	}
	for name := range e.View.Attributes {
		if isLimit(name) {
			answer = Any(answer, eval.Maybe)
		}
	}
	for _, k := range e.View.Initkwargs { // LoginView.as_view(authentication_form=CaptchaForm)
		for _, text := range k.Texts {
			answer = Any(answer, limitsTries(p, text, 0))
		}
	}
	for _, f := range ViewBodies(p, e) {
		answer = Any(answer, bodyLimits(p, f, 0))
	}
	return answer
}

// replacesAdminLogin reports whether code puts another view in place of the login of the admin: `admin.site.login = ...`.
func replacesAdminLogin(p *SourcePass) bool {
	for _, m := range p.Project.Code.Modules {
		if m.Test || m.Other || !m.Syntax.File.Contains("site.login") {
			continue
		}
		found := false
		syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
			if a, ok := n.(*syntax.Assign); ok {
				for _, t := range a.Targets {
					switch dotted := p.Project.Code.Refer(m, t); dotted {
					case "django.contrib.admin.site.login", "django.contrib.admin.sites.site.login":
						found = true
					}
				}
			}
			return !found
		})
		if found {
			return true
		}
	}
	return false
}
