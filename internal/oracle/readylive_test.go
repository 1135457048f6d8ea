package oracle

import (
	"crypto/x509"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gonogo/internal/oracle/readyshop"
)

// liveShop is the shop of examples/ready, started on the loopback network: each service of compose.yml has an address of 127.0.0.0/8 of its
// own, on which it listens on the ports that its artefacts name.
type liveShop struct {
	t         *testing.T
	dir       string // everything that the run writes
	python    string // the virtual environment that stands for /venv of the image
	hosts     map[string]string
	trusted   *x509.CertPool
	authority string // the file of the certificate that clients trust
	mails     *mailServer
	errors    *httptest.Server  // takes what sentry-sdk sends
	collected map[string]string // folders of static files, by what they were made from
	running   map[string][]*program
	prints    map[string]string // of what runs: the form's fingerprint
	current   *form
	forms     map[string]*form // those that were built, by name
}

// newLiveShop makes the network, a certificate, and a server for mail. Nothing of the shop runs yet.
func newLiveShop(t *testing.T) *liveShop {
	t.Helper()
	if os.Getenv("GONOGO_ORACLE") != "1" {
		t.Skip("set GONOGO_ORACLE=1 to start the shop with PostgreSQL, Redis, gunicorn, Celery and nginx; ./test does")
	}
	dir, err := os.MkdirTemp("", "gonogo-shop-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { // the workers of nginx are other users
		t.Fatal(err)
	}
	s := &liveShop{t: t, dir: dir, python: filepath.Join(repository(t), "build", "venv-ready"), hosts: make(map[string]string),
		collected: make(map[string]string), running: make(map[string][]*program), prints: make(map[string]string), forms: make(map[string]*form)}
	if _, err := os.Stat(filepath.Join(s.python, "bin", "gunicorn")); err != nil {
		t.Fatal("build/venv-ready is missing; run internal/oracle/testdata/environments")
	}
	t.Cleanup(s.end)
	network := 16 + rand.IntN(200) // another run on this machine has another one
	for i, name := range []string{"db", "redis", "web", "worker", "beat", "nginx", "smtp.example.com"} {
		s.hosts[name] = fmt.Sprintf("127.%d.0.%d", network, i+2)
	}
	s.makeCertificate()
	s.mails = s.startMailServer()
	s.errors = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	return s
}

func (s *liveShop) address(service string) string { return s.hosts[service] }

// within is the address by which a container reaches itself alone: its own 127.0.0.1.
func (s *liveShop) within(service string) string {
	return strings.Replace(s.hosts[service], ".0.", ".1.", 1)
}

// path is where programs are looked for.
func (s *liveShop) path() string {
	return filepath.Join(s.python, "bin") + ":/usr/local/bin:/usr/bin:/bin"
}

func (s *liveShop) end() {
	for _, service := range slices.Sorted(maps.Keys(s.running)) {
		s.stopService(service)
	}
	if s.mails != nil {
		s.mails.listener.Close()
	}
	if s.errors != nil {
		s.errors.Close()
	}
	if s.t.Failed() && os.Getenv("GONOGO_KEEP") != "" {
		s.t.Logf("kept %s", s.dir)
		return
	}
	os.RemoveAll(s.dir)
}

func (s *liveShop) stopService(service string) {
	for _, p := range s.running[service] {
		signal := syscall.SIGTERM
		if service == "db" {
			signal = syscall.SIGINT // fast shutdown, as the image of PostgreSQL asks for
		}
		p.stop(signal)
	}
	delete(s.running, service)
	delete(s.prints, service)
}

// run makes the services of a form run: those that differ from what runs are started anew, in the order in which they depend on each other.
// What a broken form cannot start is no error here: it is what its observation sees. errors are by service.
func (s *liveShop) run(f *form, services ...string) map[string]error {
	errors := make(map[string]error)
	s.current = f
	for _, service := range f.services() {
		if !slices.Contains(services, service) {
			s.stopService(service)
			continue
		}
		print := f.fingerprint(service)
		if s.prints[service] == print && !slices.ContainsFunc(s.running[service], (*program).ended) {
			continue
		}
		s.stopService(service)
		began := time.Now()
		if err := s.start(f, service); err != nil {
			errors[service] = err
		}
		s.t.Logf("%s started in %s", service, time.Since(began).Round(time.Millisecond))
		s.prints[service] = print
	}
	return errors
}

