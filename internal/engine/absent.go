package engine

import (
	"strings"

	"gonogo/internal/check"
)

// replaceable makes the critical findings in settings files recommended where these are not shown to be what runs: production runs another
// module, which is not in the repository and may replace what they say, or they say themselves that they are for development.
func replaceable(pass *check.SourcePass, answer check.Answer) check.Answer {
	if pass.Settings == nil {
		return answer
	}
	var why check.Related
	switch choice := pass.Project.Choice; {
	case choice.Absent != "":
		why = check.Related{Message: "production runs " + choice.Absent + ", which is not in the repository and may replace it", At: choice.AbsentAt}
	case !choice.Development.IsZero():
		why = check.Related{Message: "these settings say that they are for development, and no others were found", At: choice.Development}
	default:
		return answer
	}
	for i, f := range answer.Findings {
		if f.Severity != check.Critical || !inSettings(pass, f.At.Path()) {
			continue
		}
		f.Severity = check.Recommended
		f.Related = append(f.Related, why)
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
