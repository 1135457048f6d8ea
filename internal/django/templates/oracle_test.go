package templates

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"gonogo/internal/knowledge"
	"gonogo/internal/source"
)

// Environment variables of the comparison with Django.
const (
	envOracle = "GONOGO_ORACLE"         // 1: compare
	envPython = "GONOGO_DJANGO_PYTHON"  // an interpreter with Django; else the one of build/venv-django52
	envDirs   = "GONOGO_TEMPLATE_DIRS"  // further folders of templates, separated by colons
	envApps   = "GONOGO_TEMPLATE_APPS"  // packages whose tag libraries are real ones, separated by commas
	envShow   = "GONOGO_TEMPLATE_FAULT" // 1: print every fault of both
)

// djangoAnswer is what Django makes of one template.
type djangoAnswer struct {
	Version []int    `json:"version"`
	Path    string   `json:"path"`
	Tokens  [][3]any `json:"tokens"`
	Nodes   [][3]any `json:"nodes"`
	Error   string   `json:"error"`
}

// TestOracle compares with Django's own lexer and parser over the templates that come with Django: the same tokens with the same lines,
// the same nodes in the same order, and a fault where Django has one. A fault's text is not compared.
func TestOracle(t *testing.T) {
	if os.Getenv(envOracle) != "1" {
		t.Skipf("compares with Django over its templates; set %s=1 to run it", envOracle)
	}
	python := os.Getenv(envPython)
	if python == "" {
		python = filepath.Join("..", "..", "..", "build", "venv-django52", "bin", "python")
	}
	if _, err := os.Stat(python); err != nil {
		t.Fatalf("no Python with Django: %v", err)
	}
	files := templateFiles(t, filepath.Dir(filepath.Dir(python)))
	for _, dir := range filepath.SplitList(os.Getenv(envDirs)) {
		files = append(files, templateFiles(t, dir)...)
	}
	if len(files) < 100 {
		t.Fatalf("only %d templates were found", len(files))
	}
	files = append(files, mutated(t, files)...)
	same, refused := 0, 0
	version := knowledge.Version{}
	askDjango(t, python, files, func(a djangoAnswer) {
		if a.Version != nil {
			version = knowledge.Version{Major: a.Version[0], Minor: a.Version[1], Patch: a.Version[2]}
			return
		}
		if difference := compare(t, a, version); difference != "" {
			t.Errorf("%s: %s", a.Path, difference)
			return
		}
		same++
		if a.Error != "" {
			refused++
		}
	})
	t.Logf("Django %s: %d templates, %d agree, %d of them refused by both", version, len(files), same, refused)
}

// templateFiles are the files below folders named templates.
func templateFiles(t *testing.T, root string) []string {
	var files []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(path, "/templates/") {
			return nil
		}
		switch filepath.Ext(path) {
		case ".html", ".txt", ".xml", ".js", ".mjml", ".svg":
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func askDjango(t *testing.T, python string, files []string, each func(djangoAnswer)) {
	args := []string{filepath.Join("testdata", "oracle.py")}
	if apps := os.Getenv(envApps); apps != "" {
		args = append(args, "--apps", apps)
	}
	cmd := exec.Command(python, args...)
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n"))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run Django: %v", err)
	}
	lines := bufio.NewReader(bytes.NewReader(out))
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			return
		}
		var a djangoAnswer
		if err := json.Unmarshal(line, &a); err != nil {
			t.Fatal(err)
		}
		each(a)
	}
}

