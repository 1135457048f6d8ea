package deploy

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"gonogo/internal/source"
)

var update = flag.Bool("update", false, "write what was read into the want file of each archive")

// TestRead reads each project of testdata/*.txtar and compares all that was read with its file "want".
// A first line "root: dir" of the archive's comment names the project's folder.
func TestRead(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files, want := map[string][]byte{}, ""
			for _, f := range archive.Files {
				if f.Name == "want" {
					want = string(f.Data)
					continue
				}
				files[f.Name] = f.Data
			}
			root := "."
			if rest, ok := strings.CutPrefix(string(archive.Comment), "root: "); ok {
				root, _, _ = strings.Cut(rest, "\n")
			}
			got := describe(ReadProject(source.FromMap(files), root))
			if *update {
				writeWant(t, name, archive, got)
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func writeWant(t *testing.T, name string, archive *txtar.Archive, got string) {
	t.Helper()
	kept := archive.Files[:0]
	for _, f := range archive.Files {
		if f.Name != "want" {
			kept = append(kept, f)
		}
	}
	archive.Files = append(kept, txtar.File{Name: "want", Data: []byte(got)})
	if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

func describe(d *Deployment) string {
	var b strings.Builder
	for _, p := range d.Processes {
		fmt.Fprintf(&b, "process %s: %s, %s, %s\n", p.Artefact, roleName(p.Role), place(p.At), map[bool]string{true: "production", false: "not production"}[p.Production])
		fmt.Fprintf(&b, "  because %s\n  argv %q\n", p.Reason, p.Argv)
		for _, c := range p.Commands {
			fmt.Fprintf(&b, "  runs %q%s %s %q\n", c.Argv, flags(c)+standing(c), place(c.At), c.At.Text())
		}
		for _, v := range p.Env {
			value := "not given"
			if v.Given {
				value = fmt.Sprintf("%q", v.Value)
			}
			fmt.Fprintf(&b, "  env %s %s %s %q\n", v.Name, value, place(v.At), v.At.Text())
		}
		for _, e := range p.EnvFrom {
			fmt.Fprintf(&b, "  env from %s read %v %s\n", e.Name, e.Read, place(e.At))
		}
		describeRunning(&b, p)
	}
	describeBuilds(&b, d)
	for _, s := range d.Dependencies.Sources {
		fmt.Fprintf(&b, "source %s %s lock=%v production=%v\n", s.File.Path, s.Format, s.Lock, s.Production)
	}
	for _, r := range d.Dependencies.Requirements {
		fmt.Fprintf(&b, "requires %s %q version=%q%s %s %q\n", r.Name, r.Constraint, r.Version, requirementFlags(r), place(r.At), r.At.Text())
	}
	v, certain, r := d.Dependencies.Django()
	fmt.Fprintf(&b, "django %s certain=%v %s\n", v, certain, place(r.At))
	fmt.Fprintf(&b, "python %s because %s %s\n", d.Dependencies.Python.Version, d.Dependencies.Python.Reason, place(d.Dependencies.Python.At))
	for _, g := range d.Diagnostics {
		fmt.Fprintf(&b, "diagnostic %s %s\n", place(g.At), g.Message)
	}
	return b.String()
}

func flags(c Command) string {
	out := ""
	for name, on := range map[string]bool{" exec": c.Exec} {
		if on {
			out += name
		}
	}
	if c.Conditional {
		out += " conditional"
	}
	if c.Background {
		out += " background"
	}
	return out
}

// standing says who the command runs as, and which shell stands before it.
func standing(c Command) string {
	out := ""
	if c.User != "" {
		out += " as " + c.User
	}
	if c.Shell != "" {
		out += " behind " + c.Shell
	}
	if c.LastInShell {
		out += " as its last"
	}
	return out
}

func requirementFlags(r Requirement) string {
	out := ""
	for _, f := range []struct {
		name string
		on   bool
	}{{"production", r.Production}, {"direct", r.Direct}, {"hashed", r.Hashed}, {"constraint", r.ConstraintOnly}} {
		if f.on {
			out += " " + f.name
		}
	}
	for _, f := range []struct{ name, value string }{{"group", r.Group}, {"url", r.URL}, {"marker", r.Marker}} {
		if f.value != "" {
			out += fmt.Sprintf(" %s=%s", f.name, f.value)
		}
	}
	return out
}

func roleName(r Role) string {
	return map[Role]string{Web: "web", Worker: "worker", Beat: "beat", Release: "release", Other: "other", Periodic: "periodic"}[r]
}

func place(at source.Span) string {
	switch {
	case at.IsZero():
		return "-"
	case at.Start == 0 && at.End == 0:
		return at.Path()
	}
	return fmt.Sprintf("%s:%d:%d", at.Path(), at.Begin().Line, at.Begin().Column)
}
