package project

import (
	"bufio"
	"bytes"
	"context"
	"path"
	"strconv"
	"strings"
	"sync"

	"gonogo/internal/source"
)

// maxReleaseBytes bounds how much of the last release is read.
const maxReleaseBytes = 256 << 20

// Before is the project as the last release has it, so that its code can be asked too. It is worked out when somebody asks.
type Before struct {
	// Snapshot is the project, nil where it is not known; Unknown says why then, in a clause.
	*Snapshot
	Unknown string
	// Since is the revision.
	Since string
}

// lazyBefore loads the last release once.
type lazyBefore struct {
	once sync.Once
	made *Before
}

// Before is the last release.
func (s *Snapshot) Before() *Before {
	s.before.once.Do(func() {
		r := s.Release()
		b := &Before{Unknown: r.Unknown, Since: r.Since}
		s.before.made = b
		switch {
		case b.Unknown != "":
			return
		case r.contents == nil:
			b.Unknown = "the files of the last release are not there"
			return
		}
		files, err := r.contents()
		if err != nil {
			b.Unknown = "git does not give the files of " + r.Since + ": " + err.Error()
			return
		}
		b.load(s, files)
	})
	return s.before.made
}

// load reads the files of the last release as those of the project are read: the same folder, the same settings module.
func (b *Before) load(now *Snapshot, files map[string][]byte) {
	project := now.Root
	if project == "." {
		project = ""
	}
	options := Options{Settings: now.Choice.Module, Project: project, Repository: &Repository{Reason: "it is the last release"},
		Release: &Release{Unknown: "it is the last release itself"}, SitePackages: now.sitePackages}
	old, err := Load(source.FromMap(files), options)
	if err != nil && options.Settings != "" {
		options.Settings = ""
		old, err = Load(source.FromMap(files), options)
	}
	if err != nil {
		b.Unknown = "the project of " + b.Since + " cannot be read: " + err.Error()
		return
	}
	b.Snapshot = old
}

// Named is a place of the last release, with a path that git takes: "v1.2:shop/models.py".
func (b *Before) Named(at source.Span) source.Span {
	if at.IsZero() {
		return at
	}
	at.File = source.NewFile(b.Since+":"+at.File.Path, at.File.Data)
	return at
}

// blob is a file of a revision.
type blob struct{ path, id string }

// codeBlobs are the files of a revision that code and settings are made of, relative to the folder below.
func codeBlobs(listed []byte, below string) (blobs []blob) {
	for _, line := range splitNul(listed) {
		head, name, ok := strings.Cut(line, "\t")
		fields := strings.Fields(head)
		inner, within := strings.CutPrefix(name, below)
		if !ok || !within || len(fields) < 4 || fields[1] != "blob" || fields[0] == "120000" || !isCode(inner) {
			continue
		}
		if size, err := strconv.Atoi(fields[3]); err != nil || size > maxHistoryBlob {
			continue
		}
		blobs = append(blobs, blob{path.Clean(inner), fields[2]})
	}
	return blobs
}

// isCode reports whether the models of a project may depend on a file.
func isCode(name string) bool {
	switch path.Ext(name) {
	case ".py", ".toml", ".cfg", ".ini", ".json", ".yml", ".yaml", ".html":
		return true
	}
	return false
}

// readBlobs asks git for the contents of files of a revision.
func readBlobs(dir, revision, below string) (map[string][]byte, error) {
	listed, err := git(dir, nil, "ls-tree", "-r", "-l", "-z", "--full-tree", revision)
	if err != nil {
		return nil, err
	}
	blobs := codeBlobs(listed, below)
	ctx, cancel := context.WithTimeout(context.Background(), gitTimeout)
	defer cancel()
	cmd := gitCommand(ctx, dir, "cat-file", "--batch")
	var asked bytes.Buffer
	for _, b := range blobs {
		asked.WriteString(b.id + "\n")
	}
	cmd.Stdin = &asked
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	defer func() {
		cancel()
		cmd.Wait()
	}()
	files, total := make(map[string][]byte, len(blobs)), 0
	r := bufio.NewReaderSize(out, 1<<16)
	for _, b := range blobs {
		data, err := readContent(r)
		if err != nil {
			return nil, err
		}
		if total += len(data); data != nil && total < maxReleaseBytes {
			files[b.path] = data
		}
	}
	return files, nil
}
