package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

func TestTheFirstCollectionSetsTheUsualRule(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer func() {
		debug.SetMemoryLimit(math.MaxInt64)
		debug.SetGCPercent(before)
	}()
	collectLate()
	if limit := debug.SetMemoryLimit(-1); limit != uncollected {
		t.Fatalf("the limit before the first collection is %d, not %d", limit, uncollected)
	}
	for end := time.Now().Add(30 * time.Second); debug.SetMemoryLimit(-1) == uncollected; {
		if time.Now().After(end) {
			t.Fatal("a collection did not lift the limit")
		}
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	if percent := debug.SetGCPercent(100); percent != collectAfter {
		t.Fatalf("after the first collection the rule is %d percent, not %d", percent, collectAfter)
	}
}
