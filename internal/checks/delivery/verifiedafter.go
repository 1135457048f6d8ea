package delivery

import (
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/deploy/ci"
	"gonogo/internal/deploy/procedure"
	"gonogo/internal/project"
)

func verifiedAfter() check.Check {
	return check.Check{
		ID: "delivery/verified-after", Severity: check.Recommended, Source: answerVerifiedAfter, WithoutSettings: true,
		Doc: check.Doc{
			Title: "After a deploy something asks the new release whether it works",
			Why: `A deploy that ends well has started processes, no more. Whether they reach the database, find their static files and answer the front page shows when somebody asks, and the first to ask should not be a customer.

One request to the readiness endpoint and one to a page that matters are enough to fail the job, and to go back while the old release is still at hand.`,
			Fix:    "A last step of the deploy: `curl --fail --retry 10 --retry-all-errors https://shop.example.com/readyz`, `kubectl rollout status`, or this tool's `gonogo probe`.",
			Verify: "Deploy a release whose database address is wrong to staging: the job fails.",
			Bad: []check.Example{check.Project("The script ends when the containers are started.", "settings.py", "DEBUG = False\n",
				"compose.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi\n",
				"deploy.sh", "#!/bin/sh\ngit pull\ndocker compose run --rm web python manage.py migrate\ndocker compose up -d --build\n")},
			Good: []check.Example{check.Project("It asks the new release.", "settings.py", "DEBUG = False\n",
				"compose.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi\n",
				"deploy.sh", "#!/bin/sh\ngit pull\ndocker compose run --rm web python manage.py migrate\ndocker compose up -d --build\ncurl --fail --retry 10 https://shop.example.com/readyz\n")},
			References: []check.Reference{check.See("Kubernetes: kubectl rollout status", "https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_status/")},
			Triggers:   []string{"a script or job deploys a release, and nothing asks the release afterwards"},
		},
	}
}

func answerVerifiedAfter(p *check.SourcePass) check.Answer {
	if m, ok := p.Project.Coverage().Find(project.Verification); ok {
		return check.Passed("a document says what to look at after a deploy: " + m.What + " (" + m.At.Path() + ")")
	}
	var findings []check.Finding
	doubt, verified := "", ""
	follow := deploy.NewFollower(p.Project.Tree)
	for _, x := range p.Project.Procedures() {
		starts := x.Starts()
		if len(starts) == 0 {
			continue
		}
		last := starts[len(starts)-1]
		switch name := verification(p, follow, x, last); {
		case name != "":
			verified = x.Name + " runs " + name
		case mayAsk(last):
			doubt = x.Name + ": a request stands behind its last step, in text that is not followed"
		case x.Doubt != "":
			doubt = x.Name + ": " + x.Doubt
		default:
			findings = append(findings, check.Finding{Severity: check.Recommended, At: last.At,
				Message: "This is where " + x.Name + " ends its work: nothing asks the new release whether it answers; add a request to the readiness endpoint that fails the deploy"})
		}
	}
	switch {
	case len(findings) > 0:
		return check.Failed(findings...)
	case verified != "":
		return check.Passed(verified)
	case doubt != "":
		return check.Unclear("what is done after a deploy is not known: " + doubt)
	}
	return check.Unclear("nothing in the repository deploys a release, so what is asked afterwards is not known; attest how it is verified")
}

// verification is the command that asks the release behind the last step of a procedure, "" for none.
func verification(p *check.SourcePass, follow *deploy.Follower, x *procedure.Procedure, last procedure.Step) string {
	later := func(c deploy.Command) bool {
		return c.At.File == last.At.File && c.At.Start >= last.At.Start && verifies(c.Argv)
	}
	for _, j := range p.Project.Integration().Jobs {
		for _, c := range j.Commands {
			if later(c.Command) {
				name, _ := deploy.Program(c.Argv)
				return name
			}
		}
		if j.At.File == last.At.File && slices.ContainsFunc(j.Actions, func(a ci.Action) bool { return a.At.Start >= last.At.Start && asksAction(a.Name) }) {
			return "an action that asks the site"
		}
	}
	if file := last.At.File; strings.HasSuffix(file.Path, ".sh") || strings.HasPrefix(file.Line(1), "#!") {
		for _, c := range follow.Text(string(file.Data), ".", file.Whole()) {
			if at := strings.Index(string(file.Data[last.At.Start:]), strings.Join(c.Argv[:min(2, len(c.Argv))], " ")); verifies(c.Argv) && at >= 0 {
				name, _ := deploy.Program(c.Argv)
				return name
			}
		}
	}
	return ""
}

// mayAsk reports whether text behind a step names a request: a task of Ansible, or a command within another.
func mayAsk(last procedure.Step) bool {
	text := string(last.At.File.Data[last.At.Start:])
	return askingTask(text) || strings.Contains(text, "curl ") || strings.Contains(text, "wget ")
}

// askingTask reports whether tasks of Ansible follow that ask an address or wait for one.
func askingTask(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "ansible.builtin.")
		if strings.HasPrefix(line, "uri:") || strings.HasPrefix(line, "wait_for:") {
			return true
		}
	}
	return false
}

func asksAction(name string) bool {
	for _, part := range []string{"healthcheck", "health-check", "smoke", "curl", "playwright", "cypress", "lighthouse", "wait-for", "http-request"} {
		if strings.Contains(strings.ToLower(name), part) {
			return true
		}
	}
	return false
}

// verifies reports whether a command asks a release whether it works, or waits until it says so.
func verifies(argv []string) bool {
	name, args := deploy.Program(argv)
	has := func(words ...string) bool {
		return slices.ContainsFunc(args, func(a string) bool { return slices.Contains(words, a) })
	}
	switch name {
	case "curl", "wget", "http", "httpie":
		return !sends(args)
	case "hey", "k6", "playwright", "cypress", "newman", "hurl":
		return true
	case "gonogo":
		return has("probe", "gate")
	case "kubectl", "oc":
		return has("status", "wait")
	case "helm":
		return has("--wait", "--atomic", "test")
	case "docker", "docker-compose":
		return has("--wait")
	case "aws":
		return has("wait", "services-stable")
	case "fly", "flyctl", "kamal":
		return has("deploy") // both wait for the health checks that are configured
	}
	return strings.Contains(name, "smoke") || strings.Contains(name, "healthcheck")
}

// sends reports whether a request hands something over, as those do that tell a chat or a tracker of the deploy, or fetches a file.
func sends(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool {
		switch a {
		case "-d", "-F", "-T", "-O", "-LO", "--form", "--json", "--upload-file", "--remote-name", "POST", "PUT", "PATCH", "DELETE", "-XPOST", "-XPUT", "-XDELETE":
			return true
		}
		return strings.HasPrefix(a, "--data") || strings.HasPrefix(a, "--post-") || strings.Contains(a, "hooks.") || strings.Contains(a, "webhook")
	})
}
