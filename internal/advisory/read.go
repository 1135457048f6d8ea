package advisory

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"gonogo/internal/knowledge"
)

// Limits bound what is read of a dump; zero fields have the defaults. All advisories of PyPI have about 20,000 files and 200 MB.
type Limits struct {
	Files  int   // advisories; 500,000 by default
	Record int64 // bytes of one advisory, unpacked; 8 MB by default
	Total  int64 // bytes of all, unpacked; 2 GB by default
}

func (l Limits) orDefault() Limits {
	if l.Files == 0 {
		l.Files = 500_000
	}
	if l.Record == 0 {
		l.Record = 8 << 20
	}
	if l.Total == 0 {
		l.Total = 2 << 30
	}
	return l
}

// Read reads a folder or a zip file of advisories, one JSON file each, as https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip
// has them. Only what concerns the given distributions (any spelling) is kept. Files whose name does not end in ".json" are passed over.
// An error says which file is at fault.
func Read(name string, distributions []string, limits Limits) (*Set, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, withoutPath(err)
	}
	if info.IsDir() {
		return ReadFS(os.DirFS(name), distributions, limits)
	}
	archive, err := zip.OpenReader(name)
	switch {
	case errors.Is(err, zip.ErrFormat):
		return nil, errors.New("it is neither a folder nor a zip file")
	case err != nil:
		return nil, withoutPath(err)
	}
	defer archive.Close()
	return readZip(&archive.Reader, distributions, limits)
}

// withoutPath is the reason within an error of the file system.
func withoutPath(err error) error {
	var inner *fs.PathError
	if errors.As(err, &inner) {
		return inner.Err
	}
	return err
}

func readZip(archive *zip.Reader, distributions []string, limits Limits) (*Set, error) {
	r := newReader(distributions, limits)
	for _, f := range archive.File {
		if path.Ext(f.Name) != ".json" {
			continue
		}
		if err := r.file(f.Name, func() (io.ReadCloser, error) { return f.Open() }); err != nil {
			return nil, err
		}
	}
	return r.finish()
}

// ReadFS is Read for a folder.
func ReadFS(folder fs.FS, distributions []string, limits Limits) (*Set, error) {
	r := newReader(distributions, limits)
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", name, withoutPath(err))
		case !d.Type().IsRegular() || path.Ext(name) != ".json":
			return nil
		}
		return r.file(name, func() (io.ReadCloser, error) { return folder.Open(name) })
	})
	if err != nil {
		return nil, err
	}
	return r.finish()
}

// reader collects records.
type reader struct {
	set     *Set
	wanted  map[string]bool
	limits  Limits
	files   int
	total   int64
	changed time.Time
}

func newReader(distributions []string, limits Limits) *reader {
	r := &reader{set: &Set{packages: map[string][]record{}, named: map[[2]string]bool{}}, wanted: map[string]bool{}, limits: limits.orDefault()}
	for _, d := range distributions {
		r.wanted[knowledge.NormalName(d)] = true
	}
	return r
}

// file reads one advisory. What is counted is what was unpacked, not what the archive promises.
func (r *reader) file(name string, open func() (io.ReadCloser, error)) error {
	if r.files++; r.files > r.limits.Files {
		return fmt.Errorf("it has more than %d advisories", r.limits.Files)
	}
	opened, err := open()
	if err != nil {
		return fmt.Errorf("%s: %w", name, withoutPath(err))
	}
	defer opened.Close()
	data, err := io.ReadAll(io.LimitReader(opened, r.limits.Record+1))
	if err != nil {
		return fmt.Errorf("%s: %w", name, withoutPath(err))
	}
	if int64(len(data)) > r.limits.Record {
		return fmt.Errorf("%s has more than %d bytes", name, r.limits.Record)
	}
	if r.total += int64(len(data)); r.total > r.limits.Total {
		return fmt.Errorf("its advisories have more than %d bytes", r.limits.Total)
	}
	return r.add(name, data)
}

// osv is what is used of an advisory: https://ossf.github.io/osv-schema/.
type osv struct {
	ID        string     `json:"id"`
	Modified  time.Time  `json:"modified"`
	Withdrawn string     `json:"withdrawn"`
	Aliases   []string   `json:"aliases"`
	Affected  []affected `json:"affected"`
	Database  struct {
		Severity any `json:"severity"`
	} `json:"database_specific"`
}

type affected struct {
	Package struct {
		Ecosystem string `json:"ecosystem"`
		Name      string `json:"name"`
	} `json:"package"`
	Ranges []struct {
		Type   string  `json:"type"`
		Events []event `json:"events"`
	} `json:"ranges"`
	Versions []string `json:"versions"`
}

func (r *reader) add(name string, data []byte) error {
	var o osv
	if err := json.Unmarshal(data, &o); err != nil {
		return fmt.Errorf("%s can't be read as an OSV advisory: %w", name, err)
	}
	if o.ID == "" {
		return fmt.Errorf("%s is no OSV advisory: it has no id", name)
	}
	ours := slices.DeleteFunc(o.Affected, func(a affected) bool { return !ofPyPI(a.Package.Ecosystem) })
	if len(ours) == 0 {
		return nil
	}
	r.set.Records++
	if o.Modified.After(r.changed) {
		r.changed = o.Modified
	}
	for _, a := range ours {
		r.affected(o, a)
	}
	return nil
}

// affected keeps what an advisory says of one distribution.
func (r *reader) affected(o osv, a affected) {
	name := knowledge.NormalName(a.Package.Name)
	if !r.wanted[name] {
		return
	}
	r.set.named[[2]string{name, o.ID}] = true
	if o.Withdrawn != "" {
		return
	}
	severity, _ := o.Database.Severity.(string)
	made := record{id: o.ID, aliases: o.Aliases, level: level(severity), versions: a.Versions}
	for _, g := range a.Ranges {
		if g.Type == "ECOSYSTEM" {
			made.ranges = append(made.ranges, g.Events)
		}
	}
	// An advisory that says of one distribution twice is one advisory.
	for i, have := range r.set.packages[name] {
		if have.id == o.ID {
			have.versions = slices.Concat(have.versions, made.versions)
			have.ranges = slices.Concat(have.ranges, made.ranges)
			r.set.packages[name][i] = have
			return
		}
	}
	r.set.packages[name] = append(r.set.packages[name], made)
}

// ofPyPI reports whether an ecosystem is PyPI, with or without a suffix (":").
func ofPyPI(ecosystem string) bool {
	name, _, _ := strings.Cut(ecosystem, ":")
	return name == "PyPI"
}

// level reads database_specific.severity, as GitHub's advisories have it.
func level(text string) Level {
	switch strings.ToUpper(text) {
	case "LOW":
		return Low
	case "MODERATE", "MEDIUM":
		return Moderate
	case "HIGH":
		return High
	case "CRITICAL":
		return LevelCritical
	}
	return LevelUnknown
}

func (r *reader) finish() (*Set, error) {
	if r.set.Records == 0 {
		return nil, errors.New("it holds no advisory of the ecosystem PyPI in OSV's JSON")
	}
	if !r.changed.IsZero() {
		r.set.AsOf = knowledge.DateOf(r.changed.UTC())
	}
	for _, list := range r.set.packages {
		slices.SortFunc(list, func(a, b record) int { return strings.Compare(a.id, b.id) })
	}
	return r.set, nil
}
