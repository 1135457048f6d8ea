package report

import (
	"fmt"
	"io"
	"strings"

	"gonogo/internal/deploy"
)

// Deployment is what is shown of a project's deployment.
type Deployment struct {
	*deploy.Deployment
	// Settings is the module of the production settings and why it is; "" when it was not found.
	Settings, SettingsReason string
	// Ways are the descriptions that start the site with settings of their own, where there are several.
	Ways []string
	// All lists what is not of production, too.
	All bool
}

// processes are those to show: of production, or all.
func (d Deployment) processes() []*deploy.Process {
	services := map[*deploy.Process]bool{}
	for _, s := range d.Services {
		services[s.Process] = true
	}
	var out []*deploy.Process
	for _, p := range d.Processes {
		if (p.Production || d.All) && !services[p] {
			out = append(out, p)
		}
	}
	return out
}

func (d Deployment) services() []*deploy.Service {
	var out []*deploy.Service
	for _, s := range d.Services {
		if (s.Production || d.All) && s.Kind != deploy.Proxying {
			out = append(out, s)
		}
	}
	return out
}

func (d Deployment) proxies() []*deploy.Proxy {
	var out []*deploy.Proxy
	for _, p := range d.Proxies {
		if p.Production || d.All {
			out = append(out, p)
		}
	}
	return out
}

func (d Deployment) builds() []*deploy.Build {
	var out []*deploy.Build
	for _, b := range d.Builds {
		if b.Production || d.All {
			out = append(out, b)
		}
	}
	return out
}

// leftOut are the artefacts that are not production's, each once with the reason.
func (d Deployment) leftOut() []labelled {
	var out []labelled
	seen := map[string]bool{}
	for _, p := range d.Processes {
		file, _, _ := strings.Cut(p.Artefact, ",")
		if p.Production || seen[file+p.Reason] {
			continue
		}
		seen[file+p.Reason] = true
		out = append(out, labelled{file, p.Reason})
	}
	for _, p := range d.Proxies {
		if !p.Production && !seen[p.File.Path+p.Reason] {
			seen[p.File.Path+p.Reason] = true
			out = append(out, labelled{p.File.Path, p.Reason})
		}
	}
	return out
}

// labelled is one line of what is told: what it is about, and what it is.
type labelled struct{ name, text string }

// DeploymentText writes the deployment for a person: the drawing, then each part.
func DeploymentText(w io.Writer, d Deployment, style Style) error {
	p := newPrinter(w, style)
	if len(d.processes())+len(d.proxies())+len(d.services()) == 0 {
		p.paragraph("", 0, "", "No file of production that starts anything was found: no Dockerfile, Compose file, Kubernetes manifest, Procfile, systemd unit, supervisor program or platform file.")
	} else {
		for _, l := range drawing(d) {
			p.line("%s", printable(l))
		}
	}
	if d.Settings != "" {
		p.line("")
		p.paragraph("Settings  ", 10, "          ", printable(d.Settings+": "+d.SettingsReason))
		if len(d.Ways) > 0 {
			p.paragraph("          ", 10, "          ", printable("each of these starts the site, and is judged with the settings that it gives: "+strings.Join(d.Ways, ", ")))
		}
	}
	section := func(title string) {
		p.line("")
		p.line("%s", p.paint(bold, title))
	}
	part := func(head, where string, lines []labelled) {
		p.line("  %s  %s", p.paint(bold, printable(head)), p.paint(dim, printable(where)))
		for _, l := range lines {
			p.paragraph(fmt.Sprintf("    %-11s ", l.name), 16, strings.Repeat(" ", 16), printable(l.text))
		}
	}
	if list := d.processes(); len(list) > 0 {
		section("Processes")
		for _, x := range list {
			part(processName(x)+" ("+roleWord(x.Role)+")", x.Artefact, processLines(x))
		}
	}
	if list := d.proxies(); len(list) > 0 {
		section("Proxies")
		for _, x := range list {
			part(x.Program, x.File.Path, proxyLines(x))
		}
	}
	if list := d.services(); len(list) > 0 {
		section("Services")
		for _, x := range list {
			part(x.Name+" ("+x.Kind.String()+")", x.Artefact, serviceLines(x))
		}
	}
	if list := d.builds(); len(list) > 0 {
		section("Images")
		for _, x := range list {
			part(buildName(x), x.Context, buildLines(x))
		}
	}
	if list := d.leftOut(); len(list) > 0 && !d.All {
		section("Not production (--all shows them)")
		for _, l := range list {
			p.paragraph("  ", 2, "    ", printable(l.name+": "+l.text))
		}
	}
	return p.flush()
}

// DeploymentMarkdown writes the deployment for a document.
func DeploymentMarkdown(w io.Writer, d Deployment) error {
	p := newPrinter(w, Style{})
	cell := func(s string) string { return strings.ReplaceAll(printable(s), "|", `\|`) }
	p.line("```")
	for _, l := range drawing(d) {
		p.line("%s", printable(l))
	}
	p.line("```")
	part := func(title, where string, lines []labelled) {
		p.line("")
		p.line("### %s", cell(title))
		p.line("")
		p.line("| | |")
		p.line("|---|---|")
		p.line("| from | %s |", cell(where))
		for _, l := range lines {
			p.line("| %s | %s |", l.name, cell(l.text))
		}
	}
	if list := d.processes(); len(list) > 0 {
		p.line("\n## Processes")
		for _, x := range list {
			part(processName(x)+" ("+roleWord(x.Role)+")", x.Artefact, processLines(x))
		}
	}
	if list := d.proxies(); len(list) > 0 {
		p.line("\n## Proxies")
		for _, x := range list {
			part(x.Program, x.File.Path, proxyLines(x))
		}
	}
	if list := d.services(); len(list) > 0 {
		p.line("\n## Services")
		for _, x := range list {
			part(x.Name+" ("+x.Kind.String()+")", x.Artefact, serviceLines(x))
		}
	}
	if list := d.builds(); len(list) > 0 {
		p.line("\n## Images")
		for _, x := range list {
			part(buildName(x), x.Context, buildLines(x))
		}
	}
	return p.flush()
}