// compare says how gonogo differs from Django's answer about a template, "" when it does not.
func compare(t *testing.T, a djangoAnswer, version knowledge.Version) string {
	data, err := os.ReadFile(a.Path)
	if err != nil {
		t.Fatal(err)
	}
	file := source.NewFile(a.Path, bytes.TrimPrefix(data, []byte("\ufeff")))
	parsed := Parse(file, Options{Version: version})
	if os.Getenv(envShow) == "1" && (a.Error != "" || parsed.Fault != nil) {
		t.Logf("%s: Django: %q, gonogo: %v", a.Path, a.Error, parsed.Fault)
	}
	switch {
	case a.Error == "" && parsed.Fault != nil:
		return "Django takes it, gonogo refuses it: " + parsed.Fault.Message
	case a.Error != "" && parsed.Fault == nil && hasOpaque(parsed):
		return "" // a library may read the body of its tag in its own way; the oracle's stand-in does not
	case a.Error != "" && parsed.Fault == nil:
		return "gonogo takes it, Django refuses it: " + a.Error
	}
	if !utf8Text(a) {
		return ""
	}
	var tokens [][3]any
	for _, tok := range parsed.Tokens {
		contents := strings.ReplaceAll(strings.ReplaceAll(tok.Contents, "\r\n", "\n"), "\r", "\n")
		tokens = append(tokens, [3]any{float64(tok.Kind - 1), contents, float64(file.Position(tok.Start).Line)})
	}
	if d := firstDifference(a.Tokens, tokens); d != "" {
		return "tokens: " + d
	}
	if a.Error == "" {
		return firstDifference(a.Nodes, nodesInOrder(parsed))
	}
	return ""
}

func hasOpaque(t *Template) bool {
	found := false
	Walk(t.Nodes, func(n *Node) bool {
		found = found || n.Opaque
		return true
	})
	return found
}

// utf8Text reports whether Django could read the file.
func utf8Text(a djangoAnswer) bool { return a.Error != "not UTF-8" }

func firstDifference(django, own [][3]any) string {
	for i := range django {
		if i >= len(own) || django[i] != own[i] {
			got := any("nothing")
			if i < len(own) {
				got = own[i]
			}
			b, _ := json.Marshal(map[string]any{"at": i, "django": django[i], "gonogo": got})
			return string(b)
		}
	}
	if len(own) > len(django) {
		b, _ := json.Marshal(own[len(django)])
		return "gonogo has more: " + string(b)
	}
	return ""
}

// nodesInOrder are the nodes in the order in which Django's parser finishes them. What follows extends is inside it for Django.
func nodesInOrder(t *Template) [][3]any {
	var list, last [][3]any
	var add func(nodes []*Node)
	add = func(nodes []*Node) {
		for _, n := range nodes {
			if n.Name != "blocktranslate" && n.Name != "blocktrans" || !n.Own {
				for _, b := range n.Bodies {
					add(b.Nodes)
				}
			}
			one := [3]any{float64(n.Kind - 1), n.Name, float64(t.File.Position(n.Start).Line)}
			if n.Name == "extends" && n.Own {
				last = append(last, one)
				continue
			}
			list = append(list, one)
		}
	}
	add(t.Nodes)
	slices.Reverse(last)
	return append(list, last...)
}

// mutated writes copies of templates with one fault each: a part left out, doubled or moved, so that what Django refuses is compared too.
func mutated(t *testing.T, files []string) []string {
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	var made []string
	for i, file := range files {
		if i%max(1, len(files)/400) != 0 {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tokens := lex(string(data))
		if len(tokens) < 4 || !utf8.Valid(data) {
			continue
		}
		for kind := range 4 {
			one, other := tokens[random.IntN(len(tokens))], tokens[random.IntN(len(tokens))]
			var changed string
			text := string(data)
			switch kind {
			case 0: // a token is left out
				changed = text[:one.Start] + text[one.End:]
			case 1: // a token is doubled elsewhere
				changed = text[:one.Start] + text[other.Start:other.End] + text[one.Start:]
			case 2: // a character of a tag is left out
				at := int(one.Start) + random.IntN(int(one.End-one.Start))
				changed = text[:at] + text[min(len(text), at+1):]
			case 3: // a character is put into a tag
				at := int(other.Start) + random.IntN(int(other.End-other.Start))
				changed = text[:at] + string(`|:"'_.= %{}#-`[random.IntN(13)]) + text[at:]
			}
			name := filepath.Join(dir, fmt.Sprintf("%d-%d.html", i, kind))
			if err := os.WriteFile(name, []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
			made = append(made, name)
		}
	}
	return made
}
