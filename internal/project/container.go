package project

import (
	"path"
	"strings"
)

// ContainerFile is the path of a file that builds or starts the project in a container of production, "" when there is none: a Dockerfile,
// a compose file or a Helm chart whose name and folder do not say that it is for development, tests or documentation.
// The first one in order of paths counts. Such files are named here, not read.
func (s *Snapshot) ContainerFile() string {
	if s.Tree == nil {
		return ""
	}
	for _, p := range s.Tree.Paths() {
		base := strings.ToLower(path.Base(p))
		if isContainerFile(base) && !offProduction(strings.ToLower(p)) && s.containsProject(p, base) {
			return p
		}
	}
	return ""
}

// containsProject reports whether a compose file builds something; one that only starts databases says nothing about the project.
func (s *Snapshot) containsProject(p, base string) bool {
	if !strings.Contains(base, "compose") {
		return true
	}
	f, ok := s.Tree.Read(p)
	return ok && strings.Contains(string(f.Data), "build:")
}

func isContainerFile(base string) bool {
	yaml := strings.HasSuffix(base, ".yml") || strings.HasSuffix(base, ".yaml")
	switch {
	case base == "dockerfile", base == "containerfile", base == "chart.yaml":
		return true
	case strings.HasPrefix(base, "dockerfile.") || strings.HasSuffix(base, ".dockerfile"):
		return !strings.HasSuffix(base, ".dockerignore")
	case strings.HasPrefix(base, "docker-compose") || strings.HasPrefix(base, "compose"):
		return yaml
	}
	return false
}

// offProduction reports whether a path says that a file is for something else than production.
func offProduction(p string) bool {
	words := strings.FieldsFunc(p, func(r rune) bool { return r == '/' || r == '.' || r == '-' || r == '_' })
	for _, w := range words {
		switch w {
		case "dev", "devel", "development", "local", "devcontainer", "test", "tests", "testing", "ci", "e2e", "docs", "doc", "documentation",
			"example", "examples", "sample", "debug", "override":
			return true
		}
	}
	return false
}

// RotationFile is the path of a logrotate rule in the tree, "" when there is none.
func (s *Snapshot) RotationFile() string {
	if s.Tree == nil {
		return ""
	}
	for _, p := range s.Tree.Paths() {
		if strings.Contains(strings.ToLower(p), "logrotate") {
			return p
		}
	}
	return ""
}
