package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"gonogo/internal/deploy"
	"gonogo/internal/redact"
)

// This file says each part of a deployment in words.

// processName is what a process is called; one that a Dockerfile alone describes is called after it.
func processName(p *deploy.Process) string {
	if p.Runtime == deploy.InImage {
		return p.Build
	}
	return p.Name
}

func roleWord(r deploy.Role) string {
	switch r {
	case deploy.Web:
		return "web"
	case deploy.Worker:
		return "worker"
	case deploy.Beat:
		return "beat"
	case deploy.Release:
		return "release"
	case deploy.Periodic:
		return "periodic"
	}
	return "other"
}

// tellText is a told value in words, "" when nothing tells it and nothing holds by default.
func tellText[T any](t deploy.Told[T], word func(T) string) string {
	switch {
	case t.Known && t.Said():
		return word(t.Value)
	case t.Known:
		return word(t.Value) + " by default"
	case t.Written != "":
		return "unknown: " + redact.Text(t.Written)
	}
	return ""
}

func plainWord(s string) string { return s }

// bytesWord is a size in the largest unit that divides it.
func bytesWord(n int64) string {
	for _, u := range []struct {
		name string
		size int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if n >= u.size && n%u.size == 0 {
			return strconv.FormatInt(n/u.size, 10) + " " + u.name
		}
	}
	return strconv.FormatInt(n, 10) + " bytes"
}

func coresWord(f float64) string {
	if f == 1 {
		return "1 core"
	}
	return strconv.FormatFloat(f, 'g', 4, 64) + " cores"
}

func durationWord(d time.Duration) string {
	text := d.String()
	text = strings.TrimSuffix(text, "m0s")
	if text != d.String() {
		text += "m"
	}
	return text
}

// join joins what is not empty.
func join(separator string, parts ...string) string {
	kept := parts[:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, separator)
}

// prefixed is a text with a word before it, "" for no text.
func prefixed(word, text string) string {
	if text == "" {
		return ""
	}
	return word + " " + text
}

// processLines say what is known of a process.
func processLines(p *deploy.Process) []labelled {
	var out []labelled
	add := func(name, text string) {
		if text != "" {
			out = append(out, labelled{name, text})
		}
	}
	if main, ok := p.Main(); ok {
		add("command", commandText(main))
		for _, c := range p.Commands {
			if len(c.Argv) > 0 && &c.Argv[0] != &main.Argv[0] && !c.Conditional {
				when := "before"
				if c.Background {
					when = "beside"
				}
				add(when, commandText(c))
			}
		}
	} else {
		add("command", "that of the image "+p.Image)
	}
	add("settings", settingsOf(p))
	add("server", serverText(p))
	add("environment", environmentText(p))
	for _, port := range p.Ports {
		add("port", portText(port))
	}
	for _, probe := range p.Probes {
		add(probe.Kind.String(), probeText(probe))
	}
	r := p.Resources
	add("limits", join(", ", prefixed("memory", tellText(r.MemoryLimit, bytesWord)), tellText(r.CPULimit, coresWord)))
	add("requests", join(", ", prefixed("memory", tellText(r.MemoryRequest, bytesWord)), tellText(r.CPURequest, coresWord)))
	add("restart", restartText(p.Restart))
	add("user", tellText(p.User, plainWord))
	if p.Replicas.Said() {
		add("replicas", tellText(p.Replicas, strconv.Itoa))
	}
	for _, v := range p.Volumes {
		add("volume", volumeText(v))
	}
	if p.StopGrace.Said() {
		add("stops in", tellText(p.StopGrace, durationWord))
	}
	add("schedule", tellText(p.Schedule, plainWord))
	return out
}

// commandText is a command as it would be typed.
func commandText(c deploy.Command) string {
	text := redact.Text(strings.Join(c.Argv, " "))
	if c.User != "" {
		text += " (as " + c.User + ")"
	}
	return text
}

// settingsOf is the settings module that the process is told to use.
func settingsOf(p *deploy.Process) string {
	v, ok := p.Lookup("DJANGO_SETTINGS_MODULE")
	switch {
	case !ok:
		return ""
	case !v.Given:
		return "DJANGO_SETTINGS_MODULE, given from elsewhere"
	}
	return v.Value + ", " + place(v.At)
}

