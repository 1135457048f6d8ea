package source

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"sync"
)

// listing is what one folder holds.
type listing struct {
	content []fs.DirEntry
	err     error
}

// walk lists the tree level by level, the folders of a level in parallel and merged in order, so that a limit cuts off
// the same files on every run.
func (t *Tree) walk() error {
	level := []string{"."}
	for depth := 0; len(level) > 0; depth++ {
		if depth > t.limits.Depth {
			t.cut(fmt.Sprintf("folders deeper than %d levels were left out, this one among them", t.limits.Depth), level[0])
			break
		}
		var next []string
		for i, l := range t.listAll(level) {
			if l.err != nil && depth == 0 {
				return fmt.Errorf("list the project's folder: %w", l.err)
			}
			if l.err != nil {
				t.unreadable(level[i], "folder", l.err)
				continue
			}
			if depth > 0 && installed(l.content) {
				continue
			}
			t.dirs[level[i]] = true
			next = append(next, t.add(level[i], l.content)...)
		}
		if t.truncated {
			break
		}
		level = next
	}
	sort.Strings(t.paths)
	return nil
}

// listAll reads folders in parallel; the order of results is that of the folders.
func (t *Tree) listAll(dirs []string) []listing {
	results := make([]listing, len(dirs))
	parallel(len(dirs), func(i int) {
		content, err := fs.ReadDir(t.fsys, dirs[i])
		results[i] = listing{content, err}
	})
	return results
}

// add takes a folder's content into the tree and returns the folders in it that are to be listed next.
func (t *Tree) add(dir string, content []fs.DirEntry) (folders []string) {
	for _, e := range content {
		at := path.Join(dir, e.Name())
		switch {
		case e.IsDir():
			if !leftOut(e.Name()) {
				folders = append(folders, at)
			}
		case e.Type()&fs.ModeSymlink != 0:
			t.addLink(at)
		case e.Type().IsRegular() && !generated(e.Name()):
			t.addFile(at)
		}
	}
	return folders
}

// addFile lists one file, up to the limit.
func (t *Tree) addFile(at string) {
	if len(t.paths) >= t.limits.Files {
		if !t.truncated {
			t.cut(fmt.Sprintf("the tree has more than %d files; this one and those behind it were left out: name the project's own folder", t.limits.Files), at)
		}
		return
	}
	t.paths = append(t.paths, at)
	t.files[at] = &entry{}
}

// addLink looks where a symbolic link leads. A link to a file of the tree is listed as a file; a link to a folder of the tree is an
// alias that look-ups follow, and its files are listed once, where they stand; everything else is a link out of the project, which
// is told when somebody asks for it.
func (t *Tree) addLink(at string) {
	if t.resolve == nil {
		t.outward[at] = true
		return
	}
	target, isDir, ok := t.resolve(at)
	switch {
	case !ok:
		t.outward[at] = true
	case isDir:
		t.aliases[at] = target
	default:
		t.addFile(at)
	}
}

// cut notes that not everything was listed.
func (t *Tree) cut(message, at string) {
	t.truncated = true
	t.report(at, message)
}

// unreadable notes a file or folder that the operating system refuses.
func (t *Tree) unreadable(at, what string, err error) {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	t.report(at, fmt.Sprintf("this %s cannot be read (%v) and was left out; give read permission to whoever runs gonogo", what, err))
	t.incomplete.Store(true)
}

// workers is how many files or folders are read at once: more than the processors, since some of the time is waiting.
const workers = 4

// parallel calls do for 0 to n-1, several at a time, and returns when all are done.
func parallel(n int, do func(i int)) {
	if n < 2*workers {
		for i := range n {
			do(i)
		}
		return
	}
	var running sync.WaitGroup
	for w := range workers {
		running.Go(func() {
			for i := w; i < n; i += workers {
				do(i)
			}
		})
	}
	running.Wait()
}
