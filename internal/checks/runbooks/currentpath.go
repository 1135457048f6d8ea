package runbooks

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/markup"
	"gonogo/internal/runbook"
)

// scripts asks whether the files of the project that a command reads are there.
func (r *reading) scripts(d *runbook.Document, c runbook.Command, w *written) {
	if w.elsewhere || c.Inline && len(c.Argv) < 2 {
		return
	}
	for _, name := range filesOf(c.Argv) {
		r.file(d, c, name, w)
	}
}

// filesOf are the arguments of a command that must be files of the project.
func filesOf(argv []string) (names []string) {
	program := path.Base(argv[0])
	args := argv[1:]
	behind := func(options ...string) {
		for i, a := range args {
			for _, o := range options {
				if a == o && i+1 < len(args) {
					names = append(names, args[i+1])
				} else if value, ok := strings.CutPrefix(a, o+"="); ok {
					names = append(names, value)
				}
			}
		}
	}
	switch {
	case strings.HasPrefix(program, "python"), program == "sh", program == "bash":
		if len(args) > 0 && (path.Ext(args[0]) == ".py" || path.Ext(args[0]) == ".sh") {
			names = append(names, args[0])
		}
		if len(args) > 2 && args[0] == "-m" && strings.HasPrefix(args[1], "pip") {
			behind("-r", "--requirement")
		}
	case program == "pip", program == "pip3", program == "uv" && len(args) > 1 && args[0] == "pip":
		behind("-r", "--requirement")
	case program == "docker", program == "podman":
		if slices.Contains(args, "build") {
			behind("-f", "--file")
		}
	case program == "cp":
		if plain := withoutOptions(args); len(plain) == 2 {
			names = append(names, plain[0])
		}
	case program == "kubectl":
		behind("-f", "--filename", "-k")
	case program == "ansible-playbook":
		if plain := withoutOptions(args); len(plain) > 0 {
			names = append(names, plain[len(plain)-1])
		}
		behind("-i", "--inventory")
	case program == "gunicorn":
		behind("-c", "--config")
	case program == "helm":
		for _, a := range args {
			if strings.HasPrefix(a, "./") {
				names = append(names, a)
			}
		}
	case strings.HasPrefix(argv[0], "./"):
		names = append(names, argv[0])
	}
	return names
}

func withoutOptions(args []string) (plain []string) {
	for _, a := range args {
		if !strings.HasPrefix(a, "-") {
			plain = append(plain, a)
		}
	}
	return plain
}

// file asks whether a file that a command reads is in the tree, from whichever folder the reader is in.
func (r *reading) file(d *runbook.Document, c runbook.Command, name string, w *written) {
	plain := clean(name)
	if plain == "" || plain == "." || w.has(plain) || strings.Contains(name, "://") || isOwnCopy(plain) || r.exists(d, c.Dir, plain) {
		return
	}
	if c.Dir != "" && !r.isFolder(d, c.Dir) {
		return
	}
	if first, _, nested := strings.Cut(plain, "/"); nested && !r.isFolder(d, first) && !r.isFolder(d, path.Join(c.Dir, first)) {
		if deploy.IsComposeFile(plain) || r.p.Project.Tree.IsDir(path.Join(r.p.Project.Root, first)) {
			return // the folder may be that of a checkout that the document speaks of otherwise
		}
	}
	if r.isIgnored(plain) || r.isIgnored(path.Join(r.p.Project.Root, plain)) || r.inIgnoreFile(plain) {
		return
	}
	if moved := r.named(path.Base(plain)); moved != "" {
		r.tell("path "+plain, c.At, "The document uses `%s`, which does not exist; %s does", plain, moved)
		return
	}
	if !strings.Contains(plain, "/") && (strings.Contains(d.File.Path, "/") || unpacks(d)) {
		return // a name without a folder may stand in whichever folder the reader is in
	}
	r.tell("path "+plain, c.At, "The document uses `%s`, which does not exist in the repository; write the file that it is now, or remove the step", plain)
}

// unpacks reports whether a document speaks of archives, whose files are not those of the repository.
func unpacks(d *runbook.Document) bool {
	text := strings.ToLower(string(d.File.Data))
	return strings.Contains(text, "unpack") || strings.Contains(text, "tarball") || strings.Contains(text, "extract") || strings.Contains(text, "unzip")
}

// isOwnCopy reports whether a path is one that each installation makes for itself, by its name.
func isOwnCopy(name string) bool {
	base := path.Base(name)
	script := path.Ext(base) == ".sh" || path.Ext(base) == ".py"
	if base == ".env" || strings.HasPrefix(base, "local") || strings.HasPrefix(base, "my") || strings.HasPrefix(base, "your") ||
		!script && (strings.Contains(base, "backup") || strings.Contains(base, "dump") || strings.Contains(base, "secret")) {
		return true
	}
	switch path.Ext(base) {
	case ".sql", ".gz", ".bz2", ".zip", ".tar", ".pem", ".key", ".crt", ".csr", ".log", ".sock", ".pid", ".db", ".sqlite3", ".csv", ".bak", ".so", ".whl":
		return true
	}
	for _, part := range strings.Split(name, "/") {
		switch part {
		case "venv", ".venv", "env", "bin", "node_modules", "dist", "build", "media", "static", "staticfiles", "var", "tmp", "backups", "data", "logs":
			return true
		}
	}
	return false
}

