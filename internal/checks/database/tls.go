package database

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func tls() check.Check {
	return check.Check{
		ID: "database/tls", Severity: check.Recommended, Source: answerTLS,
		Doc: check.Doc{
			Title: "The connection to a remote database is encrypted",
			Why: `Without TLS the password's exchange and every row cross the network in clear. libpq's own default is sslmode=prefer: it tries TLS and quietly goes on without when the server, or somebody between, says no.

sslmode=require ends that; verify-full also proves that the server is the right one, and needs the provider's CA certificate. A socket or the loopback has no network to protect, and a container's private network on one host is usually accepted.`,
			Fix:    "PostgreSQL: `\"OPTIONS\": {\"sslmode\": \"require\"}`, or `verify-full` with `\"sslrootcert\": \"/etc/ssl/provider-ca.pem\"`. MySQL: `\"OPTIONS\": {\"ssl_mode\": \"REQUIRED\"}` or an `ssl` dictionary with the CA.",
			Verify: "`python manage.py dbshell -- -c \"select ssl, version from pg_stat_ssl where pid = pg_backend_pid()\"` prints `t | TLSv1.3`.",
			Bad: []check.Example{
				check.Project("A remote server, and nothing that asks for TLS.", "settings.py", `DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "HOST": "shop.c1.eu-central-1.rds.amazonaws.com",
    },
}
`),
			},
			Good: []check.Example{
				check.Project("TLS is required.", "settings.py", `DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "HOST": "shop.c1.eu-central-1.rds.amazonaws.com",
        "OPTIONS": {"sslmode": "verify-full", "sslrootcert": "/etc/ssl/rds-ca.pem"},
    },
}
`),
			},
			References: []check.Reference{
				check.See("PostgreSQL: SSL support in libpq, protection by mode", check.PostgresDocs+"libpq-ssl.html#LIBPQ-SSL-PROTECTION"),
				check.See("MySQL: encrypted connections", "https://dev.mysql.com/doc/refman/8.4/en/using-encrypted-connections.html"),
				check.See("Django: OPTIONS of a database", check.DjangoDocs+"ref/settings/#std-setting-OPTIONS"),
			},
			Triggers: []string{
				"a remote host without a mode that requires TLS",
				"a remote host with a mode that allows plain text (disable, allow, prefer, PREFERRED)",
			},
		},
	}
}

func answerTLS(p *check.SourcePass) check.Answer {
	return eachServer(p, "every remote database is reached over TLS, and the others do not leave the host", func(w *django.World, db django.Database) (check.Finding, string) {
		secured, mode := encrypted(p, db)
		if secured == eval.Yes {
			return check.Finding{}, ""
		}
		place, host := hostOf(p, db)
		switch {
		case db.Engine() == django.Undecided:
			return check.Finding{}, doubtOf(db, "the address with its options", db.Option("ENGINE"))
		case place == local || place == private:
			return check.Finding{}, ""
		case place == given:
			return check.Finding{}, givenAddress(db)
		case secured == eval.Maybe:
			return check.Finding{}, doubtOf(db, "OPTIONS", db.Option("OPTIONS"))
		case !strings.Contains(host, "."):
			return check.Finding{}, fmt.Sprintf("%s is on the host %s, a name inside a network that the repository does not describe", aliasName(db), host)
		}
		return unencrypted(w, db, mode)
	})
}

// unencrypted is the finding about a remote server, with the advice for its engine.
func unencrypted(w *django.World, db django.Database, mode eval.Value) (check.Finding, string) {
	f := check.Finding{Severity: check.Recommended, At: where(w, db, "HOST")}
	has := "nothing asks for TLS"
	if mode.IsValid() {
		has = "its mode " + mode.Repr(20) + check.EnvNote(mode) + " goes on without TLS"
		if at := mode.At(); !at.IsZero() {
			f.At = at
		}
	}
	switch db.Engine() {
	case django.PostgreSQL:
		f.Fix = `"OPTIONS": {"sslmode": "require"}`
	case django.MySQL:
		f.Fix = `"OPTIONS": {"ssl_mode": "REQUIRED"}`
	default:
		return check.Finding{}, fmt.Sprintf("whether %s uses TLS is set in the client of %s, outside Django", aliasName(db), db.Engine())
	}
	f.Message = fmt.Sprintf("%s is on another host and %s, so passwords and rows can cross the network in clear; write %s", aliasName(db), has, f.Fix)
	return f, ""
}

// givenAddress is the doubt about an address that an operator gives.
func givenAddress(db django.Database) string {
	names := outside(db.Option("HOST"))
	if names == "" {
		names = outside(db.Config)
	}
	if names != "" {
		return fmt.Sprintf("the address of %s comes from %s, and nothing here requires TLS; it is required where the address says so, or with sslmode in OPTIONS", aliasName(db), names)
	}
	return fmt.Sprintf("the address of %s is not known: %s", aliasName(db), reason(db.Option("HOST"), db.Config))
}

// encrypted reports whether the options of an alias require TLS, and the mode that they name.
func encrypted(p *check.SourcePass, db django.Database) (eval.Tri, eval.Value) {
	options := db.Option("OPTIONS")
	if !options.IsValid() {
		return eval.No, eval.Value{}
	}
	var mode eval.Value
	for _, key := range []string{"sslmode", "ssl_mode"} {
		if v := db.Option("OPTIONS", key); v.IsValid() {
			mode = v
		}
	}
	if text, ok := mode.AsStr(); ok {
		switch strings.ToLower(text) {
		case "require", "verify-ca", "verify-full", "required", "verify_ca", "verify_identity":
			return eval.Yes, mode
		}
		return eval.No, mode
	}
	for _, key := range []string{"ssl", "sslrootcert", "service", "ssl_ca"} {
		if v := db.Option("OPTIONS", key); v.IsValid() && v.Truth() != eval.No && !v.IsUnknown() {
			if key == "sslrootcert" || key == "service" {
				// libpq goes to verify-ca only with a mode; a service file can hold it.
				return eval.Maybe, eval.Value{}
			}
			return eval.Yes, v
		}
	}
	if mode.IsValid() || options.IsUnknown() || options.IsOpen() {
		return eval.Maybe, mode
	}
	return eval.No, eval.Value{}
}
