package project

import (
	"path"
	"slices"
	"strings"
	"sync"

	"gonogo/internal/django/migrate"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Steps of the interpreter that importing one package may take, with all that it imports: settings are evaluated in many worlds, code in one.
const (
	packageStepsOfSettings = 40_000
	packageStepsOfCode     = 3_000_000
)

// packageBytesOfCode is the memory that values of code may take where packages are read, in bytes.
const packageBytesOfCode = 512 << 20

// installedPackages is the source of installed packages. It is read when something imports it, and is no part of the project.
// It is safe for concurrent use.
type installedPackages struct {
	folders []*source.Folder // site-packages folders, in the order of sys.path
	library eval.Library
	// partial says that the environment names other folders (.pth files), so that what is not found may be there all the same.
	partial bool
	mu      sync.Mutex
	modules map[string]*parsed // by path with the folder's
}

// newInstalledPackages opens the folders; nil when there is none that can be read.
func newInstalledPackages(folders []*source.Folder, library eval.Library) *installedPackages {
	if len(folders) == 0 {
		return nil
	}
	p := &installedPackages{folders: folders, library: library, modules: map[string]*parsed{}}
	for _, f := range folders {
		for name, isDir := range f.Names(".") {
			p.partial = p.partial || !isDir && strings.HasSuffix(name, ".pth") && name != "distutils-precedence.pth" && name != "_virtualenv.pth"
		}
	}
	return p
}

// within is the interpreter's view, with a bound of steps; nil where there are no packages.
func (p *installedPackages) within(steps int) eval.Packages {
	if p == nil {
		return nil
	}
	return packagesWithin{p, steps}
}

type packagesWithin struct {
	*installedPackages
	steps int
}

// Steps bound what importing one package may take.
func (p packagesWithin) Steps() int { return p.steps }

// Module is a module of a package that gonogo does not know by its name.
func (p *installedPackages) Module(dotted string) (m *syntax.Module, isPackage, ok bool) {
	f, file, dir, ok := p.locate(dotted)
	if !ok || p.knownByName(dotted) {
		return nil, false, false
	}
	if file == "" {
		return nil, dir != "", true
	}
	if m = p.parse(f, file); m == nil {
		return nil, dir != "", true
	}
	return m, dir != "", true
}

// Missing reports whether nothing is installed under the name of a module.
func (p *installedPackages) Missing(dotted string) bool {
	if p.partial && !strings.Contains(dotted, ".") {
		return false
	}
	_, _, _, ok := p.locate(dotted)
	return !ok
}

// locate finds a module: its file, "" for a namespace or what is compiled, and its folder when it is a package.
func (p *installedPackages) locate(dotted string) (f *source.Folder, file, dir string, ok bool) {
	if p == nil || dotted == "" || strings.ContainsAny(dotted, `/\`) || strings.Contains("."+dotted+".", "..") {
		return nil, "", "", false
	}
	base := strings.ReplaceAll(dotted, ".", "/")
	for _, f := range p.folders {
		switch {
		case f.IsFile(base + "/__init__.py"):
			return f, base + "/__init__.py", base, true
		case f.IsFile(base + ".py"):
			return f, base + ".py", "", true
		case compiled(f, base):
			return f, "", "", true
		}
	}
	for _, f := range p.folders {
		if f.IsDir(base) {
			return f, "", base, true
		}
	}
	return nil, "", "", false
}

// compiled reports whether a module is an extension in another language.
func compiled(f *source.Folder, base string) bool {
	name := path.Base(base) + "."
	if !f.IsDir(path.Dir(base)) {
		return false
	}
	for other, isDir := range f.Names(path.Dir(base)) {
		if !isDir && strings.HasPrefix(other, name) && (strings.HasSuffix(other, ".so") || strings.HasSuffix(other, ".pyd")) {
			return true
		}
	}
	return false
}

// parse reads a file once; nil when it cannot be read.
func (p *installedPackages) parse(f *source.Folder, file string) *syntax.Module {
	key := path.Join(f.Shown(), file)
	p.mu.Lock()
	e := p.modules[key]
	if e == nil {
		e = &parsed{}
		p.modules[key] = e
	}
	p.mu.Unlock()
	e.once.Do(func() {
		if text, ok := f.Read(file); ok {
			e.module = syntax.Parse(text)
		}
	})
	return e.module
}

// knownByName reports whether what matters of a module is known without its source: gonogo understands its names where it meets them, and
// models it where its values matter.
func (p *installedPackages) knownByName(dotted string) bool {
	top, rest, _ := strings.Cut(dotted, ".")
	if top == "django" { // its models are facts, its migrations are not
		return !strings.HasPrefix(rest, "contrib.") || !strings.Contains(rest+".", ".migrations.")
	}
	if _, modelled := p.library[top]; modelled {
		return true
	}
	switch top {
	case "rest_framework":
		return rest != "" && rest != "authtoken" && !strings.HasPrefix(rest, "authtoken.")
	case "celery", "kombu", "channels", "daphne", "ninja", "graphene", "graphene_django", "strawberry", "strawberry_django", "ariadne", "dramatiq",
		"rq", "huey", "drf_spectacular", "drf_yasg", "rest_framework_simplejwt", "rest_framework_nested", "whitenoise", "sentry_sdk",
		"boto3", "botocore", "google", "azure", "numpy", "pandas", "scipy", "sqlalchemy", "OpenSSL", "cryptography", "lxml", "PIL", "redis", "pytest",
		"setuptools", "pkg_resources", "pip", "IPython", "gunicorn", "uvicorn", "asgiref", "twisted":
		return true
	}
	return false
}

// migrations lists the modules of a package of migrations.
func (p *installedPackages) migrations(dotted string) (found migrate.Package, ok bool) {
	f, file, dir, ok := p.locate(dotted)
	if !ok {
		return migrate.Package{}, false
	}
	found = migrate.Package{Namespace: file == "", Single: dir == ""}
	if dir == "" {
		return found, true
	}
	for name, isDir := range f.Names(dir) {
		if module, isPython := strings.CutSuffix(name, ".py"); isPython && !isDir && isMigrationModule(module) {
			found.Modules = append(found.Modules, module)
		}
	}
	slices.Sort(found.Modules)
	return found, true
}

// isMigrationModule reports whether Django takes a module of a package for a migration.
// Source: django/db/migrations/loader.py.
func isMigrationModule(name string) bool {
	return name != "" && name[0] != '_' && name[0] != '~' && !strings.Contains(name, ".")
}
