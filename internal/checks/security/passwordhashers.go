package security

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func passwordHashers() check.Check {
	return check.Check{
		ID:       "security/password-hashers",
		Severity: check.Critical,
		Source:   answerPasswordHashers,
		Doc: check.Doc{
			Title: "New passwords are stored with a slow hash",
			Why: `The first entry of PASSWORD_HASHERS stores new passwords. Tests put MD5 there, because it is fast, and fast is exactly wrong in production: whoever gets hold of the table tries billions of passwords a second against MD5 or SHA-1, and some thousands against PBKDF2, scrypt or Argon2.

Entries behind the first one only check hashes that are there already, and such a password is hashed anew at its next login. An old algorithm may therefore stand further down, where users with old hashes are left.

Django's default, PBKDF2 with a high number of rounds, is a good one. Argon2 resists graphics cards better and needs the package argon2-cffi.`,
			Fix:    "Remove PASSWORD_HASHERS from the production settings, or put `django.contrib.auth.hashers.PBKDF2PasswordHasher` or `Argon2PasswordHasher` first. Keep the fast one in the settings of the tests.",
			Verify: "`python manage.py shell -c \"from django.contrib.auth.hashers import make_password; print(make_password('x').split('$')[0])\"` prints `pbkdf2_sha256`, `argon2`, `scrypt` or `bcrypt_sha256`.",
			Bad: []check.Example{
				check.SettingsExample("The hash of the tests is in the production settings.", `INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
`),
			},
			Good: []check.Example{
				check.SettingsExample("Argon2 for new passwords, the old ones still checked.", `INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.MD5PasswordHasher",
]
`),
			},
			References: []check.Reference{
				check.See("Django: how Django stores passwords", check.DjangoDocs+"topics/auth/passwords/#how-django-stores-passwords"),
				check.See("OWASP: password storage", "https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html"),
			},
			Triggers: []string{
				"the first hasher is MD5, SHA-1 or crypt, salted or not, or a class of the project that inherits from one",
				"the first hasher is a class of the project with fewer than 100,000 PBKDF2 iterations",
				"the list is empty, so that no password can be set",
			},
		},
	}
}

const hashersModule = "django.contrib.auth.hashers."

// fastHashers are the hashers of django.contrib.auth.hashers that a stolen table does not withstand.
var fastHashers = [...]string{
	"MD5PasswordHasher", "UnsaltedMD5PasswordHasher", "SHA1PasswordHasher", "UnsaltedSHA1PasswordHasher", "CryptPasswordHasher",
}

// slowHashers are those that it does.
var slowHashers = [...]string{
	"PBKDF2PasswordHasher", "PBKDF2SHA1PasswordHasher", "Argon2PasswordHasher", "ScryptPasswordHasher",
	"BCryptSHA256PasswordHasher", "BCryptPasswordHasher",
}

// fewIterations is a number of PBKDF2 rounds that no release of Django with security support ever had as its default (4.2: 600,000).
const fewIterations = 100_000

func answerPasswordHashers(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		if check.HasApp(w, "django.contrib.auth") == eval.No {
			return check.Absent("django.contrib.auth is not installed")
		}
		s := w.Get("PASSWORD_HASHERS")
		if !s.Set && s.Value.IsUnknown() {
			return check.Unclear(check.Doubt(w, s))
		}
		if !s.Set {
			return check.Passed("Django's default, PBKDF2, is first")
		}
		elems := s.Value.Elems()
		if len(elems) == 0 {
			if s.Value.IsUnknown() || s.Value.IsOpen() {
				return check.Unclear(check.Doubt(w, s))
			}
			return check.Failed(hasherFinding(check.Finding{At: check.Where(s), Message: fmt.Sprintf("PASSWORD_HASHERS is %s, so no password can be set or checked; remove it", s.Value.Repr(40))}))
		}
		first := elems[0]
		name, known := first.AsStr()
		if !known {
			return check.Unclear(check.Doubt(w, s))
		}
		finding := check.Finding{At: first.At()}
		if finding.At.IsZero() {
			finding.At = check.Where(s)
		}
		return judgeHasher(p, name, finding)
	})
}

// judgeHasher judges the hasher that stores new passwords.
func judgeHasher(p *check.SourcePass, name string, finding check.Finding) check.Answer {
	for _, class := range append([]string{name}, p.Project.Code.Ancestors(name)...) {
		short, djangos := strings.CutPrefix(class, hashersModule)
		if !djangos {
			continue
		}
		for _, fast := range fastHashers {
			if short == fast {
				finding.Message = fmt.Sprintf("%s stores new passwords, and a stolen table of such hashes is cracked in hours; put PBKDF2PasswordHasher first", name[strings.LastIndexByte(name, '.')+1:])
				return check.Failed(hasherFinding(finding))
			}
		}
		for _, slow := range slowHashers {
			if short != slow {
				continue
			}
			if n, ok := iterations(p.Project.Code, name); ok && n < fewIterations && strings.HasPrefix(slow, "PBKDF2") {
				finding.Message = fmt.Sprintf("%s stores new passwords with %d PBKDF2 iterations, far below Django's own number; leave it to Django", name[strings.LastIndexByte(name, '.')+1:], n)
				return check.Failed(hasherFinding(finding))
			}
			return check.Passed(short + " is first")
		}
	}
	return check.Unclear("new passwords are stored by " + name + ", which could not be followed to one of Django's hashers")
}

// iterations is what a class of the project sets its number of PBKDF2 rounds to, as a literal.
func iterations(code *project.Code, class string) (n int64, ok bool) {
	d, found := code.Define(class)
	if !found || d.Class == nil {
		return 0, false
	}
	return literalAttribute(d.Class, "iterations")
}

func hasherFinding(f check.Finding) check.Finding {
	f.Severity = check.Critical
	f.Fix = `PASSWORD_HASHERS = ["` + hashersModule + `PBKDF2PasswordHasher", ...]`
	return f
}
