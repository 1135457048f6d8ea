// Package layering holds the rule of which package may import which; see docs/architecture.md.
package layering

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// order lists the packages below internal/: each may import only those that stand before it.
// A trailing /... stands for everything below.
var order = []string{
	"source", "redact", "secrets", "knowledge", "advisory", "pgsql",
	"python/syntax", "python/resolve", "python/eval", "python/library/...", "python/library",
	"markup", "deploy/document", "deploy/nginx", "deploy/caddy", "deploy/apache", "deploy/helm", "deploy", "deploy/ci", "deploy/procedure", "runbook", "django", "django/orm", "django/routes", "django/migrate", "django/background", "django/queries", "django/jinja", "django/templates", "django/listing", "django/caching", "django/flow", "django/health", "django/middleware", "django/access", "django/forms", "django/writers", "django/references", "project",
	"audit", "check", "check/checktest", "checks/...", "checks",
	"config", "engine", "gate", "report", "cli", "oracle/...", "oracle",
}

func rank(pkg string) int {
	return slices.IndexFunc(order, func(p string) bool {
		if below, ok := strings.CutSuffix(p, "/..."); ok {
			return strings.HasPrefix(pkg, below+"/")
		}
		return p == pkg
	})
}

func TestImportsPointDownTheList(t *testing.T) {
	const module = "gonogo/internal/"
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "gonogo/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		fields := strings.Fields(line)
		pkg, ok := strings.CutPrefix(fields[0], module)
		if !ok || pkg == "layering" || strings.HasSuffix(pkg, "/gen") {
			continue
		}
		if rank(pkg) < 0 {
			t.Errorf("internal/%s is not in the list of packages; add it where it belongs", pkg)
			continue
		}
		for _, dep := range fields[1:] {
			below, ok := strings.CutPrefix(dep, module)
			if ok && rank(below) >= rank(pkg) {
				t.Errorf("internal/%s imports internal/%s, which does not stand before it in the list", pkg, below)
			}
		}
	}
}

// Sections of checks know nothing of each other, and reporters nothing of the project.
func TestForbiddenImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "gonogo/internal/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		fields := strings.Fields(line)
		for _, dep := range fields[1:] {
			if strings.Contains(fields[0], "/internal/checks/") && strings.Contains(dep, "/internal/checks/") {
				t.Errorf("%s imports %s: what two sections need belongs in the model or in package check", fields[0], dep)
			}
			if strings.HasSuffix(fields[0], "/report") && strings.HasSuffix(dep, "/project") {
				t.Errorf("%s imports %s: a reporter sees plain results only", fields[0], dep)
			}
		}
	}
}
