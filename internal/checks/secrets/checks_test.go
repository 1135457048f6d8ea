package secrets

import (
	"testing"

	"gonogo/internal/check/checktest"
)

func TestChecks(t *testing.T) { checktest.Section(t, "secrets", Checks()) }
