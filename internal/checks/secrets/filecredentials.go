package secrets

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/project"
	"gonogo/internal/secrets"
)

// fileCredentials are the findings about generated values in the rest of the repository: code, manifests, workflows, configuration. told are
// those that are told already.
func fileCredentials(p *check.SourcePass, told []check.Finding) []check.Finding {
	var findings []check.Finding
	for _, file := range p.Project.Leaks().Files {
		if file.Test || file.Database || isDocument(file.Path) || isEnvironmentFile(p, file.Path) || path.Base(file.Path) == "package.json" {
			continue
		}
		for _, f := range file.Finds {
			if f.Weak || f.Class != secrets.Value && f.Class != secrets.Address && f.Class != secrets.DjangoKey {
				continue
			}
			finding, ok := fileCredential(p, file, f)
			if ok && !covered(told, finding.At) && !covered(findings, finding.At) {
				findings = append(findings, finding)
			}
		}
	}
	return findings
}

// isEnvironmentFile reports whether a file is an environment file, of which secrets/none-in-repository tells.
func isEnvironmentFile(p *check.SourcePass, name string) bool {
	return slices.ContainsFunc(p.Project.EnvFiles, func(f project.EnvFile) bool { return f.File.Path == name })
}

// fileCredential weighs a generated value by the kind of file that it stands in.
func fileCredential(p *check.SourcePass, file project.LeakyFile, f secrets.Find) (check.Finding, bool) {
	finding := check.Finding{Severity: check.Recommended, At: file.Span(f), Secret: true}
	where, manifest := "", isSecretManifest(file)
	switch {
	case forDevelopment(file.Path) || isDevelopmentArtefact(p, file.Path) || f.Class == secrets.DjangoKey && isArtefact(p, file.Path) || saysDevelopment(file.File):
		return finding, false
	case manifest:
		where = "the Secret in " + file.Path
		if !strings.Contains(file.Path, "base") {
			finding.Severity = check.Critical
		}
	case strings.HasSuffix(file.Path, ".py"):
		if f.Class == secrets.DjangoKey {
			return finding, false // secrets/secret-key-external tells of that of production; others are for development
		}
		m, ok := codeModule(p, file.Path)
		if ok && (m.Test || m.Other) {
			return finding, false
		}
		where = file.Path
		if ok && path.Base(file.Path) != "manage.py" && !strings.Contains(strings.ToLower(f.Name), "default") {
			finding.Severity = check.Critical
		}
	case isWorkflow(file.Path):
		if f.Class == secrets.DjangoKey {
			return finding, false // made for the tests
		}
		where = "the workflow " + file.Path
	default:
		where = file.Path
	}
	finding.Message = article(f.Kind) + " stands in " + where + "; let the host or the service's secrets give it, and change it"
	if f.Name != "" {
		finding.Message = f.Name + " has a generated value in " + where + "; let the host or the service's secrets give it, and change it"
	}
	return finding, true
}

// isSecretManifest reports whether a file is a manifest of a Secret of Kubernetes.
func isSecretManifest(file project.LeakyFile) bool {
	ext := path.Ext(file.Path)
	return (ext == ".yml" || ext == ".yaml") && file.File.Contains("kind: Secret\n")
}

// isWorkflow reports whether a file is configuration of a CI service by its name.
func isWorkflow(name string) bool {
	base := path.Base(name)
	return strings.Contains(name, ".github/") || strings.Contains(name, ".circleci/") || strings.HasPrefix(base, ".gitlab-ci") || strings.HasPrefix(base, "azure-pipelines") ||
		base == "bitbucket-pipelines.yml" || base == "Jenkinsfile" || base == ".travis.yml" || base == "tox.ini" || base == "noxfile.py" || base == "pytest.ini"
}

// isDevelopmentArtefact reports whether a file is an artefact that runs processes, and none of production.
func isDevelopmentArtefact(p *check.SourcePass, name string) bool {
	if p.Project.Deployment == nil {
		return false
	}
	seen := false
	for _, process := range p.Project.Deployment.Processes {
		if process.At.Path() == name {
			if process.Production {
				return false
			}
			seen = true
		}
	}
	return seen
}

// isArtefact reports whether a file runs processes. secrets/secret-key-external tells of the key that they are given.
func isArtefact(p *check.SourcePass, name string) bool {
	return p.Project.Deployment != nil && slices.ContainsFunc(p.Project.Deployment.Processes, func(process *deploy.Process) bool { return process.At.Path() == name })
}

func codeModule(p *check.SourcePass, name string) (*project.CodeModule, bool) {
	if p.Project.Code == nil {
		return nil, false
	}
	for _, m := range p.Project.Code.Modules {
		if m.Syntax != nil && m.Syntax.File.Path == name {
			return m, true
		}
	}
	return nil, false
}
