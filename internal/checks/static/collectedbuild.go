package static

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// This file judges a build of an image that runs collectstatic: with which files, with which settings, and whether the result stays.

// maxStaticFiles is how many files of a folder are compared with a .dockerignore.
const maxStaticFiles = 200

func judgeBuild(p *check.SourcePass, w *django.World, c project.Collection) (findings []check.Finding) {
	if f, ok := otherSettings(p, w, c); ok {
		findings = append(findings, f)
	}
	findings = append(findings, lateFolders(p, w, c)...)
	for _, process := range c.Build.Processes {
		if process.Production && process.Role == deploy.Web && len(process.Runs("collectstatic")) == 0 {
			if f, ok := covered(p, w, c, process); ok {
				return append(findings, f)
			}
		}
	}
	return findings
}

// staticFolder is a folder of the project with static files.
type staticFolder struct {
	dir string // in the tree
	at  source.Span
}

// staticFolders are the folders of the tree that collectstatic collects from: those of STATICFILES_DIRS, and "static" of the applications.
func staticFolders(p *check.SourcePass, w *django.World) (list []staticFolder) {
	add := func(dir string, at source.Span) {
		if dir == "." || !p.Project.Tree.IsDir(dir) || slices.ContainsFunc(list, func(f staticFolder) bool { return f.dir == dir }) {
			return
		}
		if files := p.Project.Tree.Under(dir); slices.ContainsFunc(files, func(name string) bool {
			return !strings.HasPrefix(path.Base(name), ".") && p.Project.Repository.Tracked(name) != eval.No
		}) {
			list = append(list, staticFolder{dir, at})
		}
	}
	dirs := w.Get("STATICFILES_DIRS")
	for _, e := range dirs.Value.Elems() {
		at := e.At()
		if at.IsZero() {
			at = check.Where(dirs)
		}
		if pair := e.Elems(); len(pair) == 2 { // (prefix, folder)
			e = pair[1]
		}
		if text, ok := folderOf(e); ok {
			if dir, ok := (check.Folder{Path: text, File: check.Where(dirs).Path()}).InTree(p); ok {
				add(dir, at)
			}
		}
	}
	for _, e := range w.Get("INSTALLED_APPS").Value.Elems() {
		name, _ := e.AsStr()
		if dir := p.Project.AppFolder(name); dir != "" {
			add(path.Join(dir, "static"), e.At())
		}
	}
	return list
}

// lateFolders are the folders with static files that the image lacks when it collects.
func lateFolders(p *check.SourcePass, w *django.World, c project.Collection) (findings []check.Finding) {
	if strings.Contains(c.Stage.Steps[c.Step].At.Text(), "type=bind") {
		return nil // the files are mounted for this step
	}
	before, after := stepsAround(c)
	for _, folder := range staticFolders(p, w) {
		if slices.ContainsFunc(before, func(s deploy.Step) bool { return brings(c, s, folder.dir) }) {
			if file, at, ok := ignoredWhole(p, c, folder.dir); ok && !slices.ContainsFunc(before, func(s deploy.Step) bool { return s.From != "" || s.Kind == deploy.RunStep && makes(s) }) {
				findings = append(findings, check.Finding{Severity: check.Critical, At: at, Related: sourceOf(folder),
					Message: fmt.Sprintf("%s keeps %s out of the build, so collectstatic never sees these files, and pages ask for what is not there; leave the pattern out", file, folder.dir)})
			}
			continue
		}
		if i := slices.IndexFunc(after, func(s deploy.Step) bool { return brings(c, s, folder.dir) }); i >= 0 {
			findings = append(findings, check.Finding{Severity: check.Critical, At: c.Command.At,
				Related: append([]check.Related{{Message: "it comes with this step", At: after[i].At}}, sourceOf(folder)...),
				Message: fmt.Sprintf("collectstatic runs before %s is in the image, so what is in it is not collected, and pages ask for files that are not there; run it behind the last COPY", folder.dir)})
		}
	}
	if len(findings) > 3 {
		findings = findings[:3]
	}
	return findings
}

func sourceOf(folder staticFolder) []check.Related {
	if folder.at.IsZero() {
		return nil
	}
	return []check.Related{{Message: "the folder is collected from for this entry", At: folder.at}}
}

// stepsAround are the steps of the image before and after one that collects.
func stepsAround(c project.Collection) (before, after []deploy.Step) {
	for _, st := range slices.Backward(c.Stage.Chain()) {
		if st != c.Stage {
			before = append(before, st.Steps...)
		}
	}
	before = append(before, c.Stage.Steps[:c.Step]...)
	after = append(after, c.Stage.Steps[c.Step+1:]...)
	chain := c.Build.Target.Chain()
	for _, st := range slices.Backward(chain) {
		if i := slices.Index(chain, c.Stage); i >= 0 && slices.Index(chain, st) < i {
			after = append(after, st.Steps...)
		}
	}
	return before, after
}

