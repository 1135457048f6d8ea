package security

import (
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/access"
	"gonogo/internal/django/flow"
	"gonogo/internal/django/forms"
	"gonogo/internal/django/queries"
	"gonogo/internal/django/routes"
	"gonogo/internal/project"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// settableFields finds the fields that decide about rights, about whose a row is, or about its state, which a client can set through a form
// or serializer that a view writes with.
func settableFields(p *check.SourcePass) (findings []check.Finding) {
	list := p.Project.Forms()
	if len(list) == 0 {
		return nil
	}
	s := settables{project: p.Project, schema: p.Project.Queries().Schema, byName: make(map[string]*forms.Form, len(list)), told: map[string]bool{}}
	for _, f := range list {
		if !isStaffs(f.Class) {
			s.byName[f.Dotted] = f
		}
	}
	for n := range p.Project.Routes().Endpoints {
		s.endpoint(&p.Project.Routes().Endpoints[n])
	}
	return s.findings
}

// settables goes through the endpoints of one project.
type settables struct {
	project  *project.Snapshot
	schema   *queries.Schema
	byName   map[string]*forms.Form
	told     map[string]bool
	findings []check.Finding
}

func (s *settables) endpoint(e *routes.Endpoint) {
	if _, guarded := access.Guarded(e); guarded || !plainPermissions(e) {
		return
	}
	switch d := e.View.Definition; {
	case d.Function != nil:
		if f := s.project.Flow().Function(d.Function); f != nil && !access.Asks(f) {
			s.function(f)
		}
	case d.Class != nil && e.View.Whole:
		s.class(e)
	}
}

// plainPermissions reports whether the permissions of an endpoint ask for no more than a login.
func plainPermissions(e *routes.Endpoint) bool {
	c := e.Policy.Permissions
	if c.Unknown != "" || c.Method {
		return false
	}
	return !slices.ContainsFunc(c.Classes, func(name string) bool {
		switch name {
		case "rest_framework.permissions.IsAuthenticated", "rest_framework.permissions.AllowAny", "rest_framework.permissions.IsAuthenticatedOrReadOnly":
			return false
		}
		return true
	})
}

// class looks at the generic views of Django and REST framework that create or update rows themselves.
func (s *settables) class(e *routes.Endpoint) {
	const generic, mixins = "django.views.generic.edit.", "rest_framework.mixins."
	v := e.View
	posts := slices.Contains(e.Methods, "POST")
	switch {
	case v.Is(generic+"BaseCreateView", generic+"BaseUpdateView") && posts:
		s.use(e, "form_class")
	case v.Kind == routes.ViewSet:
		for _, action := range v.Actions {
			if action == "create" && v.Is(mixins+"CreateModelMixin") || (action == "update" || action == "partial_update") && v.Is(mixins+"UpdateModelMixin") {
				s.use(e, "serializer_class")
				return
			}
		}
	case v.Is(mixins+"CreateModelMixin") && posts, v.Is(mixins+"UpdateModelMixin") && (slices.Contains(e.Methods, "PUT") || slices.Contains(e.Methods, "PATCH")):
		s.use(e, "serializer_class")
	}
}

// use judges the form that a class names, where none of its own methods chooses another or speaks of the field.
func (s *settables) use(e *routes.Endpoint, attribute string) {
	var form *forms.Form
	var methods []*flow.Function
	for _, name := range e.View.Ancestors {
		d, ok := s.project.Code.Graph().Define(name)
		if !ok || d.Class == nil {
			continue
		}
		c := s.project.Flow().Class(d.Class)
		if c == nil {
			return
		}
		if value := c.Attribute(attribute); value != nil && form == nil {
			dotted, _ := c.Module.Resolve(value)
			if form = s.byName[dotted]; form == nil {
				return
			}
		}
		methods = append(methods, c.Methods...)
	}
	for _, m := range methods {
		switch m.Name {
		case "get_serializer_class", "get_form_class", "get_serializer", "get_form", "dispatch", "initial", "check_permissions", "post", "put", "patch":
			return
		}
	}
	if form != nil {
		s.judge(form, methods)
	}
}

// function looks at a function that fills a form or serializer with what the client sent, and saves it.
func (s *settables) function(f *flow.Function) {
	saves := false
	var used []*forms.Form
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		c, ok := n.(*syntax.Call)
		if !ok {
			return true
		}
		switch name := flow.LastName(c.Func); {
		case name == "save":
			saves = true
		case strings.HasSuffix(name, "Form") || strings.HasSuffix(name, "Serializer"):
			dotted, _ := f.Module.Resolve(c.Func)
			if form := s.byName[dotted]; form != nil && isFilled(f, c, form.Serializer) {
				used = append(used, form)
			}
		}
		return true
	})
	if !saves {
		return
	}
	for _, form := range used {
		s.judge(form, []*flow.Function{f})
	}
}

