package deploy

import (
	"path"
	"strings"

	"gonogo/internal/source"
)

// scripts finds the project's files that a process names by paths of its own file system.
type scripts struct {
	tree    *source.Tree
	context string // the build context, or the folder in which the process starts; relative to the tree's root
	stage   *Stage // the image, nil when the process runs in none of the project's
	*programs
}

// scripts finds scripts for a process that starts in a folder, or in a stage of an image (nil for none).
func (r *reader) scripts(context string, st *Stage) *scripts {
	return &scripts{tree: r.tree, context: context, stage: st, programs: r.programs}
}

// find is the file that a path in the process names.
func (s *scripts) find(name string) (*source.File, bool) {
	if name == "" || strings.ContainsAny(name, "$`*\n") {
		return nil, false
	}
	if s.stage != nil {
		for _, p := range inImagePaths(name) {
			if c, _, ok := s.stage.copiedTo(p); ok && c.here {
				return c.file()
			}
		}
	}
	for _, candidate := range s.candidates(name) {
		if s.tree.IsFile(candidate) {
			return s.tree.Read(candidate)
		}
	}
	if !strings.Contains(name, "/") && path.Ext(name) != ".sh" {
		return nil, false
	}
	if same := s.named(s.tree, path.Base(name)); len(same) == 1 {
		return s.tree.Read(same[0])
	}
	return nil, false
}

// inImagePaths are the paths in the image that a name can stand for.
func inImagePaths(name string) []string {
	if strings.Contains(name, "/") {
		return []string{name}
	}
	return []string{"/usr/local/bin/" + name, "/usr/bin/" + name, "/bin/" + name, name}
}

// candidates are the paths in the tree that a name can stand for, likeliest first.
func (s *scripts) candidates(name string) []string {
	var out []string
	if s.stage != nil {
		for _, p := range inImagePaths(name) {
			if from, ok := s.stage.inContext(p); ok {
				out = append(out, path.Join(s.context, from))
			}
		}
	}
	if !strings.Contains(name, "/") && path.Ext(name) == "" {
		return out
	}
	segments := strings.Split(strings.TrimPrefix(path.Clean(name), "/"), "/")
	for i := range segments {
		out = append(out, path.Join(s.context, path.Join(segments[i:]...)))
	}
	if s.context != "." && path.IsAbs(name) { // of a machine on which the repository lies in some folder
		for i := range segments {
			out = append(out, path.Join(segments[i:]...))
		}
	}
	return out
}
