package secrets

import (
	"fmt"
	"path"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/project"
	"gonogo/internal/redact"
	"gonogo/internal/secrets"
)

const noneInRepositoryID = "secrets/none-in-repository"

func noneInRepository() check.Check {
	return check.Check{
		ID:              noneInRepositoryID,
		Severity:        check.Critical,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "The repository and the image hold no key, token, environment file or copy of user data",
			Why: `A repository is copied to every laptop, build server and fork, and its history keeps what was deleted. Whoever gets one of the copies has what stands in it: the cloud account, the payment provider, the mail of customers, the password hashes of a dump to guess at leisure. Bots read public repositories within minutes of a push.

Nothing but a new key helps once a key was pushed: removing the file leaves it in history, and rewriting history leaves it in the clones. Test keys are fine when they open nothing; they weigh less here where their place says so.

A key that a build makes or copies is in every copy of the image, so that all hosts, and everybody who can pull, share it.`,
			Fix:    `Revoke the key at its issuer and make a new one, which only the platform's secret store and the hosts get. Then remove the file with "git rm --cached" and ignore it. Make keys when a container starts, or mount them; a build that needs one gets it with RUN --mount=type=secret.`,
			Verify: `Run "gonogo check --select secrets/none-in-repository --history": it reads all that was ever committed.`,
			Bad: []check.Example{
				{Note: "The database of a developer, with accounts.", Tracked: []string{"*"}, Files: []check.ExampleFile{
					{Path: "settings.py", Text: "DEBUG = False\n"},
					{Path: "db.sqlite3", Text: "SQLite format 3\x00 CREATE TABLE \"django_migrations\"\n"},
				}},
				{Note: "The build copies a key into the image.", Tracked: []string{"*"}, Files: []check.ExampleFile{
					{Path: "settings.py", Text: "DEBUG = False\n"},
					{Path: "Dockerfile", Text: "FROM python:3.13-slim\nCOPY deploy/id_rsa /root/.ssh/id_rsa\nCOPY shop /app/shop\nCMD [\"gunicorn\", \"shop.wsgi\"]\n"},
				}},
			},
			Good: []check.Example{
				{Note: "An example of the environment, with nothing in it.", Tracked: []string{"*"}, Files: []check.ExampleFile{
					{Path: "settings.py", Text: "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\n"},
					{Path: ".env.example", Text: "SECRET_KEY=\n"},
					{Path: ".gitignore", Text: ".env\n*.sqlite3\n"},
				}},
				{Note: "The build mounts the key for one step.", Tracked: []string{"*"}, Files: []check.ExampleFile{
					{Path: "settings.py", Text: "DEBUG = False\n"},
					{Path: "Dockerfile", Text: "FROM python:3.13-slim\nRUN --mount=type=ssh pip install git+ssh://git@git.example/shop.git\nCMD [\"gunicorn\", \"shop.wsgi\"]\n"},
				}},
			},
			References: []check.Reference{
				check.See("GitHub: removing sensitive data from a repository", "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository"),
				check.See("Docker: build secrets", "https://docs.docker.com/build/building/secrets/"),
				check.See("OWASP: Secrets Management", "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html"),
				check.See("CWE-540: Inclusion of Sensitive Information in Source Code", "https://cwe.mitre.org/data/definitions/540.html"),
			},
			Triggers: []string{
				"a private key, a cloud key or a token of a service stands in a file",
				"git tracks an environment file with real values",
				"a database file, or a dump with accounts, stands in the repository",
				"a build makes a key, or copies one into the image",
				"with --history: a key was committed once",
			},
		},
		Source: noneInRepositorySource,
	}
}

