package deploy

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"gonogo/internal/knowledge"
)

// packageIndex is a package index on loopback with empty wheels, from which the real installers resolve.
type packageIndex struct {
	url    string            // of the simple API (PEP 503)
	wheels map[string][]byte // by file name
}

// indexedPackages are what the index has: NAME VERSION, and what the wheel requires.
func indexedPackages() map[string][]string {
	django := []string{"asgiref>=3.6", "sqlparse>=0.3", `tzdata; sys_platform == "win32"`, `argon2-cffi>=19; extra == "argon2"`}
	celery := []string{"kombu>=5.3", `redis>=4.5; extra == "redis"`}
	return map[string][]string{
		"django 3.2.25": django, "django 4.2.16": django, "django 5.1.3": django, "django 5.2.8": django, "asgiref 3.7.2": nil, "asgiref 3.8.1": nil,
		"sqlparse 0.4.4": nil, "sqlparse 0.5.1": nil, "tzdata 2024.1": nil, "argon2-cffi 23.1.0": nil,
		"celery 5.3.6": celery, "celery 5.4.0": celery, "kombu 5.3.7": nil, "kombu 5.4.2": nil, "redis 4.6.0": nil, "redis 5.0.8": nil, "redis 5.1.0rc1": nil,
		"gunicorn 21.2.0": {"packaging"}, "gunicorn 22.0.0": {"packaging"}, "gunicorn 23.0.0": {"packaging"}, "packaging 24.1": nil,
		"psycopg 3.1.18": {"typing-extensions>=4.1", `psycopg-binary; extra == "binary"`}, "psycopg 3.2.3": {"typing-extensions>=4.6", `psycopg-binary; extra == "binary"`},
		"psycopg-binary 3.2.3": nil, "typing-extensions 4.12.2": nil, "pytest 8.0.0": {"pluggy>=1.3", "iniconfig"}, "pytest 8.3.3": {"pluggy>=1.5", "iniconfig"},
		"pluggy 1.5.0": nil, "iniconfig 2.0.0": nil, "colorama 0.4.6": nil, "uvloop 0.19.0": nil, "uvloop 0.20.0": nil, "whitenoise 6.6.0": nil, "whitenoise 6.7.0": nil,
		"ruff 0.6.9": nil, "sphinx 8.0.2": nil, "django-debug-toolbar 4.4.6": {"django>=4.2.9", "sqlparse>=0.2"}, "zope-interface 6.4": {"setuptools"}, "setuptools 84.2.1": nil,
	}
}

func newPackageIndex(t *testing.T) *packageIndex {
	t.Helper()
	index := &packageIndex{wheels: map[string][]byte{}}
	for pkg, requires := range indexedPackages() {
		name, version, _ := strings.Cut(pkg, " ")
		index.wheels[wheelName(name, version)] = emptyWheel(t, name, version, requires)
	}
	server := httptest.NewServer(http.HandlerFunc(index.serve))
	t.Cleanup(server.Close)
	index.url = server.URL + "/simple/"
	return index
}

func wheelName(name, version string) string {
	return strings.ReplaceAll(name, "-", "_") + "-" + version + "-py3-none-any.whl"
}

func emptyWheel(t *testing.T, name, version string, requires []string) []byte {
	t.Helper()
	stem := strings.ReplaceAll(name, "-", "_") + "-" + version
	metadata := fmt.Sprintf("Metadata-Version: 2.1\nName: %s\nVersion: %s\n", name, version)
	for _, r := range requires {
		metadata += "Requires-Dist: " + r + "\n"
		if _, extra, ok := strings.Cut(r, `extra == "`); ok {
			metadata += "Provides-Extra: " + strings.TrimSuffix(extra, `"`) + "\n"
		}
	}
	var data bytes.Buffer
	archive := zip.NewWriter(&data)
	for _, file := range [][2]string{
		{stem + ".dist-info/METADATA", metadata}, {stem + ".dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"},
		{stem + ".dist-info/RECORD", stem + ".dist-info/METADATA,,\n" + stem + ".dist-info/WHEEL,,\n" + stem + ".dist-info/RECORD,,\n"},
	} {
		w, err := archive.Create(file[0])
		if err == nil {
			_, err = w.Write([]byte(file[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

func (x *packageIndex) serve(w http.ResponseWriter, r *http.Request) {
	if data, ok := x.wheels[filepath.Base(r.URL.Path)]; ok {
		w.Write(data)
		return
	}
	asked := knowledge.NormalName(filepath.Base(strings.TrimSuffix(r.URL.Path, "/")))
	var links []string
	for file := range x.wheels {
		if name, _ := splitArchive(file); knowledge.NormalName(name) == asked {
			links = append(links, fmt.Sprintf("<a href=\"/files/%s#sha256=%s\">%s</a><br>", file, x.hash(file), file))
		}
	}
	if len(links) == 0 {
		http.NotFound(w, r)
		return
	}
	sort.Strings(links)
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprint(w, "<!DOCTYPE html><html><body>\n", strings.Join(links, "\n"), "\n</body></html>\n")
}

func (x *packageIndex) hash(file string) string {
	sum := sha256.Sum256(x.wheels[file])
	return hex.EncodeToString(sum[:])
}

// deployProgram is a program of the environment in which the real readers of deployment files are installed; asking takes minutes, so that only GONOGO_ORACLE=1 does.
func deployProgram(t *testing.T, name string) string {
	t.Helper()
	if os.Getenv("GONOGO_ORACLE") != "1" {
		t.Skip("set GONOGO_ORACLE=1 to ask " + name)
	}
	program, err := filepath.Abs("../../build/venv-deploy/bin/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		t.Fatal(name + " is not installed; internal/oracle/testdata/environments installs it")
	}
	return program
}

// writeFiles writes files below a new folder, and returns it.
func writeFiles(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
