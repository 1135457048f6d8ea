package report

import (
	"io"
	"strings"
	"time"

	"gonogo/internal/deploy"
	"gonogo/internal/redact"
)

// jsonTold is a value that an artefact tells: known, or as it is written; at is null for a default.
type jsonTold struct {
	Value   any        `json:"value"`
	Known   bool       `json:"known"`
	Written string     `json:"written,omitempty"`
	At      *jsonPlace `json:"at"`
}

func toldJSON[T any](t deploy.Told[T], word func(T) any) *jsonTold {
	if !t.Said() && !t.Known && t.Written == "" {
		return nil
	}
	out := &jsonTold{Known: t.Known, Written: redact.Text(t.Written)}
	if t.Known {
		out.Value = t.Value
		if word != nil {
			out.Value = word(t.Value)
		}
	}
	if t.Said() {
		at := encodePlace(t.At)
		out.At = &at
	}
	return out
}

// DeploymentJSON writes the deployment for programs: all of it, with what is production marked.
func DeploymentJSON(w io.Writer, d Deployment) error {
	processes, services, proxies, builds := []ordered{}, []ordered{}, []ordered{}, []ordered{}
	for _, p := range d.Processes {
		processes = append(processes, processJSON(p))
	}
	for _, s := range d.Services {
		services = append(services, serviceJSON(s))
	}
	for _, p := range d.Proxies {
		proxies = append(proxies, proxyJSON(p))
	}
	for _, b := range d.Builds {
		builds = append(builds, buildJSON(b))
	}
	return encode(w, ordered{{"schema", Schema}, {"settings", d.Settings}, {"settings_reason", d.SettingsReason}, {"ways", append([]string{}, d.Ways...)}, {"processes", processes}, {"proxies", proxies}, {"services", services}, {"builds", builds}})
}

func processJSON(p *deploy.Process) ordered {
	commands := [][]string{}
	for _, c := range p.Commands {
		commands = append(commands, redacted(c.Argv))
	}
	var main []string
	if c, ok := p.Main(); ok {
		main = redacted(c.Argv)
	}
	env, ports, probes, volumes := []ordered{}, []ordered{}, []ordered{}, []ordered{}
	for _, v := range p.Env {
		value := any(nil)
		if v.Given && !redact.MayHoldSecret(v.Name) {
			value = redact.Text(v.Value)
		}
		env = append(env, ordered{{"name", v.Name}, {"given", v.Given}, {"value", value}, {"at", encodePlace(v.At)}})
	}
	for _, port := range p.Ports {
		ports = append(ports, ordered{{"container", toldJSON(port.Container, nil)}, {"host", toldJSON(port.Host, nil)}, {"address", toldJSON(port.Address, nil)}, {"protocol", port.Protocol},
			{"published", port.Published}, {"through", port.Through}, {"at", encodePlace(port.At)}})
	}
	for _, probe := range p.Probes {
		probes = append(probes, probeJSON(probe))
	}
	for _, v := range p.Volumes {
		volumes = append(volumes, ordered{{"source", v.Source}, {"target", v.Target}, {"read_only", v.ReadOnly}, {"persistent", v.Persistent()}, {"at", encodePlace(v.At)}})
	}
	settings := ""
	if v, ok := p.Lookup("DJANGO_SETTINGS_MODULE"); ok && v.Given {
		settings = v.Value
	}
	return ordered{
		{"name", p.Name}, {"role", roleWord(p.Role)}, {"artefact", p.Artefact}, {"production", p.Production}, {"reason", p.Reason}, {"at", encodePlace(p.At)},
		{"command", list(main)}, {"commands", commands}, {"settings", settings}, {"environment", env}, {"image", p.Image}, {"build", p.Build}, {"server", serverJSON(p)},
		{"ports", ports}, {"probes", probes}, {"memory_limit", toldJSON(p.Resources.MemoryLimit, nil)}, {"memory_request", toldJSON(p.Resources.MemoryRequest, nil)},
		{"cpu_limit", toldJSON(p.Resources.CPULimit, nil)}, {"cpu_request", toldJSON(p.Resources.CPURequest, nil)}, {"restart", restartText(p.Restart)}, {"user", toldJSON(p.User, nil)},
		{"replicas", toldJSON(p.Replicas, nil)}, {"volumes", volumes}, {"stop_grace_seconds", toldJSON(p.StopGrace, seconds)},
		{"schedule", toldJSON(p.Schedule, nil)},
	}
}

func redacted(argv []string) []string {
	out := make([]string, len(argv))
	for i, a := range argv {
		out[i] = redact.Text(a)
	}
	return out
}

func probeJSON(p deploy.Probe) ordered {
	url, host := "", ""
	if p.Request != nil {
		url, host = p.Request.URL(), p.Request.Host
	}
	return ordered{{"kind", p.Kind.String()}, {"request", url}, {"host", host}, {"disabled", p.Disabled}, {"interval_seconds", toldJSON(p.Interval, seconds)},
		{"timeout_seconds", toldJSON(p.Timeout, seconds)}, {"failures", toldJSON(p.Failures, nil)}, {"at", encodePlace(p.At)}}
}

