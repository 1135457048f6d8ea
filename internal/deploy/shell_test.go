package deploy

import (
	"fmt"
	"strings"
	"testing"

	"gonogo/internal/source"
)

// TestExecution follows scripts. Each line of want is one command as "argv | flags".
func TestExecution(t *testing.T) {
	tests := []struct {
		name, script  string
		args          []string
		env           []Variable
		want, exports string
	}{
		{name: "a list of commands", script: "a\nb && c; d | e", want: "a\nb\nc\nd\ne"},
		{name: "a fallback is conditional", script: "a || b", want: "a\nb | conditional"},
		{name: "exec ends the script", script: "exec a\nb", want: "a | exec"},
		{name: "exec in a branch does not", script: "if ask; then exec a; fi\nb", want: "ask | conditional\na | exec conditional\nb"},
		{name: "exit ends the script", script: "a\nexit 0\nb", want: "a"},
		{name: "all arguments", script: `exec "$@"`, args: []string{"gunicorn", "a b"}, want: "gunicorn;a b | exec"},
		{name: "arguments that the script adds", script: "set -- python \"$@\"\nexec \"$@\"", args: []string{"x"}, want: "python;x | exec"},
		{name: "shift", script: "shift\n\"$@\"", args: []string{"x", "y", "z"}, want: "y;z"},
		{name: "a function with arguments", script: "run() { echo; start \"$1\"; }\nrun web", want: "start;web"},
		{name: "case on an argument takes one branch", script: "case $1 in web|www) a;; w*) b;; *) c;; esac", args: []string{"worker"}, want: "b"},
		{name: "case on a variable that nobody sets", script: "case \"$ROLE\" in web) a;; *) b;; esac", want: "a | conditional\nb"},
		{name: "case on a given variable", script: "case \"$ROLE\" in web) a;; *) b;; esac", env: []Variable{{Name: "ROLE", Value: "web", Given: true}}, want: "a"},
		{name: "a variable that nobody sets is empty", script: "if [ \"$DEBUG\" = \"1\" ]; then a; else b; fi", want: "a | conditional\nb"},
		{name: "negated", script: "if [ \"$DEBUG\" != \"1\" ]; then a; else b; fi", want: "a\nb | conditional"},
		{name: "double brackets and a default", script: "if [[ ${MODE:-prod} == pr* && -z $X ]]; then a; else b; fi", want: "a\nb | conditional"},
		{name: "a fixed condition leaves branches out", script: "if [ \"$#\" -eq 0 ]; then a; elif [ $1 = x ]; then b; else c; fi", args: []string{"x"}, want: "b"},
		{name: "a condition that asks a program", script: "if pg_isready; then a; else b; fi", want: "pg_isready | conditional\na | conditional\nb | conditional"},
		{name: "a condition on what a program prints", script: "if [ \"$(id -u)\" != 0 ]; then exit 1; fi\nif [[ $(id -u) != 0 ]]; then a; else b; fi", want: "a | conditional\nb | conditional"},
		{name: "a condition on a variable that holds what a program prints", script: "ID=$(id -u)\nif [ $ID -ne 0 ]; then exit 1; fi\n[ \"$EUID\" = 0 ] || exit 1\na", want: "a"},
		{name: "a test as command", script: "[ -n \"$X\" ] && a\n[ -z \"$X\" ] || b", want: "a\nb | conditional"},
		{name: "a loop that waits", script: "until nc -z db 5432; do sleep 1; done\na", want: "nc;-z;db;5432 | conditional\na"},
		{name: "background", script: "a &\nb", want: "a | background\nb"},
		{name: "wrappers", script: "exec gosu app tini -g -- poetry run env A=1 python -m gunicorn x", want: "python;-m;gunicorn;x | exec", exports: "A=1"},
		{name: "a shell string in a script", script: "su-exec app sh -c 'a && exec b $0 $1' zero one", want: "a\nb;$0;one | exec"},
		{name: "wait-for-it with a command", script: "./wait-for-it.sh db:5432 -t 3 -- a b", want: "a;b"},
		{name: "wait-for-it alone", script: "wait-for-it db:5432\na", want: "wait-for-it;db:5432\na"},
		{name: "export", script: "export A=1 B=\"$A-2\"\nC=3\nexport C\nexport D=$(cat x)\nE=5 run\nF=6", want: "run", exports: "A=1 B=1-2 C=3 D? E=5"},
		{name: "export with a default", script: "export A=\"${A:-x}\" ; export B=${B}", exports: "A=x B?"},
		{name: "export in a branch that is not taken", script: "[ -n \"$A\" ] && true\nif [ \"$A\" ]; then export B=1; fi", exports: ""},
		{name: "expansion with a known variable", script: "W=3\na --workers $W --bind :${PORT:-8000} $UNKNOWN \"${UNKNOWN}\"", want: "a;--workers;3;--bind;:8000;$UNKNOWN;${UNKNOWN}"},
		{name: "words of a variable are split", script: "CMD=\"a b  c\"\nexec $CMD", want: "a;b;c | exec"},
		{name: "quotes and escapes", script: `a 'x y' "p \"q\" \$z" r\ s`, want: `a;x y;p "q" $z;r s`},
		{name: "another script", script: "./other.sh now\n. ./vars.sh\na $V", want: "fromother;now\na;7", exports: "V=7"},
		{name: "a script that calls itself", script: "./main.sh", want: ""},
		{name: "a broken script keeps what can be read", script: "a\nb\nif\n", want: "a\nb"},
		{name: "eval", script: "eval \"a b\"", want: "a;b"},
		{name: "a here document is no command", script: "cat <<END\nrunserver\nEND\na", want: "cat\na"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree := source.FromMap(map[string][]byte{
				"main.sh": []byte("#!/bin/sh\n" + tt.script + "\n"), "other.sh": []byte("#!/bin/bash\nfromother $1\n"), "vars.sh": []byte("export V=7\n"),
			})
			x := newExecution(tt.env, &scripts{tree: tree, context: ".", programs: newPrograms()})
			x.run(append([]string{"./main.sh"}, tt.args...), source.Span{}, false)
			var got, exports []string
			for _, c := range x.commands {
				line := strings.Join(c.Argv, ";")
				if f := strings.TrimSpace(flags(c)); f != "" {
					line += " | " + f
				}
				got = append(got, line)
			}
			for _, v := range x.exported {
				if v.Given {
					exports = append(exports, fmt.Sprintf("%s=%s", v.Name, v.Value))
				} else {
					exports = append(exports, v.Name+"?")
				}
			}
			if strings.Join(got, "\n") != tt.want {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), tt.want)
			}
			if strings.Join(exports, " ") != tt.exports {
				t.Errorf("exports %q, want %q", strings.Join(exports, " "), tt.exports)
			}
		})
	}
}

