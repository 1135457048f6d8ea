package deploy

import (
	"fmt"
	"reflect"
	"strings"
)

// tell writes a told value: nothing when nothing is said and nothing holds by default.
func tell[T any](b *strings.Builder, name string, t Told[T]) {
	switch {
	case !t.Said() && !t.Known:
	case !t.Known:
		fmt.Fprintf(b, " %s=?%q@%s", name, t.Written, place(t.At))
	case !t.Said():
		fmt.Fprintf(b, " %s=(%v)", name, t.Value)
	default:
		fmt.Fprintf(b, " %s=%v@%s", name, t.Value, place(t.At))
	}
}

func describeRunning(b *strings.Builder, p *Process) {
	line := func(head string, write func(b *strings.Builder)) {
		var rest strings.Builder
		write(&rest)
		if rest.Len() > 0 {
			fmt.Fprintf(b, "  %s%s\n", head, rest.String())
		}
	}
	for _, port := range p.Ports {
		line("port", func(b *strings.Builder) {
			tell(b, "container", port.Container)
			tell(b, "host", port.Host)
			tell(b, "address", port.Address)
			fmt.Fprintf(b, " %s published=%v %s %s", port.Protocol, port.Published, port.Through, place(port.At))
		})
	}
	for _, probe := range p.Probes {
		line("probe "+probe.Kind.String(), func(b *strings.Builder) {
			if probe.Disabled {
				b.WriteString(" disabled")
			}
			if r := probe.Request; r != nil {
				fmt.Fprintf(b, " GET %s host=%q given=%v follows=%v strict=%v", r.URL(), r.Host, r.HostGiven, r.Follows, r.Strict)
			}
			for _, c := range probe.Commands {
				fmt.Fprintf(b, " runs %q", c.Argv)
			}
			tell(b, "port", probe.Port)
			tell(b, "interval", probe.Interval)
			tell(b, "timeout", probe.Timeout)
			tell(b, "start", probe.StartPeriod)
			tell(b, "failures", probe.Failures)
			fmt.Fprintf(b, " %s", place(probe.At))
		})
	}
	line("resources", func(b *strings.Builder) {
		tell(b, "memory", p.Resources.MemoryLimit)
		tell(b, "memory-request", p.Resources.MemoryRequest)
		tell(b, "cpu", p.Resources.CPULimit)
		tell(b, "cpu-request", p.Resources.CPURequest)
	})
	if p.Restart.By != "" {
		fmt.Fprintf(b, "  restart %d by %s %s %q\n", p.Restart.Policy, p.Restart.By, place(p.Restart.At), p.Restart.Written)
	}
	line("runs as", func(b *strings.Builder) {
		tell(b, "user", p.User)
		tell(b, "non-root", p.NonRoot)
		tell(b, "privileged", p.Privileged)
		tell(b, "replicas", p.Replicas)
		tell(b, "grace", p.StopGrace)
		tell(b, "signal", p.StopSignal)
		tell(b, "host-network", p.HostNet)
		tell(b, "schedule", p.Schedule)
	})
	for _, v := range p.Volumes {
		fmt.Fprintf(b, "  volume %d %q path=%q -> %s read-only=%v %s\n", v.Kind, v.Source, v.Path, v.Target, v.ReadOnly, place(v.At))
	}
	line("logging", func(b *strings.Builder) {
		tell(b, "driver", p.Logging.Driver)
		for _, o := range p.Logging.Options {
			fmt.Fprintf(b, " %s=%s", o.Name, o.Value)
		}
	})
	if len(p.Names) > 0 {
		fmt.Fprintf(b, "  names %q\n", p.Names)
	}
	for _, d := range p.DependsOn {
		fmt.Fprintf(b, "  after %s %s %s\n", d.Name, d.Condition, place(d.At))
	}
	describeServer(b, p)
}

func describeServer(b *strings.Builder, p *Process) {
	s, ok := p.Server()
	if !ok {
		return
	}
	fmt.Fprintf(b, "  server %s %s", s.Program, s.App)
	for _, bind := range s.Binds {
		tell(b, "host", bind.Host)
		tell(b, "port", bind.Port)
		if bind.Socket != "" {
			fmt.Fprintf(b, " socket=%s", bind.Socket)
		}
	}
	v := reflect.ValueOf(*s)
	for i := range v.NumField() {
		switch t := v.Field(i).Interface().(type) {
		case Told[int]:
			tell(b, v.Type().Field(i).Name, t)
		case Told[bool]:
			tell(b, v.Type().Field(i).Name, t)
		case Told[string]:
			tell(b, v.Type().Field(i).Name, t)
		default:
			if v.Type().Field(i).Type.String() == "deploy.Told[time.Duration]" {
				text := &strings.Builder{}
				describeDuration(text, v.Type().Field(i).Name, v.Field(i))
				b.WriteString(text.String())
			}
		}
	}
	if s.Unread != "" {
		fmt.Fprintf(b, " unread: %s", s.Unread)
	}
	b.WriteString("\n")
}

