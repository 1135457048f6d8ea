package nginx

import "strings"

// Opens is the file that a request for a path leads to: that of alias with what the location's pattern leaves of the path, or that of root with
// the whole path (ngx_http_map_uri_to_path). ok is false where a variable, a template or a regular expression decides, and where nothing
// names a folder. try_files and rewrite are not asked.
func (f Found) Opens(uri string) (file string, ok bool) {
	for level := f.Scope(); level != nil; level = level.Parent {
		if own := level.Own("alias"); len(own) > 0 {
			return aliased(level, own[len(own)-1], uri)
		}
		if own := level.Own("root"); len(own) > 0 {
			folder, known := fixed(own[len(own)-1])
			return strings.TrimSuffix(folder, "/") + uri, known
		}
	}
	return "", false
}

// fixed is the argument of a directive that names a folder; ok is false when a variable or a template fills in a part of it.
func fixed(d *Directive) (folder string, ok bool) {
	if len(d.Args) != 1 || d.Args[0].Unknown {
		return "", false
	}
	return d.Arg(0), d.Arg(0) != "" && !strings.Contains(d.Arg(0), "$")
}

// aliased is the file that a location with alias leads to; level is the location that has it, which may stand around the one that answers.
func aliased(level *Scope, d *Directive, uri string) (file string, ok bool) {
	folder, known := fixed(d)
	if !known || level.At == nil || level.Name != "location" {
		return "", false
	}
	l := newLocation(level.At, level.Parent)
	if l.Kind == Regex || l.Kind == Named || l.Unknown || !strings.HasPrefix(uri, l.Pattern) {
		return "", false
	}
	return folder + uri[len(l.Pattern):], true
}

// Climbs is the alias of a location through which requests get out of its folder, nil for none: the pattern lacks the slash at its end that the
// alias has, so that /static../x leads to the file x beside the folder. A path with ".." as a whole segment is put right before locations are
// asked; "static.." is none.
func (l *Location) Climbs() *Directive {
	own := l.Own("alias")
	if len(own) == 0 || l.Kind != Prefix && l.Kind != PrefixFinal || l.Unknown || strings.HasSuffix(l.Pattern, "/") {
		return nil
	}
	d := own[len(own)-1]
	if !strings.HasSuffix(d.Arg(0), "/") || len(l.Own("return")) > 0 {
		return nil
	}
	return d
}

// Compresses reports whether nginx compresses an answer of a media type at a level: gzip or brotli on, with the type among theirs. known is
// false where a variable or template decides. text/html is always among them (ngx_http_gzip_module, ngx_brotli).
func (s *Scope) Compresses(mediaType string) (on, known bool) {
	known = true
	for _, module := range []string{"gzip", "brotli"} {
		switched, ok := s.Value(module)
		if !ok || switched.Arg(0) == "off" {
			continue
		}
		if len(switched.Args) > 0 && switched.Args[0].Unknown || strings.Contains(switched.Arg(0), "$") {
			known = false
			continue
		}
		if mediaType == "text/html" {
			return true, true
		}
		if types, ok := s.Value(module + "_types"); ok {
			for _, a := range types.Args {
				if a.Text == "*" || strings.EqualFold(a.Text, mediaType) {
					return true, true
				}
				known = known && !a.Unknown
			}
		}
	}
	return false, known
}

// Precompressed reports whether nginx sends a compressed copy that lies beside a file: gzip_static or brotli_static.
func (s *Scope) Precompressed() bool {
	for _, name := range []string{"gzip_static", "brotli_static"} {
		if d, ok := s.Value(name); ok && (d.Arg(0) == "on" || d.Arg(0) == "always") {
			return true
		}
	}
	return false
}
