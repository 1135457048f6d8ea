package knowledge

import (
	"strings"
	"testing"

	pep440 "github.com/aquasecurity/go-pep440-version"
)

func TestAdvisoriesFor(t *testing.T) {
	tests := []struct{ name, distribution, version, has, hasNot string }{
		{"below the fix", "gunicorn", "19.4.5", "PYSEC-2018-55", ""},
		{"the fix", "gunicorn", "19.5.0", "", "PYSEC-2018-55"},
		{"a name that is not normalised", "Gunicorn", "19.4.5", "PYSEC-2018-55", ""},
		{"Django by its own release notes", "django", "5.2.7", "CVE-2025-64458", ""},
		{"Django with the fix", "django", "5.2.8", "", "CVE-2025-64458"},
		{"a version that is none", "gunicorn", "latest", "", "PYSEC-2018-55"},
		{"a package that is not covered", "nobody-knows", "1.0", "", "PYSEC"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var ids []string
			for _, a := range AdvisoriesFor(tt.distribution, tt.version) {
				ids = append(ids, a.ID)
			}
			got := strings.Join(ids, " ")
			if !strings.Contains(got, tt.has) || tt.hasNot != "" && strings.Contains(got, tt.hasNot) {
				t.Errorf("got %q", got)
			}
		})
	}
	if AdvisoriesKnow("nobody-knows") || !AdvisoriesKnow("Pillow") || !AdvisoriesKnow("django") {
		t.Error("what is covered")
	}
}

func TestAdvisoriesAreWhole(t *testing.T) {
	if AdvisoriesAsOf().IsZero() || len(advisories().Advisories) < 100 {
		t.Fatalf("%d advisories of %s", len(advisories().Advisories), AdvisoriesAsOf())
	}
	for _, a := range advisories().Advisories {
		if !AdvisoriesKnow(a.Package) {
			t.Errorf("%s: %s is not in the list of packages", a.ID, a.Package)
		}
		for _, r := range a.Ranges {
			for _, bound := range []string{r.Introduced, r.Fixed, r.Last} {
				if _, err := pep440.Parse(bound); bound != "" && err != nil {
					t.Errorf("%s: %v", a.ID, err)
				}
			}
			if (r.Fixed == "") == (r.Last == "") {
				t.Errorf("%s: %+v has no end, or two", a.ID, r)
			}
		}
	}
}
