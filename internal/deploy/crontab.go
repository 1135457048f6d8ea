package deploy

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"gonogo/internal/source"
)

// isCrontab reports whether a path is a crontab by its name: of a user, of the system (/etc/cron.d), or of supercronic.
func isCrontab(file string) bool {
	base, dir := path.Base(file), path.Base(path.Dir(file))
	switch {
	case base == "crontab", base == "crontab.txt", base == "cron.txt", base == "cronjobs", base == "cronfile":
		return true
	case path.Ext(base) == ".crontab", path.Ext(base) == ".cron":
		return true
	}
	return (dir == "cron.d" || dir == "crontabs") && !strings.Contains(base, ".")
}

var (
	cronFields = regexp.MustCompile(`^((?:@(?:reboot|hourly|daily|midnight|weekly|monthly|yearly|annually|every\s+\S+))|(?:[\d*/,-]+\s+){2}(?:[\d*/,?LW-]+\s+)(?:[\dA-Za-z*/,-]+\s+)[\dA-Za-z*/,?#-]+)\s+(\S.*)$`)
	cronUser   = regexp.MustCompile(`^([a-z_][a-z0-9_-]*)\s+(\S.*)$`)
)

// crontab reads the jobs of a crontab (crontab(5)): five fields or a word for them, in those of the system the user, and a command for a shell.
// Variables stand above the jobs that they are for.
func (r *reader) crontab(f *source.File) []*Process {
	var all []*Process
	var env []Variable
	system := path.Base(path.Dir(f.Path)) == "cron.d" || strings.HasSuffix(f.Path, "etc/crontab")
	for n := 1; n <= min(f.LineCount(), maxFiles); n++ {
		line := strings.TrimSpace(f.Line(n))
		if isAssignment(line) && !strings.HasPrefix(line, "@") {
			name, value, _ := strings.Cut(line, "=")
			env = append(env, Variable{Name: strings.TrimSpace(name), Value: strings.Trim(strings.TrimSpace(value), `"'`), Given: true, At: lineSpan(f, n)})
			continue
		}
		m := cronFields.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		command, user := m[2], Told[string]{}
		if u := cronUser.FindStringSubmatch(command); u != nil && (system || u[1] == "root" || u[1] == "www-data") {
			command, user = u[2], said(u[1], lineSpan(f, n))
		}
		p := r.shellProcess("job", command, lineSpan(f, n), slices.Clone(env)...)
		p.Running = Running{Runtime: ByCron, Schedule: said(strings.Join(strings.Fields(m[1]), " "), within(p.At, m[1])), User: user}
		p.byTheClock()
		p.Name = jobName(p)
		p.Artefact = fmt.Sprintf("%s, job %s", f.Path, p.Name)
		all = append(all, p)
	}
	return all
}

// jobName is what a periodic process is called for people: its management command, else its program.
func jobName(p *Process) string {
	main, ok := p.Main()
	if !ok {
		return p.Name
	}
	if name, _, management := ManagementCommand(main.Argv); management {
		return name
	}
	name, _ := program(main.Argv)
	return name
}

// byTheClock gives the role Periodic to a process that a clock starts, unless it serves.
func (p *Process) byTheClock() {
	if p.Schedule.Said() && p.Role != Web && p.Role != Worker && p.Role != Beat {
		p.Role = Periodic
		if p.Runtime == OnPlatform {
			p.Restart = Restart{} // its end is none that a platform answers
		}
	}
}

// placeCrontabs moves jobs of crontabs to the containers whose cron reads them. Each container is a deployment of its own for them: one that is
// not production's has jobs that are not. What no container reads stays with its file.
func (r *reader) placeCrontabs(all []*artefact) []*artefact {
	isCron := func(a *artefact) bool {
		return a.kind == otherKind && len(a.processes) > 0 && a.processes[0].Runtime == ByCron
	}
	if !slices.ContainsFunc(all, isCron) {
		return all
	}
	var out []*artefact
	for _, a := range all {
		read := false
		for _, other := range all {
			if !isCron(a) || isCron(other) {
				continue
			}
			for _, container := range slices.Clone(other.processes) {
				if inherits, ok := container.readsCrontab(a.file); ok {
					read = true
					for _, job := range a.processes {
						other.processes = append(other.processes, job.within(container, inherits))
					}
				}
			}
		}
		if !read {
			out = append(out, a)
		}
	}
	return out
}

