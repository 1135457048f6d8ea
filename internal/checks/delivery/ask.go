package delivery

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/deploy/ci"
	"gonogo/internal/source"
)

// sought is something that a job of continuous integration may do.
type sought struct {
	command func(ci.Command) bool
	action  func(ci.Action) bool // nil when no action does it
	byClock bool                 // a run by the clock does as well as one for each change
}

// find is where continuous integration does what is sought first, and how a reader would name it. What fails without failing its job, or
// runs when nobody changes anything, does not count.
func (s sought) find(i *ci.Integration) (at source.Span, name string, ok bool) {
	at, name, weak := s.first(i, false)
	return at, name, at != source.Span{} && weak == ""
}

// first is the first place that does what is sought; toothless takes those that stop no change, and says in weak why.
func (s sought) first(i *ci.Integration, toothless bool) (at source.Span, name, weak string) {
	for _, j := range i.Jobs {
		for _, c := range j.Commands {
			if weak := s.weak(j, c.Ignored); (weak != "") == toothless && s.command(c) {
				return c.At, described(j, c), weak
			}
		}
		for _, a := range j.Actions {
			if weak := s.weak(j, a.Ignored); (weak != "") == toothless && s.action != nil && s.action(a) {
				return a.At, a.Name, weak
			}
		}
	}
	return source.Span{}, "", ""
}

// weak says why what a job does stops no change, "" when it does.
func (s sought) weak(j *ci.Job, ignored string) string {
	switch {
	case ignored != "":
		return "its failure is ignored (" + ignored + ")"
	case j.Manual:
		return "it only runs when somebody starts it by hand"
	case j.Scheduled() && !s.byClock:
		return "it only runs by the clock, and not for a change"
	}
	return ""
}

// described names a command by what is no secret of it: the program, and who calls it.
func described(j *ci.Job, c ci.Command) string {
	name, _ := deploy.Program(c.Argv)
	if management, _, ok := deploy.ManagementCommand(c.Argv); ok {
		name = "manage.py " + management
	}
	if c.Via != "" {
		name += " (by " + c.Via + ")"
	}
	return "the job " + j.Name + " runs " + name
}

// ask answers whether continuous integration does what is sought. Where there is none, that is the fault of delivery/tests-in-ci.
func ask(p *check.SourcePass, s sought, severity check.Severity, message, fix string) check.Answer {
	i := p.Project.Integration()
	if _, name, ok := s.find(i); ok {
		return check.Passed(name)
	}
	if answer, none := nothing(p, i); none {
		return answer
	}
	if at, name, weak := s.first(i, true); weak != "" {
		return check.Failed(check.Finding{Severity: severity, At: at, Fix: fix, Message: capital(name) + ", but " + weak + ": it stops no change; let it fail the job of every change"})
	}
	if doubts := i.AllDoubts(); len(doubts) > 0 {
		return check.Unclear(doubts[0].Reason + placeOf(doubts[0].At) + ", and no other part of continuous integration does it")
	}
	return check.Failed(check.Finding{Severity: severity, At: evidence(p, i), Message: message, Fix: fix})
}

// nothing is the answer of the checks that need continuous integration when there is none.
func nothing(p *check.SourcePass, i *ci.Integration) (check.Answer, bool) {
	switch {
	case len(i.Files) == 0 && len(i.Doubts) > 0:
		return check.Unclear(i.Doubts[0].Reason), true
	case len(i.Files) == 0 && !p.Project.WholeRepository():
		return check.Unclear("no continuous integration was found, but the folder is no whole repository; audit the repository's first folder"), true
	case len(i.Files) == 0:
		return check.CausedBy("delivery/tests-in-ci", "there is no continuous integration"), true
	}
	return check.Answer{}, false
}

func placeOf(at source.Span) string {
	if at.IsZero() {
		return ""
	}
	return " (" + at.Path() + ")"
}

// evidence is the file in which something is missing: the first of continuous integration, or manage.py where there is none.
func evidence(p *check.SourcePass, i *ci.Integration) source.Span {
	if len(i.Jobs) > 0 && !i.Jobs[0].At.IsZero() {
		return i.Jobs[0].At.File.Whole()
	}
	if len(i.Files) > 0 {
		return i.Files[0].Whole()
	}
	tree := p.Project.Tree
	for _, name := range []string{path.Join(p.Project.Root, "manage.py"), "pyproject.toml"} {
		if f, ok := tree.Read(name); ok {
			return f.Whole()
		}
	}
	for _, name := range tree.Paths() {
		if f, ok := tree.Read(name); ok {
			return f.Whole()
		}
	}
	return source.Span{}
}

// management reports whether a command runs a management command with all of some arguments.
func management(c ci.Command, name string, wanted ...string) bool {
	command, args, ok := deploy.ManagementCommand(ran(c.Argv))
	if !ok || command != name {
		return false
	}
	for _, w := range wanted {
		found := false
		for _, a := range args {
			found = found || a == w || strings.HasPrefix(a, w+"=")
		}
		if !found {
			return false
		}
	}
	return true
}

// ran is the command that coverage measures, or the command itself.
func ran(argv []string) []string {
	name, args := deploy.Program(argv)
	if name != "coverage" || len(args) == 0 || args[0] != "run" {
		return argv
	}
	args = args[1:]
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		if args[0] == "-m" || args[0] == "--module" {
			return append([]string{"python", "-m"}, args[1:]...)
		}
		args = args[1:]
	}
	return append([]string{"python"}, args...)
}

// gate reports whether a command is a run of this tool, which asks the same.
func gate(c ci.Command) bool {
	name, args := deploy.Program(c.Argv)
	if name != "gonogo" {
		return false
	}
	return len(args) == 0 || args[0] == "check" || strings.HasPrefix(args[0], "-") && args[0] != "--help" && args[0] != "--version" && args[0] != "-h"
}

// longestTest is how much of a test is read, in bytes.
const longestTest = 4 << 20

// mentioned is the first test of the project whose text holds all the words, "" for none: a test can do what a command would.
func mentioned(p *check.SourcePass, words ...string) string {
	files := &source.Scanner{Tree: p.Project.Tree} // tests are most of the code, and nothing keeps them
	for _, name := range p.Project.Tree.WithExt(".py") {
		if !strings.Contains(name, "test") {
			continue
		}
		data, ok := files.Bytes(name, longestTest, nil)
		if ok && !slices.ContainsFunc(words, func(w string) bool { return !bytes.Contains(data, []byte(w)) }) {
			return name
		}
	}
	return ""
}
