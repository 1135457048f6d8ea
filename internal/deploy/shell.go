package deploy

import (
	"bytes"
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"gonogo/internal/source"
)

const (
	maxCommands    = 400     // commands of one process
	maxShellBytes  = 1 << 18 // length of a script
	maxShellDepth  = 30      // scripts, functions and shell strings within each other
	maxShellNested = 200     // brackets within each other
	maxShellSteps  = 5000    // statements followed in one process
	maxTreeSteps   = 500_000 // statements followed in all processes of a tree
	maxTreeBytes   = 1 << 24 // length of all scripts and shell strings of a tree that are parsed
	maxShellWord   = 1 << 16 // bytes of one word or value
	maxShellWords  = 2000    // words of one command
)

// execution follows what a process runs: wrappers, shell strings, entry point scripts. It runs nothing. A variable that nobody gives
// counts as unset where a condition asks for it, as in a deployment where nobody sets anything.
type execution struct {
	scripts  *scripts
	vars     map[string]string // shell and environment variables whose values are known
	exported []Variable
	commands []Command
	args     []string // "$@"
	funcs    map[string]shellFunction
	depth    int
	steps    int
	maybe    bool            // inside a branch that is not taken when nobody sets anything
	detached bool            // inside a command with &
	ended    bool            // behind exec or exit
	assumed  bool            // a variable that is not known was taken to be unset since this was last cleared
	computed map[string]bool // variables whose values programs print
	asked    bool            // what a program prints was asked for since this was last cleared
	user     string          // who a program around the scripts at hand makes them run as
	shell    string          // the shell that runs the text at hand, "" for none
	waiting  string          // a shell further out that waits for what runs now, "" for none
	last     bool            // the command at hand is the last of a text that its shell was given with -c
	remote   bool            // on another machine
}

func newExecution(env []Variable, find *scripts) *execution {
	x := &execution{scripts: find, vars: map[string]string{}, funcs: map[string]shellFunction{}, computed: map[string]bool{}}
	for _, v := range env {
		if v.Given {
			x.vars[v.Name] = v.Value
		} else {
			delete(x.vars, v.Name)
		}
	}
	return x
}

// run follows one command.
func (x *execution) run(argv []string, at source.Span, replaces bool) {
	if len(argv) == 0 || x.ended || len(x.commands) >= maxCommands || x.depth >= maxShellDepth {
		return
	}
	x.depth++
	defer func() { x.depth-- }()
	inner := unwrap(argv)
	for _, assignment := range inner.env {
		name, value, _ := strings.Cut(assignment, "=")
		x.export(Variable{Name: name, Value: value, Given: true, At: at})
	}
	saved := *x
	if inner.user != "" {
		x.user = inner.user
	}
	last := x.last && x.waiting == ""
	if !replaces && x.waiting == "" {
		x.waiting = x.shell
	}
	switch {
	case x.shellString(inner.argv, at, replaces), x.shellScript(inner.argv, replaces), x.remoteCommand(inner.argv, at):
	case len(inner.argv) > 0:
		c := Command{Argv: inner.argv, At: at, Exec: replaces, Conditional: x.maybe, Background: x.detached, User: x.user, Shell: x.waiting, Remote: x.remote}
		c.LastInShell = c.Shell != "" && last
		x.commands = append(x.commands, c)
	}
	x.user, x.waiting, x.shell, x.last = saved.user, saved.waiting, saved.shell, saved.last
	if replaces && !x.maybe {
		x.ended = true
	}
}

func (x *execution) export(v Variable) {
	if x.maybe {
		return
	}
	if v.Given {
		x.vars[v.Name] = v.Value
	}
	x.exported = append(x.exported, v)
}

func isShell(name string) bool {
	switch path.Base(name) {
	case "sh", "bash", "dash", "ash", "zsh", "ksh", "busybox":
		return true
	}
	return false
}

// shellString follows `sh -c "..."`. It reports whether argv is one.
func (x *execution) shellString(argv []string, at source.Span, replaces bool) bool {
	if len(argv) < 3 || !isShell(argv[0]) {
		return false
	}
	for i := 1; i < len(argv) && strings.HasPrefix(argv[i], "-"); i++ {
		if strings.Contains(argv[i], "c") && !strings.HasPrefix(argv[i], "--") && i+1 < len(argv) {
			text := argv[i+1]
			saved, ended := x.args, x.ended
			x.args = argv[min(i+3, len(argv)):] // argv[i+2] is the name that messages have
			x.shell, x.last = path.Base(argv[0]), false
			x.program(text, true, func(start, end int) source.Span { return within(at, text[start:end]) })
			x.args, x.ended = saved, ended
			return true
		}
		if argv[i] == "-o" {
			i++
		}
	}
	return false
}

