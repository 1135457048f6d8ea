package project

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gonogo/internal/source"
)

// commit writes files (an empty text removes one) and commits them on a fixed day.
func commit(t *testing.T, dir, day string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		full := filepath.Join(dir, name)
		if text == "" {
			if err := os.Remove(full); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"add", "-A"}, {"-c", "user.name=a", "-c", "user.email=a@shop.example", "-c", "commit.gpgsign=false", "commit", "-q", "--allow-empty", "-m", "x"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_AUTHOR_DATE="+day+"T12:00:00Z", "GIT_COMMITTER_DATE="+day+"T12:00:00Z", "GIT_CONFIG_GLOBAL="+os.DevNull)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
}

// A secret that was removed is told by the oldest commit that has it; one that still stands somewhere is not told again.
func TestHistory(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	if out, err := exec.Command("git", "init", "-q", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	token := "glpat-" + "k7Xw2Qz9Lm4Tn8Vb1Rc5"
	kept := "glpat-" + "Zq8Wn3Ke6Yt1Ub5Io9Pa"
	commit(t, dir, "2024-01-01", map[string]string{"manage.py": "x = 1\n", "bin/a.sh": "#\nTOKEN=" + token + "\n", "bin/b.sh": "TOKEN=" + kept + "\n"})
	commit(t, dir, "2024-02-01", map[string]string{"bin/a.sh": "# again\nTOKEN=" + token + "\n", "tests/c.sh": "TOKEN=glpat-" + "Hs5Dg2Fj7Kl0Mz4Xc8Vn\n"})
	commit(t, dir, "2024-03-01", map[string]string{"bin/a.sh": "", "tests/c.sh": ""})
	tree, err := source.Open(dir, source.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	s := &Snapshot{Tree: tree, Repository: readRepository(dir)}
	if h := s.History(); h.Asked || len(h.Leaks) > 0 {
		t.Errorf("the history is read without being asked for: %+v", h)
	}
	s = &Snapshot{Tree: tree, Repository: readRepository(dir)}
	s.history.asked = true
	h := s.History()
	if h.Unknown != "" || len(h.Leaks) != 2 || h.Blobs != 5 {
		t.Fatalf("%+v", h)
	}
	first := h.Leaks[0]
	if first.Path != "bin/a.sh" || first.Date != "2024-01-01" || first.Line != 2 || len(first.Commit) != 12 || first.Test || !strings.HasPrefix(first.Find.Kind, "GitLab") {
		t.Errorf("%+v", first)
	}
	if second := h.Leaks[1]; second.Path != "tests/c.sh" || !second.Test {
		t.Errorf("%+v", second)
	}
}

func TestHistoryWithoutGit(t *testing.T) {
	s := &Snapshot{Tree: source.FromMap(map[string][]byte{"a.py": nil}), Repository: &Repository{Reason: "git is not installed"}}
	s.history.asked = true
	if h := s.History(); h.Unknown == "" {
		t.Error("a history that cannot be read is not told as unknown")
	}
}

func TestLeaksAreThoseOfTrackedFiles(t *testing.T) {
	token := []byte("TOKEN=glpat-" + "k7Xw2Qz9Lm4Tn8Vb1Rc5\n")
	tree := source.FromMap(map[string][]byte{"a.sh": token, "b.sh": token, "db.sqlite3": []byte("SQLite format 3\x00"), "c.png": append([]byte("\x89PNG\x00"), token...)})
	paths := func(l *Leaks) string {
		var all []string
		for _, f := range l.Files {
			all = append(all, f.Path)
		}
		return strings.Join(all, " ")
	}
	if l := findLeaks(tree, NewRepository([]string{"a.sh", "c.png"}, nil), 2); paths(l) != "a.sh" || !l.Tracked {
		t.Errorf("tracked: %s", paths(l))
	}
	if l := findLeaks(tree, &Repository{}, 2); paths(l) != "a.sh b.sh db.sqlite3" || l.Tracked {
		t.Errorf("without git: %s", paths(l))
	}
}