func noneInRepositorySource(p *check.SourcePass) check.Answer {
	leaks := p.Project.Leaks()
	var findings []check.Finding
	var minor []place
	unsure := ""
	for _, file := range leaks.Files {
		found, less, doubt := fileLeaks(file, leaks.Tracked)
		findings, minor = append(findings, found...), append(minor, less...)
		if unsure == "" {
			unsure = doubt
		}
	}
	for _, file := range p.Project.EnvFiles {
		if f, ok := trackedFile(p.Project.Repository, file); ok {
			findings = append(findings, f)
		} else if !leaks.Tracked && unsure == "" && hasRealValue(file) {
			unsure = file.File.Path
		}
	}
	findings = append(findings, builtKeys(p)...)
	past, pastUnknown := pastLeaks(p)
	findings = append(findings, past...)
	if f, ok := together(minor); ok {
		findings = append(findings, f)
	}
	switch {
	case len(findings) > 0:
		return check.Failed(findings...)
	case unsure != "":
		return check.Unclear("whether git tracks " + unsure + " is not known: " + noCheckout(p.Project.Repository))
	case pastUnknown != "":
		return check.Unclear(pastUnknown)
	case !leaks.Tracked:
		return check.Passed(noCheckout(p.Project.Repository) + "; all files of the folder were looked at")
	case p.Project.History().Asked:
		return check.Passed(fmt.Sprintf("nor is anything in the %d contents that were ever committed", p.Project.History().Blobs))
	}
	return check.Passed("")
}

// noCheckout says why git tells nothing.
func noCheckout(r *project.Repository) string {
	if r != nil && r.Reason != "" {
		return r.Reason
	}
	return "the project is in no git checkout"
}

// place is a find that weighs little, for one finding about all of them.
type place struct {
	what string
	at   check.Finding
}

// fileLeaks are the findings about one file; doubt is its path where it counts only if git tracks it, and that is not known.
func fileLeaks(file project.LeakyFile, tracked bool) (findings []check.Finding, minor []place, doubt string) {
	if file.Database {
		return databaseFile(file, tracked)
	}
	hashes := 0
	var first secrets.Find
	for _, f := range file.Finds {
		switch f.Class {
		case secrets.PrivateKey, secrets.CloudKey, secrets.Token:
			finding := keyFinding(file, f)
			if finding.Severity == check.Optional {
				minor = append(minor, place{f.Kind, finding})
			} else {
				findings = append(findings, finding)
			}
		case secrets.PasswordHash, secrets.UserTable:
			if hashes++; hashes == 1 {
				first = f
			}
		}
	}
	// Code that makes accounts is asked about by secrets/default-accounts.
	if hashes > 0 && !strings.HasSuffix(file.Path, ".py") {
		finding, isMinor := dumpFinding(file, first, hashes)
		if isMinor {
			minor = append(minor, place{"copy of accounts", finding})
		} else {
			findings = append(findings, finding)
		}
	}
	return findings, minor, ""
}

// databaseFile is the finding about a database of SQLite. Outside of a checkout it may be the operator's own.
func databaseFile(file project.LeakyFile, tracked bool) (findings []check.Finding, minor []place, doubt string) {
	switch {
	case !file.Tables:
		return nil, nil, "" // an index or a table of facts that comes with the code
	case !tracked:
		return nil, nil, file.Path
	}
	f := check.Finding{Severity: check.Recommended, At: wholeFile(file.Path), Fix: "git rm --cached " + file.Path,
		Message: "git tracks the database " + file.Path + ", and with it whatever somebody once entered; remove it with \"git rm --cached\" and ignore it"}
	switch {
	case file.Test:
		f.Severity = check.Optional
		return nil, []place{{"a database", f}}, ""
	case file.Accounts > 0:
		f.Severity = check.Critical
		f.Message = fmt.Sprintf("git tracks the database %s with %s in it; remove it with \"git rm --cached\", ignore it, and change the passwords", file.Path, accounts(file.Accounts))
	}
	return []check.Finding{f}, nil, ""
}

func accounts(n int) string {
	if n == 1 {
		return "the password hash of an account"
	}
	return fmt.Sprintf("the password hashes of %d accounts", n)
}

// manyAccounts is how many hashes make a dump of a site's users out of what may be an account to begin with.
const manyAccounts = 5

