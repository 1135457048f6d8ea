// Package errors holds the checks of the catalogue's section "errors".
package errors

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		debugOff(),
		debugFailsClosed(),
		templateDebugOff(),
		noPropagatedExceptions(),
		someoneIsTold(),
	}
}

// settingsFile is an example that consists of settings.py alone.
func settingsFile(note, text string) check.Example {
	return check.Example{Note: note, Files: []check.ExampleFile{{Path: "settings.py", Text: text}}}
}
