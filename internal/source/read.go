package source

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Read is a file of the tree. ok is false when there is none by that path, or when it cannot be read: then a diagnostic says why.
// A byte order mark is removed, and text in UTF-16 is refused. Other bytes that are no UTF-8 stay: package syntax reads the encodings
// that Python files declare.
func (t *Tree) Read(name string) (f *File, ok bool) {
	name, ok = t.canonical(name)
	if !ok {
		return nil, false
	}
	e := t.files[name]
	if e == nil {
		return nil, false
	}
	e.once.Do(func() { t.loadEntry(e, name) })
	return e.file, e.file != nil
}

// ReadAll reads many files in parallel, in the order of the paths; those that cannot be read are left out.
func (t *Tree) ReadAll(paths []string) []*File {
	read := make([]*File, len(paths))
	parallel(len(paths), func(i int) { read[i], _ = t.Read(paths[i]) })
	files := read[:0]
	for _, f := range read {
		if f != nil {
			files = append(files, f)
		}
	}
	return files
}

// loadEntry reads a file into its entry.
func (t *Tree) loadEntry(e *entry, name string) {
	data, ok := t.load(name)
	if !ok {
		return
	}
	if e.file = t.accept(name, data); e.file != nil && len(e.file.Data) == len(data) {
		e.stored.Store(e.file)
	}
	if e.file != nil && strings.HasSuffix(name, ".py") {
		e.file.indexGrams() // here several are at work; who asks first is often alone
	}
}

// load reads a file within the limits; ok is false after a diagnostic.
func (t *Tree) load(name string) (data []byte, ok bool) {
	f, err := t.fsys.Open(name)
	if err != nil {
		t.unreadable(name, "file", err)
		return nil, false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.unreadable(name, "file", err)
		return nil, false
	}
	if !info.Mode().IsRegular() {
		t.refuse(name, "this is no regular file and was not read")
		return nil, false
	}
	if info.Size() > t.limits.FileBytes {
		t.refuse(name, tooLarge(info.Size(), t.limits.FileBytes))
		return nil, false
	}
	if t.bytes.Add(info.Size()) > t.limits.Bytes {
		t.refuse(name, fmt.Sprintf("this file was not read, since %s were read before it, which is the limit: name the project's own folder", size(t.limits.Bytes)))
		return nil, false
	}
	data, err = readSized(f, info.Size(), t.limits.FileBytes)
	if err != nil {
		t.unreadable(name, "file", err)
		return nil, false
	}
	if int64(len(data)) > t.limits.FileBytes {
		t.refuse(name, tooLarge(int64(len(data)), t.limits.FileBytes))
		return nil, false
	}
	return data, true
}

// accept makes a file of bytes; nil after a diagnostic when they are no text that can be read.
func (t *Tree) accept(name string, data []byte) *File {
	data, err := decode(name, data)
	if err != nil {
		t.refuse(name, err.Error())
		return nil
	}
	return NewFile(name, data)
}

// Bytes is the beginning of a file as it is stored, at most limit bytes; ok is false when it is no file of the tree or can't be read.
// It is for what need not be text: nothing is decoded, kept or told as a diagnostic, and the tree's limits don't count.
func (t *Tree) Bytes(name string, limit int64) (data []byte, ok bool) {
	return (&Scanner{Tree: t}).Bytes(name, limit, nil)
}

// Scanner reads files as Tree.Bytes does, one after the other into the same memory: for who looks at all files and keeps none.
// It is for one goroutine.
type Scanner struct {
	Tree *Tree
	// Head is how much of a file is read before it is decided whether the rest is, in bytes.
	Head   int64
	buffer []byte
}

// keptBuffer is how much memory a Scanner keeps for the next file, in bytes.
const keptBuffer = 4 << 20

