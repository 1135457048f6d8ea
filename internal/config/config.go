// Package config reads gonogo.toml, or the table [tool.gonogo] of pyproject.toml.
package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// Config is what a project says about its own audit. Flags of the command line win over it.
type Config struct {
	Settings      Text     // settings: the production settings module
	Project       Text     // project: the folder of the Django project
	EnvFile       Text     // env-file: an environment file, taken as complete
	SitePackages  Text     // site-packages: a folder of installed packages or a virtual environment, relative to the tree, or "none"
	Advisories    Text     // advisories: a folder or zip file of OSV advisories, relative to the tree
	Select        []string // select: only these checks
	Ignore        []string // ignore: all checks but these
	FailOn        Text     // fail-on: the severity from which the verdict is NO-GO
	StopOnUnknown bool     // stop-on-unknown
}

// Text is a text with the place where it stands.
type Text struct {
	Value string
	At    source.Span
}

// Error is a mistake in the configuration, with its place.
type Error struct {
	At      source.Span
	Message string
}

// Error is the mistake in one line.
func (e *Error) Error() string {
	if e.At.IsZero() {
		return e.Message
	}
	at := e.At.Begin()
	return fmt.Sprintf("%s:%d:%d: %s", e.At.Path(), at.Line, at.Column, e.Message)
}

// Load reads the configuration of a tree. Without one it is empty. Having both files is an error, as is everything that is not understood.
func Load(tree *source.Tree) (*Config, error) {
	own, err := read(tree, "gonogo.toml")
	if err != nil {
		return nil, err
	}
	shared, err := read(tree, "pyproject.toml")
	if err != nil {
		return nil, err
	}
	if shared != nil {
		shared = shared.Get("tool", "gonogo")
	}
	switch {
	case own != nil && shared != nil:
		return nil, &Error{shared.At, "gonogo is configured here and in gonogo.toml; keep one of them"}
	case own != nil:
		return decode(own)
	case shared != nil:
		return decode(shared)
	}
	return &Config{}, nil
}

// read parses one file, nil when there is none. pyproject.toml belongs to others too: when it is broken and does not name gonogo,
// that is not our error.
func read(tree *source.Tree, name string) (*document.Node, error) {
	file, ok := tree.Read(name)
	if !ok {
		return nil, nil
	}
	root, diagnostics := document.TOML(file)
	if len(diagnostics) > 0 {
		if name != "gonogo.toml" && !strings.Contains(string(file.Data), "tool.gonogo") {
			return nil, nil
		}
		return nil, &Error{diagnostics[0].At, diagnostics[0].Message}
	}
	return root, nil
}

// key is one key that the configuration understands.
type key struct {
	name string
	set  func(*Config, *document.Node) error
}

func keys() []key {
	return []key{
		{"settings", text(func(c *Config) *Text { return &c.Settings })},
		{"project", text(func(c *Config) *Text { return &c.Project })},
		{"env-file", text(func(c *Config) *Text { return &c.EnvFile })},
		{"site-packages", text(func(c *Config) *Text { return &c.SitePackages })},
		{"advisories", text(func(c *Config) *Text { return &c.Advisories })},
		{"select", texts(func(c *Config) *[]string { return &c.Select })},
		{"ignore", texts(func(c *Config) *[]string { return &c.Ignore })},
		{"fail-on", severity},
		{"stop-on-unknown", unknown},
	}
}

func decode(table *document.Node) (*Config, error) {
	config := &Config{}
	all := keys()
	for _, entry := range table.Entries {
		i := slices.IndexFunc(all, func(k key) bool { return k.name == entry.Key })
		if i < 0 {
			return nil, &Error{entry.KeyAt, unknownKey(entry.Key, all)}
		}
		if err := all[i].set(config, entry.Value); err != nil {
			return nil, err
		}
	}
	return config, nil
}

func unknownKey(name string, all []key) string {
	var names []string
	for _, k := range all {
		if levenshtein.ComputeDistance(strings.ToLower(name), k.name) <= 2 {
			return fmt.Sprintf("gonogo knows no key %q; did you mean %q?", name, k.name)
		}
		names = append(names, k.name)
	}
	return fmt.Sprintf("gonogo knows no key %q; there are %s", name, strings.Join(names, ", "))
}

func text(field func(*Config) *Text) func(*Config, *document.Node) error {
	return func(c *Config, n *document.Node) error {
		if n.Kind != document.String {
			return &Error{n.At, "this must be a text in quotes"}
		}
		*field(c) = Text{n.Text, n.At}
		return nil
	}
}

func texts(field func(*Config) *[]string) func(*Config, *document.Node) error {
	return func(c *Config, n *document.Node) error {
		if n.Kind != document.List {
			return &Error{n.At, `this must be a list of texts, as in ["https/*"]`}
		}
		for _, item := range n.Items {
			if item.Kind != document.String {
				return &Error{item.At, "this must be a text in quotes"}
			}
			*field(c) = append(*field(c), item.Text)
		}
		return nil
	}
}

func severity(c *Config, n *document.Node) error {
	if n.Kind != document.String || !slices.Contains([]string{"critical", "recommended", "optional"}, n.Text) {
		return &Error{n.At, `this must be "critical", "recommended" or "optional"`}
	}
	c.FailOn = Text{n.Text, n.At}
	return nil
}

func unknown(c *Config, n *document.Node) error {
	if n.Kind != document.Bool {
		return &Error{n.At, "this must be true or false"}
	}
	c.StopOnUnknown = n.Text == "true"
	return nil
}
