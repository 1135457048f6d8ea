package project

import (
	"gonogo/internal/python/resolve"
)

// codeGraph is the code's modules as package resolve has them, made when somebody asks.
type codeGraph struct {
	*resolve.Graph
	byName   map[string]*CodeModule
	byModule map[*CodeModule]*resolve.Module
}

// graph joins the modules once.
func (c *Code) graph() *codeGraph {
	c.once.Do(func() {
		g := &codeGraph{byName: make(map[string]*CodeModule, len(c.Modules)), byModule: make(map[*CodeModule]*resolve.Module, len(c.Modules))}
		list := make([]*resolve.Module, 0, len(c.Modules))
		for _, m := range c.Modules {
			if m.Syntax == nil {
				continue
			}
			named := &resolve.Module{Dotted: m.Dotted, Package: isPackageFile(m.Syntax.File.Path), Syntax: m.Syntax}
			list = append(list, named)
			g.byModule[m] = named
			if _, twice := g.byName[m.Dotted]; !twice && m.Dotted != "" {
				g.byName[m.Dotted] = m
			}
		}
		g.Graph = resolve.NewGraph(list)
		c.joined = g
	})
	return c.joined
}

// Graph answers what names refer to across the project's modules.
func (c *Code) Graph() *resolve.Graph { return c.graph().Graph }
