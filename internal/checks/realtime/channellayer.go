package realtime

import (
	"fmt"
	"net/url"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

const layerFiles = `from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

application = ProtocolTypeRouter({"http": get_asgi_application()})
`

func layerExample(note, settings string) check.Example {
	return check.Project(note, "settings.py", settings, "shop/__init__.py", "", "shop/asgi.py", layerFiles,
		"requirements.txt", "Django==5.2.8\nchannels==4.2.2\nchannels-redis==4.2.1\n")
}

func channelLayer() check.Check {
	return check.Check{
		ID: "realtime/channel-layer", Severity: check.Critical, Source: answerChannelLayer,
		Doc: check.Doc{
			Title: "The channel layer is shared by all processes",
			Why: `The layer carries messages between the processes of a site: one handles the request that posts a chat message, another holds the reader's socket. The in-memory layer stays inside one process, so with two of them half of the readers get nothing, and a worker or a management command reaches nobody. Nothing fails; messages are just missing.

A Redis layer without a host means localhost, which in a container is the container itself.`,
			Fix:    "Use channels_redis and read its address from a variable: `CHANNEL_LAYERS = {\"default\": {\"BACKEND\": \"channels_redis.core.RedisChannelLayer\", \"CONFIG\": {\"hosts\": [os.environ[\"REDIS_URL\"]]}}}`.",
			Verify: "In `python manage.py shell`: `from channels.layers import get_channel_layer; print(get_channel_layer())` prints `RedisChannelLayer(hosts=[...])` with the production host.",
			Bad: []check.Example{
				layerExample("Messages stay in the process.", `CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
`),
			},
			Good: []check.Example{
				layerExample("Redis, from outside.", `import os

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [os.environ["REDIS_URL"]]},
    },
}
`),
			},
			References: []check.Reference{
				check.See("Channels: channel layers", check.ChannelsDocs+"topics/channel_layers.html"),
				check.See("channels_redis", "https://github.com/django/channels_redis#usage"),
			},
			Triggers: []string{
				"the in-memory layer",
				"a Redis layer whose host is localhost by default, or a literal",
			},
		},
	}
}

func answerChannelLayer(p *check.SourcePass) check.Answer {
	switch has, _ := p.Project.Has(project.Channels); has {
	case eval.No:
		return check.Absent("the project does not use Channels")
	case eval.Maybe:
		return check.Unclear("whether the project uses Channels is not known: not all of its code could be read")
	}
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		s := w.Get("CHANNEL_LAYERS")
		if !s.Value.IsUnknown() && (!s.Set || s.Value.Truth() == eval.No) {
			return check.Absent("CHANNEL_LAYERS is not set, so no process sends messages to another")
		}
		if s.Value.Kind() != eval.Dict {
			return check.Unclear(check.Doubt(w, s))
		}
		var findings []check.Finding
		var doubts []string
		for _, e := range s.Value.Entries() {
			f, why := judgeLayer(p, s, e)
			if f.Message != "" {
				findings = append(findings, f)
			}
			if why != "" {
				doubts = append(doubts, why)
			}
		}
		if s.Value.IsOpen() && len(doubts) == 0 {
			doubts = append(doubts, check.Doubt(w, s))
		}
		return check.Gather(findings, doubts, "the channel layer is shared, and its address comes from outside")
	}, "CHANNEL_LAYERS")
}

func judgeLayer(p *check.SourcePass, s django.Setting, e eval.Entry) (check.Finding, string) {
	alias, _ := e.Key.AsStr()
	name := layerName(alias)
	backend := e.Value.Get("BACKEND")
	class, ok := backend.AsStr()
	if !ok {
		return check.Finding{}, name + " is not known: " + e.Value.Reason() + backend.Reason()
	}
	at := spot(s, e.Value, backend)
	switch {
	case strings.HasSuffix(class, "InMemoryChannelLayer"):
		return check.Finding{
			Severity: check.Critical, At: at, Fix: `"BACKEND": "channels_redis.core.RedisChannelLayer"`,
			Message: fmt.Sprintf("%s is the in-memory layer%s, whose messages never leave the process that sends them; use channels_redis", name, missingFor(p, alias, backend)),
		}, ""
	case strings.Contains(class, "redis"):
		return judgeHosts(p, s, alias, e.Value)
	}
	return check.Finding{}, ""
}

