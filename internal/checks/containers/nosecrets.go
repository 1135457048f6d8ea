package containers

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/secrets"
	"gonogo/internal/source"
)

func noSecrets() check.Check {
	return check.Check{
		ID: "containers/no-secrets", Severity: check.Critical, Source: answerNoSecrets, WithoutSettings: true,
		Doc: check.Doc{
			Title: "The image holds no secret, in no layer and not in its history",
			Why: `Whoever may pull an image reads all of it: its environment, each layer with files that a later step deleted, and in its history the build arguments of every RUN. A registry outlives the people who had access, and a secret in it must be changed in every place at once.

Some builds do need a secret, for a private index of packages. BuildKit gives it to one RUN as a file that is in no layer.`,
			Fix:    "`RUN --mount=type=secret,id=pip_token pip install ...` for what the build needs; variables and mounted files for what the containers need, when they start.",
			Verify: "`docker history --no-trunc IMAGE` and `docker inspect --format '{{.Config.Env}}' IMAGE` show no secret.",
			Bad: []check.Example{
				check.Project("The argument stands in the history of the image.", "settings.py", "DEBUG = False\n",
					"Dockerfile", "FROM python:3.13\nARG PYPI_TOKEN\nRUN pip install --extra-index-url https://build:${PYPI_TOKEN}@pypi.example.com/simple shop\nCMD [\"gunicorn\", \"shop.wsgi\"]\n"),
				check.Project("The argument becomes the environment of every container.", "settings.py", "DEBUG = False\n",
					"Dockerfile", "FROM python:3.13\nARG DATABASE_PASSWORD\nENV DATABASE_PASSWORD=$DATABASE_PASSWORD\nCMD [\"gunicorn\", \"shop.wsgi\"]\n"),
			},
			Good: []check.Example{
				check.Project("The build reads it from a file that is in no layer.", "settings.py", "DEBUG = False\n",
					"Dockerfile", "FROM python:3.13\nRUN --mount=type=secret,id=pypi_token pip install --extra-index-url https://build:$(cat /run/secrets/pypi_token)@pypi.example.com/simple shop\nCMD [\"gunicorn\", \"shop.wsgi\"]\n"),
			},
			References: []check.Reference{
				check.See("Docker: build secrets", "https://docs.docker.com/build/building/secrets/"),
				check.See("Dockerfile: ARG", "https://docs.docker.com/reference/dockerfile/#arg"),
			},
			Triggers: []string{
				"an ARG of the final image has the name of a secret and takes its value from the build",
				"an ENV of the final image takes its value from such an ARG (critical)",
				"a COPY of the final image names an environment file, .netrc, .pypirc, .ssh, .aws or the key of a service account (critical)",
				"an ENV or ARG holds a secret as a literal (told by secrets/credentials-external, of Django's key by secrets/secret-key-external)",
			},
		},
	}
}

func answerNoSecrets(p *check.SourcePass) check.Answer {
	images := builds(p)
	if len(images) == 0 {
		return noImage(p)
	}
	var findings []check.Finding
	seen := map[source.Span]bool{}
	literal, mounted, environment := "", "", ""
	for _, b := range images {
		for _, st := range b.Target.Chain() {
			for _, f := range slices.Concat(secretArguments(b, st), secretCopies(b, st)) {
				if !seen[f.At] {
					seen[f.At] = true
					findings = append(findings, f)
				}
			}
			if f, ok := copiedEnvironment(st); ok && toldElsewhere(p) {
				environment = f.Message
			} else if ok && !seen[f.At] {
				seen[f.At] = true
				findings = append(findings, f)
			}
			for _, v := range slices.Concat(st.Env, st.Args) {
				if v.Given && secrets.HoldsSecret(v.Name) && secrets.Generated(v.Value) && literal == "" {
					literal = v.Name
				}
			}
			for _, step := range st.Steps {
				if len(step.Secrets) > 0 {
					mounted = "; RUN gets what it needs by --mount=type=secret"
				}
			}
		}
	}
	switch {
	case len(findings) > 0:
		return check.Failed(findings...)
	case environment != "":
		return check.CausedBy("secrets/env-files-ignored", "the build copies an environment file into the image")
	case literal != "":
		owner := "secrets/credentials-external"
		if strings.HasSuffix(literal, "SECRET_KEY") {
			owner = "secrets/secret-key-external"
		}
		return check.CausedBy(owner, "the image has a literal value for "+literal)
	}
	return check.Passed("no ARG, ENV or COPY of the images brings a secret" + mounted)
}

