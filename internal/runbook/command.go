package runbook

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/markup"
	"gonogo/internal/source"
)

// Command is a command that a document tells its reader to run.
type Command struct {
	// Argv is the command without what only starts it (sudo, poetry run, docker compose exec). What a reader has to fill in stands as
	// underscores in place of <...>, expansions stand as written.
	Argv []string
	// Outer are the programs around it that lead into a container or another machine ("docker compose exec web"), nil for none.
	Outer []string
	// Dir is the folder that commands before it in the same block changed to, as written; "" for none.
	Dir string
	// Writes are the paths that its output is redirected to.
	Writes  []string
	Inline  bool // stands within text
	Section *markup.Section
	At      source.Span
	// Past says that its section speaks of an earlier release.
	Past bool
}

// Name is a variable or setting that a document names.
type Name struct {
	Name string
	// Given says that the document presents it as one of the project: it leads a row, an item or a section, or is given a value.
	Given   bool
	Section *markup.Section
	At      source.Span
	Past    bool
}

// reader collects what one document names.
type reader struct {
	doc     *Document
	follow  *deploy.Follower
	name    *regexp.Regexp
	prompt  *regexp.Regexp
	assign  *regexp.Regexp
	yaml    *regexp.Regexp
	version *regexp.Regexp
	fill    *regexp.Regexp // what a reader has to fill in: <name>, {{ name }}, [name], ...
	here    *markup.Section
	past    bool
}

func newReader(d *Document) *reader {
	return &reader{
		doc: d, follow: deploy.NewFollower(source.FromMap(nil)),
		name:    regexp.MustCompile(`^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$`),
		prompt:  regexp.MustCompile(`^\s*(?:\([^)\s]+\)\s*)?(?:\[?[\w.-]+@[\w.-]+(?:[:\s][~\w/.-]*)?\]?\s?)?[$%➜❯]\s+`),
		assign:  regexp.MustCompile(`^\s*(?:-\s+)?(?:export\s+|ENV\s+|#\s*)?"?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"?=`),
		yaml:    regexp.MustCompile(`^\s*(?:-\s+name:\s+)?"?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"?(?::\s|:$|$)`),
		version: regexp.MustCompile(versionForm),
		fill:    regexp.MustCompile(`<[A-Za-z][^<>\n=&;|]{0,60}>|\{\{[^{}\n]{0,60}\}\}|\[[A-Za-z][A-Za-z0-9 _.=<>-]{0,60}\]|\.\.\.+|…`),
	}
}

func (r *reader) section(s *markup.Section) {
	r.here, r.past = s, ofPastSection(s, r.version)
	if title := strings.Trim(s.Title, "`"); r.name.MatchString(title) {
		r.named(title, true, s.At)
	}
	for i := range s.Blocks {
		b := &s.Blocks[i]
		switch b.Kind {
		case markup.Code:
			r.code(b)
		default:
			for _, l := range b.Literals {
				r.literal(l)
			}
		}
	}
}

func (r *reader) named(name string, given bool, at source.Span) {
	r.doc.Names = append(r.doc.Names, Name{Name: name, Given: given, Section: r.here, At: at, Past: r.past})
}

// literal reads inline code: a variable, or a command of a program that is known.
func (r *reader) literal(l markup.Literal) {
	plain, value, assigned := strings.Cut(l.Text, "=")
	if name := strings.Trim(plain, "${}: "); r.name.MatchString(name) {
		r.named(name, l.First && !assigned || l.Role == "envvar" || assigned && !strings.ContainsAny(value, " \n") && value != "", l.At)
		return
	}
	text := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(l.Text), "$ "))
	words := strings.Fields(text)
	if len(words) < 2 || len(text) > 300 || !isProgram(words[0]) {
		return
	}
	r.shell(text, true, func(int, int) source.Span { return l.At })
}

