package deploy

import (
	"path"
	"strings"
)

// isInit reports whether a command is s6-overlay's init, which starts the services of the image (https://github.com/just-containers/s6-overlay).
func isInit(argv []string) bool { return len(argv) > 0 && argv[0] == "/init" }

// s6Processes are the services that s6-overlay's init starts: the `run` scripts below services.d and s6-rc.d in the tree.
func (r *reader) s6Processes(of *Process, find *scripts) []*Process {
	main, ok := of.Main()
	if !ok || !isInit(main.Argv) {
		return nil
	}
	var all []*Process
	for _, file := range r.programs.named(r.tree, "run") {
		dir := path.Dir(file)
		group := path.Base(path.Dir(dir))
		if group != "services.d" && group != "s6-rc.d" || !strings.HasPrefix(file, find.context+"/") && find.context != "." {
			continue
		}
		f, ok := r.tree.Read(file)
		if !ok || !strings.HasPrefix(f.Line(1), "#!") {
			continue
		}
		name := path.Base(dir)
		p := &Process{
			Name: name, Artefact: of.Artefact + ", s6 service " + name, At: lineSpan(f, 1), Build: of.Build, Image: of.Image,
			Env: append([]Variable(nil), of.Env...), EnvFrom: of.EnvFrom, Argv: []string{"/bin/sh", "./" + file}, Running: Running{Runtime: AsS6Service, Restart: Restart{Policy: RestartAlways, By: "s6"}, User: of.User},
		}
		for _, need := range r.tree.Under(path.Join(dir, "dependencies.d")) { // an empty file named after each
			p.DependsOn = append(p.DependsOn, Dependency{Name: path.Base(need), Condition: "service_completed_successfully", At: p.At})
		}
		p.follow(r.scripts(".", nil))
		all = append(all, p)
	}
	return all
}
