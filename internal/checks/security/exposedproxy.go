package security

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
)

// exposedByProxies are the locations of nginx that answer with files of the project, or list folders.
func exposedByProxies(p *check.SourcePass) (findings []check.Finding, doubts []string) {
	for _, proxy := range productionProxies(p) {
		places := projectFiles(p, proxy)
		for _, host := range proxy.Hosts {
			for _, r := range append([]*deploy.Route{host.Site}, host.Routes...) {
				f, ok := exposedBy(proxy.Program, host, r, places)
				if ok && !slices.ContainsFunc(findings, func(other check.Finding) bool { return other.At == f.At }) {
					findings = append(findings, f)
				}
			}
		}
	}
	return findings, nil
}

// listingOf is what makes a program list folders.
func listingOf(program string) string {
	switch program {
	case "Apache":
		return "Indexes from Options"
	case "Caddy":
		return "browse from file_server"
	}
	return "autoindex"
}

// exposedBy is the finding about one location.
func exposedBy(program string, host *deploy.VirtualHost, r *deploy.Route, places []string) (check.Finding, bool) {
	for _, place := range places {
		if uri, ok := host.PathOf(r, place); ok {
			return check.Finding{Severity: check.Critical, At: r.Files.At,
				Message: fmt.Sprintf("%s answers %s with the project's own file, and with all others beside it (.env, .git); let it serve a folder that holds nothing else%s", program, uri, slashNote(uri))}, true
		}
	}
	if r.Listed() && r.Listing.At.Path() != "" {
		return check.Finding{Severity: check.Recommended, At: r.Listing.At,
			Message: fmt.Sprintf("%s answers a folder with a list of what is in it, so that nobody has to guess the names of files; remove %s", program, listingOf(program))}, true
	}
	return check.Finding{}, false
}

// slashNote says what to write where the pattern is at fault.
func slashNote(uri string) string {
	if strings.Contains(uri, "../") {
		return ", and write the location with a slash at its end"
	}
	return ""
}

// projectFiles are the places of files of the project in the proxy's file system: in its container, or on the machine that it shares with the
// application.
func projectFiles(p *check.SourcePass, proxy *deploy.Proxy) (places []string) {
	for _, name := range ownFiles(p) {
		if proxy.Process != nil && check.InContainer(proxy.Process) {
			if where, ok := proxy.Process.PathInside(name); ok {
				places = append(places, where)
			}
			continue
		}
		relative := name
		if p.Project.Root != "." {
			relative = strings.TrimPrefix(name, p.Project.Root+"/")
		}
		for _, web := range check.Serving(p) {
			if (web.Runtime == deploy.AsUnit || web.Runtime == deploy.AsProgram) && web.Built == nil && web.Directory.Known {
				places = append(places, path.Join(web.Directory.Value, relative))
			}
		}
	}
	return places
}

// ownFiles are files that every project has and nobody else is to read: manage.py and the settings.
func ownFiles(p *check.SourcePass) (names []string) {
	if manage := path.Join(p.Project.Root, "manage.py"); p.Project.Tree.IsFile(manage) {
		names = append(names, manage)
	}
	if p.Settings != nil && p.Settings.File != nil {
		names = append(names, p.Settings.File.Path)
	}
	return names
}
