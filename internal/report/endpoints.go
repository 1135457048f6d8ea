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
func EndpointsText(w io.Writer, r Endpoints, style Style) error {
	p := newPrinter(w, style)
	for n := range r.Endpoints {
		e := &r.Endpoints[n]
		head := methodsOf(e) + "  " + endpointPath(e)
		if name := e.FullName(); name != "" {
			head += "  (" + name + ")"
		}
		p.line("%s", p.paint(bold, printable(head)))
		for _, l := range append(policyLines(e), graphQLLines(e.GraphQL)...) {
			p.paragraph("    ", 4, "      ", l)
		}
		if e.GraphQL == nil {
			continue
		}
		for k := range e.GraphQL.Fields {
			f := &e.GraphQL.Fields[k]
			p.line("%s", p.paint(bold, printable(fieldHead(e, f))))
			for _, l := range fieldLines(f) {
				p.paragraph("    ", 4, "      ", l)
			}
		}
	}
	if r.Filtered {
		p.line("%d of them are shown", len(r.Endpoints))
	}
	for _, l := range r.Total.lines() {
		p.paragraph("", 0, "  ", l)
	}
	if r.Unknown != "" {
		p.paragraph("", 0, "  ", "There can be more: "+r.Unknown)
	}
	return p.flush()
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
	switch text := accessText(p.Access); {
	case text != "":
		lines = append(lines, text)
	case len(p.Guards) == 0 && p.Permissions.From == routes.FromNowhere && p.Permissions.Unknown == "":
		if text := closedText(p.Access); text != "" {
			lines = append(lines, text)
		}
	}
	switch {
	case e.Unbounded() == eval.Yes && len(p.Pagination.Classes) > 0:
		lines = append(lines, "lists all objects: the pagination has no size of a page")
	case e.Unbounded() == eval.Yes:
		lines = append(lines, "lists all objects, without pages")
	}
	if e.Unscoped != "" {
		lines = append(lines, "takes a user's "+e.Unscoped+" by its key and does not ask whose it is")
	}
	return lines
}

// closedText says by what a view keeps strangers out that names no guard: its code does.
func closedText(access map[string]routes.Access) string {
	for _, method := range slices.Sorted(maps.Keys(access)) {
		if a := access[method]; a.Anyone == eval.No && a.Why != "" {
			return "not everyone may call: " + a.Why[strings.LastIndexByte(a.Why, '.')+1:]
		}
	}
	return ""
}

// anyoneText are the methods by which anyone may call, in short.
func anyoneText(e *routes.Endpoint) string {
	var open []string
	for _, method := range slices.Sorted(maps.Keys(e.Policy.Access)) {
		if e.Policy.Access[method].Anyone == eval.Yes {
			open = append(open, method)
		}
	}
	switch {
	case len(open) > 0 && (len(open) == len(e.Policy.Access) || open[0] == ""):
		return "yes"
	case len(open) > 0:
		return strings.Join(open, " ")
	case e.Anyone() == eval.Maybe && e.View.Kind != routes.AdminSite:
		return "?"
	}
	return "no"
}

func triText(t eval.Tri) string {
	switch t {
	case eval.Yes:
		return "yes"
	case eval.No:
		return "no"
	}
	return "?"
}

// accessText says whom an endpoint lets in: "anyone: GET; not known for POST: what IsOwner lets in".
func accessText(access map[string]routes.Access) string {
	var open, unsure []string
	why, others := "", false
	for _, method := range slices.Sorted(maps.Keys(access)) {
		switch a := access[method]; a.Anyone {
		case eval.Yes:
			open = append(open, method)
		case eval.Maybe:
			unsure, why = append(unsure, method), a.Why
		default:
			others = true
		}
	}
	var parts []string
	if len(open) > 0 {
		text := "anyone may call"
		if others || len(unsure) > 0 {
			text += " " + strings.Join(open, " ")
		}
		parts = append(parts, text)
	}
	if len(unsure) > 0 {
		text := "whether anyone may call is not known"
		if others || len(open) > 0 {
			text += " for " + strings.Join(unsure, " ")
		}
		if why != "" {
			text += ", " + why
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
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
	case routes.FromRouter:
		return "router"
	case routes.FromAPI:
		return "API"
	}
	return ""
}

// EndpointsMarkdown writes the endpoints as a table.
func EndpointsMarkdown(w io.Writer, r Endpoints) error {
	p := newPrinter(w, Style{})
	p.line("| method | path | view | anyone | permission | throttle | pagination | renderer |")
	p.line("|---|---|---|---|---|---|---|---|")
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
		columns := []string{methodsOf(e), "`" + endpointPath(e) + "`", view, anyoneText(e)}
		for _, c := range []routes.Choice{e.Policy.Permissions, e.Policy.Throttles, e.Policy.Pagination, e.Policy.Renderers} {
			text := ""
			if c.From != routes.FromNowhere || c.Unknown != "" {
				text = choiceText(c)
			}
			columns = append(columns, text)
		}
		if len(e.Policy.Guards) > 0 && columns[4] == "" {
			columns[4] = strings.Join(lastNames(e.Policy.Guards), ", ")
		}
		for n := range columns {
			columns[n] = cell(columns[n])
		}
		p.line("| %s |", strings.Join(columns, " | "))
		if e.GraphQL == nil {
			continue
		}
		for k := range e.GraphQL.Fields {
			f := &e.GraphQL.Fields[k]
			permission := ""
			if f.Permissions.From != routes.FromNowhere {
				permission = choiceText(f.Permissions)
			}
			p.line("| %s | `%s` | %s | %s | %s |  |  |  |", fieldMethod(f), cell(endpointPath(e)+" "+f.FullName()), cell(fieldView(f)),
				triText(f.Access.Anyone), cell(permission))
		}
	}
	if r.Unknown != "" {
		p.line("")
		p.line("There can be more: %s", r.Unknown)
	}
	return p.flush()
}
