package deploy

import (
	"path"
	"strings"

	"gonogo/internal/source"
)

// dependencies reads what the project, and the images that production builds, say of packages.
func (r *reader) dependencies(artefacts []*artefact) *Dependencies {
	d := newDependencyReader(r.tree, r.python(artefacts))
	for _, a := range artefacts {
		if a.kind == dockerKind && a.serves && !a.foreign {
			r.installs(d, a)
		}
	}
	d.readFor(r.root)
	r.diagnostics = append(r.diagnostics, d.diagnostics...)
	return d.finish()
}

// installs reads what the stages of an image that production runs install with pip and its kin.
func (r *reader) installs(d *dependencyReader, a *artefact) {
	docker := r.dockerfile(a.file, nil)
	if docker == nil {
		return
	}
	b := r.build(a.file, r.contextOf(docker), a.target, a.args)
	if b == nil {
		return
	}
	for _, st := range b.Used() {
		served := st.under(b.Target)
		find := r.scripts(b.Context, st)
		for _, step := range st.Steps {
			for _, c := range step.Commands {
				if !c.Conditional {
					installCommand(d, c, find, served)
				}
			}
		}
	}
}

// builtFrom are the stages that end in an image: its own chain, and those that files are copied from.
func (d *dockerfile) builtFrom(target *Stage) []*Stage {
	seen := map[*Stage]bool{}
	var all []*Stage
	queue := []*Stage{target}
	for len(queue) > 0 {
		st := queue[0]
		queue = queue[1:]
		if st == nil || seen[st] {
			continue
		}
		seen[st] = true
		all = append(all, st)
		queue = append(queue, st.Parent)
		for _, from := range st.takesFrom {
			queue = append(queue, d.stage(from))
		}
	}
	return all
}

// under reports whether a stage is the target, or one that it is built on: what it installs stays in the image. Of any other stage only what
// is copied from it does.
func (st *Stage) under(target *Stage) bool {
	for depth := 0; target != nil && depth < maxIncludes; depth++ {
		if target == st {
			return true
		}
		target = target.Parent
	}
	return false
}

// installCommand reads `pip install ...` and `uv pip install ...`: requirement files, constraints, and packages that stand in the command.
// A file that is called after development counts where the stage is served: others build documents or static files with it.
func installCommand(d *dependencyReader, c Command, find *scripts, served bool) {
	name, args := program(c.Argv)
	if name == "uv" && len(args) > 0 && args[0] == "pip" {
		name, args = "pip", args[1:]
	}
	if !strings.HasPrefix(name, "pip") || len(args) == 0 || args[0] != "install" || name == "pipenv" || name == "pipx" {
		return
	}
	args = args[1:]
	for i := 0; i < len(args); i++ {
		option, value, joined := strings.Cut(args[i], "=")
		if !strings.HasPrefix(args[i], "-") {
			installPackage(d, args[i], c.At)
			continue
		}
		if len(option) > 2 && !strings.HasPrefix(option, "--") && (option[1] == 'r' || option[1] == 'c') { // -rfile
			option, value, joined = args[i][:2], args[i][2:], true
		}
		if !takesValue(option) {
			continue
		}
		if !joined && i+1 < len(args) {
			i++
			value = args[i]
		}
		if u, _ := usageOfName(path.Base(value)); served || u != development {
			installFile(d, option, value, find)
		}
	}
}

// takesValue reports whether an option of pip or of uv pip takes a value of its own (pip install --help, uv pip install --help).
func takesValue(option string) bool {
	switch option {
	case "-r", "--requirement", "--requirements", "-c", "--constraint", "-e", "--editable", "-i", "--index-url", "--extra-index-url", "-f", "--find-links",
		"-t", "--target", "--prefix", "--root", "--cache-dir", "--trusted-host", "--no-binary", "--only-binary", "--python", "-p", "--timeout", "--retries",
		"--platform", "--python-version", "--progress-bar", "--log", "--src", "--upgrade-strategy", "--global-option", "--config-settings", "--extra",
		"--group", "--index", "--default-index", "--index-strategy", "--keyring-provider", "--python-preference", "--resolution", "--prerelease", "--exclude-newer", "--link-mode",
		"--no-build-isolation-package", "--no-build-package", "--no-binary-package", "--refresh-package", "--reinstall-package", "--upgrade-package", "-P",
		"--python-platform", "--torch-backend", "--color", "--directory", "--project", "--config-file", "--overrides", "--override", "-b", "--build-constraint",
		"--build-constraints", "--proxy", "--cert", "--client-cert", "--implementation", "--abi", "--exists-action", "--report", "--root-user-action":
		return true
	}
	return false
}

func installFile(d *dependencyReader, option, value string, find *scripts) {
	constraint := option == "-c" || option == "--constraint"
	if !constraint && option != "-r" && option != "--requirement" && option != "--requirements" {
		return
	}
	for _, candidate := range find.candidates(value) {
		if d.tree.IsFile(candidate) {
			if path.Base(candidate) != "pyproject.toml" {
				d.requirements(candidate, true, constraint, 0)
			}
			return
		}
	}
}

// installPackage adds a package that stands in the command itself. Tools that only install others are left out.
func installPackage(d *dependencyReader, text string, at source.Span) {
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "/") || strings.Contains(text, "$") {
		return
	}
	parsed, ok := parseRequirement(text)
	if !ok || parsed.name == "" {
		return
	}
	switch parsed.name {
	case "pip", "setuptools", "wheel", "poetry", "pipenv", "uv", "pdm", "hatch", "pip-tools", "virtualenv", "poetry-plugin-export", "build":
		return
	}
	d.add(parsed, Requirement{Production: d.applies(parsed), Direct: true, At: within(at, text)})
}
