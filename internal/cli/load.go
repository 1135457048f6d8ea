package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"gonogo/internal/audit"
	"gonogo/internal/config"
	"gonogo/internal/project"
	"gonogo/internal/source"
)

// projectFlags choose what is audited, and with which environment.
type projectFlags struct {
	Path     string `arg:"" optional:"" default:"." help:"Folder of manage.py, or a repository above it."`
	Project  string `help:"Folder of the Django project, where the repository has several." placeholder:"DIR"`
	Settings string `help:"The production settings module, as in config.settings.production." placeholder:"MODULE"`
	EnvFile  string `help:"The environment of production as NAME=value lines. It is taken as complete: a variable that it lacks is not set." placeholder:"FILE"`
	// SitePackages may lie outside the project.
	SitePackages []string `sep:"none" help:"Folder of installed packages, or a virtual environment, whose source the project is read with; nothing of it runs. Default: the one in the project (.venv, venv, env), if any; none reads none." placeholder:"DIR"`

	since   string // the revision of the last release, "" to find it
	history bool   // whether the history is searched for secrets
	leaks   bool   // whether the files will be searched for secrets
}

// loaded is a project ready to be asked.
type loaded struct {
	snapshot   *project.Snapshot
	configured *config.Config
	shown      string // the path as the user named it
}

// load reads the tree and the project in it.
func (p *projectFlags) load(ctx *Context, watch *stopwatch) (*loaded, error) {
	tree, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	watch.step("files", fmt.Sprintf("%d files listed", len(tree.Paths())))
	configured, err := config.Load(tree)
	if err != nil {
		return nil, usage("%s", err)
	}
	options, err := p.options(ctx, tree, configured)
	if err != nil {
		return nil, err
	}
	snapshot, err := project.Load(tree, options)
	if err != nil {
		return nil, loadError(err)
	}
	watch.step("project", p.amount(snapshot))
	return &loaded{snapshot, configured, p.Path}, nil
}

// options joins the flags with the configuration; flags win.
func (p *projectFlags) options(ctx *Context, tree *source.Tree, configured *config.Config) (project.Options, error) {
	options := project.Options{Settings: p.Settings, Project: p.Project, Since: p.since, History: p.history, Leaks: p.leaks}
	if options.Settings == "" && configured.Settings.Value != "" {
		options.Settings = configured.Settings.Value
		options.SettingsReason = "settings in " + configured.Settings.At.Path()
		options.SettingsAt = configured.Settings.At
	}
	if options.Project == "" {
		options.Project = configured.Project.Value
	}
	options.SitePackages = p.sitePackages(ctx, tree, configured)
	given, err := p.environment(ctx)
	if err != nil {
		return options, err
	}
	if given == nil && configured.EnvFile.Value != "" {
		file, ok := tree.Read(configured.EnvFile.Value)
		if !ok {
			return options, usage("%s", &config.Error{At: configured.EnvFile.At, Message: "there is no file " + configured.EnvFile.Value + " in the project"})
		}
		given = file
	}
	options.EnvFile = given
	return options, nil
}

// sitePackages are the folders of packages: flags are relative to the working directory, the configuration to the tree.
func (p *projectFlags) sitePackages(ctx *Context, tree *source.Tree, configured *config.Config) []string {
	named, base := p.SitePackages, ctx.Dir
	if len(named) == 0 && configured.SitePackages.Value != "" {
		named, base = []string{configured.SitePackages.Value}, tree.Dir()
	}
	var dirs []string
	for _, dir := range named {
		if dir != project.NoSitePackages && !filepath.IsAbs(dir) {
			dir = filepath.Join(base, filepath.FromSlash(dir))
		}
		dirs = append(dirs, dir)
	}
	return dirs
}

// amount says how much was read, for --timing.
func (p *projectFlags) amount(s *project.Snapshot) string {
	files, bytes := 0, 0
	for _, m := range s.Code.Modules {
		files++
		bytes += len(m.Syntax.File.Data)
	}
	return fmt.Sprintf("%d Python files, %.1f MB", files, float64(bytes)/1e6)
}

func (p *projectFlags) open(ctx *Context) (*source.Tree, error) {
	dir := p.Path
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(ctx.Dir, dir)
	}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usage("there is no folder %s; name the folder of manage.py or a repository above it", p.Path)
	case err != nil:
		return nil, usage("%s cannot be read: %v", p.Path, cause(err))
	case !info.IsDir():
		return nil, usage("%s is a file; name the folder of manage.py or a repository above it", p.Path)
	}
	tree, err := source.Open(dir, source.Limits{})
	if err != nil {
		return nil, unchecked(fmt.Errorf("%s cannot be read: %v", p.Path, cause(err)))
	}
	return tree, nil
}

// environment reads the file of --env-file, which may lie outside the project.
func (p *projectFlags) environment(ctx *Context) (*source.File, error) {
	if p.EnvFile == "" {
		return nil, nil
	}
	path := p.EnvFile
	if !filepath.IsAbs(path) {
		path = filepath.Join(ctx.Dir, path)
	}
	return readGiven(path, p.EnvFile)
}

// givenLimit bounds an environment file, in bytes.
const givenLimit = 4 << 20

func readGiven(path, shown string) (*source.File, error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > givenLimit {
		return nil, usage("%s has %d MB; an environment file may have %d", shown, info.Size()>>20, givenLimit>>20)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, usage("the environment file %s cannot be read: %v", shown, cause(err))
	}
	return source.NewFile(filepath.ToSlash(shown), data), nil
}

// cause is the reason within an error of the file system, without its path and operation.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// audit makes the plain result that reporters see; the verdict is still open.
func (l *loaded) audit(answers []audit.Check) *audit.Audit {
	s := l.snapshot
	root := l.shown
	if s.Root != "." && s.Root != "" {
		root = filepath.ToSlash(filepath.Join(l.shown, s.Root))
	}
	result := &audit.Audit{Tool: Version, Checks: answers, Diagnostics: s.Diagnostics, Project: audit.Project{
		Root: root, Django: s.Django.String(), Python: s.Deployment.Dependencies.Python.Version.String(),
		Settings: s.Choice.Module, SettingsReason: s.Choice.Reason, Stack: s.Stack(),
	}}
	return result
}

// isFolder reports whether a name given on the command line is a folder, seen from the working directory.
func isFolder(ctx *Context, name string) bool {
	if !filepath.IsAbs(name) {
		name = filepath.Join(ctx.Dir, name)
	}
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// loadError gives an error of the project its exit code.
func loadError(err error) error {
	var option *project.OptionError
	if errors.As(err, &option) {
		return usage("%s", err)
	}
	return unchecked(err)
}
