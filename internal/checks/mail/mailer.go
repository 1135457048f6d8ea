package mail

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

const smtpBackend = "django.core.mail.backends.smtp.EmailBackend"

// mailer is what carries mail that names no connection of its own: EMAIL_BACKEND with the EMAIL_* settings,
// or the entry "default" of MAILERS (Django >= 6.1, where EMAIL_* is ignored once MAILERS is given).
type mailer struct {
	world   *django.World
	label   string     // what names the backend: "EMAIL_BACKEND", `MAILERS["default"]["BACKEND"]`
	backend eval.Value // the class that delivers, behind a package that only queues
	at      source.Span
	options eval.Value // the OPTIONS of MAILERS; invalid for EMAIL_*
	mailers bool
}

// defaultMailer finds the mailer of a world. ok is false when MAILERS has no "default".
func defaultMailer(p *check.SourcePass, w *django.World) (m mailer, ok bool) {
	if s := w.Get("MAILERS"); s.Set && !p.Settings.Version.Before(6, 1) {
		return fromMailers(w, s)
	}
	s := w.Get("EMAIL_BACKEND")
	m = mailer{world: w, label: s.Name, backend: s.Value, at: check.Where(s)}
	if !s.Value.IsValid() {
		m.backend = eval.MakeStr(smtpBackend)
	}
	return m.behind(), true
}

func fromMailers(w *django.World, s django.Setting) (mailer, bool) {
	m := mailer{world: w, label: `MAILERS["default"]["BACKEND"]`, at: check.Where(s), mailers: true}
	entry := s.Value.Get("default")
	if !entry.IsValid() {
		return m, false
	}
	if entry.IsUnknown() {
		m.backend = entry
		return m, true
	}
	m.options = entry.Get("OPTIONS")
	m.backend = entry.Get("BACKEND")
	if !m.backend.IsValid() {
		m.backend = eval.MakeStr(smtpBackend)
	} else if at := m.backend.At(); !at.IsZero() {
		m.at = at
	}
	return m.behind(), true
}

// queueing are packages that store mail and hand it to another backend later, with the setting that names it.
var queueing = [...]struct {
	prefix string
	keys   []string // the setting, and keys in it
}{
	{"post_office.", []string{"POST_OFFICE", "BACKENDS", "default"}},
	{"djcelery_email.", []string{"CELERY_EMAIL_BACKEND"}},
	{"mailer.backend.", []string{"MAILER_EMAIL_BACKEND"}},
	{"huey_mail.", []string{"HUEY_EMAIL_BACKEND"}},
	{"celery_email.", []string{"CELERY_EMAIL_BACKEND"}},
}

// behind looks through a package that queues mail. Without its setting, such a package delivers with SMTP.
func (m mailer) behind() mailer {
	name, _ := m.backend.AsStr()
	for _, q := range queueing {
		if !strings.HasPrefix(name, q.prefix) {
			continue
		}
		s := m.world.Get(q.keys[0])
		inner := s.Value
		if s.Set && len(q.keys) > 1 {
			inner = s.Value.Get(q.keys[1:]...)
		}
		if s.Set {
			m.label, m.at = q.keys[0], check.Where(s)
			for _, key := range q.keys[1:] {
				m.label += fmt.Sprintf("[%q]", key)
			}
		}
		if !inner.IsValid() {
			inner = eval.MakeStr(smtpBackend)
		} else if short, ok := inner.AsStr(); ok && strings.Count(short, ".") == 1 {
			inner = eval.MakeStr("django.core.mail.backends." + short).WithOrigin(inner.Origin()) // as post_office writes it
		}
		m.backend = inner
	}
	return m
}

// option is what the SMTP backend takes for an option: a key of OPTIONS ("host"), or a setting (EMAIL_HOST).
type option struct {
	label string
	value eval.Value
	at    source.Span
	set   bool
}

func (m mailer) option(key, setting string) option {
	if !m.mailers {
		s := m.world.Get(setting)
		return option{label: setting, value: s.Value, at: check.Where(s), set: s.Set}
	}
	o := option{label: `the option "` + key + `" of MAILERS["default"]`, at: m.at}
	if m.options.IsValid() {
		o.value = m.options.Get(key)
		o.set = o.value.IsValid()
		if at := o.value.At(); o.set && !at.IsZero() {
			o.at = at
		}
	}
	return o
}

// doubt words why the option can't be known.
func (o option) doubt() string {
	if reason := o.value.Reason(); reason != "" {
		return o.label + " is not known: " + reason
	}
	return o.label + " is not known from the source"
}

// drops reports whether a backend delivers nothing: development's backends of Django and django-anymail
// (django/core/checks/mail.py, NON_PRODUCTION_EMAIL_BACKENDS).
func drops(backend string) (what string, yes bool) {
	switch backend {
	case "django.core.mail.backends.console.EmailBackend", "anymail.backends.console.EmailBackend":
		return "prints mail to the console", true
	case "django.core.mail.backends.dummy.EmailBackend":
		return "throws mail away", true
	case "django.core.mail.backends.filebased.EmailBackend":
		return "writes mail into files", true
	case "django.core.mail.backends.locmem.EmailBackend", "anymail.backends.test.EmailBackend":
		return "keeps mail in memory", true
	}
	return "", false
}

// missing reports whether a dotted name looks like one of Django's backends and is none.
func missing(backend string) bool {
	const root = "django.core.mail.backends."
	if !strings.HasPrefix(backend, root) {
		return false
	}
	switch strings.TrimPrefix(backend, root) {
	case "smtp.EmailBackend", "console.EmailBackend", "dummy.EmailBackend", "filebased.EmailBackend", "locmem.EmailBackend", "base.BaseEmailBackend":
		return false
	}
	return true
}

// silent is the answer where nothing sends mail, or where that is not known and the answer would be a failure.
func silent(p *check.SourcePass) (sends eval.Tri, absent check.Answer) {
	sends, _ = p.Project.Has(project.Mail)
	return sends, check.Absent("nothing in the project sends mail")
}
