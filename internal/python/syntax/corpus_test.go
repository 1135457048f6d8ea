package syntax

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"gonogo/internal/source"
)

// envCorpus names the folder of packages that testdata/oracle/corpus/install.py fills; ./oracle-syntax sets it.
const envCorpus = "GONOGO_SYNTAX_CORPUS"

// minCorpusFiles is how many files the comparison must be about at least.
const minCorpusFiles = 20000

// verdict is what a CPython says of a text. It is kept from run to run, below the folder of the corpus.
type verdict struct {
	Text  string // SHA-256 of the bytes
	Tree  string `json:",omitempty"` // SHA-256 of the tree's JSON, when accepted
	Line  int    `json:",omitempty"` // of the error, from 1; 0 when it has none
	Error string `json:",omitempty"`
}

// outcome is what became of one text.
type outcome int

// The outcomes in the order of the table.
const (
	_ outcome = iota
	identical
	rejectedSameLine
	rejectedLater
	rejectedKnownLine
	rejectedOtherLine
	rejectedHereOnly
	acceptedHereOnly
	otherTree
	outcomes
)

func (o outcome) String() string {
	return [outcomes]string{"", "identical trees", "rejected by both, on the same line",
		"rejected by both, where a later diagnostic is on Python's line", "rejected by both, on another line for a known reason", "rejected by both, on another line",
		"rejected here only", "accepted here only", "different trees"}[o]
}

// TestOracleCorpus compares with CPython over its standard library, tests included, and more than a hundred packages. The
// trees are compared by digest, so that the answers of a Python are kept and a second run takes seconds.
func TestOracleCorpus(t *testing.T) {
	folder := os.Getenv(envCorpus)
	if os.Getenv(envOracle) != "1" || folder == "" {
		t.Skipf("compares with CPython over a corpus of packages; run ./oracle-syntax, which sets %s", envCorpus)
	}
	o := newOracle(t)
	folders := []string{folder}
	if o.stdlib != "" {
		folders = append(folders, o.stdlib)
	}
	texts, found := corpusTexts(t, folders)
	if found < minCorpusFiles {
		t.Errorf("found %d files, want %d", found, minCorpusFiles)
	}
	verdicts := o.verdicts(t, texts, filepath.Join(folder, fmt.Sprintf("answers-%d.jsonl", o.version)))
	report := o.compareCorpus(t, texts, verdicts)
	t.Logf("Python %d: %d files, %d different texts\n%s", o.version, found, len(texts), report)
}

// corpusText is a text with the first path where it was found.
type corpusText struct{ digest, path string }

