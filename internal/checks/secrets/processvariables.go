package secrets

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// lackingProcesses are the findings about processes that are not given a variable without which the settings fail to import, or are given
// nothing in it, one for each variable. Only processes count of which the repository tells the whole environment, and whose command starts
// Django by itself: a script may set variables.
func lackingProcesses(p *check.SourcePass) (findings []check.Finding) {
	var order []eval.Read // the first reading of each variable that somebody lacks
	lacking := map[string][]*deploy.Process{}
	severity := map[string]check.Severity{}
	for _, process := range check.Own(p) {
		worst, whole := tellsEnvironment(process)
		if !whole {
			continue
		}
		settings := p.Project.SettingsOf(process)
		if settings == nil || len(settings.Result.Overrides) > 0 {
			continue
		}
		told := map[string]bool{}
		for _, r := range settings.Result.Reads {
			if r.HasDefault || told[r.Name] || readsEnvironmentFile(r.At.File) || hasDefault(settings, r.Name) {
				continue
			}
			told[r.Name] = true
			v, given := process.Lookup(r.Name)
			switch {
			case !given && r.Required:
				if lacking[r.Name] == nil {
					order = append(order, r)
				}
				lacking[r.Name] = append(lacking[r.Name], process)
				severity[r.Name] = max(severity[r.Name], worst)
			case given && v.Given && v.Value == "" && !strings.Contains(v.Written, "$"):
				findings = append(findings, emptyVariable(process, v, r))
			}
		}
	}
	for _, r := range order {
		findings = append(findings, lackingVariable(lacking[r.Name], severity[r.Name], r))
	}
	return findings
}

func hasDefault(s *django.Settings, name string) bool {
	return slices.ContainsFunc(s.Result.Reads, func(r eval.Read) bool { return r.Name == name && r.HasDefault })
}

func lackingVariable(lacking []*deploy.Process, severity check.Severity, r eval.Read) check.Finding {
	f := check.Finding{Severity: severity, At: lacking[0].At,
		Message: fmt.Sprintf("%s is not given the variable %s, without which the settings cannot be imported, so it ends at once; add it to its environment", lacking[0].Artefact, r.Name),
		Related: []check.Related{{Message: "it is read here", At: r.At}}}
	for _, other := range lacking[1:] {
		f.Related = append(f.Related, check.Related{Message: other.Artefact + " lacks it, too", At: other.At})
	}
	return f
}

func emptyVariable(process *deploy.Process, v deploy.Variable, r eval.Read) check.Finding {
	return check.Finding{Severity: check.Recommended, At: v.At,
		Message: fmt.Sprintf("%s is given nothing in the variable %s, for which the settings have no default; give it its value", process.Artefact, r.Name),
		Related: []check.Related{{Message: "it is read here", At: r.At}}}
}

// tellsEnvironment reports whether the repository tells all variables of a process that imports the production settings, and how bad a variable
// is that it lacks. A pod whose image is built elsewhere may have it from there, and a unit of systemd from a file that an operator adds.
func tellsEnvironment(process *deploy.Process) (worst check.Severity, whole bool) {
	worst = check.Critical
	switch {
	case process.Runtime == deploy.InContainer && process.Built != nil && project.Closed(process):
	case process.Runtime == deploy.InPod && project.Closed(process):
		if process.Built == nil {
			worst = check.Recommended
		}
	case process.Runtime == deploy.AsUnit && len(process.EnvFrom) == 0:
		worst = check.Recommended
	default:
		return 0, false
	}
	if module, ok := process.Lookup("DJANGO_SETTINGS_MODULE"); ok && !module.Given {
		return 0, false
	}
	if process.Role == deploy.Periodic {
		worst = check.Recommended // the site is up without it
	}
	_, _, management := deploy.ManagementCommand(process.Argv)
	return worst, management || deploy.RoleOf(process.Argv) != deploy.Other
}

// readsEnvironmentFile reports whether a module that reads variables may take them from a file, which need not be in the repository.
func readsEnvironmentFile(f *source.File) bool {
	return f == nil || slices.ContainsFunc([]string{"dotenv", "read_env", "decouple", "environs", "BaseSettings", "dynaconf", `.env"`, `.env'`}, func(word string) bool {
		return f.Contains(word)
	})
}
