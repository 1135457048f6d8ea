package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/redact"
)

// Variable is one environment variable that settings read, all its readings together.
type Variable struct {
	Name     string
	Default  string // Python source text
	Optional bool   // has a default
	Required bool   // without it the settings fail to import
	Secret   bool
	Cast     string
	Reads    []eval.Read
}

// Variables joins the readings by variable, sorted by name.
func Variables(reads []eval.Read) []Variable {
	byName := make(map[string]*Variable)
	for _, r := range reads {
		v := byName[r.Name]
		if v == nil {
			v = &Variable{Name: r.Name, Secret: redact.SecretName(r.Name)}
			byName[r.Name] = v
		}
		v.Reads = append(v.Reads, r)
		v.Secret = v.Secret || r.Secret
		v.Required = v.Required || r.Required
		if r.HasDefault && !v.Optional {
			v.Optional, v.Default = true, r.Default
		}
		if v.Cast == "" {
			v.Cast = r.Cast
		}
	}
	var out []Variable
	for _, v := range byName {
		out = append(out, *v)
	}
	slices.SortFunc(out, func(a, b Variable) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// shownDefault is the default without its secret.
func (v Variable) shownDefault() string {
	switch {
	case !v.Optional:
		return ""
	case strings.Trim(v.Default, `"'`) == "" || v.Default == "None" || harmlessAddress(v.Default):
		return v.Default
	case v.Secret:
		return "(hidden)"
	}
	return redact.Text(v.Default)
}

// harmlessAddress reports whether a default is an address without a password in it.
func harmlessAddress(text string) bool {
	return strings.Contains(text, "://") && !strings.Contains(text, "@") && !strings.Contains(text, "?")
}

func (v Variable) need() string {
	if v.Required {
		return "required"
	}
	return "optional"
}

// EnvText writes the table of variables for a person.
func EnvText(w io.Writer, variables []Variable, style Style) error {
	p := newPrinter(w, style)
	if len(variables) == 0 {
		p.line("The settings read no environment variable.")
		return p.flush()
	}
	width := len("VARIABLE")
	for _, v := range variables {
		width = max(width, min(len(v.Name), 36))
	}
	p.line("%s", p.paint(bold, fmt.Sprintf("%-*s  %-8s  %-6s  %-18s  %s", width, "VARIABLE", "NEED", "SECRET", "DEFAULT", "READ AT")))
	for _, v := range variables {
		need := fmt.Sprintf("%-8s", v.need())
		if v.Required {
			need = p.paint(red, need)
		}
		secret := ""
		if v.Secret {
			secret = "secret"
		}
		p.line("%-*s  %s  %-6s  %-18s  %s", width, v.Name, need, secret, shorten(v.shownDefault(), 18), p.paint(dim, v.places()))
	}
	return p.flush()
}

func (v Variable) places() string {
	first := shortPlace(v.Reads[0].At)
	if n := len(v.Reads) - 1; n > 0 {
		return fmt.Sprintf("%s and %d more", first, n)
	}
	return first
}

func shorten(s string, n int) string {
	r := []rune(printable(s))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n-3]) + "..."
}

// EnvExample writes an example environment file: required variables empty, optional ones commented out with their default.
func EnvExample(w io.Writer, module string, variables []Variable) error {
	p := newPrinter(w, Style{})
	p.line("# Environment of %s. Lines without a value must be filled; commented ones show the default.", module)
	for _, v := range variables {
		p.line("")
		kind := v.need()
		if v.Secret {
			kind += ", secret"
		}
		if v.Cast != "" && v.Cast != "str" {
			kind += ", " + v.Cast
		}
		p.line("# %s; read at %s", kind, v.places())
		if !v.Required {
			p.line("# %s=%s", v.Name, exampleDefault(v))
		} else {
			p.line("%s=", v.Name)
		}
	}
	return p.flush()
}

func exampleDefault(v Variable) string {
	text := v.shownDefault()
	if text == "(hidden)" || text == "None" {
		return ""
	}
	if len(text) >= 2 && (text[0] == '"' || text[0] == '\'') && text[len(text)-1] == text[0] {
		return text[1 : len(text)-1]
	}
	return text
}

type jsonVariable struct {
	Name     string      `json:"name"`
	Required bool        `json:"required"`
	Secret   bool        `json:"secret"`
	Default  *string     `json:"default"`
	Cast     string      `json:"cast"`
	Reads    []jsonPlace `json:"reads"`
}

// EnvJSON writes the table for programs.
func EnvJSON(w io.Writer, module string, variables []Variable) error {
	out := []jsonVariable{}
	for _, v := range variables {
		j := jsonVariable{Name: v.Name, Required: v.Required, Secret: v.Secret, Cast: v.Cast, Reads: []jsonPlace{}}
		if v.Optional {
			text := v.shownDefault()
			j.Default = &text
		}
		for _, r := range v.Reads {
			j.Reads = append(j.Reads, encodePlace(r.At))
		}
		out = append(out, j)
	}
	return encode(w, ordered{{"schema", Schema}, {"module", module}, {"variables", out}})
}