// code reads a block of code: a shell session, a script, variables with their values.
func (r *reader) code(b *markup.Block) {
	switch b.Language {
	case "bash", "sh", "shell", "zsh", "console", "shell-session", "shellsession", "terminal", "session", "bash-session", "sh-session", "commandline", "cmd":
		r.script(b, b.Language == "console" || strings.HasSuffix(b.Language, "session"))
	case "", "text", "txt", "none", "plaintext", "plain", "default":
		r.unnamed(b)
	case "env", "dotenv", "ini", "properties", "conf", "dockerfile", "docker", "makefile", "environment":
		r.values(b, r.assign)
	case "yaml", "yml":
		r.values(b, r.assign)
		if strings.Contains(b.Text, "environment:") || strings.Contains(b.Text, "env:") {
			r.values(b, r.yaml)
		}
	}
}

// values reads the lines that give a variable its value.
func (r *reader) values(b *markup.Block, form *regexp.Regexp) {
	offset := 0
	for line := range strings.Lines(b.Text) {
		if at := form.FindStringSubmatchIndex(strings.TrimRight(line, "\r\n")); at != nil {
			r.named(line[at[2]:at[3]], true, b.Span(offset+at[2], offset+at[3]))
		}
		offset += len(line)
	}
}

// unnamed reads a block that names no language: it is a shell's where a prompt or a known program begins it.
func (r *reader) unnamed(b *markup.Block) {
	for line := range strings.Lines(b.Text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if r.prompt.MatchString(line) || len(words) > 1 && isProgram(words[0]) {
			r.script(b, false)
			return
		}
	}
	r.values(b, r.assign)
}

// script reads a block of shell text. Where lines have a prompt, the others are what programs print.
func (r *reader) script(b *markup.Block, session bool) {
	text := b.Text
	if lines := r.prompted(text, session); lines != "" {
		text = lines
	} else if session && !r.beginsWithProgram(text) {
		return
	}
	r.shell(text, false, b.Span)
}

func (r *reader) beginsWithProgram(text string) bool {
	words := strings.Fields(text)
	return len(words) > 0 && isProgram(words[0])
}

// prompted blanks prompts and what programs print, so that no place moves; "" where no line has a prompt.
func (r *reader) prompted(text string, session bool) string {
	var b strings.Builder
	found, continued := false, false
	for line := range strings.Lines(text) {
		mark := r.prompt.FindString(line)
		if mark == "" && session && strings.HasPrefix(line, "# ") { // a prompt of root
			if words := strings.Fields(line[2:]); len(words) > 0 && isProgram(words[0]) {
				mark = "# "
			}
		}
		if mark == "" && !continued {
			b.WriteString(strings.Repeat(" ", max(len(strings.TrimRight(line, "\n")), 0)) + strings.Repeat("\n", strings.Count(line, "\n")))
			continue
		}
		found = true
		b.WriteString(strings.Repeat(" ", len(mark)) + line[len(mark):])
		continued = strings.HasSuffix(strings.TrimRight(line, "\r\n"), "\\")
	}
	if !found {
		return ""
	}
	return b.String()
}

// isProgram reports whether a word begins a command that documents of such projects have.
func isProgram(word string) bool {
	base := path.Base(word)
	if strings.HasPrefix(base, "python") || strings.HasPrefix(base, "pip") {
		return true
	}
	return slices.Contains([]string{"manage.py", "django-admin", "docker", "docker-compose", "podman", "podman-compose", "make", "just", "systemctl", "supervisorctl", "journalctl", "celery", "gunicorn", "uvicorn", "uwsgi", "daphne", "hypercorn",
		"granian", "kubectl", "helm", "kustomize", "npm", "yarn", "pnpm", "npx", "inv", "invoke", "fab", "poetry", "uv", "pipenv", "pdm", "hatch", "sudo", "git", "cp", "mv", "cd", "mkdir", "chmod", "chown", "source", ".", "export", "echo", "cat",
		"curl", "wget", "heroku", "fly", "flyctl", "kamal", "ansible-playbook", "terraform", "psql", "pg_dump", "pg_restore", "createdb", "createuser", "dropdb", "mysql", "mysqldump", "redis-cli", "apt", "apt-get", "yum", "dnf", "brew",
		"service", "su", "ssh", "scp", "rsync", "tar", "ln", "rm", "ls", "nginx", "certbot", "virtualenv", "tox", "nox", "pytest", "coverage", "ruff", "openssl", "eb", "gcloud", "az", "aws", "dokku", "railway", "doppler", "env", "set", "bash", "sh"}, base)
}
