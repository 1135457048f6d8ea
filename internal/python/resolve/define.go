package resolve

// Define finds the definition of a dotted path in the project that the module belongs to; see Graph.Define.
func (m *Module) Define(dotted string) (d Definition, ok bool) {
	if m.graph == nil {
		return Definition{}, false
	}
	return m.graph.Define(dotted)
}