func serverJSON(p *deploy.Process) any {
	s, ok := p.Server()
	if !ok {
		return nil
	}
	binds := []ordered{}
	for _, b := range s.Binds {
		binds = append(binds, ordered{{"host", toldJSON(b.Host, nil)}, {"port", toldJSON(b.Port, nil)}, {"socket", b.Socket}})
	}
	return ordered{
		{"program", s.Program}, {"application", s.App}, {"binds", binds}, {"workers", toldJSON(s.Workers, nil)}, {"threads", toldJSON(s.Threads, nil)}, {"worker_class", toldJSON(s.WorkerClass, nil)},
		{"timeout_seconds", toldJSON(s.Timeout, seconds)}, {"graceful_timeout_seconds", toldJSON(s.GracefulTimeout, seconds)}, {"keep_alive_seconds", toldJSON(s.KeepAlive, seconds)},
		{"max_requests", toldJSON(s.MaxRequests, nil)}, {"max_requests_jitter", toldJSON(s.MaxRequestsJitter, nil)}, {"forwarded_allow_ips", toldJSON(s.ForwardedAllowIPs, nil)},
		{"proxy_headers", toldJSON(s.ProxyHeaders, nil)}, {"unknown", s.Unread},
	}
}

func serviceJSON(s *deploy.Service) ordered {
	persistent := s.Managed != ""
	if _, ok := s.DataVolume(); ok {
		persistent = true
	}
	return ordered{{"name", s.Name}, {"kind", s.Kind.String()}, {"product", s.Product}, {"version", toldJSON(s.Version, nil)}, {"managed", s.Managed}, {"hosts", list(s.Hosts)},
		{"published", len(s.Published()) > 0}, {"persistent", persistent}, {"artefact", s.Artefact}, {"production", s.Production}, {"reason", s.Reason}, {"at", encodePlace(s.At)}}
}

func proxyJSON(p *deploy.Proxy) ordered {
	files, absent, sites := []string{}, []string{}, []ordered{}
	for _, f := range p.Files {
		files = append(files, f.Path)
	}
	for _, a := range p.Absent {
		absent = append(absent, a.Name)
	}
	for _, h := range p.Hosts {
		names, listens, routes := []string{}, []ordered{}, []ordered{}
		for _, n := range h.Names {
			names = append(names, n.Text)
		}
		for _, l := range h.Listens {
			listens = append(listens, ordered{{"address", l.Address}, {"port", l.Port}, {"tls", l.TLS}})
		}
		for _, r := range append([]*deploy.Route{h.Site}, h.Routes...) {
			routes = append(routes, routeJSON(r))
		}
		sites = append(sites, ordered{{"names", names}, {"listens", listens}, {"default", h.Default}, {"routes", routes}, {"at", encodePlace(h.At)}})
	}
	return ordered{{"program", p.Program}, {"files", files}, {"lacks", absent}, {"production", p.Production}, {"reason", p.Reason}, {"sites", sites}}
}

func routeJSON(r *deploy.Route) ordered {
	var backend any
	if r.Backend != nil {
		names := []string{}
		for _, p := range r.Backend.Processes {
			names = append(names, p.Name)
		}
		backend = ordered{{"protocol", r.Backend.Protocol}, {"addresses", list(r.Backend.Addresses)}, {"processes", names}, {"unknown", r.Backend.Unknown}}
	}
	redirect := ""
	if r.Redirect != nil {
		redirect = r.Redirect.To
	}
	headers := func(list []deploy.Header) []string {
		out := []string{}
		for _, h := range list {
			out = append(out, strings.TrimSpace(h.Name+": "+redact.Text(h.Value)))
		}
		return out
	}
	return ordered{{"pattern", r.Pattern}, {"backend", backend}, {"files", toldJSON(r.Files, nil)}, {"redirect", redirect}, {"max_body_bytes", toldJSON(r.MaxBody, nil)},
		{"request_headers", headers(r.RequestHeaders)}, {"response_headers", headers(r.ResponseHeaders)}, {"dropped_headers", headers(r.DroppedHeaders)}, {"at", encodePlace(r.At)}}
}

func buildJSON(b *deploy.Build) ordered {
	image, _ := b.Target.BaseImage()
	stages := []string{}
	for _, s := range b.Used() {
		stages = append(stages, s.Name)
	}
	return ordered{{"dockerfile", b.Dockerfile.Path}, {"context", b.Context}, {"target", b.Target.Name}, {"base", image.Written}, {"stages", stages}, {"user", toldJSON(b.Target.User, nil)},
		{"ignore_file", b.IgnoreFile}, {"production", b.Production}, {"reason", b.Reason}}
}

// seconds is a span of time as a number.
func seconds(d time.Duration) any { return d.Seconds() }
