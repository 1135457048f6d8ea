// Package environments holds the checks of the catalogue's section "environments".
package environments

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		productionSettings(),
		settingsSplit(),
		settingsHaveEffect(),
		noDevelopmentPackages(),
		noDevelopmentServer(),
		supportedDjango(),
		supportedPython(),
		pinnedDependencies(),
		vulnerableDependencies(),
		staging(),
	}
}