// exists reports whether a path is in the tree, seen from its root, the project's folder, the document's folder, or anywhere by its end.
func (r *reading) exists(d *runbook.Document, dir, name string) bool {
	tree := r.p.Project.Tree
	for _, base := range []string{".", r.p.Project.Root, path.Dir(d.File.Path), clean(dir)} {
		if tree.Exists(path.Join(base, name)) {
			return true
		}
	}
	for _, other := range tree.Paths() {
		if strings.HasSuffix(other, "/"+name) || strings.Contains("/"+other, "/"+name+"/") {
			return true
		}
	}
	return false
}

func (r *reading) isFolder(d *runbook.Document, name string) bool {
	name = clean(strings.TrimRight(name, "/"))
	if name == "" {
		return false
	}
	if name == "." {
		return true
	}
	for _, base := range []string{".", r.p.Project.Root, path.Dir(d.File.Path)} {
		if r.p.Project.Tree.IsDir(path.Join(base, name)) {
			return true
		}
	}
	// the folder of the checkout itself, and folders in it
	dir := path.Base(r.p.Project.Tree.Dir())
	first, rest, _ := strings.Cut(name, "/")
	return dir != "" && strings.EqualFold(first, dir) && (rest == "" || r.p.Project.Tree.IsDir(rest))
}

// named is the first file of the tree by a name, "" for none. Names that many folders have tell nothing.
func (r *reading) named(base string) string {
	switch base {
	case "README.md", "Dockerfile", "Makefile", "__init__.py", "settings.py", "requirements.txt", "package.json", "manage.py", "urls.py", "config.py", "views.py", "models.py", "index.md", "index.html":
		return ""
	}
	if found := r.p.Project.Tree.Named(base); len(found) == 1 {
		return found[0]
	}
	return ""
}

// inIgnoreFile reports whether the ignore file of the tree's root has a path or its name as a line: what git is asked for where it is there.
func (r *reading) inIgnoreFile(name string) bool {
	f, ok := r.p.Project.Tree.Read(".gitignore")
	if !ok {
		return false
	}
	for line := range strings.Lines(string(f.Data)) {
		line = strings.Trim(strings.TrimSpace(line), "/")
		if line == "" || line[0] == '#' {
			continue
		}
		if line == name || line == path.Base(name) || strings.HasPrefix(name, line+"/") {
			return true
		}
		if ok, err := path.Match(line, path.Base(name)); err == nil && ok {
			return true
		}
	}
	return false
}

// literals asks whether the files that text names are there: those in a folder that the project has, with an extension of code or configuration.
func (r *reading) literals(d *runbook.Document) {
	w := newWritten(r, d)
	if w.elsewhere {
		return
	}
	for _, s := range d.Sections {
		if runbook.ForDevelopment(s) || runbook.OfPast(s) {
			continue
		}
		for i := range s.Blocks {
			b := &s.Blocks[i]
			if b.Kind == markup.Code {
				continue
			}
			for _, l := range b.Literals {
				r.literal(d, b, l, w)
			}
		}
	}
}

func (r *reading) literal(d *runbook.Document, b *markup.Block, l markup.Literal, w *written) {
	plain := clean(l.Text)
	first, _, nested := strings.Cut(plain, "/")
	if plain == "" || !nested || plain != strings.TrimPrefix(l.Text, "./") || w.has(plain) || isOwnCopy(plain) || speaksOfMaking(b.Text) {
		return
	}
	switch path.Ext(plain) {
	case ".py", ".sh", ".yml", ".yaml", ".toml", ".conf", ".ini", ".cfg", ".service", ".tf", ".json", ".html":
	default:
		return
	}
	folder := r.p.Project.Tree.IsDir(first) || r.p.Project.Tree.IsDir(path.Join(r.p.Project.Root, first))
	if !folder || r.exists(d, "", plain) || r.isIgnored(plain) || r.isIgnored(path.Join(r.p.Project.Root, plain)) || r.inIgnoreFile(plain) {
		return
	}
	if moved := r.named(path.Base(plain)); moved != "" {
		r.tell("path "+plain, l.At, "The document names `%s`, which does not exist; %s does", plain, moved)
		return
	}
	if dir := path.Dir(plain); !r.p.Project.Tree.IsDir(dir) && !r.p.Project.Tree.IsDir(path.Join(r.p.Project.Root, dir)) {
		return
	}
	r.tell("path "+plain, l.At, "The document names `%s`, which does not exist in the repository; name the file that it is now", plain)
}

// links asks whether the files are there that the documents in the first folder, which a forge shows as they are, link to.
func (r *reading) links(d *runbook.Document) {
	if strings.Contains(d.File.Path, "/") {
		return
	}
	for _, s := range d.Sections {
		for i := range s.Blocks {
			for _, l := range s.Blocks[i].Links {
				target, _, _ := strings.Cut(l.Target, "#")
				target, _, _ = strings.Cut(target, "?")
				plain := clean(strings.TrimSuffix(target, "/"))
				if plain == "" || plain == "." || strings.Contains(target, ":") || !strings.Contains(plain, ".") && !strings.Contains(plain, "/") || r.p.Project.Tree.Exists(plain) || r.exists(d, "", plain) {
					continue
				}
				switch path.Ext(plain) {
				case ".md", ".rst", ".py", ".yml", ".yaml", ".toml", ".sh", ".txt", ".conf", ".example":
					r.tell("path "+plain, l.At, "The document links to `%s`, which does not exist in the repository", plain)
				}
			}
		}
	}
}
