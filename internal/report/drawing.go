package report

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"gonogo/internal/deploy"
)

// branch is a node of the drawing.
type branch struct {
	text     string
	children []*branch
}

func (b *branch) add(format string, args ...any) *branch {
	child := &branch{text: fmt.Sprintf(format, args...)}
	b.children = append(b.children, child)
	return child
}

// collapse joins branches of the same text and without branches of their own: variants of a deployment repeat themselves.
func (b *branch) collapse() {
	var kept []*branch
	count := map[string]int{}
	for _, c := range b.children {
		c.collapse()
		if count[c.text]++; count[c.text] == 1 || len(c.children) > 0 {
			kept = append(kept, c)
		}
	}
	for _, c := range kept {
		if n := count[c.text]; n > 1 && len(c.children) == 0 {
			c.text = fmt.Sprintf("%s  (%d times)", c.text, n)
		}
	}
	b.children = kept
}

// draw writes a branch and those below it with lines of the box drawing characters.
func (b *branch) draw(prefix string) []string {
	var out []string
	for i, c := range b.children {
		tick, below := "├─ ", "│  "
		if i == len(b.children)-1 {
			tick, below = "└─ ", "   "
		}
		out = append(out, prefix+tick+c.text)
		out = append(out, c.draw(prefix+below)...)
	}
	return out
}

// drawing is the deployment as a tree: what can be reached from outside, through what, and what stands behind it.
func drawing(d Deployment) []string {
	root := &branch{}
	internet := root.add("internet")
	drawProxies(internet, d)
	drawPublished(internet, d)
	if len(internet.children) == 0 {
		internet.text = "internet (nothing in the repository says how it reaches the application)"
	}
	drawProcesses(root, d)
	root.collapse()
	var out []string
	for _, c := range root.children {
		out = append(out, c.text)
		out = append(out, c.draw("")...)
	}
	return out
}

// drawProxies draws each port of a proxy with its sites and their routes.
func drawProxies(at *branch, d Deployment) {
	for _, p := range d.proxies() {
		where := p.File.Path
		if p.Process != nil {
			where = processName(p.Process) + ", " + where
		}
		node := at.add("%s (%s)", p.Program, where)
		for _, h := range p.Hosts {
			var names, listens []string
			for _, n := range h.Names {
				names = append(names, n.Text)
			}
			for _, l := range h.Listens {
				text := l.Address
				if l.Port != 0 {
					text = ":" + strconv.Itoa(l.Port)
				}
				if l.TLS {
					text += " TLS"
				}
				if !slices.Contains(listens, text) {
					listens = append(listens, text)
				}
			}
			site := node.add("%s", join(" ", strings.Join(listens, ", "), strings.Join(names, " ")))
			for _, r := range append([]*deploy.Route{h.Site}, h.Routes...) {
				if line := routeLine(r); line != "" {
					site.add("%s", line)
				}
			}
		}
	}
}

// routeLine is where a route leads, in short.
func routeLine(r *deploy.Route) string {
	pattern := r.Pattern
	if pattern == "" {
		pattern = "*"
	}
	switch {
	case r.Backend != nil:
		return pattern + "  ->  " + backendText(r.Backend)
	case r.Redirect != nil && !r.Redirect.Conditional:
		return fmt.Sprintf("%s  ->  redirect to %s", pattern, r.Redirect.To)
	case r.Pattern != "" && r.Files.Known:
		return pattern + "  ->  files " + r.Files.Value
	}
	return ""
}

// drawPublished draws the processes and services whose ports are published beside the proxies.
func drawPublished(at *branch, d Deployment) {
	proxies := map[*deploy.Process]bool{}
	for _, p := range d.Proxies {
		proxies[p.Process] = true
	}
	var list []*deploy.Process
	list = append(list, d.processes()...)
	for _, s := range d.Services {
		if (s.Production || d.All) && s.Process != nil {
			list = append(list, s.Process)
		}
	}
	for _, p := range list {
		if proxies[p] {
			continue
		}
		for _, port := range p.Publishes() {
			if !port.Loopback() {
				at.add("%s  ->  %s", portName(port), processName(p))
			}
		}
	}
}

func portName(p deploy.Port) string {
	name := "any port"
	switch {
	case p.Host.Known:
		name = ":" + strconv.Itoa(p.Host.Value)
	case p.Host.Written != "":
		name = ":" + p.Host.Written
	case p.Container.Known:
		name = ":" + strconv.Itoa(p.Container.Value)
	}
	if p.Through != "" {
		name += " (" + p.Through + ")"
	}
	return name
}

// drawProcesses draws the processes by role, and the services beside them.
func drawProcesses(root *branch, d Deployment) {
	byRole := map[string][]string{}
	var roles []string
	for _, p := range d.processes() {
		role := roleWord(p.Role)
		text := processName(p)
		if main, ok := p.Main(); ok {
			text += "  " + cutShort(commandText(main), 60)
		}
		if p.Schedule.Known {
			text += "  (" + p.Schedule.Value + ")"
		}
		if p.Replicas.Known && p.Replicas.Value > 1 {
			text += "  x " + strconv.Itoa(p.Replicas.Value)
		}
		if byRole[role] == nil {
			roles = append(roles, role)
		}
		byRole[role] = append(byRole[role], text)
	}
	order := map[string]int{"web": 1, "worker": 2, "beat": 3, "release": 4, "periodic": 5, "other": 6}
	sort.SliceStable(roles, func(i, j int) bool { return order[roles[i]] < order[roles[j]] })
	for _, role := range roles {
		node := root.add("%s", role)
		for _, text := range byRole[role] {
			node.add("%s", text)
		}
	}
	if services := d.services(); len(services) > 0 {
		node := root.add("services")
		for _, s := range services {
			text := join(" ", s.Name, s.Kind.String(), s.Product, s.Version.Value)
			if s.Managed != "" {
				text += " (run by " + s.Managed + ")"
			}
			node.add("%s", text)
		}
	}
}

// cutShort cuts a text to a number of characters.
func cutShort(text string, limit int) string {
	if r := []rune(text); len(r) > limit {
		return string(r[:limit-3]) + "..."
	}
	return text
}
