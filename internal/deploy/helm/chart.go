// Package helm renders charts as Helm does (https://helm.sh/docs/chart_template_guide/), within bounds, without network, clock or chance, and
// keeps from where in the templates each part of the output comes.
package helm

import (
	"errors"
	"fmt"
	"path"
	"sort"
	"strings"

	"sigs.k8s.io/yaml"

	"gonogo/internal/source"
)

// Limits on what a chart may hold.
const (
	maxTemplate  = 512 << 10 // bytes of a template
	maxTemplates = 2000
	maxCharts    = 100 // subcharts of subcharts, all together
	maxNesting   = 10  // charts in charts
)

// Chart is one chart: a folder with a Chart.yaml.
type Chart struct {
	Dir      string // relative to the tree's root
	Metadata Metadata
	// Values are those of values.yaml; nil without the file.
	Values     map[string]any
	ValuesFile *source.File
	// Missing are the charts that Chart.yaml asks for, are switched on and stand in no charts/ folder, once it was rendered.
	Missing []string

	templates []*source.File
	files     map[string]*source.File // all other files by their paths in the chart
	charts    []*Chart
	parent    *Chart
}

// Metadata is what Chart.yaml says; templates see it as .Chart.
type Metadata struct {
	Name         string            `json:"name,omitempty"`
	Home         string            `json:"home,omitempty"`
	Sources      []string          `json:"sources,omitempty"`
	Version      string            `json:"version,omitempty"`
	Description  string            `json:"description,omitempty"`
	Keywords     []string          `json:"keywords,omitempty"`
	Maintainers  []*Maintainer     `json:"maintainers,omitempty"`
	Icon         string            `json:"icon,omitempty"`
	APIVersion   string            `json:"apiVersion,omitempty"`
	Condition    string            `json:"condition,omitempty"`
	Tags         string            `json:"tags,omitempty"`
	AppVersion   string            `json:"appVersion,omitempty"`
	Deprecated   bool              `json:"deprecated,omitempty"`
	Annotations  map[string]string `json:"annotations,omitempty"`
	KubeVersion  string            `json:"kubeVersion,omitempty"`
	Dependencies []*Dependency     `json:"dependencies,omitempty"`
	Type         string            `json:"type,omitempty"`
}

// Maintainer is somebody who looks after a chart.
type Maintainer struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	URL   string `json:"url,omitempty"`
}

// Dependency is a chart that another one asks for.
type Dependency struct {
	Name         string   `json:"name"`
	Version      string   `json:"version,omitempty"`
	Repository   string   `json:"repository"`
	Condition    string   `json:"condition,omitempty"`
	Tags         []string `json:"tags,omitempty"`
	Enabled      bool     `json:"enabled,omitempty"`
	ImportValues []any    `json:"import-values,omitempty"`
	Alias        string   `json:"alias,omitempty"`
}

// Load reads the chart in a folder of the tree, with the charts in its charts/ folder. The error says why it is none; a subchart that can't be
// read counts as missing.
func Load(tree *source.Tree, dir string) (*Chart, error) {
	left := maxCharts
	return load(tree, path.Clean(dir), nil, maxNesting, &left)
}

func load(tree *source.Tree, dir string, parent *Chart, depth int, left *int) (*Chart, error) {
	if *left--; depth <= 0 || *left < 0 {
		return nil, errors.New("there are too many charts in charts")
	}
	f, ok := tree.Read(path.Join(dir, "Chart.yaml"))
	if !ok {
		return nil, errors.New("there is no Chart.yaml")
	}
	c := &Chart{Dir: dir, parent: parent, files: map[string]*source.File{}}
	if err := decode(f.Data, &c.Metadata); err != nil {
		return nil, fmt.Errorf("the file Chart.yaml: %w", err)
	}
	if c.Metadata.Name == "" || strings.ContainsAny(c.Metadata.Name, "/\\") {
		return nil, errors.New("the file Chart.yaml names no chart")
	}
	if c.Metadata.APIVersion == "" {
		c.Metadata.APIVersion = "v1"
	}
	if err := c.readFiles(tree); err != nil {
		return nil, err
	}
	for _, sub := range subfolders(tree, path.Join(dir, "charts")) {
		if child, err := load(tree, sub, c, depth-1, left); err == nil {
			c.charts = append(c.charts, child)
		}
	}
	return c, nil
}

