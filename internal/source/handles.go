package source

import (
	"container/list"
	"io/fs"
	"os"
	"path"
	"sync"
)

// openFolders is how many folders are kept open at most, those in use aside.
const openFolders = 64

// handles keeps the folders open that were used last. Below an open folder a file takes one call to open; from the top it takes two for each
// folder of its path, since no link may lead out.
type handles struct {
	root *os.Root
	mu   sync.Mutex
	open map[string]*list.Element // of *handle
	used *list.List               // the last used first
}

// handle is one open folder.
type handle struct {
	dir  string
	root *os.Root
	refs int
}

func newHandles(root *os.Root) *handles {
	return &handles{root: root, open: make(map[string]*list.Element), used: list.New()}
}

// Open opens a file by its path. A link that leads out of the folder it stands in is followed from the top.
func (h *handles) Open(name string) (fs.File, error) {
	if dir := path.Dir(name); dir != "." {
		if folder := h.acquire(dir); folder != nil {
			f, err := folder.root.Open(path.Base(name))
			h.release(folder)
			if err == nil {
				return f, nil
			}
		}
	}
	return h.root.FS().Open(name)
}

// ReadDir lists a folder.
func (h *handles) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(h.root.FS(), name) }

// acquire is the open folder, nil when it can't be opened.
func (h *handles) acquire(dir string) *handle {
	h.mu.Lock()
	defer h.mu.Unlock()
	if e := h.open[dir]; e != nil {
		h.used.MoveToFront(e)
		folder := e.Value.(*handle)
		folder.refs++
		return folder
	}
	root, err := h.root.OpenRoot(dir)
	if err != nil {
		return nil
	}
	folder := &handle{dir: dir, root: root, refs: 1}
	h.open[dir] = h.used.PushFront(folder)
	h.trim()
	return folder
}

// trim closes the folders that were not used for the longest time.
func (h *handles) trim() {
	for e := h.used.Back(); e != nil && h.used.Len() > openFolders; {
		previous, folder := e.Prev(), e.Value.(*handle)
		if folder.refs == 0 {
			h.used.Remove(e)
			delete(h.open, folder.dir)
			folder.root.Close()
		}
		e = previous
	}
}

func (h *handles) release(folder *handle) {
	h.mu.Lock()
	defer h.mu.Unlock()
	folder.refs--
}
