package deploy

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"gonogo/internal/source"
)

// supervised is a program as supervisord starts it.
type supervised struct {
	Name, Directory, Restart, Signal, Output string
	Argv                                     []string
	Env                                      map[string]string
	Replicas, Stop                           int
	User                                     string
}

// supervisorProgram asks supervisord's own reader for the programs of each folder, the first process of each.
const supervisorProgram = `
import json, os, pwd, shlex, signal, sys
from supervisor.options import ServerOptions
from supervisor.datatypes import RestartUnconditionally, RestartWhenExitUnexpected
answers = []
for folder in sys.argv[1:]:
    os.chdir(folder)
    options = ServerOptions()
    options.realize(["-c", folder + "/supervisord.conf"])
    programs = {}
    for group in options.process_group_configs:
        for p in group.process_configs:
            key = p.command if "%" in p.command else p.name
            answer = {"Name": p.name, "Argv": shlex.split(p.command), "Env": p.environment, "Directory": p.directory or "",
                "Restart": {RestartUnconditionally: "always", RestartWhenExitUnexpected: "unexpected"}.get(p.autorestart, "never"),
                "Signal": signal.Signals(p.stopsignal).name, "Stop": p.stopwaitsecs, "Output": p.stdout_logfile if isinstance(p.stdout_logfile, str) else "",
                "User": pwd.getpwuid(p.uid).pw_name if p.uid is not None else "", "Replicas": len(group.process_configs) if group.name == group.process_configs[0].name.split("_")[0] else 1}
            if not p.autostart:
                answer["Replicas"] = 0
            programs.setdefault(p.name.split("_")[0], answer)
    answers.append(programs)
print(json.dumps(answers))
`

func supervisorFixtures() map[string]string {
	const daemon = "[supervisord]\nnodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\n"
	return map[string]string{
		"defaults":  "-- supervisord.conf --\n" + daemon + "[program:web]\ncommand=gunicorn shop.wsgi\n",
		"all of it": "-- supervisord.conf --\n" + daemon + "[program:web]\ncommand = gunicorn shop.wsgi --bind \"0.0.0.0:8000\" --name 'the shop' ; comment\ndirectory=/tmp\nuser=nobody\nautorestart = true\nstopsignal=QUIT\nstopwaitsecs=30\nstdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0\nenvironment=DJANGO_SETTINGS_MODULE=\"shop.settings\",DEBUG='0',PORT=8000\n",
		"expansions": "-- supervisord.conf --\n" + daemon + "environment=HOME_OF=\"/srv\",LEVEL=info\n[program:worker]\ncommand=celery -A shop worker -l %(ENV_LEVEL)s -n %(program_name)s@%%h --pidfile=%(ENV_HOME_OF)s/%(group_name)s.pid\nprocess_name=%(program_name)s_%(process_num)02d\nnumprocs=3\n" +
			"environment=QUEUE=\"q\",NAME=\"%(program_name)s\"\n[program:beat]\ncommand=celery -A shop beat --schedule=/tmp/%(program_name)s-%(process_num)02d.db %(ENV_OWN)s\nenvironment=OWN=\"x,y\"\n",
		"includes":             "-- supervisord.conf --\n[include]\nfiles = conf.d/*.conf\n" + daemon + "environment=SHARED=\"1\",DEBUG=\"0\"\nuser=root\n-- conf.d/web.conf --\n[program:web]\ncommand=gunicorn shop.wsgi --workers %(ENV_SHARED)s\nenvironment=DEBUG=\"1\"\n-- conf.d/worker.conf --\n[program:worker]\ncommand=celery -A shop worker\nautorestart=unexpected\n",
		"groups":               "-- supervisord.conf --\n" + daemon + "[group:shop]\nprograms=web,worker\n[program:web]\ncommand=gunicorn --name=%(group_name)s shop.wsgi\nautorestart=false\n[program:worker]\ncommand=celery -A shop worker\nstopasgroup=true\nkillasgroup=true\n",
		"not started":          "-- supervisord.conf --\n" + daemon + "[program:web]\ncommand=gunicorn shop.wsgi\n[program:shell]\ncommand=python manage.py shell\nautostart=false\n",
		"continued lines":      "-- supervisord.conf --\n" + daemon + "[program:web]\ncommand=gunicorn shop.wsgi\n  --workers 3\n  --bind 0.0.0.0:8000\n; a comment\n  --timeout 60\nenvironment=\n  A=\"1\",\n  B=\"two words\",\n  C=\"%%d\"\nstopwaitsecs : 7\n",
		"capitals and twice":   "-- supervisord.conf --\n" + daemon + "[program:web]\nCommand=gunicorn shop.wsgi\nAutoRestart=True\nstopsignal=2\n[program:worker]\ncommand=celery -A old worker\n[program:worker]\ncommand=celery -A shop worker # why\nautostart=off\n",
		"events and FastCGI":   "-- supervisord.conf --\n" + daemon + "[eventlistener:crashes]\ncommand=crashmail -a -m root@example.com\nevents=PROCESS_STATE_EXITED\n[fcgi-program:app]\nsocket=tcp://localhost:9002\ncommand=flup-server\nnumprocs=1\nstopsignal=KILL\n",
		"odd comments, spaces": "-- supervisord.conf --\n# head\n" + daemon + "\n[program:web]   ; the site\ncommand   =   gunicorn   shop.wsgi   --log-file=-#x\n\n\n  ;x\nstopsignal = sigint\nstdout_logfile = /dev/fd/1 ; out\n",
	}
}

