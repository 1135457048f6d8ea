package security

import (
	"bytes"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/flow"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

func csrfExempt() check.Check {
	return check.Check{
		ID:              "security/csrf-exempt",
		Severity:        check.Critical,
		Source:          answerCSRFExempt,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "No view that acts for the logged-in user is exempt from the CSRF check",
			Why: `The browser sends the session's cookie with every request, also with one that another site's page made. The CSRF token is what tells them apart. A view that changes something for request.user and is exempt does so for every page on the web that the user opens.

Exempt may be what proves who calls in another way: a webhook by its signature, an API by a token in a header. A token in a cookie is no proof.`,
			Fix:    "Remove `csrf_exempt`, and send the token from scripts in the header X-CSRFToken; for machines, verify a signature with `hmac.compare_digest`.",
			Verify: "Log in, take the session's cookie, and send a POST with it and nothing else: the answer is 403.",
			Bad: []check.Example{check.Project("Any page can close the account.", "settings.py", "",
				"views.py", "from django.contrib.auth.decorators import login_required\nfrom django.http import HttpResponse\nfrom django.views.decorators.csrf import csrf_exempt\n\n\n@csrf_exempt\n@login_required\ndef close(request):\n    request.user.delete()\n    return HttpResponse()\n")},
			Good: []check.Example{check.Project("The webhook is signed.", "settings.py", "",
				"views.py", "import hmac\n\nfrom django.http import HttpResponse, HttpResponseForbidden\nfrom django.views.decorators.csrf import csrf_exempt\n\n\n@csrf_exempt\ndef paid(request):\n    wanted = hmac.new(KEY, request.body, \"sha256\").hexdigest()\n    if not hmac.compare_digest(wanted, request.headers[\"X-Signature\"]):\n        return HttpResponseForbidden()\n    Order.objects.filter(pk=request.POST[\"order\"]).update(paid=True)\n    return HttpResponse()\n")},
			References: []check.Reference{
				check.See("Django: csrf_exempt", check.DjangoDocs+"howto/csrf/#disabling-csrf-protection-for-just-a-few-views"),
				check.See("REST framework: session authentication", "https://www.django-rest-framework.org/api-guide/authentication/#sessionauthentication"),
			},
			Triggers: []string{
				"a view that is exempt changes something and uses the session's user, and nothing in it looks like a signature or a token",
				"a class of SessionAuthentication switches enforce_csrf off",
			},
		},
	}
}

const exemptDecorator = "django.views.decorators.csrf.csrf_exempt"

func answerCSRFExempt(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	var doubts []string
	exempt := 0
	code := p.Project.Flow()
	named := make(map[*syntax.Module]bool)
	for _, m := range p.Project.Code.Modules {
		named[m.Syntax] = !m.Test && m.Syntax.File.Contains("csrf_exempt")
	}
	for _, f := range code.Functions {
		if len(f.Decorators) == 0 || !named[f.Module.Syntax] {
			continue
		}
		at := exemption(f.Module, f.Decorators)
		if at == nil {
			continue
		}
		view := functionView(f)
		if f.Class != nil {
			if f.Name != "dispatch" && f.Name != "as_view" {
				continue // Django asks the view for the mark, which has it from these alone
			}
			view = classView(f.Class)
		}
		exempt++
		view.decorated(p).judge(f.Module.Syntax.Span(at), &findings, &doubts)
	}
	for _, c := range code.Classes {
		if named[c.Module.Syntax] {
			if at := exemption(c.Module, c.Decorators); at != nil {
				exempt++
				classView(c).decorated(p).judge(c.Module.Syntax.Span(at), &findings, &doubts)
			}
		}
		if f := unenforced(c); f != nil {
			exempt++
			if usedElsewhere(p, c) {
				findings = append(findings, check.Finding{
					Severity: check.Critical,
					Message:  "This authenticates by the session's cookie without the CSRF check, so that every site can act for who is logged in; leave enforce_csrf as it is",
					At:       c.Module.Syntax.Span(f.FunctionDef),
				})
			}
		}
	}
	exempt += exemptRoutes(p, &findings, &doubts)
	if exempt == 0 && len(code.Named("csrf_exempt")) == 0 {
		return check.Absent("no view is exempt from the CSRF check")
	}
	return check.Gather(findings, doubts, "")
}

// exemptRoutes judges the views that a URL configuration exempts: path("pay/", csrf_exempt(pay)). It gives how many there are.
func exemptRoutes(p *check.SourcePass, findings *[]check.Finding, doubts *[]string) (count int) {
	if len(p.Project.Flow().Named("csrf_exempt")) == 0 {
		return 0
	}
	told := map[string]bool{}
	for n := range p.Project.Routes().Endpoints {
		e := &p.Project.Routes().Endpoints[n]
		for _, d := range e.View.Decorators {
			if d.Name != exemptDecorator || d.At.IsZero() || d.At.Path() == e.View.At.Path() {
				continue
			}
			count++
			view, ok := viewOf(p, e)
			if !ok || e.View.Kind.REST() || told[e.View.Name] {
				continue
			}
			told[e.View.Name] = true
			view.login = len(e.Policy.Guards) > 0
			view.decorated(p).judge(d.At, findings, doubts)
		}
	}
	return count
}

