package runbooks

import (
	"path"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/markup"
	"gonogo/internal/runbook"
)

// written are the files and folders that a document tells its reader to make, by their names without folders.
type written struct {
	names map[string]bool
	// elsewhere says that the document fetches other code, so that paths in it may be those of that code.
	elsewhere bool
}

func newWritten(r *reading, d *runbook.Document) *written {
	w := &written{names: map[string]bool{}}
	clones := map[string]bool{}
	for _, c := range d.Commands {
		for _, name := range c.Writes {
			w.add(name)
		}
		if len(c.Argv) < 2 {
			continue
		}
		program, args := deploy.Program(c.Argv)
		switch program {
		case "cp", "mv", "ln", "install", "rsync", "scp":
			w.add(args[len(args)-1])
			w.add(path.Join(args[len(args)-1], path.Base(args[0])))
		case "touch", "mkdir", "nano", "vim", "vi", "editor", "virtualenv", "venv", "code", "emacs", "tee", "unzip", "tar", "wget", "curl", "openssl", "htpasswd", "pg_dump", "mysqldump", "ssh-keygen", "mkcert", "startapp", "startproject":
			for _, a := range args {
				w.add(a)
				if strings.Contains(a, "://") {
					w.add(path.Base(a))
				}
			}
		case "git":
			if args[0] == "clone" {
				clones[cloned(args)] = true
			}
		}
	}
	w.elsewhere = len(clones) > 1 || len(clones) == 1 && !r.isOwn(clones)
	for _, s := range d.Sections {
		for i := range s.Blocks {
			b := &s.Blocks[i]
			if b.Kind == markup.Code || !speaksOfMaking(b.Text) {
				continue
			}
			for _, l := range b.Literals {
				w.add(l.Text)
			}
		}
	}
	return w
}

func (w *written) add(name string) {
	name = strings.TrimRight(strings.TrimSpace(name), "/")
	if base := path.Base(name); base != "." && base != "" && base != "/" {
		w.names[base] = true
	}
}

func (w *written) has(name string) bool { return w.names[path.Base(name)] }

// cloned is the name of the repository that `git clone` fetches.
func cloned(args []string) string {
	for _, a := range args[1:] {
		if strings.Contains(a, "://") || strings.Contains(a, "@") || strings.Contains(a, ".git") {
			return strings.TrimSuffix(path.Base(strings.TrimRight(a, "/")), ".git")
		}
	}
	return ""
}

// isOwn reports whether one of some names of repositories is the project's: the folder of the tree, or a word of its README's title.
func (r *reading) isOwn(clones map[string]bool) bool {
	dir := strings.ToLower(path.Base(r.p.Project.Tree.Dir()))
	for name := range clones {
		lower := strings.ToLower(name)
		if lower == "" || strings.Contains(lower, "___") || dir != "" && (strings.Contains(dir, lower) || strings.Contains(lower, dir)) || r.p.Project.Tree.IsDir(name) {
			return true
		}
		for _, d := range r.documents {
			if !strings.Contains(d.File.Path, "/") && strings.Contains(strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(d.Title())), strings.ReplaceAll(lower, "-", "")) {
				return true
			}
		}
	}
	return false
}

// speaksOfMaking reports whether a text tells of a file that its reader, or a program, makes.
func speaksOfMaking(text string) bool {
	text = " " + strings.ToLower(text)
	for _, word := range []string{" creat", " generat", " copy", " copies", " sav", " download", " writ", " add a", " add the", " new file", " renam", " make a", " produc", " upload", " store", " mount", " place", " put ", " optional", " if it exists", " will be", " called ", " named ", "e.g.", "for example", "such as", " like ", "(eg", " similar", " your own", " custom", " would ", " could ", " no longer", " removed", " was ", " used to", " instead of", " replaced"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