func describeDuration(b *strings.Builder, name string, v reflect.Value) {
	known, value := v.FieldByName("Known").Bool(), v.FieldByName("Value").Interface()
	if known || v.FieldByName("Written").String() != "" {
		fmt.Fprintf(b, " %s=%v known=%v", name, value, known)
	}
}

func describeBuilds(b *strings.Builder, d *Deployment) {
	for _, s := range d.Services {
		fmt.Fprintf(b, "service %s: %s %s managed=%q hosts=%q production=%v %s", s.Name, s.Kind, s.Product, s.Managed, s.Hosts, s.Production, place(s.At))
		tell(b, "version", s.Version)
		if v, ok := s.DataVolume(); ok {
			fmt.Fprintf(b, " data=%s", v.Target)
		}
		fmt.Fprintf(b, " published=%d\n", len(s.Published()))
	}
	for _, p := range d.Proxies {
		describeProxy(b, p)
	}
	for _, build := range d.Builds {
		image, at := build.Target.BaseImage()
		fmt.Fprintf(b, "build %s in %s: from %s %s, ignore %q, production=%v foreign=%v because %s\n", build.Dockerfile.Path, build.Context, image.Written, place(at), build.IgnoreFile, build.Production, build.Foreign, build.Reason)
		for _, st := range build.Used() {
			fmt.Fprintf(b, "  stage %s from %s %s", st.Name, st.Base, place(st.At))
			tell(b, "user", st.User)
			b.WriteString("\n")
			for _, step := range st.Steps {
				fmt.Fprintf(b, "    step %d from=%q %q -> %s owner=%q secrets=%q as %q", step.Kind, step.From, step.Sources, step.Target, step.Owner, step.Secrets, step.User)
				for _, c := range step.Commands {
					fmt.Fprintf(b, " %q", c.Argv)
				}
				b.WriteString("\n")
			}
		}
	}
}

func describeProxy(b *strings.Builder, p *Proxy) {
	fmt.Fprintf(b, "proxy %s %s production=%v orphan=%v because %s\n", p.Program, p.File.Path, p.Production, p.Orphan, p.Reason)
	for _, f := range p.Files[1:] {
		fmt.Fprintf(b, "  with %s\n", f.Path)
	}
	for _, a := range p.Absent {
		fmt.Fprintf(b, "  lacks %s %s\n", a.Name, place(a.At))
	}
	for _, h := range p.Hosts {
		fmt.Fprintf(b, "  site %q default=%v %s", words2(h.Names), h.Default, place(h.At))
		for _, l := range h.Listens {
			fmt.Fprintf(b, " %s:%d tls=%v", l.Address, l.Port, l.TLS)
		}
		tell(b, "certificate", h.TLS.Certificate)
		fmt.Fprintf(b, " protocols=%q\n", words2(h.TLS.Protocols))
		for _, r := range append([]*Route{h.Site}, h.Routes...) {
			describeRoute(b, r)
		}
	}
}

func words2(list []Word) []string {
	var out []string
	for _, w := range list {
		out = append(out, w.Text)
	}
	return out
}

func describeRoute(b *strings.Builder, r *Route) {
	fmt.Fprintf(b, "    route %q %s", r.Pattern, place(r.At))
	if r.Backend != nil {
		var names []string
		for _, p := range r.Backend.Processes {
			names = append(names, p.Name)
		}
		fmt.Fprintf(b, " -> %s %q uri=%q unknown=%v processes %q", r.Backend.Protocol, r.Backend.Addresses, r.Backend.URI, r.Backend.Unknown, names)
	}
	tell(b, "files", r.Files)
	if r.Redirect != nil {
		fmt.Fprintf(b, " redirect %d %s conditional=%v", r.Redirect.Status, r.Redirect.To, r.Redirect.Conditional)
	}
	if r.Answer != 0 {
		fmt.Fprintf(b, " answers %d", r.Answer)
	}
	tell(b, "body", r.MaxBody)
	tell(b, "hides", r.HidesVersion)
	for _, set := range []struct {
		name string
		list []Header
	}{{"sends", r.RequestHeaders}, {"adds", r.ResponseHeaders}, {"drops", r.DroppedHeaders}} {
		for _, h := range set.list {
			fmt.Fprintf(b, " %s %s=%q", set.name, h.Name, h.Value)
		}
	}
	b.WriteString("\n")
}