// readsCrontab reports whether a process is a cron that reads a crontab of the tree. inherits says that its jobs have its variables: those of
// supercronic and busybox have, those of Debian's cron have not.
func (p *Process) readsCrontab(file string) (inherits, ok bool) {
	for _, c := range p.Commands {
		name, args := program(c.Argv)
		switch name {
		case "supercronic", "yacron":
			for _, arg := range args {
				from, known := p.FromTree(path.Join("/", arg))
				if !strings.HasPrefix(arg, "-") && (known && slices.Contains(from, file) || !known && path.Base(arg) == path.Base(file)) {
					return true, true
				}
			}
		case "crond", "cron", "busybox":
			for _, dir := range []string{"/etc/cron.d", "/etc/crontabs", "/var/spool/cron/crontabs", "/etc"} {
				if inside, known := p.PathInside(file); known && path.Dir(inside) == dir {
					return name != "cron", true
				}
			}
		}
	}
	return false, false
}

// within is a job as a container starts it.
func (p *Process) within(container *Process, inherits bool) *Process {
	job := *p
	job.Artefact = container.Artefact + ", job " + job.Name
	job.Production, job.Reason, job.Explicit = container.Production, container.Reason, container.Explicit
	job.Image, job.ImageAt, job.Build, job.Built, job.BuiltHere = container.Image, container.ImageAt, container.Build, container.Built, container.BuiltHere
	job.Runtime, job.Volumes, job.Replicas = container.Runtime, container.Volumes, container.Replicas
	if inherits {
		job.Env = append(slices.Clone(container.Env), p.Env...)
		job.EnvFrom = container.EnvFrom
	} else {
		job.EnvFrom = append(slices.Clone(container.EnvFrom), EnvSource{Name: "cron", At: container.At}) // a script may have written what the container has into its files
	}
	return &job
}

// ofeliaLabel is a label by which ofelia starts a command in the container that bears it (https://github.com/mcuadros/ofelia).
var ofeliaLabel = regexp.MustCompile(`^ofelia\.job-exec\.([^.]+)\.(schedule|command)$`)

// ofeliaJobs are the jobs that a container's labels tell ofelia to start in it.
func (p *Process) ofeliaJobs(find *scripts) []*Process {
	jobs := map[string]*Process{}
	commands := map[string]Variable{}
	for _, label := range p.Labels {
		m := ofeliaLabel.FindStringSubmatch(label.Name)
		switch {
		case m == nil:
		case m[2] == "command":
			commands[m[1]] = label
		default:
			job := *p
			job.Name, job.Commands, job.Role = m[1], nil, 0
			job.Env = slices.Clone(p.Env)
			job.Ports, job.Probes, job.Names, job.Labels, job.DependsOn, job.Restart = nil, nil, nil, nil, nil, Restart{}
			job.Schedule = said(label.Value, label.At)
			jobs[m[1]] = &job
		}
	}
	var all []*Process
	for _, name := range sortedKeys(jobs) {
		command, ok := commands[name]
		if !ok {
			continue
		}
		job := jobs[name]
		job.Argv, job.argvAt, job.At = strings.Fields(command.Value), command.At, command.At
		job.follow(find)
		job.byTheClock()
		job.Artefact = p.Artefact + ", job " + name
		all = append(all, job)
	}
	return all
}

// systemdTimer is when a timer beside a service starts it: NAME.timer, or one that names it in Unit=.
func (r *reader) systemdTimer(f *source.File) Told[string] {
	for _, file := range r.tree.Under(path.Dir(f.Path)) {
		if path.Ext(file) != ".timer" || path.Dir(file) != path.Dir(f.Path) {
			continue
		}
		timer, ok := r.tree.Read(file)
		if !ok {
			continue
		}
		unit := strings.TrimSuffix(path.Base(file), ".timer") + ".service"
		schedule := Told[string]{}
		for n := 1; n <= min(timer.LineCount(), maxFiles); n++ {
			key, value, _ := strings.Cut(strings.TrimSpace(timer.Line(n)), "=")
			switch value = strings.TrimSpace(value); strings.TrimSpace(key) {
			case "Unit":
				unit = value
			case "OnCalendar", "OnUnitActiveSec", "OnUnitInactiveSec", "OnBootSec", "OnActiveSec", "OnStartupSec":
				if !schedule.Said() && value != "" {
					schedule = said(strings.TrimPrefix(strings.TrimSpace(key)+"="+value, "OnCalendar="), lineSpan(timer, n))
				}
			}
		}
		if unit == path.Base(f.Path) {
			return schedule
		}
	}
	return Told[string]{}
}
