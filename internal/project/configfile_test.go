package project

import (
	"os/exec"
	"strings"
	"testing"

	"gonogo/internal/source"
)

// TestOptionalConfigFile reads settings that look whether a file holds something, and pass over one that is not there.
func TestOptionalConfigFile(t *testing.T) {
	const load = `import errno, os, json
def load(path):
    try:
        with open(file=path) as f:
            f.seek(0, os.SEEK_END)
            if f.tell():
                f.seek(0)
                return json.load(f)
            return {}
    except IOError as e:
        if e.errno == errno.ENOENT:
            return {}
        raise
DEBUG = load("config.json").get("DEBUG", False)
`
	files := func(more map[string]string) map[string][]byte {
		all := map[string][]byte{"manage.py": []byte("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n"), "settings.py": []byte(load)}
		for name, text := range more {
			all[name] = []byte(text)
		}
		return all
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a file that is there":      {map[string]string{"config.json": `{"DEBUG": true}`}, "True"},
		"a file that is empty":      {map[string]string{"config.json": ""}, "False"},
		"a file that is not there":  {nil, "False"},
		"another file beside it":    {map[string]string{"config.yml": "DEBUG: true"}, "False"},
		"a file that says no to it": {map[string]string{"config.json": `{"DEBUG": false}`}, "False"},
	} {
		s, err := Load(source.FromMap(files(c.files)), Options{Repository: &Repository{}})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Settings.Get("DEBUG").Value.Repr(20); got != c.want {
			t.Errorf("%s: DEBUG is %s, want %s", name, got, c.want)
		}
	}
}

// TestErrno compares the numbers of errno with those of the machine's Python.
func TestErrno(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	out, err := exec.Command(python, "-c", "import errno, sys; print(sys.platform); [print(n, v) for n, v in sorted(vars(errno).items()) if n[0] == 'E']").Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if lines[0] != "linux" {
		t.Skip("the numbers are those of Linux")
	}
	text := "import errno\n"
	for _, line := range lines[1:] {
		name, number, _ := strings.Cut(line, " ")
		text += "SAME_" + name + " = errno." + name + " == " + number + "\n"
	}
	s, err := Load(source.FromMap(map[string][]byte{"settings.py": []byte(text),
		"manage.py": []byte("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n")}), Options{Repository: &Repository{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		name, number, _ := strings.Cut(line, " ")
		if got := s.Settings.Get("SAME_" + name).Value.Repr(20); got == "False" { // a name of a newer Python is not known
			t.Errorf("%s is %s: %s", name, number, got)
		}
	}
}
