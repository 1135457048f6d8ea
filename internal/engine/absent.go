package engine

import (
	"strings"

	"gonogo/internal/check"
)

// replaceable makes the critical findings in settings files recommended where production runs another module, which is not in the repository
// and may replace what these files say: what they ship is then not shown to be what runs.
func replaceable(pass *check.SourcePass, answer check.Answer) check.Answer {
	if pass.Settings == nil || pass.Project.Choice.Absent == "" {
		return answer
	}
	choice := pass.Project.Choice
	for i, f := range answer.Findings {
		if f.Severity != check.Critical || !inSettings(pass, f.At.Path()) {
			continue
		}
		f.Severity = check.Recommended
		f.Related = append(f.Related, check.Related{Message: "production runs " + choice.Absent + ", which is not in the repository and may replace it", At: choice.AbsentAt})
		answer.Findings[i] = f
	}
	return answer
}

// inSettings reports whether a file is one of the settings that were run.
func inSettings(pass *check.SourcePass, file string) bool {
	if file == pass.Settings.File.Path {
		return true
	}
	for _, module := range pass.Settings.Result.Imported {
		end := "/" + strings.ReplaceAll(module, ".", "/")
		if strings.HasSuffix("/"+file, end+".py") || strings.HasSuffix("/"+file, end+"/__init__.py") {
			return true
		}
	}
	return false
}
