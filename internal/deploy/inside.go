package deploy

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/source"
)

// This file tells where things of the tree stand in a process's file system, and what is mounted there.

// PathInside is where a file of the tree stands in the process's container: below a folder of the repository that is mounted, else where the
// build copies it. ok is false where that is not known, or not one place alone.
func (p *Process) PathInside(name string) (where string, ok bool) {
	var best Volume
	for _, v := range p.Volumes {
		if v.Kind == BindMount && v.Path != "" && inFolder(name, v.Path) && !strings.Contains(v.Target, "$") && len(v.Path) >= len(best.Path) {
			best = v
		}
	}
	if best.Path != "" {
		return moved(name, best.Path, best.Target), true
	}
	if p.Built == nil || p.Built.Target.Workdir == "" {
		return "", false
	}
	return p.Built.copied(p.Built.Target, name, 0)
}

// FromTree are the paths in the tree that a file of the process's file system can come from, by its absolute path: of a folder of the repository
// that is mounted, or of what the build copies from its context, the last first. Whether the tree has the file, and the build leaves it out
// (Build.Ignores), is another question. ok is false where nothing of the tree is known to stand there, or not all that does.
func (p *Process) FromTree(inside string) (names []string, ok bool) {
	v, mounted, whole := p.Mounted(path.Dir(inside))
	switch {
	case mounted && v.Kind == BindMount && v.Path != "":
		return []string{path.Join(v.Path, strings.TrimPrefix(path.Clean(inside), path.Clean(v.Target)))}, true
	case mounted || !whole && slices.ContainsFunc(p.Volumes, func(v Volume) bool { return v.Target == "" || path.Clean(v.Target) == path.Clean(inside) }):
		return nil, false
	case p.Built == nil:
		return nil, false
	}
	for _, s := range p.Built.Target.Chain() {
		for i := len(s.copies) - 1; i >= 0; i-- {
			c := s.copies[i]
			if !inFolder(inside, c.to) {
				continue
			}
			if strings.ContainsAny(c.from, "$*?[") {
				return nil, false
			}
			names = append(names, path.Join(p.Built.Context, c.from, strings.TrimPrefix(path.Clean(inside), path.Clean(c.to))))
		}
	}
	return names, len(names) > 0
}

// MayMake reports whether the build may make a file by itself: a step of RUN names it or its folder, or it can come with what another stage or
// another image gives.
func (b *Build) MayMake(inside string) bool {
	for _, s := range b.Used() {
		for _, step := range s.Steps {
			switch {
			case step.Kind == CopyStep && step.From != "" && inFolder(inside, step.Target):
				return true
			case step.Kind == RunStep && strings.Contains(strings.Join(step.Argv, " "), path.Base(inside)):
				return true
			}
		}
	}
	return false
}

// Places reports whether something puts a file of that name, "settings/site.py", into the process's file system: a volume, a COPY under that name,
// or a step of the build that speaks of it.
func (p *Process) Places(file string) bool {
	for _, v := range p.Volumes {
		if v.Target == "" || strings.HasSuffix(v.Target, "/"+file) || inFolder("/"+file, "/"+path.Base(v.Target)) {
			return true
		}
	}
	if p.Built == nil {
		return false
	}
	for _, s := range p.Built.Used() {
		for _, step := range s.Steps {
			text := strings.Join(append(step.Argv, step.Target), " ")
			if strings.Contains(text, path.Base(file)) {
				return true
			}
		}
	}
	return false
}

// InImage is the path of a file in the process's file system, by how a command names it; ok is false where the folder that the process starts in
// is not known.
func (p *Process) InImage(name string) (inside string, ok bool) {
	switch {
	case strings.ContainsAny(name, "$*~`"):
		return "", false
	case path.IsAbs(name):
		return path.Clean(name), true
	case p.Directory.Said() && p.Directory.Known:
		return path.Join(p.Directory.Value, name), true
	case p.Directory.Said() || p.Built == nil || p.Built.Target.Workdir == "" || strings.Contains(p.Built.Target.Workdir, "$"):
		return "", false
	}
	return path.Join("/", p.Built.Target.Workdir, name), true
}

// WordAt is where a word of the process's command stands: in the image's entry point or command, else where the process's command does.
func (p *Process) WordAt(word string) source.Span {
	if p.Built != nil {
		for _, in := range []*instruction{p.Built.Target.entrypoint, p.Built.Target.cmd} {
			if in != nil && slices.Contains(in.argv, word) {
				return within(in.at, word)
			}
		}
	}
	return p.CommandAt()
}

// copied is where a stage has a file of the tree.
func (b *Build) copied(s *Stage, name string, depth int) (where string, ok bool) {
	var places []string
	for _, st := range s.Chain() {
		for _, c := range st.copies {
			if from := path.Join(b.Context, c.from); inFolder(name, from) {
				places = append(places, moved(name, from, c.to))
			}
		}
		for _, step := range st.Steps {
			if step.Kind == CopyStep && step.From != "" && depth < 10 {
				places = append(places, b.copiedFrom(step, name, depth)...)
			}
		}
	}
	slices.Sort(places)
	places = slices.Compact(places)
	if len(places) != 1 || strings.Contains(places[0], "$") {
		return "", false
	}
	return places[0], true
}

// copiedFrom is where COPY --from puts a file of the tree that another stage has.
func (b *Build) copiedFrom(step Step, name string, depth int) (places []string) {
	for _, other := range b.Stages {
		if other.Name == "" || other.Name != step.From {
			continue
		}
		at, ok := b.copied(other, name, depth+1)
		if !ok {
			continue
		}
		for _, from := range step.Sources {
			if from = path.Join("/", from); inFolder(at, from) {
				places = append(places, moved(at, from, step.Target))
			}
		}
	}
	return places
}

// inFolder reports whether a path is a folder or stands in it; "." and "/" hold everything.
func inFolder(name, folder string) bool {
	name, folder = path.Clean(name), path.Clean(folder)
	return folder == "." || folder == "/" || name == folder || strings.HasPrefix(name, folder+"/")
}

// moved is the path of something in a folder once the folder stands elsewhere.
func moved(name, folder, to string) string {
	name, folder = path.Clean(name), path.Clean(folder)
	if folder == "." || folder == "/" {
		return path.Join(to, name)
	}
	return path.Join(to, strings.TrimPrefix(name, folder))
}

// Mounted is the volume on which a folder of the process's file system lies: the one with the longest target that holds it, and of several
// with one target the last, since what an artefact says stands behind what its image says. ok is false for none. whole is false where a
// volume could lie there or inside the folder as well, because its target is not known or stands below.
func (p *Process) Mounted(folder string) (v Volume, ok, whole bool) {
	whole = true
	for _, each := range p.Volumes {
		switch {
		case each.Target == "" || strings.Contains(each.Target, "$"):
			whole = false
		case inFolder(folder, each.Target):
			if !ok || len(path.Clean(each.Target)) >= len(path.Clean(v.Target)) {
				v, ok = each, true
			}
		case inFolder(each.Target, folder):
			whole = false
		}
	}
	return v, ok, whole
}
