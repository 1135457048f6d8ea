package environments

import (
	"fmt"
	"time"

	"gonogo/internal/check"
	"gonogo/internal/knowledge"
)

func supportedDjango() check.Check {
	return check.Check{
		ID:              "environments/supported-django",
		Severity:        check.Critical,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "Django is a release that gets security fixes, with all of them",
			Why: `Django publishes what a security release fixes, with tests that show how, on the day of the release. From then on every site without it is attacked with instructions at hand. A series past its end gets no fix at all, whatever is found.

Upgrading within a series changes nothing else and is a matter of minutes. A change of series costs work, which is why long-term support releases (4.2, 5.2) get fixes for three years; the further behind, the more work at once.`,
			Fix:    `Raise the pin to the newest release of the series, as Django==5.2.19, and lock again. Off an unsupported series, go to the next long-term support release, with "python -Wa manage.py test" showing what is deprecated.`,
			Verify: `Run "python -m django --version" in the image or virtual environment, and compare with https://www.djangoproject.com/download/: it is the newest release of a supported series.`,
			Bad: []check.Example{
				check.Project("The series is past its end.", "settings.py", "DEBUG = False\n", "requirements.txt", "Django==3.2.25\n"),
				check.Project("Security fixes of the series are missing.", "settings.py", "DEBUG = False\n", "requirements.txt", "Django==5.2.1\n"),
			},
			Good: []check.Example{
				check.Project("The newest release of a supported series.", "settings.py", "DEBUG = False\n", "requirements.txt", "Django=="+newest("5.2")+"\n"),
			},
			References: []check.Reference{
				check.See("Django: supported versions", "https://www.djangoproject.com/download/#supported-versions"),
				check.See("Django: security releases", check.DjangoDocs+"releases/security/"),
				check.See("Django: how to upgrade to a newer version", check.DjangoDocs+"howto/upgrade-version/"),
			},
			Triggers: []string{
				"the series gets no security fixes any more on the day of the audit",
				"a later release of the series fixes a security issue",
			},
		},
		Source: supportedDjangoSource,
	}
}

// newest is the newest release of a series that the facts have, "" for one that they lack.
func newest(series string) string {
	s, ok := knowledge.Series(knowledge.ParseVersion(series))
	if !ok {
		return ""
	}
	return s.Latest().Version.String()
}

func supportedDjangoSource(p *check.SourcePass) check.Answer {
	version, at := p.Project.Django, p.Project.DjangoAt
	if !version.Known() || at.IsZero() {
		return check.Unclear("which Django the project uses is not known; pin it in the requirements or a lock file")
	}
	series, ok := knowledge.Series(version)
	today := knowledge.DateOf(p.Today)
	switch {
	case !ok && version.Before(1, 8):
		return check.Failed(check.Finding{Severity: check.Critical, At: at,
			Message: fmt.Sprintf("Django %s has had no security fixes for years; upgrade to %s", version, newestLongTerm())})
	case !ok:
		return check.Unclear(fmt.Sprintf("Django %s is newer than the embedded facts of %s", version, knowledge.AsOf()))
	case series.SecurityEnd.Before(today):
		return check.Failed(check.Finding{Severity: check.Critical, At: at,
			Message: fmt.Sprintf("Django %s has had no security fixes since %s; upgrade to %s", version.Series(), monthOf(series.SecurityEnd), newestLongTerm())})
	}
	if fixes := knowledge.SecurityFixesAfter(version); len(fixes) > 0 {
		return check.Failed(missingFixes(p, version, series, fixes))
	}
	switch {
	case version.Patch < 0:
		return check.Unclear(fmt.Sprintf("Django %s is supported; which of its releases is installed is not pinned, and so which security fixes it has", version.Series()))
	case today.After(knowledge.Horizon()):
		return check.Unclear(fmt.Sprintf("the embedded facts are of %s; what was fixed since then is not known", knowledge.AsOf()))
	}
	return check.Passed(fmt.Sprintf("Django %s gets security fixes until %s", version.Series(), monthOf(series.SecurityEnd)))
}

// missingFixes is the finding about a release with known faults. It stops a release of the site when one of them is not only of low
// or moderate severity by Django's own judgement, or when that is not told.
func missingFixes(p *check.SourcePass, version knowledge.Version, series knowledge.DjangoSeries, fixes []knowledge.Release) check.Finding {
	severity := check.Recommended
	var cves []string
	for _, release := range fixes {
		if len(release.CVEs) == 0 {
			severity = check.Critical
		}
		for _, cve := range release.CVEs {
			cves = append(cves, cve.ID)
			if cve.Severity != "low" && cve.Severity != "moderate" {
				severity = check.Critical
			}
		}
	}
	what := "security issues"
	if len(cves) > 0 {
		what = listed(cves)
	}
	return check.Finding{
		Severity: severity,
		Message:  fmt.Sprintf("Django %s lacks the fixes of %s for %s; upgrade to %s", version, releases(fixes), what, series.Latest().Version),
		At:       p.Project.DjangoAt,
		Fix:      "Django==" + series.Latest().Version.String(),
	}
}

// releases names one release, or the first and last of several.
func releases(list []knowledge.Release) string {
	if len(list) == 1 {
		return list[0].Version.String()
	}
	return fmt.Sprintf("%s to %s", list[0].Version, list[len(list)-1].Version)
}

// newestLongTerm is the newest long-term support release of the facts.
func newestLongTerm() string {
	all := knowledge.AllSeries()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].LTS {
			return all[i].Latest().Version.String()
		}
	}
	return "a supported series"
}

// monthOf is a date as the announcements give it: "April 2024".
func monthOf(d knowledge.Date) string { return fmt.Sprintf("%s %d", time.Month(d.Month), d.Year) }
