package nginx

import "strings"

// Scope is one level of the configuration: main, http, a server, a location, an if.
type Scope struct {
	Name       string // the directive that opens it: "http", "server", "location", "if"
	Parent     *Scope
	Directives []*Directive // of this level alone
	At         *Directive   // that opens it, nil for main and http
}

// Own are the directives of a name at this level.
func (s *Scope) Own(name string) []*Directive {
	var out []*Directive
	if s == nil {
		return nil
	}
	for _, d := range s.Directives {
		if d.Name == name {
			out = append(out, d)
		}
	}
	return out
}

// Effective are the directives of a name that hold here: those of this level, else those of the nearest level around it that has any. So
// proxy_set_header and add_header of a level replace all of those outside, as nginx merges them. Directives that are not inherited hold
// at their own level alone.
func (s *Scope) Effective(name string) []*Directive {
	for level := s; level != nil; level = level.Parent {
		if own := level.Own(name); len(own) > 0 {
			return own
		}
		if !inherited(name) && level.Name != "if" && level.Name != "limit_except" {
			return nil
		}
	}
	return nil
}

// Value is the first argument of the last directive of a name that holds here; ok is false when there is none.
func (s *Scope) Value(name string) (d *Directive, ok bool) {
	all := s.Effective(name)
	if len(all) == 0 {
		return nil, false
	}
	return all[len(all)-1], true
}

// Dropped are the directives of a name that stand further out and don't hold here because this level, or one between, has its own.
func (s *Scope) Dropped(name string) []*Directive {
	var out []*Directive
	found := false
	for level := s; level != nil; level = level.Parent {
		own := level.Own(name)
		if found {
			out = append(out, own...)
		}
		found = found || len(own) > 0
	}
	return out
}

// inherited reports whether a directive holds in the levels inside the one in which it stands. Handlers and the rewrite module's directives
// don't (http/modules/ngx_http_proxy_module.c, ngx_http_rewrite_module.c, ngx_http_try_files_module.c, ngx_http_core_module.c).
func inherited(name string) bool {
	switch name {
	case "proxy_pass", "uwsgi_pass", "fastcgi_pass", "scgi_pass", "grpc_pass", "memcached_pass", "return", "rewrite", "set", "try_files", "internal", "stub_status", "empty_gif",
		"listen", "server_name", "location", "if", "break", "deny_all", "limit_except", "mirror":
		return false
	}
	return true
}

// Title is what the scope's directive is called with its arguments: "location /static/".
func (s *Scope) Title() string {
	if s.At == nil {
		return s.Name
	}
	return strings.Join(append([]string{s.At.Name}, s.At.Texts()...), " ")
}
