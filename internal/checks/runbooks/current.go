package runbooks

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/python/eval"
	"gonogo/internal/runbook"
	"gonogo/internal/source"
)

func current() check.Check {
	return check.Check{
		ID: "runbooks/current", Severity: check.Recommended, Source: answerCurrent, WithoutSettings: true,
		Doc: check.Doc{
			Title: "What the documents tell people to run, set and look at is there",
			Why: `A runbook is read when something is broken and time is short. A command that was renamed a year ago costs minutes then, and trust: the next step may be as old. A variable that nothing reads is worse, since somebody sets it and believes that it works.

Documents about older releases are left out, and so is what they say of other programs.`,
			Fix:    "Change the document together with what it names: the command, the file, the service, the variable.",
			Verify: "Follow the document on a fresh machine, word by word.",
			Bad: []check.Example{
				check.Project("The README starts a service that the Compose file does not have.", "settings.py", "DEBUG = False\n",
					"compose.yml", "services:\n  web:\n    build: .\n",
					"README.md", "# Shop\n\n## Deployment\n\n```sh\ndocker compose up -d web\ndocker compose exec django python manage.py migrate\n```\n"),
				check.Project("The requirements have moved.", "settings.py", "DEBUG = False\n",
					"requirements/base.txt", "Django==5.2.8\n",
					"INSTALL.md", "# Installation\n\n    pip install -r requirements/production.txt\n"),
			},
			Good: []check.Example{
				check.Project("The names agree.", "settings.py", "DEBUG = False\n",
					"compose.yml", "services:\n  web:\n    build: .\n",
					"README.md", "# Shop\n\n## Deployment\n\n```sh\ndocker compose up -d web\ndocker compose exec web python manage.py migrate\n```\n"),
				check.Project("What the reader fills in, and what the document creates, is no path of the project.", "settings.py", "DEBUG = False\n",
					"INSTALL.md", "# Installation\n\n    pip freeze > requirements/mine.txt\n    pip install -r requirements/mine.txt\n    pip install -r requirements/<environment>.txt\n"),
			},
			References: []check.Reference{check.See("Django: custom management commands", check.DjangoDocs+"howto/custom-management-commands/")},
			Triggers: []string{
				"a document runs a management command, script, make target or module that does not exist",
				"a document names a service of Compose, a unit of systemd or a program of supervisor that does not exist",
				"a document describes a variable or setting that nothing reads",
				"a document names a file that is not there",
				"no document or example file names a variable that is required (the fault is told by secrets/variables-documented)",
			},
		},
	}
}

// stale is something that a document names and that is not there.
type stale struct {
	key     string // the kind and the name: told once
	message string
	at      source.Span
}

// reading compares the documents of one project with it.
type reading struct {
	p         *check.SourcePass
	documents []*runbook.Document // those for operation
	found     []stale
	compose   *composeFiles
	targets   map[string]targets
}

func answerCurrent(p *check.SourcePass) check.Answer {
	docs := p.Project.Documents()
	r := &reading{p: p, targets: map[string]targets{}}
	for _, d := range docs.All {
		if d.Purpose == runbook.Operation {
			r.documents = append(r.documents, d)
		}
	}
	if len(r.documents) == 0 {
		if len(docs.Unread) > 0 {
			return check.Unclear("the documents are in a format that is not read (" + docs.Unread[0] + ")")
		}
		return check.Absent("no document says how to set up, deploy or run the project")
	}
	for _, d := range r.documents {
		r.commands(d)
		r.literals(d)
		r.links(d)
	}
	r.names()
	if findings := r.findings(); len(findings) > 0 {
		return check.Failed(findings...)
	}
	if missing := undocumented(p); len(missing) > 0 {
		if site := check.DocumentationSite(p.Project.Tree); site != "" {
			return check.Unclear("what the documents name is there; they don't name " + check.Variables(missing) + ", which must be given, and the README points to " + site + ", which is not read")
		}
		return check.CausedBy("secrets/variables-documented", check.Variables(missing)+map[bool]string{true: " is", false: " are"}[len(missing) == 1]+" required, and no document names "+map[bool]string{true: "it", false: "them"}[len(missing) == 1])
	}
	return check.Passed(fmt.Sprintf("what %s named is there", map[bool]string{true: "one document has", false: fmt.Sprintf("%d documents have", len(r.documents))}[len(r.documents) == 1]))
}

// tell notes something that is not there.
func (r *reading) tell(key string, at source.Span, format string, args ...any) {
	r.found = append(r.found, stale{key: key, message: fmt.Sprintf(format, args...), at: at})
}

// findings are the faults, each told once with the other places that have it.
func (r *reading) findings() []check.Finding {
	const others = 4
	var findings []check.Finding
	index := map[string]int{}
	slices.SortStableFunc(r.found, func(a, b stale) int {
		if c := strings.Compare(a.at.Path(), b.at.Path()); c != 0 {
			return c
		}
		return int(a.at.Start) - int(b.at.Start)
	})
	for _, s := range r.found {
		if i, told := index[s.key]; told {
			if f := &findings[i]; len(f.Related) < others && f.At != s.at {
				f.Related = append(f.Related, check.Related{Message: "named here too", At: s.at})
			}
			continue
		}
		index[s.key] = len(findings)
		findings = append(findings, check.Finding{Severity: check.Recommended, Message: s.message, At: s.at})
	}
	return findings
}

// undocumented are the variables without which the settings fail and that nothing describes, sorted.
func undocumented(p *check.SourcePass) (missing []string) {
	if p.Settings == nil || len(p.Project.Documents().Unread) > 0 {
		return nil
	}
	texts := check.DocumentTexts(p.Project.Tree)
	for _, read := range p.Settings.Result.Reads {
		if !read.Required || read.Set || slices.Contains(missing, read.Name) || described(p, texts, read.Name) {
			continue
		}
		if plain, isFile := strings.CutSuffix(read.Name, "_FILE"); isFile && described(p, texts, plain) {
			continue
		}
		missing = append(missing, read.Name)
	}
	return missing
}

// described reports whether a document, an example file or what runs production names a variable.
func described(p *check.SourcePass, texts []string, name string) bool {
	if slices.ContainsFunc(texts, func(text string) bool { return runbook.HasWord(text, name) }) {
		return true
	}
	for _, f := range p.Project.EnvFiles {
		if runbook.HasWord(string(f.File.Data), name) {
			return true
		}
	}
	for _, process := range check.Serving(p) {
		if v, ok := process.Lookup(name); ok && v.Given {
			return true
		}
	}
	return false
}

// clean is a path as the tree has it, "" for one that leads out of the tree or is no plain path.
func clean(name string) string {
	name = strings.TrimPrefix(strings.TrimSpace(name), "./")
	if name == "" || strings.ContainsAny(name, "$*?~:\\ <>|\"'`(){}[],=@#%!&;") || strings.HasPrefix(name, "/") || strings.HasPrefix(name, "-") || strings.Contains(name, "___") || strings.Contains(name, "..") {
		return ""
	}
	return path.Clean(name)
}

// isIgnored reports whether git would not track a path: something that people or programs make.
func (r *reading) isIgnored(name string) bool {
	return r.p.Project.Repository.Ignored(name) == eval.Yes
}
