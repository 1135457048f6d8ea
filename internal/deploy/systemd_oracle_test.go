package deploy

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"gonogo/internal/source"
)

// systemdUnits are units by name, each called web.service, with drop-ins.
func systemdUnits() map[string]string {
	const service = "-- web.service --\n[Unit]\nDescription=Shop\n[Service]\n"
	return map[string]string{
		"defaults":       service + "ExecStart=/bin/sh run.sh\n",
		"all of it":      service + "Type=simple\nUser=nobody\nWorkingDirectory=/tmp\nEnvironment=A=1 \"B=two words\" 'C=x y' D=a\\x20b\nEnvironment=E=%n \"F=%%\"\nExecStartPre=/bin/true first\nExecStart=/bin/sh --bind \"0.0.0.0:8000\" 'the shop' \\\n  # between\n  --workers 3 \\\n  last\nRestart=on-failure\nKillSignal=SIGINT\nTimeoutStopSec=1min 20s\nMemoryMax=512M\n",
		"prefixes":       service + "ExecStart=-@/bin/sh sh -c \"echo %%n $${X} ${A}\" %p\nExecStartPre=-/bin/true\nExecStartPre=+/bin/true a\nRestart=always\n",
		"empty resets":   service + "Environment=A=1\nEnvironment=\nEnvironment=B=2\nExecStartPre=/bin/false\nExecStartPre=\nExecStart=/bin/true\nExecStart=\nExecStart=/bin/sh x\nRestart=always\nRestart=\nUser=nobody\nUser=\n",
		"drop-ins":       service + "ExecStart=/bin/sh a\nTimeoutStopSec=30\nEnvironment=A=1 B=1\n-- web.service.d/10-first.conf --\n[Service]\nEnvironment=B=2\nTimeoutStopSec=5\n-- web.service.d/20-second.conf --\n[Service]\nExecStart=\nExecStart=/bin/sh b\nEnvironment=C=%N\nUser=daemon\n-- web.service.d/readme --\n[Service]\nUser=nobody\n",
		"escapes":        service + "ExecStart=/bin/sh a\\x21b 'c\\'d' \"e\\\"f\" g\\\\h \\x41 \\101 i\\sj\nEnvironment=\"A=x\\x2fy\" B='\"q\"'\n",
		"two sections":   service + "ExecStart=/bin/sh a\nRestart=on-abnormal\n[Install]\nWantedBy=multi-user.target\n[Service]\nTimeoutSec=2min\nMemoryMax=1G\n",
		"spaces, quotes": service + "ExecStart =   /bin/sh    -c   'exec gunicorn --name=\"a b\"'   \nEnvironment  =  \"A=1\"   B=\"x y\"\n; comment\n# comment\nWorkingDirectory=/tmp\n",
		"spans":          service + "ExecStart=/bin/sh\nTimeoutStopSec=1h 1.5min 2s\n",
		"forever":        service + "ExecStart=/bin/sh\nTimeoutStopSec=infinity\n",
	}
}

// dumped matches a line of what systemd-analyze verify prints of a unit when it logs all.
var dumped = regexp.MustCompile(`(?m)^\t+([\w ]+): (.*)$`)

// TestSystemdReadsTheSame compares units and their drop-ins with systemd's own reading of them, which systemd-analyze dumps.
func TestSystemdReadsTheSame(t *testing.T) {
	program, err := exec.LookPath("systemd-analyze")
	if err != nil {
		if os.Getenv("GONOGO_ORACLE") == "1" {
			t.Fatal("systemd-analyze is not installed; apt-get install systemd")
		}
		t.Skip("systemd-analyze is not installed")
	}
	units := systemdUnits()
	compared := 0
	for _, name := range sortedKeys(units) {
		t.Run(name, func(t *testing.T) {
			files := map[string][]byte{}
			for _, f := range txtar.Parse([]byte(units[name])).Files {
				files[f.Name] = f.Data
			}
			cmd := exec.Command(program, "verify", "--man=no", "./web.service")
			cmd.Dir, cmd.Env = writeFiles(t, files), append(os.Environ(), "SYSTEMD_LOG_LEVEL=debug", "SYSTEMD_LOG_TARGET=null")
			out, _ := cmd.Output() // of a unit with faults it fails, and says what it has all the same
			_, dump, found := strings.Cut(string(out), "-> Unit web.service:")
			if !found {
				t.Fatalf("%s", out)
			}
			dump, _, _ = strings.Cut(dump, "-> Unit ")
			want := dumpedUnit(dump)
			got := ourUnit(Read(source.FromMap(files)).Processes[0])
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-systemd +got\n%s", diff)
			}
			compared += len(want)
		})
	}
	t.Logf("%d settings of %d units compared", compared, len(units))
}