func TestExecutionEnds(t *testing.T) {
	for name, script := range map[string]string{
		"a function that calls itself":       "f() { a; f; }\nf",
		"a function that calls itself twice": "f() { a; f; f; }\nf",
		"a script that calls itself twice":   "./main.sh; ./main.sh",
		"eval that doubles":                  "x='a a'\nx=$x$x; x=$x$x; x=$x$x\nset -- $x $x\nset -- \"$@\" \"$@\"\neval \"$x; $x\"",
	} {
		t.Run(name, func(t *testing.T) {
			tree := source.FromMap(map[string][]byte{"main.sh": []byte("#!/bin/sh\n" + script + "\n")})
			x := newExecution(nil, &scripts{tree: tree, context: ".", programs: newPrograms()})
			x.run([]string{"./main.sh"}, source.Span{}, false)
			if len(x.commands) > maxCommands {
				t.Errorf("%d commands", len(x.commands))
			}
		})
	}
}

func TestRoleOf(t *testing.T) {
	tests := map[string]Role{
		"gunicorn a.wsgi": Web, "/venv/bin/uvicorn a.asgi:app": Web, "python3.12 -u -m gunicorn a": Web, "daphne a": Web, "python manage.py runserver 0:80": Web,
		"./manage.py runserver_plus": Web, "django-admin runserver --settings=a": Web, "celery -A a worker -B": Worker, "celery worker -A a": Worker, "celery -A a beat": Beat,
		"celery -A worker flower": Other, "celery -A beat worker": Worker, "python -m celery -A a beat": Beat, "python manage.py rqworker": Worker, "python manage.py qcluster": Worker,
		"dramatiq a": Worker, "rq worker": Worker, "rq info": Other, "python manage.py migrate --noinput": Release, "python manage.py --settings a collectstatic": Release,
		"python -c runserver": Other, "python manage.py": Other, "python script.py gunicorn": Other, "echo gunicorn": Other, "nginx": Other, "": Other, "python": Other,
		"python -m manage migrate": Release,
	}
	for command, want := range tests {
		if got := roleOf(splitWords(command)); got != want {
			t.Errorf("%q: %s, want %s", command, roleName(got), roleName(want))
		}
	}
}

