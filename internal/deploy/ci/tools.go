package ci

import (
	"path"
	"regexp"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/deploy/document"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// tox follows the commands of tox's environments: of those that are named and have their own, else of all.
func (c *caller) tox(args []string, dir string, at source.Span) {
	root := c.toxConfiguration(dir)
	if root == nil {
		c.job.doubt(at, "the configuration of tox is not found or not read")
		return
	}
	wanted := map[string]bool{}
	for i, word := range args {
		if (word == "-e" || word == "--env") && i+1 < len(args) {
			for _, env := range strings.Split(args[i+1], ",") {
				wanted[env] = true
			}
		}
	}
	own := false
	for _, section := range root.Entries {
		own = own || wanted[strings.TrimPrefix(section.Key, "testenv:")] && section.Value.Get("commands") != nil
	}
	followed := false
	for _, section := range root.Entries {
		name, named := strings.CutPrefix(section.Key, "testenv:")
		if section.Key != "testenv" && !named || own && !wanted[name] {
			continue
		}
		for _, key := range []string{"commands_pre", "commands", "commands_post"} {
			n := section.Value.Get(key)
			followed = followed || n != nil
			c.toxCommands(root, n, dir, 0)
		}
	}
	if !followed {
		c.job.doubt(at, "the commands of tox are not found")
	}
}

func (c *caller) toxConfiguration(dir string) *document.Node {
	for _, name := range []string{"tox.ini", "setup.cfg"} {
		root := c.document(path.Join(dir, name), indented)
		for _, section := range root.Map() {
			if strings.HasPrefix(section.Key, "testenv") {
				return root
			}
		}
	}
	return nil
}

func indented(f *source.File) (*document.Node, []source.Diagnostic) {
	return document.INI(f, document.Indented)
}

func (c *caller) toxCommands(root, n *document.Node, dir string, depth int) {
	text, ok := n.Str()
	if !ok || depth > maxDepth {
		return
	}
	factor := regexp.MustCompile(`^[\w{},!.\-]+:\s+`)
	text = strings.ReplaceAll(text, "\\\n", " ")
	for _, line := range strings.Split(text, "\n") {
		line = factor.ReplaceAllString(strings.TrimLeft(strings.TrimSpace(line), "-! "), "")
		if reference := regexp.MustCompile(`^\{\[([^\]]+)\](\w+)\}$`).FindStringSubmatch(line); reference != nil {
			c.toxCommands(root, root.Get(reference[1], reference[2]), dir, depth+1)
			continue
		}
		line = strings.NewReplacer("{envpython}", "python", "{envbindir}/", "", "{toxinidir}", ".", "{tox_root}", ".").Replace(line)
		line = regexp.MustCompile(`\{posargs(:[^}]*)?\}|\{[^}]*\}`).ReplaceAllString(line, " ")
		c.inner(deploy.Command{Argv: deploy.Words(line), At: n.At}, dir)
	}
}

// nox follows the texts that sessions give to session.run.
func (c *caller) nox(dir string, at source.Span) {
	f, ok := c.tree.Read(path.Join(dir, "noxfile.py"))
	if !ok {
		c.job.doubt(at, "noxfile.py is not found")
		return
	}
	syntax.InspectBody(syntax.Parse(f).Body, func(n syntax.Node) bool {
		call, ok := n.(*syntax.Call)
		if !ok {
			return true
		}
		if method, ok := call.Func.(*syntax.Attribute); ok && (method.Attr == "run" || method.Attr == "run_always") {
			var argv []string
			for _, arg := range call.Args {
				word, ok := arg.(*syntax.Constant)
				if !ok || word.Kind != syntax.Str {
					continue
				}
				argv = append(argv, word.Value)
			}
			if len(argv) == 0 && len(call.Args) > 0 {
				c.job.doubt(at, "a command of noxfile.py is not written as texts")
			}
			c.inner(deploy.Command{Argv: argv, At: at}, dir)
		}
		return true
	})
}

// preCommit records the hooks of pre-commit: each is a command by its name, with what it runs where the project says that.
func (c *caller) preCommit(dir string, at source.Span) {
	f, doc := c.yaml(path.Join(dir, ".pre-commit-config.yaml"))
	if f == nil || doc == nil {
		c.job.doubt(at, "the configuration of pre-commit is not found or not read")
		return
	}
	for _, repo := range doc.Get("repos").List() {
		for _, hook := range repo.Get("hooks").List() {
			id := hook.Get("id")
			argv := append([]string{id.Scalar()}, hook.Get("args").Strings()...)
			if id.Scalar() != "" {
				c.job.Commands = append(c.job.Commands, Command{Command: deploy.Command{Argv: argv, At: id.At}, Via: "pre-commit"})
			}
			if entry, ok := hook.Get("entry").Str(); ok && hook.Get("language").Scalar() != "pygrep" {
				argv := append(deploy.Words(entry), hook.Get("args").Strings()...)
				c.inner(deploy.Command{Argv: argv, At: hook.Get("entry").At}, dir)
			}
		}
	}
}

// ownScript reports whether a program by that name is one that the project itself installs.
func (c *caller) ownScript(name, dir string) bool {
	doc := c.document(path.Join(dir, "pyproject.toml"), document.TOML)
	return doc.Get("project", "scripts", name) != nil || doc.Get("tool", "poetry", "scripts", name) != nil
}

// pyprojectTask are the commands of a task by that name of poe, taskipy, PDM or Hatch.
func (c *caller) pyprojectTask(name, dir string) (texts []string) {
	if strings.ContainsAny(name, "/$ ") {
		return nil
	}
	if i := strings.LastIndex(name, ":"); i >= 0 {
		name = name[i+1:]
	}
	tool := c.document(path.Join(dir, "pyproject.toml"), document.TOML).Get("tool")
	tables := []*document.Node{tool.Get("poe", "tasks"), tool.Get("taskipy", "tasks"), tool.Get("pdm", "scripts"), tool.Get("hatch", "scripts")}
	for _, env := range tool.Get("hatch", "envs").Map() {
		tables = append(tables, env.Value.Get("scripts"))
	}
	for _, table := range tables {
		task := table.Get(name)
		texts = append(texts, task.Strings()...)
		for _, key := range []string{"cmd", "shell", "composite", "sequence"} {
			texts = append(texts, task.Get(key).Strings()...)
		}
	}
	return texts
}
