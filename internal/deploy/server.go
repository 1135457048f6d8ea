package deploy

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"gonogo/internal/source"
)

// Server is an application server as it is configured in the end: command line, configuration file, variables, and its own defaults.
// A field that no server of the kind has says nothing.
type Server struct {
	Program string  // "gunicorn", "uvicorn", "daphne", "hypercorn", "granian", "uwsgi", "waitress", "runserver"
	Command Command // that starts it
	App     string  // the application that it is told to serve: "shop.wsgi:application"; "" when it is not told
	AppAt   source.Span
	Binds   []Bind
	Workers Told[int] // processes
	Threads Told[int] // of each process
	// WorkerClass is gunicorn's: "sync", "gthread", "uvicorn.workers.UvicornWorker".
	WorkerClass Told[string]
	// Interface is how uvicorn and granian call the application, where it is said: "asgi", "asginl", "wsgi", "rsgi".
	Interface Told[string]
	// PingInterval is after how long without traffic a ping goes over a WebSocket; 0 for never, not known where the server has none.
	PingInterval Told[time.Duration]
	// Timeout is after how long without an answer the server kills a worker, GracefulTimeout how long it lets requests end when it stops,
	// KeepAlive how long an idle connection stays open. Zero stands for never.
	Timeout, GracefulTimeout, KeepAlive Told[time.Duration]
	// MaxRequests is after how many requests a worker is replaced (0: never), MaxRequestsJitter how much that differs between workers.
	MaxRequests, MaxRequestsJitter Told[int]
	// MaxLifetime is after how long a worker is replaced, of granian and uWSGI; by default never.
	MaxLifetime Told[time.Duration]
	// ForwardedAllowIPs are the addresses whose X-Forwarded-* headers are trusted, as written ("*", "127.0.0.1").
	ForwardedAllowIPs Told[string]
	ProxyHeaders      Told[bool] // X-Forwarded-* is read at all
	User              Told[string]
	AccessLog         Told[string] // where it writes requests; "" for nowhere, "-" for standard output
	// AccessLogFormat is the format of these lines in the server's own signs, of gunicorn and hypercorn; the default, which says nothing here,
	// lacks the time that a request took.
	AccessLogFormat  Told[string]
	Reload, Preload  Told[bool]
	LimitRequestBody Told[int64] // bytes; 0 for no limit
	// Config is the configuration file that was read, nil for none. ConfigAbsent is one that is named and not in the tree.
	Config       *source.File
	ConfigAbsent string
	// Unread says why a part of the configuration is not known, "" when all of it is.
	Unread string
}

// Bind is an address that a server listens on.
type Bind struct {
	Host   Told[string] // "0.0.0.0", "127.0.0.1"
	Port   Told[int]
	Socket string // the path of a Unix socket, "" for TCP
	At     source.Span
}

// AnyAddress reports whether the server listens on all addresses of its host or container.
func (b Bind) AnyAddress() bool {
	return b.Host.Known && (b.Host.Value == "0.0.0.0" || b.Host.Value == "::" || b.Host.Value == "")
}

// Loopback reports whether only the host or container itself reaches it.
func (b Bind) Loopback() bool {
	return b.Host.Known && (b.Host.Value == "127.0.0.1" || b.Host.Value == "localhost" || b.Host.Value == "::1")
}

// lazyServer is a server that is worked out when it is first asked for.
type lazyServer struct {
	once   sync.Once
	find   *scripts
	server *Server
}

// Server is the application server that the process ends on; ok is false when it ends on none that is known.
func (p *Process) Server() (s *Server, ok bool) {
	if p.server == nil {
		return nil, false
	}
	p.server.once.Do(func() {
		if main, ok := p.Main(); ok {
			p.server.server = readServer(p, main, p.server.find)
		}
	})
	return p.server.server, p.server.server != nil
}

// setting is one value of a server's configuration, before it is read.
type setting struct {
	text string
	at   source.Span
	flag bool // an option without a value
	// unknown says that the text is source code whose value is not known.
	unknown bool
}

// settings are the values of a server's options by their canonical names; an option that adds up has several.
type serverSettings map[string][]setting

func (s serverSettings) set(name string, v setting) { s[name] = []setting{v} }

func (s serverSettings) last(name string) (setting, bool) {
	if all := s[name]; len(all) > 0 {
		return all[len(all)-1], true
	}
	return setting{}, false
}

// settingTold reads an option's value. One that holds an expansion is not known.
func settingTold[T any](s serverSettings, name string, parse func(string) (T, bool)) Told[T] {
	v, ok := s.last(name)
	switch {
	case !ok:
		return Told[T]{}
	case v.unknown || strings.Contains(v.text, "$"):
		return unread[T](v.text, v.at)
	}
	return parsed(v.text, v.at, parse)
}

// settingBool reads an option that is on when it stands there.
func settingBool(s serverSettings, name string) Told[bool] {
	v, ok := s.last(name)
	if ok && v.flag {
		return said(true, v.at)
	}
	return settingTold(s, name, parseBool)
}

// fallback is the server's own default, which is not known to hold where a part of the configuration could not be read.
func fallback[T any](s *Server, value T) Told[T] {
	if s.Unread != "" {
		return Told[T]{Written: s.Unread}
	}
	return byDefault(value)
}

func anyText(text string) (string, bool) { return text, true }

