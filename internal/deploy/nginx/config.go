package nginx

import (
	"path"
	"slices"
	"sort"
	"strings"

	"gonogo/internal/source"
)

// Config is a whole configuration: a main file with all that it includes.
type Config struct {
	Main *source.File
	// Files are all files that were read, in the order of `nginx -T`: the main one first, each once.
	Files []*source.File
	// Absent are the includes whose files are not in the project.
	Absent  []*Directive
	Servers []*Server
	// Upstreams by name.
	Upstreams   map[string]*Upstream
	Maps        map[string]*Map // by the name of the variable that they set, without $
	HTTP        *Scope          // what stands in http {}, or beside the servers of a file that is included there
	MainScope   *Scope          // what stands outside of http {}
	Diagnostics []source.Diagnostic
}

// Files finds the files of the project that an include names; include is the path or pattern as written, file the path of the file in
// which it stands, main that of the main file. The paths are sorted as nginx sorts them.
type Files func(include, file, main string) []*source.File

// maxIncludes bounds how deep and how many includes are followed.
const maxIncludes = 500

// Load reads a configuration. A file without http {} is taken as one that is included in it.
func Load(main *source.File, files Files, env Environment) *Config {
	l := &loader{config: &Config{Main: main, Upstreams: map[string]*Upstream{}, Maps: map[string]*Map{}}, files: files, env: env}
	list := l.read(main, 0)
	l.config.MainScope = &Scope{Name: "main", Directives: list}
	l.config.HTTP = &Scope{Name: "http", Parent: l.config.MainScope}
	var inside []*Directive
	for _, d := range list {
		if d.Name == "http" && d.HasBlock {
			inside = append(inside, d.Block...)
		}
	}
	if !hasDirective(list, "http") && !hasDirective(list, "events") && !hasDirective(list, "stream") {
		inside, l.config.MainScope.Directives = list, nil
	}
	l.http(inside)
	return l.config
}

func hasDirective(list []*Directive, name string) bool {
	return slices.ContainsFunc(list, func(d *Directive) bool { return d.Name == name })
}

// Environment tells the variables that an image of nginx fills in a template (envsubst). A nil one tells none.
type Environment func(name string) (value string, known bool)

type loader struct {
	config   *Config
	files    Files
	env      Environment
	includes int
}

// read parses a file and puts in place of includes what they name.
func (l *loader) read(f *source.File, depth int) []*Directive {
	if !slices.Contains(l.config.Files, f) {
		l.config.Files = append(l.config.Files, f)
		list, diagnostics := Parse(f)
		l.config.Diagnostics = append(l.config.Diagnostics, diagnostics...)
		return l.expand(list, f, depth)
	}
	list, _ := Parse(f)
	return l.expand(list, f, depth)
}

func (l *loader) expand(list []*Directive, f *source.File, depth int) []*Directive {
	var out []*Directive
	for _, d := range list {
		l.substitute(d, f)
		if d.Name == "include" && len(d.Args) == 1 {
			out = append(out, l.include(d, f, depth)...)
			continue
		}
		if d.HasBlock {
			d.Block = l.expand(d.Block, f, depth)
		}
		out = append(out, d)
	}
	return out
}

func (l *loader) include(d *Directive, f *source.File, depth int) []*Directive {
	l.includes++
	if depth >= maxDepth/10 || l.includes > maxIncludes {
		return nil
	}
	var found []*source.File
	if l.files != nil && !d.Args[0].Unknown {
		found = l.files(d.Arg(0), f.Path, l.config.Main.Path)
	}
	if len(found) == 0 {
		if stock := stockFile(d); stock != nil {
			return stock
		}
		if !harmless(d.Arg(0)) {
			l.config.Absent = append(l.config.Absent, d)
		}
		return []*Directive{d}
	}
	var out []*Directive
	for _, file := range found {
		out = append(out, l.read(file, depth+1)...)
	}
	return out
}

// harmless reports whether an include is of a file that every nginx has and that changes nothing that is asked.
func harmless(name string) bool {
	switch path.Base(name) {
	case "mime.types", "fastcgi_params", "fastcgi.conf", "uwsgi_params", "scgi_params", "koi-utf", "koi-win", "win-utf":
		return true
	}
	return strings.Contains(name, "/modules-enabled/") || strings.HasSuffix(name, "/modules/*.conf")
}

// stockFile is the content of files that Debian's nginx and certbot bring along.
func stockFile(include *Directive) []*Directive {
	at := include.At
	set := func(name string, args ...string) *Directive {
		d := &Directive{Name: name, At: at, Conditional: include.Conditional}
		for _, a := range args {
			d.Args = append(d.Args, Arg{Text: a, At: at})
		}
		return d
	}
	switch name := include.Arg(0); {
	case path.Base(name) == "proxy_params" && (path.Dir(name) == "." || path.Dir(name) == "/etc/nginx"): // Debian, nginx-common
		return []*Directive{
			set("proxy_set_header", "Host", "$http_host"), set("proxy_set_header", "X-Real-IP", "$remote_addr"),
			set("proxy_set_header", "X-Forwarded-For", "$proxy_add_x_forwarded_for"), set("proxy_set_header", "X-Forwarded-Proto", "$scheme"),
		}
	case name == "/etc/letsencrypt/options-ssl-nginx.conf": // certbot, certbot-nginx/certbot_nginx/_internal/tls_configs
		return []*Directive{set("ssl_session_timeout", "1440m"), set("ssl_protocols", "TLSv1.2", "TLSv1.3"), set("ssl_prefer_server_ciphers", "off")}
	}
	return nil
}

// substitute fills the variables of the environment into a template's words, as envsubst does.
func (l *loader) substitute(d *Directive, f *source.File) {
	if !IsEnvsubst(f.Path) {
		return
	}
	for i := range d.Args {
		a := &d.Args[i]
		for _, name := range environmentNames(a.Text) {
			value, known := "", false
			if l.env != nil {
				value, known = l.env(name)
			}
			if !known {
				a.Unknown = true
				continue
			}
			a.Text = strings.ReplaceAll(strings.ReplaceAll(a.Text, "${"+name+"}", value), "$"+name, value)
		}
	}
}

// environmentNames are the variables in a text that are written as those of the environment are, in upper case: nginx's own are in lower case.
func environmentNames(text string) []string {
	var names []string
	for i := 0; i < len(text); i++ {
		if text[i] != '$' {
			continue
		}
		j := i + 1
		if j < len(text) && text[j] == '{' {
			j++
		}
		start := j
		for j < len(text) && (text[j] == '_' || text[j] >= 'A' && text[j] <= 'Z' || text[j] >= '0' && text[j] <= '9') {
			j++
		}
		if j > start && (j == len(text) || !(text[j] >= 'a' && text[j] <= 'z')) {
			names = append(names, text[start:j])
		}
	}
	sort.Slice(names, func(i, j int) bool { return len(names[i]) > len(names[j]) })
	return names
}
