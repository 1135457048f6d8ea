package secrets

import (
	"testing"

	"gonogo/internal/runbook"
)

func TestWithoutExample(t *testing.T) {
	for name, want := range map[string]string{
		".env.example":            ".env",
		".env.production.sample":  ".env.production",
		"deploy/.env.template":    "deploy/.env",
		"env.example":             ".env",
		"example.env":             ".env",
		"prod.env.example":        "prod.env",
		".env-example":            ".env",
		".envrc.example":          ".envrc",
		"environment.yml.example": "",
		"settings.example":        "",
	} {
		if got := withoutExample(name); got != want {
			t.Errorf("%q stands for %q, want %q", name, got, want)
		}
	}
}

func TestHasWord(t *testing.T) {
	if !runbook.HasWord("set `DB_PASSWORD` first", "DB_PASSWORD") || runbook.HasWord("DB_PASSWORD_FILE", "DB_PASSWORD") || runbook.HasWord("MY_DB_PASSWORD", "DB_PASSWORD") ||
		!runbook.HasWord("DB_PASSWORD_FILE or DB_PASSWORD", "DB_PASSWORD") {
		t.Error("a name is found as a word of its own, and only so")
	}
}