// corpusTexts finds the different texts below folders, in order of their paths, and the number of files.
func corpusTexts(t *testing.T, folders []string) (texts []corpusText, files int) {
	seen := map[string]bool{}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() && d.Name() == "site-packages" {
				return cmp.Or(err, fs.SkipDir)
			}
			if !d.Type().IsRegular() || !strings.HasSuffix(path, ".py") && !strings.HasSuffix(path, ".pyi") {
				return nil
			}
			data, err := os.ReadFile(path)
			files++
			if digest := digestOf(data); !seen[digest] {
				seen[digest] = true
				texts = append(texts, corpusText{digest, path})
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return texts, files
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// verdicts gives Python's answers about texts: those that the file keeps, and new ones, which it will keep.
func (o *oracle) verdicts(t *testing.T, texts []corpusText, path string) map[string]verdict {
	kept := readVerdicts(t, path)
	var missing []corpusText
	for _, text := range texts {
		if _, ok := kept[text.digest]; !ok {
			missing = append(missing, text)
		}
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var mu sync.Mutex
	var wg sync.WaitGroup
	n := runtime.GOMAXPROCS(0)
	for i := range n {
		var mine []corpusText
		for j := i; j < len(missing); j += n {
			mine = append(mine, missing[j])
		}
		wg.Go(func() {
			o.ask(t, mine, func(v verdict) {
				line, err := json.Marshal(v)
				mu.Lock()
				defer mu.Unlock()
				kept[v.Text] = v
				if _, e := file.Write(append(line, '\n')); err != nil || e != nil {
					t.Errorf("keep an answer: %v", cmp.Or(err, e))
				}
			})
		})
	}
	wg.Wait()
	return kept
}

func readVerdicts(t *testing.T, path string) map[string]verdict {
	kept := map[string]verdict{}
	data, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		var v verdict
		if json.Unmarshal(line, &v) == nil { // the last line of an interrupted run is asked again
			kept[v.Text] = v
		}
	}
	return kept
}

// ask runs a Python over texts, and hands each answer on as it comes.
func (o *oracle) ask(t *testing.T, texts []corpusText, answered func(verdict)) {
	if len(texts) == 0 {
		return
	}
	var paths bytes.Buffer
	for _, text := range texts {
		fmt.Fprintln(&paths, text.path)
	}
	command := append(slices.Clone(o.command), "--digest")
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdin = &paths
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Errorf("start %q: %v", command, err)
		return
	}
	r := bufio.NewReader(out)
	for _, text := range texts {
		line, err := r.ReadBytes('\n')
		var answer struct {
			AST, Error string
			Line       int
		}
		if err == nil {
			err = json.Unmarshal(line, &answer)
		}
		if err != nil {
			t.Errorf("read what %q says of %s: %v", command, text.path, err)
			break
		}
		answered(verdict{text.digest, answer.AST, answer.Line, answer.Error})
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%q: %v", command, err)
	}
}

// compareCorpus parses all texts, reports each that is another than Python says, and gives the table of what became of them.
func (o *oracle) compareCorpus(t *testing.T, texts []corpusText, verdicts map[string]verdict) string {
	became := make([]outcome, len(texts))
	bytesRead := make([]int, len(texts))
	var wg sync.WaitGroup
	n := runtime.GOMAXPROCS(0)
	for i := range n {
		wg.Go(func() {
			for j := i; j < len(texts); j += n {
				became[j], bytesRead[j] = o.compareText(t, texts[j], verdicts[texts[j].digest])
			}
		})
	}
	wg.Wait()
	var count [outcomes]int
	for _, b := range became {
		count[b]++
	}
	total := 0
	for _, n := range bytesRead {
		total += n
	}
	table := fmt.Sprintf("%8d MB\n", total>>20)
	for b := identical; b < outcomes; b++ {
		table += fmt.Sprintf("%8d %s\n", count[b], b)
	}
	return table
}

func (o *oracle) compareText(t *testing.T, text corpusText, v verdict) (outcome, int) {
	data, err := os.ReadFile(text.path)
	if err != nil {
		t.Error(err)
		return otherTree, 0
	}
	m := Parse(source.NewFile(text.path, data))
	became, problem := o.judge(m, v)
	if problem != "" {
		t.Errorf("%s: %s: %s", text.path, became, problem)
	}
	return became, len(data)
}

// judge compares a module with what Python says of its text. When Python has no better word than "invalid syntax", it reads
// the rest of the file for tokens that are none, and reports the first of those instead; here both are reported.
func (o *oracle) judge(m *Module, v verdict) (outcome, string) {
	line, message := o.firstErrorIn(m)
	switch {
	case v.Error != "" && message == "":
		return acceptedHereOnly, v.Error
	case v.Error != "" && v.Line != 0 && v.Line != line && o.errorOn(m, v.Line):
		return rejectedLater, ""
	case v.Error != "" && v.Line != 0 && v.Line != line && otherLine{m, message, v.Error, line, v.Line}.isKnown(o.version):
		return rejectedKnownLine, ""
	case v.Error != "" && v.Line != 0 && v.Line != line:
		return rejectedOtherLine, fmt.Sprintf("line %d: %s; but Python says on line %d: %s", line, message, v.Line, v.Error)
	case v.Error != "":
		return rejectedSameLine, ""
	case message != "":
		return rejectedHereOnly, fmt.Sprintf("line %d: %s", line, message)
	}
	d := newDumper(m)
	d.blind = o.version < 312
	d.tree(m)
	if digestOf(d.out) != v.Tree {
		return otherTree, "compare with GONOGO_ORACLE_DIRS set to its folder and -run 'TestOracle$'"
	}
	return identical, ""
}

// errorOn reports whether a diagnostic that makes this Python reject the file is on a line.
func (o *oracle) errorOn(m *Module, line int) bool {
	return slices.ContainsFunc(m.Diagnostics, func(d Diagnostic) bool {
		return (d.Since == 0 || d.Since > o.version) && m.File.Position(d.Start).Line == line
	})
}

// firstErrorIn is the first diagnostic that makes this Python reject the file, with its line, or "".
func (o *oracle) firstErrorIn(m *Module) (line int, message string) {
	for _, d := range m.Diagnostics {
		if d.Since == 0 || d.Since > o.version {
			return m.File.Position(d.Start).Line, d.Message
		}
	}
	return 0, ""
}
