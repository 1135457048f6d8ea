package cli

import (
	"os"
	"path/filepath"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

type debugCommand struct {
	AST astCommand `cmd:"" name:"ast" help:"Print the syntax tree of each file as a line of JSON, in the names of CPython's ast module."`
}

type astCommand struct {
	Files []string `arg:"" help:"Python files."`
}

// Run prints one JSON line per file.
func (c *astCommand) Run(ctx *Context) error {
	for _, name := range c.Files {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(ctx.Dir, path)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return usage("%s cannot be read (%v); name a Python file", name, cause(err))
		}
		if err := syntax.DumpJSON(ctx.Stdout, syntax.Parse(source.NewFile(name, data))); err != nil {
			return err
		}
	}
	return nil
}
