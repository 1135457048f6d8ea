package environments

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/knowledge"
)

func supportedPython() check.Check {
	return check.Check{
		ID:              "environments/supported-python",
		Severity:        check.Recommended,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "Python is a series that gets security fixes and that Django supports",
			Why: `Python itself parses requests' headers, TLS, archives and JSON; a fault there is a fault of the site. Each series gets security fixes for five years. Django names the series that each of its releases is tested with; with another one, an upgrade of either may break in ways that nobody looks for, and the newest releases of packages may refuse to install.

Distributions keep patching the Python they ship for longer than its authors do. Who relies on that should say so in a waiver.`,
			Fix:    `Name a supported series where production's Python comes from: FROM python:3.13-slim, .python-version, runtime.txt.`,
			Verify: `Run "python --version" in the image or on the host, and compare with https://devguide.python.org/versions/ and the table in Django's FAQ.`,
			Bad: []check.Example{
				check.Project("The series is past its end.", "settings.py", "DEBUG = False\n", "requirements.txt", "Django==4.2.16\n", ".python-version", "3.8.20\n"),
				check.Project("Django does not support it.", "settings.py", "DEBUG = False\n", "requirements.txt", "Django==6.0.1\n", ".python-version", "3.11.9\n"),
			},
			Good: []check.Example{
				check.Project("Both support each other.", "settings.py", "DEBUG = False\n", "requirements.txt", "Django==5.2.8\n", ".python-version", "3.13.1\n"),
			},
			References: []check.Reference{
				check.See("Python: status of versions", "https://devguide.python.org/versions/"),
				check.See("Django FAQ: what Python version can I use", check.DjangoDocs+"faq/install/#what-python-version-can-i-use-with-django"),
			},
			Triggers: []string{"the Python series gets no security fixes any more on the day of the audit", "the project's Django does not support the Python series"},
		},
		Source: supportedPythonSource,
	}
}

func supportedPythonSource(p *check.SourcePass) check.Answer {
	if p.Project.Deployment == nil || p.Project.Deployment.Dependencies == nil {
		return check.Unclear("nothing tells which Python runs the site")
	}
	python := p.Project.Deployment.Dependencies.Python
	if !python.Version.Known() || python.At.IsZero() {
		return check.Unclear("nothing tells which Python runs the site; name it in .python-version, a Dockerfile or runtime.txt")
	}
	facts, known := knowledge.Python(python.Version)
	switch {
	case !known && python.Version.AtLeast(3, 6):
		return check.Unclear(fmt.Sprintf("Python %s is newer than the embedded facts of %s", python.Version.Series(), knowledge.AsOf()))
	case !known || facts.SecurityEnd.Before(knowledge.DateOf(p.Today)):
		since := "for years"
		if known {
			since = "since " + monthOf(facts.SecurityEnd)
		}
		return check.Failed(check.Finding{
			Severity: check.Recommended, At: python.At,
			Message: fmt.Sprintf("Python %s (%s) has had no security fixes %s; use %s", python.Version.Series(), python.Reason, since, newestPython(p)),
		})
	}
	return supportedByDjango(p, python)
}

// supportedByDjango is the answer for a Python that gets fixes.
func supportedByDjango(p *check.SourcePass, python deploy.PythonVersion) check.Answer {
	django := p.Project.Django
	pythons := knowledge.PythonsOf(django)
	if !django.Known() || len(pythons) == 0 {
		return check.Unclear("Python " + python.Version.Series() + " gets security fixes; whether Django supports it is not known without Django's version")
	}
	for _, s := range pythons {
		if !s.Python.SameSeries(python.Version) {
			continue
		}
		if !s.Since.Known() || django.Patch < 0 || django.Compare(s.Since) >= 0 {
			return check.Passed(fmt.Sprintf("Python %s, %s", python.Version.Series(), python.Reason))
		}
		return check.Failed(check.Finding{
			Severity: check.Recommended, At: python.At,
			Message: fmt.Sprintf("Django %s does not support Python %s, Django %s is the first that does; upgrade Django", django, python.Version.Series(), s.Since),
			Related: djangoAt(p),
		})
	}
	return check.Failed(check.Finding{
		Severity: check.Recommended, At: python.At,
		Message: fmt.Sprintf("Django %s does not support Python %s (%s); use one of %s to %s", django.Series(), python.Version.Series(), python.Reason,
			pythons[0].Python.Series(), pythons[len(pythons)-1].Python.Series()),
		Related: djangoAt(p),
	})
}

func djangoAt(p *check.SourcePass) []check.Related {
	if p.Project.DjangoAt.IsZero() {
		return nil
	}
	return []check.Related{{Message: "Django's version is named here", At: p.Project.DjangoAt}}
}

// newestPython is the newest series that the project's Django supports, for advice.
func newestPython(p *check.SourcePass) string {
	if pythons := knowledge.PythonsOf(p.Project.Django); len(pythons) > 0 {
		last := pythons[len(pythons)-1].Python
		if facts, ok := knowledge.Python(last); ok && !facts.SecurityEnd.Before(knowledge.DateOf(p.Today)) {
			return last.Series()
		}
		return "a newer one, for which Django has to be upgraded too"
	}
	return "a supported series"
}
