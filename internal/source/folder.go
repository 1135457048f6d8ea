package source

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
)

// Folder is a folder that is not listed beforehand: what is asked for is looked up and read, and nothing else. It is for large folders of
// which little is needed, like installed packages. No symbolic link is followed out of it; it may itself be reached by one.
// A Folder is safe for concurrent use and never changes what it reads.
type Folder struct {
	shown  string // slash path
	fsys   fs.FS
	limits Limits
	mu     sync.Mutex
	lists  map[string]map[string]bool // by folder: names, and whether each is a folder
}

// OpenFolder opens a folder. shown is the path that its files are told by.
func OpenFolder(dir, shown string, limits Limits) (*Folder, error) {
	abs, err := realFolder(dir)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return nil, fmt.Errorf("open the folder %s: %w", dir, err)
	}
	return &Folder{shown: filepath.ToSlash(shown), fsys: root.FS(), limits: limits.withDefaults(), lists: map[string]map[string]bool{}}, nil
}

// Shown is the path by which the folder is told.
func (f *Folder) Shown() string { return f.shown }

// Names are the files and folders in a folder, with whether each is a folder; nil when there is none by that path. The map is shared.
func (f *Folder) Names(dir string) map[string]bool {
	dir = path.Clean(dir)
	f.mu.Lock()
	defer f.mu.Unlock()
	if names, ok := f.lists[dir]; ok {
		return names
	}
	var names map[string]bool
	if content, err := fs.ReadDir(f.fsys, dir); err == nil {
		names = make(map[string]bool, len(content))
		for i, e := range content {
			if i >= f.limits.Files {
				break
			}
			isDir := e.IsDir()
			if e.Type()&fs.ModeSymlink != 0 {
				info, err := fs.Stat(f.fsys, path.Join(dir, e.Name()))
				if err != nil {
					continue // it leads out, or nowhere
				}
				isDir = info.IsDir()
			}
			names[e.Name()] = isDir
		}
	}
	f.lists[dir] = names
	return names
}

// IsFile reports whether there is a file by that path.
func (f *Folder) IsFile(name string) bool {
	isDir, ok := f.lookUp(name)
	return ok && !isDir
}

// IsDir reports whether there is a folder by that path.
func (f *Folder) IsDir(name string) bool {
	isDir, ok := f.lookUp(name)
	return ok && isDir
}

func (f *Folder) lookUp(name string) (isDir, ok bool) {
	name = path.Clean(name)
	if !fs.ValidPath(name) || name == "." {
		return true, name == "."
	}
	// From above, so that nothing is asked of the disk below a folder that is not there.
	if isDir, ok = f.lookUp(path.Dir(name)); !ok || !isDir {
		return false, false
	}
	isDir, ok = f.Names(path.Dir(name))[path.Base(name)]
	return isDir, ok
}

// Read is a text file of the folder; ok is false when there is none, and when it cannot be read within the limits.
func (f *Folder) Read(name string) (file *File, ok bool) {
	if !f.IsFile(name) {
		return nil, false
	}
	opened, err := f.fsys.Open(path.Clean(name))
	if err != nil {
		return nil, false
	}
	defer opened.Close()
	info, err := opened.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > f.limits.FileBytes {
		return nil, false
	}
	data, err := readSized(opened, info.Size(), f.limits.FileBytes)
	if err != nil || int64(len(data)) > f.limits.FileBytes {
		return nil, false
	}
	if data, err = decode(name, data); err != nil {
		return nil, false
	}
	return NewFile(path.Join(f.shown, path.Clean(name)), data), true
}