// decode reads YAML as Helm does: as JSON, so that all numbers are floating.
func decode(data []byte, into any) (err error) {
	defer func() {
		if fault := recover(); fault != nil { // the parser is not ours
			err = errors.New("not valid YAML")
		}
	}()
	if len(data) > maxText {
		return errors.New("the file is too large")
	}
	return yaml.Unmarshal(data, into)
}

// readFiles takes in everything of the chart's folder but its subcharts.
func (c *Chart) readFiles(tree *source.Tree) error {
	ignored := ignoreRules(tree, c.Dir)
	for _, at := range tree.Under(c.Dir) {
		name := strings.TrimPrefix(at, c.Dir+"/")
		if c.Dir == "." {
			name = at
		}
		if name == "Chart.yaml" || strings.HasPrefix(name, "charts/") || ignored.match(name) || len(c.templates)+len(c.files) >= maxTemplates {
			continue
		}
		f, ok := tree.Read(at)
		if !ok {
			continue
		}
		switch {
		case name == "values.yaml":
			c.ValuesFile, c.Values = f, map[string]any{}
			if err := decode(f.Data, &c.Values); err != nil {
				return fmt.Errorf("values.yaml: %w", err)
			}
		case name == "requirements.yaml" && c.Metadata.APIVersion == "v1":
			if err := decode(f.Data, &c.Metadata); err != nil {
				return fmt.Errorf("requirements.yaml: %w", err)
			}
			c.files[name] = f
		case name == "Chart.lock" || name == "values.schema.json":
		case strings.HasPrefix(name, "templates/"):
			c.templates = append(c.templates, f)
		default:
			c.files[name] = f
		}
	}
	return nil
}

// subfolders are the folders right below one, in order, those that Helm leaves out not among them.
func subfolders(tree *source.Tree, dir string) []string {
	seen := map[string]bool{}
	var all []string
	for _, at := range tree.Under(dir) {
		name, _, below := strings.Cut(strings.TrimPrefix(at, dir+"/"), "/")
		if below && !seen[name] && !strings.HasPrefix(name, "_") && !strings.HasPrefix(name, ".") {
			seen[name] = true
			all = append(all, path.Join(dir, name))
		}
	}
	sort.Strings(all)
	return all
}

// Name is the chart's name, or the alias under which its parent takes it.
func (c *Chart) Name() string { return c.Metadata.Name }

// IsLibrary reports whether the chart only defines templates for others.
func (c *Chart) IsLibrary() bool { return strings.EqualFold(c.Metadata.Type, "library") }

// fullPath is the path by which templates of the chart are named: "web/charts/redis".
func (c *Chart) fullPath() string {
	if c.parent == nil {
		return c.Name()
	}
	return c.parent.fullPath() + "/charts/" + c.Name()
}

// copyFor is the chart as a child of another, so that rendering changes nothing of the one that was read.
func (c *Chart) copyFor(parent *Chart) *Chart {
	out := *c
	out.parent, out.Missing = parent, nil
	out.Values, _ = deepCopy(c.Values).(map[string]any)
	out.Metadata.Dependencies = nil
	for _, d := range c.Metadata.Dependencies {
		if d != nil {
			copied := *d
			out.Metadata.Dependencies = append(out.Metadata.Dependencies, &copied)
		}
	}
	out.charts = nil
	for _, child := range c.charts {
		out.charts = append(out.charts, child.copyFor(&out))
	}
	return &out
}
