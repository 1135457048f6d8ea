package ci

import (
	"path"
	"regexp"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// make follows targets of a Makefile: their recipes and those of what they need.
func (c *caller) make(args []string, dir string, at source.Span) {
	var targets []string
	names := []string{"GNUmakefile", "makefile", "Makefile"}
	for i := 0; i < len(args); i++ {
		switch word := args[i]; {
		case word == "-C" && i+1 < len(args):
			i++
			dir = path.Join(dir, args[i])
		case word == "-f" && i+1 < len(args):
			i++
			names = []string{args[i]}
		case !strings.HasPrefix(word, "-") && !strings.Contains(word, "="):
			targets = append(targets, word)
		}
	}
	for _, folder := range []string{dir, "."} {
		for _, name := range names {
			if f, ok := c.tree.Read(path.Join(folder, name)); ok {
				m := c.makefile(f, readMakefile)
				if len(targets) == 0 && m.first != "" {
					targets = []string{m.first}
				}
				for _, target := range targets {
					c.target(m, target, folder, at)
				}
				return
			}
		}
	}
	c.job.doubt(at, "the Makefile is not found")
}

// makefile reads a file once.
func (r *reader) makefile(f *source.File, read func(*source.File) *makefile) *makefile {
	if m := r.makefiles[f.Path]; m != nil {
		return m
	}
	r.makefiles[f.Path] = read(f)
	return r.makefiles[f.Path]
}

func (c *caller) target(m *makefile, target, dir string, at source.Span) {
	t, ok := m.targets[target]
	if !ok {
		t, ok = m.targets["%"]
	}
	if !ok {
		if !c.tree.Exists(path.Join(dir, target)) {
			c.job.doubt(at, "the target %s of %s is not found", target, m.file.Path)
		}
		return
	}
	c.calls("make "+target, func() {
		for _, need := range t.needs {
			if _, ok := m.targets[need]; ok {
				c.target(m, need, dir, at)
			}
		}
		for _, line := range t.lines {
			text := strings.TrimLeft(line.text, "@-+ \t")
			c.text(m.expand(text, 0), dir, line.at)
		}
	})
}

type recipeLine struct {
	text string
	at   source.Span
}

type makeTarget struct {
	needs []string
	lines []recipeLine
}

// makefile holds what a Makefile or justfile says of its targets.
type makefile struct {
	file    *source.File
	targets map[string]*makeTarget
	vars    map[string]string
	first   string
}

// readMakefile reads rules and variables. Conditions are ignored: all branches count. Included files are not read.
func readMakefile(f *source.File) *makefile {
	m := &makefile{file: f, targets: map[string]*makeTarget{}, vars: map[string]string{"MAKE": "make"}}
	assign := regexp.MustCompile(`^(?:export\s+)?([\w.-]+)\s*(?::=|::=|\?=|\+=|=)\s*(.*)$`)
	rule := regexp.MustCompile(`^([^\s:=#][^:=#]*?)\s*::?(?:\s+|$)([^=]*)$`)
	var current []*makeTarget
	for n := 1; n <= f.LineCount(); n++ {
		start, text := n, strings.TrimRight(f.Line(n), "\r\n")
		for strings.HasSuffix(text, "\\") && n < f.LineCount() {
			n++
			text = strings.TrimSuffix(text, "\\") + " " + strings.TrimSpace(strings.TrimRight(f.Line(n), "\r\n"))
		}
		at := f.Span(f.LineStart(start), f.LineStart(start)+source.Pos(len(strings.TrimRight(f.Line(start), "\r\n"))))
		if strings.HasPrefix(text, "\t") {
			for _, t := range current {
				t.lines = append(t.lines, recipeLine{strings.TrimSpace(text), at})
			}
			continue
		}
		if found := assign.FindStringSubmatch(text); found != nil {
			if _, set := m.vars[found[1]]; !set {
				m.vars[found[1]] = found[2]
			}
			continue
		}
		if found := rule.FindStringSubmatch(text); found != nil {
			needs, inline, _ := strings.Cut(found[2], ";")
			current = m.rule(strings.Fields(found[1]), strings.Fields(needs), strings.TrimSpace(inline), at)
		}
	}
	return m
}

func (m *makefile) rule(names, needs []string, inline string, at source.Span) (current []*makeTarget) {
	for _, name := range names {
		t := m.targets[name]
		if t == nil {
			t = &makeTarget{}
			m.targets[name] = t
		}
		t.needs = append(t.needs, needs...)
		if inline != "" {
			t.lines = append(t.lines, recipeLine{inline, at})
		}
		if m.first == "" && !strings.HasPrefix(name, ".") {
			m.first = name
		}
		current = append(current, t)
	}
	return current
}

// expand writes the values of variables; one that is not known becomes one of the shell.
func (m *makefile) expand(text string, depth int) string {
	if depth > 5 || len(text) > 1<<14 {
		return text
	}
	text = regexp.MustCompile(`\$\(([\w.-]+)\)|\$\{([\w.-]+)\}`).ReplaceAllStringFunc(text, func(found string) string {
		if value, ok := m.vars[found[2:len(found)-1]]; ok {
			return m.expand(value, depth+1)
		}
		return "$" + strings.NewReplacer(".", "_", "-", "_").Replace(found[2:len(found)-1])
	})
	return strings.ReplaceAll(text, "$$", "$")
}

// just follows recipes of a justfile.
func (c *caller) just(args []string, dir string, at source.Span) {
	for _, name := range []string{"justfile", "Justfile", ".justfile"} {
		f, ok := c.tree.Read(path.Join(dir, name))
		if !ok {
			continue
		}
		m := c.makefile(f, readJustfile)
		args = plainArguments(args)
		target := m.first
		if len(args) > 0 {
			target = args[0]
		}
		c.target(m, target, dir, at)
		return
	}
	c.job.doubt(at, "the justfile is not found")
}

func readJustfile(f *source.File) *makefile {
	m := &makefile{file: f, targets: map[string]*makeTarget{}, vars: map[string]string{}}
	rule := regexp.MustCompile(`^@?([\w-]+)[^:=]*:(?:\s+(.*))?$`)
	var current []*makeTarget
	for n := 1; n <= f.LineCount(); n++ {
		text := strings.TrimRight(f.Line(n), "\r\n")
		at := f.Span(f.LineStart(n), f.LineStart(n)+source.Pos(len(text)))
		switch found := rule.FindStringSubmatch(text); {
		case strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\t"):
			line := regexp.MustCompile(`\{\{[^}]*\}\}`).ReplaceAllString(strings.TrimSpace(text), "")
			for _, t := range current {
				t.lines = append(t.lines, recipeLine{line, at})
			}
		case found != nil:
			current = m.rule(found[1:2], strings.Fields(strings.ReplaceAll(found[2], "&&", "")), "", at)
		}
	}
	return m
}

// packageScript follows scripts of package.json.
func (c *caller) packageScript(tool string, args []string, dir string, at source.Span) {
	args = plainArguments(args)
	if len(args) > 1 && (args[0] == "run" || args[0] == "run-script") {
		args = plainArguments(args[1:])
	}
	if len(args) == 0 {
		return
	}
	script := c.document(path.Join(dir, "package.json"), document.JSON).Get("scripts", args[0])
	if text, ok := script.Str(); ok {
		c.calls(tool+" "+args[0], func() { c.text(text, dir, script.At) })
	}
}
