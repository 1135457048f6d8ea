package delivery

import (
	"testing"

	"gonogo/internal/check/checktest"
)

func TestChecks(t *testing.T) { checktest.Section(t, "delivery", Checks()) }
