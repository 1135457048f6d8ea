package deploy

import (
	"path"
	"slices"
	"strings"
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
