package security

import (
	"bytes"
	"path"
	"strings"
	"time"

	"gonogo/internal/check"
	"gonogo/internal/source"
)

func disclosureContact() check.Check {
	return check.Check{
		ID:              "security/disclosure-contact",
		Severity:        check.Optional,
		Source:          answerDisclosureContact,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "Who finds a hole finds whom to tell: security.txt",
			Why: `People who find a vulnerability look at /.well-known/security.txt for an address. Without one they write to sales, or to the public.

The file has to say until when it holds; after that day it counts as stale, and tools and people ignore it.`,
			Fix:    "Serve a file at /.well-known/security.txt with the lines `Contact: mailto:security@shop.example` and `Expires: 2027-12-31T00:00:00Z`.",
			Verify: "`curl -s https://shop.example/.well-known/security.txt` prints a Contact and a day to come.",
			Bad: []check.Example{check.Project("The file has expired.", "settings.py", "",
				"templates/.well-known/security.txt", "Contact: mailto:security@shop.example\nExpires: 2024-01-01T00:00:00Z\n")},
			Good: []check.Example{check.Project("An address, and a day to come.", "settings.py", "",
				"templates/security.txt", "Contact: mailto:security@shop.example\nExpires: 2099-01-01T00:00:00Z\n")},
			References: []check.Reference{
				check.See("RFC 9116: a file format to aid in security vulnerability disclosure", "https://www.rfc-editor.org/rfc/rfc9116"),
			},
			Triggers: []string{
				"neither a file nor a route of the repository is called security.txt",
				"the file has no line Contact, no line Expires, or has expired",
			},
		},
	}
}

func answerDisclosureContact(p *check.SourcePass) check.Answer {
	files := securityFiles(p)
	for _, name := range files {
		f, ok := p.Project.Tree.Read(name)
		if !ok {
			continue
		}
		if finding, bad := staleContact(f, p.Today); bad {
			return check.Failed(finding)
		}
	}
	if len(files) > 0 {
		return check.Passed(files[0])
	}
	for n := range p.Project.Routes().Endpoints {
		e := &p.Project.Routes().Endpoints[n]
		if strings.Contains(strings.ReplaceAll(e.Route(), `\`, ""), "security.txt") {
			return check.Passed("a route answers it: " + e.Route())
		}
	}
	if p.Project.NamesText("security.txt") || p.Project.NamesText("security_txt") {
		return check.Unclear("the code names security.txt, and no route and no file was found that answers it; look whether something does")
	}
	f := check.Finding{Severity: check.Optional,
		Message: "Nothing in the repository serves /.well-known/security.txt, so that who finds a hole does not know whom to tell; add a file with Contact and Expires"}
	switch {
	case p.Settings != nil && !p.Settings.Get("ROOT_URLCONF").At.IsZero():
		f.At = p.Settings.Get("ROOT_URLCONF").At
	case len(p.Project.EntryPoints) > 0:
		f.At = p.Project.EntryPoints[0].File.Whole()
	default:
		return check.Unclear("nothing in the repository serves security.txt; whether another site does is not known")
	}
	return check.Failed(f)
}

// securityFiles are the files called security.txt, those of node_modules left out.
func securityFiles(p *check.SourcePass) (list []string) {
	if p.Project.Tree == nil {
		return nil
	}
	for _, name := range p.Project.Tree.Paths() {
		if strings.EqualFold(path.Base(name), "security.txt") && !strings.Contains(name, "node_modules/") {
			list = append(list, name)
		}
	}
	return list
}

// staleContact tells what is wrong with a file. Lines that a template fills in count as there.
func staleContact(f *source.File, today time.Time) (check.Finding, bool) {
	finding := check.Finding{Severity: check.Optional, At: f.Whole()}
	contact, expires := false, false
	at := 0
	for line := range bytes.Lines(f.Data) {
		start := at
		at += len(line)
		name, value, ok := strings.Cut(strings.TrimSpace(string(line)), ":")
		if !ok {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "contact":
			contact = true
		case "expires":
			expires = true
			day, err := time.Parse(time.RFC3339, strings.ToUpper(strings.TrimSpace(value)))
			if err == nil && day.Before(today) {
				finding.At = source.Span{File: f, Start: source.Pos(start), End: source.Pos(start + len(bytes.TrimRight(line, "\r\n")))}
				finding.Message = "security.txt has expired, so that it is ignored; write a day to come into Expires, and renew it each year"
				return finding, true
			}
		}
	}
	dynamic := f.Contains("{{") || f.Contains("{%")
	switch {
	case !contact && !dynamic:
		finding.Message = "security.txt has no line Contact, which is what it is for; add one"
		return finding, true
	case !expires && !dynamic:
		finding.Message = "security.txt has no line Expires, which RFC 9116 asks for; add a day within the year to come"
		return finding, true
	}
	return finding, false
}
