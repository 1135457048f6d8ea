package helm

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"gonogo/internal/source"
)

var update = flag.Bool("update", false, "record what Helm renders")

// recorded is an archive of a chart with what Helm renders of it.
type recorded struct {
	file    string
	archive *txtar.Archive
	chart   map[string][]byte // below chart/
	values  []string
	sets    []string
	want    map[string]string // by the names of templates; "error" for a chart that Helm refuses
}

func readRecorded(t *testing.T, file string) *recorded {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := &recorded{file: file, archive: archive, chart: map[string][]byte{}, want: map[string]string{}}
	for _, line := range strings.Split(string(archive.Comment), "\n") {
		if value, ok := strings.CutPrefix(line, "values: "); ok {
			r.values = append(r.values, value)
		}
		if value, ok := strings.CutPrefix(line, "set: "); ok {
			r.sets = append(r.sets, value)
		}
	}
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, "helm/"); ok {
			r.want[name] = string(f.Data)
		} else {
			r.chart[f.Name] = f.Data
		}
	}
	return r
}

// rendered are the texts by name, or the first error.
func rendered(t *testing.T, c *Chart, given map[string]any) map[string]string {
	t.Helper()
	got := map[string]string{}
	for _, o := range c.Render(Release{Name: c.Name(), Namespace: "apps", Values: given, Strict: true}) {
		if o.Err != nil {
			t.Logf("%s: %v", o.Name, o.Err)
			return map[string]string{"error": "refused\n"}
		}
		got[o.Name] = string(o.Text)
	}
	return got
}

func archives(t *testing.T) []string {
	all, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(all) == 0 {
		t.Fatal("no charts in testdata", err)
	}
	return all
}

func TestChartsAreRenderedAsHelmRecordedThem(t *testing.T) {
	for _, file := range archives(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			r := readRecorded(t, file)
			c, err := Load(source.FromMap(r.chart), "chart")
			if err != nil {
				t.Fatal(err)
			}
			given := map[string]any{}
			for _, name := range r.values {
				over, err := ReadValues(r.chart["chart/"+name])
				if err != nil {
					t.Fatal(err)
				}
				given = Merge(given, over)
			}
			for _, text := range r.sets {
				if err := Set(given, text, false); err != nil {
					t.Fatal(err)
				}
			}
			got := rendered(t, c, given)
			for name, text := range got { // an archive ends each file with a newline
				if !strings.HasSuffix(text, "\n") {
					got[name] = text + "\n"
				}
				if text == "" {
					got[name] = ""
				}
			}
			if diff := cmp.Diff(r.want, got); diff != "" {
				t.Errorf("recorded, rendered:\n%s", diff)
			}
		})
	}
}

// TestHelmRendersTheSame asks Helm itself, for the charts of this package and those in the folders of GONOGO_CHARTS.
func TestHelmRendersTheSame(t *testing.T) {
	if os.Getenv("GONOGO_ORACLE") != "1" {
		t.Skip("GONOGO_ORACLE=1 compares with Helm")
	}
	program := helmProgram(t)
	for _, file := range archives(t) {
		r := readRecorded(t, file)
		dir := t.TempDir()
		for name, data := range r.chart {
			at := filepath.Join(dir, name)
			os.MkdirAll(filepath.Dir(at), 0o755)
			os.WriteFile(at, data, 0o644)
		}
		var given []string
		for _, name := range r.values {
			given = append(given, filepath.Join(dir, "chart", name))
		}
		for _, text := range r.sets {
			given = append(given, "set:"+text)
		}
		want := askHelm(t, program, filepath.Join(dir, "chart"), given...)
		if *update {
			r.record(t, want)
			continue
		}
		for name, text := range want {
			if !strings.HasSuffix(text, "\n") && text != "" {
				want[name] = text + "\n"
			}
		}
		if want["error"] != "" {
			want = map[string]string{"error": "refused\n"}
		}
		if diff := cmp.Diff(want, r.want); diff != "" {
			t.Errorf("%s: Helm, recorded (-update writes anew):\n%s", file, diff)
		}
	}
	for _, folder := range filepath.SplitList(os.Getenv("GONOGO_CHARTS")) {
		compareFolder(t, program, folder)
	}
}

// compareFolder renders all charts in a folder with their own values. Texts with what chance or the clock tells are left out.
func compareFolder(t *testing.T, program, folder string) {
	tree, err := source.Open(folder, source.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	same, unlike, refused, left, packed := 0, 0, 0, 0, 0
	for _, file := range tree.Named("Chart.yaml") {
		dir := filepath.Dir(file)
		if archives, _ := filepath.Glob(filepath.Join(folder, dir, "charts", "*.tgz")); len(archives) > 0 {
			packed++ // archives are not read
			continue
		}
		c, err := Load(tree, dir)
		if err != nil {
			t.Logf("%s: %v", dir, err)
			continue
		}
		want := askHelm(t, program, filepath.Join(folder, dir))
		got := c.Render(Release{Name: c.Name(), Namespace: "apps", Strict: true})
		if text := want["error"]; text != "" {
			refused++
			t.Logf("%s: Helm refuses: %.200s", dir, text)
			continue
		}
		for _, o := range got {
			switch {
			case o.Err != nil:
				unlike++
				t.Errorf("%s: %s: %v", dir, o.Name, o.Err)
			case strings.Contains(string(o.Text), Unknown), strings.Contains(string(o.Text), base64.StdEncoding.EncodeToString([]byte(Unknown))[:8]):
				left++
			case want[o.Name] != string(o.Text):
				unlike++
				t.Errorf("%s: %s: Helm, rendered:\n%s", dir, o.Name, cmp.Diff(want[o.Name], string(o.Text)))
			default:
				same++
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d templates, Helm renders %d", dir, len(got), len(want))
		}
	}
	t.Logf("%s: %d texts are the same, %d are not; %d charts that Helm refuses; %d texts with unknown parts, %d charts with archives", folder, same, unlike, refused, left, packed)
}

// record writes what Helm renders into the archive.
func (r *recorded) record(t *testing.T, want map[string]string) {
	t.Helper()
	var kept []txtar.File
	for _, f := range r.archive.Files {
		if !strings.HasPrefix(f.Name, "helm/") {
			kept = append(kept, f)
		}
	}
	if want["error"] != "" {
		want = map[string]string{"error": "refused"}
	}
	var names []string
	for name := range want {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		kept = append(kept, txtar.File{Name: "helm/" + name, Data: []byte(want[name])})
	}
	r.archive.Files = kept
	if err := os.WriteFile(r.file, txtar.Format(r.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// helmProgram builds the module that asks Helm.
func helmProgram(t *testing.T) string {
	if built := os.Getenv("GONOGO_HELM"); built != "" {
		return built
	}
	program := filepath.Join(t.TempDir(), "helmoracle")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = "../../oracle/testdata/helm"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the module that asks Helm: %v\n%s", err, out)
	}
	return program
}

func askHelm(t *testing.T, program, dir string, given ...string) map[string]string {
	t.Helper()
	command := exec.Command(program, append([]string{dir, "apps", KubeVersion}, given...)...)
	command.Env = append(os.Environ(), "TZ=UTC")
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	if err := json.Unmarshal(out, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}
