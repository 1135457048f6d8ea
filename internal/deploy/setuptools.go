package deploy

import (
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// setupCfg reads [options] install_requires and [options.extras_require] of a setup.cfg.
func (r *dependencyReader) setupCfg(file string) {
	f, ok := r.tree.Read(file)
	if !ok {
		return
	}
	root, diagnostics := document.INI(f, document.Indented)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	before := len(r.out.Requirements)
	r.requirementBlock(root.Get("options", "install_requires"), Requirement{Production: true, Direct: true})
	r.requirementBlock(root.Get("options", "tests_require"), Requirement{Direct: true, Group: "test"})
	for _, extra := range root.Get("options.extras_require").Map() {
		r.requirementBlock(extra.Value, Requirement{Production: groupInProduction(extra.Key, true), Direct: true, Group: extra.Key})
	}
	if len(r.out.Requirements) > before {
		r.addSource(f, "setup.cfg", false, true)
	}
}

// requirementBlock reads a value of one specification a line.
func (r *dependencyReader) requirementBlock(value *document.Node, as Requirement) {
	text := value.Scalar()
	if text == "" || strings.HasPrefix(text, "file:") {
		return
	}
	for _, line := range strings.FieldsFunc(text, func(c rune) bool { return c == '\n' }) {
		parsed, ok := parseRequirement(line)
		if !ok {
			continue
		}
		q := as
		q.At = within(value.At, strings.TrimSpace(line))
		q.Production = q.Production && r.applies(parsed)
		if parsed.name != "" {
			r.add(parsed, q)
		}
	}
}

// setupText reads install_requires, extras_require and tests_require that stand as literals in the call of setup(), or in names that it uses.
func (r *dependencyReader) setupText(f *source.File) {
	module := syntax.Parse(f)
	names := map[string]syntax.Expr{}
	for _, stmt := range module.Body {
		switch stmt := stmt.(type) {
		case *syntax.Assign:
			for _, target := range stmt.Targets {
				if name, ok := target.(*syntax.Name); ok {
					names[name.ID] = stmt.Value
				}
			}
		case *syntax.ExprStmt:
			if call, ok := stmt.Value.(*syntax.Call); ok && isSetup(call.Func) {
				r.setupCall(module.File, call, names)
			}
		}
	}
}

// isSetup reports whether an expression is `setup` or `setuptools.setup`.
func isSetup(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Name:
		return e.ID == "setup"
	case *syntax.Attribute:
		return e.Attr == "setup"
	}
	return false
}

func (r *dependencyReader) setupCall(f *source.File, call *syntax.Call, names map[string]syntax.Expr) {
	for _, keyword := range call.Keywords {
		value := resolveName(keyword.Value, names)
		switch keyword.Name {
		case "install_requires":
			r.literals(f, value, Requirement{Production: true, Direct: true})
		case "tests_require":
			r.literals(f, value, Requirement{Direct: true, Group: "test"})
		case "extras_require":
			if dict, ok := value.(*syntax.Dict); ok {
				r.extras(f, dict, names)
			}
		}
	}
}

func (r *dependencyReader) extras(f *source.File, dict *syntax.Dict, names map[string]syntax.Expr) {
	for i, key := range dict.Keys {
		if c, ok := key.(*syntax.Constant); ok && c.Kind == syntax.Str {
			r.literals(f, resolveName(dict.Values[i], names), Requirement{Production: groupInProduction(c.Value, true), Direct: true, Group: c.Value})
		}
	}
}

// resolveName follows a name to the expression that was assigned to it.
func resolveName(e syntax.Expr, names map[string]syntax.Expr) syntax.Expr {
	if name, ok := e.(*syntax.Name); ok {
		return names[name.ID]
	}
	return e
}

// literals reads a list or tuple of string literals.
func (r *dependencyReader) literals(f *source.File, e syntax.Expr, as Requirement) {
	for _, element := range elements(e) {
		c, ok := element.(*syntax.Constant)
		if !ok || c.Kind != syntax.Str {
			continue
		}
		extent := c.Extent()
		as.At = f.Span(extent.Start, extent.End)
		if parsed, ok := parseRequirement(c.Value); ok && parsed.name != "" {
			q := as
			q.Production = q.Production && r.applies(parsed)
			r.add(parsed, q)
		}
	}
}
