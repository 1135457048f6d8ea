package environments

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/advisory"
	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/knowledge"
)

// judgement is what advisories say of production's packages.
type judgement struct {
	findings []check.Finding
	exact    int      // packages whose exact version is known
	covered  int      // of these, the ones other than Django of which advisories are embedded
	open     []string // packages without an exact version
	unclear  []string // advisories that can't be judged
	django   string   // why Django is at fault in a way that environments/supported-django tells, "" when it is not
}

func judgePackages(p *check.SourcePass) *judgement {
	j := &judgement{}
	d := p.Project.Deployment.Dependencies
	for _, name := range d.Names() {
		versions := productionVersions(d, name)
		if len(versions) == 0 {
			j.open = append(j.open, name)
			continue
		}
		j.exact++
		if name != "django" && knowledge.AdvisoriesKnow(name) {
			j.covered++
		}
		j.judge(p, name, versions)
	}
	slices.SortStableFunc(j.findings, func(a, b check.Finding) int { return int(b.Severity) - int(a.Severity) })
	return j
}

// productionVersions are the exact statements about a package in the file that counts: a lock can hold several versions, for several
// Pythons. Other files don't count beside it.
func productionVersions(d *deploy.Dependencies, name string) []deploy.Requirement {
	_, exact, counts := d.Resolved(name)
	if !exact {
		return nil
	}
	list := []deploy.Requirement{counts}
	for _, r := range d.Requirements {
		if r.Name == name && r.Production && r.Version != "" && r.Version != counts.Version && r.At.File == counts.At.File {
			list = append(list, r)
		}
	}
	return list
}

// judge asks for one package. Where a file has several versions, a fault that not all of them have is not known to be production's.
func (j *judgement) judge(p *check.SourcePass, name string, versions []deploy.Requirement) {
	var first []advisory.Advisory
	for i, r := range versions {
		found, unclear := advisoriesOf(p, name, r.Version)
		j.unclear = append(j.unclear, unclear...)
		if i == 0 {
			first = found
			continue
		}
		for _, a := range slices.Concat(first, found) {
			if !tells(first, a) || !tells(found, a) {
				j.unclear = append(j.unclear, a.Name())
			}
		}
		first = slices.DeleteFunc(first, func(a advisory.Advisory) bool { return !tells(found, a) })
	}
	slices.Sort(j.unclear)
	j.unclear = slices.Compact(j.unclear)
	switch {
	case len(first) == 0:
	case name == "django" && supportedDjangoSource(p).Status == check.Fail:
		j.django = fmt.Sprintf("Django %s is in %s", versions[0].Version, listed(namesOf(first)))
	default:
		j.findings = append(j.findings, vulnerableFinding(p, name, versions[0], first))
	}
}

func tells(list []advisory.Advisory, a advisory.Advisory) bool {
	return slices.ContainsFunc(list, func(b advisory.Advisory) bool { return b.Name() == a.Name() })
}

// advisoriesOf joins the given advisories with the embedded ones; what the given ones tell of, they tell better.
func advisoriesOf(p *check.SourcePass, name, version string) (found []advisory.Advisory, unclear []string) {
	given := p.Project.Advisories
	if given != nil {
		found, unclear = given.For(name, version)
	}
	for _, a := range knowledge.AdvisoriesFor(name, version) {
		if given == nil || !given.Tells(name, a.ID) {
			found = append(found, advisory.Advisory{ID: a.ID, Aliases: a.Aliases, Fixed: a.Fixed})
		}
	}
	return advisory.Merge(found), unclear
}

func namesOf(list []advisory.Advisory) []string {
	var names []string
	for _, a := range list {
		names = append(names, a.Name())
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func vulnerableFinding(p *check.SourcePass, name string, r deploy.Requirement, found []advisory.Advisory) check.Finding {
	upgrade, unfixed := "", []string(nil)
	for _, a := range found {
		upgrade = advisory.Later(upgrade, a.Fixed)
		if a.Fixed == "" {
			unfixed = append(unfixed, a.Name())
		}
	}
	f := check.Finding{Severity: vulnerableSeverity(p, name, found), At: r.At}
	if slices.ContainsFunc(found, advisory.Advisory.Malicious) {
		f.Message = fmt.Sprintf("%s %s was made to do harm (%s); remove it, and take every secret that its processes could read for stolen", name, r.Version, listed(namesOf(found)))
		return f
	}
	f.Message = fmt.Sprintf("%s %s is in %s", name, r.Version, listed(namesOf(found)))
	switch {
	case upgrade == "":
		f.Message += "; no release is known to be fixed"
	case len(unfixed) > 0:
		f.Message += fmt.Sprintf("; upgrade to %s, and read %s, for which no release is known to be fixed", upgrade, listed(unfixed))
	default:
		f.Message += "; upgrade to " + upgrade
		f.Fix = name + "==" + upgrade
	}
	return f
}

// vulnerableSeverity is critical where the fault is open to anyone who can send a request: an advisory of high severity about what
// reads each request, or a release that does harm by itself. Whether the code of another package is reached is not known.
func vulnerableSeverity(p *check.SourcePass, name string, found []advisory.Advisory) check.Severity {
	reads := readsRequests(p, name)
	for _, a := range found {
		if a.Malicious() || reads && a.Level >= advisory.High {
			return check.Critical
		}
	}
	return check.Recommended
}

// readsRequests reports whether a package reads what comes from outside in a process of production: its server, or the parser of HTTP
// that uvicorn and hypercorn stand on.
func readsRequests(p *check.SourcePass, name string) bool {
	for _, process := range p.Project.Deployment.Processes {
		server, ok := process.Server()
		if !ok || !process.Production {
			continue
		}
		program := strings.ToLower(server.Program)
		switch {
		case name == program:
			return true
		case program == "uvicorn" && (name == "httptools" || name == "h11"), program == "hypercorn" && (name == "h11" || name == "h2"):
			return true
		}
	}
	return false
}
