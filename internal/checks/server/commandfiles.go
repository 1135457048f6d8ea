package server

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// images asks of the processes of production that run in images of the project.
func (c *commandCheck) images() {
	if c.pass.Project.Deployment == nil {
		return
	}
	for _, process := range c.pass.Project.Deployment.Processes {
		if process.Production && process.Built != nil && !process.Built.Foreign && !changesFolder(process) {
			c.files(process)
		}
	}
}

// files asks whether the scripts that a container starts, and the file that its server is told to read, are in its image.
func (c *commandCheck) files(process *deploy.Process) {
	if s, ok := process.Server(); ok && s.ConfigAbsent != "" && path.Ext(s.ConfigAbsent) != "" && c.first("file "+s.ConfigAbsent, s.Command.At) {
		c.file(process, s.ConfigAbsent, false, "tells its server to read", s.Command.At)
	}
	if script, direct := scriptOf(withoutInit(process.Argv)); script != "" && c.first("file "+script, process.WordAt(script)) {
		c.file(process, script, direct, "starts", process.WordAt(script))
	}
	for i, command := range process.Commands {
		if command.Conditional || command.Tolerated || command.Remote {
			continue
		}
		if script, direct := scriptOf(command.Argv); script != "" && !brought(process.Commands[:i], script) && !slices.Contains(process.Argv, script) && c.first("file "+script, command.At) {
			c.file(process, script, direct, "starts", command.At)
		}
	}
}

// brought reports whether a command before names a script among its arguments, as one that downloads, unpacks or copies it does.
func brought(before []deploy.Command, script string) bool {
	name := path.Base(script)
	return slices.ContainsFunc(before, func(c deploy.Command) bool {
		return len(c.Argv) > 1 && path.Base(c.Argv[0]) != "chmod" && slices.ContainsFunc(c.Argv[1:], func(arg string) bool { return strings.Contains(arg, name) })
	})
}

// withoutInit is a command without the init of a container before it.
func withoutInit(argv []string) []string {
	if len(argv) == 0 || !slices.Contains([]string{"tini", "dumb-init", "catatonit"}, path.Base(argv[0])) {
		return argv
	}
	for i, word := range argv[1:] {
		if !strings.HasPrefix(word, "-") {
			return argv[i+1:]
		}
	}
	return nil
}

// changesFolder reports whether a command of the process may change the folder in which relative names are looked up.
func changesFolder(process *deploy.Process) bool {
	for _, command := range process.Commands {
		if len(command.Argv) > 0 && (command.Argv[0] == "cd" || command.Argv[0] == "pushd") {
			return true
		}
	}
	text := " " + strings.Join(process.Argv, " ")
	return strings.Contains(text, " cd ") || strings.Contains(text, ";cd ") || strings.Contains(text, "&&cd ")
}

// scriptOf is the script that a command starts: by its path, or as what an interpreter reads. direct says that the system starts it itself.
func scriptOf(argv []string) (script string, direct bool) {
	if len(argv) == 0 {
		return "", false
	}
	name := path.Base(argv[0])
	switch {
	case name == "sh" || name == "bash" || name == "dash" || name == "ash" || strings.HasPrefix(name, "python"):
		if len(argv) < 2 || strings.HasPrefix(argv[1], "-") || !strings.Contains(argv[1], "/") && path.Ext(argv[1]) != ".py" && path.Ext(argv[1]) != ".sh" {
			return "", false
		}
		return argv[1], false
	case strings.Contains(argv[0], "/"):
		return argv[0], true
	}
	return "", false
}

// file asks for one file of a process's file system. Only what the build takes from the repository, or a folder of it that is mounted, is
// known.
func (c *commandCheck) file(process *deploy.Process, written string, direct bool, verb string, at source.Span) {
	inside, ok := process.InImage(written)
	if !ok {
		return
	}
	names, ok := process.FromTree(inside)
	if !ok {
		return
	}
	c.asked++
	tree := c.pass.Project.Tree
	name := names[0]
	if i := slices.IndexFunc(names, tree.IsFile); i >= 0 {
		name = names[i]
	}
	from, inContext := strings.CutPrefix(path.Clean("/"+name), strings.TrimSuffix(path.Clean("/"+process.Built.Context), "/")+"/")
	_, mounted, _ := process.Mounted(path.Dir(inside))
	switch {
	case process.Built.MayMake(inside):
	case !tree.IsFile(name) && c.pass.Project.Repository.Ignored(name) == eval.Yes:
		c.doubts = append(c.doubts, process.Artefact+" "+verb+" "+written+", which git ignores; it is made where the image is built")
	case !tree.IsFile(name) && (!tree.Complete() || path.Ext(name) == "" && !strings.Contains(path.Base(name), "entrypoint")):
	case !tree.IsFile(name):
		near := ""
		if same := tree.Named(path.Base(name)); len(same) == 1 {
			near = "; the repository has " + same[0]
		}
		c.tell(at, "", "%s %s %s, but there is no %s in the repository, from which the image takes it, so the process ends at once%s", process.Artefact, verb, written, name, near)
	case !mounted && inContext && process.Built.Ignores(from):
		c.tell(at, "", "%s %s %s, but %s leaves %s out of the image, so the process ends at once; add an exception for it", process.Artefact, verb, written, process.Built.IgnoreFile, from)
	case direct:
		c.executable(process, written, name, at)
	}
}

// executable asks whether the system can start a script of the tree.
func (c *commandCheck) executable(process *deploy.Process, written, name string, at source.Span) {
	f, ok := c.pass.Project.Tree.Read(name)
	if !ok {
		return
	}
	if first, _, _ := bytes.Cut(f.Data, []byte("\n")); bytes.HasPrefix(first, []byte("#!")) && bytes.HasSuffix(first, []byte("\r")) && !c.rewritten(name) {
		c.tell(at, "", "%s starts %s, whose first line ends like one of Windows (CR LF), so that the system looks for an interpreter of another name and the process ends at once; write the file with LF alone", process.Artefact, written)
		return
	}
	if c.pass.Project.Repository.Executable(name) != eval.No || madeExecutable(process.Built, path.Base(name)) {
		return
	}
	if _, mounted, _ := process.Mounted(path.Dir(written)); mounted {
		return
	}
	c.tell(at, "RUN chmod +x "+written, "%s starts %s, and git does not have %s as executable, so the process ends at once (permission denied); run git update-index --chmod=+x %s", process.Artefact, written, name, name)
}

// rewritten reports whether git may write a file with other ends of lines than the repository has.
func (c *commandCheck) rewritten(name string) bool {
	_, ok := c.pass.Project.Tree.Read(".gitattributes")
	return ok || c.pass.Project.Repository.Tracked(name) != eval.Yes
}

// madeExecutable reports whether a step of the build may make a file executable: chmod, install, a rewriting of lines with another program, or
// COPY --chmod, which Dockerfile frontends write beside the copy.
func madeExecutable(b *deploy.Build, name string) bool {
	if b.Dockerfile.Contains("--chmod") {
		return true
	}
	for _, s := range b.Used() {
		for _, step := range s.Steps {
			if text := strings.Join(step.Argv, " "); step.Kind == deploy.RunStep && (strings.Contains(text, "chmod") || strings.Contains(text, "install ") && strings.Contains(text, name)) {
				return true
			}
		}
	}
	return false
}
