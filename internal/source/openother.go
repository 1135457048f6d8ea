//go:build !unix

package source

import (
	"io/fs"
	"os"
)

// folder is an open folder.
type folder struct{ root *os.Root }

func topFolder(root *os.Root) (folder, error) { return folder{}.of(root.OpenRoot(".")) }

func (folder) of(root *os.Root, err error) (folder, error) { return folder{root}, err }

func (f folder) openFolder(name string) (folder, error) { return folder{}.of(f.root.OpenRoot(name)) }

func (f folder) openFile(name string) (fs.File, error) { return f.root.Open(name) }

// list is what the folder holds, sorted by name.
func (f folder) list() ([]fs.DirEntry, error) { return fs.ReadDir(f.root.FS(), ".") }

func (f folder) close() { f.root.Close() }
