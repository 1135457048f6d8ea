package deploy

import (
	"fmt"
	"path"
	"sort"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// This file reads what Elastic Beanstalk and Zappa, which run projects at Amazon, are told in files.

// isBeanstalkFile reports whether a path is a configuration file of Elastic Beanstalk
// (https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions.html).
func isBeanstalkFile(file string) bool {
	return path.Base(path.Dir(file)) == ".ebextensions" && path.Ext(file) == ".config"
}

// beanstalk reads container_commands, which run once per release before the new code serves, in the order of their names.
func (r *reader) beanstalk(f *source.File) []*Process {
	docs, diagnostics := document.YAML(f) // JSON is YAML, too
	r.diagnostics = append(r.diagnostics, diagnostics...)
	if len(docs) == 0 {
		return nil
	}
	env := r.beanstalkVariables(path.Dir(f.Path))
	var all []*Process
	commands := append([]document.Entry(nil), docs[0].Get("container_commands").Map()...)
	sort.SliceStable(commands, func(i, j int) bool { return commands[i].Key < commands[j].Key })
	for _, e := range commands {
		command := e.Value.Get("command")
		if command == nil {
			continue
		}
		p := r.platformProcess(f, e.Key, Release, command, command.At, append(env[:len(env):len(env)], mapVariables(e.Value.Get("env"))...), "", onPlatform("Elastic Beanstalk"))
		all = append(all, p)
	}
	return all
}

// beanstalkVariables are the variables of the environment that the files of a folder .ebextensions set: option_settings as a map by namespace,
// or as a list.
func (r *reader) beanstalkVariables(dir string) (vars []Variable) {
	const namespace = "aws:elasticbeanstalk:application:environment"
	for _, file := range r.tree.Under(dir) {
		f, ok := r.tree.Read(file)
		if !isBeanstalkFile(file) || !ok {
			continue
		}
		docs, _ := document.YAML(f) // its faults are told when it is read for itself
		if len(docs) == 0 {
			continue
		}
		settings := docs[0].Get("option_settings")
		vars = append(vars, mapVariables(settings.Get(namespace))...)
		for _, n := range settings.Sequence() {
			if space := n.Get("namespace").Scalar(); space == namespace || space == "" {
				value, given := n.Get("value").Str()
				if name := n.Get("option_name").Scalar(); name != "" {
					vars = append(vars, Variable{Name: name, Value: value, Given: given, At: firstSpan(n.Get("value").Span(), n.At)})
				}
			}
		}
	}
	return vars
}

// isBeanstalkHook reports whether a path is a script that Elastic Beanstalk runs at each release
// (https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.hooks.html).
func isBeanstalkHook(file string) bool {
	at := path.Dir(file)
	return path.Base(path.Dir(at)) == "hooks" && path.Base(path.Dir(path.Dir(at))) == ".platform" &&
		(path.Base(at) == "prebuild" || path.Base(at) == "predeploy" || path.Base(at) == "postdeploy")
}

// beanstalkHook reads such a script; it starts in the folder of the application.
func (r *reader) beanstalkHook(f *source.File) []*Process {
	if !strings.HasPrefix(string(f.Data), "#!") {
		return nil
	}
	root := path.Dir(path.Dir(path.Dir(path.Dir(f.Path))))
	p := &Process{Name: path.Base(f.Path), Role: Release, Artefact: fmt.Sprintf("%s, hook", f.Path), At: f.Whole(), Argv: []string{"/bin/sh", "-c", string(f.Data)},
		argvAt: f.Whole(), Env: r.beanstalkVariables(path.Join(root, ".ebextensions")), Running: onPlatform("Elastic Beanstalk")}
	p.follow(r.scripts(root, nil))
	if p.Role == Other {
		p.Role = Release
	}
	return []*Process{p}
}

// zappa reads zappa_settings.json and .toml: a function of AWS Lambda for each stage. Stages for development and for trying are left out
// (https://github.com/zappa/Zappa#advanced-settings).
func (r *reader) zappa(f *source.File) []*Process {
	read := document.JSON
	if path.Ext(f.Path) == ".toml" {
		read = document.TOML
	}
	root, diagnostics := read(f)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	var all []*Process
	for _, e := range root.Map() {
		settings := e.Value.Get("django_settings")
		if u := usageWord(e.Key); settings == nil || u == development || u == staging {
			continue
		}
		p := &Process{Name: e.Key, Role: Web, Artefact: fmt.Sprintf("%s, stage %s", f.Path, e.Key), At: e.KeyAt, Running: onPlatform("AWS Lambda")}
		p.Env = append(p.Env, Variable{Name: "DJANGO_SETTINGS_MODULE", Value: settings.Scalar(), Given: true, At: settings.Span()})
		p.Env = append(p.Env, mapVariables(e.Value.Get("environment_variables"))...)
		p.Env = append(p.Env, mapVariables(e.Value.Get("aws_environment_variables"))...)
		all = append(all, p)
	}
	return all
}