// viewOf is the view of an endpoint where it is in the project's code.
func viewOf(p *check.SourcePass, e *routes.Endpoint) (v exemptView, ok bool) {
	switch d := e.View.Definition; {
	case d.Function != nil:
		if f := p.Project.Flow().Function(d.Function); f != nil {
			return functionView(f), true
		}
	case d.Class != nil:
		if c := p.Project.Flow().Class(d.Class); c != nil {
			return classView(c), true
		}
	}
	return exemptView{}, false
}

// exemption is the decorator that exempts, nil without one.
func exemption(m *resolve.Module, decorators []syntax.Expr) syntax.Expr {
	for _, d := range decorators {
		e := d
		if c, ok := d.(*syntax.Call); ok && flow.LastName(c.Func) == "method_decorator" && len(c.Args) > 0 {
			e = c.Args[0]
		}
		if list, ok := e.(*syntax.List); ok && len(list.Elts) > 0 {
			e = list.Elts[0]
		}
		if name, ok := m.Resolve(e); ok && name == exemptDecorator {
			return d
		}
	}
	return nil
}

// exemptView is a view that is exempt.
type exemptView struct {
	module     *resolve.Module
	text       interface{ Text() string }
	methods    []*flow.Function
	decorators []syntax.Expr
	bases      []syntax.Expr
	login      bool   // what stands around it asks for a login
	around     string // the text of the project's own decorators, and of the functions of the project that these name
}

func functionView(f *flow.Function) exemptView {
	return exemptView{module: f.Module, text: f.Module.Syntax.Span(f.FunctionDef), methods: []*flow.Function{f}, decorators: f.Decorators}
}

func classView(c *flow.Class) exemptView {
	return exemptView{module: c.Module, text: c.Module.Syntax.Span(c.ClassDef), methods: c.Methods, decorators: c.Decorators, bases: c.Bases}
}

func (v exemptView) judge(at source.Span, findings *[]check.Finding, doubts *[]string) {
	if v.isAPI() || !v.usesSession() {
		return
	}
	proof := v.proves()
	if proof == eval.Yes {
		return
	}
	for _, m := range v.methods {
		if m.Class != nil && (m.Name == "get" || m.Name == "head") {
			continue
		}
		if changesState(m) != nil && offBySetting(m.Body) {
			*doubts = append(*doubts, "whether "+m.Name+" in "+v.module.Syntax.File.Path+", which is exempt, answers in production is not known: a setting decides")
			return
		}
		if changesState(m) != nil && proof == eval.Maybe {
			*doubts = append(*doubts, "whether the view in "+v.module.Syntax.File.Path+" that is exempt proves who calls in another way is not known: it speaks of one, in a way that is not followed")
			return
		}
		if changesState(m) != nil {
			*findings = append(*findings, check.Finding{
				Severity: check.Critical,
				Message:  "This view changes something for the user of the session and is exempt from the CSRF check, so that every site can call it; remove csrf_exempt",
				At:       at,
			})
			return
		}
	}
	*doubts = append(*doubts, "whether the view in "+v.module.Syntax.File.Path+" that is exempt changes something is not known")
}

// offBySetting reports whether a view begins with a refusal that hangs on a setting: `if not settings.TESTING: raise Http404`.
func offBySetting(body []syntax.Stmt) bool {
	for _, s := range body {
		switch s := s.(type) {
		case *syntax.ExprStmt: // the docstring
			continue
		case *syntax.If:
			asks := false
			syntax.Inspect(s.Test, func(n syntax.Node) bool {
				if a, ok := n.(*syntax.Attribute); ok {
					base, isName := a.Value.(*syntax.Name)
					asks = asks || isName && base.ID == "settings"
				}
				return !asks
			})
			_, raises := s.Body[0].(*syntax.Raise)
			_, returns := s.Body[0].(*syntax.Return)
			return asks && (raises || returns)
		}
		return false
	}
	return false
}

// isAPI reports whether the view is one of REST framework or GraphQL, which exempt by themselves and have authentication of their own.
func (v exemptView) isAPI() bool {
	for _, d := range v.decorators {
		if c, ok := d.(*syntax.Call); ok && flow.LastName(c.Func) == "api_view" {
			return true
		}
	}
	for _, b := range v.bases {
		name := flow.LastName(b)
		if strings.Contains(name, "API") || strings.Contains(name, "Viewset") || strings.Contains(name, "ViewSet") || strings.Contains(name, "GraphQL") {
			return true
		}
	}
	return false
}

