package oracle

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// idiomRecording is what Django answered about a fixture; paths below the fixture's folder begin with rootMark.
type idiomRecording struct {
	Archive string     `json:"archive"` // SHA-256 of the fixture that was asked about
	Runs    []idiomRun `json:"runs"`
}

const rootMark = "/$ROOT$"

func recordingFile(file string) string {
	return filepath.Join("testdata", "idioms", "answers", idiomName(file)+".json.gz")
}

func archiveHash(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// recordedAnswers reads what Django answered when it was last asked about a fixture.
func recordedAnswers(t *testing.T, file string, p project) []idiomRun {
	t.Helper()
	const again = "record the answers of Django with GONOGO_ORACLE=1 go test ./internal/oracle -run TestIdioms -update"
	packed, err := os.Open(recordingFile(file))
	if err != nil {
		t.Fatalf("%v; %s", err, again)
	}
	defer packed.Close()
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	data = bytes.ReplaceAll(data, []byte(rootMark), []byte(filepath.Dir(p.folder)))
	var recording idiomRecording
	if err := json.Unmarshal(data, &recording); err != nil {
		t.Fatal(err)
	}
	if recording.Archive != archiveHash(t, file) {
		t.Fatalf("%s is not what Django was asked about; %s", file, again)
	}
	return recording.Runs
}

func writeIdiomAnswers(t *testing.T, file string, p project, runs []idiomRun) {
	t.Helper()
	data, err := json.Marshal(idiomRecording{Archive: archiveHash(t, file), Runs: runs})
	if err != nil {
		t.Fatal(err)
	}
	data = bytes.ReplaceAll(data, []byte(filepath.Dir(p.folder)), []byte(rootMark))
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	z.Write(data)
	z.Close()
	if err := os.WriteFile(recordingFile(file), packed.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Every recording belongs to a fixture.
func TestRecordingsHaveFixtures(t *testing.T) {
	recordings, err := filepath.Glob(filepath.Join("testdata", "idioms", "answers", "*.json.gz"))
	if err != nil || len(recordings) == 0 {
		t.Fatalf("%d recordings, %v", len(recordings), err)
	}
	for _, r := range recordings {
		name := strings.TrimSuffix(filepath.Base(r), ".json.gz")
		if _, err := os.Stat(filepath.Join("testdata", "idioms", name+".txtar")); err != nil {
			t.Errorf("%s: %v; remove it", r, err)
		}
	}
}
