// Package runbook reads the documents of a project: what each is for, and the commands, variables and paths that it names.
package runbook

import (
	"bytes"
	"path"
	"runtime"
	"strings"
	"sync"

	"gonogo/internal/markup"
	"gonogo/internal/source"
)

const (
	maxDocuments = 2000     // documents of a tree
	maxBytes     = 32 << 20 // of all documents of a tree
)

// Purpose is what a document is for.
type Purpose uint8

// The purposes of documents.
const (
	Operation   Purpose = iota + 1 // how to set up, configure, deploy, run or repair the project
	Development                    // how to work on its code
	Other                          // anything else that describes the project, such as its features
)

// Document is a document that speaks of the project as it is now. Of one whose purpose is Other only the file is kept.
type Document struct {
	*markup.Document
	Purpose  Purpose
	Commands []Command // in order of place
	Names    []Name    // of variables and settings, in order of place
}

// Documents are the documents of a tree.
type Documents struct {
	All []*Document // in order of their paths
	// Unread are documents whose format is not read (AsciiDoc), sorted.
	Unread []string
}

// Read reads the documents of a tree. Those of other packages, of tests and of past releases are left out.
func Read(tree *source.Tree) *Documents {
	out := &Documents{}
	if tree == nil {
		return out
	}
	var files []*source.File
	size := 0
	for _, name := range tree.Paths() {
		if strings.HasSuffix(name, ".adoc") || strings.HasSuffix(name, ".asciidoc") {
			if !foreign(name) && !ofPast(name) {
				out.Unread = append(out.Unread, name)
			}
			continue
		}
		if !IsDocument(name) || foreign(name) || ofPast(name) || len(files) >= maxDocuments || isContent(tree, name) {
			continue
		}
		if f, ok := tree.Read(name); ok && size+len(f.Data) <= maxBytes && !isTranslation(f.Data) {
			size += len(f.Data)
			files = append(files, f)
		}
	}
	out.All = readAll(files)
	return out
}

// isContent reports whether a document is one that an application serves: it stands in the folder of one, and is no README.
func isContent(tree *source.Tree, name string) bool {
	if base := strings.ToLower(path.Base(name)); strings.HasPrefix(base, "readme") || strings.HasPrefix(base, "install") {
		return false
	}
	if strings.Contains(name, "templates/doc") {
		return false
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if tree.IsFile(dir+"/apps.py") || tree.IsFile(dir+"/models.py") || tree.IsFile(dir+"/views.py") {
			return true
		}
	}
	return false
}

// isTranslation reports whether a text is mostly written in another script than Latin: a translation of a document that is read anyway.
func isTranslation(data []byte) bool {
	other := 0
	for _, c := range data {
		if c >= 0xd0 {
			other++
		}
	}
	return other > len(data)/8
}

// IsDocument reports whether a file is a document for people by its name: one with a known extension, or one like INSTALL that needs none.
func IsDocument(name string) bool {
	if markup.IsDocument(name) {
		return true
	}
	switch strings.ToUpper(strings.TrimSuffix(path.Base(name), ".txt")) {
	case "README", "INSTALL", "DEPLOY", "DEPLOYMENT", "OPERATIONS", "RUNBOOK", "HACKING":
		return true
	}
	return false
}

// readAll reads files, some at a time.
func readAll(files []*source.File) []*Document {
	all := make([]*Document, len(files))
	next := make(chan int)
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), 8) {
		wait.Go(func() {
			for i := range next {
				all[i] = readDocument(files[i])
			}
		})
	}
	for i := range files {
		next <- i
	}
	close(next)
	wait.Wait()
	return all
}

func readDocument(f *source.File) *Document {
	d := &Document{Purpose: purposeOf(f.Path, firstHeading(f))}
	if d.Purpose == Other && tellsToRun(f.Data) {
		d.Purpose = Operation
	}
	if d.Purpose == Other {
		d.Document = &markup.Document{File: f}
		return d
	}
	d.Document = markup.Read(f)
	r := newReader(d)
	for _, s := range d.Sections {
		r.section(s)
	}
	return d
}

// tellsToRun reports whether a text has commands that run the project.
func tellsToRun(data []byte) bool {
	for _, words := range []string{"manage.py ", "kubectl exec", "systemctl "} {
		if bytes.Contains(data, []byte(words)) {
			return true
		}
	}
	return false
}

// firstHeading is the title of a document, as far as its first lines tell without reading all of it.
func firstHeading(f *source.File) string {
	for n := 1; n <= min(f.LineCount(), 40); n++ {
		line := strings.TrimSpace(f.Line(n))
		if title, ok := strings.CutPrefix(line, "# "); ok {
			return title
		}
		if title, ok := strings.CutPrefix(line, "title:"); ok && n < 20 {
			return strings.Trim(strings.TrimSpace(title), "\"'")
		}
		if next := strings.TrimSpace(f.Line(n + 1)); line != "" && len(next) > 3 && (strings.Trim(next, "=") == "" || strings.Trim(next, "-") == "" || strings.Trim(next, "#") == "") && strings.Trim(line, "=-#") != "" {
			return line
		}
	}
	return ""
}

// Says reports whether the document has a word anywhere, in text or code.
func (d *Document) Says(word string) bool { return HasWord(string(d.File.Data), word) }

// HasWord reports whether a text has a name that is not part of a longer one.
func HasWord(text, name string) bool {
	for from := 0; name != ""; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(name)
		if (start == 0 || !isNameByte(text[start-1])) && (end == len(text) || !isNameByte(text[end])) {
			return true
		}
		from = start + 1
	}
	return false
}

func isNameByte(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}
