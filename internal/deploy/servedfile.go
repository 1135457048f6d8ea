package deploy

import (
	"path"
	"slices"
	"strings"
)

// FileFor is where in the proxy's file system the file stands that a site answers a path with, and the route that says so. file is "" where
// the path is handed on, answered otherwise, refused, or where that is not certain. The path is decoded and begins with a slash.
func (h *VirtualHost) FileFor(uri string) (file string, by *Route) {
	routes, unknown := h.Find(uri)
	if unknown != "" || len(routes) == 0 || routes[0] == nil || !routes[0].servesFiles() {
		return "", nil
	}
	r := routes[0]
	if !r.Alias {
		return path.Clean(r.Files.Value + "/" + uri), r
	}
	prefix, ok := r.prefix()
	if !ok || !strings.HasPrefix(uri, prefix) {
		return "", nil
	}
	return path.Clean(r.Files.Value + strings.TrimPrefix(uri, prefix)), r
}

// PathOf is a path by which the route answers with a file of the proxy's file system; ok is false where it answers none with it. Beside the
// plain one it is that behind `location /static { alias /app/static/; }`: the pattern takes in "/static../", and the alias makes
// "/app/static/../" of it, which is the folder above.
func (h *VirtualHost) PathOf(r *Route, file string) (uri string, ok bool) {
	for _, uri := range r.pathsOf(path.Clean(file)) {
		if at, by := h.FileFor(uri); by == r && at == path.Clean(file) {
			return uri, true
		}
	}
	return "", false
}

func (r *Route) pathsOf(file string) (list []string) {
	folder := r.Files.Value
	rest, below := strings.CutPrefix(file, strings.TrimSuffix(path.Clean(folder), "/")+"/")
	if !r.Files.Known {
		return nil
	}
	if !r.Alias {
		if below {
			list = append(list, "/"+rest)
		}
		return list
	}
	prefix, ok := r.prefix()
	if !ok {
		return nil
	}
	slashed := strings.HasSuffix(folder, "/")
	switch {
	case below && slashed:
		list = append(list, prefix+rest)
	case below:
		list = append(list, strings.TrimSuffix(prefix, "/")+"/"+rest)
	}
	above := path.Dir(path.Clean(folder))
	if rest, below := strings.CutPrefix(file, strings.TrimSuffix(above, "/")+"/"); below && slashed && !strings.HasSuffix(prefix, "/") {
		list = append(list, prefix+"../"+rest)
	}
	return list
}

// prefix is the pattern of a location that asks for the beginning of the path.
func (r *Route) prefix() (pattern string, ok bool) {
	switch words := strings.Fields(r.Pattern); {
	case len(words) == 1 && strings.HasPrefix(words[0], "/"):
		return words[0], true
	case len(words) == 2 && words[0] == "^~":
		return words[1], true
	}
	return "", false
}

// servesFiles reports whether the route surely answers with the files of a folder whose path is known, and lets everybody have them.
func (r *Route) servesFiles() bool {
	if !r.Files.Known || r.Backend != nil || r.Answer != 0 || r.Internal || r.Conditional || r.Redirect != nil && !r.Redirect.Conditional || r.Guarded() {
		return false
	}
	return len(r.Tries) == 0 || slices.ContainsFunc(r.Tries[:len(r.Tries)-1], func(w Word) bool { return w.Text == "$uri" })
}

// Guarded reports whether the route asks for a password, hands the question to another server, or lets in some addresses alone.
func (r *Route) Guarded() bool {
	return r.Auth.Said() && r.Auth.Value != "off" || r.AuthRequest.Said() && r.AuthRequest.Value != "off" || len(r.Denies) > 0
}

// Listed reports whether the route surely answers a folder with a list of what is in it, for everybody. A folder with an index file is
// answered with that.
func (r *Route) Listed() bool {
	return r.Listing.Known && r.Listing.Value && r.Files.Said() && r.Backend == nil && r.Answer == 0 && !r.Internal && !r.Conditional && !r.Guarded() &&
		(r.Redirect == nil || r.Redirect.Conditional) && (len(r.Tries) == 0 || slices.ContainsFunc(r.Tries, func(w Word) bool { return w.Text == "$uri/" || w.Text == "$uri" }))
}
