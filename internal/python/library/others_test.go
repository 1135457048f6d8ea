package library_test

import (
	"testing"

	"gonogo/internal/python/eval"
)

func TestPluginsOfDjpLeaveTheSettingsWithAnOverride(t *testing.T) {
	result := explore(t, map[string]string{"settings.py": "import djp\nDEBUG = False\ndjp.settings(globals())\n"}, eval.Environment{})
	world := result.Worlds[0]
	if world.Open != "" || world.Names["DEBUG"].Repr(10) != "False" {
		t.Errorf("DEBUG is %s, open: %q", world.Names["DEBUG"].Repr(10), world.Open)
	}
	if len(result.Overrides) != 1 || result.Overrides[0].What != "plugins of djp that are installed" || result.Overrides[0].At.Begin().Line != 3 {
		t.Errorf("overrides are %+v", result.Overrides)
	}
}
