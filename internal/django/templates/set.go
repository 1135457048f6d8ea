package templates

import (
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

const (
	djangoBackend = "django.template.backends.django.DjangoTemplates"
	jinjaBackend  = "django.template.backends.jinja2.Jinja2"
	// foreignJinja is that of django-jinja, under its old name and its new one.
	foreignJinja, olderForeignJinja = "django_jinja.jinja2.Jinja2", "django_jinja.backend.Jinja2"
)

// Place says where a project lives.
type Place struct {
	Tree    *source.Tree
	Root    string // the folder of manage.py, relative to the tree
	Version knowledge.Version
	// AppFolder is the folder of an entry of INSTALLED_APPS, "" for applications of packages.
	AppFolder func(entry string) string
}

// Set is the templates of a project as the engines of TEMPLATES find them. It is safe for concurrent use.
type Set struct {
	// Doubt says why a template that is not found may be elsewhere, "" when it may not.
	Doubt string

	place   Place
	folders []folder
	options Options
	mu      sync.Mutex
	parsed  map[string]*Template
	once    sync.Once
	all     []*Template
}

// folder is where an engine looks, relative to the tree.
type folder struct {
	path  string
	jinja bool
	// ending is that of the names that the engine takes, "" for all.
	ending string
}

// NewSet reads TEMPLATES of one world of settings: DIRS first, then the folders of the installed applications.
func NewSet(place Place, w *django.World) *Set {
	s := &Set{place: place, parsed: make(map[string]*Template), options: Options{Version: place.Version}}
	engines := w.Get("TEMPLATES").Value
	if engines.IsUnknown() || engines.IsOpen() {
		s.unsure("TEMPLATES is not known whole")
	}
	for i, engine := range engines.Elems() {
		backend, ok := engine.Get("BACKEND").AsStr()
		if backend == foreignJinja || backend == olderForeignJinja {
			s.addForeignJinja(i, w, engine)
			continue
		}
		if !ok || backend != djangoBackend && backend != jinjaBackend {
			s.unsure(fmt.Sprintf("where the engine TEMPLATES[%d] looks is not known", i))
			continue
		}
		jinja := backend == jinjaBackend
		if !jinja {
			s.readOptions(engine)
		}
		s.addDirs(i, engine.Get("DIRS"), folder{jinja: jinja})
		uses := usesAppFolders(engine)
		if uses != eval.No {
			name := "templates"
			if jinja {
				name = "jinja2"
			}
			s.addApps(w, name, folder{jinja: jinja})
		}
		if uses == eval.Maybe {
			s.unsure(fmt.Sprintf("the loaders of TEMPLATES[%d] are not all Django's", i))
		}
	}
	return s
}

// addForeignJinja adds the folders of an engine of django-jinja: by its options app_dirname and match_extension, which take .jinja alone unless
// they say otherwise (django_jinja/backend.py).
func (s *Set) addForeignJinja(index int, w *django.World, engine eval.Value) {
	like := folder{jinja: true, ending: ".jinja"}
	options := engine.Get("OPTIONS")
	if v := options.Get("match_extension"); v.IsValid() {
		like.ending, _ = v.AsStr() // None and an empty text take all
		if v.IsUnknown() {
			s.unsure(fmt.Sprintf("which templates TEMPLATES[%d] takes is not known", index))
		}
	}
	if v := options.Get("match_regex"); v.IsValid() && v.Kind() != eval.None {
		s.unsure(fmt.Sprintf("which templates TEMPLATES[%d] takes is not known", index))
	}
	s.addDirs(index, engine.Get("DIRS"), like)
	if usesAppFolders(engine) == eval.No {
		return
	}
	name, ok := options.Get("app_dirname").AsStr()
	if !ok {
		name = "templates"
	}
	s.addApps(w, name, like)
}

func (s *Set) unsure(reason string) {
	if s.Doubt == "" {
		s.Doubt = reason
	}
}

// readOptions takes the libraries that an engine gives to every template.
func (s *Set) readOptions(engine eval.Value) {
	builtins := engine.Get("OPTIONS", "builtins")
	s.options.Foreign = s.options.Foreign || builtins.IsUnknown() || builtins.IsOpen()
	for _, v := range builtins.Elems() {
		if name, ok := v.AsStr(); ok {
			s.options.Builtins = append(s.options.Builtins, name)
		} else {
			s.options.Foreign = true
		}
	}
	for _, entry := range engine.Get("OPTIONS", "libraries").Entries() {
		if name, ok := entry.Key.AsStr(); ok {
			s.options.Replaced = append(s.options.Replaced, name)
		}
	}
}

// addDirs adds the folders of the option DIRS. One that a build makes, or that is outside the repository, may hold anything.
func (s *Set) addDirs(index int, dirs eval.Value, like folder) {
	if dirs.IsUnknown() || dirs.IsOpen() {
		s.unsure(fmt.Sprintf("DIRS of TEMPLATES[%d] is not known", index))
	}
	for _, dir := range dirs.Elems() {
		text, ok := dir.AsStr()
		if !ok {
			s.unsure(fmt.Sprintf("DIRS of TEMPLATES[%d] is not known", index))
			continue
		}
		inTree, ok := s.relative(text)
		switch {
		case !ok:
			s.unsure("the folder " + path.Base(path.Clean(text)) + " of DIRS is outside the repository")
		case !s.place.Tree.IsDir(inTree) && (strings.Contains(inTree, "dist") || strings.Contains(inTree, "build")):
			s.unsure("the folder " + inTree + " of DIRS is not in the repository")
		default:
			s.folders = append(s.folders, folder{inTree, like.jinja, like.ending})
		}
	}
}

// relative is a folder's path in the tree. Relative paths count from the folder in which the server starts, taken to be manage.py's.
func (s *Set) relative(dir string) (string, bool) {
	dir = path.Clean(dir)
	if !path.IsAbs(dir) {
		dir = path.Join(s.place.Root, dir)
		return dir, dir != ".." && !strings.HasPrefix(dir, "../")
	}
	root := s.place.Tree.Dir()
	if root == "" {
		root = "/project" // where a tree in memory is imagined to live
	}
	if dir == root {
		return ".", true
	}
	return strings.CutPrefix(dir, strings.TrimSuffix(root, "/")+"/")
}

// usesAppFolders reports whether an engine looks in the applications' folders; Maybe when it also has loaders that are not known.
func usesAppFolders(engine eval.Value) eval.Tri {
	loaders := engine.Get("OPTIONS", "loaders")
	if loaders.IsValid() {
		return loadersUseApps(loaders, 0)
	}
	dirs := engine.Get("APP_DIRS")
	on, known := dirs.AsBool()
	switch {
	case dirs.IsUnknown():
		return eval.Maybe
	case known && on:
		return eval.Yes
	}
	return eval.No
}

func loadersUseApps(loaders eval.Value, depth int) eval.Tri {
	if name, ok := loaders.AsStr(); ok {
		switch name {
		case "django.template.loaders.app_directories.Loader":
			return eval.Yes
		case "django.template.loaders.filesystem.Loader", "django.template.loaders.cached.Loader":
			return eval.No
		}
		return eval.Maybe
	}
	if loaders.IsUnknown() || loaders.IsOpen() || depth > 5 {
		return eval.Maybe
	}
	uses := eval.No
	for _, loader := range loaders.Elems() {
		switch loadersUseApps(loader, depth+1) {
		case eval.Maybe:
			return eval.Maybe
		case eval.Yes:
			uses = eval.Yes
		}
	}
	return uses
}

// addApps adds the folders of a name in the installed applications that are the project's own.
func (s *Set) addApps(w *django.World, name string, like folder) {
	apps := w.Get("INSTALLED_APPS").Value
	if apps.IsUnknown() || apps.IsOpen() {
		s.unsure("INSTALLED_APPS is not known whole")
	}
	for _, v := range apps.Elems() {
		entry, ok := v.AsStr()
		if !ok {
			s.unsure("INSTALLED_APPS is not known whole")
			continue
		}
		if dir := s.place.AppFolder(entry); dir != "" {
			s.folders = append(s.folders, folder{path.Join(dir, name), like.jinja, like.ending})
		}
	}
}

// Find is the template of a name. ok is false when the project has none; a package may.
func (s *Set) Find(name string) (t *Template, ok bool) {
	for _, f := range s.folders {
		if file := path.Join(f.path, name); strings.HasSuffix(name, f.ending) && s.place.Tree.IsFile(file) {
			t = s.read(file, name, f.jinja)
			return t, t != nil
		}
	}
	return nil, false
}

// read parses a template once; nil when the file cannot be read.
func (s *Set) read(file, name string, jinja bool) *Template {
	s.mu.Lock()
	t, known := s.parsed[file]
	s.mu.Unlock()
	if known {
		return t
	}
	if f, ok := s.place.Tree.Read(file); ok {
		if jinja || isJinjaName(file) {
			t = ParseJinja(f)
		} else {
			o := s.options
			o.Name = name
			t = Parse(f, o)
		}
		t.Name = name
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if first, known := s.parsed[file]; known {
		return first
	}
	s.parsed[file] = t
	return t
}

func isJinjaName(file string) bool {
	ext := path.Ext(file)
	return ext == ".jinja" || ext == ".jinja2" || ext == ".j2"
}

// Pages are the templates of HTML that the engines find, by path. Those that another one of the same name hides, and those of tests,
// are left out. Where the engines are not known whole, the templates of all folders that are named templates or jinja2 are taken.
func (s *Set) Pages() []*Template {
	s.once.Do(func() { s.all = s.pages() })
	return s.all
}

func (s *Set) pages() []*Template {
	type wanted struct {
		file, name string
		jinja      bool
	}
	var list []wanted
	seen := make(map[string]bool)
	take := func(dir, file string, jinja bool) {
		name := strings.TrimPrefix(file, dir+"/")
		if dir == "." {
			name = file
		}
		if isHTML(file) && !isTest(file) && !seen["name "+name] && !seen[file] {
			seen["name "+name], seen[file] = true, true
			list = append(list, wanted{file, name, jinja})
		}
	}
	for _, f := range s.folders {
		for _, file := range s.place.Tree.Under(f.path) {
			if strings.HasSuffix(file, f.ending) {
				take(f.path, file, f.jinja)
			}
		}
	}
	if s.Doubt != "" {
		for _, file := range s.place.Tree.Under(s.place.Root) {
			if at := max(strings.LastIndex("/"+file, "/templates/"), strings.LastIndex("/"+file, "/jinja2/")); at >= 0 && isHTML(file) {
				dir := file[:at+strings.IndexByte(file[at:], '/')]
				take(dir, file, path.Base(dir) == "jinja2")
			}
		}
	}
	found := make([]*Template, len(list))
	var running sync.WaitGroup
	for worker := range runtime.GOMAXPROCS(0) {
		running.Go(func() {
			for i := worker; i < len(list); i += runtime.GOMAXPROCS(0) {
				found[i] = s.read(list[i].file, list[i].name, list[i].jinja)
			}
		})
	}
	running.Wait()
	found = slices.DeleteFunc(found, func(t *Template) bool { return t == nil })
	slices.SortFunc(found, func(a, b *Template) int { return strings.Compare(a.File.Path, b.File.Path) })
	return found
}

func isHTML(file string) bool {
	switch path.Ext(file) {
	case ".html", ".htm", ".xhtml", ".djhtml", ".jinja", ".jinja2", ".j2":
		return true
	}
	return false
}

// isTest reports whether a template is for tests, by the folders in its path.
func isTest(file string) bool {
	for _, dir := range strings.Split(path.Dir(file), "/") {
		switch dir {
		case "tests", "test", "testing", "testapp", "node_modules", "docs", "fixtures":
			return true
		}
	}
	return false
}
