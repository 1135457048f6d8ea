package deploy

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// isSupervisorFile reports whether a path can be a configuration of supervisord.
func isSupervisorFile(file string) bool {
	base := path.Base(file)
	return strings.Contains(base, "supervisor") && (strings.HasSuffix(base, ".conf") || strings.HasSuffix(base, ".ini")) ||
		strings.HasSuffix(base, ".conf") && strings.Contains(path.Dir(file), "supervisor")
}

// supervisor reads [program:x] sections, and those of FastCGI programs and event listeners
// (http://supervisord.org/configuration.html#program-x-section-settings), with those of files that only its [include] tells to be supervisord's.
func (r *reader) supervisor(f *source.File) []*Process {
	var all []*Process
	if f.Contains("program:") || f.Contains("[eventlistener:") {
		all = r.supervisorPrograms(f)
	}
	if f.Contains("[include]") {
		for _, file := range r.paths {
			if !isSupervisorFile(file) && r.supervisorIncludes(f, file) && len(all) < maxFiles {
				if other, ok := r.tree.Read(file); ok {
					all = append(all, r.supervisorPrograms(other)...)
				}
			}
		}
	}
	return all
}

// supervisorIncludes reports whether the [include] section of one file names another one.
func (r *reader) supervisorIncludes(f *source.File, file string) bool {
	if r.supervisorPatterns == nil {
		r.supervisorPatterns = map[string][]string{}
	}
	patterns, read := r.supervisorPatterns[f.Path]
	if !read {
		sections, _ := supervisorSections(f)
		for _, pattern := range strings.Fields(sections.Get("include", "files").Scalar()) {
			patterns = append(patterns, path.Join(path.Dir(f.Path), strings.TrimPrefix(pattern, "%(here)s/")))
		}
		r.supervisorPatterns[f.Path] = patterns
	}
	for _, pattern := range patterns {
		if matched, err := path.Match(pattern, file); err == nil && matched && file != f.Path {
			return true
		}
	}
	return false
}

func (r *reader) supervisorPrograms(f *source.File) []*Process {
	root, diagnostics := supervisorSections(f)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	daemon := r.supervisord(f, root)
	var all []*Process
	for _, section := range root.Map() {
		kind, name, _ := strings.Cut(section.Key, ":")
		if kind != "program" && kind != "fcgi-program" && kind != "eventlistener" || name == "" || section.Value.Get("command") == nil {
			continue
		}
		all = append(all, r.supervisorProgram(f, root, daemon, section.Value, strings.TrimSpace(name)))
	}
	return all
}

func (r *reader) supervisorProgram(f *source.File, root, daemon, section *document.Node, name string) *Process {
	known := supervisorExpansions(root, daemon, section, name)
	command := section.Get("command")
	p := &Process{Name: name, Artefact: fmt.Sprintf("%s, program %s", f.Path, name), At: command.At, argvAt: command.At}
	p.Argv = splitWords(supervisorExpand(command.Text, known))
	p.Running = supervisorRunning(daemon, section, known)
	for _, scope := range []*document.Node{daemon.Get("environment"), section.Get("environment")} {
		p.Env = append(p.Env, supervisorEnvironment(scope, known)...)
	}
	p.follow(r.scripts(path.Dir(f.Path), nil))
	return p
}

// supervisorSections are the sections of a file with their options in lower case, those of the same name joined, as Python's configparser has them.
func supervisorSections(f *source.File) (*document.Node, []source.Diagnostic) {
	read, diagnostics := document.INI(f, document.Indented)
	root := &document.Node{Kind: document.Map, At: read.At}
	for _, section := range read.Map() {
		for i := range section.Value.Entries {
			section.Value.Entries[i].Key = strings.ToLower(section.Value.Entries[i].Key)
		}
		if earlier := root.Get(section.Key); earlier != nil {
			earlier.Entries = append(earlier.Entries, section.Value.Entries...)
			continue
		}
		root.Entries = append(root.Entries, section)
	}
	return root, diagnostics
}

