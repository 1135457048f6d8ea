package check

import (
	"path"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"gonogo/internal/knowledge"
)

// Management is what is known of a management command by its name.
type Management struct {
	// Exists says that Django, the project or an installed application has it.
	Exists  bool
	Removed string // the release of Django that took it away, "" for none
	Near    string // a command of the project that is called nearly so, "" for none
	// Whole says that the commands of all installed applications are known, so that one which is not found is none.
	Whole bool
}

// LookUpManagement looks for a management command: Django's own, those of the project, and those of the applications of packages that are
// installed.
func LookUpManagement(p *SourcePass, name string) Management {
	own := ownCommands(p)
	known, removed := knowledge.DjangoCommand(name)
	switch {
	case slices.Contains(own, name) || known && removed == "":
		return Management{Exists: true}
	case removed != "" && p.Project.Django.String() != "":
		return Management{Removed: removed}
	}
	whole, provided := appsWithCommand(p, name)
	if provided {
		return Management{Exists: true}
	}
	m := Management{Whole: whole}
	for _, o := range own {
		if levenshtein.ComputeDistance(o, name) <= 2 && len(name) > 5 || strings.HasSuffix(o, "_"+name) {
			m.Near = o
		}
	}
	return m
}

// ownCommands are the management commands of the tree.
func ownCommands(p *SourcePass) (names []string) {
	for _, name := range p.Project.Tree.WithExt(".py") {
		if dir, file := path.Split(name); strings.HasSuffix(dir, "management/commands/") && file != "__init__.py" {
			names = append(names, strings.TrimSuffix(file, ".py"))
		}
	}
	return names
}

// appsWithCommand reports whether an installed application of a package has a command, and whether the commands of all of them are known.
func appsWithCommand(p *SourcePass, name string) (whole, provided bool) {
	if p.Settings == nil {
		return false, false
	}
	whole = true
	for _, w := range p.Settings.Worlds() {
		apps, all := Strings(w.Get("INSTALLED_APPS").Value)
		whole = whole && all
		for _, app := range apps {
			if strings.HasPrefix(app, "django.") || p.Project.Code.Owns(app) {
				continue
			}
			commands, known := knowledge.AppCommands(app)
			if module, _, isClass := strings.Cut(app, ".apps."); !known && isClass {
				commands, known = knowledge.AppCommands(module)
			}
			whole = whole && known
			provided = provided || slices.Contains(commands, name)
		}
	}
	return whole, provided
}
