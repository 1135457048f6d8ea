package runbook

import (
	"path"
	"regexp"
	"strings"

	"gonogo/internal/markup"
)

// foreign reports whether a document belongs to no reader of the project: templates of its pages, tests, packages of others, forms of a forge.
func foreign(name string) bool {
	lower := strings.ToLower(name)
	segments := strings.Split(lower, "/")
	for i, folder := range segments[:len(segments)-1] {
		if folder == "templates" && strings.HasPrefix(segments[i+1], "doc") && i+2 < len(segments) {
			return false // a site that serves its own documents
		}
		switch folder {
		case "templates", "static", "assets", "public", "locale", "locales", "fixtures", "tests", "test", "testdata", "vendor", "third_party", "node_modules", "bower_components", "media",
			"migrations", "cassettes", "email", "emails", "issue_template", "licenses", ".changeset", ".claude", ".cursor", ".agents", "skills", "snippets", "_includes", "prompts", "i18n":
			return true
		case ".github", ".gitlab":
			return true
		case "content", "posts", "blog", "articles":
			return i == 0 && len(segments) > 2 && folder != "content"
		}
	}
	base := strings.TrimSuffix(segments[len(segments)-1], path.Ext(lower))
	switch base {
	case "license", "licence", "copying", "code_of_conduct", "code-of-conduct", "authors", "contributors", "pull_request_template", "issue_template", "thanks", "third_party_notices", "notice",
		"claude", "agents", "gemini", "copilot-instructions", "privacy", "terms", "imprint", "sponsors", "backers", "governance", "maintainers", "llms":
		return true
	}
	return false
}

// ofPast reports whether a document tells of past or coming releases, so that what it names need not exist.
func ofPast(name string) bool {
	for _, segment := range strings.Split(strings.ToLower(name), "/") {
		segment = strings.TrimSuffix(segment, path.Ext(segment))
		switch strings.NewReplacer("_", "", "-", "", " ", "", ".", "").Replace(segment) {
		case "changelog", "changelogs", "changes", "history", "news", "newsfragments", "releasenotes", "releases", "whatsnew", "whatsnewin", "adr", "adrs", "decisions", "rfc", "rfcs",
			"proposals", "roadmap", "blog", "upgrading", "upgrade", "upgrades", "upgradeguide", "upgradenotes", "upgradingguide", "breakingchanges", "deprecations", "migrationguide", "archive", "archived", "old", "legacy", "deprecated",
			"migrating", "migrationnotes", "unreleased", "todo", "designdocs", "designs", "meetings", "versionhistory":
			return true
		}
		for _, part := range []string{"changelog", "release-note", "release_note", "releasenote", "whats-new", "migrate-from", "migration-v", "upgrade-to", "upgrading-to", "upgrade_notes", "upgrade-notes"} {
			if strings.Contains(segment, part) {
				return true
			}
		}
		if regexpVersion(segment) {
			return true
		}
	}
	return false
}

// regexpVersion reports whether a name is that of a release: "v2.0", "1.10", "version-3.2".
func regexpVersion(segment string) bool {
	segment = strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(segment, "version"), "release"), "v-_")
	return len(segment) > 0 && segment[0] >= '0' && segment[0] <= '9' && strings.Trim(segment, "0123456789.-_xrcb") == "" && strings.ContainsAny(segment, ".-_")
}

// purposeOf judges a document by its path and its first heading.
func purposeOf(name, title string) Purpose {
	segments := strings.Split(strings.ToLower(name), "/")
	base := segments[len(segments)-1]
	for _, text := range append(segments, strings.ToLower(title)) {
		if text == "dev" || speaksOf(text, developmentWords()) {
			return Development
		}
	}
	if strings.HasPrefix(base, "readme") && len(segments) <= 3 {
		return Operation
	}
	for _, text := range append([]string{strings.ToLower(title), base}, segments[:len(segments)-1]...) {
		if speaksOf(text, operationWords()) {
			return Operation
		}
	}
	return Other
}

func developmentWords() []string {
	return []string{"contribut", "develop", "hacking", "testing", "debugging", "style guide", "style-guide", "styleguide", "internals", "architecture", "extending", "plugin", "devcontainer", "code review", "benchmark"}
}

func operationWords() []string {
	return []string{"deploy", "install", "production", "operation", "operator", "runbook", "playbook", "administration", "admin guide", "admin-guide", "sysadmin", "maintenance", "incident", "rollback", "roll back", "restor", "backup", "back up",
		"setup", "set up", "setting up", "setting-up", "configur", "environment variable", "self-host", "selfhost", "self host", "hosting", "docker", "kubernetes", "helm", "monitoring", "troubleshoot", "disaster", "recovery", "on-call", "oncall",
		"getting started", "getting-started", "getting_started", "quickstart", "quick start", "readiness", "on premise", "scaling", "heroku", "server", "infrastructure", "release process", "releasing", "health", "metrics", "logging", "observab", "alert"}
}

// speaksOf reports whether a text in lower case has one of some beginnings of words.
func speaksOf(text string, words []string) bool {
	for _, w := range words {
		for from := 0; ; {
			i := strings.Index(text[from:], w)
			if i < 0 {
				break
			}
			if at := from + i; at == 0 || !isNameByte(text[at-1]) || text[at-1] == '_' {
				return true
			}
			from += i + len(w)
		}
	}
	return false
}

// Speaks reports whether a heading of the section, or one that it stands in, has one of some beginnings of words, in lower case.
func Speaks(s *markup.Section, words ...string) bool {
	for _, title := range s.Path() {
		if speaksOf(strings.ToLower(title), words) {
			return true
		}
	}
	return false
}

// Titled reports whether the first heading or the path of a document has one of some beginnings of words, in lower case.
func Titled(d *Document, words ...string) bool {
	return speaksOf(strings.ToLower(d.Title()), words) || speaksOf(strings.ToLower(d.File.Path), words)
}

// HasBeginning reports whether a text in lower case has one of some beginnings of words.
func HasBeginning(text string, words ...string) bool { return speaksOf(text, words) }

// ForDevelopment reports whether a section speaks of work on the code, by its headings.
func ForDevelopment(s *markup.Section) bool {
	return Speaks(s, "develop", "contribut", "test", "local dev", "locally", "local machine", "local env", "local setup", "local install", "running local", "hacking", "debug", "lint", "code style", "pre-commit", "building the doc", "writing doc", "tutorial", "benchmark", "vscode", "pycharm")
}

// OfPast reports whether a section speaks of a certain release or of what was before, by its headings.
func OfPast(s *markup.Section) bool {
	return ofPastSection(s, regexp.MustCompile(versionForm))
}

// versionForm matches the number of a release in a heading.
const versionForm = `\bv?\d+\.\d+(?:\.(?:\d+|x))?\b`

// ofPastSection reports whether a section speaks of a certain release or of what was before, by its headings.
func ofPastSection(s *markup.Section, version *regexp.Regexp) bool {
	for _, title := range s.Path() {
		title = strings.ToLower(title)
		if speaksOf(title, []string{"legacy", "deprecat", "removed", "obsolete", "older", "old ", "changelog", "release notes", "what's new", "history", "breaking", "previous version"}) {
			return true
		}
		if version.MatchString(title) && (speaksOf(title, []string{"upgrad", "migrat", "updat", "from", "before", "prior", "since", "change", "release", "below", "version", "to"}) || strings.HasPrefix(title, "v")) {
			return true
		}
		if version.FindString(title) == title {
			return true
		}
	}
	return false
}