// proves tells whether the view proves who calls in another way: Yes where it calls what verifies a signature or a token, or asks for
// authentication of an API; Maybe where its code has the words of a proof.
func (v exemptView) proves() eval.Tri {
	for _, d := range v.decorators {
		e := d
		if c, ok := d.(*syntax.Call); ok {
			e = c.Func
		}
		if dotted, ok := v.module.Resolve(e); ok && provesByPackage(dotted) {
			return eval.Yes
		}
	}
	for _, m := range v.methods {
		found := false
		syntax.InspectBody(m.Body, func(n syntax.Node) bool {
			if c, ok := n.(*syntax.Call); ok {
				dotted, known := m.Module.Resolve(c.Func)
				found = found || known && provesByPackage(dotted)
			}
			return !found
		})
		if found {
			return eval.Yes
		}
	}
	text := strings.ToLower(v.text.Text() + v.around)
	for _, d := range v.decorators {
		text += strings.ToLower(flow.Path(d))
	}
	for _, word := range []string{"hmac", "signature", "signed", "verify", "compare_digest", "token", "secret", "authorization", "http_auth", "api_key", "apikey", "webhook", "oauth", "saml", "csrf_protect", "check_csrf"} {
		if strings.Contains(text, word) {
			return eval.Maybe
		}
	}
	return eval.No
}

// provesByPackage reports whether a function verifies a signature or a token, or the CSRF token itself.
func provesByPackage(dotted string) bool {
	for _, prefix := range []string{"hmac.", "secrets.compare_digest", "django.utils.crypto.constant_time_compare", "django.utils.crypto.salted_hmac", "django.core.signing.",
		"stripe.Webhook.construct_event", "jwt.decode", "jose.jwt.", "nacl.signing.", "itsdangerous.", "oauth2_provider.", "onelogin.saml2.", "saml2.", "svix.",
		"django.views.decorators.csrf.csrf_protect", "django.middleware.csrf.", "twilio.request_validator.", "slack_sdk.signature.", "google.oauth2.id_token.", "anymail.webhooks."} {
		if strings.HasPrefix(dotted, prefix) {
			return true
		}
	}
	return false
}

// usesSession reports whether the view acts for who is logged in.
func (v exemptView) usesSession() bool {
	for _, d := range v.decorators {
		switch name := flow.LastName(d); {
		case name == "login_required" || strings.HasSuffix(flow.Path(d), "permission_required"):
			return true
		}
	}
	for _, b := range v.bases {
		if name := flow.LastName(b); name == "LoginRequiredMixin" || name == "PermissionRequiredMixin" {
			return true
		}
	}
	return v.login || strings.Contains(v.text.Text(), "request.user") || strings.Contains(v.around, "request.user")
}

// decorated is the view with what its decorators are made of, where they are the project's.
func (v exemptView) decorated(p *check.SourcePass) exemptView {
	graph, seen := p.Project.Code.Graph(), map[*syntax.FunctionDef]bool{}
	var text strings.Builder
	add := func(m *resolve.Module, e syntax.Expr) (*resolve.Module, *syntax.FunctionDef) {
		name, ok := m.Resolve(e)
		if !ok {
			return nil, nil
		}
		d, ok := graph.Define(name)
		if !ok || d.Function == nil || seen[d.Function] {
			return nil, nil
		}
		seen[d.Function] = true
		text.WriteString(d.Module.Syntax.Span(d.Function).Text())
		return d.Module, d.Function
	}
	for _, d := range v.decorators {
		if c, ok := d.(*syntax.Call); ok {
			d = c.Func
		}
		m, def := add(v.module, d)
		if def == nil {
			continue
		}
		syntax.InspectBody(def.Body, func(n syntax.Node) bool {
			if name, ok := n.(*syntax.Name); ok && name.Ctx == syntax.Load {
				add(m, name)
			}
			return true
		})
	}
	v.around = text.String()
	return v
}

// unenforced is the method with which a class of SessionAuthentication switches the check off, nil without one.
func unenforced(c *flow.Class) *flow.Function {
	session := false
	for _, b := range c.Bases {
		session = session || flow.LastName(b) == "SessionAuthentication"
	}
	if !session {
		return nil
	}
	for _, f := range c.Methods {
		if f.Name == "enforce_csrf" && isEmpty(f.Body) {
			return f
		}
	}
	return nil
}

func isEmpty(body []syntax.Stmt) bool {
	for _, s := range body {
		switch s := s.(type) {
		case *syntax.Pass:
		case *syntax.Return:
			if s.Value != nil {
				if c, ok := s.Value.(*syntax.Constant); !ok || c.Kind != syntax.None {
					return false
				}
			}
		case *syntax.ExprStmt:
			if _, ok := s.Value.(*syntax.Constant); !ok {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// usedElsewhere reports whether code of the project names a class in another place than its definition.
func usedElsewhere(p *check.SourcePass, c *flow.Class) bool {
	for _, m := range p.Project.Code.Modules {
		if m.Test || m.Other {
			continue
		}
		n := bytes.Count(m.Syntax.File.Data, []byte(c.Name))
		if m.Syntax == c.Module.Syntax && n > 1 || m.Syntax != c.Module.Syntax && n > 0 {
			return true
		}
	}
	return false
}
