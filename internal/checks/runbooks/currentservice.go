package runbooks

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/deploy/ci"
	"gonogo/internal/deploy/document"
	"gonogo/internal/markup"
	"gonogo/internal/runbook"
	"gonogo/internal/source"
)

// composeFiles are the services of the tree's Compose files.
type composeFiles struct {
	services map[string]bool
	whole    bool // no file has services that are not known
}

func (r *reading) composeServices() *composeFiles {
	if r.compose != nil {
		return r.compose
	}
	r.compose = &composeFiles{services: map[string]bool{}, whole: true}
	for _, name := range r.p.Project.Tree.WithExt(".yml", ".yaml") {
		if !deploy.IsComposeFile(name) {
			continue
		}
		r.addCompose(name)
	}
	for _, d := range r.p.Project.Documents().All { // what a document tells its reader to write
		for _, s := range d.Sections {
			for i := range s.Blocks {
				if b := &s.Blocks[i]; b.Kind == markup.Code && strings.Contains(b.Text, "services:") {
					docs, _ := document.YAML(source.NewFile("compose.yml", []byte(b.Text)))
					for _, doc := range docs {
						for _, e := range doc.Get("services").Map() {
							r.compose.services[e.Key] = true
						}
					}
				}
			}
		}
	}
	return r.compose
}

func (r *reading) addCompose(name string) {
	f, ok := r.p.Project.Tree.Read(name)
	if !ok {
		return
	}
	names, whole := deploy.ComposeServices(f)
	r.compose.whole = r.compose.whole && whole
	for _, n := range names {
		r.compose.services[n] = true
	}
}

// composeCall asks whether the files and services that a call of Compose names exist.
func (r *reading) composeCall(d *runbook.Document, c runbook.Command, w *written) {
	call, ok := c.Compose()
	if !ok || w.elsewhere {
		return
	}
	known := r.composeServices()
	absent := false // a file with services that are not known
	for _, name := range call.Files {
		plain := clean(name)
		here := plain != "" && (r.p.Project.Tree.IsFile(plain) || r.exists(d, c.Dir, plain))
		if plain != "" && r.p.Project.Tree.IsFile(plain) {
			r.addCompose(plain)
		}
		absent = absent || !here
		if !here && (strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".yaml")) {
			r.file(d, c, path.Join(clean(call.Directory), name), w)
		}
	}
	if absent || !known.whole || len(known.services) == 0 {
		return
	}
	if strings.Contains(d.File.Path, "/") && !r.namesService(d) {
		return // it may speak of an installation of another kind
	}
	for _, s := range call.Services {
		if known.services[s] || !isService(s) || w.has(s) {
			continue
		}
		r.tell("service "+s, c.At, "The document names the service `%s`, which no Compose file of the repository has; the services are %s", s, some(known.services))
	}
}

// namesService reports whether a document names a service that the Compose files have.
func (r *reading) namesService(d *runbook.Document) bool {
	for _, c := range d.Commands {
		if call, ok := c.Compose(); ok && slices.ContainsFunc(call.Services, func(s string) bool { return r.composeServices().services[s] }) {
			return true
		}
	}
	return false
}

// isService reports whether a word can be the name of a service, and nothing that a reader fills in.
func isService(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == "" && name[0] != '-' && name[0] != '_' && !strings.Contains(name, "___") &&
		!isPlaceholder(name) && !strings.Contains(strings.ToLower(name), "service") && !strings.Contains(strings.ToLower(name), "container")
}

// some names a few of a set, sorted.
func some(set map[string]bool) string {
	const shown = 6
	var names []string
	for n := range set {
		names = append(names, n)
	}
	slices.Sort(names)
	if len(names) > shown {
		return strings.Join(names[:shown], ", ") + " and others"
	}
	return strings.Join(names, ", ")
}

