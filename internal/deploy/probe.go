package deploy

import (
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"gonogo/internal/source"
)

// ProbeKind is what a probe decides.
type ProbeKind uint8

const (
	Liveness    ProbeKind = iota + 1 // whether the process is started anew
	Readiness                        // whether it gets requests
	Startup                          // whether it has started, and the other probes begin
	HealthCheck                      // whether a container counts as healthy: Docker's, Compose's, a platform's
)

// String is the kind's name.
func (k ProbeKind) String() string {
	switch k {
	case Liveness:
		return "liveness"
	case Readiness:
		return "readiness"
	case Startup:
		return "startup"
	case HealthCheck:
		return "healthcheck"
	}
	return "none"
}

// Probe is how a runtime asks a process whether it is well: by an HTTP request, by opening a port, or by a command.
type Probe struct {
	Kind     ProbeKind
	Request  *Request  // what it asks for over HTTP, directly or by a command such as curl; nil for none
	Port     Told[int] // the port that it opens, of a probe that asks nothing
	Commands []Command // what it runs in the container
	Disabled bool      // the artefact turns the image's check off
	// How often, how long an answer may take, how long failures don't count after the start, and how many in a row do.
	Interval, Timeout, StartPeriod Told[time.Duration]
	Failures                       Told[int]
	At                             source.Span
}

// Request is the request of a probe.
type Request struct {
	Scheme string // "http", "https"
	Host   string // the Host header: as given, else the host of the URL; "" for the pod's or host's address
	// Target is the host that it connects to, whatever Host it names; "" for the pod or host itself.
	Target string
	// HostGiven says that the artefact sets the Host header.
	HostGiven bool
	Port      Told[int]
	Path      string // with the query; "/" at least
	Headers   []Variable
	Follows   bool // follows redirects, so that the page behind one is what is judged
	// Strict says that an error of the application (4xx, 5xx) fails the probe; curl without -f takes any answer.
	Strict bool
	At     source.Span
}

// httpCommand finds the request that a probe's command makes with curl or wget.
func httpCommand(commands []Command) *Request {
	for _, c := range commands {
		name, args := program(c.Argv)
		switch name {
		case "curl":
			if r := curlRequest(args, c.At); r != nil {
				return r
			}
		case "wget":
			if r := wgetRequest(args, c.At); r != nil {
				return r
			}
		case "http", "https": // HTTPie
			if r := requestTo(lastURL(args), c.At); r != nil {
				r.Strict = indexOf(args, "--check-status") >= 0
				return r
			}
		}
	}
	return nil
}

// curlRequest reads curl's arguments: -f fails on 4xx and 5xx, -L follows redirects, -H sets a header (curl(1)).
func curlRequest(args []string, at source.Span) *Request {
	var headers []Variable
	target, strict, follows := "", false, false
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "-H" || arg == "--header":
			if i++; i < len(args) {
				headers = append(headers, headerOf(args[i], at))
			}
		case arg == "--fail" || arg == "--fail-with-body":
			strict = true
		case arg == "--location":
			follows = true
		case arg == "--url" && i+1 < len(args):
			i++
			target = args[i]
		case curlTakesValue(arg):
			i++
		case strings.HasPrefix(arg, "--"):
		case strings.HasPrefix(arg, "-"):
			strict = strict || strings.Contains(arg, "f")
			follows = follows || strings.Contains(arg, "L")
			if strings.IndexByte("omwXAdbu", arg[len(arg)-1]) >= 0 { // -fso /dev/null
				i++
			}
		case target == "":
			target = arg
		}
	}
	r := requestTo(target, at)
	if r != nil {
		r.Strict, r.Follows = strict, follows
		r.setHeaders(headers)
	}
	return r
}

func curlTakesValue(option string) bool {
	switch option {
	case "-o", "--output", "-m", "--max-time", "-w", "--write-out", "--connect-timeout", "--retry", "--retry-delay", "-X", "--request", "-A", "--user-agent", "-d", "--data",
		"--unix-socket", "--resolve", "-u", "--user", "-b", "--cookie", "--cacert", "--retry-max-time", "--max-redirs":
		return true
	}
	return false
}

// wgetRequest reads wget's arguments; it fails on errors and follows redirects by itself.
func wgetRequest(args []string, at source.Span) *Request {
	var headers []Variable
	for i, arg := range args {
		if text, ok := strings.CutPrefix(arg, "--header="); ok {
			headers = append(headers, headerOf(text, at))
		} else if arg == "--header" && i+1 < len(args) {
			headers = append(headers, headerOf(args[i+1], at))
		}
	}
	r := requestTo(lastURL(args), at)
	if r != nil {
		r.Strict, r.Follows = true, true
		for _, arg := range args {
			r.Follows = r.Follows && arg != "--max-redirect=0"
		}
		r.setHeaders(headers)
	}
	return r
}

