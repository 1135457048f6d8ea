package runbooks

import (
	"testing"

	"gonogo/internal/check/checktest"
)

func TestChecks(t *testing.T) { checktest.Section(t, "runbooks", Checks()) }
