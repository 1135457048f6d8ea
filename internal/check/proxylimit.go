package check

import (
	"strings"

	"gonogo/internal/deploy/nginx"
	"gonogo/internal/source"
)

// NginxDirective is the first place in a configuration of nginx of the repository where one of the directives stands; ok is false without one.
func NginxDirective(p *SourcePass, names ...string) (at source.Span, ok bool) {
	if p.Project.Tree == nil {
		return at, false
	}
	for _, file := range p.Project.Tree.Paths() {
		if !mayBeNginx(strings.ToLower(file)) {
			continue
		}
		if f, there := p.Project.Tree.Read(file); there {
			directives, _ := nginx.Parse(f)
			if at, ok := directiveIn(directives, names, 0); ok {
				return at, true
			}
		}
	}
	return at, false
}

func directiveIn(list []*nginx.Directive, names []string, depth int) (at source.Span, ok bool) {
	if depth > 10 {
		return at, false
	}
	for _, d := range list {
		for _, name := range names {
			if d.Name == name {
				return d.At, true
			}
		}
		if at, ok := directiveIn(d.Block, names, depth+1); ok {
			return at, true
		}
	}
	return at, false
}

// OtherProxy is a file of the repository that configures another proxy than nginx, "" without one: what it limits is not read.
func OtherProxy(p *SourcePass) string {
	for _, file := range p.Project.UnreadProxyFiles() {
		if !strings.Contains(strings.ToLower(file), "nginx") {
			return file
		}
	}
	return ""
}
