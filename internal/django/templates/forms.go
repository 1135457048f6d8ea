package templates

import (
	"path"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Form is a form that a template writes out and that a browser sends with POST.
type Form struct {
	At     source.Span
	Target Target
	IDs    []string // of the form and of what stands in it, by which scripts take hold of it
	Action string   // the path that it is sent to, where the template writes it out and it is not the root; scripts may name it
	Bound  bool     // it names where it is sent, or the template computes a part of it: no mere example of a form
	Sends  bool     // a button is in it, or something that may write one
	Token  eval.Tri // whether the CSRF token is in it
	Doubt  string   // why that is not known
}

// Target is where a form is sent.
type Target uint8

// The targets of forms.
const (
	ThisSite    Target = iota + 1 // no action, a path, or a {% url %}
	OtherSite                     // an address with a host
	SomeAddress                   // a variable
)

// maxIncludes bounds how deep included templates are followed.
const maxIncludes = 8

// Forms are the forms with method POST of a template.
func (s *Set) Forms(t *Template) []Form {
	h := t.HTML()
	var forms []Form
	var open []int
	scripted := sendsToken(h)
	next := 0
	upTo := func(offset int) {
		for ; next < len(h.Nodes) && h.Nodes[next].Offset < offset; next++ {
			n := h.Nodes[next].Node
			token, doubt := s.token(n, t.Jinja, 0)
			for _, i := range open {
				forms[i].add(token, doubt)
				forms[i].Bound = true
				forms[i].Sends = forms[i].Sends || n.Kind == Var || n.Name == "include" || n.Name == "block" || !n.Own
			}
		}
	}
	for i := range h.Elements {
		e := &h.Elements[i]
		upTo(e.Start)
		switch {
		case e.Name == "form" && e.Closing:
			open = open[:0]
		case e.Name == "form" && isPost(e):
			f := Form{At: h.Span(e), Target: target(e), Token: eval.No}
			action, _ := e.Attr("action")
			f.Bound = strings.Trim(action.Value, " .#") != ""
			if path := strings.TrimSpace(action.Value); action.Literal() && strings.HasPrefix(path, "/") && strings.Trim(path, "/") != "" {
				f.Action = path
			}
			if scripted || isScripted(e) {
				f.add(eval.Maybe, "a script may send the token")
			}
			open = append(open, len(forms))
			forms = append(forms, f)
		case e.Name == "input":
			if name, _ := e.Attr("name"); name.Value == "csrfmiddlewaretoken" {
				for _, i := range open {
					forms[i].add(eval.Yes, "")
				}
			}
		}
		for _, i := range open {
			forms[i].hold(e)
		}
	}
	upTo(len(h.text) + 1)
	for _, i := range open {
		forms[i].add(eval.Maybe, "the form ends in another template")
	}
	return forms
}

// hold notes an element of the form.
func (f *Form) hold(e *Element) {
	if id, ok := e.Attr("id"); ok && id.Literal() && id.Value != "" {
		f.IDs = append(f.IDs, id.Value)
	}
	kind, _ := e.Attr("type")
	switch e.Name {
	case "button":
		f.Sends = f.Sends || kind.Value != "button"
	case "input":
		f.Sends = f.Sends || strings.EqualFold(kind.Value, "submit") || strings.EqualFold(kind.Value, "image")
	}
}

// add notes what one part of the form shows.
func (f *Form) add(token eval.Tri, doubt string) {
	switch {
	case token == eval.Yes:
		f.Token, f.Doubt = eval.Yes, ""
	case token == eval.Maybe && f.Token == eval.No:
		f.Token, f.Doubt = eval.Maybe, doubt
	}
}

func isPost(e *Element) bool {
	method, ok := e.Attr("method")
	return ok && method.Literal() && strings.EqualFold(strings.TrimSpace(method.Value), "post")
}

// isScripted reports whether a form says itself that a script sends it.
func isScripted(e *Element) bool {
	for _, a := range e.Attrs {
		for _, prefix := range []string{"hx-", "data-hx-", "@submit", "v-on:submit", "x-on:submit", "ng-", "(ngsubmit)", "onsubmit", "up-", "data-remote",
			"data-ajax", "data-action", "data-controller", "x-data", "unicorn:", "wire:", "data-turbo"} {
			if strings.HasPrefix(a.Name, prefix) {
				return true
			}
		}
	}
	return false
}

// sendsToken reports whether a script of the template speaks of the token, or takes over forms.
func sendsToken(h *HTML) bool {
	for _, e := range h.Elements {
		if e.Name != "script" {
			continue
		}
		text := strings.ToLower(e.Text)
		if strings.Contains(text, "csrf") || strings.Contains(text, "preventdefault") {
			return true
		}
	}
	return false
}

// target is where a form is sent, by its attribute action.
func target(e *Element) Target {
	action, ok := e.Attr("action")
	value := strings.TrimSpace(action.Value)
	switch {
	case !ok || value == "":
		return ThisSite
	case strings.HasPrefix(value, "//"), strings.Contains(strings.SplitN(value, "?", 2)[0], "://"), strings.HasPrefix(value, "mailto:"),
		strings.HasPrefix(value, "javascript:"):
		return OtherSite
	case value[0] != hole || len(action.Nodes) == 0:
		return ThisSite
	}
	first := action.Nodes[0]
	if first.Name == "url" && first.Own || first.Kind == Var && len(first.Exprs) == 1 && isOwnAddress(first.Exprs[0].Path()) {
		return ThisSite
	}
	return SomeAddress
}

// isOwnAddress reports whether a variable is the address of the request itself; what else hangs on the request (its event, its site) can
// have a host of its own.
func isOwnAddress(path string) bool {
	switch path {
	case "request.path", "request.path_info", "request.get_full_path", "request.get_full_path_info", "request.build_absolute_uri":
		return true
	}
	return false
}

// token reports whether a node writes the CSRF token out.
func (s *Set) token(n *Node, jinja bool, depth int) (eval.Tri, string) {
	switch {
	case n.Kind == Var && strings.Contains(strings.ToLower(n.Contents), "csrf"):
		return eval.Yes, ""
	case n.Kind == Var && len(n.Exprs) == 1 && (n.Exprs[0].Has("safe") || jinja && strings.Contains(n.Contents, "(")):
		return eval.Maybe, "a variable writes markup into the form"
	case n.Kind == Var:
		return eval.No, ""
	case n.Name == "csrf_token":
		return eval.Yes, ""
	case n.Name == "include":
		return s.includedToken(n, depth)
	case n.Name == "block", n.Name == "partial":
		return eval.Maybe, "another template may fill the block in the form"
	case n.Own || jinja || harmless(n.Name):
		return eval.No, ""
	}
	return eval.Maybe, "the tag " + n.Name + " may write the token"
}

// harmless reports whether a tag of a well-known library writes no token.
func harmless(tag string) bool {
	switch tag {
	case "trans", "translate", "blocktrans", "blocktranslate", "static", "render_field", "bootstrap_field", "bootstrap_button", "bootstrap_icon",
		"thumbnail", "image", "else", "empty", "elif", "icon", "get_current_language", "cache", "language", "localize", "localtime":
		return true
	}
	return strings.HasPrefix(tag, "end")
}

// includedToken looks for the token in a template that is included.
func (s *Set) includedToken(n *Node, depth int) (eval.Tri, string) {
	name := n.TemplateName()
	if name == "" || depth > maxIncludes {
		return eval.Maybe, "which template is included is computed"
	}
	t, ok := s.Find(name)
	if !ok {
		return eval.Maybe, "the included template " + path.Base(name) + " is not among the project's"
	}
	answer, doubt := eval.No, ""
	if strings.Contains(string(t.File.Data), "csrfmiddlewaretoken") {
		return eval.Yes, ""
	}
	Walk(t.Nodes, func(n *Node) bool {
		if answer == eval.Yes || n.Kind == Text {
			return false
		}
		switch token, why := s.token(n, t.Jinja, depth+1); {
		case token == eval.Yes:
			answer, doubt = eval.Yes, ""
		case token == eval.Maybe && answer == eval.No:
			answer, doubt = eval.Maybe, why
		}
		return true
	})
	return answer, doubt
}