// lastURL is the last argument that looks like an address.
func lastURL(args []string) string {
	for i := len(args) - 1; i >= 0; i-- {
		a := args[i]
		if strings.HasPrefix(a, "http://") || strings.HasPrefix(a, "https://") || !strings.HasPrefix(a, "-") && (strings.Contains(a, "localhost") || strings.Contains(a, "127.0.0.1")) {
			return a
		}
	}
	return ""
}

func headerOf(text string, at source.Span) Variable {
	name, value, _ := strings.Cut(text, ":")
	return Variable{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value), Given: true, At: at}
}

// requestTo is a GET of an address; nil when it can't be read.
func requestTo(address string, at source.Span) *Request {
	if address == "" {
		return nil
	}
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	scheme, rest, _ := strings.Cut(address, "://")
	authority, file := rest, "/"
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		authority, file = rest[:i], rest[i:]
	}
	if strings.HasPrefix(file, "?") {
		file = "/" + file
	}
	r := &Request{Scheme: strings.ToLower(scheme), Path: file, At: at}
	host, port := authority, ""
	if i := strings.LastIndexByte(authority, ':'); i >= 0 && !strings.HasSuffix(authority, "]") {
		host, port = authority[:i], authority[i+1:]
	}
	r.Host = strings.Trim(host, "[]")
	r.Target = r.Host
	switch {
	case port != "":
		r.Port = parsed(port, at, parseInt)
	case r.Scheme == "https":
		r.Port = byDefault(443)
	default:
		r.Port = byDefault(80)
	}
	return r
}

// setHeaders adds headers; one that is called Host replaces the address's host.
func (r *Request) setHeaders(headers []Variable) {
	r.Headers = append(r.Headers, headers...)
	for _, h := range headers {
		if strings.EqualFold(h.Name, "Host") {
			r.Host, r.HostGiven = h.Value, true
		}
	}
}

// URL is the request's address for people: "http://localhost:8000/health/".
func (r *Request) URL() string {
	port := ""
	if r.Port.Known && !(r.Port.Value == 80 && r.Scheme == "http" || r.Port.Value == 443 && r.Scheme == "https") {
		port = ":" + strconv.Itoa(r.Port.Value)
	}
	return r.Scheme + "://" + r.Host + port + r.Path
}

// PathOnly is the path without the query.
func (r *Request) PathOnly() string {
	p, _, _ := strings.Cut(r.Path, "?")
	if u, err := url.PathUnescape(p); err == nil {
		p = u
	}
	if p == "" {
		return "/"
	}
	return p
}

// checkCommand reads what a health check runs: Docker's HEALTHCHECK CMD, Compose's test, Kubernetes' exec.
func checkCommand(argv []string, at source.Span, env []Variable, find *scripts) []Command {
	x := newExecution(env, find)
	x.run(argv, at, false)
	return x.commands
}

// composeTest reads healthcheck.test: ["CMD", ...], ["CMD-SHELL", "..."], ["NONE"], or a text for a shell.
func (p *Probe) composeTest(words []string, text string, find *scripts, env []Variable) {
	switch {
	case text != "":
		words = []string{"/bin/sh", "-c", text}
	case len(words) > 0 && words[0] == "NONE":
		p.Disabled = true
		return
	case len(words) > 1 && words[0] == "CMD-SHELL":
		words = []string{"/bin/sh", "-c", strings.Join(words[1:], " ")}
	case len(words) > 1 && words[0] == "CMD":
		words = words[1:]
	}
	p.Commands = checkCommand(words, p.At, env, find)
	p.Request = httpCommand(p.Commands)
	if p.Request == nil {
		p.Request = pythonRequest(words, p.At)
	}
}

// pythonRequest finds the address that a check written in Python's command line asks for: python -c "... urlopen('http://localhost:8000/') ...".
func pythonRequest(argv []string, at source.Span) *Request {
	joined := strings.Join(argv, " ")
	if len(argv) == 0 || !strings.Contains(joined, "python") && !strings.HasPrefix(path.Base(argv[0]), "python") {
		return nil
	}
	for _, scheme := range []string{"http://", "https://"} {
		if i := strings.Index(joined, scheme); i >= 0 {
			end := strings.IndexAny(joined[i:], "'\"` )\\")
			if end < 0 {
				end = len(joined) - i
			}
			r := requestTo(joined[i:i+end], at)
			if r != nil {
				r.Follows, r.Strict = true, strings.Contains(joined, "urlopen") || strings.Contains(joined, "raise_for_status")
			}
			return r
		}
	}
	return nil
}