// secretArguments are the findings about arguments of a stage that hold secrets. Their defaults are literals, which others tell of.
func secretArguments(b *deploy.Build, st *deploy.Stage) (findings []check.Finding) {
	for _, arg := range st.Args {
		if !secrets.HoldsSecret(arg.Name) || arg.Given && !given(b, arg.Name) || onlyForTheBuild(arg.Name, b) {
			continue
		}
		f := check.Finding{Severity: check.Recommended, At: arg.At, Fix: "RUN --mount=type=secret,id=" + strings.ToLower(arg.Name) + " ...",
			Message: fmt.Sprintf("The value of the argument %s stands in the history of the image, where everybody who can pull it reads it; give it to the RUN that needs it with --mount=type=secret", arg.Name)}
		if env, ok := persists(st, arg.Name); ok {
			f.Severity, f.At, f.Fix = check.Critical, env.At, ""
			f.Related = []check.Related{{Message: "the argument", At: arg.At}}
			f.Message = fmt.Sprintf("%s takes the value of the argument %s into the environment of the image, where everybody who can pull it reads it; give it to the container when it starts", env.Name, arg.Name)
		} else if !usedInRun(st, arg.Name) {
			continue
		}
		findings = append(findings, f)
	}
	return findings
}

// given reports whether the artefact that builds the image gives an argument.
func given(b *deploy.Build, name string) bool {
	return slices.ContainsFunc(b.Args, func(v deploy.Variable) bool { return v.Name == name })
}

// onlyForTheBuild reports whether the build is given an obviously false value, as for collectstatic.
func onlyForTheBuild(name string, b *deploy.Build) bool {
	return slices.ContainsFunc(b.Args, func(v deploy.Variable) bool { return v.Name == name && check.IsExampleValue(v.Value) })
}

// persists is the ENV of a stage that takes the value of an argument.
func persists(st *deploy.Stage, name string) (deploy.Variable, bool) {
	for _, v := range st.Env {
		_, written, ok := strings.Cut(v.At.Text(), "=")
		if !ok {
			_, written, _ = strings.Cut(v.At.Text(), " ")
		}
		if expands(written, name) {
			return v, true
		}
	}
	return deploy.Variable{}, false
}

// expands reports whether a text expands a variable: $NAME, ${NAME}, ${NAME:-...}.
func expands(text, name string) bool {
	for _, sign := range []string{"${" + name, "$" + name} {
		for rest := text; ; {
			i := strings.Index(rest, sign)
			if i < 0 {
				break
			}
			rest = rest[i+len(sign):]
			if rest == "" || !isNameByte(rest[0]) {
				return true
			}
		}
	}
	return false
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// usedInRun reports whether a RUN of the stage uses an argument; each RUN has all of them in its history, and one that uses none needs none.
func usedInRun(st *deploy.Stage, name string) bool {
	return slices.ContainsFunc(st.Steps, func(s deploy.Step) bool { return s.Kind == deploy.RunStep && strings.Contains(s.At.Text(), name) })
}

// secretCopies are the findings about steps that name files which hold credentials by what they are for.
func secretCopies(b *deploy.Build, st *deploy.Stage) (findings []check.Finding) {
	for _, step := range st.Steps {
		if step.Kind != deploy.CopyStep || step.From != "" {
			continue
		}
		for _, from := range step.Sources {
			if !holdsCredentials(from) {
				continue
			}
			findings = append(findings, check.Finding{Severity: check.Critical, At: step.At,
				Message: fmt.Sprintf("The build copies %s into the image, where everybody who can pull it reads it, also when a later step deletes it; use RUN --mount=type=secret, or mount it when the container starts", path.Base(from))})
			break
		}
	}
	return findings
}

// toldElsewhere reports whether secrets/env-files-ignored tells of environment files that a build copies: it asks git, and about files that are
// there or described.
func toldElsewhere(p *check.SourcePass) bool {
	return p.Project.Repository != nil && p.Project.Repository.Present && len(p.Project.EnvFiles) > 0
}

// copiedEnvironment is the finding about a step that names an environment file which is no example and not for development.
func copiedEnvironment(st *deploy.Stage) (check.Finding, bool) {
	for _, step := range st.Steps {
		for _, from := range step.Sources {
			base := strings.ToLower(path.Base(path.Clean(from)))
			if step.Kind != deploy.CopyStep || step.From != "" || base != ".env" && !strings.HasPrefix(base, ".env.") && base != "env.production" && base != "production.env" {
				continue
			}
			if slices.ContainsFunc([]string{"example", "sample", "template", "dist", "dev", "local", "test", "ci", "build", "default"}, func(w string) bool { return strings.Contains(base, w) }) {
				continue
			}
			return check.Finding{Severity: check.Critical, At: step.At,
				Message: fmt.Sprintf("The build copies %s into the image, where everybody who can pull it reads it; give the container its environment when it starts", path.Base(from))}, true
		}
	}
	return check.Finding{}, false
}

// holdsCredentials reports whether a file or folder holds credentials by its name. Environment files are told by secrets/env-files-ignored, and
// private keys by secrets/none-in-repository.
func holdsCredentials(name string) bool {
	base := strings.ToLower(path.Base(path.Clean(name)))
	switch base {
	case ".netrc", ".pypirc", ".git-credentials", ".aws", ".ssh", ".dockercfg", ".pgpass", ".my.cnf", "service-account.json", "service_account.json", "gcp-credentials.json", "kubeconfig":
		return true
	}
	return false
}
