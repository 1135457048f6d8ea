package deploy

import (
	"path"
	"sort"
	"strconv"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// systemdSection is the section [Service] of a unit with what its drop-ins (NAME.service.d/*.conf) add, specifiers that the name tells filled in. An empty
// assignment takes away what a list had before; of other settings the last counts that has a value (systemd.unit(5), systemd.syntax(7)).
func (r *reader) systemdSection(f *source.File, name string) *document.Node {
	merged := &document.Node{Kind: document.Map, At: f.Whole()}
	for _, file := range append([]*source.File{f}, r.dropIns(f)...) {
		root, diagnostics := document.INI(file, document.Backslash)
		r.diagnostics = append(r.diagnostics, diagnostics...)
		for _, section := range root.Map() {
			if section.Key == "Service" {
				for _, e := range section.Value.Entries {
					addSystemd(merged, e, name)
				}
			}
		}
	}
	return merged
}

// dropIns are the files of the folder NAME.service.d beside a unit, in the order of their names.
func (r *reader) dropIns(f *source.File) []*source.File {
	var paths []string
	for _, file := range r.tree.Under(f.Path + ".d") {
		if path.Dir(file) == f.Path+".d" && path.Ext(file) == ".conf" {
			paths = append(paths, file)
		}
	}
	sort.Strings(paths)
	var files []*source.File
	for _, file := range paths {
		if other, ok := r.tree.Read(file); ok {
			files = append(files, other)
		}
	}
	return files
}

func addSystemd(section *document.Node, e document.Entry, name string) {
	if e.Value.Text != "" {
		value := *e.Value
		value.Text = systemdSpecifiers(value.Text, name)
		e.Value = &value
		section.Entries = append(section.Entries, e)
		return
	}
	switch e.Key {
	case "Restart", "KillSignal", "Type", "TimeoutStopSec", "TimeoutSec", "StandardOutput":
		return // not a value of these
	}
	kept := section.Entries[:0]
	for _, earlier := range section.Entries {
		if earlier.Key != e.Key {
			kept = append(kept, earlier)
		}
	}
	section.Entries = kept
}

// systemdSpecifiers fills in what the unit's name tells: %n, %N, %p, %i and %%; the others are the machine's.
func systemdSpecifiers(text, name string) string {
	prefix, instance, _ := strings.Cut(name, "@")
	pairs := []string{"%%", "%", "%n", name + ".service", "%N", name, "%p", prefix}
	if instance != "" || !strings.Contains(name, "@") {
		pairs = append(pairs, "%i", instance)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// systemdWords splits a value at white space, with quotes and the escapes of C (systemd.syntax(7), "Quoting"). Quotes count at the start of a word only
// for the whole of it, and inside of words as well.
func systemdWords(text string) []string {
	var words []string
	var word strings.Builder
	started, quote := false, byte(0)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\' && i+1 < len(text):
			unescaped, n := systemdEscape(text[i+1:])
			word.WriteString(unescaped)
			started = true
			i += n
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, started = c, true
		case quote == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r'):
			if started {
				words = append(words, word.String())
			}
			word.Reset()
			started = false
		default:
			word.WriteByte(c)
			started = true
		}
	}
	if started {
		words = append(words, word.String())
	}
	return words
}

// systemdEscape is what stands for the escape at the start of a text behind its backslash, and its length. An unknown one keeps its backslash.
func systemdEscape(text string) (string, int) {
	if i := strings.IndexByte("abfnrtvs\\\"'", text[0]); i >= 0 {
		return "\a\b\f\n\r\t\v \\\"'"[i : i+1], 1
	}
	digits, base, from := 0, 16, 1
	switch {
	case text[0] == 'x':
		digits = 2
	case text[0] == 'u':
		digits = 4
	case text[0] >= '0' && text[0] <= '7':
		digits, base, from = 3, 8, 0
	}
	if digits > 0 && len(text) >= from+digits {
		if n, err := strconv.ParseUint(text[from:from+digits], base, 32); err == nil && n > 0 {
			if text[0] == 'u' {
				return string(rune(n)), from + digits
			}
			return string([]byte{byte(n)}), from + digits
		}
	}
	return "\\" + text[:1], 1
}