func TestDevelopmentServer(t *testing.T) {
	tests := map[string]string{
		"python manage.py runserver": "runserver", "uvicorn a --reload": "uvicorn --reload", "gunicorn --reload a": "gunicorn --reload",
		"uvicorn a": "", "python manage.py migrate": "", "celery -A a worker": "", "watch --reload": "",
	}
	for command, want := range tests {
		if got := DevelopmentServer(splitWords(command)); got != want {
			t.Errorf("%q: %q, want %q", command, got, want)
		}
	}
}

func TestInterpolate(t *testing.T) {
	lookup := func(name string) (string, bool) {
		v, ok := map[string]string{"A": "1", "EMPTY": ""}[name]
		return v, ok
	}
	tests := []struct {
		text, want, kept string
		known            bool
	}{
		{"plain", "plain", "plain", true},
		{"$A-${A}", "1-1", "1-1", true},
		{"${B:-x}", "x", "x", true},
		{"${B-x}", "x", "x", true},
		{"${EMPTY:-x}${EMPTY-x}", "x", "x", true},
		{"${A:+y}${B:+y}", "y", "y", true},
		{"$B", "", "$B", false},
		{"${B:?must be set}", "", "${B:?must be set}", false},
		{"${B:-${A}}", "1", "1", true},
		{"${B:-${C:-deep}}", "deep", "deep", true},
		{"$$A", "$A", "$A", true},
		{"a$ b ${", "a$ b ${", "a$ b ${", true},
		{"${unclosed", "${unclosed", "${unclosed", true},
	}
	for _, tt := range tests {
		got, known := interpolate(tt.text, '$', lookup)
		if got != tt.want || known != tt.known {
			t.Errorf("%q: got %q, %v", tt.text, got, known)
		}
		if kept := interpolateKnown(tt.text, '$', lookup); kept != tt.kept {
			t.Errorf("%q kept: %q", tt.text, kept)
		}
	}
}

func TestUsageOf(t *testing.T) {
	tests := map[string]usage{
		"docker-compose.yml": neutral, "docker-compose.prod.yml": production, "deploy/docker-compose.yml": neutral, "compose/production/django/Dockerfile": production,
		"compose/local/Dockerfile": development, "docker-compose.override.yml": development, "tests/production/compose.yml": development, "Dockerfile.dev": development,
		"staging/compose.yml": staging, "docker-compose-production-test.yml": development, "livestream/Dockerfile": neutral, ".devcontainer/Dockerfile": development,
		".do/app.yaml": neutral, "docs/examples/prod/compose.yml": development, "requirements/production.txt": production,
	}
	for file, want := range tests {
		if got, word := usageOf(file); got != want {
			t.Errorf("%s: %d (%q), want %d", file, got, word, want)
		}
	}
}
