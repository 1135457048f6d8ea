package oracle

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// packagePython downloads packages; GONOGO_PYTHON names a newer one for packages that ask for it.
func packagePython() string {
	if python := os.Getenv("GONOGO_PYTHON"); python != "" {
		return python
	}
	return "python3"
}

// home is where a package's files are kept between runs, below build/packages.
func (p settingsPackage) home(t *testing.T) string {
	return filepath.Join(repository(t), "build", "packages", p.Name)
}

// fetch downloads and unpacks the package, once, and gives the folder of its files.
func (p settingsPackage) fetch(t *testing.T) string {
	t.Helper()
	dist := filepath.Join(p.home(t), "dist")
	archive, ok := p.archive(dist)
	if !ok {
		p.download(t, dist)
		if archive, ok = p.archive(dist); !ok {
			t.Skipf("no %s of %s %s can be downloaded", p.Kind, p.Name, p.Version)
		}
	}
	tree := filepath.Join(p.home(t), "tree-"+p.Version)
	if _, err := os.Stat(tree); err == nil {
		return tree
	}
	part := tree + ".part"
	if err := errors.Join(os.RemoveAll(part), unpackArchive(archive, part), os.Rename(part, tree)); err != nil {
		t.Fatal(err)
	}
	return tree
}

// archive is the downloaded file of this version.
func (p settingsPackage) archive(dist string) (string, bool) {
	entries, _ := os.ReadDir(dist)
	for _, e := range entries {
		if strings.Contains(e.Name(), "-"+p.Version) {
			return filepath.Join(dist, e.Name()), true
		}
	}
	return "", false
}

// download asks pip for the one file. Nothing of the package is installed.
func (p settingsPackage) download(t *testing.T, dist string) {
	t.Helper()
	args := []string{"-m", "pip", "download", "--quiet", "--no-deps", "--dest", dist, "--only-binary", ":all:"}
	if p.Kind == "sdist" {
		args = []string{"-m", "pip", "download", "--quiet", "--no-deps", "--dest", dist, "--no-binary", p.Name}
	}
	if out, err := exec.Command(packagePython(), append(args, p.Name+"=="+p.Version)...).CombinedOutput(); err != nil {
		t.Logf("pip download: %v\n%s", err, lastLines(out))
	}
}

// make is the Python of the virtual environment; it is made once for a list of packages.
func (e pythonEnvironment) make(t *testing.T, name string) string {
	t.Helper()
	if err := exec.Command(e.Python, "--version").Run(); err != nil {
		t.Skipf("not compared with real Django: the machine has no %s", e.Python)
	}
	venv := filepath.Join(repository(t), "build", "packages", "venv-"+name)
	python, mark := filepath.Join(venv, "bin", "python"), filepath.Join(venv, "installed.txt")
	want := strings.Join(e.Install, "\n") + "\n"
	if have, err := os.ReadFile(mark); err == nil && string(have) == want {
		return python
	}
	commands := [][]string{
		{e.Python, "-m", "venv", venv},
		append([]string{python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"}, e.Install...),
	}
	for _, command := range commands {
		if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, lastLines(out))
		}
	}
	if err := os.WriteFile(mark, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
	return python
}

// lastLines are the last lines of what a program printed.
func lastLines(out []byte) string {
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-8):], []byte("\n")))
}

// unpackArchive writes the regular files of a wheel or source distribution below a folder; nothing leaves it.
func unpackArchive(archive, folder string) error {
	if strings.HasSuffix(archive, ".whl") || strings.HasSuffix(archive, ".zip") {
		return unpackZip(archive, folder)
	}
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	compressed, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %w", archive, err)
	}
	for r := tar.NewReader(compressed); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", archive, err)
		}
		_, name, within := strings.Cut(filepath.ToSlash(header.Name), "/")
		if header.Typeflag != tar.TypeReg || !within {
			continue
		}
		if err := unpackFile(folder, name, r); err != nil {
			return err
		}
	}
}

func unpackZip(archive, folder string) error {
	r, err := zip.OpenReader(archive)
	if err != nil {
		return fmt.Errorf("%s: %w", archive, err)
	}
	defer r.Close()
	for _, entry := range r.File {
		if !entry.Mode().IsRegular() {
			continue
		}
		content, err := entry.Open()
		if err != nil {
			return err
		}
		err = unpackFile(folder, entry.Name, content)
		content.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// unpackFile writes one file. Names that would leave the folder, and large files that no settings module reads, are left out.
func unpackFile(folder, name string, content io.Reader) error {
	if !fs.ValidPath(name) || leftOut(name) {
		return nil
	}
	path := filepath.Join(folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Close())
}

func leftOut(name string) bool {
	switch filepath.Ext(name) {
	case ".js", ".css", ".map", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".woff", ".woff2", ".ttf", ".eot", ".mo", ".pdf", ".mp4", ".so", ".gz":
		return true
	}
	return false
}