// readServer reads the server that a command starts, nil when it starts none that is known.
func readServer(p *Process, main Command, find *scripts) *Server {
	s := &Server{Command: main}
	name, args := program(main.Argv)
	if management, rest, ok := ManagementCommand(main.Argv); ok {
		if DevelopmentServer(main.Argv) == "" {
			return nil
		}
		s.runserver(management, rest, main.At)
		return s
	}
	switch name {
	case "gunicorn", "gunicorn.app.wsgiapp":
		s.gunicorn(p, args, find)
	case "uvicorn":
		s.uvicorn(p, args)
	case "daphne":
		s.daphne(args)
	case "hypercorn":
		s.hypercorn(args, find)
	case "granian":
		s.granian(p, args)
	case "uwsgi", "pyuwsgi":
		s.uwsgi(p, args, find)
	case "waitress-serve", "waitress":
		s.waitress(args)
	default:
		return nil
	}
	return s
}

// commandOptions reads a command line by a table of options. Words that are no options are returned in order.
func commandOptions(args []string, at source.Span, table options) (settings serverSettings, words []string) {
	settings = serverSettings{}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			words = append(words, args[i+1:]...)
			break
		}
		if !strings.HasPrefix(arg, "-") || arg == "-" {
			words = append(words, arg)
			continue
		}
		option, value, joined := strings.Cut(arg, "=")
		known, found := table[option]
		if !found && !strings.HasPrefix(arg, "--") && len(arg) > 2 { // -w4
			if known, found = table[arg[:2]]; found && !known.flag {
				option, value, joined = arg[:2], strings.TrimPrefix(arg[2:], "="), true
			}
		}
		switch {
		case !found:
			if !joined && i+1 < len(args) && !strings.HasPrefix(args[i+1], "-") && !looksLikeApp(args[i+1]) {
				i++ // the value of an option that is not in the table
			}
			continue
		case known.flag:
			settings.set(known.name, setting{text: value, at: narrow(at, arg), flag: !joined})
			continue
		}
		written := arg
		if !joined {
			if i+1 >= len(args) {
				continue
			}
			i++
			value = args[i]
			written = option + " " + value
		}
		v := setting{text: value, at: narrow(at, written, option+"="+value, option, value)}
		if known.adds {
			settings[known.name] = append(settings[known.name], v)
		} else {
			settings.set(known.name, v)
		}
	}
	return settings, words
}

// narrow is the place of the first of the texts that stands in a span; the span itself when none does.
func narrow(at source.Span, texts ...string) source.Span {
	for _, text := range texts {
		if text != "" && strings.Contains(at.Text(), text) {
			return within(at, text)
		}
	}
	return at
}

// looksLikeApp reports whether a word names an application: "shop.wsgi:application", "shop.wsgi".
func looksLikeApp(word string) bool {
	module, _, colon := strings.Cut(word, ":")
	if strings.ContainsAny(word, "/$ ") {
		return false
	}
	return colon && isDotted(module) || strings.HasSuffix(word, ".wsgi") || strings.HasSuffix(word, ".asgi")
}

func isDotted(text string) bool {
	for _, part := range strings.Split(text, ".") {
		if !isVariableName(part) {
			return false
		}
	}
	return true
}

// option is what an option of a command line is called in the model.
type option struct {
	name string
	flag bool // takes no value
	adds bool // stands several times
}

type options map[string]option

// takeApp takes the application from the words of a command line.
func (s *Server) takeApp(words []string) {
	for _, w := range words {
		s.App, s.AppAt = w, narrow(s.Command.At, w)
		return
	}
}

// bindOf reads "host:port", ":port", "host", "unix:path", "port" alone is a host for gunicorn and a port for runserver.
func bindOf(text string, at source.Span, defaultPort int) Bind {
	b := Bind{At: at}
	if socket, ok := strings.CutPrefix(text, "unix:"); ok {
		b.Socket = strings.TrimPrefix(socket, "//")
		return b
	}
	if strings.HasPrefix(text, "fd://") {
		b.Socket = text
		return b
	}
	text = strings.TrimPrefix(strings.TrimPrefix(text, "tcp://"), "http://")
	host, port := text, ""
	if i := strings.LastIndexByte(text, ':'); i >= 0 && !strings.HasSuffix(text, "]") {
		host, port = text[:i], text[i+1:]
	}
	host = strings.Trim(host, "[]")
	if strings.Contains(host, "$") {
		b.Host = unread[string](host, at)
	} else {
		b.Host = said(host, at)
	}
	switch {
	case port == "":
		b.Port = byDefault(defaultPort)
	case strings.Contains(port, "$"):
		b.Port = unread[int](port, at)
	default:
		b.Port = parsed(port, at, parseInt)
	}
	return b
}

// hostAndPort is an address whose two parts are options of their own.
func hostAndPort(s serverSettings, host string, port int) Bind {
	b := Bind{Host: settingTold(s, "host", anyText).or(byDefault(host)), Port: settingTold(s, "port", parseInt).or(byDefault(port))}
	b.At = firstSpan(b.Host.At, b.Port.At)
	return b
}

func (s *Server) runserver(name string, args []string, at source.Span) {
	s.Program = "runserver"
	host, port := byDefault("127.0.0.1"), byDefault(8000)
	for _, a := range args {
		if strings.HasPrefix(a, "-") {
			continue
		}
		b := bindOf(a, narrow(at, a), 8000)
		if n, err := strconv.Atoi(a); err == nil {
			host, port = byDefault("127.0.0.1"), said(n, narrow(at, a))
		} else {
			host, port = b.Host, b.Port
		}
		break
	}
	if host.Known && host.Value == "0" {
		host.Value = "0.0.0.0"
	}
	s.Binds = []Bind{{Host: host, Port: port, At: firstSpan(host.At, port.At)}}
	if name != "runserver" {
		s.Program = name
	}
}
