package secrets

import (
	"net/url"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/redact"
	"gonogo/internal/secrets"
)

// settingsCredential is a secret of the production settings whose text stands in the repository.
type settingsCredential struct {
	name    string // `DATABASES["default"]["PASSWORD"]`
	value   eval.Value
	setting django.Setting
	strong  bool // it looks like a real value
	finding check.Finding
}

// maxCredentialDepth bounds dictionaries within dictionaries of the settings.
const maxCredentialDepth = 6

// settingsCredentials are the literals, and the defaults of variables, that the settings have as shipped. SECRET_KEY is another check's.
func settingsCredentials(p *check.SourcePass) []settingsCredential {
	if p.Settings == nil {
		return nil
	}
	w := p.Settings.Shipped()
	var found []settingsCredential
	for _, name := range w.SettingNames() {
		if strings.HasPrefix(name, "SECRET_KEY") {
			continue
		}
		s := w.Get(name)
		walkCredentials(s.Value, name, name, 0, func(label, key string, v eval.Value) {
			if c, ok := credential(p, s, label, key, v); ok && !slices.ContainsFunc(found, func(o settingsCredential) bool { return o.finding.At == c.finding.At }) {
				found = append(found, c)
			}
		})
	}
	return found
}

// walkCredentials calls found with every text below a value and the last name that leads to it.
func walkCredentials(v eval.Value, label, key string, depth int, found func(label, key string, v eval.Value)) {
	if depth > maxCredentialDepth {
		return
	}
	if _, ok := v.AsStr(); ok {
		found(label, key, v)
		return
	}
	if engine, ok := v.Get("ENGINE").AsStr(); ok && (strings.Contains(engine, "sqlite") || strings.Contains(engine, "spatialite")) {
		return // a file has no password
	}
	for _, e := range v.Entries() {
		if name, ok := e.Key.AsStr(); ok {
			walkCredentials(e.Value, label+`["`+name+`"]`, name, depth+1, found)
		}
	}
	for _, e := range v.Elems() {
		walkCredentials(e, label, key, depth+1, found)
	}
}

// credential judges one text of the settings.
func credential(p *check.SourcePass, s django.Setting, label, key string, v eval.Value) (c settingsCredential, ok bool) {
	text, _ := v.AsStr()
	if text == "" || !v.IsLiteral() || v.At().IsZero() || secrets.TestPath(v.At().Path()) {
		return c, false
	}
	if _, given := givenRef(v); given {
		return c, false // the artefact that gives it is asked
	}
	c = settingsCredential{name: label, value: v, setting: s}
	c.finding.At = v.At()
	password, isAddress := addressPassword(text)
	switch {
	case isAddress:
		c.strong = secrets.Generated(password)
	case !secrets.HoldsSecret(key) || !redact.SecretName(key) || secrets.Reference(text) || strings.ContainsAny(text, " \n") || strings.HasSuffix(strings.ToUpper(key), "SECRET_KEY") && !strings.Contains(key, "AWS"):
		return c, false
	case secrets.Generated(text) || len(check.Defaulted(v)) == 0 && secrets.Key(text):
		c.strong = true
	case key == "EMAIL_HOST_PASSWORD" && (len(check.Defaulted(v)) > 0 || check.IsExampleValue(text) || secrets.Example(text)):
		return c, false // a mail account that was never filled in
	case proves(key) || opensService(label):
		c.strong = len(check.Defaulted(v)) == 0 && len(text) >= 5 && !check.IsExampleValue(text) && !secrets.Example(text) && !namesItself(s.Value, text)
	default:
		return c, false // a word is no key of somebody else's service: it was never filled in, or is no secret
	}
	if ownedByRepository(p, c.finding) {
		return c, false
	}
	c.weigh(p)
	return c, true
}

// namesItself reports whether a database's password is its name or user: "shop" for shop.
func namesItself(databases eval.Value, text string) bool {
	for _, alias := range databases.Entries() {
		for _, key := range []string{"NAME", "USER"} {
			if name, ok := alias.Value.Get(key).AsStr(); ok && strings.EqualFold(name, text) {
				return true
			}
		}
	}
	return false
}

