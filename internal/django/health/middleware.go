package health

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

// middleware finds the endpoints that a middleware answers before the URL configuration is asked.
func (f *finder) middleware() {
	for i, entry := range f.Setting("MIDDLEWARE").Elems() {
		name, ok := entry.AsStr()
		if !ok {
			continue
		}
		found := f.ofPackageMiddleware(name)
		if d, own := f.Graph.Define(name); own && len(found) == 0 {
			found = f.ofOwnMiddleware(d)
		}
		for _, e := range found {
			e.By, e.Entry, e.Name = Middleware, i, name
			e.At = entry.At()
			f.add(e)
		}
	}
}

// ofOwnMiddleware are the endpoints that a middleware of the project answers: branches on a path that return an answer of their own.
func (f *finder) ofOwnMiddleware(d resolve.Definition) (found []Endpoint) {
	in := place{module: d.Module}
	var body []syntax.Stmt
	switch {
	case d.Function != nil:
		body, in.function = d.Function.Body, d.Function
	case d.Class != nil:
		body, in.class = d.Class.Body, d.Dotted
	}
	named := speaksOfHealth(d.Name)
	syntax.InspectBody(body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FunctionDef:
			in.function = n
		case *syntax.If:
			paths, asks := f.pathsOf(in, n.Test)
			if !asks || !answersItself(n.Body) {
				return true
			}
			for _, p := range paths {
				purpose, ok := purposeOfPath(p)
				if !ok && named && p != "" {
					purpose, ok = Either, true
				}
				if ok {
					found = append(found, f.ofBranch(in, n, p, purpose))
				}
			}
			if len(paths) == 0 && named {
				found = append(found, f.ofBranch(in, n, "", Either))
			}
		}
		return true
	})
	return found
}

// speaksOfHealth reports whether a part of a name is a word for health: "HealthCheckMiddleware", "ping_middleware".
func speaksOfHealth(name string) bool {
	for _, part := range strings.Split(snake(name), "_") {
		if _, ok := words()[part]; ok {
			return true
		}
	}
	return false
}

// ofBranch is an endpoint that a branch answers.
func (f *finder) ofBranch(in place, branch *syntax.If, path string, purpose Purpose) Endpoint {
	e := Endpoint{Path: path, Purpose: purpose, By: Middleware, Entry: -1}
	r := newReader(f.Graph)
	r.depth++
	r.body(in, branch.Body)
	own := &syntax.FunctionDef{Range: branch.Range, Body: branch.Body}
	in.function = own
	if t, ok := r.textOf(in, own); ok {
		r.texts[own] = t
	}
	e.take(r, in)
	return e
}

// answersItself reports whether a branch returns something else than what the next middleware gives.
func answersItself(body []syntax.Stmt) bool {
	for _, s := range body {
		ret, ok := s.(*syntax.Return)
		if !ok {
			continue
		}
		value := ret.Value
		if w, ok := value.(*syntax.Await); ok {
			value = w.Value
		}
		call, ok := value.(*syntax.Call)
		if !ok {
			name, isName := value.(*syntax.Name)
			return isName && name.ID != "None" && name.ID != "response"
		}
		path := attributes(call.Func)
		if len(path) == 0 {
			return false
		}
		switch path[len(path)-1] {
		case "get_response", "redirect", "HttpResponseRedirect", "HttpResponsePermanentRedirect", "HttpResponseNotFound", "HttpResponseForbidden":
			return false
		}
		return path[0] != "super"
	}
	return false
}

// pathsOf are the paths that a condition compares the request's path with; asks is false when it looks at no path.
func (f *finder) pathsOf(in place, test syntax.Expr) (paths []string, asks bool) {
	syntax.Inspect(test, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Compare:
			if len(n.Ops) != 1 || n.Ops[0] != syntax.Eq && n.Ops[0] != syntax.In {
				return true
			}
			left, right := n.Left, n.Comparators[0]
			if isPath(right) {
				left, right = right, left
			}
			if isPath(left) {
				asks = true
				paths = append(paths, f.texts(in, right)...)
			}
		case *syntax.Call:
			if m, ok := n.Func.(*syntax.Attribute); ok && m.Attr == "startswith" && isPath(m.Value) && len(n.Args) == 1 {
				asks = true
				paths = append(paths, f.texts(in, n.Args[0])...)
			}
		}
		return true
	})
	return paths, asks
}

// isPath reports whether an expression is the path of the request: request.path, request.path_info, request.META["PATH_INFO"],
// environ.get("PATH_INFO"), scope["path"], and any of these stripped.
func isPath(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Attribute:
		return e.Attr == "path" || e.Attr == "path_info"
	case *syntax.Subscript:
		return isPathKey(e.Slice)
	case *syntax.Call:
		m, ok := e.Func.(*syntax.Attribute)
		if !ok {
			return false
		}
		switch m.Attr {
		case "get":
			return len(e.Args) > 0 && isPathKey(e.Args[0])
		case "strip", "rstrip", "lstrip", "lower", "get_full_path", "removesuffix":
			return m.Attr == "get_full_path" || isPath(m.Value)
		}
	}
	return false
}

func isPathKey(e syntax.Expr) bool {
	c, ok := e.(*syntax.Constant)
	return ok && (c.Value == "PATH_INFO" || c.Value == "path")
}

// texts are the strings that an expression stands for: constants, collections of them, names of the module, settings.
func (f *finder) texts(in place, e syntax.Expr) (list []string) {
	switch e := e.(type) {
	case *syntax.Constant:
		if e.Kind == syntax.Str {
			return []string{e.Value}
		}
	case *syntax.Tuple:
		return f.allTexts(in, e.Elts)
	case *syntax.List:
		return f.allTexts(in, e.Elts)
	case *syntax.Set:
		return f.allTexts(in, e.Elts)
	case *syntax.Name, *syntax.Attribute:
		return f.named(in, e)
	}
	return nil
}

func (f *finder) allTexts(in place, list []syntax.Expr) (all []string) {
	for _, e := range list {
		if c, ok := e.(*syntax.Constant); ok && c.Kind == syntax.Str {
			all = append(all, c.Value)
		}
	}
	return all
}

// named is the value of a constant of a module, of the class, or of a setting.
func (f *finder) named(in place, e syntax.Expr) []string {
	if path := attributes(e); in.class != "" && len(path) == 2 && (path[0] == "self" || path[0] == "cls") {
		if d, ok := f.Graph.Define(in.class + "." + path[1]); ok && d.Value != nil {
			return f.constants(d.Value)
		}
		return nil
	}
	dotted, ok := in.module.Resolve(e)
	if !ok {
		return nil
	}
	if name, ok := strings.CutPrefix(dotted, "django.conf.settings."); ok {
		return settingTexts(f.Setting(name))
	}
	if d, ok := f.Graph.Define(dotted); ok && d.Value != nil {
		return f.constants(d.Value)
	}
	return nil
}

func (f *finder) constants(e syntax.Expr) []string {
	switch e := e.(type) {
	case *syntax.Constant:
		if e.Kind == syntax.Str {
			return []string{e.Value}
		}
	case *syntax.Tuple:
		return f.allTexts(place{}, e.Elts)
	case *syntax.List:
		return f.allTexts(place{}, e.Elts)
	case *syntax.Set:
		return f.allTexts(place{}, e.Elts)
	}
	return nil
}

// settingTexts are the strings of a setting.
func settingTexts(v eval.Value) (list []string) {
	if s, ok := v.AsStr(); ok {
		return []string{s}
	}
	for _, e := range v.Elems() {
		if s, ok := e.AsStr(); ok {
			list = append(list, s)
		}
	}
	return list
}
