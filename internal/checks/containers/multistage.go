package containers

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

func multiStage() check.Check {
	return check.Check{
		ID: "containers/multi-stage", Severity: check.Recommended, Source: answerMultiStage, WithoutSettings: true,
		Doc: check.Doc{
			Title: "Compilers and headers stay out of the image that runs",
			Why: `What builds packages is not needed to run them: compilers, headers and their libraries make an image several hundred megabytes larger, each pull and each start slower, and bring most of the advisories that a scanner tells of. To whoever breaks in they are a workshop.

A second stage costs a few lines: build the virtual environment in the first, copy it into the second.`,
			Fix:    "Build in a stage of its own (`FROM python:3.13 AS build` ... `FROM python:3.13-slim` and `COPY --from=build /venv /venv`), or remove the packages in the RUN that installs them.",
			Verify: "`docker run --rm --entrypoint sh shop -c 'command -v gcc make'` prints nothing.",
			Bad:    []check.Example{check.Project("The compiler stays.", "Dockerfile", "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y build-essential libpq-dev\nCOPY . /srv\nRUN pip install -r requirements.txt\nCMD [\"gunicorn\", \"shop.wsgi\"]\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("It stays in the first stage.", "Dockerfile", "FROM python:3.13-slim AS build\nRUN apt-get update && apt-get install -y build-essential libpq-dev\nCOPY requirements.txt .\nRUN python -m venv /venv && /venv/bin/pip install -r requirements.txt\nFROM python:3.13-slim\nCOPY --from=build /venv /venv\nCOPY . /srv\nCMD [\"/venv/bin/gunicorn\", \"shop.wsgi\"]\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("Docker: multi-stage builds", "https://docs.docker.com/build/building/multi-stage/"),
			},
			Triggers: []string{"a compiler or headers are installed in a stage that ends in the image, and not removed in the same step"},
		},
	}
}

func answerMultiStage(p *check.SourcePass) check.Answer {
	list := builds(p)
	if len(list) == 0 {
		return noImage(p)
	}
	var findings []check.Finding
	seen := map[source.Span]bool{}
	for _, b := range list {
		for _, st := range b.Target.Chain() {
			for _, step := range st.Steps {
				tools := leftTools(step.Commands)
				if len(tools) == 0 || seen[step.At] {
					continue
				}
				seen[step.At] = true
				if len(tools) > 4 {
					tools = append(tools[:3:3], fmt.Sprintf("%d more", len(tools)-3))
				}
				findings = append(findings, check.Finding{Severity: check.Recommended, At: firstLine(step.At),
					Message: fmt.Sprintf("%s installs %s into the image that runs, where nothing needs them; build in a stage of its own, or remove them in the same RUN", b.Dockerfile.Path, check.And(tools))})
			}
		}
	}
	return check.Gather(findings, nil, "no build tools are installed into the image that runs")
}

// firstLine is the part of a step on its first line.
func firstLine(at source.Span) source.Span {
	if i := strings.IndexByte(at.Text(), '\n'); i >= 0 {
		return at.File.Span(at.Start, at.Start+source.Pos(i))
	}
	return at
}

// buildTool matches packages that only builds need: compilers, and the headers of libraries.
var buildTool = regexp.MustCompile(`^(build-essential|build-base|gcc(-\d+)?|g\+\+|clang|make|cmake|musl-dev|libc6?-dev|linux-headers|python3?-dev(el)?|cargo|rustc?|[a-z0-9+.-]+-dev|[a-z0-9+.-]+-devel)$`)

// leftTools are the build tools that the commands of one step install and do not remove again.
func leftTools(commands []deploy.Command) []string {
	var tools []string
	removed := map[string]bool{}
	all := false
	for _, c := range commands {
		if len(c.Argv) < 2 {
			continue
		}
		name, rest := path.Base(c.Argv[0]), words(c.Argv[1:])
		switch {
		case (name == "apt-get" || name == "apt" || name == "aptitude" || name == "dnf" || name == "microdnf" || name == "yum") && slices.Contains(rest, "install"):
			tools = append(tools, matching(rest)...)
		case name == "apk" && slices.Contains(rest, "add") && !slices.ContainsFunc(c.Argv, isVirtual):
			tools = append(tools, matching(rest)...)
		case slices.Contains(rest, "purge"), slices.Contains(rest, "remove"), slices.Contains(rest, "autoremove"), slices.Contains(rest, "del"):
			for _, w := range rest {
				removed[w] = true
				all = all || strings.HasPrefix(w, "$") || w == "autoremove" && slices.Contains(rest, "purge")
			}
		}
	}
	if all {
		return nil
	}
	return slices.DeleteFunc(tools, func(t string) bool { return removed[t] })
}

func isVirtual(arg string) bool {
	return arg == "-t" || strings.HasPrefix(arg, "--virtual")
}

// words are the arguments that are no options, without the versions of packages.
func words(args []string) []string {
	var out []string
	for _, a := range args {
		for _, field := range strings.Fields(a) {
			if !strings.HasPrefix(field, "-") {
				name, _, _ := strings.Cut(field, "=")
				out = append(out, name)
			}
		}
	}
	return out
}

func matching(packages []string) []string {
	var out []string
	for _, p := range packages {
		if buildTool.MatchString(p) && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}
