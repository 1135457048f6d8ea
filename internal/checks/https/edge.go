package https

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
)

// sent is what the sites send of one header with the application's answers.
type sent struct {
	header  deploy.Header // the first one
	file    string
	program string
	with    int // routes that have it
	without *deploy.Route
	varies  bool // the values differ, or are not known
}

// header looks for a header that the sites add to the application's answers.
func header(sites []check.Front, name string) sent {
	var found sent
	for _, s := range sites {
		for _, route := range s.Routes {
			h, ok := route.ResponseHeader(name)
			switch {
			case !ok:
				found.without = route
				continue
			case found.with == 0:
				found.header, found.file, found.program = h, s.Proxy.File.Path, s.Proxy.Program
			}
			found.with++
			found.varies = found.varies || h.Unknown || strings.Contains(h.Value, "$") || h.Value != found.header.Value
		}
	}
	return found
}

// sentByProxy answers for a header that Django does not send; good tells whether a value does what the check asks for. done is false where
// no proxy sends it either.
func sentByProxy(p *check.SourcePass, name string, good func(value string) bool) (answer check.Answer, done bool) {
	e := check.ReadEdge(p)
	if len(e.Files) == 0 && len(e.Sites) == 0 && e.Doubt == "" {
		return check.Answer{}, false
	}
	ask := "Django does not send " + name + "; whether the proxy does "
	if !e.Known() {
		return check.Unclear(ask + e.Untold()), true
	}
	found := header(e.Sites, name)
	switch {
	case found.with > 0 && found.without != nil:
		return check.Unclear(fmt.Sprintf("Django does not send %s, and %s adds it to a part of the application's answers only, not to those of %s", name, found.file, place(found.without))), true
	case found.with > 0 && !found.varies && good(found.header.Value):
		return check.Passed(fmt.Sprintf("%s sends %s (%s)", found.program, name, found.file)), true
	case found.with > 0:
		return check.Unclear(fmt.Sprintf("%s sends %s (%s); its value is not judged", found.program, name, found.header.At.Path())), true
	case e.Lacking() != "":
		return check.Unclear(ask + "is not known: " + e.Lacking()), true
	case e.Mentions(name):
		return check.Unclear(ask + e.Untold() + " in a way that is understood"), true
	}
	return check.Answer{}, false
}

// place is how a route is called in a sentence.
func place(r *deploy.Route) string {
	if r.Pattern == "" {
		return "the whole site"
	}
	return r.Pattern
}
