package oracle

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// settingsPackage is a package of the Python Package Index that carries settings; testdata/packages.toml describes the fields.
type settingsPackage struct {
	Name    string
	Version string
	Kind    string // "wheel" or "sdist"
	Path    string // folder of the project below the package's files
	Module  string // the settings module
	Django  string // version that the project is taken to ask for
	// Environment is a virtual environment with what the settings import; empty when they are not compared with real Django.
	Environment string
	Replace     map[string]string // of a template: texts that its generator replaces, in contents and names of files
	Files       map[string]string // files that an operator adds, by path below the project
	Env         map[string]string // variables that every environment has
	Plausible   map[string]string // what a variable could have in production
}

// maxEnvironments bounds under how many environments a package is imported.
const maxEnvironments = 24

// Settings that packages carry (projects, templates of projects, examples) have the values that real Django has when it imports
// them, where their imports can be installed. All others are evaluated without a fault. This downloads several hundred megabytes:
//
//	GONOGO_PACKAGES=1 go test ./internal/oracle -run TestPackages/NAME -v
func TestPackages(t *testing.T) {
	if os.Getenv("GONOGO_PACKAGES") != "1" {
		t.Skip("set GONOGO_PACKAGES=1 to download packages that carry settings and compare them")
	}
	var table []string
	var all tally
	list := readPackages(t)
	for _, p := range list.Package {
		t.Run(p.Name, func(t *testing.T) {
			n, line := p.examine(t, list.Environments[p.Environment])
			t.Log(line)
			all, table = all.plus(n), append(table, line)
		})
	}
	t.Logf("%d settings compared: %d known, %d one-of, %d unknown, %d wrong; %d environments refused, %d of them not by gonogo\n%s",
		all.known+all.oneOf+all.unknown, all.known, all.oneOf, all.unknown, all.wrong, all.refused, all.imports, strings.Join(table, "\n"))
}

// packageList is testdata/packages.toml.
type packageList struct {
	Environments map[string]pythonEnvironment
	Package      []settingsPackage
}

// pythonEnvironment is a virtual environment.
type pythonEnvironment struct {
	Python  string // the program that makes it
	Install []string
}

func readPackages(t *testing.T) packageList {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "packages.toml"))
	if err != nil {
		t.Fatal(err)
	}
	var list packageList
	if err := toml.NewDecoder(strings.NewReader(string(text))).DisallowUnknownFields().Decode(&list); err != nil {
		t.Fatal(err)
	}
	return list
}

// The list of packages can be read, and says of each what is needed.
func TestPackageList(t *testing.T) {
	seen := map[string]bool{}
	list := readPackages(t)
	for _, p := range list.Package {
		if p.Environment != "" && len(list.Environments[p.Environment].Install) == 0 {
			t.Errorf("%s names an environment that is not there", p.Name)
		}
		name := p.Name + " " + p.Module
		if seen[name] || p.Name == "" || p.Version == "" || p.Module == "" || p.Kind != "wheel" && p.Kind != "sdist" {
			t.Errorf("%+v is listed twice or incomplete", p)
		}
		seen[name] = true
	}
	if len(seen) < 20 {
		t.Errorf("only %d packages", len(seen))
	}
}

// examine evaluates the settings as shipped, and compares them where they can be imported.
func (p settingsPackage) examine(t *testing.T, environment pythonEnvironment) (tally, string) {
	t.Helper()
	folder := p.lay(t)
	begin := time.Now()
	settings := p.shipped(t, folder)
	took := time.Since(begin)
	p.faultless(t, folder)
	states := map[string]int{}
	for _, s := range settings {
		states[s.State]++
	}
	line := fmt.Sprintf("%-24s %-12s %5d ms as shipped: %d known, %d one-of, %d unknown", p.Name, p.Version, took.Milliseconds(),
		states["known"], states["one-of"], states["unknown"])
	if p.Environment == "" {
		return tally{}, line
	}
	django := startServer(t, exec.Command(environment.make(t, p.Environment), "-W", "ignore", filepath.Join("testdata", "django_server.py")))
	compared := project{folder: folder, module: p.Module, always: p.Env, plausible: p.Plausible}
	n := compareProject(t, django, compared, sample(compared.environments(t), maxEnvironments))
	if n.known+n.oneOf+n.unknown == 0 {
		t.Errorf("real Django imports %s under none of the environments", p.Module)
	}
	return n, fmt.Sprintf("%s; compared: %d known, %d one-of, %d unknown, %d wrong, refused %d, not by gonogo %d", line,
		n.known, n.oneOf, n.unknown, n.wrong, n.refused, n.imports)
}

// shipped are all settings, with nothing said about the environment; none when they cannot be imported so.
func (p settingsPackage) shipped(t *testing.T, folder string) map[string]setting {
	t.Helper()
	out, code := run(t, "settings", folder, "--settings", p.Module, "--show-secrets", "--format", "json")
	var answer struct{ Settings map[string]setting }
	if code != 0 {
		return nil
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return answer.Settings
}

// faultless reports faults of the interpreter itself.
func (p settingsPackage) faultless(t *testing.T, folder string) {
	t.Helper()
	out, _ := run(t, "check", folder, "--settings", p.Module, "--format", "json")
	for _, words := range []string{"the interpreter failed", "gonogo failed", "gonogo could not"} {
		if i := strings.Index(out, words); i >= 0 {
			t.Errorf("%s", out[i:min(len(out), i+300)])
		}
	}
}

// lay makes a copy of the project as an operator would have it: its generator's texts replaced, files added.
func (p settingsPackage) lay(t *testing.T) string {
	t.Helper()
	from := filepath.Join(p.fetch(t), filepath.FromSlash(p.Path))
	to := filepath.Join(t.TempDir(), "project")
	replacer := strings.NewReplacer(pairs(p.Replace)...)
	err := filepath.WalkDir(from, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(from, path)
		text := string(data)
		if len(p.Replace) > 0 {
			rel, text = replacer.Replace(rel), replacer.Replace(text)
		}
		return writeFile(filepath.Join(to, rel), text)
	})
	if err != nil {
		t.Fatal(err)
	}
	if p.Django != "" {
		if err := writeFile(filepath.Join(to, "requirements.txt"), "Django=="+p.Django+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range sortedKeys(p.Files) {
		if err := writeFile(filepath.Join(to, filepath.FromSlash(name)), p.Files[name]); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func writeFile(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// pairs are the keys and values in the order of the keys, longest first, so that none hides another.
func pairs(m map[string]string) []string {
	keys := sortedKeys(m)
	slices.SortStableFunc(keys, func(a, b string) int { return len(b) - len(a) })
	var out []string
	for _, k := range keys {
		out = append(out, k, m[k])
	}
	return out
}

// sample keeps the first two and as many of the others, evenly spread, as the bound allows.
func sample(environments []map[string]string, most int) []map[string]string {
	if len(environments) <= most {
		return environments
	}
	out := slices.Clone(environments[:2])
	rest := environments[2:]
	for i := range most - 2 {
		out = append(out, rest[i*len(rest)/(most-2)])
	}
	return out
}
