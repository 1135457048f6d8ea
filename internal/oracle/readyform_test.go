package oracle

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/oracle/readyshop"
	"gonogo/internal/source"
)

// form is the shop with some of its files changed: what its images would hold, in folders, and what gonogo reads of its artefacts.
type form struct {
	name      string
	app       string // the folder that stands for /app of the application's image
	proxyRoot string // the folder that stands for / of the proxy's image
	model     *deploy.Deployment
	files     readyshop.Files
}

// operator are the values that an operator gives to compose.yml.
func (s *liveShop) operator() map[string]string {
	return map[string]string{
		"SECRET_KEY": "k7Vq2m9Zt4Xw8Rb1Ns6Yd3Hf5Jg0Lp-cAeUiOoTzMnBvCxQwErTy", "DB_PASSWORD": "d8Kq2w", "REDIS_PASSWORD": "r5Tz9x", "EMAIL_HOST_PASSWORD": "m3Bn7c",
		"SENTRY_DSN": "http://key@" + s.errors.Listener.Addr().String() + "/1", "RELEASE": "r1",
	}
}

// interpolate does what Compose does with ${NAME:?}, ${NAME:-default} and ${NAME}.
func (s *liveShop) interpolate(text string) string {
	given := s.operator()
	return regexp.MustCompile(`\$\{(\w+)(?::([?-])([^}]*))?\}`).ReplaceAllStringFunc(text, func(written string) string {
		parts := regexp.MustCompile(`\$\{(\w+)(?::([?-])([^}]*))?\}`).FindStringSubmatch(written)
		if value := given[parts[1]]; value != "" || parts[2] != "-" {
			return value
		}
		return parts[3]
	})
}

// build lays out a form: the project's files, the static files as the Dockerfile collects them, and what its proxy's image copies. An error
// is one of the build of an image.
func (s *liveShop) build(name string, files readyshop.Files) (*form, error) {
	root := filepath.Join(s.dir, "forms", strings.ReplaceAll(name, " ", "-"))
	f := &form{name: name, app: filepath.Join(root, "app"), proxyRoot: filepath.Join(root, "proxy"), files: files}
	return f, s.lay(f)
}

// lay writes the images of a form: the application's anew, the proxy's where it is not there yet.
func (s *liveShop) lay(f *form) error {
	for file, text := range f.files {
		if file == "compose.yml" {
			text = s.interpolate(text)
		}
		if err := writeFile(filepath.Join(f.app, filepath.FromSlash(file)), text); err != nil {
			return err
		}
	}
	tree, err := source.Open(f.app, source.Limits{})
	if err != nil {
		return err
	}
	f.model = deploy.Read(tree)
	for _, b := range f.model.Builds {
		if err := s.buildImage(f, b); err != nil {
			return err
		}
	}
	return s.mountVolumes(f)
}

// buildImage does the steps of an image that matter here: management commands of RUN, and what one stage copies from another.
func (s *liveShop) buildImage(f *form, b *deploy.Build) error {
	for _, step := range b.Target.Steps {
		switch {
		case step.Kind == deploy.RunStep && strings.Contains(strings.Join(step.Argv, " "), "staticfiles") || strings.Contains(strings.Join(step.Argv, " "), "collectstatic"):
			if err := s.collect(f, step.Argv); err != nil {
				return err
			}
		case step.From == "app":
			for _, from := range step.Sources {
				inside, ok := strings.CutPrefix(from, "/app/")
				if !ok {
					return fmt.Errorf("COPY --from=app %s is none of /app", from)
				}
				if err := copyNew(filepath.Join(f.proxyRoot, step.Target), filepath.Join(f.app, inside)); err != nil {
					return fmt.Errorf("the image of the proxy cannot be built: %w", err)
				}
			}
		}
	}
	return nil
}

// collect runs a RUN of the Dockerfile. What collectstatic writes is kept for forms that ask for the same.
func (s *liveShop) collect(f *form, argv []string) error {
	key := strings.Join(argv, " ") + f.files["config/settings/base.py"] + f.files["config/settings/production.py"] + f.files["static/css/site.css"]
	kept := filepath.Join(s.dir, "collected", strconv.Itoa(len(s.collected)))
	if folder, ok := s.collected[key]; ok {
		if _, err := os.Stat(folder); err != nil {
			return nil // it wrote nothing in the image
		}
		return copyNew(filepath.Join(f.app, "staticfiles"), folder)
	}
	command := exec.Command(argv[0], argv[1:]...)
	command.Dir, command.Env = f.app, []string{"PATH=" + s.path(), "DJANGO_SETTINGS_MODULE=config.settings.production", "PYTHONDONTWRITEBYTECODE=1"}
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("RUN %s: %w\n%s", argv, err, tailOf(string(out)))
	}
	s.collected[key] = kept
	if _, err := os.Stat(filepath.Join(f.app, "staticfiles")); err != nil {
		return nil
	}
	return copyNew(kept, filepath.Join(f.app, "staticfiles"))
}

// copyNew copies a folder unless the target is there.
func copyNew(to, from string) error {
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	return os.CopyFS(to, os.DirFS(from))
}

