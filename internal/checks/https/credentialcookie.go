package https

import (
	"fmt"
	"regexp"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// cookieAttribute is what the checks ask of cookies that carry a credential.
type cookieAttribute struct {
	name       string // as Set-Cookie has it: "Secure"
	argument   string // of HttpResponse.set_cookie, which leaves it out unless it is true
	restAuth   string // the key in REST_AUTH of dj-rest-auth
	restUnset  bool   // whether dj-rest-auth turns it on when the key is missing (dj_rest_auth/app_settings.py)
	withoutIt  string // what happens without it
	correction string
}

func secureAttribute() cookieAttribute {
	return cookieAttribute{
		name: "Secure", argument: "secure", restAuth: "JWT_AUTH_SECURE", restUnset: false,
		withoutIt: "browsers send it over plain HTTP too", correction: "secure=True",
	}
}

func httpOnlyAttribute() cookieAttribute {
	return cookieAttribute{
		name: "HttpOnly", argument: "httponly", restAuth: "JWT_AUTH_HTTPONLY", restUnset: true,
		withoutIt: "every script on the page can read it", correction: "httponly=True",
	}
}

// credentialName matches the names of cookies that log somebody in. A name that merely has such a word in it is none (token_type).
var credentialName = regexp.MustCompile(`(?i)^([a-z0-9.]+[_-])*(jwt|token|accesstoken|refreshtoken|authtoken|sessionid|session[_-]id|api[_-]?key)$`)

// notACredential matches names that end alike and log nobody in.
var notACredential = regexp.MustCompile(`(?i)csrf|xsrf|device|push|fcm|cart|consent|visitor|anonym|public|unsubscribe`)

// credentialCookies are the findings about cookies that the project sets itself, and about those of dj-rest-auth.
func credentialCookies(p *check.SourcePass, attribute cookieAttribute) []check.Finding {
	var findings []check.Finding
	if f, ok := restAuthCookie(p, attribute); ok {
		findings = append(findings, f)
	}
	if p.Project.Code == nil {
		return findings
	}
	for _, m := range p.Project.Code.Modules {
		if m.Test || m.Other || m.Syntax == nil || !m.Syntax.File.Contains("set_cookie") {
			continue
		}
		findings = append(findings, cookiesOf(m, attribute)...)
	}
	return findings
}

// cookiesOf finds calls of set_cookie in one module that leave the attribute out or turn it off.
func cookiesOf(m *project.CodeModule, attribute cookieAttribute) (findings []check.Finding) {
	syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
		call, ok := n.(*syntax.Call)
		if !ok {
			return true
		}
		method, ok := call.Func.(*syntax.Attribute)
		if !ok || method.Attr != "set_cookie" {
			return true
		}
		name := cookieName(call)
		if !credentialName.MatchString(name) || notACredential.MatchString(name) || deletes(call) || !leavesOut(call, attribute.argument) {
			return true
		}
		findings = append(findings, check.Finding{
			Severity: check.Recommended,
			Message:  fmt.Sprintf("The cookie %q is set without %s, so %s; pass %s", name, attribute.name, attribute.withoutIt, attribute.correction),
			At:       source.Span{File: m.Syntax.File, Start: method.AttrPos, End: method.AttrPos + syntax.Pos(len(method.Attr))},
			Fix:      attribute.correction,
		})
		return true
	})
	return findings
}

// cookieName is the literal name that a call of set_cookie gives, "" when it is none.
func cookieName(call *syntax.Call) string {
	var name syntax.Expr
	if len(call.Args) > 0 {
		name = call.Args[0]
	}
	for _, k := range call.Keywords {
		if k.Name == "key" {
			name = k.Value
		}
	}
	if c, ok := name.(*syntax.Constant); ok && c.Kind == syntax.Str {
		return c.Value
	}
	return ""
}

// deletes reports whether the call takes the cookie away: an empty value, or an age of 0.
func deletes(call *syntax.Call) bool {
	if len(call.Args) > 1 {
		if c, ok := call.Args[1].(*syntax.Constant); ok && c.Kind == syntax.Str && c.Value == "" {
			return true
		}
	}
	for _, k := range call.Keywords {
		if c, ok := k.Value.(*syntax.Constant); ok && (k.Name == "max_age" && c.Value == "0" || k.Name == "value" && c.Kind == syntax.Str && c.Value == "") {
			return true
		}
	}
	return false
}

// leavesOut reports whether the call certainly makes a cookie without the attribute: it is not passed, or passed as False or None.
func leavesOut(call *syntax.Call, argument string) bool {
	if len(call.Args) > 6 { // secure and httponly are the seventh and eighth parameter
		return false
	}
	for _, k := range call.Keywords {
		if k.Name == "" { // **options
			return false
		}
		if k.Name == argument {
			c, ok := k.Value.(*syntax.Constant)
			return ok && (c.Kind == syntax.False || c.Kind == syntax.None)
		}
	}
	for _, a := range call.Args {
		if _, starred := a.(*syntax.Starred); starred {
			return false
		}
	}
	return true
}

// restAuthCookie judges the cookie in which dj-rest-auth keeps its JSON Web Token.
func restAuthCookie(p *check.SourcePass, attribute cookieAttribute) (check.Finding, bool) {
	fault := func(w *django.World) eval.Tri {
		options := w.Get("REST_AUTH").Value
		if !options.IsValid() {
			return eval.No
		}
		cookie, value := options.Get("JWT_AUTH_COOKIE"), options.Get(attribute.restAuth)
		on := check.IsOn(value)
		if !value.IsValid() {
			on = check.If(attribute.restUnset)
		}
		return check.All(check.IsOn(options.Get("USE_JWT")), check.IsOn(cookie), check.Not(on))
	}
	r := check.Rule(p.Settings, fault, "REST_AUTH")
	if r.Fault != eval.Yes {
		return check.Finding{}, false
	}
	s := r.Setting("REST_AUTH")
	at, state := check.Where(s), "is not set"
	if v := s.Value.Get(attribute.restAuth); v.IsValid() {
		state = "is " + v.Repr(20) + check.EnvNote(v)
		if place := v.At(); !place.IsZero() {
			at = place
		}
	}
	return check.Finding{
		Severity: check.Critical,
		Message:  fmt.Sprintf("REST_AUTH[%q] %s, so the cookie with the token is sent without %s: %s; set it to True", attribute.restAuth, state, attribute.name, attribute.withoutIt),
		At:       at,
		Fix:      fmt.Sprintf("REST_AUTH[%q] = True", attribute.restAuth),
	}, true
}