func serverText(p *deploy.Process) string {
	s, ok := p.Server()
	if !ok {
		return ""
	}
	var binds []string
	for _, b := range s.Binds {
		if b.Socket != "" {
			binds = append(binds, "unix:"+b.Socket)
			continue
		}
		port := strconv.Itoa(b.Port.Value)
		if !b.Port.Known {
			port = b.Port.Written
		}
		host := b.Host.Value
		if !b.Host.Known {
			host = b.Host.Written
		}
		if host == "" {
			host = "0.0.0.0"
		}
		binds = append(binds, host+":"+port)
	}
	text := join(", ", s.Program, prefixed("on", strings.Join(binds, ", ")), prefixed("workers", tellText(s.Workers, strconv.Itoa)), prefixed("threads", tellText(s.Threads, strconv.Itoa)),
		prefixed("class", tellText(s.WorkerClass, plainWord)), prefixed("timeout", tellText(s.Timeout, durationWord)), prefixed("graceful", tellText(s.GracefulTimeout, durationWord)))
	if s.Unread != "" {
		text += "; not all is known: " + s.Unread
	}
	return text
}

// environmentText names the variables; values of secrets are left out.
func environmentText(p *deploy.Process) string {
	var out []string
	seen := map[string]bool{"DJANGO_SETTINGS_MODULE": true}
	for i := len(p.Env) - 1; i >= 0; i-- {
		v := p.Env[i]
		if seen[v.Name] {
			continue
		}
		seen[v.Name] = true
		out = append(out, variableText(v))
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	for _, from := range p.EnvFrom {
		if !from.Read {
			out = append(out, "and what "+from.Name+" holds")
		}
	}
	return strings.Join(out, ", ")
}

// maxShownValue is how many characters of a variable's value are shown.
const maxShownValue = 40

func variableText(v deploy.Variable) string {
	switch {
	case !v.Given:
		return v.Name + " (given from elsewhere)"
	case redact.MayHoldSecret(v.Name) || redact.HasPassword(v.Value):
		return v.Name + " (hidden)"
	}
	value := redact.Text(strings.Join(strings.Fields(v.Value), " "))
	if r := []rune(value); len(r) > maxShownValue {
		value = string(r[:maxShownValue]) + "..."
	}
	return v.Name + "=" + value
}

func portText(p deploy.Port) string {
	text := "any"
	if p.Container.Known {
		text = strconv.Itoa(p.Container.Value)
	} else if p.Container.Written != "" {
		text = p.Container.Written
	}
	if p.Protocol != "tcp" {
		text += "/" + p.Protocol
	}
	if !p.Published {
		return text
	}
	text += ", published"
	if p.Through != "" {
		text += " through " + p.Through
	}
	address := tellText(p.Address, plainWord)
	host := tellText(p.Host, strconv.Itoa)
	switch {
	case address != "" && host != "":
		text += " on " + address + ":" + host
	case host != "":
		text += " on all addresses, port " + host
	}
	return text
}

func probeText(p deploy.Probe) string {
	if p.Disabled {
		return "turned off"
	}
	text := ""
	switch {
	case p.Request != nil && p.Request.Host == "":
		port := ""
		if p.Request.Port.Known {
			port = ":" + strconv.Itoa(p.Request.Port.Value)
		}
		text = "GET " + p.Request.Path + " over " + p.Request.Scheme + prefixed("", port)
	case p.Request != nil:
		text = "GET " + p.Request.URL()
	case len(p.Commands) > 0:
		text = commandText(p.Commands[len(p.Commands)-1])
	case p.Port.Said():
		text = "opens port " + tellText(p.Port, strconv.Itoa)
	}
	return join(", ", text, prefixed("every", tellText(p.Interval, durationWord)), prefixed("within", tellText(p.Timeout, durationWord)), prefixed("failures", tellText(p.Failures, strconv.Itoa)))
}

func restartText(r deploy.Restart) string {
	word := map[deploy.RestartPolicy]string{deploy.RestartAlways: "always", deploy.RestartOnFailure: "on failure", deploy.RestartNever: "never"}[r.Policy]
	switch {
	case word != "" && r.By != "":
		return word + ", by " + r.By
	case r.Written != "":
		return "unknown: " + r.Written
	}
	return word
}

func volumeText(v deploy.Volume) string {
	kind := map[deploy.VolumeKind]string{deploy.BindMount: "host", deploy.NamedVolume: "volume", deploy.AnonymousVolume: "lost with the container", deploy.MemoryVolume: "in memory",
		deploy.ConfigVolume: "configuration", deploy.SecretVolume: "secret"}[v.Kind]
	text := v.Target
	if v.Source != "" {
		text = v.Source + " at " + v.Target
	}
	if v.ReadOnly {
		kind += ", read only"
	}
	return text + " (" + kind + ")"
}

func proxyLines(p *deploy.Proxy) []labelled {
	var out []labelled
	for _, h := range p.Hosts {
		var listens, names []string
		for _, l := range h.Listens {
			text := l.Address
			if l.Port != 0 {
				text = strconv.Itoa(l.Port)
				if l.Address != "*" {
					text = l.Address + ":" + text
				}
			}
			if l.TLS {
				text += " TLS"
			}
			listens = append(listens, text)
		}
		for _, n := range h.Names {
			names = append(names, n.Text)
		}
		text := join(" ", "listens on", strings.Join(listens, ", "), prefixed("for", strings.Join(names, ", ")))
		if h.Default {
			text += ", the default"
		}
		out = append(out, labelled{"site", text})
		for _, r := range append([]*deploy.Route{h.Site}, h.Routes...) {
			if line := routeText(r); line != "" {
				out = append(out, labelled{"", line})
			}
		}
	}
	for _, a := range p.Absent {
		out = append(out, labelled{"lacks", a.Name + ", " + place(a.At)})
	}
	return out
}

// routeText says where a route leads; "" for one that only serves what is around it.
func routeText(r *deploy.Route) string {
	pattern := r.Pattern
	if pattern == "" {
		pattern = "all"
	}
	switch {
	case r.Backend != nil:
		return pattern + " -> " + backendText(r.Backend) + bodyText(r)
	case r.Redirect != nil && r.Redirect.Conditional:
		return fmt.Sprintf("%s -> %d %s under a condition", pattern, r.Redirect.Status, r.Redirect.To)
	case r.Redirect != nil:
		return fmt.Sprintf("%s -> %d %s", pattern, r.Redirect.Status, r.Redirect.To)
	case r.Answer != 0:
		return fmt.Sprintf("%s -> answers %d", pattern, r.Answer)
	case r.Pattern != "" && r.Files.Said():
		return pattern + " -> files of " + tellText(r.Files, plainWord)
	}
	return ""
}

func backendText(b *deploy.Backend) string {
	text := strings.Join(b.Addresses, ", ")
	if text == "" {
		text = b.Written
	}
	var names []string
	for _, p := range b.Processes {
		names = append(names, p.Name)
	}
	if len(names) > 0 {
		text += " (" + strings.Join(names, ", ") + ")"
	}
	return text
}

func serviceLines(s *deploy.Service) []labelled {
	out := []labelled{{"product", join(" ", s.Product, tellText(s.Version, plainWord))}}
	if s.Managed != "" {
		return append(out, labelled{"runs at", s.Managed})
	}
	if len(s.Hosts) > 0 {
		out = append(out, labelled{"reached as", strings.Join(s.Hosts, ", ")})
	}
	for _, p := range s.Published() {
		out = append(out, labelled{"port", portText(p)})
	}
	if v, ok := s.DataVolume(); ok {
		out = append(out, labelled{"data", volumeText(v)})
	}
	return append(out, labelled{"restart", restartText(s.Process.Restart)})
}

func buildName(b *deploy.Build) string {
	if b.Target.Name != "" {
		return b.Dockerfile.Path + ", stage " + b.Target.Name
	}
	return b.Dockerfile.Path
}

func buildLines(b *deploy.Build) []labelled {
	image, at := b.Target.BaseImage()
	out := []labelled{{"base", image.Written + ", " + place(at)}}
	if len(b.Stages) > 1 {
		var names []string
		for _, s := range b.Used() {
			if s.Name != "" {
				names = append(names, s.Name)
			}
		}
		out = append(out, labelled{"stages", strings.Join(names, ", ")})
	}
	user := tellText(b.Target.User, plainWord)
	if user == "" {
		user = "that of the base image"
	}
	out = append(out, labelled{"user", user})
	ignore := "no .dockerignore"
	if b.IgnoreFile != "" {
		ignore = b.IgnoreFile
	}
	return append(out, labelled{"leaves out", ignore})
}

// bodyText says how large a request a route takes; "" where it has no limit and none is written.
func bodyText(r *deploy.Route) string {
	switch {
	case !r.MaxBody.Known || r.MaxBody.Value > 0:
		return prefixed(", body up to", tellText(r.MaxBody, bytesWord))
	case r.MaxBody.Said():
		return ", body without limit"
	}
	return ""
}
