package project

import (
	"fmt"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Options are what the user, or the configuration, says about a project.
type Options struct {
	Settings       string      // the production settings module, "" to find it
	SettingsReason string      // where Settings was said, for people; default "named by --settings"
	SettingsAt     source.Span // the place in gonogo.toml, or zero
	// EnvFile is an environment file that is taken as complete, or nil.
	EnvFile *source.File
	// Project is the folder of the Django project within the tree, "" to find it.
	Project string
	// Repository replaces what git says; nil: git is asked when somebody wants to know.
	Repository *Repository
	// Since is the revision of the last release, "" to find it.
	Since string
	// History says that all that was ever committed is to be searched for secrets.
	History bool
	// Release replaces what git says about the last release; nil: git is asked when somebody wants to know.
	Release *Release
	// SitePackages are folders with installed packages, or virtual environments, whose source the project may be read with. Nothing in them
	// is a file of the project. Without any, a virtual environment in the project is taken; NoSitePackages alone means none.
	SitePackages []string
	// Leaks says that the files will be searched for secrets, so that Prepare begins with it.
	Leaks bool
	// Limits bound the evaluation of the settings.
	Limits eval.Limits
}

// OptionError is a mistake in the options: a module, class or folder that the project does not have.
type OptionError struct{ Message string }

func (e *OptionError) Error() string { return e.Message }

func optionError(format string, args ...any) error {
	return &OptionError{Message: fmt.Sprintf(format, args...)}
}

// NotFoundError says that the tree holds no Django project.
type NotFoundError struct {
	Files  int // Python files that were looked at
	Nearby []string
}

func (e *NotFoundError) Error() string {
	message := fmt.Sprintf("no Django project was found: looked in %d Python files for a manage.py, a wsgi.py or asgi.py, and a settings module "+
		"(one that assigns INSTALLED_APPS or ROOT_URLCONF); name the folder of manage.py, or a repository above it", e.Files)
	if e.Files == 0 {
		message = "no Django project was found: there is no Python file here; name the folder of manage.py, or a repository above it"
	}
	if len(e.Nearby) > 0 {
		message += " (left out: " + strings.Join(e.Nearby, ", ") + ")"
	}
	return message
}
