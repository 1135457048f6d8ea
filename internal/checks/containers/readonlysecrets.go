package containers

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/redact"
	"gonogo/internal/source"
)

func readOnlySecrets() check.Check {
	return check.Check{
		ID: "containers/read-only-secrets", Severity: check.Recommended, Source: answerReadOnlySecrets, WithoutSettings: true,
		Doc: check.Doc{
			Title: "Kubernetes gives secrets from Secrets that are made outside of the repository",
			Why: `A literal in a manifest, or an entry of a ConfigMap, is read by everybody who may read the repository or list the namespace, and it stays in the history when it is replaced. A Secret whose manifest is committed is no better: base64 hides nothing.

Secrets that an operator makes (External Secrets, Sealed Secrets, SOPS, ` + "`kubectl create secret`" + `) can be rotated without a commit.`,
			Fix:    "`valueFrom: {secretKeyRef: {name: shop, key: secret-key}}`, with the Secret made outside of the repository or sealed.",
			Verify: "`kubectl get deploy web -o yaml | grep -A2 SECRET_KEY` shows `secretKeyRef`; `git grep -n 'kind: Secret'` finds no manifest with values.",
			Bad:    []check.Example{check.Project("The key stands in the manifest.", "k8s/web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: registry.example.com/shop:1\n          command: [gunicorn, shop.wsgi]\n          env:\n            - {name: SECRET_KEY, value: 9f8s7df98s7df98s7df9s8d7f9s8d7f98sd7f}\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("It is taken from a Secret.", "k8s/web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: registry.example.com/shop:1\n          command: [gunicorn, shop.wsgi]\n          env:\n            - name: SECRET_KEY\n              valueFrom: {secretKeyRef: {name: shop, key: secret-key}}\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("Kubernetes: good practices for Secrets", "https://kubernetes.io/docs/concepts/security/secrets-good-practices/"),
			},
			Triggers: []string{"a variable with a secret's name has a literal, or is taken from a ConfigMap", "the manifest of a Secret with values is in the repository"},
		},
	}
}

func answerReadOnlySecrets(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	seen := map[source.Span]bool{}
	asked := 0
	for _, process := range check.Running(p) {
		if process.Runtime != deploy.InPod {
			continue
		}
		asked++
		for _, v := range process.Env {
			if !v.Given || v.Value == "" || seen[v.At] || !redact.SecretName(v.Name) || isFlag(v.Value) || isAddress(v.Value) || strings.HasSuffix(v.Name, "_FILE") || !isManifest(v.At.Path()) {
				continue
			}
			seen[v.At] = true
			findings = append(findings, check.Finding{Severity: check.Recommended, At: v.At,
				Message: fmt.Sprintf("%s is given %s in plain text, which everybody sees who may read the repository or the namespace; take it from a Secret with secretKeyRef", process.Artefact, v.Name)})
		}
		for _, from := range process.EnvFrom {
			if strings.HasPrefix(from.Name, "Secret ") && from.Read && !seen[from.At] {
				seen[from.At] = true
				findings = append(findings, check.Finding{Severity: check.Recommended, At: from.At,
					Message: fmt.Sprintf("%s takes its variables from the %s, whose manifest with its values is in the repository; make it outside, or seal it", process.Artefact, from.Name)})
			}
		}
	}
	if asked == 0 {
		return check.Absent("Kubernetes starts no process of the project in production")
	}
	return check.Gather(findings, nil, "no secret stands in a manifest")
}

// isManifest tells a manifest from the Dockerfile of the image, which containers/no-secrets asks about.
func isManifest(file string) bool {
	return strings.HasSuffix(file, ".yaml") || strings.HasSuffix(file, ".yml")
}

// isAddress reports whether a value is an address or a path without a password in it (UWSGI_PASS=unix:///run/web.sock).
func isAddress(value string) bool {
	return strings.HasPrefix(value, "/") || strings.Contains(value, "://") && !strings.Contains(value, "@")
}

// isFlag reports whether a value is a switch or a number, which no secret is.
func isFlag(value string) bool {
	switch strings.ToLower(value) {
	case "true", "false", "yes", "no", "on", "off":
		return true
	}
	return strings.Trim(value, "0123456789") == ""
}
