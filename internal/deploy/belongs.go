package deploy

import "strings"

// leaveOutOthers makes processes whose image is built from the folder of another service Other: a repository can hold services that are
// not this Django project.
func (r *reader) leaveOutOthers(all []*artefact) {
	for _, a := range all {
		for _, p := range a.processes {
			context := ""
			switch s := a.services[p.Name]; {
			case s != nil && s.build != nil:
				context = s.build.context
			case p.Build != "" && r.dockerfiles[p.Build] != nil:
				context = r.contextOf(r.dockerfiles[p.Build])
			}
			if context != "" && !r.belongs(context) {
				p.Role = Other
				a.foreign = a.foreign || a.kind == dockerKind
			}
		}
	}
}

// belongs reports whether what is built from a folder can hold the project. It can when the folder is the project's or above it, when it
// lies in the project's and has a manage.py, and when its name says that it only holds files for deploying.
func (r *reader) belongs(context string) bool {
	manage := r.programs.withManage(r.tree)
	if len(manage) == 0 || below(r.root, context) {
		return true
	}
	for _, file := range manage {
		if below(file, context) {
			return below(context, r.root)
		}
	}
	for _, folder := range strings.Split(context, "/") {
		if !isDeploymentFolder(folder) && usageWord(strings.ToLower(folder)) == neutral {
			return false
		}
	}
	return true
}

// below reports whether a path is the folder or lies in it.
func below(file, folder string) bool {
	return folder == "." || file == folder || strings.HasPrefix(file, folder+"/")
}