// isFilled reports whether a form gets what the client sent.
func isFilled(f *flow.Function, c *syntax.Call, serializer bool) bool {
	position := 0
	if serializer {
		position = -1
	}
	data := flow.Arg(c, position, "data")
	return data != nil && f.Origin(data, flow.Question{}).Has(flow.Request)
}

// judge tells the fields of a form that matter. Those of which the form's own methods, or those of the view, speak are dealt with there.
func (s *settables) judge(form *forms.Form, methods []*flow.Function) {
	methods = append(slices.Clip(methods), form.Class.Methods...)
	var names, meanings []string
	var at source.Span
	for _, field := range form.Settable {
		what := s.meaning(form, field.Field)
		if what == "" || field.At.IsZero() || slices.ContainsFunc(methods, func(m *flow.Function) bool { return speaksOf(m, field.Name) }) {
			continue
		}
		names = append(names, field.Name)
		if at.IsZero() {
			at = field.At
		}
		if !slices.Contains(meanings, what) {
			meanings = append(meanings, what)
		}
	}
	if len(names) == 0 || s.told[form.Dotted] {
		return
	}
	s.told[form.Dotted] = true
	s.findings = append(s.findings, check.Finding{
		Severity: check.Recommended,
		Message: form.Class.Name + " lets a client set " + check.And(names) + " of " + form.Model.Name + ", " + check.And(meanings) +
			"; leave it out, or make it read-only, and set it in the view",
		At: at,
	})
}

// speaksOf reports whether a body holds the name of a field: as a variable, an attribute, an argument or a text.
func speaksOf(f *flow.Function, name string) bool {
	if f.Mentions(name) {
		return true
	}
	found := false
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.Constant); ok && c.Kind == syntax.Str && c.Value == name {
			found = true
		}
		return !found
	})
	return found
}

// meaning is what a field decides, "" for one that clients may set as far as its name and type tell.
func (s *settables) meaning(form *forms.Form, f *queries.Field) string {
	m := form.Model
	owner, owned := access.OwnerOf(s.schema, m)
	switch name := strings.ToLower(f.Name); name {
	case "is_staff", "is_superuser", "is_admin", "is_moderator", "user_permissions":
		return "which gives rights"
	case "groups", "role", "roles", "user_type":
		if isAccount(s.schema, m) {
			return "which gives rights"
		}
	case "is_verified", "verified", "email_verified", "is_approved", "approved", "is_paid", "paid", "balance", "wallet_balance", "credits":
		if f.Kind == "BooleanField" || f.Kind == "DecimalField" || strings.HasSuffix(f.Kind, "IntegerField") || f.Kind == "FloatField" {
			return "which says what others have to grant"
		}
	case "total", "total_price", "total_amount", "total_cost", "amount_paid", "paid_amount", "grand_total":
		if owned && isPurchase(m.Name) {
			return "which the server has to work out"
		}
	}
	if owned && owner.Path == f.Name && f.To == s.schema.User() && form.Serializer {
		return "by which a row is made for, or given to, another user"
	}
	return ""
}

// isAccount reports whether a model is that of users, or each user has one of it.
func isAccount(s *queries.Schema, m *queries.Model) bool {
	if m == s.User() {
		return true
	}
	for _, f := range m.Fields {
		if f.Kind == "OneToOneField" && f.To != nil && f.To == s.User() {
			return true
		}
	}
	return false
}

func isPurchase(model string) bool {
	lower := strings.ToLower(model)
	for _, word := range []string{"order", "payment", "invoice", "booking", "purchase", "cart", "basket", "transaction"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}
