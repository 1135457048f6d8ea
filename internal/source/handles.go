package source

import (
	"container/list"
	"io/fs"
	"os"
	"path"
	"sync"
)

// openFolders is how many folders are kept open at most, those in use aside.
const openFolders = 128

// handles keeps the folders open that were used last. Below an open folder a file or folder takes one call to open; from the top it takes two
// for each folder of its path, since no link may lead out.
type handles struct {
	root *os.Root
	mu   sync.Mutex
	open map[string]*list.Element // of *handle
	used *list.List               // the last used first
}

// handle is one open folder.
type handle struct {
	folder
	dir  string
	refs int
}

func newHandles(root *os.Root) *handles {
	return &handles{root: root, open: make(map[string]*list.Element), used: list.New()}
}

// Open opens a file by its path. What an open folder does not give is looked for from the top, a link among it, which may lead to another
// folder of the tree.
func (h *handles) Open(name string) (fs.File, error) {
	if folder := h.acquire(path.Dir(name)); folder != nil {
		f, err := folder.openFile(path.Base(name))
		h.release(folder)
		if err == nil {
			return f, nil
		}
	}
	return h.root.FS().Open(name)
}

// ReadDir lists a folder.
func (h *handles) ReadDir(name string) ([]fs.DirEntry, error) {
	if folder := h.acquire(name); folder != nil {
		content, err := folder.list()
		h.release(folder)
		if err == nil {
			return content, nil
		}
	}
	return fs.ReadDir(h.root.FS(), name)
}

// acquire is the open folder, nil when it can't be opened.
func (h *handles) acquire(dir string) *handle {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open[dir] == nil && !h.openPath(dir) {
		return nil
	}
	e := h.open[dir]
	h.used.MoveToFront(e)
	folder := e.Value.(*handle)
	folder.refs++
	h.trim()
	return folder
}

// openPath opens a folder and those around it that are not open.
func (h *handles) openPath(dir string) bool {
	var opened folder
	var err error
	switch parent := path.Dir(dir); {
	case dir == ".":
		opened, err = topFolder(h.root)
	case h.open[parent] == nil && !h.openPath(parent):
		return false
	default:
		opened, err = h.open[parent].Value.(*handle).openFolder(path.Base(dir))
	}
	if err == nil {
		h.open[dir] = h.used.PushFront(&handle{folder: opened, dir: dir})
	}
	return err == nil
}

// trim closes the folders that were not used for the longest time.
func (h *handles) trim() {
	for e := h.used.Back(); e != nil && h.used.Len() > openFolders; {
		previous, folder := e.Prev(), e.Value.(*handle)
		if folder.refs == 0 {
			h.used.Remove(e)
			delete(h.open, folder.dir)
			folder.close()
		}
		e = previous
	}
}

func (h *handles) release(folder *handle) {
	h.mu.Lock()
	defer h.mu.Unlock()
	folder.refs--
}
