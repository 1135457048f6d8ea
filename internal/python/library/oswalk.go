package library

import "gonogo/internal/python/eval"

// walk is os.walk from the top down: what the caller takes out of the list of folders is not entered. A folder that is not there has nothing.
// Source: Lib/os.py of CPython.
func walk(c *eval.Call) eval.Value {
	top, ok := fspath(c.Arg(0, "top"))
	abs, known := absolute(top)
	if !ok || !known || c.ArgOr(1, "topdown", eval.MakeBool(true)).Truth() != eval.Yes {
		return c.UnknownFrom("which folders are walked is not known", c.Args...)
	}
	type folder struct{ path, abs string }
	next := []folder{{top, abs}}
	var given eval.Value // the folders of the last turn, as the caller left them
	var last folder
	return eval.NewEndless("generator", func() (eval.Value, bool) {
		if given.IsValid() {
			var below []folder
			for _, e := range given.Elems() {
				if name, ok := str(e); ok {
					below = append(below, folder{joined(last.path, name), last.abs + "/" + name})
				}
			}
			next, given = append(below, next...), eval.Value{}
		}
		for len(next) > 0 {
			last, next = next[0], next[1:]
			if !c.IsDir(last.abs) {
				continue
			}
			var folders, files []string
			for _, f := range globFiles(c, last.abs+"/*", globOptions{hidden: true}) {
				if name := lastPart(f); c.IsDir(last.abs + "/" + name) {
					folders = append(folders, name)
				} else {
					files = append(files, name)
				}
			}
			given = strs(inFileOrder(c, folders))
			return eval.MakeTuple(eval.MakeStr(last.path), given, strs(inFileOrder(c, files))), true
		}
		return eval.Value{}, false
	})
}

// joined is os.path.join of a folder and a name.
func joined(dir, name string) string {
	if dir == "" || dir[len(dir)-1] == '/' {
		return dir + name
	}
	return dir + "/" + name
}
