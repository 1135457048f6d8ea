package environments

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/knowledge"
)

func vulnerableDependencies() check.Check {
	osv := func(id, text string) string {
		return `{"id": "` + id + `", "modified": "2026-11-20T08:00:00Z", "affected": [{"package": {"ecosystem": "PyPI", "name": "sqlparse"},
  "ranges": [{"type": "ECOSYSTEM", "events": [` + text + `]}]}]}` + "\n"
	}
	fixed := check.Project("Every version is told, and none is in an advisory.", "settings.py", "DEBUG = False\n",
		"requirements.txt", "asgiref==3.11.0\nDjango=="+newest("5.2")+"\nsqlparse==0.5.4\n",
		"osv/GHSA-27jp-wm6q-gp25.json", osv("GHSA-27jp-wm6q-gp25", `{"introduced": "0"}, {"fixed": "0.5.4"}`))
	fixed.Advisories = "osv"
	given := check.Project("A version in one of the advisories that --advisories names.", "settings.py", "DEBUG = False\n",
		"requirements.txt", "asgiref==3.11.0\nDjango=="+newest("5.2")+"\nsqlparse==0.5.3\n",
		"osv/GHSA-27jp-wm6q-gp25.json", osv("GHSA-27jp-wm6q-gp25", `{"introduced": "0"}, {"fixed": "0.5.4"}`))
	given.Advisories = "osv"
	return check.Check{
		ID:              "environments/vulnerable-dependencies",
		Severity:        check.Critical,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "No package of production has a vulnerability that is known",
			Why: `A published advisory tells everyone which versions of a package are at fault, and often how to use it. Scanners try it on all of the internet within days; that a site is small protects it from nobody.

Not every advisory matters to every site: many concern a function that the project never calls. Finding that out for each takes longer than upgrading, which within a series mostly changes nothing else. What takes requests from anyone, the application server before all, does not wait.

gonogo opens no connection. It knows a selection of advisories of well-known packages, as of a day that it tells; the newest of all packages come from a file, which is downloaded when you choose.`,
			Fix:    `Raise the pin to the fixed version that the finding names, lock again, run the tests. Where no release is fixed, read the advisory: leave out what it concerns, or the package.`,
			Verify: `Download https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip and run "gonogo check --advisories all.zip", or "pip-audit" in the image: both tell of none.`,
			Bad: []check.Example{
				check.Project("The release of gunicorn lets requests be smuggled past the proxy.", "settings.py", "DEBUG = False\n", "requirements.txt", "Django=="+newest("5.2")+"\ngunicorn==19.4.5\n"),
				given,
			},
			Good: []check.Example{fixed},
			References: []check.Reference{
				check.See("PyPA: advisory database", "https://github.com/pypa/advisory-database"),
				check.See("OSV: data dumps", "https://google.github.io/osv.dev/data/#data-dumps"),
				check.See("pip-audit", "https://pypi.org/project/pip-audit/"),
			},
			Triggers: []string{
				"the exact version of a package that production installs is in a known advisory",
				"critical: the advisory is of high severity and concerns the application server that production runs, or what parses each request for it; or the release was made to do harm",
			},
		},
		Source: vulnerableSource,
	}
}

func vulnerableSource(p *check.SourcePass) check.Answer {
	if p.Project.Deployment == nil || p.Project.Deployment.Dependencies == nil || len(p.Project.Deployment.Dependencies.Names()) == 0 {
		return check.Unclear("no file names the packages that production installs")
	}
	judged := judgePackages(p)
	if len(judged.findings) > 0 {
		return check.Failed(judged.findings...)
	}
	if judged.django != "" {
		return check.CausedBy("environments/supported-django", judged.django)
	}
	if p.Project.Advisories == nil {
		return check.Unclear(judged.embeddedOnly())
	}
	return judged.given(p)
}

// embeddedOnly is what the facts of this tool alone leave open. Django is left to the check that owns it.
func (j *judgement) embeddedOnly() string {
	var doubts []string
	if j.covered > 0 {
		doubts = append(doubts, fmt.Sprintf("%s of which gonogo has advisories %s in none of %s or before", counted(j.covered),
			map[bool]string{true: "is", false: "are"}[j.covered == 1], knowledge.AdvisoriesAsOf()))
	}
	if len(j.open) > 0 {
		doubts = append(doubts, "the exact version of "+listed(j.open)+" is not known")
	}
	if len(j.unclear) > 0 {
		doubts = append(doubts, "it can't be told whether a version is in "+listed(j.unclear))
	}
	return strings.Join(append(doubts, "for all packages, and what was found since, download OSV's advisories of PyPI and name the file with --advisories"), "; ")
}

func counted(n int) string {
	if n == 1 {
		return "one package"
	}
	return fmt.Sprintf("%d packages", n)
}

// given is the answer when nothing was found in the advisories of --advisories.
func (j *judgement) given(p *check.SourcePass) check.Answer {
	var doubts []string
	asOf := p.Project.Advisories.AsOf
	switch {
	case asOf.IsZero():
		doubts = append(doubts, "the advisories do not say of when they are")
	case knowledge.DateOf(p.Today).After(knowledge.HorizonOf(asOf)):
		doubts = append(doubts, fmt.Sprintf("the newest of the given advisories is of %s; download them again", asOf))
	}
	if len(j.open) > 0 {
		doubts = append(doubts, "the exact version of "+listed(j.open)+" is not known; write a lock file")
	}
	if len(j.unclear) > 0 {
		doubts = append(doubts, "it can't be told whether a version is in "+listed(j.unclear))
	}
	if missing := notLocked(p); len(missing) > 0 {
		doubts = append(doubts, "not pinned: "+listed(missing)+", which other packages need; write a lock file")
	}
	if len(doubts) > 0 {
		return check.Unclear(strings.Join(doubts, "; "))
	}
	return check.Passed(fmt.Sprintf("%s, %d advisories up to %s", counted(j.exact), p.Project.Advisories.Records, asOf))
}

// notLocked are packages that come along without being named; with a lock file there are none.
func notLocked(p *check.SourcePass) []string {
	d := p.Project.Deployment.Dependencies
	for _, s := range d.Sources {
		if s.Lock && s.Production {
			return nil
		}
	}
	pinned, _ := pins(d)
	missing, _ := indirect(pinned)
	return slices.Clone(missing)
}
