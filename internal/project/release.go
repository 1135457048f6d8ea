package project

import (
	"path"
	"strings"
	"sync"
)

// Release tells which files are new since the last release.
type Release struct {
	// Since is the revision that the last release is taken to be, Reason why, in a clause.
	Since, Reason string
	// Unknown says why nothing is known of the last release, "" when it is.
	Unknown string
	// old are the files of the last release, relative to the tree.
	old map[string]bool
	// contents gives the contents of those that code and settings are made of; nil where they are not there.
	contents func() (map[string][]byte, error)
}

// NewRelease makes the facts of a release from the files that the last one had.
func NewRelease(since, reason string, old []string) *Release {
	r := &Release{Since: since, Reason: reason, old: make(map[string]bool, len(old))}
	for _, name := range old {
		r.old[name] = true
	}
	return r
}

// With adds the contents of the files that the last release had.
func (r *Release) With(contents map[string][]byte) *Release {
	r.contents = func() (map[string][]byte, error) { return contents, nil }
	return r
}

// Brings reports whether a file is new in this release; false when the last one is not known.
func (r *Release) Brings(path string) bool { return r.Unknown == "" && !r.old[path] }

// lazyRelease asks git once.
type lazyRelease struct {
	once  sync.Once
	made  *Release
	since string
	given *Release
}

// Release is what this release adds to the last one: what is newer than Options.Since, else than the latest tag, else than the merge base
// with the main branch.
func (s *Snapshot) Release() *Release {
	l := &s.release
	l.once.Do(func() {
		switch {
		case l.given != nil:
			l.made = l.given
		case s.Tree == nil || s.Tree.Dir() == "":
			l.made = &Release{Unknown: "the project is not on disk"}
		case s.Repository == nil || !s.Repository.Present:
			l.made = &Release{Unknown: "the project is in no git checkout"}
			if s.Repository != nil && s.Repository.Reason != "" {
				l.made.Unknown = s.Repository.Reason
			}
		default:
			l.made = readRelease(s.Tree.Dir(), l.since)
		}
	})
	return l.made
}

// readRelease finds the last release of a checkout, and its files.
func readRelease(dir, since string) *Release {
	reason := "as --since says"
	if since == "" {
		since, reason = lastRelease(dir)
	}
	if since == "" {
		return &Release{Unknown: "the last release is not known: " + reason + ", and no branch beside the main one"}
	}
	if strings.HasPrefix(since, "-") {
		return &Release{Unknown: "--since " + since + " is no revision"}
	}
	prefix, err := git(dir, nil, "rev-parse", "--show-prefix")
	if err != nil {
		return &Release{Unknown: "git does not tell the folder of the checkout: " + err.Error()}
	}
	out, err := git(dir, nil, "ls-tree", "-r", "-z", "--name-only", "--full-tree", since)
	if err != nil {
		return &Release{Unknown: "git does not know the revision " + since + ": " + err.Error()}
	}
	below := strings.TrimSpace(string(prefix))
	var old []string
	for _, name := range splitNul(out) {
		if inner, ok := strings.CutPrefix(name, below); ok {
			old = append(old, path.Clean(inner))
		}
	}
	r := NewRelease(since, reason, old)
	r.contents = func() (map[string][]byte, error) { return readBlobs(dir, since, below) }
	return r
}

// lastRelease is the latest tag before the commit at hand, else where the branch left the main one. Where there is neither since is "", and
// reason says why no tag is it.
func lastRelease(dir string) (since, reason string) {
	text := func(args ...string) string {
		out, err := git(dir, nil, args...)
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(out))
	}
	start := "HEAD"
	here := text("describe", "--tags", "--exact-match", "HEAD")
	if here != "" {
		start = "HEAD^" // the commit is a release itself
	}
	if tag := text("describe", "--tags", "--abbrev=0", start); tag != "" {
		return tag, "the latest tag before it"
	}
	head := text("rev-parse", "HEAD")
	for _, branch := range []string{"origin/HEAD", "origin/main", "origin/master", "main", "master"} {
		if base := text("merge-base", "HEAD", branch); base != "" && base != head {
			return base, "where the branch left " + branch
		}
	}
	switch {
	case here != "":
		return "", "the tag " + here + " is this commit, and no other one is before it"
	case text("tag", "--list") != "":
		return "", "there is no tag before this commit"
	}
	return "", "there is no tag"
}