// brings reports whether a step can bring a folder of the tree, or a part of it, into the image. What another stage has is not told apart.
func brings(c project.Collection, s deploy.Step, dir string) bool {
	if s.Kind != deploy.CopyStep {
		return s.Kind == deploy.RunStep && fetches(s)
	}
	if s.From != "" {
		return true
	}
	for _, from := range s.Sources {
		from = path.Join(c.Build.Context, from)
		if i := strings.IndexAny(from, "*?["); i >= 0 {
			from = path.Dir(from[:i] + "x")
		}
		if within(dir, from) || within(from, dir) {
			return true
		}
	}
	return false
}

// within reports whether a path is a folder or stands in it.
func within(name, folder string) bool {
	folder = path.Clean(folder)
	return folder == "." || name == folder || strings.HasPrefix(name, folder+"/")
}

// fetches reports whether a RUN brings the project from elsewhere.
func fetches(s deploy.Step) bool {
	return strings.Contains(s.At.Text(), "type=bind") || slices.ContainsFunc(s.Commands, func(c deploy.Command) bool {
		name, _ := deploy.Program(c.Argv)
		return name == "git" || name == "unzip" || name == "tar"
	})
}

// makes reports whether a RUN builds files for the browser.
func makes(s deploy.Step) bool {
	return slices.ContainsFunc(s.Commands, func(c deploy.Command) bool {
		switch name, _ := deploy.Program(c.Argv); name {
		case "npm", "yarn", "pnpm", "npx", "node", "make", "bun", "gulp", "grunt", "webpack", "vite", "sass":
			return true
		}
		return false
	})
}

// ignoredWhole reports whether a .dockerignore keeps all of a folder out of a build, and by which pattern.
func ignoredWhole(p *check.SourcePass, c project.Collection, dir string) (file string, at source.Span, ok bool) {
	files := p.Project.Tree.Under(dir)
	if len(files) == 0 || len(files) > maxStaticFiles {
		return "", at, false
	}
	for _, name := range files {
		rel, inside := strings.CutPrefix(name, path.Clean(c.Build.Context)+"/")
		if path.Clean(c.Build.Context) == "." {
			rel, inside = name, true
		}
		if !inside || !c.Build.Ignores(rel) {
			return "", at, false
		}
	}
	for _, line := range c.Build.Ignored {
		if b := (&deploy.Build{Ignored: []deploy.IgnoreLine{line}}); !line.Negated && b.Ignores(strings.TrimPrefix(files[0], path.Clean(c.Build.Context)+"/")) {
			return c.Build.IgnoreFile, line.At, true
		}
	}
	return "", at, false
}

// otherSettings is the finding about a build that collects with settings whose storage or folder is not that of production.
func otherSettings(p *check.SourcePass, w *django.World, c project.Collection) (f check.Finding, ok bool) {
	module := settingsOf(p, c)
	if module == "" || module == p.Project.Choice.Module || p.Project.Evaluate == nil {
		return f, false
	}
	other := p.Project.Evaluate(module)
	if other == nil || other.Shipped().Failure != nil {
		return f, false
	}
	there := other.Shipped()
	mine, its := check.StorageOf(p.Settings, w, "staticfiles"), check.StorageOf(other, there, "staticfiles")
	if mine.Missing || its.Missing || mine.Backend.IsUnknown() || its.Backend.IsUnknown() {
		return f, false
	}
	f = check.Finding{Severity: check.Critical, At: c.Command.At, Related: []check.Related{{Message: "production's storage is named here", At: mine.At}}}
	switch {
	case hashesNames(p, mine.Name()) == eval.Yes && hashesNames(p, its.Name()) == eval.No:
		f.Message = fmt.Sprintf("%s collects with %s, whose storage (%s) writes no manifest, and in production every {%% static %%} tag ends in ValueError: Missing staticfiles manifest entry; collect with --settings=%s", c.Name, module, its.Name(), p.Project.Choice.Module)
		return f, true
	case check.IsLocalStorage(p, its.Name()) == eval.Yes && check.IsLocalStorage(p, mine.Name()) == eval.No:
		f.Message = fmt.Sprintf("%s collects with %s into the image, and production takes its files from %s, where nothing puts them; collect with --settings=%s", c.Name, module, mine.Name(), p.Project.Choice.Module)
		return f, true
	case check.IsLocalStorage(p, its.Name()) != eval.Yes || check.IsLocalStorage(p, mine.Name()) != eval.Yes:
		return f, false
	}
	here, okHere := folderOf(w.Get("STATIC_ROOT").Value)
	elsewhere, okThere := folderOf(there.Get("STATIC_ROOT").Value)
	if !okHere || !okThere || here == elsewhere {
		return f, false
	}
	f.Related = []check.Related{{Message: "production's STATIC_ROOT", At: check.Where(w.Get("STATIC_ROOT"))}, {Message: "that of the build", At: check.Where(there.Get("STATIC_ROOT"))}}
	f.Message = fmt.Sprintf("%s collects with %s, whose STATIC_ROOT is another folder than that of production, which stays empty; collect with --settings=%s", c.Name, module, p.Project.Choice.Module)
	return f, true
}

