package oracle

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"testing"

	projects "gonogo/internal/project"
	"gonogo/internal/source"
)

// load unpacks an archive of testdata into a folder, and reads the project in it.
func load(t *testing.T, archive ...string) (folder string, tree *source.Tree, s *projects.Snapshot) {
	t.Helper()
	folder = t.TempDir()
	unpack(t, filepath.Join(append([]string{"testdata"}, archive...)...), folder)
	tree, err := source.Open(folder, source.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if s, err = projects.Load(tree, projects.Options{}); err != nil {
		t.Fatal(err)
	}
	return folder, tree, s
}

// askScript runs a script of testdata in an environment, with a folder, a module and a question as JSON, and decodes its answer.
func askScript(t *testing.T, venv, script, folder, module string, question, answer any) {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", script))
	if err != nil {
		t.Fatal(err)
	}
	input, err := json.Marshal(question)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(filepath.Join(repository(t), "build", venv, "bin", "python"), "-B", "-W", "ignore", path, folder, module)
	var errors bytes.Buffer
	command.Stdin, command.Stderr = bytes.NewReader(input), &errors
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errors.String())
	}
	if err := json.Unmarshal(out, answer); err != nil {
		t.Fatal(err)
	}
}

// recordAnswers writes answers into a file of testdata, with -update.
func recordAnswers(t *testing.T, file string, answers any) {
	t.Helper()
	if !*updateAnswers {
		return
	}
	text, err := json.MarshalIndent(answers, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := writeFile(file, string(text)+"\n"); err != nil {
		t.Fatal(err)
	}
}
