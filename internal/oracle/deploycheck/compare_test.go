package deploycheck

import (
	"maps"
	"os"
	"slices"
	"testing"
)

// gonogo says of every setting what Django said of it, apart from the differences that are listed.
// All versions are compared with GONOGO_ORACLE=1, else the long-term one.
func TestAgreesWithDjango(t *testing.T) {
	cases := Cases()
	recorded, err := Recorded(cases)
	if err != nil {
		t.Fatal(err)
	}
	asked := Asked()
	seen := make(map[string]bool)
	for v, version := range Versions() {
		t.Run(version.Series, func(t *testing.T) {
			if os.Getenv("GONOGO_ORACLE") != "1" && version.Series != "5.2" {
				t.Skip("set GONOGO_ORACLE=1 to compare with every version")
			}
			var tally Tally
			for i, c := range cases {
				answers, err := Answers(asked, c, version)
				if err != nil {
					t.Fatal(err)
				}
				tally.Compare(asked, c, answers, recorded[i][v])
			}
			tally.report(t)
			for _, counts := range []map[string]int{tally.Deliberate, tally.Stricter} {
				for reason := range counts {
					seen[reason] = true
				}
			}
		})
	}
	if os.Getenv("GONOGO_ORACLE") == "1" && !t.Failed() {
		for _, reason := range reasons() {
			if !seen[reason] {
				t.Errorf("the difference %q is none any more", reason)
			}
		}
	}
}

// reasons are those of all differences that are listed.
func reasons() (list []string) {
	for _, d := range differences() {
		list = append(list, d.check+": "+d.because)
	}
	for _, m := range moreSeen() {
		list = append(list, m.because)
	}
	for _, r := range readings() {
		if r.because != "" {
			list = append(list, r.check+": "+r.because)
		}
	}
	return list
}

// maxShown is how many contradictions are told in full.
const maxShown = 10

func (t *Tally) report(tt *testing.T) {
	tt.Logf("%d settings, %d answers compared: %d agree, %d on which Django's own check breaks, %d wrong",
		t.Settings, t.Answers, t.Agree, t.Broken, len(t.Wrong))
	for _, kind := range []struct {
		name   string
		counts map[string]int
	}{{"deliberately not said", t.Deliberate}, {"asks more than Django", t.Stricter}} {
		for _, reason := range slices.Sorted(maps.Keys(kind.counts)) {
			tt.Logf("%s, %d times: %s", kind.name, kind.counts[reason], reason)
		}
	}
	for i, wrong := range t.Wrong {
		if i == maxShown {
			tt.Errorf("and %d more", len(t.Wrong)-maxShown)
			break
		}
		tt.Error(wrong)
	}
}
