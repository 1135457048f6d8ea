package project

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"gonogo/internal/deploy"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Load finds the Django project of a tree, determines its production settings and evaluates them. Of several projects it takes the one
// that Options.Project names, else the likeliest, and says so in a diagnostic. The error is a *NotFoundError or an *OptionError.
func Load(tree *source.Tree, options Options) (*Snapshot, error) {
	repository := startRepository(tree, options.Repository)
	defer repository.wait()
	p := newParser(tree)
	layouts := findLayouts(p)
	if len(layouts) == 0 {
		return nil, &NotFoundError{Files: len(tree.WithExt(".py"))}
	}
	l, err := pick(layouts, options.Project)
	if err != nil {
		return nil, err
	}
	warming := start(func() bool { warm(p); return true })
	deployment := deploy.ReadProject(tree, l.root)
	warming.wait()
	s := &Snapshot{Tree: tree, Root: l.root, Deployment: deployment, EnvFiles: envFiles(tree, deployment)}
	if options.EnvFile != nil {
		given := ParseEnvFile(options.EnvFile)
		s.Given = &given
	}
	s.Django, s.DjangoAt = djangoVersion(deployment.Dependencies)
	s.artefacts, s.named = deployment.Alternatives(), options.Settings != ""
	x := newIndex(p, l.importRoots(p, deployment))
	code := startCode(x, l, layouts)
	if err := s.settle(x, l, layouts, options); err != nil {
		code.wait()
		return nil, err
	}
	s.Code = code.wait()
	s.Repository = repository.wait()
	s.leaks.wanted = options.Leaks
	s.release.since, s.release.given = options.Since, options.Release
	s.history.asked, s.sitePackages = options.History, options.SitePackages
	s.Diagnostics = s.diagnose(l, layouts, options)
	return s, nil
}

// settle chooses and evaluates the settings.
func (s *Snapshot) settle(x *index, l layout, all []layout, options Options) error {
	env := processVariables(s.Deployment, s.artefacts, "")
	s.EntryPoints = entryPoints(x, l, texts(env))
	c := chooser{x: x, root: l.root, options: options, deployment: s.Deployment, entries: s.EntryPoints, candidates: findCandidates(x, l, all)}
	choice, err := c.choose()
	if err != nil {
		return err
	}
	s.Choice = choice
	if class, at, ok := configurationDefault(x, s.EntryPoints); ok {
		s.configuration = eval.EnvValue{Value: class, At: at}
	} else if class, at, ok := productionConfiguration(x, choice.Module); ok {
		s.configuration = eval.EnvValue{Value: class, At: at}
	}
	folders, err := sitePackages(s.Tree, l.root, options.SitePackages)
	if err != nil {
		return err
	}
	e := newEvaluator(x, s, options, folders)
	s.Evaluate = e.settings
	s.program.evaluator = e
	if choice.Module != "" {
		s.Settings = e.settings(choice.Module)
	}
	return nil
}

// pick is the project that the user named, else the first.
func pick(layouts []layout, dir string) (layout, error) {
	if dir == "" {
		return layouts[0], nil
	}
	dir = strings.TrimSuffix(strings.TrimPrefix(dir, "./"), "/")
	if dir == "" {
		dir = "."
	}
	names := make([]string, len(layouts))
	for i, l := range layouts {
		if l.root == dir {
			return l, nil
		}
		names[i] = l.root
	}
	return layout{}, optionError("there is no Django project in the folder %s; found: %s", dir, strings.Join(names, ", "))
}

// diagnose collects what could not be read as it should have been, in order of place.
func (s *Snapshot) diagnose(l layout, layouts []layout, options Options) []source.Diagnostic {
	var all []source.Diagnostic
	if others := rivals(l, layouts); len(others) > 0 && options.Project == "" {
		all = append(all, source.Diagnostic{At: source.NewFile(l.shown, nil).Whole(), Message: fmt.Sprintf(
			"the tree holds several Django projects; this one is audited, --project chooses another: %s", strings.Join(others, ", "))})
	}
	all = append(all, s.Tree.Diagnostics()...)
	all = append(all, s.Deployment.Diagnostics...)
	if s.Settings != nil {
		all = append(all, s.Settings.Result.Diagnostics...)
	}
	if s.Code != nil {
		all = append(all, s.Code.diagnostics()...)
	}
	slices.SortStableFunc(all, func(a, b source.Diagnostic) int { return compareSpans(a.At, b.At) })
	return slices.CompactFunc(all, func(a, b source.Diagnostic) bool { return a == b })
}

// rivals are the folders of the other projects that are no tests or examples.
func rivals(chosen layout, layouts []layout) []string {
	var others []string
	for _, l := range layouts {
		if l.root != chosen.root && remoteness(l.shown) == remoteness(chosen.shown) {
			others = append(others, l.root)
		}
	}
	return others
}

func compareSpans(a, b source.Span) int {
	if c := strings.Compare(a.Path(), b.Path()); c != 0 {
		return c
	}
	return int(int64(a.Start) - int64(b.Start))
}

// warm reads the Python files that will be needed at once, in parallel.
func warm(p *parser) {
	files := slices.DeleteFunc(p.tree.WithExt(".py"), func(file string) bool { return isTestFile(file) && !namesSettings(file) })
	p.tree.ReadAll(files)
}

// pending is a result that is worked out beside the caller.
type pending[T any] struct {
	once  sync.Once
	done  chan T
	value T
}

// start runs work in the background.
func start[T any](work func() T) *pending[T] {
	p := &pending[T]{done: make(chan T, 1)}
	go func() { p.done <- work() }()
	return p
}

// wait is the result.
func (p *pending[T]) wait() T {
	p.once.Do(func() { p.value = <-p.done })
	return p.value
}
