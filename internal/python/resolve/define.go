package resolve

import "gonogo/internal/python/syntax"

// Define finds the definition of a dotted path in the project that the module belongs to; see Graph.Define.
func (m *Module) Define(dotted string) (d Definition, ok bool) {
	if m.graph == nil {
		return Definition{}, false
	}
	return m.graph.Define(dotted)
}

// Ancestors are the dotted names of the bases of a class at the module's own level, their bases and so on; see Graph.Ancestors.
func (m *Module) Ancestors(class *syntax.ClassDef) []string {
	if m.graph == nil || m.Dotted == "" {
		return nil
	}
	names, _ := m.graph.Ancestors(m.Dotted + "." + class.Name)
	return names
}