// units asks whether the units of systemd and programs of supervisor exist, where the project has some that are called alike.
func (r *reading) units(d *runbook.Document, c runbook.Command) {
	program, args := deploy.Program(c.Argv)
	var own []string
	switch program {
	case "systemctl", "journalctl":
		for _, name := range r.p.Project.Tree.Paths() {
			if base := strings.TrimSuffix(strings.TrimSuffix(path.Base(name), ".j2"), ".template"); isUnit(base) {
				own = append(own, strings.TrimSuffix(base, path.Ext(base)))
			}
		}
	default:
		return
	}
	for i, a := range args {
		if program == "journalctl" && (i == 0 || args[i-1] != "-u" && args[i-1] != "--unit") || program == "systemctl" && (i == 0 || strings.HasPrefix(a, "-")) {
			continue
		}
		name := strings.TrimSuffix(a, path.Ext(a))
		if !isUnit(a) {
			name = a
		}
		stem, _, _ := strings.Cut(name, "@")
		if name == "" || !isService(name) && !strings.Contains(name, "@") || slices.ContainsFunc(own, func(o string) bool { return o == name || strings.HasPrefix(o, stem+"@") || o == stem }) || r.writesUnit(name) {
			continue
		}
		prefix, _, parts := strings.Cut(name, "-")
		if parts && slices.ContainsFunc(own, func(o string) bool { return strings.HasPrefix(o, prefix+"-") }) {
			r.tell("unit "+name, c.At, "The document names the unit `%s`, which the repository does not have; its units are %s", name, strings.Join(own, ", "))
		}
	}
}

func isUnit(name string) bool {
	switch path.Ext(name) {
	case ".service", ".timer", ".socket", ".target":
		return true
	}
	return false
}

// writesUnit reports whether a document tells its reader to write a unit.
func (r *reading) writesUnit(name string) bool {
	for _, d := range r.p.Project.Documents().All {
		text := string(d.File.Data)
		if strings.Contains(text, "system/"+name) || strings.Contains(text, name+".service") && strings.Contains(text, "ExecStart") {
			return true
		}
	}
	return false
}

// targets are the names that a Makefile or justfile can be told to make.
type targets struct {
	names map[string]bool
	whole bool
	file  string
}

// target asks whether a target of make or just, or a script of package.json, exists.
func (r *reading) target(d *runbook.Document, c runbook.Command, w *written) {
	program := path.Base(c.Argv[0])
	var names []string
	switch program {
	case "make":
		names = []string{"GNUmakefile", "makefile", "Makefile"}
	case "just":
		names = []string{"justfile", "Justfile", ".justfile"}
	default:
		return
	}
	if w.elsewhere || slices.ContainsFunc(c.Argv, func(a string) bool { return a == "-f" || a == "--file" || a == "-C" }) {
		return
	}
	t, ok := r.targetsOf(d, c, names)
	if !ok || !t.whole {
		return
	}
	for i, a := range c.Argv[1:] {
		if strings.HasPrefix(a, "-") || strings.Contains(a, "=") || i > 0 && (program == "just" || strings.HasPrefix(c.Argv[i], "-")) {
			continue
		}
		if !isService(a) || t.names[a] || r.p.Project.Tree.Exists(a) {
			continue
		}
		r.tell("target "+a, c.At, "The document runs `%s %s`, and %s has no such target; write the one that there is", program, a, t.file)
	}
}

// targetsOf reads the file of targets in the folder that the reader is in: those of all folders count where that is not known.
func (r *reading) targetsOf(d *runbook.Document, c runbook.Command, names []string) (all targets, ok bool) {
	key := names[0]
	if t, seen := r.targets[key]; seen {
		return t, len(t.names) > 0
	}
	all = targets{names: map[string]bool{}, whole: true}
	for _, name := range r.p.Project.Tree.Named(names...) {
		f, ok := r.p.Project.Tree.Read(name)
		if !ok {
			continue
		}
		found, whole := ci.Targets(f)
		for n := range found {
			all.names[n] = true
		}
		if all.whole = all.whole && whole; all.file == "" || strings.Count(name, "/") < strings.Count(all.file, "/") {
			all.file = name
		}
	}
	r.targets[key] = all
	return all, len(all.names) > 0
}
