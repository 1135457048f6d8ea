package check

import (
	"path"
	"strings"

	"gonogo/internal/source"
)

// SetUp finds the place where the project's own set-up gives one of the variables, or describes one of the files that the repository lacks:
// a production process that is given the variable, an example environment file that names it, an example beside the file
// (local_settings.py.example) or a README that names it. A weak default that such a set-up replaces is owed, and no reason to stop a release.
func SetUp(p *SourcePass, variables, files []string) (at source.Span, found bool) {
	for _, name := range variables {
		if at, ok := setUpVariable(p, name); ok {
			return at, true
		}
	}
	for _, file := range files {
		if at, ok := exampleOf(p, file); ok {
			return at, true
		}
		if at, ok := described(p, file); ok {
			return at, true
		}
	}
	return source.Span{}, false
}

// ReplacedBySetUp makes a finding about a default recommended, with the place, where SetUp finds one, and reports whether it does.
func ReplacedBySetUp(p *SourcePass, f *Finding, variables, files []string) bool {
	at, ok := SetUp(p, variables, files)
	if ok {
		f.Severity = Recommended
		f.Related = append(f.Related, Related{Message: "the set-up of the project replaces it here", At: at})
	}
	return ok
}

// described finds the README that names a file.
func described(p *SourcePass, file string) (source.Span, bool) {
	if p.Project.Tree == nil {
		return source.Span{}, false
	}
	name := path.Base(file)
	for _, candidate := range p.Project.Tree.Paths() {
		dir, base := path.Split(candidate)
		if dir = path.Clean(dir); dir != "." && dir != p.Project.Root || !strings.HasPrefix(strings.ToLower(base), "readme") {
			continue
		}
		f, ok := p.Project.Tree.Read(candidate)
		if !ok {
			continue
		}
		if i := strings.Index(string(f.Data), name); i >= 0 {
			return f.Span(source.Pos(i), source.Pos(i+len(name))), true
		}
	}
	return source.Span{}, false
}

func setUpVariable(p *SourcePass, name string) (source.Span, bool) {
	if p.Project.Deployment != nil {
		for _, process := range p.Project.Deployment.Processes {
			if v, ok := process.Lookup(name); ok && process.Production {
				return v.At, true
			}
		}
	}
	for _, file := range p.Project.EnvFiles {
		if !file.Example {
			continue
		}
		for _, line := range file.Vars {
			if line.Name == name {
				return line.At, true
			}
		}
	}
	return source.Span{}, false
}

// exampleOf finds a file of the tree that is an example of one which the repository lacks, by its name.
func exampleOf(p *SourcePass, file string) (source.Span, bool) {
	if p.Project.Tree == nil {
		return source.Span{}, false
	}
	stem, _, _ := strings.Cut(path.Base(file), ".")
	for _, candidate := range p.Project.Tree.Paths() {
		base := strings.ToLower(path.Base(candidate))
		if base == path.Base(file) || !strings.Contains(base, strings.ToLower(stem)) || !isExampleName(base) {
			continue
		}
		if f, ok := p.Project.Tree.Read(candidate); ok {
			return f.Whole(), true
		}
	}
	return source.Span{}, false
}

func isExampleName(base string) bool {
	for _, word := range []string{"example", "sample", "template", "dist", "default"} {
		if strings.Contains(base, word) {
			return true
		}
	}
	return false
}

// Unless names what the operator can give instead: " unless the variable A or B is set, or the file b.json is there".
func Unless(names, files []string) string {
	var parts []string
	if len(names) > 0 {
		parts = append(parts, "the variable "+strings.Join(names, " or ")+" is set")
	}
	var bases []string
	for _, file := range files {
		bases = append(bases, path.Base(file))
	}
	if len(bases) > 0 {
		parts = append(parts, "the file "+strings.Join(bases, " or ")+" is there")
	}
	if len(parts) == 0 {
		return ""
	}
	return " unless " + strings.Join(parts, ", or ")
}
