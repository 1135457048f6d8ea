package syntax

// String is the name of the operator's class in CPython's ast module.
func (o Operator) String() string {
	return nameOf(int(o), "Add", "Sub", "Mult", "MatMult", "Div", "Mod", "Pow", "LShift", "RShift", "BitOr", "BitXor", "BitAnd", "FloorDiv")
}

// String is the name of the operator's class in CPython's ast module.
func (o UnaryOperator) String() string { return nameOf(int(o), "Invert", "Not", "UAdd", "USub") }

// String is the name of the operator's class in CPython's ast module.
func (o CompareOperator) String() string {
	return nameOf(int(o), "Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn")
}

// String is the name of the context's class in CPython's ast module.
func (c Context) String() string { return nameOf(int(c), "Load", "Store", "Del") }

// nameOf picks the name of a constant that counts from 1.
func nameOf(n int, names ...string) string {
	if n < 1 || n > len(names) {
		return "invalid"
	}
	return names[n-1]
}
