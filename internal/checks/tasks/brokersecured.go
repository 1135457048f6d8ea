package tasks

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func brokerSecured() check.Check {
	return check.Check{
		ID: "tasks/broker-secured", Severity: check.Critical, Source: answerBrokerSecured,
		Doc: check.Doc{
			Title: "A remote broker is reached with a password and over TLS",
			Why: `Whoever can write to the broker tells the workers what to do, and whoever can read it sees every argument: addresses, names, tokens of password resets. Redis without a password obeys anyone who reaches its port.

A broker that only its own compose or cluster network reaches needs neither; keep it from publishing its port.`,
			Fix:    "Use `rediss://:password@host:6379/0?ssl_cert_reqs=required` or `amqps://user:password@host:5671/vhost` with the password from a secret variable, or set `CELERY_BROKER_USE_SSL`.",
			Verify: "`redis-cli -h broker.example.com ping` from outside prints `NOAUTH Authentication required`, or cannot connect.",
			Bad: []check.Example{
				celeryExample("A remote Redis without password and TLS.", "CELERY_BROKER_URL = \"redis://queue.example.com:6379/0\"\n"),
			},
			Good: []check.Example{
				celeryExample("TLS, and the password from outside.", `import os

CELERY_BROKER_URL = "rediss://queue.example.com:6379/0?ssl_cert_reqs=required"
CELERY_BROKER_PASSWORD = os.environ["REDIS_PASSWORD"]
`),
				celeryExample("The broker is on the same host.", "CELERY_BROKER_URL = \"redis://localhost:6379/0\"\n"),
			},
			References: []check.Reference{
				check.See("Celery: broker_use_ssl", check.CeleryDocs+"userguide/configuration.html#broker-use-ssl"),
				check.See("Redis: security", "https://redis.io/docs/latest/operate/oss_and_stack/management/security/"),
				check.See("RabbitMQ: TLS", "https://www.rabbitmq.com/docs/ssl"),
			},
			Triggers: []string{"a remote broker whose address has no password", "a remote broker without TLS", "a Redis of the deployment whose port is published, and which asks for no password"},
		},
	}
}

func answerBrokerSecured(p *check.SourcePass) check.Answer {
	if answer, none := noQueue(p, append(queues(), project.Celery)...); none {
		return answer
	}
	return joined(celerySecured(p), askOthers(p, "the broker is reached with TLS and a password, or does not leave its host or network", func(w *django.World) ([]check.Finding, []string) {
		return otherSecurity(p, w)
	}, others()...))
}

func celerySecured(p *check.SourcePass) check.Answer {
	return withCelery(p, func(c *django.Celery, w *django.World) check.Answer {
		if withoutBroker(c, w) {
			return check.Absent("tasks run inside the request, and no broker is named")
		}
		s := c.Option(w, "broker_url")
		if !s.Value.IsUnknown() && s.Value.Truth() == eval.No {
			if f, _ := celeryBroker(p, c, w); f.Message != "" {
				return check.CausedBy("tasks/broker-configured", "no broker is configured")
			}
			return check.Unclear("the broker's address is given to the process and not known here; give the environment with --env-file")
		}
		list, ok := addresses(s.Value)
		if !ok {
			return check.Unclear(partly(w, s, c))
		}
		var findings []check.Finding
		var doubts []string
		for _, a := range list {
			f, why := judgeSecurity(p, c, w, s, a)
			if f.Message != "" {
				findings = append(findings, f)
			}
			if why != "" {
				doubts = append(doubts, why)
			}
		}
		return check.Gather(findings, doubts, "the broker is reached with TLS and a password, or does not leave its host or network")
	})
}

// partly is the doubt about an address that is not known.
func partly(w *django.World, s django.Setting, c *django.Celery) string {
	if c.Option(w, "broker_use_ssl").Value.Truth() == eval.Yes {
		return "TLS is on; whether the address has a password is not known: " + doubt(w, s)
	}
	return "whether the broker needs TLS and a password depends on its address: " + doubt(w, s)
}

