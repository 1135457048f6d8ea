package syntax

import (
	"unsafe"

	"gonogo/internal/source"
)

// Parse reads a file. It never fails: what is wrong stands in Module.Diagnostics, and every statement that can be read is in Body.
//
// The text is taken as UTF-8 unless a PEP 263 declaration names another encoding. Then, or when the text starts with a
// byte order mark, Module.File is a new file of the same path with the decoded text, and all positions refer to that one.
func Parse(file *source.File) *Module {
	m := &Module{File: file}
	text, diagnostics := decodeSource(file.Data)
	if len(text) != len(file.Data) || len(text) > 0 && &text[0] != &file.Data[0] {
		m.File = source.NewFile(file.Path, text)
	}
	// The tree's strings point into the text, which nobody changes.
	p := newParser(unsafe.String(unsafe.SliceData(text), len(text)))
	p.body = p.module()
	if p.errors() > 0 {
		p = withoutOpenString(p)
	}
	p.diags = append(p.diags, diagnostics...)
	m.Body = p.body
	m.Diagnostics = p.diagnostics()
	return m
}