// dumpFinding is the finding about a dump or fixture with accounts.
func dumpFinding(file project.LeakyFile, first secrets.Find, hashes int) (f check.Finding, minor bool) {
	f = check.Finding{Severity: check.Recommended, At: file.Span(first), Secret: true}
	what := accounts(hashes)
	if first.Class == secrets.UserTable {
		what = first.Kind
		f.Severity = check.Critical
	} else if hashes >= manyAccounts {
		f.Severity = check.Critical
	}
	f.Message = file.Path + " holds " + what + ", which everybody who has the repository can guess at leisure; keep copies of data out of it, and change the passwords"
	if file.Test {
		f.Severity = check.Optional
		return f, true
	}
	return f, false
}

// keyFinding is the finding about a key or token, as heavy as its form and place make it.
func keyFinding(file project.LeakyFile, f secrets.Find) check.Finding {
	finding := check.Finding{Severity: check.Critical, At: file.Span(f), Secret: true}
	what := article(f.Kind)
	because := ""
	switch {
	case file.Test:
		finding.Severity = check.Optional
	case f.Trial:
		finding.Severity = check.Optional
	case f.Encrypted:
		finding.Severity, because = check.Recommended, ", which its passphrase protects and nothing else"
	case f.Class == secrets.PrivateKey && forDevelopment(file.Path):
		finding.Severity, because = check.Recommended, ", which its name gives to development"
	case f.Kind == "Google API key":
		finding.Severity, because = check.Recommended, "; one that browsers get must be bound to the site's addresses"
	case f.Class == secrets.Token && isDocument(file.Path):
		finding.Severity, because = check.Recommended, ", a document"
	case f.Kind == "AWS access key" && !beside(file, f):
		finding.Severity, because = check.Recommended, ", without the secret that belongs to it"
	}
	finding.Message = fmt.Sprintf("%s stands in %s%s; revoke it, and give the new one to the hosts alone", what, file.Path, because)
	return finding
}

// beside reports whether another secret stands within a few lines of a find.
func beside(file project.LeakyFile, f secrets.Find) bool {
	for _, g := range file.Finds {
		if g != f && !g.Weak && g.Start < f.End+600 && f.Start < g.End+600 {
			return true
		}
	}
	return false
}

// isDocument reports whether a file is read by people by its name.
func isDocument(name string) bool {
	switch path.Ext(name) {
	case ".md", ".rst", ".txt", ".html", ".adoc":
		return true
	}
	return false
}

// article begins a sentence with a kind.
func article(kind string) string {
	if strings.ContainsRune("AEIOaeio", rune(kind[0])) || strings.HasPrefix(kind, "npm") || strings.HasPrefix(kind, "RSA") || strings.HasPrefix(kind, "SSH") {
		return "An " + kind
	}
	return "A " + kind
}

// together is one finding about all that weighs little, because it stands in tests, examples and documents or says itself that it is for tests.
func together(minor []place) (check.Finding, bool) {
	if len(minor) == 0 {
		return check.Finding{}, false
	}
	f := minor[0].at
	f.Message = fmt.Sprintf("%s stands in %s, whose place or form says that it is for tests; make sure that it opens nothing else", article(minor[0].what), f.At.Path())
	if rest := len(minor) - 1; rest > 0 {
		f.Message += fmt.Sprintf(" (and %d more of the kind)", rest)
	}
	return f, true
}

// hasRealValue reports whether an environment file, no example and not for development, gives a secret.
func hasRealValue(file project.EnvFile) bool {
	if file.Example || forDevelopment(file.File.Path) || secrets.TestPath(file.File.Path) {
		return false
	}
	_, _, ok := realValue(file)
	return ok
}

// realValue is the first line of an environment file that gives a secret a value which looks real (strong), else one that is no example.
func realValue(file project.EnvFile) (line project.EnvLine, strong, ok bool) {
	for _, l := range file.Vars {
		if l.Value == "" || check.IsExampleValue(l.Value) || strings.Contains(l.Value, "${") || !redact.SecretName(l.Name) && !redact.HasPassword(l.Value) {
			continue
		}
		value := l.Value
		if password, isAddress := addressPassword(value); isAddress {
			value = password
		}
		if secrets.Generated(value) || secrets.Key(value) {
			return l, true, true
		}
		if !ok {
			line, ok = l, true
		}
	}
	return line, false, ok
}
