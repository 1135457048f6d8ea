package check

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"gonogo/internal/deploy"
)

// Folder is a folder as a setting names it, such as MEDIA_ROOT and STATIC_ROOT.
type Folder struct {
	Path string // as the settings give it
	File string // the path of the file in which it is set, relative to the tree
}

// Inside is where a folder of the settings stands in a process's container. A folder beside the code moves with it: from the file that sets
// it, the way there is the same. ok is false where that is not known.
func (f Folder) Inside(p *SourcePass, process *deploy.Process) (inside string, ok bool) {
	way, own, ok := f.fromFile(p)
	if !ok || !own {
		return way, ok
	}
	if installsItself(process) {
		return "", false
	}
	where, ok := process.PathInside(f.File)
	if !ok {
		return "", false
	}
	return path.Join(path.Dir(where), way), true
}

// fromFile is the folder as an absolute path, or, for one beside the code, as the way to it from the folder of the file that sets it.
func (f Folder) fromFile(p *SourcePass) (way string, own, ok bool) {
	if !path.IsAbs(f.Path) {
		return "", false, false // it depends on the folder in which the server is started
	}
	tree := filepath.ToSlash(p.Project.Tree.Dir())
	if tree == "" {
		tree = "/project" // where a tree in memory is imagined to live
	}
	if f.Path != tree && !strings.HasPrefix(f.Path, tree+"/") {
		return path.Clean(f.Path), false, true
	}
	if f.File == "" || !p.Project.Tree.IsFile(f.File) {
		return "", true, false
	}
	way, err := filepath.Rel(path.Dir(f.File), strings.TrimPrefix(strings.TrimPrefix(f.Path, tree), "/"))
	return filepath.ToSlash(way), true, err == nil
}

// InTree is the folder relative to the tree; ok is false for one outside of it.
func (f Folder) InTree(p *SourcePass) (dir string, ok bool) {
	way, own, ok := f.fromFile(p)
	if !ok || !own {
		return "", false
	}
	return path.Join(path.Dir(f.File), way), true
}

// installsItself reports whether the image of a process installs the project as a package, so that its code runs from another place.
func installsItself(process *deploy.Process) bool {
	if process.Built == nil {
		return false
	}
	for _, stage := range process.Built.Used() {
		for _, step := range stage.Steps {
			for _, c := range step.Commands {
				if slices.Contains(c.Argv, "install") && !slices.Contains(c.Argv, "-e") && !slices.Contains(c.Argv, "--editable") && (slices.Contains(c.Argv, ".") || slices.Contains(c.Argv, "./")) {
					return true
				}
			}
		}
	}
	return false
}

// Links reports whether something in the container of a process or its image makes links, which can lead a folder elsewhere; true where the
// image is not built here.
func Links(process *deploy.Process) bool {
	isLink := func(c deploy.Command) bool { return len(c.Argv) > 0 && path.Base(c.Argv[0]) == "ln" }
	if slices.ContainsFunc(process.Commands, isLink) {
		return true
	}
	if process.Built == nil {
		return true // what the image holds is not known
	}
	for _, stage := range process.Built.Used() {
		for _, step := range stage.Steps {
			if slices.ContainsFunc(step.Commands, isLink) {
				return true
			}
		}
	}
	return false
}
