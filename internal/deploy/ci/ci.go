// Package ci reads continuous integration: which commands its jobs run, those of tox, nox, make, just, pre-commit and package.json that they
// call included, and what of them the tree does not tell.
package ci

import (
	"fmt"
	"slices"
	"sort"

	"gonogo/internal/deploy"
	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// Integration is all continuous integration of a tree. Without Files there is none.
type Integration struct {
	Files []*source.File // what describes it, in order of their paths
	Jobs  []*Job
	// Doubts are the systems and files that are not read; the jobs have their own.
	Doubts []Doubt
}

// Job is one job with everything that it runs.
type Job struct {
	Name     string
	At       source.Span
	Triggers []string // the events of the workflow ("push", "pull_request"); nil when they are not known
	// Manual says that somebody has to start it: it stands in the way of no change.
	Manual   bool
	Commands []Command
	Actions  []Action
	Doubts   []Doubt
}

// Command is one command of a job.
type Command struct {
	deploy.Command
	Via string // what calls it: "tox", "make test"; "" for the job's own
	// Ignored says why its failure does not fail the job ("|| true", "continue-on-error"), "" when it does.
	Ignored string
}

// Action is something ready-made that a job uses: an action of GitHub, a template of GitLab, an orb of CircleCI.
type Action struct {
	Name string // without the version
	With *document.Node
	At   source.Span
	// Ignored says why its failure does not fail the job, "" when it does.
	Ignored string
}

// Doubt is a part of a job that the tree does not tell.
type Doubt struct {
	Reason string // a clause: "the action acme/test is not known"
	At     source.Span
}

const (
	maxSteps  = 3000   // commands of all jobs of a tree
	maxVisits = 20_000 // jobs, steps, targets and nodes that are looked at
	maxDepth  = 8      // tools that call tools
)

// reader reads the jobs of one tree.
type reader struct {
	tree   *source.Tree
	follow *deploy.Follower
	out    *Integration
	steps  int
	visits int
	spent  bool

	documents map[string]*document.Node // by path, nil for what can't be read
	makefiles map[string]*makefile      // by path
}

// Read reads the continuous integration of a tree. What can't be followed is a doubt; nothing fails.
func Read(tree *source.Tree) *Integration {
	r := &reader{tree: tree, follow: deploy.NewFollower(tree), out: &Integration{}, documents: map[string]*document.Node{}, makefiles: map[string]*makefile{}}
	r.github()
	r.gitlab()
	r.others()
	sort.SliceStable(r.out.Files, func(i, j int) bool { return r.out.Files[i].Path < r.out.Files[j].Path })
	return r.out
}

// visit counts one more thing that is looked at. It is false when there were too many, which is a doubt of the whole.
func (r *reader) visit() bool {
	if r.visits++; r.visits <= maxVisits {
		return true
	}
	if !r.spent {
		r.spent = true
		r.out.Doubts = append(r.out.Doubts, Doubt{Reason: "continuous integration is too large to follow"})
	}
	return false
}

// document reads a file that is asked for often once; nil when it is not there or can't be read.
func (r *reader) document(name string, read func(*source.File) (*document.Node, []source.Diagnostic)) *document.Node {
	if doc, seen := r.documents[name]; seen {
		return doc
	}
	r.documents[name] = nil
	if f, ok := r.tree.Read(name); ok {
		r.documents[name], _ = read(f)
	}
	return r.documents[name]
}

func (r *reader) job(name string, at source.Span, triggers []string) *Job {
	j := &Job{Name: name, At: at, Triggers: triggers}
	r.out.Jobs = append(r.out.Jobs, j)
	return j
}

// Scheduled reports whether only the clock starts the job: it stands in the way of no change.
func (j *Job) Scheduled() bool {
	return len(j.Triggers) > 0 && !j.Manual && !slices.ContainsFunc(j.Triggers, func(t string) bool { return t != "schedule" && t != "workflow_dispatch" })
}

// ignore notes why failures of what a job runs, from some places on, don't fail it.
func (j *Job) ignore(commands, actions int, reason string) {
	for i := commands; i < len(j.Commands); i++ {
		j.Commands[i].Ignored = reason
	}
	for i := actions; i < len(j.Actions); i++ {
		j.Actions[i].Ignored = reason
	}
}

func (j *Job) doubt(at source.Span, format string, args ...any) {
	reason := fmt.Sprintf(format, args...)
	for _, d := range j.Doubts {
		if d.Reason == reason {
			return
		}
	}
	j.Doubts = append(j.Doubts, Doubt{Reason: reason, At: at})
}

// AllDoubts are the doubts of the jobs and of the whole, in order.
func (i *Integration) AllDoubts() []Doubt {
	all := append([]Doubt(nil), i.Doubts...)
	for _, j := range i.Jobs {
		all = append(all, j.Doubts...)
	}
	return all
}

// yaml is the first document of a file; nil when it can't be read.
func (r *reader) yaml(name string) (*source.File, *document.Node) {
	f, ok := r.tree.Read(name)
	if !ok {
		return nil, nil
	}
	docs, diagnostics := document.YAML(f)
	if len(docs) == 0 || !docs[len(docs)-1].IsMap() || len(diagnostics) > 0 {
		return f, nil
	}
	return f, docs[len(docs)-1]
}
