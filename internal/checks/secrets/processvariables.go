package secrets

import (
	"bytes"
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/project"
	"gonogo/internal/source"
)

// lackingProcesses are the findings about processes that are not given a variable without which the settings fail to import, one for each
// variable. Only containers count of which the repository tells the whole environment, and whose command starts Django by itself: a script
// may set variables.
func lackingProcesses(p *check.SourcePass) (findings []check.Finding) {
	if len(p.Settings.Result.Overrides) > 0 {
		return nil
	}
	told := map[string]bool{}
	for _, r := range p.Settings.Result.Reads {
		if !r.Required || r.HasDefault || told[r.Name] || readsEnvironmentFile(r.At.File) {
			continue
		}
		told[r.Name] = true
		var lacking []*deploy.Process
		for _, process := range check.Running(p) {
			if _, given := process.Lookup(r.Name); !given && tellsEnvironment(p, process) {
				lacking = append(lacking, process)
			}
		}
		if len(lacking) == 0 {
			continue
		}
		f := check.Finding{Severity: check.Critical, At: lacking[0].At,
			Message: fmt.Sprintf("%s is not given the variable %s, without which the settings cannot be imported, so it ends at once; add it to its environment", lacking[0].Artefact, r.Name),
			Related: []check.Related{{Message: "it is read here", At: r.At}}}
		for _, other := range lacking[1:] {
			f.Related = append(f.Related, check.Related{Message: other.Artefact + " lacks it, too", At: other.At})
		}
		findings = append(findings, f)
	}
	return findings
}

// tellsEnvironment reports whether the repository tells all variables of a process that imports the production settings.
func tellsEnvironment(p *check.SourcePass, process *deploy.Process) bool {
	module, ok := process.Lookup("DJANGO_SETTINGS_MODULE")
	if !process.Production || process.Runtime != deploy.InContainer || process.Built == nil || !project.Closed(process) || ok && (!module.Given || module.Value != p.Settings.Module) {
		return false
	}
	_, _, management := deploy.ManagementCommand(process.Argv)
	return management || deploy.RoleOf(process.Argv) != deploy.Other
}

// readsEnvironmentFile reports whether a module that reads variables may take them from a file, which need not be in the repository.
func readsEnvironmentFile(f *source.File) bool {
	return f == nil || slices.ContainsFunc([]string{"dotenv", "read_env", "decouple", "environs", "BaseSettings", "dynaconf", `.env"`, `.env'`}, func(word string) bool {
		return bytes.Contains(f.Data, []byte(word))
	})
}
