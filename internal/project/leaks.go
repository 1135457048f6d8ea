package project

import (
	"bytes"
	"runtime"
	"sync"

	"gonogo/internal/python/eval"
	"gonogo/internal/secrets"
	"gonogo/internal/source"
)

// Leaks are the secrets that stand in the files of the repository: those that git tracks, and without git all that the tree lists.
type Leaks struct {
	Files []LeakyFile // ordered by path
	// Tracked says that git told which files belong to the repository; without it an operator's own files are among them.
	Tracked bool
	// Large are files of which only the beginning was read.
	Large []string
}

// LeakyFile is a file with secrets, or a database.
type LeakyFile struct {
	Path string
	// File is the text that the finds are places of; nil for a database.
	File  *source.File
	Finds []secrets.Find
	// Test says that the file serves tests, examples or documents by its path.
	Test bool
	// Database says that it is one of SQLite; Tables then that Django made its tables, Accounts how many password hashes are in it.
	Database, Tables bool
	Accounts         int
}

// lazyLeaks scans once.
type lazyLeaks struct {
	once   sync.Once
	made   *Leaks
	wanted bool // by who prepares the snapshot for all checks
}

// Leaks scans the files when somebody asks for the first time. Files that are no text by their content are passed over.
func (s *Snapshot) Leaks() *Leaks {
	s.leaks.once.Do(func() { s.leaks.made = findLeaks(s.Tree, s.Repository, max(1, runtime.GOMAXPROCS(0)-1)) })
	return s.leaks.made
}

// findLeaks scans with so many workers.
func findLeaks(tree *source.Tree, repository *Repository, workers int) *Leaks {
	l := &Leaks{Tracked: repository != nil && repository.Present}
	if tree == nil {
		return l
	}
	var paths []string
	for _, name := range tree.Paths() {
		if !l.Tracked || repository.Tracked(name) == eval.Yes {
			paths = append(paths, name)
		}
	}
	scanner := secrets.NewScanner()
	found := make([]LeakyFile, len(paths))
	large := make([]bool, len(paths))
	var wait sync.WaitGroup
	next := make(chan int, 64)
	for range workers {
		wait.Go(func() {
			files := &source.Scanner{Tree: tree, Head: scanHead}
			for i := range next {
				found[i], large[i] = scanFile(files, scanner, paths[i])
			}
		})
	}
	for i := range paths {
		next <- i
	}
	close(next)
	wait.Wait()
	for i, f := range found {
		if large[i] {
			l.Large = append(l.Large, paths[i])
		}
		if f.Database || len(f.Finds) > 0 {
			l.Files = append(l.Files, f)
		}
	}
	return l
}

// scanHead is how much of a file is read to see whether it is text.
const scanHead = 8000

// scanFile scans one file; large says that it was not read to its end.
func scanFile(files *source.Scanner, scanner *secrets.Scanner, name string) (f LeakyFile, large bool) {
	f = LeakyFile{Path: name, Test: secrets.TestPath(name)}
	data, ok := files.Bytes(name, secrets.MaxBytes+1, canLeak)
	if !ok {
		return f, false
	}
	head := data[:min(len(data), scanHead)]
	if !canLeak(head) {
		return f, false
	}
	f.Database = secrets.SQLite(head)
	large = len(data) > secrets.MaxBytes
	data = data[:min(len(data), secrets.MaxBytes)]
	if f.Database {
		f.Accounts = len(scanner.Hashes(data))
		f.Tables = f.Accounts > 0 || bytes.Contains(data, []byte(`"django_migrations"`)) || bytes.Contains(data, []byte(`"auth_user"`)) // as Django quotes names
		return f, large
	}
	text, _ := secrets.Text(data)
	if f.Finds = scanner.Scan(name, text); len(f.Finds) > 0 {
		f.File = source.NewFile(name, bytes.Clone(text))
	}
	return f, large
}

// canLeak reports whether a file that begins like this is searched: text and databases are.
func canLeak(head []byte) bool {
	_, isText := secrets.Text(head)
	return isText || secrets.SQLite(head)
}

// Span is the place of a find.
func (f LeakyFile) Span(find secrets.Find) source.Span { return f.File.Span(find.Start, find.End) }
