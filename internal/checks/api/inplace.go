package api

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/project"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// changedInPlace finds methods of views that change the list permission_classes itself. The list belongs to the class, or to the framework's
// settings, so the change stays for all requests after it.
func changedInPlace(views []project.RESTView) (findings []check.Finding) {
	for _, v := range views {
		if len(v.Endpoints) == 0 {
			continue
		}
		view := v.Endpoints[0].View
		class := view.Definition.Class
		if class == nil || !sharedList(class, view.Attributes["permission_classes"]) {
			continue
		}
		syntax.InspectBody(class.Body, func(n syntax.Node) bool {
			how := changes(n)
			if how == "" {
				return true
			}
			r := n.Extent()
			findings = append(findings, check.Finding{Severity: check.Recommended, At: source.Span{File: view.Definition.File, Start: r.Start, End: r.End},
				Fix: "self.permission_classes = [*self.permission_classes, IsAdminUser]",
				Message: fmt.Sprintf("%s changes the list permission_classes of %s for all later requests of the process; assign a new list, or return the permissions from get_permissions()",
					how, v.Name)})
			return true
		})
	}
	return findings
}

// sharedList reports whether the class gives permission_classes as a list, or leaves it to the framework.
func sharedList(class *syntax.ClassDef, given bool) bool {
	for _, stmt := range class.Body {
		assign, ok := stmt.(*syntax.Assign)
		if !ok {
			continue
		}
		for _, t := range assign.Targets {
			if name, ok := t.(*syntax.Name); ok && name.ID == "permission_classes" {
				_, isList := assign.Value.(*syntax.List)
				return isList
			}
		}
	}
	return !given
}

// changes is how a node changes permission_classes of self or cls, "" when it doesn't.
func changes(n syntax.Node) string {
	switch n := n.(type) {
	case *syntax.AugAssign:
		if ofSelf(n.Target) {
			return "+="
		}
	case *syntax.Call:
		f, ok := n.Func.(*syntax.Attribute)
		if !ok || !ofSelf(f.Value) {
			return ""
		}
		switch f.Attr {
		case "append", "extend", "insert", "remove", "pop", "clear":
			return f.Attr + "()"
		}
	}
	return ""
}

// ofSelf reports whether an expression is self.permission_classes or cls.permission_classes.
func ofSelf(e syntax.Expr) bool {
	a, ok := e.(*syntax.Attribute)
	if !ok || a.Attr != "permission_classes" {
		return false
	}
	name, ok := a.Value.(*syntax.Name)
	return ok && (name.ID == "self" || name.ID == "cls")
}