// settingsOf is the settings module with which a build collects, "" where it is not told.
func settingsOf(p *check.SourcePass, c project.Collection) string {
	for i, arg := range c.Command.Argv {
		if module, ok := strings.CutPrefix(arg, "--settings="); ok {
			return plain(module)
		}
		if arg == "--settings" && i+1 < len(c.Command.Argv) {
			return plain(c.Command.Argv[i+1])
		}
	}
	const variable = "DJANGO_SETTINGS_MODULE"
	text := c.Stage.Steps[c.Step].At.Text()
	if _, rest, ok := strings.Cut(text, variable+"="); ok {
		return plain(strings.Trim(strings.FieldsFunc(rest+" ", func(r rune) bool { return r == ' ' || r == ';' || r == '&' || r == '\\' || r == '\n' })[0], `"'`))
	}
	if strings.Contains(text, variable) {
		return ""
	}
	for _, st := range c.Stage.Chain() {
		for _, v := range slices.Backward(st.Env) {
			if v.Name == variable {
				if !v.Given {
					return ""
				}
				return v.Value
			}
		}
		for _, v := range st.Args {
			if v.Name == variable {
				return ""
			}
		}
	}
	for _, e := range p.Project.EntryPoints {
		if e.Kind == project.Manage {
			return e.Module
		}
	}
	return ""
}

// plain is a word without expansions, "" for one with.
func plain(word string) string {
	if strings.ContainsAny(word, "$`{}") {
		return ""
	}
	return word
}

// covered is the finding about a volume that lies over the folder into which an image collected.
func covered(p *check.SourcePass, w *django.World, c project.Collection, process *deploy.Process) (f check.Finding, ok bool) {
	inside, ok := staticRoot(w).Inside(p, process)
	if !ok || w.Get("STATIC_ROOT").Value.IsUnknown() || check.EnvNote(w.Get("STATIC_ROOT").Value) != "" || check.Links(process) {
		return f, false
	}
	if storage := check.StorageOf(p.Settings, w, "staticfiles"); check.IsLocalStorage(p, storage.Name()) != eval.Yes {
		return f, false
	}
	volume, mounted, _ := process.Mounted(inside)
	if !mounted || volume.Kind == deploy.AnonymousVolume || volume.Kind == deploy.BindMount && volume.Path != "" || filledBy(p, volume, process) {
		return f, false
	}
	f = check.Finding{Severity: check.Recommended, At: volume.At, Related: []check.Related{{Message: "the image collects here", At: c.Command.At}}}
	if process.Explicit {
		f.Severity = check.Critical
	}
	switch {
	case volume.Kind == deploy.NamedVolume && process.Runtime == deploy.InContainer:
		f.Message = fmt.Sprintf("The volume %s lies over %s, into which the image collected: Docker fills it from the image while it is empty, and never again, so later releases go out with the static files of the first; collect when the container starts, or mount nothing there", volume.Source, inside)
	case volume.Kind == deploy.MemoryVolume || process.Runtime == deploy.InPod || volume.Kind == deploy.BindMount:
		f.Message = fmt.Sprintf("What is mounted at %s hides %s, into which the image collected, and nothing fills it, so pages come without styles and scripts; collect when the container starts, or mount nothing there", volume.Target, inside)
	default:
		return f, false
	}
	return f, true
}

// filledBy reports whether another process of production that has the volume may put files there: it collects or copies, or what it runs is
// not known.
func filledBy(p *check.SourcePass, volume deploy.Volume, than *deploy.Process) bool {
	writes := func(process *deploy.Process) bool {
		return len(process.Commands) == 0 || slices.ContainsFunc(process.Commands, func(c deploy.Command) bool {
			name, _ := deploy.Program(c.Argv)
			return project.Collects(c.Argv) || name == "cp" || name == "rsync" || name == "tar" || name == "mv" || path.Ext(name) == ".sh"
		})
	}
	if writes(than) {
		return true
	}
	for _, process := range p.Project.Deployment.Processes {
		if process == than || process.Role == deploy.Other && len(process.Commands) == 0 {
			continue
		}
		for _, v := range process.Volumes {
			if v.Source == volume.Source && v.Kind == volume.Kind && !v.ReadOnly && writes(process) {
				return true
			}
		}
	}
	return false
}