func judgeSecurity(p *check.SourcePass, c *django.Celery, w *django.World, s django.Setting, a address) (check.Finding, string) {
	switch a.transport {
	case "redis", "rediss", "valkey", "valkeys", "amqp", "amqps", "pyamqp", "librabbitmq", "sentinel":
	default:
		return check.Finding{}, "" // cloud queues take TLS and credentials by themselves, others are no network
	}
	tls, password := eval.No, eval.No
	if a.secured {
		tls = eval.Yes
	} else {
		tls = check.IsOn(c.Option(w, "broker_use_ssl").Value)
	}
	if a.password || check.IsOn(c.Option(w, "broker_password").Value) != eval.No {
		password = eval.Yes
	}
	switch {
	case password == eval.No && openService(p, a.host) != nil:
		port := openService(p, a.host)
		return check.Finding{Severity: check.Critical, At: port.At,
			Message: fmt.Sprintf("The broker %s has no password and is published, so whoever reaches the host can read tasks and give workers orders; remove the port, or start it with --requirepass", a.host),
			Related: []check.Related{{Message: "the broker's address", At: check.Where(s)}}}, ""
	case tls == eval.Yes && password == eval.Yes, isLocal(a.host) && outside(s.Value) == "", isService(p, a.host):
		return check.Finding{}, ""
	case outside(s.Value) != "":
		return check.Finding{}, fmt.Sprintf("the broker's address comes from %s; whether it has TLS and a password is known with --env-file", outside(s.Value))
	case tls == eval.Maybe:
		return check.Finding{}, doubt(w, c.Option(w, "broker_use_ssl"))
	case !dotted(a.host):
		return check.Finding{}, fmt.Sprintf("the broker is on the host %s, a name inside a network that the repository does not describe", a.host)
	}
	f := check.Finding{Severity: check.Critical, At: check.Where(s), Fix: s.Name + ` = os.environ["CELERY_BROKER_URL"]`}
	switch {
	case tls == eval.No && password == eval.No:
		f.Message = fmt.Sprintf("%s leads to another host with neither TLS nor a password, so whoever reaches it can read tasks and give workers orders; use rediss:// or amqps:// with a password from a variable", s.Name)
	case password == eval.No:
		f.Message = fmt.Sprintf("%s leads to another host without a password, so whoever reaches it can read tasks and give workers orders; add one from a variable", s.Name)
	default:
		f.Message = fmt.Sprintf("%s leads to another host without TLS, so the password and every task cross the network in clear; use rediss:// or amqps://", s.Name)
	}
	return f, ""
}

// openService is the port under which a broker of the deployment can be reached from outside without a password; nil for none. The image of
// Redis asks for none, and takes connections from everywhere, unless its command or a configuration says otherwise.
func openService(p *check.SourcePass, host string) *deploy.Port {
	if p.Project.Deployment == nil {
		return nil
	}
	for _, s := range p.Project.Deployment.Services {
		if !s.Production || s.Process == nil || s.Process.Name != host || s.Process.Runtime != deploy.InContainer {
			continue
		}
		switch deploy.ParseImage(s.Process.Image).Name {
		case "redis", "docker.io/redis", "docker.io/library/redis", "valkey/valkey", "docker.io/valkey/valkey":
		default:
			continue
		}
		if slices.ContainsFunc(s.Process.Argv, func(a string) bool {
			return strings.Contains(a, "pass") || strings.Contains(a, "acl") || strings.Contains(a, ".conf") || strings.Contains(a, "--bind") || strings.Contains(a, "$")
		}) || len(s.Process.EnvFrom) > 0 {
			continue
		}
		for _, port := range s.Published() {
			if !port.Loopback() && port.Container.Known && port.Container.Value == 6379 && (!port.Address.Said() || port.Address.Known) {
				return &port
			}
		}
	}
	return nil
}

// dotted reports whether a host is a full name or an address, which other networks can reach.
func dotted(host string) bool {
	for _, r := range host {
		if r == '.' || r == ':' {
			return true
		}
	}
	return false
}