// TestSupervisordReadsTheSame compares programs with what supervisord's own reader makes of the same files.
func TestSupervisordReadsTheSame(t *testing.T) {
	python := deployProgram(t, "python")
	fixtures := supervisorFixtures()
	names := sortedKeys(fixtures)
	args := []string{"-c", supervisorProgram}
	var projects []map[string][]byte
	for _, name := range names {
		files := map[string][]byte{}
		for _, f := range txtar.Parse([]byte(fixtures[name])).Files {
			files[f.Name] = f.Data
		}
		projects, args = append(projects, files), append(args, writeFiles(t, files))
	}
	cmd := exec.Command(python, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	out, err := cmd.Output()
	if failed, ok := err.(*exec.ExitError); ok {
		t.Fatalf("%s", failed.Stderr)
	}
	var answers []map[string]supervised
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	compared := 0
	for i, name := range names {
		t.Run(name, func(t *testing.T) {
			got := map[string]supervised{}
			for _, p := range Read(source.FromMap(projects[i])).Processes {
				got[p.Name] = supervisedOf(p, answers[i][p.Name])
			}
			if diff := cmp.Diff(answers[i], got); diff != "" {
				t.Errorf("-supervisord +got\n%s", diff)
			}
			compared += len(got)
		})
	}
	t.Logf("%d programs of %d configurations compared", compared, len(names))
}

// supervisedOf is a process in supervisord's words. What it is by default, and the names of processes, are supervisord's.
func supervisedOf(p *Process, theirs supervised) supervised {
	s := supervised{Name: theirs.Name, Argv: p.Argv, Env: map[string]string{}, Directory: p.Directory.Value, Signal: "SIGTERM", Stop: int(p.StopGrace.Value.Seconds()), Replicas: p.Replicas.Value, User: p.User.Value}
	for _, v := range p.Env {
		s.Env[v.Name] = v.Value
	}
	if theirs.User == "" { // supervisord itself changes to the user of its own section
		s.User = ""
	}
	s.Restart = map[RestartPolicy]string{RestartAlways: "always", RestartOnFailure: "unexpected", RestartNever: "never"}[p.Restart.Policy]
	if signal := strings.ToUpper(p.StopSignal.Value); signal != "" {
		s.Signal = "SIG" + strings.TrimPrefix(signal, "SIG")
	}
	if s.Signal == "SIG2" {
		s.Signal = "SIGINT"
	}
	if p.Logging.Driver.Known {
		s.Output = p.Logging.Driver.Value
	}
	return s
}

// TestIncludedBySupervisord shows what a file that another one includes has from it.
func TestIncludedBySupervisord(t *testing.T) {
	d := Read(source.FromMap(map[string][]byte{
		"deploy/supervisord.conf":                               []byte("[supervisord]\nuser=app\nenvironment=A=\"1\"\n[include]\nfiles=%(here)s/programs/*.conf\n"),
		filepath.Join("deploy/programs", "supervisor-web.conf"): []byte("[program:web]\ncommand=gunicorn shop.wsgi --workers %(ENV_A)s --pid %(ENV_B)s\n"),
	}))
	p := d.Processes[0]
	if got := fmt.Sprint(p.Argv, p.Env[0].Name, p.Env[0].Value, p.User.Value); got != "[gunicorn shop.wsgi --workers 1 --pid %(ENV_B)s]A1app" {
		t.Error(got)
	}
}
