package project

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"gonogo/internal/secrets"
)

// historyTimeout bounds the whole reading of a history.
const historyTimeout = 3 * time.Minute

// maxHistoryBlob leaves larger files of the history out, in bytes.
const maxHistoryBlob = 2_000_000

// shownCommit is how many digits of a commit are told.
const shownCommit = 12

// History is what was ever committed and stands in no file of the checkout any more.
type History struct {
	// Asked says that the history was to be read.
	Asked bool
	// Unknown says why not all of it is known, "" when it is.
	Unknown string
	Leaks   []PastLeak // oldest first
	Blobs   int        // how many contents were read
}

// PastLeak is a secret of the history, told once, by the oldest commit that has it.
type PastLeak struct {
	Path   string
	Commit string // abbreviated
	Date   string // of the commit, YYYY-MM-DD
	Find   secrets.Find
	Line   int // from 1, in the file as it was committed
	Test   bool
}

// lazyHistory reads once.
type lazyHistory struct {
	once  sync.Once
	made  *History
	asked bool
}

// History reads every content that was ever committed, when Options.History asks for it.
func (s *Snapshot) History() *History {
	l := &s.history
	l.once.Do(func() {
		l.made = &History{Asked: l.asked}
		switch {
		case !l.asked:
		case s.Tree == nil || s.Tree.Dir() == "":
			l.made.Unknown = "the project is not on disk"
		case s.Repository == nil || !s.Repository.Present:
			l.made.Unknown = "the project is in no git checkout"
			if s.Repository != nil && s.Repository.Reason != "" {
				l.made.Unknown = s.Repository.Reason
			}
		default:
			l.made.read(s.Tree.Dir(), s.Leaks())
		}
	})
	return l.made
}

// committed is a content with the oldest commit that brought it.
type committed struct {
	blob, path, commit, date string
	age                      int // larger is older
}

// read goes through the history of all branches and tags.
func (h *History) read(dir string, now *Leaks) {
	ctx, cancel := context.WithTimeout(context.Background(), historyTimeout)
	defer cancel()
	if out, err := git(dir, nil, "rev-parse", "--is-shallow-repository"); err == nil && strings.TrimSpace(string(out)) == "true" {
		h.Unknown = "the checkout is shallow, so that older commits are not here (git fetch --unshallow)"
	}
	contents, err := listHistory(ctx, dir)
	if err == nil {
		err = h.scan(ctx, dir, contents, present(now))
	}
	switch {
	case ctx.Err() != nil:
		h.Unknown = fmt.Sprintf("the history was not read to its end within %s", historyTimeout)
	case err != nil:
		h.Unknown = "git cannot tell the history: " + err.Error()
	}
	sort.SliceStable(h.Leaks, func(i, j int) bool {
		a, b := h.Leaks[i], h.Leaks[j]
		if a.Date != b.Date {
			return a.Date < b.Date
		}
		return a.Path < b.Path || a.Path == b.Path && a.Line < b.Line
	})
}

// listHistory are the contents that commits added or changed below the folder, each once, oldest last.
func listHistory(ctx context.Context, dir string) ([]committed, error) {
	cmd := gitCommand(ctx, dir, "-c", "log.showRoot=true", "log", "--all", "--raw", "-z", "--no-renames", "--relative", "--no-abbrev", "--diff-filter=AM", "--format=format:%x01%h %cs", "--", ".")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	defer cmd.Wait()
	byBlob := map[string]*committed{}
	var commit, date, blob string
	age := 0
	r := bufio.NewReaderSize(out, 1<<16)
	for {
		field, err := r.ReadString(0)
		field = strings.TrimSuffix(field, "\x00")
		if i := strings.LastIndexByte(field, 1); i >= 0 { // a commit, and on its next line the first entry
			head, rest, _ := strings.Cut(field[i+1:], "\n")
			commit, date, _ = strings.Cut(head, " ")
			commit = commit[:min(len(commit), shownCommit)]
			age++
			field = rest
		}
		switch {
		case strings.HasPrefix(field, ":"):
			blob = ""
			if parts := strings.Fields(field); len(parts) == 5 && parts[1] != "160000" && parts[1] != "120000" {
				blob = parts[3]
			}
		case field != "" && blob != "":
			if !pictured(field) && byBlob[blob] == nil {
				byBlob[blob] = &committed{blob: blob, path: field}
			}
			if c := byBlob[blob]; c != nil {
				c.commit, c.date, c.age, c.path = commit, date, age, field
			}
			blob = ""
		}
		if err != nil {
			break
		}
	}
	all := make([]committed, 0, len(byBlob))
	for _, c := range byBlob {
		all = append(all, *c)
	}
	sort.Slice(all, func(i, j int) bool {
		if all[i].age != all[j].age {
			return all[i].age > all[j].age
		}
		return all[i].path < all[j].path
	})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return all, nil
}

// pictured reports whether a file by that name holds a picture, a font or an archive, which need not be asked for.
func pictured(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".svg", ".woff", ".woff2", ".ttf", ".eot", ".otf", ".zip", ".gz", ".tar", ".pdf", ".mp4", ".mp3", ".mo", ".po", ".pyc", ".whl", ".psd", ".map":
		return true
	}
	return false
}

// scan asks git for the contents, one after the other, and scans them.
func (h *History) scan(ctx context.Context, dir string, contents []committed, known map[[32]byte]bool) error {
	cmd := gitCommand(ctx, dir, "cat-file", "--batch")
	var asked bytes.Buffer
	for _, c := range contents {
		asked.WriteString(c.blob + "\n")
	}
	cmd.Stdin = &asked
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer cmd.Wait()
	scanner := secrets.NewScanner()
	r := bufio.NewReaderSize(out, 1<<16)
	for _, c := range contents {
		data, err := readContent(r)
		if err != nil {
			return err
		}
		if data == nil {
			continue
		}
		h.Blobs++
		if text, ok := secrets.Text(data); ok {
			h.note(c, text, scanner.Scan(c.path, text), known)
		}
	}
	return nil
}

// readContent reads one answer of git cat-file --batch; nil for one that is missing or too large.
func readContent(r *bufio.Reader) ([]byte, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return nil, errors.New("git cat-file ended early")
	}
	parts := strings.Fields(line)
	if len(parts) != 3 {
		return nil, nil // "<object> missing"
	}
	size, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("read the size of a content: %w", err)
	}
	if size > maxHistoryBlob {
		_, err = io.CopyN(io.Discard, r, size+1)
		return nil, err
	}
	data := make([]byte, size+1)
	if _, err := io.ReadFull(r, data); err != nil {
		return nil, err
	}
	return data[:size], nil
}

// note keeps the finds that no file has today and no older commit had.
func (h *History) note(c committed, text []byte, finds []secrets.Find, known map[[32]byte]bool) {
	for _, f := range finds {
		if f.Weak || f.Trial || f.Class == secrets.PasswordHash || f.Class == secrets.UserTable {
			continue
		}
		sum := sha256.Sum256(text[f.Start:f.End])
		if known[sum] {
			continue
		}
		known[sum] = true
		h.Leaks = append(h.Leaks, PastLeak{Path: c.path, Commit: c.commit, Date: c.date, Find: f, Line: 1 + bytes.Count(text[:f.Start], []byte("\n")), Test: secrets.TestPath(c.path)})
	}
}

// present are the secrets of today's files, by their sums.
func present(now *Leaks) map[[32]byte]bool {
	known := map[[32]byte]bool{}
	for _, file := range now.Files {
		for _, f := range file.Finds {
			known[sha256.Sum256(file.File.Data[f.Start:f.End])] = true
		}
	}
	return known
}
