package library_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"testing"
)

// askPython runs all programs; the answers are keyed by program, one for each environment.
func askPython(t *testing.T, programs []program) map[string][]answer {
	t.Helper()
	python := "../../../build/venv-lib/bin/python"
	if setup, err := exec.Command("testdata/oracle/setup.sh").CombinedOutput(); err != nil {
		t.Fatalf("setup.sh: %v\n%s", err, setup)
	}
	var in bytes.Buffer
	for _, p := range programs {
		line, err := json.Marshal(p.job())
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	cmd := exec.Command(python, "testdata/oracle/run.py")
	cmd.Stdin, cmd.Stderr = &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal("run.py: ", err)
	}
	scanner := bufio.NewScanner(bytes.NewReader(out))
	scanner.Buffer(nil, 64<<20)
	answers := map[string][]answer{}
	for _, p := range programs {
		for range p.environments() {
			if !scanner.Scan() {
				t.Fatal("run.py printed too little")
			}
			var a answer
			if err := json.Unmarshal(scanner.Bytes(), &a); err != nil {
				t.Fatal(err)
			}
			answers[p.name] = append(answers[p.name], a)
		}
	}
	return answers
}

func readAnswers(t *testing.T) map[string][]answer {
	t.Helper()
	f, err := os.Open(answersFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var answers map[string][]answer
	if err := json.Unmarshal(data, &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

// mergeAnswers adds the kept answers of programs that Python was not asked about.
func mergeAnswers(t *testing.T, programs []program, fresh map[string][]answer) map[string][]answer {
	t.Helper()
	kept := map[string][]answer{}
	if *only != "" {
		kept = readAnswers(t)
	}
	out := map[string][]answer{}
	for _, p := range programs {
		if a, ok := fresh[p.name]; ok {
			out[p.name] = a
		} else if a, ok := kept[p.name]; ok {
			out[p.name] = a
		}
	}
	return out
}

func writeAnswers(t *testing.T, answers map[string][]answer) {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	data, err := json.Marshal(answers)
	if err != nil {
		t.Fatal(err)
	}
	z.Write(data)
	z.Close()
	if err := os.WriteFile(answersFile, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
