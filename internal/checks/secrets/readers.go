package secrets

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
)

// readers are the texts of the project that can read an environment variable: code, deployment files, scripts, front ends.
type readers struct{ texts []string }

// maxReaderBytes leaves bundles and data out: no hand-written file that reads variables is as large.
const maxReaderBytes = 1 << 20

func newReaders(p *check.SourcePass) *readers {
	r := &readers{}
	if p.Project.Tree == nil {
		return r
	}
	for _, name := range p.Project.Tree.Paths() {
		if !canRead(name) {
			continue
		}
		if f, ok := p.Project.Tree.Read(name); ok && len(f.Data) <= maxReaderBytes {
			r.texts = append(r.texts, string(f.Data))
		}
	}
	return r
}

// canRead reports whether a file of this name can read variables. Documents and environment files can't.
func canRead(name string) bool {
	base := strings.ToLower(path.Base(name))
	if check.Describes(name) {
		return false
	}
	switch path.Ext(base) {
	case ".py", ".pyi", ".yml", ".yaml", ".toml", ".json", ".sh", ".bash", ".zsh", ".conf", ".ini", ".cfg", ".service", ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".vue", ".svelte",
		".html", ".j2", ".tmpl", ".tf", ".hcl", ".nix", ".ps1", ".bat", ".mk", ".just", ".go", ".rb", ".php", ".rs", ".dockerfile", ".sql":
		return true
	}
	for _, word := range []string{"dockerfile", "containerfile", "makefile", "justfile", "procfile", "caddyfile", "vagrantfile", "entrypoint", "taskfile"} {
		if strings.Contains(base, word) {
			return true
		}
	}
	return path.Ext(base) == "" && !strings.Contains(base, "env")
}

// read reports whether some text has the name. django-environ and others may build names, so a prefix that a text concatenates
// with another part counts as reading too: env(f"DB_{key}").
func (r *readers) read(name string) bool {
	if named(r.texts, name) {
		return true
	}
	for i := 1; i < len(name); i++ {
		if name[i-1] != '_' {
			continue
		}
		prefix := name[:i]
		if slices.ContainsFunc(r.texts, func(text string) bool {
			return strings.Contains(text, `"`+prefix+`"`) || strings.Contains(text, `'`+prefix+`'`) || strings.Contains(text, `"`+prefix+`{`) || strings.Contains(text, `'`+prefix+`{`)
		}) {
			return true
		}
	}
	return false
}
