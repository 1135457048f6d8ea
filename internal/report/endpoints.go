package report

import (
	"io"
	"maps"
	"slices"
	"strings"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
)

// EndpointsText writes the endpoints for a person: method, path, view, and what holds for it.
func EndpointsText(w io.Writer, r *routes.Routes, style Style) error {
	p := newPrinter(w, style)
	for n := range r.Endpoints {
		e := &r.Endpoints[n]
		head := methodsOf(e) + "  " + endpointPath(e)
		if name := e.FullName(); name != "" {
			head += "  (" + name + ")"
		}
		p.line("%s", p.paint(bold, printable(head)))
		for _, l := range policyLines(e) {
			p.paragraph("    ", 4, "      ", l)
		}
	}
	known, prefixes := countEndpoints(r)
	p.line("%d endpoints, %d prefixes below which they are not known", known, prefixes)
	if r.Unknown != "" {
		p.paragraph("", 0, "  ", "There can be more: "+r.Unknown)
	}
	return p.flush()
}

// countEndpoints tells endpoints from entries that stand for all below a prefix. An admin site is an endpoint.
func countEndpoints(r *routes.Routes) (known, prefixes int) {
	for _, e := range r.Endpoints {
		if e.Prefix && e.View.Kind != routes.AdminSite {
			prefixes++
		} else {
			known++
		}
	}
	return known, prefixes
}

// methodsOf are the methods of an endpoint: "GET POST", "any", or with "?" when there can be more.
func methodsOf(e *routes.Endpoint) string {
	text := strings.Join(e.Methods, " ")
	switch {
	case e.MethodsUnknown != "" && text != "":
		return text + " ?"
	case e.MethodsUnknown != "":
		return "?"
	case e.Methods == nil:
		return "any"
	case text == "":
		return "none"
	}
	return text
}

func endpointPath(e *routes.Endpoint) string {
	if e.Prefix {
		return e.Path() + "..."
	}
	return e.Path()
}

// policyLines are what is known of an endpoint's view and policy, a sentence each.
func policyLines(e *routes.Endpoint) (lines []string) {
	if e.View.Name != "" {
		text := e.View.Name
		if !e.View.At.IsZero() {
			text += ", " + place(e.View.At)
		}
		lines = append(lines, text)
	}
	if e.Unknown != "" {
		lines = append(lines, "unknown: "+e.Unknown)
	}
	p := &e.Policy
	for _, c := range []struct {
		name   string
		choice routes.Choice
	}{{"permission", p.Permissions}, {"throttle", p.Throttles}, {"pagination", p.Pagination}, {"renderer", p.Renderers}} {
		if c.choice.From != routes.FromNowhere || c.choice.Unknown != "" {
			lines = append(lines, c.name+": "+choiceText(c.choice))
		}
	}
	if len(p.Guards) > 0 {
		lines = append(lines, "asks for: "+strings.Join(lastNames(p.Guards), ", "))
	}
	return lines
}

// choiceText is a choice in short: "IsAuthenticated (settings)".
func choiceText(c routes.Choice) string {
	if c.Unknown != "" {
		return "unknown, " + c.Unknown
	}
	if len(c.Methods) > 0 {
		return byMethodText(c)
	}
	text := "none"
	if len(c.Classes) > 0 {
		text = strings.Join(lastNames(c.Classes), ", ")
	}
	if from := fromText(c.From); from != "" {
		text += " (" + from + ")"
	}
	return text
}

// byMethodText is a choice that differs by method: "GET: AllowAny; PUT POST: IsAdminUser (view)".
func byMethodText(c routes.Choice) string {
	var order []string
	methods := map[string][]string{}
	for _, m := range slices.Sorted(maps.Keys(c.Methods)) {
		one := c.Methods[m]
		one.From = routes.FromNowhere
		text := choiceText(one)
		if methods[text] == nil {
			order = append(order, text)
		}
		methods[text] = append(methods[text], m)
	}
	var parts []string
	for _, text := range order {
		parts = append(parts, strings.Join(methods[text], " ")+": "+text)
	}
	return strings.Join(parts, "; ") + " (" + fromText(c.From) + ")"
}

func lastNames(dotted []string) []string {
	out := make([]string, len(dotted))
	for n, d := range dotted {
		out[n] = d
		if !strings.ContainsAny(d, " |&~") {
			out[n] = d[strings.LastIndexByte(d, '.')+1:]
		}
	}
	return out
}

func fromText(f routes.From) string {
	switch f {
	case routes.FromView:
		return "view"
	case routes.FromAction:
		return "action"
	case routes.FromPackage:
		return "package"
	case routes.FromSettings:
		return "settings"
	case routes.FromFramework:
		return "framework"
	}
	return ""
}