// shellScript follows a script of the project, called by its path or through a shell. It reports whether argv is one.
func (x *execution) shellScript(argv []string, replaces bool) bool {
	args := argv
	if len(argv) > 1 && isShell(argv[0]) {
		args = skipOptions(argv[1:], "o")
	}
	if len(args) == 0 {
		return false
	}
	file, ok := x.scripts.find(args[0])
	if !ok || !isShellScript(file, len(args) < len(argv)) {
		return false
	}
	saved, ended := x.args, x.ended
	x.args = args[1:]
	x.shell, x.last = shellOf(file, argv[0]), false
	x.file(file)
	x.args, x.ended = saved, ended
	return true
}

// isShellScript reports whether a file is a script for a POSIX shell: by its first line, or its name, or because a shell is told to run it.
func isShellScript(file *source.File, called bool) bool {
	first := firstLine(file)
	if strings.HasPrefix(first, "#!") {
		return strings.HasSuffix(strings.TrimSpace(first), "sh") || strings.Contains(first, "sh ")
	}
	return called || strings.HasSuffix(file.Path, ".sh") || strings.HasSuffix(file.Path, ".bash")
}

func (x *execution) file(file *source.File) {
	x.text(string(file.Data), func(start, end int) source.Span { return file.Span(source.Pos(start), source.Pos(end)) })
}

// shellOf is the shell that runs a script: that of its first line, or the one that is called with it.
func shellOf(file *source.File, called string) string {
	if isShell(called) {
		return path.Base(called)
	}
	if words := strings.Fields(strings.TrimPrefix(firstLine(file), "#!")); strings.HasPrefix(firstLine(file), "#!") && len(words) > 0 {
		if path.Base(words[0]) == "env" && len(words) > 1 {
			return path.Base(words[len(words)-1])
		}
		return path.Base(words[0])
	}
	return "sh"
}

// text follows a shell program. span is the place of a part of it.
func (x *execution) text(text string, span func(start, end int) source.Span) {
	x.program(text, false, span)
}

// program follows a shell program; given says that a shell was given it with -c.
func (x *execution) program(text string, given bool, span func(start, end int) source.Span) {
	parsed := x.scripts.programs.parse(text)
	if parsed == nil {
		return
	}
	s := &shellText{execution: x, text: text, span: span}
	if given && len(parsed.Stmts) > 0 {
		s.tail = lastStatement(parsed.Stmts[len(parsed.Stmts)-1])
	}
	s.stmts(parsed.Stmts)
}

// lastStatement is the command that a statement ends on: the right side of && and ||.
func lastStatement(st *syntax.Stmt) *syntax.Stmt {
	for depth := 0; st != nil && depth < maxShellNested; depth++ {
		b, ok := st.Cmd.(*syntax.BinaryCmd)
		if !ok || b.Op != syntax.AndStmt && b.Op != syntax.OrStmt {
			return st
		}
		st = b.Y
	}
	return nil
}

// programs are the shell programs of a tree, each parsed once, under a budget for all of them.
type programs struct {
	parsed map[string]*syntax.File // by text; nil for what can't be read
	names  map[string][]string     // the tree's files by name; nil until it is asked for
	manage []string                // the paths of manage.py files; nil until they are asked for
	bytes  int
	steps  int
}

// named are the files of the tree with a name, in whichever folder.
func (c *programs) named(tree *source.Tree, name string) []string {
	if c.names == nil {
		c.names = map[string][]string{}
		for _, file := range notCode(tree.Paths()) {
			base := path.Base(file)
			c.names[base] = append(c.names[base], file)
		}
	}
	return c.names[name]
}

func newPrograms() *programs { return &programs{parsed: map[string]*syntax.File{}} }

// withManage are the manage.py files of the tree.
func (c *programs) withManage(tree *source.Tree) []string {
	if c.manage == nil {
		c.manage = append([]string{}, tree.Named("manage.py")...)
	}
	return c.manage
}

// parse is the tree of a program, as far as it can be read; nil when nothing can, or the budget is spent.
func (c *programs) parse(text string) *syntax.File {
	if file, seen := c.parsed[text]; seen {
		return file
	}
	if c.bytes += len(text); len(text) > maxShellBytes || c.bytes > maxTreeBytes || nestedTooDeep(text) {
		return nil
	}
	file, _ := syntax.NewParser(syntax.Variant(syntax.LangBash), syntax.RecoverErrors(20)).Parse(strings.NewReader(text), "")
	c.parsed[text] = file
	return file
}

