package security

import (
	"strings"

	"gonogo/internal/django/flow"
	"gonogo/internal/python/syntax"
)

// changesState is the first call in a function that changes rows of the database, nil without one. Functions inside are left out.
func changesState(f *flow.Function) *syntax.Call {
	var found *syntax.Call
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FunctionDef, *syntax.ClassDef, *syntax.Lambda:
			return false
		case *syntax.Call:
			if found == nil && isChange(n) {
				found = n
			}
		}
		return found == nil
	})
	return found
}

// isChange reports whether a call saves or deletes an object, or creates or changes rows of a manager.
func isChange(c *syntax.Call) bool {
	m, ok := c.Func.(*syntax.Attribute)
	if !ok {
		return false
	}
	path := flow.Path(m.Value)
	switch m.Attr {
	case "save", "asave":
		return len(c.Args) == 0 && path != "" && !isNoRow(path) && onlySaveOptions(c)
	case "delete", "adelete":
		return len(c.Args) == 0 && len(c.Keywords) == 0 && path != "" && !isNoRow(path)
	case "create", "bulk_create", "update":
		return strings.Contains("."+path+".", ".objects.")
	}
	return false
}

func onlySaveOptions(c *syntax.Call) bool {
	for _, k := range c.Keywords {
		if k.Name != "update_fields" && k.Name != "force_update" && k.Name != "using" {
			return false
		}
	}
	return true
}

// isNoRow reports whether a chain of names ends in something that has save or delete and is no row of the database.
func isNoRow(path string) bool {
	lower := strings.ToLower(path)
	for _, word := range []string{"session", "cache", "image", "img", "workbook", "wb", "storage", "super", "response", "file", "form", "serializer", "client", "basket", "cart"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}