// judgeHosts judges CONFIG hosts of channels_redis: an address, a (host, port) pair or a dictionary each. Without it the layer
// takes localhost (channels_redis/utils.py, decode_hosts).
func judgeHosts(p *check.SourcePass, s django.Setting, alias string, layer eval.Value) (check.Finding, string) {
	name, hosts := layerName(alias), layer.Get("CONFIG", "hosts")
	f := check.Finding{Severity: check.Recommended, At: spot(s, layer, hosts), Fix: `"CONFIG": {"hosts": [os.environ["REDIS_URL"]]}`}
	if !hosts.IsValid() {
		f.Severity = severityOfLocal(p)
		f.Message = name + " names no host, so the layer looks for Redis on localhost; read its address from a variable"
		return f, ""
	}
	if hosts.IsUnknown() {
		if fromOutside(hosts) {
			return check.Finding{}, ""
		}
		return check.Finding{}, name + " has hosts that are not known: " + hosts.Reason()
	}
	for _, h := range hosts.Elems() {
		if h.IsUnknown() && !fromOutside(h) {
			return check.Finding{}, name + " has a host that is not known: " + h.Reason()
		}
		host, at, ok := hostName(h)
		if !ok || service(p, host) {
			continue
		}
		local := host == "localhost" || host == "::1" || strings.HasPrefix(host, "127.")
		note := check.EnvNote(h)
		if note == "" {
			note = check.WhenMissing(p.Settings, func(w *django.World) eval.Tri {
				other := w.Get("CHANNEL_LAYERS").Value
				return check.If(other.Kind() == eval.Dict && eval.Equal(other.Get(alias, "CONFIG", "hosts"), hosts))
			})
		}
		if note != "" {
			if local && severityOfLocal(p) == check.Critical {
				f.Message = fmt.Sprintf("%s is on localhost%s, and in a container that is the container itself; drop the default", name, note)
				return f, ""
			}
			continue
		}
		f.At = spot(s, layer, at)
		if local {
			f.Severity = severityOfLocal(p)
		}
		f.Message = fmt.Sprintf("%s has a fixed host, so no other environment can use another Redis; read its address from a variable", name)
		return f, ""
	}
	return check.Finding{}, ""
}

// fromOutside reports whether a variable gives the value.
func fromOutside(v eval.Value) bool { return len(v.Env()) > 0 }

// hostName is the host of one entry of hosts; ok is false where it is not known.
func hostName(h eval.Value) (host string, at eval.Value, ok bool) {
	switch h.Kind() {
	case eval.Tuple, eval.List:
		if elems := h.Elems(); len(elems) > 0 {
			host, ok = elems[0].AsStr()
			return host, elems[0], ok
		}
	case eval.Dict:
		if v := h.Get("host"); v.IsValid() {
			host, ok = v.AsStr()
			return host, v, ok
		}
		if v := h.Get("address"); v.IsValid() {
			return hostName(v)
		}
	case eval.Str:
		text, _ := h.AsStr()
		if u, err := url.Parse(text); err == nil && u.Hostname() != "" {
			return strings.ToLower(u.Hostname()), h, true
		}
	}
	return "", h, false
}

// severityOfLocal is critical where a process of production is known to run in a container, in which localhost is the container.
func severityOfLocal(p *check.SourcePass) check.Severity {
	for _, process := range check.Described(p) {
		if process.Production && (process.Runtime == deploy.InContainer || process.Runtime == deploy.InImage) {
			return check.Critical
		}
	}
	return check.Recommended
}

// service reports whether a host is a service of the same deployment.
func service(p *check.SourcePass, host string) bool {
	for _, process := range check.Described(p) {
		if process.Name == host {
			return true
		}
	}
	return false
}

// spot is the narrowest place of the values that are known, else the setting's.
func spot(s django.Setting, values ...eval.Value) source.Span {
	for i := len(values) - 1; i >= 0; i-- {
		if at := values[i].At(); !at.IsZero() {
			return at
		}
	}
	return s.At
}

// missingFor names the variables without which a layer is in memory.
func missingFor(p *check.SourcePass, alias string, backend eval.Value) string {
	if note := check.EnvNote(backend); note != "" {
		return note
	}
	return check.WhenMissing(p.Settings, func(w *django.World) eval.Tri {
		class, _ := w.Get("CHANNEL_LAYERS").Value.Get(alias, "BACKEND").AsStr()
		return check.If(strings.HasSuffix(class, "InMemoryChannelLayer"))
	})
}

// layerName is how messages name a layer.
func layerName(alias string) string { return `CHANNEL_LAYERS["` + alias + `"]` }
