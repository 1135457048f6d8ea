package security

import (
	"fmt"
	"path"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/flow"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// exposedByDjango are the tools that the application itself answers to everybody, and the folders that it gives away.
func exposedByDjango(p *check.SourcePass, w *django.World) (findings []check.Finding, doubts []string) {
	for _, ask := range []func(*check.SourcePass, *django.World) ([]check.Finding, []string){silkPages, shownToolbar, servedRoots, givenFolders} {
		f, d := ask(p, w)
		findings, doubts = append(findings, f...), append(doubts, d...)
	}
	return findings, doubts
}

// endpointOf is the first endpoint that a package's URL configuration or views answer; nil without one.
func endpointOf(p *check.SourcePass, pkg string) *routes.Endpoint {
	for n := range p.Project.Routes().Endpoints {
		e := &p.Project.Routes().Endpoints[n]
		if e.Package == pkg+".urls" || strings.HasPrefix(e.View.Name, pkg+".") {
			return e
		}
	}
	return nil
}

// silkPages asks for the pages of django-silk, which ask for a login where SILKY_AUTHENTICATION is on (silk/auth.py).
func silkPages(p *check.SourcePass, w *django.World) ([]check.Finding, []string) {
	if check.HasApp(w, "silk") != eval.Yes {
		return nil, nil
	}
	e := endpointOf(p, "silk")
	login := w.Get("SILKY_AUTHENTICATION")
	switch {
	case e == nil || len(e.Policy.Guards) > 0:
		return nil, nil
	case check.IsOn(login.Value) == eval.Yes:
		return nil, nil
	case check.IsOn(login.Value) == eval.Maybe && login.Set:
		return nil, []string{check.Doubt(w, login)}
	}
	f := check.Finding{Severity: check.Critical, At: e.At, Fix: "SILKY_AUTHENTICATION = True",
		Message: fmt.Sprintf("%s shows each recorded request, with its headers, cookies and queries, to everybody; leave silk out of production, or set SILKY_AUTHENTICATION and SILKY_AUTHORISATION", e.Path())}
	if f.At.IsZero() {
		f.At = check.Where(w.Get("INSTALLED_APPS"))
	}
	return []check.Finding{f}, nil
}

// shownToolbar asks for a SHOW_TOOLBAR_CALLBACK that always agrees. Without one the toolbar's pages answer where DEBUG is on alone
// (debug_toolbar/middleware.py), and errors/debug-off tells of that.
func shownToolbar(p *check.SourcePass, w *django.World) ([]check.Finding, []string) {
	if check.HasApp(w, "debug_toolbar") != eval.Yes || check.HasMiddleware(w, "debug_toolbar.middleware.DebugToolbarMiddleware") != eval.Yes {
		return nil, nil
	}
	s := w.Get("DEBUG_TOOLBAR_CONFIG")
	callback := s.Value.Get("SHOW_TOOLBAR_CALLBACK")
	if !callback.IsValid() || !alwaysAgrees(p, callback) {
		return nil, nil
	}
	at := callback.At()
	if at.IsZero() {
		at = check.Where(s)
	}
	return []check.Finding{{Severity: check.Critical, At: at,
		Message: "The debug toolbar is shown to everybody: settings, queries and headers of each request; leave it out of production"}}, nil
}

// alwaysAgrees reports whether a callback, a function or its dotted name, returns True whatever it is asked.
func alwaysAgrees(p *check.SourcePass, callback eval.Value) bool {
	if name, ok := callback.AsStr(); ok {
		d, found := p.Project.Code.Graph().Define(name)
		return found && d.Function != nil && returnsTrue(d.Function.Body)
	}
	if d, ok := callback.Definition(); ok && d.Function != nil {
		return returnsTrue(d.Function.Body)
	}
	text := strings.Join(strings.Fields(callback.At().Text()), "")
	return strings.HasPrefix(text, "lambda") && strings.HasSuffix(text, ":True")
}

func returnsTrue(body []syntax.Stmt) bool {
	for _, s := range body {
		switch s := s.(type) {
		case *syntax.ExprStmt:
			if _, doc := s.Value.(*syntax.Constant); !doc {
				return false
			}
		case *syntax.Return:
			c, ok := s.Value.(*syntax.Constant)
			return ok && c.Kind == syntax.True
		default:
			return false
		}
	}
	return false
}

// servedRoots are the routes by which django.views.static.serve gives the project's own folder away.
func servedRoots(p *check.SourcePass, w *django.World) (findings []check.Finding, doubts []string) {
	if check.IsOn(w.Get("DEBUG").Value) != eval.No {
		return nil, nil // the routes that are made while it is on say nothing
	}
	for n := range p.Project.Routes().Endpoints {
		e := &p.Project.Routes().Endpoints[n]
		if e.View.Name != "django.views.static.serve" || e.At.IsZero() || len(e.Policy.Guards) > 0 || !takesAnyPath(e.Route()) {
			continue
		}
		name := documentRoot(p, e.At)
		if folder := w.Get(name); name != "" && isProjectFolder(p, folder.Value) {
			findings = append(findings, check.Finding{Severity: check.Critical, At: e.At, Related: []check.Related{{Message: "the folder", At: check.Where(folder)}},
				Message: fmt.Sprintf("This serves the project's own folder (%s), so that everybody reads the settings and .env; serve a folder that holds nothing else", name)})
		}
	}
	return findings, nil
}

// documentRoot is the setting that a call of path() or re_path() hands on as document_root; "" where it is no setting.
func documentRoot(p *check.SourcePass, at source.Span) string {
	for _, c := range p.Project.Flow().Named("path", "re_path", "url") {
		if c.Module.Syntax.Span(c.Call) != at {
			continue
		}
		kwargs, _ := flow.Arg(c.Call, 2, "kwargs").(*syntax.Dict)
		if kwargs == nil {
			return ""
		}
		for i, k := range kwargs.Keys {
			if key, ok := k.(*syntax.Constant); ok && key.Value == "document_root" {
				dotted, _ := c.Module.Resolve(kwargs.Values[i])
				name, _ := strings.CutPrefix(dotted, "django.conf.settings.")
				return name
			}
		}
	}
	return ""
}

// givenFolders are settings that hand the project's folder to who serves static files.
func givenFolders(p *check.SourcePass, w *django.World) (findings []check.Finding, doubts []string) {
	tell := func(s django.Setting, what string) {
		at := s.At // and not where the folder itself is made
		if at.IsZero() {
			at = check.Where(s)
		}
		findings = append(findings, check.Finding{Severity: check.Critical, At: at, Message: s.Name + " is the project's own folder, so that " + what})
	}
	whitenoise := check.HasMiddleware(w, "whitenoise.middleware.WhiteNoiseMiddleware")
	if root := w.Get("WHITENOISE_ROOT"); whitenoise == eval.Yes && root.Set && isProjectFolder(p, root.Value) {
		tell(root, "WhiteNoise answers /manage.py and /.env with these files; give it a folder that holds nothing else")
	}
	if root := w.Get("STATIC_ROOT"); whitenoise == eval.Yes && root.Set && isProjectFolder(p, root.Value) {
		tell(root, "WhiteNoise serves all of it below STATIC_URL, the settings and .env among it; give collected files a folder of their own")
	}
	if check.HasApp(w, "django.contrib.staticfiles") != eval.Yes {
		return findings, doubts
	}
	dirs := w.Get("STATICFILES_DIRS")
	for _, entry := range dirs.Value.Elems() {
		if pair := entry.Elems(); len(pair) == 2 { // (prefix, folder)
			entry = pair[1]
		}
		if isProjectFolder(p, entry) {
			tell(dirs, "collectstatic copies the source and the settings to where they are served; name the folder of static files alone")
		}
	}
	return findings, doubts
}

// isProjectFolder reports whether a path is the folder that holds the settings or manage.py, or one above them.
func isProjectFolder(p *check.SourcePass, v eval.Value) bool {
	folder, ok := v.AsStr()
	if !ok || !path.IsAbs(folder) {
		return false
	}
	top := p.Project.Tree.Dir()
	if top == "" {
		top = "/project" // of a tree in memory
	}
	folder = path.Clean(folder)
	for _, name := range ownFiles(p) {
		if dir := path.Join(top, path.Dir(name)); dir == folder || strings.HasPrefix(dir, strings.TrimSuffix(folder, "/")+"/") {
			return true
		}
	}
	return false
}

// takesAnyPath reports whether the pattern of a route lets the client name any file.
func takesAnyPath(route string) bool {
	return strings.Contains(route, "(?P<path>.") || strings.Contains(route, "<path:")
}