// opensService reports whether a setting holds the password of a service that the deployment runs itself: a database, a cache, a broker.
func opensService(label string) bool {
	return strings.HasPrefix(label, "DATABASES") || strings.HasPrefix(label, "CACHES") || strings.Contains(label, "REDIS") || strings.Contains(label, "DB_") || strings.Contains(label, "POSTGRES") || strings.Contains(label, "RABBIT") ||
		label == "EMAIL_HOST_PASSWORD"
}

// addressPassword is the password in an address. The default user of RabbitMQ, which only its own host may use, counts as none.
func addressPassword(text string) (password string, ok bool) {
	if !redact.HasPassword(text) {
		return "", false
	}
	u, err := url.Parse(text)
	if err != nil || u.User == nil || u.Host == "" {
		return "", false
	}
	password, ok = u.User.Password()
	if u.User.Username() == "guest" && password == "guest" || secrets.Reference(password) && password != "" && strings.ContainsAny(password, "${%<") {
		return "", false
	}
	return password, ok && password != ""
}

// weigh words and weighs the finding.
func (c *settingsCredential) weigh(p *check.SourcePass) {
	const fix = "; read it from the environment without a default"
	f := &c.finding
	f.Severity = check.Recommended
	defaulted := check.Defaulted(c.value)
	switch {
	case c.strong && len(defaulted) > 0:
		f.Severity = check.Critical
		f.Message = c.name + " falls back to a value that stands in the repository" + check.EnvNote(c.value) + fix + ", and change it"
	case c.strong:
		f.Severity = check.Critical
		f.Message = c.name + " is written in the repository, so everybody who reads it has the access that it gives" + fix + ", and change it"
	case len(defaulted) > 0:
		f.Message = c.name + " falls back to a value that everybody tries first" + check.EnvNote(c.value) + fix + ", so that a host without it does not start"
	default:
		f.Message = c.name + " is a value that everybody tries first, written in the repository" + fix
	}
	c.soften(p, defaulted)
}

// soften makes a critical finding recommended where the set-up of the project replaces the value, and where the settings are not surely production's.
func (c *settingsCredential) soften(p *check.SourcePass, defaulted []string) {
	if c.finding.Severity != check.Critical {
		return
	}
	name := c.setting.Name
	names, files := check.Escapes(p.Settings, func(w *django.World) eval.Tri {
		literal := false
		walkCredentials(w.Get(name).Value, name, name, 0, func(label, _ string, v eval.Value) {
			literal = literal || label == c.name && v.At() == c.value.At()
		})
		return check.If(literal)
	})
	if at, ok := check.SetUp(p, append(names, defaulted...), files); ok {
		c.finding.Severity = check.Recommended
		c.finding.Related = []check.Related{{Message: "the set-up of the project replaces it here", At: at}}
	} else if !p.Project.Choice.Development.IsZero() || forDevelopment(c.finding.At.Path()) {
		c.finding.Severity = check.Recommended
	}
}

func settingsFindings(all []settingsCredential) []check.Finding {
	var findings []check.Finding
	for _, c := range all {
		findings = append(findings, c.finding)
	}
	return findings
}

// ownedByRepository reports whether the text is a key by its form, which secrets/none-in-repository tells of.
func ownedByRepository(p *check.SourcePass, f check.Finding) bool {
	for _, file := range p.Project.Leaks().Files {
		if file.Path != f.At.Path() || file.Database {
			continue
		}
		for _, leak := range file.Finds {
			if (leak.Class == secrets.PrivateKey || leak.Class == secrets.CloudKey || leak.Class == secrets.Token) && leak.Start < f.At.End && f.At.Start < leak.End {
				return true
			}
		}
	}
	return false
}

// credentialVariables are the variables whose default secrets/credentials-external tells of.
func credentialVariables(p *check.SourcePass) []string {
	var names []string
	for _, c := range settingsCredentials(p) {
		names = append(names, check.Defaulted(c.value)...)
	}
	return names
}
