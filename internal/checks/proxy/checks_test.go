package proxy

import (
	"testing"

	"gonogo/internal/check/checktest"
)

func TestChecks(t *testing.T) { checktest.Section(t, "proxy", Checks()) }
