package jinja

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// jinjaAnswer is what Jinja2 makes of one template.
type jinjaAnswer struct {
	Path  string `json:"path"`
	Tree  string `json:"tree"`
	Error string `json:"error"`
}

// TestOracle compares with Jinja2's own parser over the templates of packages that come with some, and over mutations of them: the same tree,
// or a fault where Jinja2 has one. A fault's text is not compared. Further folders stand in GONOGO_TEMPLATE_DIRS, separated by colons.
func TestOracle(t *testing.T) {
	if os.Getenv("GONOGO_ORACLE") != "1" {
		t.Skip("compares with Jinja2 over templates of packages; set GONOGO_ORACLE=1 to run it")
	}
	python := filepath.Join("..", "..", "..", "build", "venv-jinja", "bin", "python")
	if _, err := os.Stat(python); err != nil {
		t.Fatalf("%s is missing; run ./test, which installs it", python)
	}
	files := jinjaFiles(t, filepath.Dir(filepath.Dir(python)))
	for _, dir := range filepath.SplitList(os.Getenv("GONOGO_TEMPLATE_DIRS")) {
		files = append(files, jinjaFiles(t, dir)...)
	}
	if len(files) < 100 {
		t.Fatalf("only %d templates were found", len(files))
	}
	plain := len(files)
	files = append(files, mutated(t, files)...)
	same, refused, foreign := 0, 0, 0
	for _, a := range askJinja(t, python, files) {
		data, err := os.ReadFile(a.Path)
		if err != nil {
			t.Fatal(err)
		}
		got := Parse(string(data))
		fault := got.Fault != nil || got.Foreign != "" || usesTrans(got)
		switch tree := dump(got.Body); {
		case fault != (a.Error != ""):
			t.Errorf("%s: gonogo has the fault %+v, Jinja2 %q", a.Path, got.Fault, a.Error)
		case !fault && tree != a.Tree:
			t.Errorf("%s:\n%s\nJinja2 has\n%s", a.Path, tree, a.Tree)
		case fault && got.Fault == nil:
			foreign++
		case fault:
			refused++
		default:
			same++
		}
	}
	t.Logf("%d templates and %d mutations: %d trees agree, %d refused by both, %d with tags of extensions", plain, len(files)-plain, same, refused, foreign)
}

// usesTrans reports whether a template has the tag of the extension i18n, which the oracle leaves out: it makes other nodes of it.
func usesTrans(t *Template) (yes bool) {
	Walk(t.Body, func(n *Node) bool {
		yes = yes || n.Kind == Trans || n.Kind == Jump && n.Name == "debug"
		return true
	})
	return yes
}

// jinjaFiles are the templates below a folder: those with an ending of Jinja2, and pages in folders of templates or themes.
func jinjaFiles(t *testing.T, root string) (files []string) {
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		data := func() bool {
			text, err := os.ReadFile(path)
			return err == nil && utf8.Valid(text) && !bytes.Contains(text, []byte("\r"))
		}
		switch filepath.Ext(path) {
		case ".jinja", ".jinja2", ".j2":
			if data() {
				files = append(files, path)
			}
		case ".html", ".xml", ".txt":
			if (strings.Contains(path, "/templates/") || strings.Contains(path, "/themes/")) && data() {
				files = append(files, path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// mutated writes templates in which one piece is left out, doubled or replaced, always the same ones.
func mutated(t *testing.T, files []string) (list []string) {
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"{%", "%}", "{{", "}}", "|", "(", ")", "[", "]", "{", "}", "'", "\"", "-", "+", "is", "not", "if", "else", "endif", "endfor", "1", "1.5", ".", ",", "=", "{#", "#}", "{% raw %}", "{% endraw %}",
		"~", "**", "in", "\\", "set", "recursive"}
	for i, file := range files {
		data, err := os.ReadFile(file)
		if err != nil || len(data) == 0 {
			continue
		}
		for k := range 3 {
			at := near(data, random)
			piece := pieces[random.IntN(len(pieces))]
			cut := min(at+random.IntN(4), len(data))
			text := string(data[:at]) + piece + string(data[cut:])
			if k == 0 {
				text = string(data[:at]) + string(data[min(at+2, len(data)):])
			}
			if !utf8.ValidString(text) {
				continue
			}
			path := filepath.Join(dir, string(rune('a'+k))+strings.Repeat("x", i%7)+"-"+filepath.Base(file)+"-"+string(rune('0'+i%10)))
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			list = append(list, path)
		}
	}
	return list
}

// near is a place inside or beside a tag, where there is one.
func near(data []byte, random *rand.Rand) int {
	at := random.IntN(len(data))
	if next := bytes.Index(data[at:], []byte("{%")); next >= 0 && random.IntN(4) > 0 {
		at += next + random.IntN(12)
	}
	return min(at, len(data))
}

func askJinja(t *testing.T, python string, files []string) (answers []jinjaAnswer) {
	command := exec.Command(python, filepath.Join("testdata", "oracle.py"))
	command.Stdin = strings.NewReader(strings.Join(files, "\n"))
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("run Jinja2: %v", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var a jinjaAnswer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, a)
	}
	return answers
}