// Bytes is the beginning of a file, at most limit bytes, good until the next call. Of a file longer than Head the rest is only read when
// further, given the head, says so; a nil further always does.
func (s *Scanner) Bytes(name string, limit int64, further func(head []byte) bool) (data []byte, ok bool) {
	t := s.Tree
	name, ok = t.canonical(name)
	if !ok || t.files[name] == nil {
		return nil, false
	}
	if t.fsys == nil {
		data = t.memory[name]
		return data[:min(int64(len(data)), limit)], true
	}
	if f := t.files[name].stored.Load(); f != nil {
		return f.Data[:min(int64(len(f.Data)), limit)], true
	}
	f, err := t.fsys.Open(name)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	data, size := s.buffer[:0], min(info.Size(), limit)
	if further != nil && size > s.Head {
		if data, err = readUpTo(f, data, s.Head); err != nil || !further(data) {
			return data, err == nil
		}
	}
	data, err = readUpTo(f, data, size)
	if cap(data) <= keptBuffer {
		s.buffer = data[:0]
	}
	return data, err == nil
}

// readUpTo reads on until data has size bytes, or the file ends.
func readUpTo(f io.Reader, data []byte, size int64) ([]byte, error) {
	have := len(data)
	data = slices.Grow(data, int(size)-have)[:size]
	n, err := io.ReadFull(f, data[have:])
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return data[:have+n], err
}

// readSized reads a file whose size is known, in one piece; a file that grew meanwhile is read up to a byte over the limit.
func readSized(f io.Reader, size, limit int64) ([]byte, error) {
	data := make([]byte, size, size+1)
	n, err := io.ReadFull(f, data)
	if err == io.ErrUnexpectedEOF || err == io.EOF {
		return data[:n], nil
	}
	if err != nil {
		return nil, err
	}
	if size > 0 {
		return data, nil
	}
	return io.ReadAll(io.LimitReader(f, limit+1)) // sizes of 0 are also those of /proc and the like
}

// refuse notes a file that was not read for a reason of its own.
func (t *Tree) refuse(name, message string) {
	t.report(name, message)
	t.incomplete.Store(true)
}

func tooLarge(actual, limit int64) string {
	return fmt.Sprintf("this file has %s and was not read: the limit for one file is %s", size(actual), size(limit))
}

// size is a number of bytes for people.
func size(n int64) string {
	switch {
	case n >= 1_000_000:
		return fmt.Sprintf("%d MB", n/1_000_000)
	case n >= 1000:
		return fmt.Sprintf("%d kB", n/1000)
	}
	return fmt.Sprintf("%d bytes", n)
}

// decode removes a byte order mark and refuses UTF-16.
func decode(name string, data []byte) ([]byte, error) {
	if looksLikeUTF16(name, data) {
		return nil, fmt.Errorf("this file is UTF-16, which Python and most tools cannot read: save it as UTF-8")
	}
	return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), nil
}

// looksLikeUTF16 goes by the byte order mark, and in Python files, which may not hold NUL bytes, by ASCII text with a NUL in each pair.
func looksLikeUTF16(name string, data []byte) bool {
	if len(data) >= 2 && (data[0] == 0xff && data[1] == 0xfe || data[0] == 0xfe && data[1] == 0xff) {
		return isText(name)
	}
	return strings.HasSuffix(name, ".py") && len(data) >= 4 && (data[0] == 0 && data[2] == 0 && data[1] != 0 || data[1] == 0 && data[3] == 0 && data[0] != 0)
}

// isText reports whether a file by that name should be text; images and the like may begin with any bytes.
func isText(name string) bool {
	base := name[strings.LastIndexByte(name, '/')+1:]
	ext := base[strings.LastIndexByte(base, '.')+1:]
	switch ext {
	case "py", "pyi", "txt", "md", "rst", "toml", "yml", "yaml", "json", "ini", "cfg", "conf", "sh", "html", "env", "js", "ts", "css", "in", "xml", "sql":
		return true
	}
	return strings.HasPrefix(base, ".env") || !strings.Contains(base, ".")
}
