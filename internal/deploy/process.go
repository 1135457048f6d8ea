package deploy

import (
	"sort"

	"gonogo/internal/source"
)

// Main is the command that the process ends on: the last one that serves (web, worker, beat) and is neither conditional nor in the
// background, else the last that serves in the background, else the last unconditional one, else the last. ok is false when none is known.
func (p *Process) Main() (c Command, ok bool) {
	best := -1
	bestRank := 0
	for i, c := range p.Commands {
		role := roleOf(c.Argv)
		rank := 1
		if !c.Conditional {
			rank = 2
			if role == Web || role == Worker || role == Beat {
				rank = 3
				if !c.Background {
					rank = 4
				}
			}
		}
		if rank >= bestRank {
			best, bestRank = i, rank
		}
	}
	if best < 0 {
		return Command{}, false
	}
	return p.Commands[best], true
}

// Runs are the commands of the process that run the Django management command, in order. Migrate that only looks (--check, --plan) is not among them.
func (p *Process) Runs(management string) []Command {
	var found []Command
	for _, c := range p.Commands {
		if name, args, ok := ManagementCommand(c.Argv); ok && name == management && (name != "migrate" || !onlyLooks(args)) {
			found = append(found, c)
		}
	}
	return found
}

// onlyLooks reports whether migrate is told to change nothing.
func onlyLooks(args []string) bool {
	return indexOf(args, "--check") >= 0 || indexOf(args, "--plan") >= 0
}

// follow fills in what the process runs and the variables that its scripts export. find finds the project's file for a path in the process.
func (p *Process) follow(find *scripts) {
	x := newExecution(p.Env, find)
	x.run(p.Argv, p.CommandAt(), true)
	p.Commands = x.commands
	p.Env = append(p.Env, x.exported...)
	p.serverVariables(find)
	p.server = &lazyServer{find: find}
	if p.Role == 0 {
		p.Role = p.roleOfCommands()
	}
}

// CommandAt is where the command of the process stands, else where the process does.
func (p *Process) CommandAt() source.Span {
	if p.argvAt.IsZero() {
		return p.At
	}
	return p.argvAt
}

// roleOfCommands is the role of the main command; a process that only prepares is Release.
func (p *Process) roleOfCommands() Role {
	main, ok := p.Main()
	if !ok {
		return Other
	}
	if role := roleOf(main.Argv); role != Other {
		return role
	}
	for _, c := range p.Commands {
		if !c.Conditional && roleOf(c.Argv) == Release {
			return Release
		}
	}
	return Other
}

// sortProcesses orders processes by file, then place, then name.
func sortProcesses(all []*Process) {
	sort.SliceStable(all, func(i, j int) bool {
		a, b := all[i], all[j]
		switch {
		case a.At.Path() != b.At.Path():
			return a.At.Path() < b.At.Path()
		case a.At.Start != b.At.Start:
			return a.At.Start < b.At.Start
		}
		return a.Name < b.Name
	})
}
