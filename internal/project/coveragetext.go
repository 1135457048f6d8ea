package project

import (
	"path"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/markup"
	"gonogo/internal/runbook"
)

// section notes what the text of a section says. A heading counts only with something beneath.
func (x *coverer) section(d *runbook.Document, s *markup.Section) {
	for i := range s.Blocks {
		x.block(d, s, &s.Blocks[i])
	}
	if !filled(d, s) {
		return
	}
	headings := []struct {
		subject Subject
		words   []string
	}{
		{Contacts, []string{"contact", "escalat", "who to call", "whom to call", "on-call", "oncall", "support", "getting help"}},
		{Monitoring, []string{"monitor", "metrics", "alert", "observab", "error report", "error track", "sentry", "prometheus", "grafana"}},
		{KnownRisks, []string{"risk", "known issue", "known problem", "known limitation", "limitation", "caveat", "gotcha", "pitfall"}},
		{MaintenanceMode, []string{"maintenance mode", "maintenance page", "close the site", "closing the site"}},
		{Incident, []string{"incident", "outage", "emergency", "on-call", "oncall", "firefight", "something is broken", "when things go wrong", "site is down"}},
		{Rollback, rollbackWords()},
		{HealthChecks, []string{"health", "readiness probe", "liveness"}},
		{Verification, []string{"after the deploy", "after a deploy", "after deploy", "post-deploy", "post deploy", "smoke test", "verify the deploy", "verify deploy", "verify the release", "verifying the deploy", "verifying the release", "check the deploy"}},
		{Staging, []string{"staging", "pre-production", "preproduction", "acceptance environment"}},
	}
	title := strings.ToLower(s.Title)
	if (title == "verify" || title == "verification" || title == "verifying") && runbook.Titled(d, "deploy", "release", "operation", "production") {
		x.say(Verification, s.At, s.Title)
	}
	if s.Level == 1 && runbook.Titled(d, incidentWords()...) {
		x.say(Incident, s.At, s.Title)
	}
	for _, h := range headings {
		if title != "" && runbook.HasBeginning(title, h.words...) {
			x.say(h.subject, s.At, s.Title)
		}
	}
}

// filled reports whether a section, or one within it, has something beneath its heading.
func filled(d *runbook.Document, s *markup.Section) bool {
	for _, other := range d.Sections {
		for up, depth := other, 0; up != nil && depth < 10; up, depth = up.Parent, depth+1 {
			if up == s && len(other.Blocks) > 0 {
				return true
			}
		}
	}
	return false
}

func (x *coverer) block(d *runbook.Document, s *markup.Section, b *markup.Block) {
	text := strings.ToLower(b.Text)
	if x.isHealth(b.Text) {
		x.say(HealthChecks, b.At, "the path of the health endpoint")
	}
	if b.Kind == markup.Code {
		x.started(b)
		if strings.Contains(text, "pg_stat_activity") || strings.Contains(text, "show processlist") {
			x.say(DatabaseLook, b.At, "the activity of the database")
		}
		return
	}
	if strings.Contains(text, "maintenance mode") {
		x.say(MaintenanceMode, b.At, "maintenance mode")
	}
	if runbook.Speaks(s, rollbackWords()...) && strings.Contains(text, "migrat") {
		x.say(AppliedMigrations, b.At, "what to do about migrations")
	}
	if about(d, s, incidentWords()...) {
		x.incident(s, b, text)
	}
	if runbook.Speaks(s, "restor") && (len(b.Literals) > 0 || strings.Contains(text, "snapshot") || strings.Contains(text, "point in time") || strings.Contains(text, "point-in-time") || strings.Contains(text, "backup")) {
		x.say(Restoring, b.At, s.Title)
	}
	if runbook.Speaks(s, rollbackWords()...) && (strings.Contains(text, "previous") || strings.Contains(text, "last release") || strings.Contains(text, "tag") || strings.Contains(text, "older")) {
		x.say(CodeRollback, b.At, s.Title)
	}
	if strings.Contains(text, "superuser") && (len(b.Literals) > 0 || len(b.Links) > 0) || strings.Contains(text, "django_superuser_") || (strings.Contains(text, "admin account") || strings.Contains(text, "administrator account") || strings.Contains(text, "first user")) && strings.Contains(text, "creat") {
		x.say(FirstAdmin, b.At, "the account of the administrator")
	}
	for _, l := range b.Links {
		for _, button := range []string{"heroku.com/deploy", "render.com/deploy", "railway.app/template", "railway.com/template", "railway.com/new", "cloud.digitalocean.com/apps/new", "app.koyeb.com/deploy", "deploy.cloud.run"} {
			if strings.Contains(l.Target, button) {
				x.everything(l.At, "a button that deploys")
			}
		}
		if strings.HasPrefix(l.Target, "tel:") || strings.HasPrefix(l.Target, "mailto:") && about(d, s, incidentWords()...) {
			x.say(Contacts, l.At, "whom to call")
		}
	}
}