// dumpedUnit is what systemd has, in the words of ourUnit.
func dumpedUnit(dump string) []string {
	var env, out []string
	user, command := "root", ""
	for _, m := range dumped.FindAllStringSubmatch(dump, -1) {
		switch key, value := m[1], m[2]; key {
		case "Environment":
			env = append(env, value)
		case "User":
			user = value
		case "Command Line":
			command = fmt.Sprintf("%q", systemdArgs(value)) // ExecStart is the last
		case "Restart":
			out = append(out, "Restart "+map[string]string{"no": "no", "always": "always", "on-success": "always"}[value]+map[bool]string{true: "on-failure"}[strings.HasPrefix(value, "on-f") || strings.HasPrefix(value, "on-a")])
		case "KillSignal", "WorkingDirectory":
			if value != "/" { // where every unit starts
				out = append(out, key+" "+value)
			}
		case "TimeoutStopSec":
			d, known := parseTimespan(value)
			out = append(out, fmt.Sprintf("%s %s %v", key, d, known))
		case "MemoryMax":
			out = append(out, strings.Replace(key+" "+value, "18446744073709551615", "infinity", 1))
		}
	}
	out = append(out, "User "+user, "Command "+command)
	return sortedWith(out, env)
}

func systemdArgs(line string) []string {
	words := splitWords(strings.ReplaceAll(strings.ReplaceAll(line, `\$`, "$"), "$$", "$"))
	return words[1:] // what the program is called, its path or the name after @
}

func sortedWith(out, env []string) []string {
	for i := range env {
		env[i] = "Environment " + env[i]
	}
	last := map[string]string{}
	for _, e := range env {
		name, _, _ := strings.Cut(e, "=")
		last[name] = e
	}
	for _, name := range sortedKeys(last) {
		out = append(out, last[name])
	}
	set := map[string]bool{}
	for _, line := range out {
		set[line] = true
	}
	return sortedKeys(set)
}

func ourUnit(p *Process) []string {
	var out, env []string
	for _, v := range p.Env {
		env = append(env, v.Name+"="+v.Value)
	}
	out = append(out, "User "+p.User.Value, "Restart "+map[RestartPolicy]string{RestartAlways: "always", RestartOnFailure: "on-failure", RestartNever: "no"}[p.Restart.Policy])
	signal := p.StopSignal.Value
	if signal == "" {
		signal = "SIGTERM"
	}
	out = append(out, "KillSignal "+signal, fmt.Sprintf("TimeoutStopSec %s %v", p.StopGrace.Value, p.StopGrace.Known), "Command "+fmt.Sprintf("%q", p.Argv[1:]))
	if p.Directory.Said() {
		out = append(out, "WorkingDirectory "+p.Directory.Value)
	}
	memory := "infinity"
	if p.Resources.MemoryLimit.Known {
		memory = fmt.Sprint(p.Resources.MemoryLimit.Value)
	}
	return sortedWith(append(out, "MemoryMax "+memory), env)
}

// TestTimespans compares with systemd-analyze timespan.
func TestTimespans(t *testing.T) {
	program, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	for _, text := range []string{"90", "1min 20s", "1h30m", "2 weeks", "5M", "1y", "10us", "1.5h", "3d4h", "500ms", "1month", "7 seconds", "0"} {
		out, err := exec.Command(program, "timespan", text).Output()
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		var micros int64
		if m := regexp.MustCompile(`μs: (\d+)`).FindSubmatch(out); m != nil {
			fmt.Sscan(string(m[1]), &micros)
		}
		if d, ok := parseTimespan(text); !ok || d != time.Duration(micros)*time.Microsecond {
			t.Errorf("%s is %s %v, systemd has %d μs", text, d, ok, micros)
		}
	}
}
