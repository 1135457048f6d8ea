package deploy

import (
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"gonogo/internal/source"
)

// remoteCommand follows the command that ssh is told to run on another machine (`ssh host "cd /srv && ./deploy.sh"`). It reports whether
// argv is one. The files of that machine are not the tree's, but a script of the project lies there, too.
func (x *execution) remoteCommand(argv []string, at source.Span) bool {
	if len(argv) < 3 || path.Base(argv[0]) != "ssh" {
		return false
	}
	rest := skipSSHOptions(argv[1:])
	if len(rest) < 2 {
		return false
	}
	text := strings.Join(rest[1:], " ")
	x.onMachine(func() {
		x.program(text, true, func(start, end int) source.Span { return within(at, text[start:end]) })
	})
	return true
}

// skipSSHOptions skips the options of ssh before the host (ssh(1)).
func skipSSHOptions(args []string) []string {
	return skipOptions(args, "BbcDEeFIiJLlmOopQRSWw")
}

// onMachine follows what runs on another machine: it neither ends nor replaces what runs here.
func (x *execution) onMachine(follow func()) {
	saved := *x
	x.remote, x.shell, x.last = true, "sh", false
	follow()
	x.remote, x.shell, x.last, x.ended, x.args = saved.remote, saved.shell, saved.last, saved.ended, saved.args
}

// hereDocument follows a text that ssh, or a shell, is given on its standard input.
func (s *shellText) hereDocument(st *syntax.Stmt) {
	call, ok := st.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 || s.depth >= maxShellDepth {
		return
	}
	name := path.Base(s.word(call.Args[0], true))
	if name != "ssh" && !isShell(name) {
		return
	}
	for _, r := range st.Redirs {
		if r.Hdoc == nil || r.Op != syntax.Hdoc && r.Op != syntax.DashHdoc {
			continue
		}
		text := s.raw(r.Hdoc) // with the line that ends it
		text = text[:strings.LastIndexByte(text, '\n')+1]
		start := int(r.Hdoc.Pos().Offset())
		outer := s.span
		s.depth++
		s.onMachine(func() {
			s.remote = name == "ssh"
			s.program(text, false, func(a, b int) source.Span { return outer(start+a, start+b) })
		})
		s.depth--
	}
}