// recreate makes the containers of a service anew: what they wrote outside of volumes is gone.
func (s *liveShop) recreate(service string) error {
	s.stopService(service)
	if err := os.RemoveAll(s.current.app); err != nil {
		return err
	}
	if err := s.lay(s.current); err != nil {
		return err
	}
	if err := s.start(s.current, service); err != nil {
		return err
	}
	s.prints[service] = s.current.fingerprint(service)
	return nil
}

// start starts the processes of one service, as many as it has replicas.
func (s *liveShop) start(f *form, service string) error {
	p := f.process(service)
	if p == nil {
		return fmt.Errorf("compose.yml has no service %s", service)
	}
	replicas := 1
	if p.Replicas.Known && p.Replicas.Said() {
		replicas = p.Replicas.Value
	}
	env := s.environment(p)
	for range replicas {
		var started *program
		var err error
		switch service {
		case "db":
			started, err = s.startDatabase(p.Argv, env)
		case "redis":
			started, err = s.startRedis(p.Argv)
		case "nginx":
			started, err = s.startProxy(f)
		default:
			started, err = s.startApplication(f, service)
		}
		if started != nil {
			s.running[service] = append(s.running[service], started)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// startApplication starts a process of the application's image, with its command and environment.
func (s *liveShop) startApplication(f *form, service string) (*program, error) {
	command := s.command(f, service, nil)
	var ready func(p *program) bool
	if server, ok := f.process(service).Server(); ok {
		var binds, addresses []string
		for _, b := range server.Binds {
			if !b.Loopback() {
				addresses = append(addresses, fmt.Sprintf("%s:%d", s.address(service), b.Port.Value))
			}
			addresses = append(addresses, fmt.Sprintf("%s:%d", s.within(service), b.Port.Value))
		}
		for _, a := range addresses {
			binds = append(binds, "--bind", a)
		}
		command.Env = append(command.Env, "GUNICORN_CMD_ARGS="+strings.Join(binds, " "))
		// The master reports each worker that has imported the application.
		ready = func(p *program) bool { return strings.Count(p.output(), "Booting worker") > 0 && listens(addresses[0]) }
	} else if service == "worker" {
		ready = func(p *program) bool { return strings.Contains(p.output(), " ready.") }
	} else {
		ready = func(p *program) bool { return strings.Contains(p.output(), "beat: Starting") }
	}
	p, err := startProgram(s.dir, service, command)
	if err != nil {
		return nil, err
	}
	return p, p.await(func() bool { return ready(p) })
}

// command is a command in the image of a service of the application: its own one, or argv.
func (s *liveShop) command(f *form, service string, argv []string) *exec.Cmd {
	process := f.process(service)
	if argv == nil {
		argv = process.Argv
	}
	var words []string
	for _, word := range argv {
		words = append(words, strings.ReplaceAll(word, "/tmp/", s.dir+"/"))
	}
	program := words[0]
	if own := filepath.Join(s.python, "bin", words[0]); !strings.Contains(words[0], "/") {
		if _, err := os.Stat(own); err == nil {
			program = own
		}
	}
	command := exec.Command(program, words[1:]...)
	command.Dir = f.app
	command.Env = []string{"HOME=" + s.dir, "PYTHONDONTWRITEBYTECODE=1", "SSL_CERT_FILE=" + s.authority}
	env := s.environment(process)
	env["PATH"] = s.path()
	for _, name := range slices.Sorted(maps.Keys(env)) {
		command.Env = append(command.Env, name+"="+env[name])
	}
	return command
}

// manage runs a management command in the image of a service, and returns what it prints.
func (s *liveShop) manage(service string, args ...string) (string, error) {
	out, err := s.command(s.current, service, append([]string{"python", "manage.py"}, args...)).CombinedOutput()
	return string(out), err
}

// release runs the service that prepares a release, if there is one.
func (s *liveShop) release(f *form) error {
	if f.process("release") == nil {
		return nil
	}
	if out, err := s.command(f, "release", nil).CombinedOutput(); err != nil {
		return fmt.Errorf("release: %w\n%s", err, tailOf(string(out)))
	}
	return nil
}

// dial connects to an address of the outside: a port that the current form publishes on the site's host.
func (s *liveShop) dial(address string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	for published, to := range s.published(s.current) {
		if fmt.Sprint(published) == port {
			outside := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(strings.Replace(s.hosts["nginx"], ".0.", ".2.", 1))}}
			return outside.Dial("tcp", to)
		}
	}
	return nil, fmt.Errorf("nothing publishes port %s: connection refused", port)
}

// goodShop is the shop as it is.
func goodShop(t *testing.T) readyshop.Files {
	t.Helper()
	files, err := readyshop.Read(filepath.Join(repository(t), "examples", "ready"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}
