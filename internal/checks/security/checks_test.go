package security

import (
	"testing"

	"gonogo/internal/check/checktest"
)

func TestChecks(t *testing.T) { checktest.Section(t, "security", Checks()) }
