package deploy

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"gonogo/internal/source"
)

// isProcfile reports whether a path is a Procfile (https://devcenter.heroku.com/articles/procfile).
func isProcfile(file string) bool {
	base := path.Base(file)
	return base == "Procfile" || strings.HasPrefix(base, "Procfile.") || strings.HasSuffix(base, ".Procfile")
}

var procfileLine = regexp.MustCompile(`^([A-Za-z0-9_-]+):\s*(.+)$`)

// procfile reads one process per line; each command is run by a shell.
func (r *reader) procfile(f *source.File) []*Process {
	var all []*Process
	env := r.appVariables(path.Join(path.Dir(f.Path), "app.json"))
	for n := 1; n <= min(f.LineCount(), maxFiles); n++ {
		m := procfileLine.FindStringSubmatch(strings.TrimSpace(f.Line(n)))
		if m == nil {
			continue
		}
		p := r.shellProcess(m[1], m[2], lineSpan(f, n), env...)
		p.Artefact = fmt.Sprintf("%s, process %s", f.Path, m[1])
		if role := roleByName(m[1]); p.Role == Other && role != 0 {
			p.Role = role
		}
		all = append(all, p)
	}
	return all
}

// shellProcess is a process whose command is a shell's, started in the folder of the file at hand.
func (r *reader) shellProcess(name, command string, at source.Span, env ...Variable) *Process {
	p := &Process{Name: name, At: at, Argv: []string{"/bin/sh", "-c", command}, Env: env, Running: Running{Runtime: FromProcfile}}
	find := r.scripts(path.Dir(at.Path()), nil)
	p.follow(find)
	return p
}

// roleByName is the role that platforms give to a process by its name; 0 for any other.
func roleByName(name string) Role {
	switch {
	case name == "web":
		return Web
	case name == "release":
		return Release
	case name == "beat" || name == "scheduler" || name == "celerybeat" || name == "clock":
		return Beat
	case strings.HasPrefix(name, "worker") || strings.HasSuffix(name, "worker"):
		return Worker
	}
	return 0
}
