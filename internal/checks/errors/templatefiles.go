package errors

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

const jinjaTemplates = "django.template.backends.jinja2.Jinja2"

// templateFolder is a folder in which an engine of TEMPLATES looks, relative to the tree's root.
type templateFolder struct {
	path  string
	jinja bool
}

// folders are the project's own folders of templates, in the order in which Django looks.
type folders struct {
	tree *source.Tree
	list []templateFolder
	// doubt says why a template that is not in them may be elsewhere, "" when it may not.
	doubt string
	// judged are the templates that plain has been asked about, by path; one that is still being read is false, which ends cycles.
	judged map[string]bool
}

// foundTemplate is a template and whether Jinja2 renders it.
type foundTemplate struct {
	file  *source.File
	jinja bool
}

func (f *folders) unsure(reason string) {
	if f.doubt == "" {
		f.doubt = reason
	}
}

// templateSearch reads TEMPLATES: DIRS first, then the folders of the installed applications of the project.
func templateSearch(p *check.SourcePass, w *django.World) *folders {
	f := &folders{tree: p.Project.Tree, judged: make(map[string]bool)}
	templates := w.Get("TEMPLATES")
	if templates.Value.IsOpen() {
		f.unsure(check.Doubt(w, templates))
	}
	for i, engine := range templates.Value.Elems() {
		backend, ok := engine.Get("BACKEND").AsStr()
		if !ok || backend != djangoTemplates && backend != jinjaTemplates {
			f.unsure(fmt.Sprintf("where the engine TEMPLATES[%d] looks is not known", i))
			continue
		}
		f.addDirs(p, i, engine.Get("DIRS"), backend == jinjaTemplates)
		switch usesAppFolders(engine) {
		case eval.Yes:
			f.addApps(p, w, backend == jinjaTemplates)
		case eval.Maybe:
			f.addApps(p, w, backend == jinjaTemplates)
			f.unsure(fmt.Sprintf("the loaders of TEMPLATES[%d] are not all Django's", i))
		}
	}
	return f
}

// addDirs adds the folders of the option DIRS. One that a build makes, or that is outside the repository, may hold anything.
func (f *folders) addDirs(p *check.SourcePass, index int, dirs eval.Value, jinja bool) {
	if dirs.IsUnknown() || dirs.IsOpen() {
		f.unsure(fmt.Sprintf("DIRS of TEMPLATES[%d] is not known", index))
	}
	for _, dir := range dirs.Elems() {
		text, ok := dir.AsStr()
		if !ok {
			f.unsure(fmt.Sprintf("DIRS of TEMPLATES[%d] is not known", index))
			continue
		}
		inTree, ok := f.relative(p, text)
		switch {
		case !ok:
			f.unsure("the folder " + path.Base(path.Clean(text)) + " of DIRS is outside the repository")
		case !f.tree.IsDir(inTree) && (strings.Contains(inTree, "dist") || strings.Contains(inTree, "build")):
			f.unsure("the folder " + inTree + " of DIRS is not in the repository")
		default:
			f.list = append(f.list, templateFolder{inTree, jinja})
		}
	}
}

