package security

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func passwordValidators() check.Check {
	return check.Check{
		ID:       "security/password-validators",
		Severity: check.Recommended,
		Source:   answerPasswordValidators,
		Doc: check.Doc{
			Title: "New passwords are validated: eight characters at least, and none of the common ones",
			Why: `Attackers don't guess at random. They try the passwords that leaked elsewhere, and the thousand most common ones, against every account. AUTH_PASSWORD_VALIDATORS keeps people from choosing one of those. The setting is empty unless a project fills it: "12345678" is accepted then, and "a" too.

Length does most of the work; rules about digits and signs mostly make people write "Password1!". NIST asks for eight characters and a list of known bad passwords, which is MinimumLengthValidator with CommonPasswordValidator.

The validators run in Django's own forms and in createsuperuser. Code that calls set_password or create_user with what a user typed must call validate_password itself.`,
			Fix:    "Set AUTH_PASSWORD_VALIDATORS to the four validators that startproject writes; leave `min_length` at 8 or more.",
			Verify: "`python manage.py shell -c \"from django.contrib.auth.password_validation import validate_password; validate_password('12345678')\"` ends in a ValidationError.",
			Bad: []check.Example{
				check.SettingsExample("Django's default validates nothing.", `INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.admin"]
`),
				check.SettingsExample("Four characters are enough.", `INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.admin"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 4},
    },
]
`),
			},
			Good: []check.Example{
				check.SettingsExample("Length and a list of common passwords.", `INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.admin"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
`),
			},
			References: []check.Reference{
				check.See("Django: password validation", check.DjangoDocs+"topics/auth/passwords/#module-django.contrib.auth.password_validation"),
				check.See("NIST SP 800-63B: memorized secrets", "https://pages.nist.gov/800-63-3/sp800-63b.html#memsecret"),
				check.See("OWASP: authentication", "https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html#implement-proper-password-strength-controls"),
			},
			Triggers: []string{
				"AUTH_PASSWORD_VALIDATORS is empty",
				"a minimum length under 8",
				"none of Django's validators that are listed asks for a length",
			},
		},
	}
}

const (
	validationModule       = "django.contrib.auth.password_validation."
	minimumLengthValidator = validationModule + "MinimumLengthValidator"
)

func answerPasswordValidators(p *check.SourcePass) check.Answer {
	accounts, _ := p.Project.Has(project.Accounts)
	if accounts == eval.No {
		return check.Absent("nobody logs in with a password of this site")
	}
	answer := check.Weigh(p.Settings, func(w *django.World) check.Answer { return judgeValidators(p, w) }, "AUTH_PASSWORD_VALIDATORS")
	if answer.Status == check.Fail && accounts == eval.Maybe {
		return check.Unclear("nothing that was read shows whether people log in with passwords of this site; if they do: " + answer.Findings[0].Message)
	}
	return answer
}

func judgeValidators(p *check.SourcePass, w *django.World) check.Answer {
	backends, known := check.Strings(w.Get("AUTHENTICATION_BACKENDS").Value)
	if known && len(backends) > 0 && !check.AskForPasswords(p, backends) {
		return check.Absent("nobody logs in with a password of this site: " + backends[0] + " asks for none")
	}
	s := w.Get("AUTH_PASSWORD_VALIDATORS")
	switch check.IsOn(s.Value) {
	case eval.Maybe:
		return check.Unclear(check.Doubt(w, s))
	case eval.No:
		return check.Failed(validatorFinding(check.Where(s), check.Describe(s)+", so any password is accepted; list the validators that startproject writes"))
	}
	asksLength, foreign := false, false
	for _, entry := range s.Value.Elems() {
		name, known := entry.Get("NAME").AsStr()
		switch {
		case !known || !strings.HasPrefix(name, validationModule) && !p.Project.Code.Inherits(name, minimumLengthValidator):
			foreign = true
		case name == minimumLengthValidator || !strings.HasPrefix(name, validationModule):
			asksLength = true
			if finding, doubt := judgeLength(entry, name); finding != nil {
				return check.Failed(*finding)
			} else if doubt != "" {
				return check.Unclear(doubt)
			}
		}
	}
	if !asksLength && !foreign && !s.Value.IsOpen() {
		return check.Failed(validatorFinding(check.Where(s), "AUTH_PASSWORD_VALIDATORS asks for no length, so a password of one letter is accepted; add MinimumLengthValidator"))
	}
	return check.Passed("AUTH_PASSWORD_VALIDATORS is set")
}

// judgeLength looks at the minimum length of one validator; without the option it is 8.
func judgeLength(entry eval.Value, name string) (finding *check.Finding, doubt string) {
	length := entry.Get("OPTIONS", "min_length")
	if !length.IsValid() {
		return nil, ""
	}
	if length.IsUnknown() {
		return nil, "the minimum length of passwords is not known: " + length.Reason()
	}
	n, ok := length.AsInt()
	if !ok || n >= 8 {
		return nil, ""
	}
	at := length.At()
	if at.IsZero() {
		at = entry.At()
	}
	f := validatorFinding(at, fmt.Sprintf("%s accepts passwords of %s; ask for 8 characters or more",
		name[strings.LastIndexByte(name, '.')+1:], map[bool]string{true: "1 character", false: fmt.Sprintf("%d characters", n)}[n == 1]+check.EnvNote(length)))
	f.Fix = `"OPTIONS": {"min_length": 8}`
	return &f, ""
}

func validatorFinding(at source.Span, message string) check.Finding {
	return check.Finding{Severity: check.Recommended, Message: message, At: at, Fix: `AUTH_PASSWORD_VALIDATORS = [{"NAME": "` + minimumLengthValidator + `"}, ...]`}
}
