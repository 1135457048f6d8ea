package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
)

// Tree is the files below one folder: listed once, each read when it is first asked for. Paths are relative to the folder, with slashes.
//
// Version control, installed packages, virtual environments, caches and bundler output are left out. No symbolic link is followed
// out of the folder. A Tree is safe for concurrent use and never changes what it lists.
type Tree struct {
	dir     string // absolute, "" in memory
	fsys    fs.FS
	limits  Limits
	resolve func(link string) (target string, isDir, ok bool) // nil: links lead nowhere

	paths     []string // sorted
	files     map[string]*entry
	dirs      map[string]bool
	aliases   map[string]string // a link to a folder of the tree: where it leads
	outward   map[string]bool   // links that lead out of the tree, or nowhere
	truncated bool
	memory    map[string][]byte // the files of a tree in memory, as given

	incomplete atomic.Bool
	bytes      atomic.Int64
	mu         sync.Mutex
	reports    map[string]Diagnostic // by path and message, so that each is told once
}

// entry is one listed file.
type entry struct {
	once   sync.Once
	file   *File                // nil when it could not be read
	stored atomic.Pointer[File] // file, when its bytes are those that are stored
}

// Open lists the files below a folder. The error is for people: it says what is wrong with the folder.
func Open(dir string, limits Limits) (*Tree, error) {
	abs, err := realFolder(dir)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return nil, fmt.Errorf("open the folder %s: %w", dir, err)
	}
	t := newTree(newHandles(root), limits)
	t.dir = abs
	t.resolve = func(link string) (string, bool, bool) { return resolveLink(abs, link) }
	return t, t.walk()
}

// realFolder is the absolute path of a folder without links in it.
func realFolder(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("there is no folder %s: name the folder of the project, where manage.py is, or one above it", dir)
	}
	if err != nil {
		return "", fmt.Errorf("find the folder %s: %w", dir, err)
	}
	info, err := os.Stat(abs)
	if err != nil {
		return "", fmt.Errorf("look at the folder %s: %w", dir, err)
	}
	if !info.IsDir() {
		return "", fmt.Errorf("%s is a file: name the folder of the project, where manage.py is, or one above it", dir)
	}
	return abs, nil
}

// OpenFS lists the files of a file system. Symbolic links in it are not followed.
func OpenFS(fsys fs.FS, limits Limits) (*Tree, error) {
	t := newTree(fsys, limits)
	return t, t.walk()
}

func newTree(fsys fs.FS, limits Limits) *Tree {
	return &Tree{
		fsys: fsys, limits: limits.withDefaults(),
		files: make(map[string]*entry), dirs: map[string]bool{".": true},
		aliases: make(map[string]string), outward: make(map[string]bool),
		reports: make(map[string]Diagnostic),
	}
}

// resolveLink finds out where a link of the tree leads, if it stays in the tree and what it leads to is not left out.
func resolveLink(root, link string) (target string, isDir, ok bool) {
	full, err := filepath.EvalSymlinks(filepath.Join(root, filepath.FromSlash(link))) // fails on a cycle
	if err != nil {
		return "", false, false
	}
	rel, err := filepath.Rel(root, full)
	if err != nil || !filepath.IsLocal(rel) {
		return "", false, false
	}
	info, err := os.Stat(full)
	if err != nil || !info.IsDir() && !info.Mode().IsRegular() {
		return "", false, false
	}
	return filepath.ToSlash(rel), info.IsDir(), true
}

// Dir is the absolute path of the tree's folder, "" for a tree in memory.
func (t *Tree) Dir() string { return t.dir }

// Paths are all files, sorted. The slice is shared: don't change it.
func (t *Tree) Paths() []string { return t.paths }

// Complete reports whether everything could be listed and all that was asked for could be read.
func (t *Tree) Complete() bool { return !t.truncated && !t.incomplete.Load() }

// Diagnostics are what could not be listed or read so far, ordered by path.
func (t *Tree) Diagnostics() []Diagnostic {
	t.mu.Lock()
	defer t.mu.Unlock()
	keys := make([]string, 0, len(t.reports))
	for k := range t.reports {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	all := make([]Diagnostic, len(keys))
	for i, k := range keys {
		all[i] = t.reports[k]
	}
	return all
}

// report notes a diagnostic about a path, once.
func (t *Tree) report(at, message string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := at + "\x00" + message
	if _, told := t.reports[key]; !told {
		t.reports[key] = Diagnostic{At: NewFile(at, nil).Whole(), Message: message}
	}
}

// clean brings a path into the tree's form; ok is false for one that leaves the tree.
func clean(name string) (string, bool) {
	if strings.HasPrefix(name, "/") {
		return "", false
	}
	name = path.Clean(name)
	return name, name != ".." && !strings.HasPrefix(name, "../")
}

// canonical follows links to folders that stand in a path. A path that runs through a link out of the tree is no path of it.
func (t *Tree) canonical(name string) (string, bool) {
	name, ok := clean(name)
	if !ok || len(t.aliases)+len(t.outward) == 0 {
		return name, ok
	}
	for range 8 { // links are resolved to the end when they are listed, so that few rounds are needed
		link, rest, found := t.linkIn(name)
		if !found {
			return name, true
		}
		if t.outward[link] {
			t.report(link, "this is a link out of the project or to nothing, which was not followed")
			return "", false
		}
		name = path.Join(t.aliases[link], rest)
	}
	return "", false
}

// linkIn is the first link in a path, and what is behind it.
func (t *Tree) linkIn(name string) (link, rest string, found bool) {
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != '/' {
			continue
		}
		if _, alias := t.aliases[name[:i]]; alias || t.outward[name[:i]] {
			return name[:i], strings.TrimPrefix(name[i:], "/"), true
		}
	}
	return "", "", false
}

// IsFile reports whether the tree lists a file by that path.
func (t *Tree) IsFile(name string) bool {
	name, ok := t.canonical(name)
	return ok && t.files[name] != nil
}

// IsDir reports whether the tree has a folder by that path, "." for the tree itself.
func (t *Tree) IsDir(name string) bool {
	name, ok := t.canonical(name)
	return ok && t.dirs[name]
}

// Exists reports whether the tree has a file or a folder by that path.
func (t *Tree) Exists(name string) bool { return t.IsFile(name) || t.IsDir(name) }
