package syntax

import "gonogo/internal/source"

// Parse reads a file. It never fails: what is wrong stands in Module.Diagnostics, and every statement that can be read is in Body.
func Parse(file *source.File) *Module {
	panic("not yet written")
}
