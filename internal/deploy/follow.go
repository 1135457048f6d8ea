package deploy

import (
	"strings"

	"gonogo/internal/source"
)

// Follower follows shell text that no process of the deployment runs: the steps of continuous integration, the recipes of a Makefile.
// It runs nothing. It must not be used by several goroutines at once.
type Follower struct {
	tree     *source.Tree
	programs *programs
}

// NewFollower makes a follower for the scripts of a tree.
func NewFollower(tree *source.Tree) *Follower {
	return &Follower{tree: tree, programs: newPrograms()}
}

// Text are the commands of a shell program that starts in a folder of the tree, those of the tree's scripts that it calls included.
// at is where the text stands.
func (f *Follower) Text(text, dir string, at source.Span) []Command {
	x := newExecution(nil, f.scripts(dir))
	x.shell = "sh"
	x.text(text, func(start, end int) source.Span {
		if start < 0 || end > len(text) || start >= end {
			return at
		}
		return within(at, text[start:end])
	})
	return x.commands
}

// Command are the commands that one command stands for: itself without the programs that only start it, or those of the script of the tree
// that it calls.
func (f *Follower) Command(argv []string, dir string, at source.Span) []Command {
	x := newExecution(nil, f.scripts(dir))
	x.run(argv, at, false)
	return x.commands
}

func (f *Follower) scripts(dir string) *scripts {
	return &scripts{tree: f.tree, context: dir, programs: f.programs}
}

// Program is what a command starts, without folders, and its arguments: `python -m pytest` and `/venv/bin/pytest` are pytest,
// `python manage.py test` is manage.py with "test" first.
func Program(argv []string) (name string, args []string) { return program(argv) }

// Words splits a command line at white space as a shell does, with quotes and backslashes, and expands nothing.
func Words(line string) []string { return splitWords(strings.TrimSpace(line)) }