// nestedTooDeep reports whether brackets are nested further than any script of people's, which would cost the parser its stack.
func nestedTooDeep(text string) bool {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(', '{', '[', '`':
			if depth++; depth > maxShellNested {
				return true
			}
		case ')', '}', ']', '\n':
			if text[i] != '\n' {
				depth = max(depth-1, 0)
			}
		}
	}
	return bytes.Count([]byte(text), []byte("if ")) > 2000 || strings.Contains(text, strings.Repeat("! ", maxShellNested))
}

// shellFunction is a function and the program that it stands in.
type shellFunction struct {
	in   *shellText
	body *syntax.Stmt
}

// shellText is one shell program that is followed.
type shellText struct {
	*execution
	text string
	span func(start, end int) source.Span
	tail *syntax.Stmt // the last command of a text that the shell was given with -c, nil for none
}

func (s *shellText) at(n syntax.Node) source.Span {
	start, end := int(n.Pos().Offset()), int(n.End().Offset())
	if start > end || end > len(s.text) {
		return s.span(0, 0)
	}
	return s.span(start, end)
}

// raw is a node's source text.
func (s *shellText) raw(n syntax.Node) string {
	start, end := int(n.Pos().Offset()), int(n.End().Offset())
	if start > end || end > len(s.text) {
		return ""
	}
	return s.text[start:end]
}

func (s *shellText) stmts(list []*syntax.Stmt) {
	for _, st := range list {
		if s.ended {
			return
		}
		s.stmt(st)
	}
}

func (s *shellText) stmt(st *syntax.Stmt) {
	s.scripts.programs.steps++
	if s.steps++; st == nil || st.Cmd == nil || s.steps > maxShellSteps || s.scripts.programs.steps > maxTreeSteps {
		return
	}
	detached := s.detached
	s.detached = s.detached || st.Background
	s.last = st == s.tail && !st.Background && len(st.Redirs) == 0
	s.command(st.Cmd)
	s.detached, s.last = detached, false
	s.hereDocument(st)
}

func (s *shellText) command(cmd syntax.Command) {
	switch cmd := cmd.(type) {
	case *syntax.CallExpr:
		s.call(cmd)
	case *syntax.DeclClause:
		s.declare(cmd)
	case *syntax.BinaryCmd:
		before := len(s.commands)
		s.stmt(cmd.X)
		if cmd.Op == syntax.OrStmt {
			if s.passesOver(cmd.Y) {
				for i := before; i < len(s.commands); i++ {
					s.commands[i].Tolerated = true
				}
			}
			s.branch(fallbackRuns(s, cmd.X), []*syntax.Stmt{cmd.Y})
			return
		}
		s.stmt(cmd.Y)
	case *syntax.Block:
		s.stmts(cmd.Stmts)
	case *syntax.Subshell:
		ended := s.ended
		s.stmts(cmd.Stmts)
		s.ended = ended
	case *syntax.IfClause:
		s.ifClause(cmd)
	case *syntax.CaseClause:
		s.caseClause(cmd)
	case *syntax.WhileClause:
		s.branch(false, cmd.Cond)
		s.branch(false, cmd.Do)
	case *syntax.ForClause:
		s.branch(false, cmd.Do)
	case *syntax.FuncDecl:
		if cmd.Name != nil {
			s.funcs[cmd.Name.Value] = shellFunction{in: s, body: cmd.Body}
		}
	case *syntax.TimeClause:
		s.stmt(cmd.Stmt)
	}
}

// passesOver reports whether a command always ends well and does nothing, so that what failed before it has no effect.
func (s *shellText) passesOver(st *syntax.Stmt) bool {
	if st == nil {
		return false
	}
	call, ok := st.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	switch s.raw(call.Args[0]) {
	case "true", ":", "echo", "/bin/true":
		return true
	case "exit":
		return len(call.Args) > 1 && s.raw(call.Args[1]) == "0"
	}
	return false
}

// fallbackRuns reports whether what follows `X ||` runs when nobody sets anything: when X is a condition that does not hold then.
func fallbackRuns(s *shellText, x *syntax.Stmt) bool {
	holds, known := s.condition([]*syntax.Stmt{x})
	return known && !holds
}

// branch follows statements; taken is false for a branch that is not taken when nobody sets anything.
func (s *shellText) branch(taken bool, list []*syntax.Stmt) {
	maybe := s.maybe
	s.maybe = s.maybe || !taken
	s.stmts(list)
	s.maybe = maybe
}

// decide evaluates a condition. fixed is true when no choice of an operator can change it.
func (s *shellText) decide(cond []*syntax.Stmt) (holds, known, fixed bool) {
	s.assumed = false
	holds, known = s.condition(cond)
	return holds, known, known && !s.assumed
}

// ifClause follows the branches: those that a fixed condition excludes are left out.
func (s *shellText) ifClause(c *syntax.IfClause) {
	decided := false // a branch before this one is taken
	for ; c != nil; c = c.Else {
		if len(c.Cond) == 0 { // else
			s.branch(!decided, c.Then)
			return
		}
		holds, known, fixed := s.decide(c.Cond)
		if !known {
			s.branch(false, c.Cond)
		}
		if holds || !fixed {
			s.branch(known && holds && !decided, c.Then)
		}
		if fixed && holds {
			return
		}
		decided = decided || !known || holds
	}
}

func (s *shellText) caseClause(c *syntax.CaseClause) {
	s.assumed = false
	subject := s.word(c.Word, true)
	fixed := !s.assumed
	decided := false
	for _, item := range c.Items {
		matches := false
		for _, p := range item.Patterns {
			if ok, err := path.Match(s.word(p, true), subject); err == nil && ok {
				matches = true
			}
		}
		if matches || !fixed {
			s.branch(matches && !decided, item.Stmts)
		}
		decided = decided || matches
		if fixed && matches {
			return
		}
	}
}
