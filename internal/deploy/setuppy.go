package deploy

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// setupSteps bounds what a setup.py may do.
const setupSteps = 200_000

// setupPy reads what setup() is called with. A setup.py is a program, and is interpreted; where that finds no call, the text is read.
func (r *dependencyReader) setupPy(file string) {
	f, ok := r.tree.Read(file)
	if !ok {
		return
	}
	before := len(r.out.Requirements)
	if !r.setupInterpreted(f) {
		r.setupText(f)
	}
	if len(r.out.Requirements) > before {
		r.addSource(f, "setup.py", false, true)
	}
}

// setupInterpreted runs a setup.py and reads the call of setup() that it makes; false when it makes none that can be followed.
func (r *dependencyReader) setupInterpreted(f *source.File) (found bool) {
	defer func() {
		if fault := recover(); fault != nil {
			found = false
		}
	}()
	session := eval.NewSession(eval.Config{Finder: setupFinder{tree: r.tree, file: f}, Library: library.Modules(), Limits: eval.Limits{Steps: setupSteps}})
	session.Import("__main__")
	for _, effect := range session.Effects() {
		call, ok := effect.Symbol()
		if !ok || !call.Func.IsValid() || !isSetupPath(call.Func.Path()) {
			continue
		}
		found = true
		for _, argument := range call.Kwargs {
			r.setupArgument(f, argument.Name, argument.Value)
		}
	}
	return found
}

func isSetupPath(dotted string) bool {
	return dotted == "setuptools.setup" || dotted == "distutils.core.setup"
}

func (r *dependencyReader) setupArgument(f *source.File, name string, value eval.Value) {
	switch name {
	case "install_requires":
		r.setupList(f, value, Requirement{Production: true, Direct: true})
	case "tests_require":
		r.setupList(f, value, Requirement{Direct: true, Group: "test"})
	case "extras_require":
		for _, e := range value.Entries() {
			if extra, ok := e.Key.AsStr(); ok {
				extra, marker, _ := strings.Cut(extra, ":") // {'test:python_version<"3.8"': [...]}
				as := Requirement{Production: groupInProduction(extra, true) && appliesInProduction(marker, r.out.Python.Version), Direct: true, Group: extra}
				as.Production = as.Production || extra == "" && appliesInProduction(marker, r.out.Python.Version)
				r.setupList(f, e.Value, as)
			}
		}
	}
}

// setupList reads a list of specifications, or a text of one a line.
func (r *dependencyReader) setupList(f *source.File, value eval.Value, as Requirement) {
	if text, ok := value.AsStr(); ok {
		r.setupLines(f, text, value, as)
		return
	}
	if value.IsUnknown() || slices.ContainsFunc(value.Elems(), func(e eval.Value) bool { return e.IsUnknown() && !e.IsSpread() }) {
		at := value.At()
		if at.File != f {
			at = f.Span(0, 0)
		}
		r.diagnose(at, "what setup() requires here is computed in a way that could not be followed: write it as a list, or in pyproject.toml")
	}
	for _, e := range value.Elems() {
		if text, ok := e.AsStr(); ok {
			r.setupLines(f, text, e, as)
		}
	}
}

func (r *dependencyReader) setupLines(f *source.File, text string, value eval.Value, as Requirement) {
	for _, line := range strings.Split(text, "\n") {
		parsed, ok := parseRequirement(line)
		if !ok || parsed.name == "" {
			continue
		}
		q := as
		q.At = value.At()
		if q.At.IsZero() || q.At.File != f {
			q.At = f.Span(0, 0)
		}
		q.Production = q.Production && r.applies(parsed)
		r.add(parsed, q)
	}
}

// setupFinder is the folder of a setup.py, which is its main module.
type setupFinder struct {
	tree *source.Tree
	file *source.File
}

func (s setupFinder) Module(dotted string) (*syntax.Module, bool, bool) {
	if dotted == "__main__" {
		return syntax.Parse(s.file), false, true
	}
	stem := path.Join(path.Dir(s.file.Path), strings.ReplaceAll(dotted, ".", "/"))
	for _, candidate := range []string{stem + "/__init__.py", stem + ".py"} {
		if f, ok := s.tree.Read(candidate); ok {
			return syntax.Parse(f), strings.HasSuffix(candidate, "/__init__.py"), true
		}
	}
	return nil, false, false
}

func (s setupFinder) File(name string) (*source.File, bool) { return s.tree.Read(s.place(name)) }
func (s setupFinder) Glob(string) []string                  { return nil }
func (s setupFinder) Root() string                          { return "/project" }

// place is a path of the tree: the program starts in its own folder.
func (s setupFinder) place(name string) string {
	name = path.Clean(name)
	if dir := path.Dir(s.file.Path); dir != "." && !strings.HasPrefix(name, dir+"/") {
		name = path.Join(dir, name)
	}
	return name
}

func (s setupFinder) ParseFile(name string) (*syntax.Module, bool) {
	f, ok := s.tree.Read(s.place(name))
	if !ok {
		return nil, false
	}
	return syntax.Parse(f), true
}
