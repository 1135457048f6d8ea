package eval

import (
	"path"
	"strings"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// relative turns a path as the program sees it into one relative to the root; inside is false outside of the project.
func (r *run) relative(p string) (rel string, inside bool) {
	root := path.Clean(r.cfg.Finder.Root())
	if !path.IsAbs(p) {
		p = path.Join(root, p)
	}
	p = path.Clean(p)
	if p == root {
		return ".", true
	}
	if root == "/" {
		return p[1:], true
	}
	if strings.HasPrefix(p, root+"/") {
		return p[len(root)+1:], true
	}
	return p, false
}

func (r *run) file(p string) (f *source.File, inside, exists bool) {
	rel, inside := r.relative(p)
	if !inside {
		return nil, false, false
	}
	f, exists = r.cfg.Finder.File(rel)
	return f, true, exists
}

func (r *run) isDir(p string) bool {
	rel, inside := r.relative(p)
	if !inside {
		return false
	}
	if rel == "." {
		return true
	}
	return len(r.cfg.Finder.Glob(escapeGlob(rel)+"/*")) > 0 || len(r.cfg.Finder.Glob(escapeGlob(rel)+"/**/*")) > 0
}

func escapeGlob(p string) string {
	return strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]").Replace(p)
}

func (r *run) glob(pattern string) []string {
	rel, inside := r.relative(pattern)
	if !inside {
		return nil
	}
	var out []string
	for _, p := range r.cfg.Finder.Glob(rel) {
		out = append(out, r.absolute(p))
	}
	return out
}

// pathExists is os.path.exists. Read says that the file is read for settings where it exists; where the program only asks, it may be a
// library or a folder (os.path.exists("./libicu.so")), which sets nothing: readText notes those that are read after all.
func (r *run) pathExists(c *Call, p string, read bool) bool {
	f, inside, exists := r.file(p)
	if exists && f != nil {
		return true
	}
	if inside && r.isDir(p) {
		return true
	}
	rel, _ := r.relative(p)
	if r.belowFile(rel) {
		return false
	}
	if read || holdsSettings(rel) {
		return r.optionalFile(rel, c.At)
	}
	return r.fileThere(rel, c.At)
}

// holdsSettings reports whether a file has a name that files of settings, or of variables for them, have.
func holdsSettings(name string) bool {
	switch path.Ext(name) {
	case ".py", ".env", ".json", ".toml", ".yml", ".yaml", ".ini", ".cfg", ".conf", ".cnf", ".properties":
		return true
	}
	return strings.HasPrefix(path.Base(name), ".env")
}

// belowFile reports whether a path runs through a file of the project as if that were a folder.
func (r *run) belowFile(rel string) bool {
	for i := 0; i < len(rel); i++ {
		if rel[i] == '/' {
			if f, ok := r.cfg.Finder.File(rel[:i]); ok && f != nil {
				return true
			}
		}
	}
	return false
}

// readText is the content of a file as text.
func (r *run) readText(c *Call, p string) Value {
	f, _, exists := r.file(p)
	rel, _ := r.relative(p)
	if exists && f != nil {
		if !r.reserve(len(f.Data)) {
			return r.tooLarge(c.At)
		}
		text := strings.ReplaceAll(strings.ReplaceAll(string(f.Data), "\r\n", "\n"), "\r", "\n")
		return Value{data: strData(text), origin: &Origin{At: c.At, FromFile: rel}}
	}
	if r.belowFile(rel) {
		r.raiseWith(c.At, "NotADirectoryError", []Value{MakeInt(20), MakeStr("Not a directory"), MakeStr(p)})
	}
	key := "file:" + rel
	taken, decided := r.choices.taken[key]
	if !decided && r.wouldCatch("FileNotFoundError") {
		taken = r.optionalFile(rel, c.At)
		decided = true
	} else if taken {
		r.overriddenBy(rel, c.At)
	}
	if decided && !taken {
		r.dyn.controls = append(r.dyn.controls, control{[]string{key}})
		r.raiseWith(c.At, "FileNotFoundError", []Value{MakeInt(2), MakeStr("No such file or directory"), MakeStr(p)})
	}
	u := &unknownData{reason: "content of file " + rel + ", which is not in the repository", op: key, typ: "str", truth: Yes}
	return Value{data: u, origin: &Origin{At: c.At, FromFile: rel}}
}

// runFile runs a file of the project with the given global names.
func (r *run) runFile(p string, globals Value, at source.Span, caller *frame) bool {
	rel, inside := r.relative(p)
	if !inside {
		return false
	}
	tree, ok := r.cfg.Finder.ParseFile(rel)
	if !ok || tree == nil {
		return false
	}
	r.runTree(tree, globals, at, caller)
	return true
}

// runTree runs parsed text with the given global names, in the caller's module.
func (r *run) runTree(tree *syntax.Module, globals Value, at source.Span, caller *frame) {
	d := dictOf(globals.data)
	if d == nil {
		return
	}
	m := caller.module
	f := &frame{module: m, space: d, global: d, file: tree.File, caller: caller, callAt: at}
	r.enter()
	defer func(depth int) { r.dyn.depth = depth - 1 }(r.dyn.depth)
	r.execModule(f, tree)
}

func (r *run) execText(text string, globals Value, at source.Span, caller *frame) {
	r.runTree(r.parse(text), globals, at, caller)
}

// parse reads Python text that stands in no file of the project.
func (r *run) parse(text string) *syntax.Module {
	r.chargeCode(text)
	return syntax.Parse(source.NewFile("<string>", []byte(text)))
}

func (r *run) evalText(text string, globals Value, at source.Span, caller *frame) Value {
	tree := r.parse(strings.TrimLeft(text, " \t"))
	d := dictOf(globals.data)
	if len(tree.Body) != 1 || d == nil {
		r.raise(at, "SyntaxError", "invalid syntax")
	}
	s, ok := tree.Body[0].(*syntax.ExprStmt)
	if !ok || hasErrors(tree) {
		r.raise(at, "SyntaxError", "invalid syntax")
	}
	f := &frame{module: caller.module, space: d, global: d, file: tree.File, caller: caller, callAt: at}
	v := r.eval(f, s.Value)
	if v.origin != nil {
		v = derived(v, at, v)
	}
	return v
}

// EvalIn evaluates the text of an expression among the names of a module of the project; Unknown for anything else than an expression.
func (c *Call) EvalIn(module Value, text string) Value {
	m, ok := module.data.(*moduleData)
	tree := c.run.parse(strings.TrimLeft(text, " \t"))
	if !ok || m.tree == nil || len(tree.Body) != 1 || hasErrors(tree) {
		return c.Unknown("what stands in the module is not known")
	}
	s, ok := tree.Body[0].(*syntax.ExprStmt)
	if !ok {
		return c.Unknown("no expression")
	}
	return c.run.eval(&frame{module: m, space: m.globals, global: m.globals, file: tree.File, caller: c.frame, callAt: c.At}, s.Value)
}

func hasErrors(tree *syntax.Module) bool {
	for _, d := range tree.Diagnostics {
		if d.Since == 0 {
			return true
		}
	}
	return false
}
