//go:build unix

package source

import (
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// folder is an open folder, by its descriptor. What is opened in it takes one call, where os.Root and os.File make seven: a large tree has
// thousands of files. No link is followed, and nothing waits for the other end of a pipe (open(2), O_NOFOLLOW and O_NONBLOCK).
type folder struct{ fd int }

// topFolder is the tree's folder, which has no link in its path.
func topFolder(root *os.Root) (folder, error) { return openFolderAt(unix.AT_FDCWD, root.Name()) }

func (f folder) openFolder(name string) (folder, error) { return openFolderAt(f.fd, name) }

func openFolderAt(at int, name string) (folder, error) {
	fd, err := openAt(at, name, unix.O_DIRECTORY)
	return folder{fd}, err
}

func (f folder) openFile(name string) (fs.File, error) {
	fd, err := openAt(f.fd, name, unix.O_NONBLOCK)
	if err != nil {
		return nil, err
	}
	return &plainFile{name: name, fd: fd}, nil
}

// list is what the folder holds, sorted by name. Each entry knows what it is without another call where the file system tells.
func (f folder) list() ([]fs.DirEntry, error) {
	fd, err := openAt(f.fd, ".", unix.O_DIRECTORY)
	if err != nil {
		return nil, err
	}
	opened := os.NewFile(uintptr(fd), ".")
	defer opened.Close()
	content, err := opened.ReadDir(-1)
	slices.SortFunc(content, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return content, err
}

func (f folder) close() { unix.Close(f.fd) }

func openAt(at int, name string, flags int) (int, error) {
	for {
		fd, err := unix.Openat(at, name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC|flags, 0)
		if err == nil {
			return fd, nil
		}
		if err != unix.EINTR {
			return -1, &fs.PathError{Op: "open", Path: name, Err: err}
		}
	}
}

// plainFile is an open file that is read from its beginning to its end by one goroutine.
type plainFile struct {
	name string
	fd   int
}

func (f *plainFile) Stat() (fs.FileInfo, error) {
	info := &plainInfo{name: f.name}
	for {
		err := unix.Fstat(f.fd, &info.stat)
		if err == nil {
			return info, nil
		}
		if err != unix.EINTR {
			return nil, &fs.PathError{Op: "stat", Path: f.name, Err: err}
		}
	}
}

func (f *plainFile) Read(p []byte) (int, error) {
	for {
		n, err := unix.Read(f.fd, p)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return 0, &fs.PathError{Op: "read", Path: f.name, Err: err}
		case n == 0 && len(p) > 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}

func (f *plainFile) Close() error { return unix.Close(f.fd) }

// plainInfo is what a tree asks of a file: its size and whether it is a regular one.
type plainInfo struct {
	name string
	stat unix.Stat_t
}

func (i *plainInfo) Name() string { return i.name }
func (i *plainInfo) Size() int64  { return i.stat.Size }
func (i *plainInfo) IsDir() bool  { return i.Mode().IsDir() }
func (i *plainInfo) Sys() any     { return &i.stat }

func (i *plainInfo) ModTime() time.Time { return time.Unix(i.stat.Mtim.Unix()) }

func (i *plainInfo) Mode() fs.FileMode {
	mode := fs.FileMode(i.stat.Mode & 0o777)
	switch i.stat.Mode & unix.S_IFMT {
	case unix.S_IFREG:
	case unix.S_IFDIR:
		mode |= fs.ModeDir
	default:
		mode |= fs.ModeIrregular
	}
	return mode
}