// supervisord is the section [supervisord] that holds for a file: its own, or that of the only file of the tree that includes it; nil for none.
func (r *reader) supervisord(f *source.File, root *document.Node) *document.Node {
	if own := root.Get("supervisord"); own != nil {
		return own
	}
	var found []*document.Node
	for _, file := range r.paths {
		if file == f.Path || !isSupervisorFile(file) {
			continue
		}
		other, ok := r.tree.Read(file)
		if !ok || !other.Contains("[include]") || !r.supervisorIncludes(other, f.Path) {
			continue
		}
		if sections, _ := supervisorSections(other); sections.Get("supervisord") != nil {
			found = append(found, sections.Get("supervisord"))
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return nil
}

// supervisorExpansions are what %(NAME)s stands for, as far as the files tell: variables of the environments that they give, the program's name.
func supervisorExpansions(root, daemon, section *document.Node, name string) map[string]string {
	known := map[string]string{"program_name": name, "group_name": name, "numprocs": firstNonEmpty(section.Get("numprocs").Scalar(), "1")}
	for _, group := range root.Map() {
		if title, ok := strings.CutPrefix(group.Key, "group:"); ok {
			for _, program := range strings.Split(group.Value.Get("programs").Scalar(), ",") {
				if strings.TrimSpace(program) == name {
					known["group_name"] = title
				}
			}
		}
	}
	if known["numprocs"] == "1" {
		known["process_num"] = firstNonEmpty(section.Get("numprocs_start").Scalar(), "0")
	}
	for _, scope := range []*document.Node{daemon.Get("environment"), section.Get("environment")} {
		for _, v := range supervisorEnvironment(scope, known) {
			delete(known, "ENV_"+v.Name)
			if v.Given {
				known["ENV_"+v.Name] = v.Value
			}
		}
	}
	return known
}

// supervisorExpand replaces %(NAME)s, %(NAME)02d and %% as Python's % does; what is not known stays as it is written.
func supervisorExpand(text string, known map[string]string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], "%%"):
			out.WriteByte('%')
			i++
		case strings.HasPrefix(text[i:], "%("):
			name, rest, ok := strings.Cut(text[i+2:], ")")
			width := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
			value, given := known[name]
			if !ok || !given || width >= len(rest) || rest[width] != 's' && rest[width] != 'd' {
				out.WriteByte('%')
				continue
			}
			if pad, err := strconv.Atoi(rest[:width]); err == nil && pad < 100 {
				for fill := map[bool]string{true: "0", false: " "}[rest[0] == '0' && rest[width] == 'd']; len(value) < pad; {
					value = fill + value
				}
			}
			out.WriteString(value)
			i += 2 + len(name) + 1 + width
		default:
			out.WriteByte(text[i])
		}
	}
	return out.String()
}

// supervisorEnvironment reads NAME="value",NAME2=value. %(ENV_X)s takes a variable of supervisord itself.
func supervisorEnvironment(n *document.Node, known map[string]string) []Variable {
	var vars []Variable
	for _, pair := range splitOutsideQuotes(n.Scalar(), ",\n") {
		name, value, ok := strings.Cut(pair, "=")
		name = strings.TrimSpace(name)
		if !ok || !isVariableName(name) {
			continue
		}
		written := unquote(strings.TrimSpace(value))
		v := Variable{Name: name, Value: supervisorExpand(written, known), Written: written, At: within(n.At, strings.TrimSpace(pair))}
		v.Given = !strings.Contains(strings.ReplaceAll(v.Value, "%%", ""), "%(")
		vars = append(vars, onlyGiven(v))
	}
	return vars
}

// splitOutsideQuotes splits a text at any of the separators that stands outside quotes.
func splitOutsideQuotes(text, separators string) []string {
	var parts []string
	quote, from := byte(0), 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case strings.IndexByte(separators, c) >= 0:
			parts = append(parts, text[from:i])
			from = i + 1
		}
	}
	return append(parts, text[from:])
}
