package library

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// Files of the project, as glob, pathlib and os list them. The project knows files; folders are those that hold one. Folders outside of the project are taken as empty, which is noted as
// a way to override settings.

// maxFolders is how deep "**" goes.
const maxFolders = 8

// globOptions are how glob and pathlib differ.
type globOptions struct {
	recursive bool // "**" stands for any number of folders
	hidden    bool // "*" matches names that begin with a dot
}

// globFiles are the files and folders that match an absolute pattern.
func globFiles(c *eval.Call, pattern string, o globOptions) []string {
	if !insideProject(c, pattern) {
		c.Override("files outside of the repository: " + pattern)
		return nil
	}
	var out []string
	for _, p := range expandStars(pattern, o.recursive) {
		for _, f := range entriesAt(c, p) {
			if o.hidden || !hiddenMatch(p, f) {
				out = append(out, f)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func insideProject(c *eval.Call, path string) bool {
	root := strings.TrimSuffix(c.Root(), "/")
	return path == root || strings.HasPrefix(path, root+"/")
}

// expandStars replaces the first "**" by any number of "*".
func expandStars(pattern string, recursive bool) []string {
	before, after, ok := strings.Cut(pattern, "/**")
	if !ok || !recursive {
		return []string{strings.ReplaceAll(pattern, "**", "*")}
	}
	var out []string
	for n := range maxFolders {
		out = append(out, before+strings.Repeat("/*", n)+strings.ReplaceAll(after, "**", "*"))
	}
	return out
}

// entriesAt are the files and folders that match a pattern without "**".
func entriesAt(c *eval.Call, pattern string) []string {
	depth := strings.Count(pattern, "/") + 1
	var out []string
	below := pattern
	for range maxFolders {
		for _, f := range c.Glob(below) {
			parts := strings.SplitN(f, "/", depth+1)
			out = append(out, strings.Join(parts[:min(depth, len(parts))], "/"))
		}
		below += "/*"
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// hiddenMatch reports whether a name that begins with a dot was matched by a pattern that does not.
func hiddenMatch(pattern, file string) bool {
	p, f := strings.Split(pattern, "/"), strings.Split(file, "/")
	for i := range f {
		if i < len(p) && strings.HasPrefix(f[i], ".") && !strings.HasPrefix(p[i], ".") {
			return true
		}
	}
	return false
}

// globPath is Path.glob and rglob.
func globPath(c *eval.Call, self eval.Value, between string) eval.Value {
	p, _ := self.AsStr()
	pattern, ok := str(c.Arg(0, "pattern"))
	if !ok {
		return c.UnknownFrom("the pattern of files is not known", c.Args...)
	}
	abs, ok := absolute(p)
	if !ok {
		return c.Unknown(reasonCwd)
	}
	return pathList(inFileOrder(c, globFiles(c, abs+between+pattern, globOptions{recursive: true, hidden: true})))
}

func iterdir(c *eval.Call, self eval.Value) eval.Value {
	p, _ := self.AsStr()
	abs, ok := absolute(p)
	if !ok {
		return c.Unknown(reasonCwd)
	}
	return pathList(inFileOrder(c, globFiles(c, abs+"/*", globOptions{hidden: true})))
}

// inFileOrder is a list of files as the file system gives it, in an order of its own: what hangs on the order differs between the world
// in which it is alphabetical and another one.
func inFileOrder(c *eval.Call, files []string) []string {
	if len(files) > 1 && !c.Decide(eval.Opaque, "order of files", eval.OrderOfElements, "the file system lists files in alphabetical order", true) {
		return eval.Reorder(files)
	}
	return files
}

func pathList(paths []string) eval.Value {
	out := eval.MakeList()
	for _, p := range paths {
		out.Append(makePath(p))
	}
	return out
}