// relative is a folder's path in the tree. Relative paths count from the folder in which the server starts, taken to be manage.py's.
func (f *folders) relative(p *check.SourcePass, dir string) (string, bool) {
	dir = path.Clean(dir)
	if !path.IsAbs(dir) {
		dir = path.Join(p.Project.Root, dir)
		return dir, dir != ".." && !strings.HasPrefix(dir, "../")
	}
	root := f.tree.Dir()
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
	if !loaders.IsValid() {
		return check.IsOn(engine.Get("APP_DIRS"))
	}
	return loadersUseApps(loaders, 0)
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

// addApps adds the folders of the installed applications that are the project's own.
func (f *folders) addApps(p *check.SourcePass, w *django.World, jinja bool) {
	folder := "templates"
	if jinja {
		folder = "jinja2"
	}
	apps := w.Get("INSTALLED_APPS")
	names, whole := check.Strings(apps.Value)
	if !whole {
		f.unsure(check.Doubt(w, apps))
	}
	for _, name := range names {
		if dir := p.Project.AppFolder(name); dir != "" {
			f.list = append(f.list, templateFolder{path.Join(dir, folder), jinja})
		}
	}
}

// find is the first template of a name.
func (f *folders) find(name string) (foundTemplate, bool) {
	for _, folder := range f.list {
		if file, ok := f.tree.Read(path.Join(folder.path, name)); ok {
			return foundTemplate{file, folder.jinja}, true
		}
	}
	return foundTemplate{}, false
}

// maxTemplates bounds how deep templates are followed.
const maxTemplates = 8

// templateTag matches what a template engine reads between braces, as django/template/base.py does.
var templateTag = regexp.MustCompile(`\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}`)

// plain reports whether a template, and each that it builds on, is text with blocks, translations and static files alone, so that it
// renders without any context. It is false as well for what is merely not read.
func (f *folders) plain(t foundTemplate, depth int) bool {
	if depth > maxTemplates {
		return false
	}
	if known, asked := f.judged[t.file.Path]; asked {
		return known
	}
	f.judged[t.file.Path] = false
	f.judged[t.file.Path] = f.reads(t, depth)
	return f.judged[t.file.Path]
}

// reads is plain for one template that was not judged yet.
func (f *folders) reads(t foundTemplate, depth int) bool {
	s := tagReader{folders: f, jinja: t.jinja, depth: depth}
	text := string(t.file.Data)
	for _, tag := range templateTag.FindAllString(text, -1) {
		if !s.accept(tag) {
			return false
		}
	}
	rest := templateTag.ReplaceAllString(text, "")
	return len(s.open) == 0 && !strings.Contains(rest, "{%") && !strings.Contains(rest, "{{") && !strings.Contains(rest, "{#")
}

// tagReader goes through the tags of one template.
type tagReader struct {
	folders      *folders
	jinja        bool
	depth        int
	open         []openTag // the tags that wait for their end
	blocks       []string  // the names of the blocks, which may not repeat
	tagged       bool      // a tag came already, so that extends may not
	static, i18n bool      // the libraries that are loaded
}

// openTag is a tag that waits for its end; name is a block's.
type openTag struct{ tag, name string }

// inside is the innermost tag that is open, "" outside of all.
func (r *tagReader) inside() string {
	if len(r.open) == 0 {
		return ""
	}
	return r.open[len(r.open)-1].tag
}

// accept reports whether a tag needs no context.
func (r *tagReader) accept(tag string) bool {
	inner := strings.TrimSpace(tag[2 : len(tag)-2])
	inComment := r.inside() == "comment"
	inText := strings.HasPrefix(r.inside(), "blocktrans") // where nothing but text may stand
	switch {
	case strings.HasPrefix(tag, "{#"):
		return !inText
	case strings.HasPrefix(tag, "{{"):
		return inComment || inner == "block.super" && r.inside() == "block" && !r.jinja
	}
	words := strings.Fields(inner)
	switch {
	case len(words) == 0:
		return false
	case inComment && words[0] != "endcomment":
		return true
	}
	first := !r.tagged
	r.tagged = true
	if end, ok := strings.CutPrefix(words[0], "end"); ok {
		return r.close(end, words[1:])
	}
	switch {
	case inText:
		return false
	case words[0] == "block":
		return len(words) == 2 && r.openBlock(words[1])
	case words[0] == "include" || words[0] == "extends" && first:
		return len(words) == 2 && r.follows(words[1])
	}
	return !r.jinja && r.acceptDjango(words)
}

// acceptDjango is accept for tags that Jinja2 does not have.
func (r *tagReader) acceptDjango(words []string) bool {
	switch words[0] {
	case "comment":
		r.open = append(r.open, openTag{tag: "comment"})
		return true
	case "blocktrans", "blocktranslate":
		r.open = append(r.open, openTag{tag: words[0]})
		return r.i18n && (len(words) == 1 || len(words) == 2 && words[1] == "trimmed")
	case "load":
		return r.load(words[1:])
	case "static":
		return r.static && len(words) == 2 && isQuoted(words[1])
	case "trans", "translate":
		literal := strings.Join(words[1:], " ")
		return r.i18n && isQuoted(literal)
	}
	return false
}

func (r *tagReader) openBlock(name string) bool {
	if slices.Contains(r.blocks, name) {
		return false
	}
	r.blocks = append(r.blocks, name)
	r.open = append(r.open, openTag{"block", name})
	return true
}

// close ends a tag; a block's end may repeat its name.
func (r *tagReader) close(tag string, names []string) bool {
	if r.inside() != tag {
		return false
	}
	last := len(r.open) - 1
	name := r.open[last].name
	r.open = r.open[:last]
	return len(names) == 0 || len(names) == 1 && name != "" && names[0] == name
}

func (r *tagReader) load(libraries []string) bool {
	for _, library := range libraries {
		switch library {
		case "static":
			r.static = true
		case "i18n":
			r.i18n = true
		default:
			return false
		}
	}
	return len(libraries) > 0
}

// follows reports whether a template that is named by a literal is plain and of the same engine.
func (r *tagReader) follows(literal string) bool {
	if !isQuoted(literal) {
		return false
	}
	t, ok := r.folders.find(literal[1 : len(literal)-1])
	return ok && t.jinja == r.jinja && r.folders.plain(t, r.depth+1)
}

// isQuoted reports whether the text is one string literal.
func isQuoted(text string) bool {
	if len(text) < 3 || text[0] != '"' && text[0] != '\'' || text[len(text)-1] != text[0] {
		return false
	}
	return strings.IndexByte(text[1:], text[0]) == len(text)-2
}
