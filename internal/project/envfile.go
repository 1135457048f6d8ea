package project

import (
	"path"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

// envFiles are the dotenv-like files of the tree by their names, and those from which processes get variables, ordered by path.
func envFiles(tree *source.Tree, d *deploy.Deployment) []EnvFile {
	named := make(map[string]bool)
	for _, p := range d.Processes {
		for _, from := range p.EnvFrom {
			named[from.Name] = from.Read
		}
	}
	var found []EnvFile
	for _, p := range tree.Paths() {
		if !isEnvFile(p) && !named[p] {
			continue
		}
		if f, ok := tree.Read(p); ok {
			found = append(found, ParseEnvFile(f))
		}
	}
	return found
}

// isEnvFile goes by the name: .env, .env.production, prod.env, env.example, and the files of a folder .envs, as cookiecutter-django has it.
func isEnvFile(p string) bool {
	base := strings.ToLower(path.Base(p))
	switch {
	case base == ".envrc", strings.HasSuffix(base, ".py"), strings.HasSuffix(base, ".sh"), strings.HasSuffix(base, ".md"), strings.HasSuffix(base, ".js"), strings.HasSuffix(base, ".ts"):
		return false
	case base == ".env", base == "env", strings.HasPrefix(base, ".env."), strings.HasPrefix(base, ".env-"), strings.HasPrefix(base, ".env_"), strings.HasSuffix(base, ".env"):
		return true
	case strings.HasPrefix(base, "env.") || strings.HasPrefix(base, "env-") || strings.HasPrefix(base, "dotenv"), strings.Contains(base, ".env."):
		return isExampleName(base) || namesStage(base)
	}
	for _, segment := range strings.Split(path.Dir(p), "/") {
		if segment == ".envs" || segment == ".env" {
			return true
		}
	}
	return false
}

// namesStage reports whether a file is called after what it is for, as env.production is.
func namesStage(base string) bool {
	for _, word := range strings.FieldsFunc(base, func(r rune) bool { return r == '.' || r == '-' || r == '_' }) {
		if purposeOfWord(word, nil) != anyPurpose || word == "docker" {
			return true
		}
	}
	return false
}

// isExampleName reports whether a file's name says that people are to copy it.
func isExampleName(base string) bool {
	for _, word := range strings.FieldsFunc(strings.ToLower(base), func(r rune) bool { return r == '.' || r == '-' || r == '_' }) {
		switch word {
		case "example", "examples", "sample", "template", "tmpl", "tpl", "dist", "default", "defaults", "skel", "skeleton", "demo", "j2":
			return true
		}
	}
	return false
}

// ParseEnvFile reads NAME=value lines, as docker compose, python-dotenv and shells agree on them: an export before the name, quotes
// around the value, comments, and values over several lines within quotes. A line that is none of these is passed over.
func ParseEnvFile(f *source.File) EnvFile {
	e := EnvFile{File: f, Example: isExampleName(path.Base(f.Path))}
	r := envReader{data: f.Data}
	for r.at < len(r.data) {
		if v, ok := r.line(); ok {
			v.At.File, v.ValueAt.File = f, f
			e.Vars = append(e.Vars, v)
		}
	}
	return e
}

// envReader goes through an environment file.
type envReader struct {
	data []byte
	at   int
}

// line reads one line, or more where a quoted value goes on, and moves behind it.
func (r *envReader) line() (v EnvLine, ok bool) {
	start := r.at
	end := r.lineEnd()
	r.at = end + 1
	i := skipBlank(r.data, start, end)
	from := i
	if rest := string(r.data[i:end]); strings.HasPrefix(rest, "export ") || strings.HasPrefix(rest, "export\t") {
		i = skipBlank(r.data, i+7, end)
	}
	name := i
	for i < end && isNameByte(r.data[i], i == name) {
		i++
	}
	if i == name {
		return v, false
	}
	v.Name = string(r.data[name:i])
	i = skipBlank(r.data, i, end)
	if i >= end || r.data[i] != '=' && r.data[i] != ':' || r.data[i] == ':' && (i+1 >= end || r.data[i+1] != ' ') {
		return v, false
	}
	i = skipBlank(r.data, i+1, end)
	value, from2, to, last := r.value(i, end)
	v.Value = value
	v.At = source.Span{Start: source.Pos(from), End: source.Pos(last)}
	v.ValueAt = source.Span{Start: source.Pos(from2), End: source.Pos(to)}
	return v, true
}

func (r *envReader) lineEnd() int {
	end := r.at
	for end < len(r.data) && r.data[end] != '\n' {
		end++
	}
	return end
}

// value reads from i to the end of the line; a quoted value may end on a later line. from and to are the value's place without quotes,
// last is where the line's content ends.
func (r *envReader) value(i, end int) (value string, from, to, last int) {
	if i < end && (r.data[i] == '"' || r.data[i] == '\'') {
		if closing := r.closing(i); closing >= 0 {
			text := string(r.data[i+1 : closing])
			if r.data[i] == '"' {
				text = unescape(text)
			}
			if closing > end {
				r.at = closing
				r.at = r.lineEnd() + 1
			}
			return text, i + 1, closing, closing + 1
		}
	}
	to = end
	for k := i; k < end; k++ {
		if r.data[k] == '#' && (k == i || r.data[k-1] == ' ' || r.data[k-1] == '\t') {
			to = k
			break
		}
	}
	for to > i && isBlank(r.data[to-1]) {
		to--
	}
	return string(r.data[i:to]), i, to, to
}

// closing is the place of the quote that ends the value which begins with a quote at i, -1 when there is none.
func (r *envReader) closing(i int) int {
	quote := r.data[i]
	for k := i + 1; k < len(r.data); k++ {
		switch {
		case r.data[k] == '\\' && quote == '"':
			k++
		case r.data[k] == quote:
			return k
		}
	}
	return -1
}

// unescape reads the escapes that a value in double quotes may have.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n", `\r`, "\r", `\t`, "\t", `\$`, "$").Replace(s)
}

func skipBlank(data []byte, i, end int) int {
	for i < end && isBlank(data[i]) {
		i++
	}
	return i
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' || b == '\r' }

func isNameByte(b byte, first bool) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' || !first && (b >= '0' && b <= '9' || b == '.' || b == '-')
}
