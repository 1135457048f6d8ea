package background

import (
	"slices"
	"strings"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Effect is a kind of work that takes time, or that the outside sees.
type Effect uint8

// The kinds of work.
const (
	Mail    Effect = iota + 1 // a mail is sent
	Request                   // another service is called
	Render                    // a PDF is rendered
	Sheet                     // a spreadsheet is written
	Charge                    // money moves
)

// Reached is work that a function does, itself or in a function of the project that it calls.
type Reached struct {
	Effect Effect
	What   string      // what is called: "requests.post"
	At     source.Span // where, in the function itself
	In     source.Span // the call that does it, which is At unless it stands in another function
	Site   Site        // the call in the function itself
	Unused bool        // what it returns is not used
	// Guarded says that an exception of it is handled on the way.
	Guarded bool
}

// maxReach is how many functions of the project are gone through one after the other.
const maxReach = 3

// Reach is the work that a function of a module does, in order of the text. Functions are followed where their names tell which they are;
// what is queued is not work of the function.
func Reach(m *resolve.Module, f *syntax.FunctionDef, class *syntax.ClassDef) []Reached {
	r := reacher{seen: map[*syntax.FunctionDef]bool{}}
	return r.reach(m, f, class, maxReach)
}

type reacher struct {
	seen  map[*syntax.FunctionDef]bool
	steps int
}

func (r *reacher) reach(m *resolve.Module, f *syntax.FunctionDef, class *syntax.ClassDef, hops int) (found []Reached) {
	if f == nil || r.seen[f] || r.steps > 300 {
		return nil
	}
	r.seen[f] = true
	r.steps++
	unused := statements(f)
	WalkFunction(m, f, class, func(s *Site) {
		if s.Deferred || s.Function != f {
			return
		}
		if effect, what := effectOf(m, f, s); effect != 0 {
			found = append(found, Reached{Effect: effect, What: what, At: s.At(), In: s.At(), Site: *s, Unused: unused[s.Call], Guarded: s.Guarded})
			return
		}
		if hops == 0 {
			return
		}
		inner, innerFunction, innerClass := called(m, s)
		for _, deep := range r.reach(inner, innerFunction, innerClass, hops-1) {
			deep.At, deep.Site, deep.Guarded = s.At(), *s, deep.Guarded || s.Guarded
			found = append(found, deep)
		}
	})
	return found
}

// statements are the calls of a function that stand as statements of their own.
func statements(f *syntax.FunctionDef) map[*syntax.Call]bool {
	calls := map[*syntax.Call]bool{}
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		if s, ok := n.(*syntax.ExprStmt); ok {
			if call, ok := s.Value.(*syntax.Call); ok {
				calls[call] = true
			}
		}
		return true
	})
	return calls
}

// called is the function of the project that a call runs: one by its name, or a method of the same class.
func called(m *resolve.Module, s *Site) (*resolve.Module, *syntax.FunctionDef, *syntax.ClassDef) {
	if a, ok := s.Call.Func.(*syntax.Attribute); ok && s.Class != nil {
		if self, ok := a.Value.(*syntax.Name); ok && (self.ID == "self" || self.ID == "cls") {
			return m, method(s.Class, a.Attr), s.Class
		}
	}
	if s.Callee == "" {
		return nil, nil, nil
	}
	d, ok := m.Define(s.Callee)
	if !ok || d.Function == nil || d.Function.Async {
		return nil, nil, nil
	}
	return d.Module, d.Function, nil
}

// effectOf tells what a call does by what it calls.
func effectOf(m *resolve.Module, f *syntax.FunctionDef, s *Site) (Effect, string) {
	callee := s.Callee
	module, rest, _ := strings.Cut(callee, ".")
	switch {
	case callee == "django.core.mail.send_mail", callee == "django.core.mail.send_mass_mail", callee == "smtplib.SMTP", callee == "smtplib.SMTP_SSL":
		return Mail, lastPart(callee)
	case callee == "urllib.request.urlopen",
		(module == "requests" || module == "httpx") && slices.Contains([]string{"get", "post", "put", "patch", "delete", "head", "options", "request"}, rest):
		return Request, callee
	case module == "stripe" && (strings.HasSuffix(callee, "Charge.create") || strings.HasSuffix(callee, "PaymentIntent.create") || strings.HasSuffix(callee, "Refund.create")):
		return Charge, callee
	case strings.HasPrefix(callee, "pdfkit.from_"), callee == "xhtml2pdf.pisa.CreatePDF", callee == "xhtml2pdf.pisa.pisaDocument":
		return Render, callee
	case callee == "openpyxl.Workbook", callee == "xlsxwriter.Workbook", callee == "xlwt.Workbook":
		return Sheet, callee
	}
	a, ok := s.Call.Func.(*syntax.Attribute)
	if !ok {
		return 0, ""
	}
	switch a.Attr {
	case "email_user":
		return Mail, "email_user"
	case "send":
		if isMessage(madeBy(m, f, a.Value)) {
			return Mail, "send"
		}
	case "write_pdf":
		if strings.HasPrefix(madeBy(m, f, a.Value), "weasyprint.") {
			return Render, "weasyprint's write_pdf"
		}
	}
	return 0, ""
}

// isMessage reports whether a class is a message of django.core.mail.
func isMessage(class string) bool {
	return strings.HasPrefix(class, "django.core.mail.") && (strings.HasSuffix(class, ".EmailMessage") || strings.HasSuffix(class, ".EmailMultiAlternatives"))
}

// madeBy is the dotted path of what made a value: of the call itself, or of the one call that is assigned to a local name.
func madeBy(m *resolve.Module, f *syntax.FunctionDef, e syntax.Expr) string {
	if name, ok := e.(*syntax.Name); ok {
		e = Local(f, name.ID)
	}
	call, ok := e.(*syntax.Call)
	if !ok {
		return ""
	}
	dotted, _ := m.Resolve(call.Func)
	return dotted
}

// Local is the only expression that a function assigns to a name, nil where there is none or there are several.
func Local(f *syntax.FunctionDef, name string) (value syntax.Expr) {
	count := 0
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			for _, t := range n.Targets {
				if binds(t, name) {
					count++
					value = n.Value
					if _, plain := t.(*syntax.Name); !plain {
						count++
					}
				}
			}
		case *syntax.AnnAssign:
			if binds(n.Target, name) && n.Value != nil {
				count++
				value = n.Value
			}
		case *syntax.AugAssign:
			if binds(n.Target, name) {
				count += 2
			}
		case *syntax.For:
			if binds(n.Target, name) {
				count += 2
			}
		case *syntax.With:
			for _, item := range n.Items {
				if item.OptionalVars != nil && binds(item.OptionalVars, name) {
					count += 2
				}
			}
		case *syntax.NamedExpr:
			if n.Target.ID == name {
				count++
				value = n.Value
			}
		}
		return true
	})
	if count != 1 {
		return nil
	}
	return value
}

// binds reports whether a target assigns a name.
func binds(target syntax.Expr, name string) (yes bool) {
	switch t := target.(type) {
	case *syntax.Name:
		return t.ID == name
	case *syntax.Tuple:
		return slices.ContainsFunc(t.Elts, func(e syntax.Expr) bool { return binds(e, name) })
	case *syntax.List:
		return slices.ContainsFunc(t.Elts, func(e syntax.Expr) bool { return binds(e, name) })
	case *syntax.Starred:
		return binds(t.Value, name)
	}
	return false
}

func lastPart(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }
