package project

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

// chooser determines the production settings, in this order: what the user says, what production's processes are given, what
// wsgi.py and asgi.py fall back to, a module's name, the only module.
type chooser struct {
	x          *index
	root       string // the project's folder
	options    Options
	deployment *deploy.Deployment
	entries    []EntryPoint
	candidates []*candidate
}

// choose returns the choice with its candidates. An error means that the user named a module that the project does not have.
func (c *chooser) choose() (Choice, error) {
	steps := []func() (Choice, bool){c.byProcess, c.byServerEntry, c.byName, c.byBeingAlone, c.byGuess}
	var choice Choice
	if c.options.Settings != "" {
		if _, _, _, ok := c.x.locate(c.options.Settings); !ok {
			return Choice{}, c.noSuchModule()
		}
		choice = Choice{Module: c.options.Settings, Certain: true, At: c.options.SettingsAt, Reason: c.options.SettingsReason}
		if choice.Reason == "" {
			choice.Reason = "named by --settings"
		}
	} else {
		for i, step := range steps {
			if found, ok := step(); ok {
				choice = found
				if i > 0 {
					c.doubt(&choice)
					choice.Development = c.ownWords(choice.Module)
				}
				break
			}
		}
	}
	choice.Candidates = c.list(choice.Module)
	return choice, nil
}

func (c *chooser) noSuchModule() error {
	names := make([]string, 0, len(c.candidates))
	for _, cand := range c.candidates {
		names = append(names, cand.module)
	}
	if len(names) == 0 {
		return optionError("there is no settings module %s in the project, and no other was found", c.options.Settings)
	}
	return optionError("there is no settings module %s in the project; found: %s", c.options.Settings, strings.Join(names, ", "))
}

// byProcess goes by DJANGO_SETTINGS_MODULE and --settings of production's processes, those that answer requests first.
func (c *chooser) byProcess() (Choice, bool) {
	var found []Choice
	roles := []deploy.Role{deploy.Web, deploy.Worker, deploy.Beat, deploy.Release, deploy.Periodic, deploy.Other}
	for _, role := range roles {
		for _, p := range c.deployment.Processes {
			if p.Role != role || !p.Production {
				continue
			}
			if choice, ok := c.ofProcess(p); ok && !slices.ContainsFunc(found, func(f Choice) bool { return f.Module == choice.Module }) {
				found = append(found, choice)
			}
		}
		if len(found) > 0 {
			break
		}
	}
	if len(found) == 0 {
		return Choice{}, false
	}
	found[0].Certain = len(found) == 1
	for _, other := range found[1:] {
		found[0].Reason += fmt.Sprintf("; another one uses %s, %s", other.Module, placeOf(other.At))
	}
	return found[0], true
}

// doubt takes the certainty from a choice when a production process is told to use a module that is not in the repository: what it has
// of its own counts then, and nobody knows it here.
func (c *chooser) doubt(choice *Choice) {
	for _, p := range c.deployment.Processes {
		v, ok := p.Lookup(settingsVariable)
		if !ok || !v.Given || !p.Production || v.Value == "" || c.exists(v.Value) || c.elsewhere(v.Value) {
			continue
		}
		choice.Certain = false
		choice.Absent, choice.AbsentAt = v.Value, v.At
		choice.Reason += fmt.Sprintf("; but the %s process uses %s, %s, which is not in the repository", roleName(p.Role), v.Value, placeOf(v.At))
		return
	}
	c.doubtEntries(choice)
}

// doubtEntries takes the certainty from a choice when wsgi.py and asgi.py fall back to modules of which the repository has none: who
// runs the project writes one of his own.
func (c *chooser) doubtEntries(choice *Choice) {
	var lacking *EntryPoint
	for i, e := range c.entries {
		if e.Kind != WSGI && e.Kind != ASGI || c.aside(e) || e.Module == "" {
			continue
		}
		if c.exists(e.Module) || c.elsewhere(e.Module) {
			return
		}
		if lacking == nil {
			lacking = &c.entries[i]
		}
	}
	if lacking != nil {
		choice.Certain = false
		choice.Absent, choice.AbsentAt = lacking.Module, lacking.At
		choice.Reason += fmt.Sprintf("; but %s starts %s, which is not in the repository", placeOf(lacking.At), lacking.Module)
	}
}

// elsewhere reports whether a module is in the tree, though not on the project's import path: it belongs to another project.
func (c *chooser) elsewhere(module string) bool {
	end := strings.ReplaceAll(module, ".", "/")
	return slices.ContainsFunc(c.x.tree.Paths(), func(p string) bool {
		return strings.HasSuffix("/"+p, "/"+end+".py") || strings.HasSuffix("/"+p, "/"+end+"/__init__.py")
	})
}

// ofProcess is the module that one process is told to use, if the project has it.
func (c *chooser) ofProcess(p *deploy.Process) (Choice, bool) {
	for _, command := range commandsOf(p) {
		if module, ok := settingsArgument(command.Argv); ok && c.exists(module) {
			return Choice{Module: module, At: command.At, Reason: fmt.Sprintf("the command of the %s process, %s", roleName(p.Role), placeOf(command.At))}, true
		}
	}
	v, ok := p.Lookup(settingsVariable)
	if !ok || !v.Given || !c.exists(v.Value) {
		return Choice{}, false
	}
	return Choice{Module: v.Value, At: v.At, Reason: fmt.Sprintf("%s of the %s process, %s", settingsVariable, roleName(p.Role), placeOf(v.At))}, true
}

// settingsArgument is what a command says of the settings: --settings x, --settings=x, or DJANGO_SETTINGS_MODULE=x as a word of its own
// (env, gunicorn -e, uwsgi --env).
func settingsArgument(argv []string) (string, bool) {
	for i, arg := range argv {
		if rest, ok := strings.CutPrefix(arg, "--settings="); ok {
			return rest, true
		}
		if arg == "--settings" && i+1 < len(argv) {
			return argv[i+1], true
		}
		if at := strings.Index(arg, settingsVariable+"="); at >= 0 && (at == 0 || arg[at-1] == '=') {
			return arg[at+len(settingsVariable)+1:], true
		}
	}
	return "", false
}

func (c *chooser) exists(module string) bool {
	_, _, _, ok := c.x.locate(module)
	return ok
}

// byServerEntry goes by the default of wsgi.py and asgi.py, the one that a production process starts first. A default that its name or
// what it builds on shows to be for development is no statement about production while another module is: starting without the variable
// is then a fault, and not a choice.
func (c *chooser) byServerEntry() (Choice, bool) {
	entries := slices.Clone(c.entries)
	slices.SortStableFunc(entries, func(a, b EntryPoint) int { return c.started(b) - c.started(a) })
	var first Choice
	startedFirst := 0
	for _, e := range entries {
		if e.Kind != WSGI && e.Kind != ASGI || c.aside(e) {
			continue
		}
		for _, module := range c.likeliestFirst(append([]string{e.Module}, e.others...)) {
			if !c.isSettings(module) || c.forDevelopment(module) {
				continue
			}
			choice := Choice{Module: module, At: e.At, Reason: fmt.Sprintf("the default of %s", placeOf(e.At)), Certain: true}
			if heir := c.productionOf(module); heir != nil {
				choice.Module, choice.Certain = heir.module, false
				choice.Reason = fmt.Sprintf("its name says production, and it builds on %s, the default of %s", module, placeOf(e.At))
			} else if module != e.Module {
				choice.Reason = fmt.Sprintf("what %s uses in production", placeOf(e.At))
			}
			switch {
			case first.Module == "":
				first, startedFirst = choice, c.started(e)
			case c.sameFile(first.Module, module), startedFirst > c.started(e):
			default:
				first.Certain = false
				first.Reason += fmt.Sprintf("; %s says %s", placeOf(e.At), module)
			}
			break
		}
	}
	return first, first.Module != ""
}

// productionOf is the one module that is named after production and builds on another: where there is one, the other is what all
// environments have in common.
func (c *chooser) productionOf(module string) *candidate {
	base := c.candidate(module)
	var found []*candidate
	for _, cand := range c.candidates {
		if base != nil && base.purpose == anyPurpose && cand.purpose == forProduction && cand.inheritsDevelopment() == nil && slices.Contains(cand.from, base) {
			found = append(found, cand)
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// likeliestFirst brings those that are called after production to the front: an entry point that chooses between modules at run time
// is judged by what it chooses in production.
func (c *chooser) likeliestFirst(modules []string) []string {
	rank := func(module string) int {
		if cand := c.candidate(module); cand != nil && (cand.purpose == forProduction || cand.purpose == forPlatform) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(modules, func(a, b string) int { return rank(a) - rank(b) })
	return modules
}

// started is 1 when a production process names the entry point's module in its command.
func (c *chooser) started(e EntryPoint) int {
	module, _, ok := c.x.dotted(e.File.Path)
	if !ok {
		return 0
	}
	for _, p := range c.deployment.Processes {
		for _, command := range commandsOf(p) {
			for _, arg := range command.Argv {
				if p.Production && (arg == module || strings.HasPrefix(arg, module+":")) {
					return 1
				}
			}
		}
	}
	return 0
}

// commandsOf are the commands that a process runs, the one that the artefact states first.
func commandsOf(p *deploy.Process) []deploy.Command {
	return append([]deploy.Command{{Argv: p.Argv, At: p.At}}, p.Commands...)
}

// isSettings reports whether a module is there and has the content of settings; a class in one, "config.settings.Production", does not count.
func (c *chooser) isSettings(module string) bool {
	if c.candidate(module) != nil {
		return true
	}
	file, _, _, ok := c.x.locate(module)
	if !ok || file == "" {
		return false
	}
	f, ok := c.x.tree.Read(file)
	return ok && strings.TrimSpace(string(f.Data)) != "" && len(c.candidates) == 0
}

// candidate is the candidate that a module name leads to; a file can be imported by several names.
func (c *chooser) candidate(module string) *candidate {
	file, _, _, ok := c.x.locate(module)
	if !ok {
		return nil
	}
	for _, cand := range c.candidates {
		if cand.file == file {
			return cand
		}
	}
	return nil
}

// sameFile reports whether two names are of one module.
func (c *chooser) sameFile(a, b string) bool {
	first, second := c.candidate(a), c.candidate(b)
	return a == b || first != nil && first == second
}

// aside reports whether an entry point stands among tests or examples within the project's folder.
func (c *chooser) aside(e EntryPoint) bool { return remoteness(relativeTo(c.root, e.File.Path)) > 0 }

// forDevelopment reports whether a module is shown to be for development while another one can be production: one that nothing shows
// to be for something else, and on which no other builds.
func (c *chooser) forDevelopment(module string) bool {
	cand := c.candidate(module)
	if cand == nil || cand.purpose != forDevelopment && cand.purpose != forTests && !c.opensDevelopment(cand) {
		return false
	}
	return slices.ContainsFunc(c.candidates, func(o *candidate) bool {
		switch o.purpose {
		case forProduction, forPlatform:
			return o.inheritsDevelopment() == nil
		case anyPurpose, forOtherPlatform:
			return !o.base && o.inheritsDevelopment() == nil
		}
		return false
	})
}

// opensDevelopment reports whether a module whose name says nothing only hands on development settings, as an __init__.py that is left at
// `from .dev import *` does, while one that is named after production stands beside it and is not what it hands on.
func (c *chooser) opensDevelopment(cand *candidate) bool {
	if cand.purpose != anyPurpose || cand.own || cand.inheritsDevelopment() == nil {
		return false
	}
	named := func(o *candidate) bool { return o.purpose == forProduction && o.inheritsDevelopment() == nil }
	return slices.ContainsFunc(c.candidates, named) && !slices.ContainsFunc(cand.from, named)
}

// byName goes by a module's name: production before a platform. One that builds on development settings is not taken.
func (c *chooser) byName() (Choice, bool) {
	for _, want := range []purpose{forProduction, forPlatform} {
		var found []*candidate
		for _, cand := range c.candidates {
			if cand.purpose == want && cand.inheritsDevelopment() == nil {
				found = append(found, cand)
			}
		}
		if leaves := slices.DeleteFunc(slices.Clone(found), func(c *candidate) bool { return c.base }); len(leaves) > 0 {
			found = leaves
		}
		if len(found) == 0 {
			continue
		}
		slices.SortStableFunc(found, func(a, b *candidate) int { return cmp.Compare(a.qualifiers(), b.qualifiers()) })
		choice := Choice{Module: found[0].module, At: c.whole(found[0]), Certain: len(found) == 1,
			Reason: fmt.Sprintf("its name says %s, %s", want, found[0].file)}
		if !choice.Certain {
			choice.Reason += fmt.Sprintf("; %s as well", modules(found[1:]))
		}
		return choice, true
	}
	return Choice{}, false
}

// qualifiers is how many words the module's name has beside the first: production is likelier than compress_production.
func (c *candidate) qualifiers() int {
	return len(wordsOf(c.module[strings.LastIndexByte(c.module, '.')+1:])) - 1
}

// byBeingAlone takes the only module there is, tests, development and examples aside.
func (c *chooser) byBeingAlone() (Choice, bool) {
	var left []*candidate
	for _, cand := range c.candidates {
		if cand.purpose != forTests && cand.purpose != forDevelopment && cand.purpose != forExample && cand.purpose != forStaging {
			left = append(left, cand)
		}
	}
	switch {
	case len(c.candidates) == 1:
		only := c.candidates[0]
		return Choice{Module: only.module, At: c.whole(only), Certain: true, Reason: "the only settings module, " + only.file}, true
	case len(left) == 1 && !c.basedOnlyForDevelopment(left[0]):
		return Choice{Module: left[0].module, At: c.whole(left[0]), Certain: true,
			Reason: "the only settings module that is not for development or tests, " + left[0].file}, true
	}
	return Choice{}, false
}

// basedOnlyForDevelopment reports whether a module is only what others build on, as a base without a production module beside it is.
func (c *chooser) basedOnlyForDevelopment(cand *candidate) bool {
	return cand.base && (strings.HasSuffix(cand.module, "base") || strings.HasSuffix(cand.module, "common"))
}

// byGuess takes the likeliest; what an entry point falls back to before the rest, unless that is for development and what it builds on is
// not: where production is started with a module that nothing names, it is rather the base.
func (c *chooser) byGuess() (Choice, bool) {
	for _, e := range c.entries {
		if cand := c.candidate(e.Module); cand != nil && cand.purpose == forDevelopment && len(cand.from) > 0 && c.candidates[0].purpose == anyPurpose {
			continue
		}
		if (e.Kind == WSGI || e.Kind == ASGI || e.Kind == Manage) && c.isSettings(e.Module) && !c.forDevelopment(e.Module) && !c.aside(e) {
			return Choice{Module: e.Module, At: e.At, Reason: fmt.Sprintf("a guess: the default of %s", placeOf(e.At))}, true
		}
	}
	if len(c.candidates) == 0 {
		return Choice{}, false
	}
	best := c.candidates[0]
	return Choice{Module: best.module, At: c.whole(best), Reason: fmt.Sprintf("a guess among %d settings modules", len(c.candidates))}, true
}

// list is every candidate for people, the chosen one first.
func (c *chooser) list(chosen string) []Candidate {
	var out []Candidate
	of := c.candidate(chosen)
	for _, cand := range c.candidates {
		entry := Candidate{Module: cand.module, Path: cand.file, Why: cand.why(), Rival: cand != of && cand.couldBeProduction()}
		if cand == of {
			entry.Module = chosen
			out = slices.Insert(out, 0, entry)
			continue
		}
		out = append(out, entry)
	}
	return out
}

// couldBeProduction reports whether neither the name nor what builds on it, or what it builds on, speaks against production.
func (c *candidate) couldBeProduction() bool {
	switch c.purpose {
	case anyPurpose, forProduction, forPlatform:
		return !c.base && c.inheritsDevelopment() == nil
	}
	return false
}

// why says in a clause what speaks for or against a candidate.
func (c *candidate) why() string {
	switch from := c.inheritsDevelopment(); {
	case c.purpose == anyPurpose && c.base:
		return "other settings modules build on it"
	case c.purpose == anyPurpose:
		return "its name says nothing"
	case (c.purpose == forProduction || c.purpose == forPlatform) && from != nil:
		return fmt.Sprintf("its name says %s, but it builds on %s", c.purpose, from.module)
	default:
		return "its name says " + c.purpose.String()
	}
}

func (c *chooser) whole(cand *candidate) source.Span {
	f, ok := c.x.tree.Read(cand.file)
	if !ok {
		return source.Span{}
	}
	return f.Whole()
}

func modules(list []*candidate) string {
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = c.module
	}
	return strings.Join(names, ", ")
}

func roleName(r deploy.Role) string {
	switch r {
	case deploy.Web:
		return "web"
	case deploy.Worker:
		return "worker"
	case deploy.Beat:
		return "beat"
	case deploy.Release:
		return "release"
	case deploy.Periodic:
		return "periodic"
	}
	return "production"
}

// placeOf is "path:line", or the path alone.
func placeOf(s source.Span) string {
	switch {
	case s.IsZero():
		return "given from outside the project"
	case s.Start == 0 && s.End == 0:
		return s.Path()
	}
	return fmt.Sprintf("%s:%d", s.Path(), s.Begin().Line)
}