// mountVolumes lays links to the folders of named volumes where the processes of the project and the proxy have them.
func (s *liveShop) mountVolumes(f *form) error {
	for _, p := range f.model.Processes {
		for _, v := range p.Volumes {
			target := f.inside(p, v.Target)
			if target == "" {
				continue
			}
			if v.Kind == deploy.BindMount { // what an operator lays beside compose.yml: the certificate
				if err := s.layCertificate(target); err != nil {
					return err
				}
				continue
			}
			folder := filepath.Join(s.dir, "volumes", v.Source)
			if err := os.MkdirAll(folder, 0o777); err != nil {
				return err
			}
			if _, err := os.Lstat(target); err == nil {
				continue
			}
			if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
				return err
			}
			if err := os.Symlink(folder, target); err != nil {
				return err
			}
		}
	}
	return nil
}

// inside is the path of the machine for a path in the container of a process; "" for one that is not laid out.
func (f *form) inside(p *deploy.Process, target string) string {
	switch {
	case p.Name == "nginx":
		return filepath.Join(f.proxyRoot, target)
	case target == "/app" || strings.HasPrefix(target, "/app/"):
		return filepath.Join(f.app, strings.TrimPrefix(target, "/app"))
	}
	return ""
}

// process is the production process of a service of compose.yml.
func (f *form) process(service string) *deploy.Process {
	for _, p := range f.model.Processes {
		if p.Name == service && strings.HasPrefix(p.Artefact, "compose.yml") {
			return p
		}
	}
	for _, d := range f.model.Services {
		if d.Name == service && d.Process != nil {
			return d.Process
		}
	}
	for _, x := range f.model.Proxies {
		if x.Process != nil && x.Process.Name == service {
			return x.Process
		}
	}
	return nil
}

// services are the names of the services, in order.
func (f *form) services() []string { return []string{"db", "redis", "web", "worker", "beat", "nginx"} }

// environment is what a process is given, with names of services as addresses.
func (s *liveShop) environment(p *deploy.Process) map[string]string {
	env := make(map[string]string)
	for _, v := range p.Env {
		if v.Given {
			env[v.Name] = s.addresses(v.Value)
		}
	}
	if port, err := strconv.Atoi(env["EMAIL_PORT"]); err == nil {
		env["EMAIL_PORT"] = strconv.Itoa(unprivilegedPort(port))
	}
	return env
}

// addresses puts addresses of the loopback network in the place of host names: a value that is one, or a URL with one.
func (s *liveShop) addresses(value string) string {
	for name, address := range s.hosts {
		if value == name {
			return address
		}
		value = regexp.MustCompile(`(@|//)`+regexp.QuoteMeta(name)+`([:/]|$)`).ReplaceAllString(value, "${1}"+address+"${2}")
	}
	return value
}

// proxyText is the configuration of nginx with addresses and folders of this machine.
func (s *liveShop) proxyText(f *form) string {
	text := f.files["deploy/nginx.conf"]
	for name, address := range s.hosts {
		text = regexp.MustCompile(`\b`+regexp.QuoteMeta(name)+`:(\d+)`).ReplaceAllString(text, address+":$1")
	}
	text = regexp.MustCompile(`\blisten (\d+)`).ReplaceAllStringFunc(text, func(listen string) string {
		port, _ := strconv.Atoi(listen[len("listen "):])
		return fmt.Sprintf("listen %s:%d", s.address("nginx"), unprivilegedPort(port))
	})
	for _, folder := range []string{"/srv/", "/run/", "/etc/nginx/tls/"} {
		text = strings.ReplaceAll(text, folder, path.Join(f.proxyRoot, folder)+"/")
	}
	var added strings.Builder
	// Without it a server on the loopback network would see its own address, which gunicorn trusts, and not that of another container.
	fmt.Fprintf(&added, "    proxy_bind %s;\n", s.address("nginx"))
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&added, "    %s_temp_path %s;\n", kind, filepath.Join(f.proxyRoot, kind))
	}
	return strings.Replace(text, "http {\n", "http {\n"+added.String(), 1)
}

// unprivilegedPort stands for a port of a container that only root may open.
func unprivilegedPort(port int) int {
	if port < 1024 {
		return port + 10000
	}
	return port
}

// published are the ports that can be reached from outside: the port of the host, and where it leads.
func (s *liveShop) published(f *form) map[int]string {
	ports := make(map[int]string)
	for _, service := range f.services() {
		p := f.process(service)
		if p == nil {
			continue
		}
		for _, port := range p.Ports {
			if port.Published && port.Host.Known && port.Container.Known {
				ports[port.Host.Value] = fmt.Sprintf("%s:%d", s.address(service), unprivilegedPort(port.Container.Value))
			}
		}
	}
	return ports
}

// fingerprint tells whether a service must be started anew for another form: what it is started with, and the files that it reads.
func (f *form) fingerprint(service string) string {
	p := f.process(service)
	if p == nil {
		return "none"
	}
	var text strings.Builder
	fmt.Fprintln(&text, p.Argv, p.Replicas.Value)
	for _, v := range p.Volumes {
		fmt.Fprintln(&text, v.Source, v.Target, v.ReadOnly)
	}
	for _, v := range p.Env {
		fmt.Fprintln(&text, v.Name, v.Value)
	}
	for _, name := range slices.Sorted(maps.Keys(f.files)) {
		reads := false
		switch service {
		case "nginx":
			reads = strings.HasPrefix(name, "deploy/") || name == "Dockerfile" || strings.HasPrefix(name, "config/settings/") || strings.HasPrefix(name, "static/")
		case "web", "worker", "beat":
			reads = strings.HasSuffix(name, ".py") || strings.HasPrefix(name, "templates/") || name == "Dockerfile"
		}
		if reads {
			fmt.Fprintln(&text, name, f.files[name])
		}
	}
	return text.String()
}
