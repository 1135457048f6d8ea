package secrets

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/project"
	"gonogo/internal/secrets"
	"gonogo/internal/source"
)

func wholeFile(name string) source.Span { return source.NewFile(name, nil).Whole() }

// builtKeys are the findings about builds of production's images that make a key, or copy one into the image. What happens in a stage that
// only gives files to another one is left behind.
func builtKeys(p *check.SourcePass) []check.Finding {
	if p.Project.Deployment == nil {
		return nil
	}
	var findings []check.Finding
	seen := map[source.Span]bool{}
	for _, b := range p.Project.Deployment.Builds {
		if !b.Production || b.Target == nil {
			continue
		}
		for _, stage := range b.Target.Chain() {
			for _, step := range stage.Steps {
				if seen[step.At] {
					continue
				}
				seen[step.At] = true
				if f, ok := keyStep(p, b, step); ok {
					findings = append(findings, f)
				}
			}
		}
	}
	return findings
}

func keyStep(p *check.SourcePass, b *deploy.Build, step deploy.Step) (check.Finding, bool) {
	if step.Kind == deploy.CopyStep {
		return copiedKey(p, b, step)
	}
	text := strings.Join(step.Argv, " ")
	for _, c := range step.Commands {
		what, file := makesKey(c.Argv)
		if what == "" || removed(step.Commands, file) {
			continue
		}
		return check.Finding{Severity: check.Recommended, At: step.At,
			Message: "The build makes " + what + " (" + path.Base(c.Argv[0]) + "), so every container of the image has the same one, and so has everybody who can pull it; make it when a container starts, or mount it"}, true
	}
	for _, name := range keyNames() {
		if at := strings.Index(text, "/.ssh/"+name); at >= 0 && strings.Contains(text[:at], ">") && !strings.Contains(text, "rm ") && len(step.Secrets) == 0 {
			return check.Finding{Severity: check.Critical, At: step.At,
				Message: "The build writes a private key into the image, where a later step cannot remove it from the layer; use RUN --mount=type=ssh or --mount=type=secret"}, true
		}
	}
	return check.Finding{}, false
}

func keyNames() []string { return []string{"id_rsa", "id_ed25519", "id_ecdsa", "id_dsa"} }

// makesKey says what kind of key a command makes, and where it writes it.
func makesKey(argv []string) (what, file string) {
	if len(argv) < 2 {
		return "", ""
	}
	after := func(options ...string) string {
		for i, a := range argv[:len(argv)-1] {
			for _, o := range options {
				if a == o {
					return argv[i+1]
				}
			}
		}
		return ""
	}
	switch path.Base(argv[0]) {
	case "ssh-keygen":
		if after("-f") != "" || len(argv) > 1 && argv[1] == "-A" {
			for _, a := range argv {
				if a == "-R" || a == "-F" || a == "-l" || a == "-y" {
					return "", ""
				}
			}
			return "an SSH key", after("-f")
		}
	case "openssl":
		switch argv[1] {
		case "req":
			if file := after("-keyout"); file != "" {
				return "a TLS key", file
			}
		case "genrsa", "genpkey", "ecparam":
			if file := after("-out"); file != "" && (argv[1] != "ecparam" || strings.Contains(strings.Join(argv, " "), "-genkey")) {
				return "a private key", file
			}
		}
	}
	return "", ""
}

// removed reports whether a later command of the same step removes a file.
func removed(commands []deploy.Command, file string) bool {
	for _, c := range commands {
		if len(c.Argv) > 1 && path.Base(c.Argv[0]) == "rm" && file != "" {
			for _, a := range c.Argv[1:] {
				if a == file || strings.HasSuffix(a, "*") && strings.HasPrefix(file, strings.TrimSuffix(a, "*")) {
					return true
				}
			}
		}
	}
	return false
}

// namedKey reports whether a file, or a folder, is named as private keys are.
func namedKey(base string) bool {
	if slices.Contains(keyNames(), base) || base == ".ssh" || strings.HasSuffix(base, ".key") || strings.HasSuffix(base, "-key.pem") {
		return true
	}
	switch base {
	case "key.pem", "privkey.pem", "private.pem", "privatekey.pem", "private_key.pem":
		return true
	}
	return false
}

// copiedKey is the finding about a COPY whose source is a private key by its name, and is none that only names one (a public key, a folder).
func copiedKey(p *check.SourcePass, b *deploy.Build, step deploy.Step) (check.Finding, bool) {
	if step.From != "" {
		return check.Finding{}, false
	}
	for _, from := range step.Sources {
		base := path.Base(from)
		if !namedKey(base) || secrets.TestPath(from) || b.Ignores(path.Clean(from)) || publicKey(p.Project, path.Join(b.Context, from)) {
			continue
		}
		return check.Finding{Severity: check.Critical, At: step.At,
			Message: fmt.Sprintf("The build copies %s into the image, so everybody who can pull it has the key; mount it when a container starts, or for one step with RUN --mount=type=secret", from)}, true
	}
	return check.Finding{}, false
}

// publicKey reports whether a file is there and holds no private key.
func publicKey(s *project.Snapshot, name string) bool {
	if s.Tree == nil || !s.Tree.IsFile(name) {
		return false
	}
	data, ok := s.Tree.Bytes(name, 20_000)
	return ok && !strings.Contains(string(data), "PRIVATE KEY")
}

// pastLeaks are the findings about what was committed once, where --history asks for it, and why not all of it is known.
func pastLeaks(p *check.SourcePass) (findings []check.Finding, unknown string) {
	h := p.Project.History()
	var minor []string
	for _, l := range h.Leaks {
		f := check.Finding{Severity: check.Recommended, At: wholeFile(l.Path)}
		switch {
		case l.Test || forDevelopment(l.Path):
			minor = append(minor, l.Path)
			continue
		case (l.Find.Class == secrets.PrivateKey || l.Find.Class == secrets.CloudKey || l.Find.Class == secrets.Token) && !l.Find.Encrypted:
			f.Severity = check.Critical
		}
		f.Message = fmt.Sprintf("%s was committed in %s of %s (%s, line %d) and stands in no file any more, but in every clone; revoke it, if nobody has", article(l.Find.Kind), l.Commit, l.Date, l.Path, l.Line)
		findings = append(findings, f)
	}
	if len(minor) > 0 {
		findings = append(findings, check.Finding{Severity: check.Optional, At: wholeFile(minor[0]),
			Message: fmt.Sprintf("%d secrets of tests, examples and development stand in the history, the first in %s; make sure that they open nothing else", len(minor), minor[0])})
	}
	if h.Asked && h.Unknown != "" {
		unknown = h.Unknown
	}
	return findings, unknown
}
