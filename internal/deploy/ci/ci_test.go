package ci

import (
	"fmt"
	"strings"
	"testing"

	"gonogo/internal/source"
)

func read(files map[string]string) *Integration {
	content := map[string][]byte{}
	for name, text := range files {
		content[name] = []byte(text)
	}
	return Read(source.FromMap(content))
}

// ran are the commands of all jobs, each with what calls it.
func ran(i *Integration) (list []string) {
	for _, j := range i.Jobs {
		for _, c := range j.Commands {
			line := strings.Join(c.Argv, " ")
			if c.Via != "" {
				line += " [" + c.Via + "]"
			}
			list = append(list, line)
		}
	}
	return list
}

func workflow(run string) string {
	return "on: push\njobs:\n  test:\n    steps:\n      - run: " + run + "\n"
}

func TestCommandsThatAJobRuns(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"tox, one environment of several": {map[string]string{".github/workflows/a.yml": workflow("tox -e lint"),
			"tox.ini": "[testenv]\ncommands = pytest\n[testenv:lint]\ncommands =\n    -ruff check {toxinidir}\n    py312: black --check .\n"},
			"tox -e lint|ruff check . [tox]|black --check . [tox]"},
		"tox, the environment that has no section": {map[string]string{".github/workflows/a.yml": workflow("tox -e py312"),
			"tox.ini": "[testenv]\ncommands = {envpython} -m pytest {posargs:tests}\n"},
			"tox -e py312|python -m pytest [tox]"},
		"make with variables and what a target needs": {map[string]string{".github/workflows/a.yml": workflow("make all"),
			"Makefile": "RUN = poetry run\nall: one \\\n  two\none:\n\t@$(RUN) pytest\ntwo: all\n\t$(MAKE) one\n"},
			"make all|pytest [make one]|make one [make two]|pytest [make one]"},
		"a script of package.json": {map[string]string{".github/workflows/a.yml": workflow("npm run check"),
			"package.json": `{"scripts": {"check": "python manage.py check"}}`},
			"npm run check|python manage.py check [npm check]"},
		"tasks of poe and PDM": {map[string]string{".github/workflows/a.yml": workflow("poetry run poe test && pdm run lint"),
			"pyproject.toml": "[tool.poe.tasks]\ntest = \"pytest\"\n[tool.pdm.scripts]\nlint = {cmd = \"ruff check\"}\n"},
			"poe test|pytest [test]|lint|ruff check [lint]"},
		"a reference of GitLab": {map[string]string{".gitlab-ci.yml": "default:\n  before_script: [pip install .]\n.base:\n  script: &s\n    - pytest\nunit:\n  script:\n    - !reference [.base, script]\n    - ls\nother:\n  before_script: []\n  script: *s\n"},
			"pip install .|pytest|ls|pytest"},
		"what a set-up of CircleCI goes on with": {map[string]string{".circleci/config.yml": "setup: true\norbs:\n  c: circleci/continuation@1\njobs: {}\n", ".circleci/go-on.yml": "jobs:\n  a:\n    steps:\n      - run: pytest\n"}, "pytest"},
		"a file beside CircleCI's":               {map[string]string{".circleci/config.yml": "jobs:\n  a:\n    steps:\n      - run: ls\n", ".circleci/old.yml": "jobs:\n  a:\n    steps:\n      - run: pytest\n"}, "ls"},
		"Bitbucket":                              {map[string]string{"bitbucket-pipelines.yml": "pipelines:\n  default:\n    - step:\n        script:\n          - pytest\n"}, "pytest"},
		"Azure":                                  {map[string]string{"azure-pipelines.yml": "steps:\n  - script: |\n      pip install .\n      pytest\n"}, "pip install .|pytest"},
		"a folder of the step": {map[string]string{".github/workflows/a.yml": "on: push\njobs:\n  test:\n    defaults: {run: {working-directory: back}}\n    steps:\n      - run: make\n",
			"back/Makefile": "test:\n\tpytest\n"}, "make|pytest [make test]"},
	} {
		t.Run(name, func(t *testing.T) {
			i := read(c.files)
			if got := strings.Join(ran(i), "|"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if doubts := i.AllDoubts(); len(doubts) > 0 {
				t.Errorf("a doubt: %s", doubts[0].Reason)
			}
		})
	}
}

func TestWhatCannotBeFollowedIsADoubt(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a file of another project":       {map[string]string{".gitlab-ci.yml": "include:\n  - project: a/b\n    file: x.yml\n"}, "not in the repository"},
		"an orb":                          {map[string]string{".circleci/config.yml": "orbs:\n  x: acme/x@1\njobs: {}\n"}, "acme/x"},
		"a set-up that goes on elsewhere": {map[string]string{".circleci/config.yml": "setup: true\njobs: {}\n"}, "goes on with"},
		"a workflow that is broken":       {map[string]string{".github/workflows/a.yml": "on: [push\njobs: {"}, "can't be read"},
		"a target that is not there":      {map[string]string{".github/workflows/a.yml": workflow("make test"), "Makefile": "all:\n\ttrue\n"}, "target test"},
		"a command in a variable":         {map[string]string{".github/workflows/a.yml": workflow("$CHECK all")}, "$CHECK"},
		"tox without configuration":       {map[string]string{".github/workflows/a.yml": workflow("tox")}, "tox"},
		"a task runner of JavaScript":     {map[string]string{".github/workflows/a.yml": workflow("gulp test")}, "gulp"},
		"a program of the project":        {map[string]string{".github/workflows/a.yml": workflow("shop-checks"), "pyproject.toml": "[project.scripts]\nshop-checks = \"shop:main\"\n"}, "shop-checks"},
		"a task runner":                   {map[string]string{".github/workflows/a.yml": workflow("inv test")}, "inv"},
	} {
		t.Run(name, func(t *testing.T) {
			doubts := read(c.files).AllDoubts()
			if len(doubts) == 0 || !strings.Contains(doubts[0].Reason, c.want) {
				t.Errorf("got %v, want %q", doubts, c.want)
			}
		})
	}
}

func TestFilesThatCallThemselvesManyTimesEnd(t *testing.T) {
	var targets, aliases, calls strings.Builder
	for i := range 40 {
		fmt.Fprintf(&targets, "t%d:", i)
		for k := range 40 {
			fmt.Fprintf(&targets, " t%d", k)
		}
		targets.WriteString("\n\ttrue\n")
		fmt.Fprintf(&calls, "  j%d:\n    uses: ./.github/workflows/a.yml\n", i)
	}
	aliases.WriteString("a0: &a0 [x]\n")
	for i := 1; i < 28; i++ {
		fmt.Fprintf(&aliases, "a%d: &a%d [*a%d, *a%d, *a%d]\n", i, i, i-1, i-1, i-1)
	}
	i := read(map[string]string{"Makefile": targets.String(), ".circleci/config.yml": aliases.String() + "jobs:\n  x:\n    run: make t0\n",
		".github/workflows/a.yml": "on: push\njobs:\n" + calls.String()})
	if len(i.Doubts) == 0 {
		t.Error("nothing says that not all was followed")
	}
}
