package oracle

import (
	"os"
	"path/filepath"
	"testing"

	"gonogo/internal/oracle/deploycheck"
)

// The recorded answers about generated settings are those of real Django; -update writes them.
func TestDeployAnswers(t *testing.T) {
	cases := deploycheck.Cases()
	all := make([][]deploycheck.Reply, len(deploycheck.Versions()))
	for i, v := range deploycheck.Versions() {
		all[i] = askDeploy(t, startDjango(t, v.Environment), cases)
	}
	if *updateAnswers {
		text := deploycheck.Write(cases, func(i, version int) deploycheck.Reply { return all[version][i] })
		if err := os.WriteFile(filepath.FromSlash(deploycheck.Path), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	recorded, err := deploycheck.Recorded(cases)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range cases {
		for v, version := range deploycheck.Versions() {
			if got := all[v][i]; !got.Equal(recorded[i][v]) {
				t.Errorf("Django %s says %q, recorded is %q, of\n%s", version.Series, got, recorded[i][v], c.Settings)
			}
		}
	}
}

// askDeploy asks one Django about all cases, those with the same applications in one process.
func askDeploy(t *testing.T, django *djangoServer, cases []deploycheck.Case) []deploycheck.Reply {
	t.Helper()
	folder := t.TempDir()
	writeFiles(t, folder, deploycheck.Files())
	groups := make(map[string][]int)
	for i, c := range cases {
		groups[c.Apps] = append(groups[c.Apps], i)
	}
	replies := make([]deploycheck.Reply, len(cases))
	for _, apps := range sortedKeys(groups) {
		texts := []string{deploycheck.Prelude + apps + "\n"}
		for _, i := range groups[apps] {
			texts = append(texts, cases[i].Settings)
		}
		answers := django.ask(t, request{Folder: folder, Module: "settings", Texts: texts}).Answers
		if len(answers) != len(texts) {
			t.Fatalf("%d answers to %d texts", len(answers), len(texts))
		}
		for n, i := range groups[apps] {
			replies[i] = deploycheck.Reply{IDs: answers[n+1].IDs, Refused: answers[n+1].Error}
		}
	}
	return replies
}

// Django that is asked about many settings in one process answers as one that is started for each.
func TestDeployAnswersOneByOne(t *testing.T) {
	cases := deploycheck.Cases()
	recorded, err := deploycheck.Recorded(cases)
	if err != nil {
		t.Fatal(err)
	}
	for v, version := range deploycheck.Versions()[:2] { // pyodide takes seconds for each
		django := startDjango(t, version.Environment)
		for i := 0; i < len(cases); i += 47 {
			folder := t.TempDir()
			files := deploycheck.Files()
			files["settings.py"] = cases[i].Settings
			writeFiles(t, folder, files)
			got := django.ask(t, request{Folder: folder, Module: "settings", Deploy: true})
			one := deploycheck.Reply{IDs: got.IDs, Refused: got.Error}
			if one.Refused != "" && recorded[i][v].Breaks() {
				continue // one check that breaks ends the whole command
			}
			if !one.Equal(recorded[i][v]) {
				t.Errorf("Django %s says %q %s alone, recorded is %q, of\n%s", version.Series, one, one.Refused, recorded[i][v], cases[i].Settings)
			}
		}
	}
}

func writeFiles(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	for _, name := range sortedKeys(files) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(files[name]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
