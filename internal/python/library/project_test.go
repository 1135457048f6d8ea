package library_test

import (
	"path"
	"sort"
	"strings"
	"sync"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// project is a program's files in memory.
type project struct {
	root  string
	files map[string]*source.File
	mu    sync.Mutex // of trees
	trees map[string]*syntax.Module
}

func newProject(p program) *project {
	out := &project{root: p.job().Root, files: map[string]*source.File{}, trees: map[string]*syntax.Module{}}
	for name, text := range p.files {
		out.files[name] = source.NewFile(name, []byte(text))
	}
	return out
}

func (p *project) Root() string { return p.root }

func (p *project) File(name string) (*source.File, bool) {
	f, ok := p.files[name]
	return f, ok
}

func (p *project) Module(dotted string) (*syntax.Module, bool, bool) {
	base := strings.ReplaceAll(dotted, ".", "/")
	if m, ok := p.ParseFile(base + "/__init__.py"); ok {
		return m, true, true
	}
	if m, ok := p.ParseFile(base + ".py"); ok {
		return m, false, true
	}
	for name := range p.files {
		if strings.HasPrefix(name, base+"/") && strings.HasSuffix(name, ".py") {
			return &syntax.Module{}, true, true
		}
	}
	return nil, false, false
}

func (p *project) Glob(pattern string) []string {
	var out []string
	for name := range p.files {
		if ok, _ := path.Match(pattern, name); ok {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out
}

func (p *project) ParseFile(name string) (*syntax.Module, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if m, ok := p.trees[name]; ok {
		return m, true
	}
	f, ok := p.files[name]
	if !ok {
		return nil, false
	}
	p.trees[name] = syntax.Parse(f)
	return p.trees[name], true
}
