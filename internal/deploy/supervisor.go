package deploy

import (
	"bytes"
	"fmt"
	"path"
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

// supervisor reads [program:x] sections (http://supervisord.org/configuration.html#program-x-section-settings).
func (r *reader) supervisor(f *source.File) []*Process {
	if !bytes.Contains(f.Data, []byte("[program:")) {
		return nil
	}
	root, diagnostics := document.INI(f, document.Indented)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	var all []*Process
	for _, section := range root.Map() {
		name, ok := strings.CutPrefix(section.Key, "program:")
		command := section.Value.Get("command")
		if !ok || command == nil {
			continue
		}
		p := &Process{Name: name, Artefact: fmt.Sprintf("%s, program %s", f.Path, name), At: command.At, argvAt: command.At, Argv: splitWords(command.Text), Running: supervisorRunning(root, section.Value)}
		for _, scope := range []*document.Node{root.Get("supervisord", "environment"), section.Value.Get("environment")} {
			p.Env = append(p.Env, supervisorEnvironment(scope)...)
		}
		find := r.scripts(path.Dir(f.Path), nil)
		p.follow(find)
		all = append(all, p)
	}
	return all
}

// supervisorEnvironment reads NAME="value",NAME2=value. %(ENV_X)s takes a variable of supervisord itself.
func supervisorEnvironment(n *document.Node) []Variable {
	var vars []Variable
	for _, pair := range splitOutsideQuotes(n.Scalar(), ",\n") {
		name, value, ok := strings.Cut(pair, "=")
		name = strings.TrimSpace(name)
		if !ok || !isVariableName(name) {
			continue
		}
		v := Variable{Name: name, Value: unquote(strings.TrimSpace(value)), Given: true, At: within(n.At, strings.TrimSpace(pair))}
		v.Given = !strings.Contains(v.Value, "%(ENV_")
		v.Value = strings.ReplaceAll(v.Value, "%%", "%")
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
