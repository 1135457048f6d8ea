package deploy

import (
	"path"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// This file finds the configuration files of uWSGI and reads those in INI, YAML and JSON
// (https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html).

// uwsgiFormats are the options that name a configuration file.
func uwsgiFormats() []string { return []string{"ini", "yaml", "yml", "json", "xml", "config"} }

// uwsgiFile is a configuration file that is named, and the section of it that holds.
type uwsgiFile struct{ name, section, format string }

func newUWSGIFile(text, format string) uwsgiFile {
	name, section, ok := strings.Cut(text, ":") // uwsgi.ini:production
	if !ok || section == "" {
		section = "uwsgi"
	}
	if format == "" || format == "config" {
		format = strings.TrimPrefix(path.Ext(name), ".")
	}
	return uwsgiFile{name, section, format}
}

// uwsgiFiles are the configuration files that options and bare words of a command name.
func uwsgiFiles(settings serverSettings, words []string) (files []uwsgiFile) {
	for _, format := range uwsgiFormats() {
		for _, named := range settings[format] {
			files = append(files, newUWSGIFile(named.text, format))
		}
	}
	for _, w := range words {
		file := newUWSGIFile(w, "")
		switch file.format {
		case "ini", "yaml", "yml", "json", "xml":
			files = append(files, file)
		}
	}
	return files
}

// read returns the options of the file in order, and why not all of them are known, "" when they are.
func (named uwsgiFile) read(f *source.File) (entries []document.Entry, why string) {
	unread := "the configuration " + f.Path + " was not read"
	switch named.format {
	case "ini":
		root, _ := document.INI(f, document.Indented)
		entries = root.Get(named.section).Map()
	case "yaml", "yml", "json":
		docs, faults := document.YAML(f)
		if len(faults) > 0 || len(docs) != 1 || !docs[0].Get(named.section).IsMap() {
			return nil, unread
		}
		for _, e := range docs[0].Get(named.section).Map() {
			if e.Value.IsMap() || named.format != "json" && writtenTwice(f, e.Key) {
				why = "not all of the configuration " + f.Path + " was read: " + e.Key + " is not one value"
			}
			for _, item := range e.Value.List() {
				entries = append(entries, document.Entry{Key: e.Key, KeyAt: e.KeyAt, Value: item})
			}
		}
	default:
		return nil, unread
	}
	for _, e := range entries {
		switch e.Key {
		case "include", "inherit", "import", "ini", "yaml", "yml", "json", "xml", "config":
			why = "the configuration " + f.Path + " reads another, which was not followed"
		}
	}
	return entries, why
}

// writtenTwice reports whether a key begins more than one line of a file: uWSGI takes each of them, and YAML has the last one alone.
func writtenTwice(f *source.File, key string) bool {
	count := 0
	for n := 1; n <= f.LineCount(); n++ {
		if name, _, ok := strings.Cut(strings.TrimSpace(f.Line(n)), ":"); ok && name == key {
			count++
		}
	}
	return count > 1
}