// incident notes what a section about incidents tells to look at.
func (x *coverer) incident(s *markup.Section, b *markup.Block, text string) {
	for _, look := range []struct {
		subject Subject
		words   []string
	}{
		{Logs, []string{"logs", "log file", "request id", "request-id"}},
		{Workers, []string{"worker", "queue", "celery"}},
		{DatabaseLook, []string{"database", "postgres", "mysql"}},
		{CacheLook, []string{"redis", "memcached", "cache"}},
		{Contacts, []string{"pagerduty", "opsgenie", "slack", "on-call", "phone"}},
	} {
		for _, w := range look.words {
			if strings.Contains(text, w) && (len(b.Literals) > 0 || len(b.Links) > 0 || s.Level > 1) {
				x.say(look.subject, b.At, s.Title)
				break
			}
		}
	}
}

// started notes the processes that a unit, a program of supervisor, a Procfile or a Compose file in a code block starts.
func (x *coverer) started(b *markup.Block) {
	offset := 0
	for line := range strings.Lines(b.Text) {
		trimmed := strings.TrimSpace(line)
		for _, key := range []string{"ExecStart=", "command=", "command:", "web:", "worker:", "beat:", "CMD ", "entrypoint:", "exec="} {
			value, ok := strings.CutPrefix(trimmed, key)
			if !ok {
				continue
			}
			at := b.Span(offset, offset+len(strings.TrimRight(line, "\n")))
			for _, c := range x.follow.Command(deploy.Words(strings.Trim(strings.NewReplacer(`["`, "", `"]`, "", `", "`, " ", `","`, " ").Replace(value), " []'\"")), ".", at) {
				x.role(deploy.RoleOf(c.Argv), c.Argv, at, strings.TrimSuffix(strings.TrimSuffix(key, "="), ":"))
			}
		}
		if strings.Contains(trimmed, "uwsgi_pass") || strings.HasPrefix(trimmed, "WSGIScriptAlias") || strings.HasPrefix(trimmed, "wsgi-file") || strings.HasPrefix(trimmed, "module =") && strings.Contains(trimmed, "wsgi") {
			x.say(StartWeb, b.At, "the configuration of the server")
		}
		offset += len(line)
	}
}

// configuration notes whether a document describes what is configured: an example file of variables that is there, the variables that the
// settings read, or the file of settings.
func (x *coverer) configuration(d *runbook.Document) {
	text := string(d.File.Data)
	for _, f := range x.EnvFiles {
		if f.Example && strings.Contains(text, path.Base(f.File.Path)) {
			x.say(Configuration, d.File.Span(0, 0), path.Base(f.File.Path))
		}
	}
	if x.Settings == nil {
		return
	}
	names := map[string]bool{}
	said := 0
	for _, r := range x.Settings.Result.Reads {
		if !names[r.Name] {
			names[r.Name] = true
			if d.Says(r.Name) {
				said++
			}
		}
	}
	if said >= 3 || said > 0 && said*2 >= len(names) {
		x.say(Configuration, d.File.Span(0, 0), "the variables")
	}
	for _, o := range x.Settings.Result.Overrides {
		if base := overriding(o.What); base != "" && strings.Contains(text, base) {
			x.say(Configuration, d.File.Span(0, 0), base)
		}
	}
	for _, name := range []string{"local_settings.py", "settings_local.py", "local.py", "production.py", "settings/production", "configuration.py"} {
		if runbook.HasWord(text, name) && (len(names) == 0 || strings.Contains(text, "SECRET_KEY")) {
			x.say(Configuration, d.File.Span(0, 0), name)
		}
	}
}

// overriding is the name of the file that an override speaks of.
func overriding(what string) string {
	base, _, _ := strings.Cut(what, ",")
	if base = path.Base(base); strings.Contains(base, ".") && !strings.Contains(base, " ") {
		return base
	}
	return ""
}