// EndpointsMarkdown writes the endpoints as a table.
func EndpointsMarkdown(w io.Writer, r *routes.Routes) error {
	p := newPrinter(w, Style{})
	p.line("| method | path | view | permission | throttle | pagination | renderer |")
	p.line("|---|---|---|---|---|---|---|")
	cell := func(s string) string { return strings.ReplaceAll(printable(s), "|", `\|`) }
	for n := range r.Endpoints {
		e := &r.Endpoints[n]
		view := e.View.Name
		if !e.View.At.IsZero() {
			view += " (" + place(e.View.At) + ")"
		}
		if e.Unknown != "" {
			view = strings.TrimSpace(view + " unknown: " + e.Unknown)
		}
		columns := []string{methodsOf(e), "`" + endpointPath(e) + "`", view}
		for _, c := range []routes.Choice{e.Policy.Permissions, e.Policy.Throttles, e.Policy.Pagination, e.Policy.Renderers} {
			text := ""
			if c.From != routes.FromNowhere || c.Unknown != "" {
				text = choiceText(c)
			}
			columns = append(columns, text)
		}
		if len(e.Policy.Guards) > 0 && columns[3] == "" {
			columns[3] = strings.Join(lastNames(e.Policy.Guards), ", ")
		}
		for n := range columns {
			columns[n] = cell(columns[n])
		}
		p.line("| %s |", strings.Join(columns, " | "))
	}
	if r.Unknown != "" {
		p.line("")
		p.line("There can be more: %s", r.Unknown)
	}
	return p.flush()
}

type jsonChoice struct {
	Classes []string `json:"classes"`
	From    string   `json:"from"`
	Unknown string   `json:"unknown,omitempty"`
	// Methods are the choices by method where they differ.
	Methods map[string]*jsonChoice `json:"by_method,omitempty"`
}

// jsonAccess tells whether a stranger is let in; anyone is null where that is not known.
type jsonAccess struct {
	Anyone *bool  `json:"anyone"`
	Why    string `json:"why,omitempty"`
}

type jsonEndpoint struct {
	Methods        []string          `json:"methods"`
	MethodsUnknown string            `json:"methods_unknown,omitempty"`
	Path           string            `json:"path"`
	Route          string            `json:"route"`
	Prefix         bool              `json:"prefix,omitempty"`
	Name           *string           `json:"name"`
	View           string            `json:"view"`
	At             *jsonPlace        `json:"at"`
	Pattern        *jsonPlace        `json:"pattern"`
	Decorators     []string          `json:"decorators"`
	Asks           []string          `json:"asks_for"`
	Actions        map[string]string `json:"actions,omitempty"`
	Permission     *jsonChoice       `json:"permission"`
	Authentication *jsonChoice       `json:"authentication"`
	Throttle       *jsonChoice       `json:"throttle"`
	Pagination     *jsonChoice       `json:"pagination"`
	Renderer       *jsonChoice       `json:"renderer"`
	Serializer     *jsonChoice       `json:"serializer"`
	// Access is by method, under "any" where the methods are not known.
	Access  map[string]jsonAccess `json:"access"`
	Unknown string                `json:"unknown,omitempty"`
}

// EndpointsJSON writes the endpoints for programs. methods is null when the view answers any.
func EndpointsJSON(w io.Writer, r *routes.Routes) error {
	out := []jsonEndpoint{}
	for n := range r.Endpoints {
		out = append(out, encodeEndpoint(&r.Endpoints[n]))
	}
	return encode(w, ordered{{"schema", Schema}, {"module", r.Module}, {"unknown", r.Unknown}, {"endpoints", out}})
}

func encodeEndpoint(e *routes.Endpoint) jsonEndpoint {
	j := jsonEndpoint{Methods: e.Methods, MethodsUnknown: e.MethodsUnknown, Path: e.Path(), Route: e.Route(), Prefix: e.Prefix, View: e.View.Name,
		Decorators: []string{}, Asks: list(e.Policy.Guards), Actions: e.View.Actions, Unknown: e.Unknown}
	if name := e.FullName(); name != "" {
		j.Name = &name
	}
	if !e.View.At.IsZero() {
		at := encodePlace(e.View.At)
		j.At = &at
	}
	if !e.At.IsZero() {
		at := encodePlace(e.At)
		j.Pattern = &at
	}
	for _, d := range e.View.Decorators {
		j.Decorators = append(j.Decorators, d.Name)
	}
	p := &e.Policy
	j.Permission, j.Authentication, j.Throttle = encodeChoice(p.Permissions), encodeChoice(p.Authentication), encodeChoice(p.Throttles)
	j.Pagination, j.Renderer, j.Serializer = encodeChoice(p.Pagination), encodeChoice(p.Renderers), encodeChoice(p.Serializer)
	j.Access = map[string]jsonAccess{}
	for method, a := range p.Access {
		if method == "" {
			method = "any"
		}
		one := jsonAccess{Why: a.Why}
		if a.Anyone != eval.Maybe {
			open := a.Anyone == eval.Yes
			one.Anyone = &open
		}
		j.Access[method] = one
	}
	return j
}

func encodeChoice(c routes.Choice) *jsonChoice {
	if c.From == routes.FromNowhere && c.Unknown == "" {
		return nil
	}
	j := &jsonChoice{Classes: list(c.Classes), From: fromText(c.From), Unknown: c.Unknown}
	for method, one := range c.Methods {
		if j.Methods == nil {
			j.Methods = map[string]*jsonChoice{}
		}
		j.Methods[method] = encodeChoice(one)
	}
	return j
}
