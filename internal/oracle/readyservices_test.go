package oracle

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// program is one started process of the shop.
type program struct {
	name    string
	command *exec.Cmd
	log     string        // the file that its standard streams go to
	done    chan struct{} // closed when it has ended
}

// startProgram starts a program in its own process group, with its standard streams in one file.
func startProgram(dir, name string, command *exec.Cmd) (*program, error) {
	log, err := os.CreateTemp(dir, name+"-*.log")
	if err != nil {
		return nil, err
	}
	defer log.Close()
	if command.SysProcAttr == nil {
		command.SysProcAttr = &syscall.SysProcAttr{}
	} else if err := os.Chown(log.Name(), int(command.SysProcAttr.Credential.Uid), -1); err != nil {
		return nil, err
	}
	command.SysProcAttr.Setpgid = true
	command.Stdout, command.Stderr = log, log
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p := &program{name: name, command: command, log: log.Name(), done: make(chan struct{})}
	go func() {
		command.Wait()
		close(p.done)
	}()
	return p, nil
}

func (p *program) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// output is what it wrote so far.
func (p *program) output() string {
	text, _ := os.ReadFile(p.log)
	return string(text)
}

// stop asks the program to end as its runtime would, and ends what is left of its group.
func (p *program) stop(signal syscall.Signal) {
	p.command.Process.Signal(signal)
	select {
	case <-p.done:
	case <-time.After(10 * time.Second):
	}
	syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL)
	<-p.done
}

// await asks until something holds, the program has ended, or two minutes have passed.
func (p *program) await(holds func() bool) error {
	for deadline := time.Now().Add(2 * time.Minute); !holds(); time.Sleep(50 * time.Millisecond) {
		if p.ended() {
			return fmt.Errorf("%s has ended: %s", p.name, tailOf(p.output()))
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s is not ready after two minutes: %s", p.name, tailOf(p.output()))
		}
	}
	return nil
}

func tailOf(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-12):], "\n")
}

// listens reports whether somebody accepts connections at an address.
func listens(address string) bool {
	connection, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	connection.Close()
	return true
}

// installed is the path of a program of the machine. Without it the test fails, since ./test installs it.
func installed(t *testing.T, name, pattern string) string {
	t.Helper()
	found, _ := filepath.Glob(pattern)
	if path, err := exec.LookPath(name); err == nil && len(found) == 0 {
		return path
	}
	if len(found) == 0 {
		t.Fatalf("%s is not installed; run internal/oracle/testdata/environments as root, or install its package", name)
	}
	slices.Sort(found)
	return found[len(found)-1]
}

// startDatabase makes a cluster with the user and database that the service's environment names, and starts the service's command on it.
func (s *liveShop) startDatabase(argv []string, env map[string]string) (*program, error) {
	bin := filepath.Dir(installed(s.t, "postgres", "/usr/lib/postgresql/*/bin/postgres"))
	dir := filepath.Join(s.dir, "postgres")
	data := filepath.Join(dir, "data")
	if _, err := os.Stat(data); err != nil {
		if err := s.makeCluster(bin, dir, data, env); err != nil {
			return nil, err
		}
	}
	address := s.address("db")
	args := append(slices.Clone(argv[1:]), "-D", data, "-h", address, "-p", "5432", "-k", dir, "-c", "fsync=off")
	command := exec.Command(filepath.Join(bin, "postgres"), args...)
	command.Dir, command.SysProcAttr = dir, unprivilegedUser(s.t, dir)
	p, err := startProgram(s.dir, "db", command)
	if err != nil {
		return nil, err
	}
	return p, p.await(func() bool {
		return exec.Command(filepath.Join(bin, "pg_isready"), "-q", "-h", address, "-U", env["POSTGRES_USER"]).Run() == nil
	})
}

// makeCluster does what the entry point of the image of PostgreSQL does at its first start.
func (s *liveShop) makeCluster(bin, dir, data string, env map[string]string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	unprivileged := unprivilegedUser(s.t, dir)
	password := filepath.Join(dir, "password")
	if err := os.WriteFile(password, []byte(env["POSTGRES_PASSWORD"]+"\n"), 0o644); err != nil {
		return err
	}
	run := func(input, name string, args ...string) error {
		command := exec.Command(filepath.Join(bin, name), args...)
		command.Dir, command.SysProcAttr, command.Stdin = dir, unprivileged, strings.NewReader(input)
		if out, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", name, err, out)
		}
		return nil
	}
	err := run("", "initdb", "-D", data, "-U", env["POSTGRES_USER"], "-A", "scram-sha-256", "--pwfile", password, "--no-sync", "--locale=C", "-E", "UTF8")
	if err != nil {
		return err
	}
	access := filepath.Join(data, "pg_hba.conf")
	rules, err := os.ReadFile(access)
	if err != nil {
		return err
	}
	if err := os.WriteFile(access, append(rules, "host all all 127.0.0.0/8 scram-sha-256\n"...), 0o600); err != nil {
		return err
	}
	return run("CREATE DATABASE "+env["POSTGRES_DB"]+";\n", "postgres", "--single", "-D", data, "postgres")
}

// startRedis starts the service's command.
func (s *liveShop) startRedis(argv []string) (*program, error) {
	dir := filepath.Join(s.dir, "redis")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	address := s.address("redis")
	// The image of Redis is built without protected mode.
	args := append(slices.Clone(argv[1:]), "--protected-mode", "no", "--bind", address, "--port", "6379", "--dir", dir, "--save", "")
	p, err := startProgram(s.dir, "redis", exec.Command(installed(s.t, "redis-server", "/usr/bin/redis-server"), args...))
	if err != nil {
		return nil, err
	}
	return p, p.await(func() bool { return listens(net.JoinHostPort(address, "6379")) })
}

// startProxy starts nginx with its configuration, in which names stand for addresses, and folders of the container for those of the form.
func (s *liveShop) startProxy(f *form) (*program, error) {
	name := filepath.Join(f.proxyRoot, "nginx.conf")
	if err := os.MkdirAll(filepath.Join(f.proxyRoot, "run"), 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(name, []byte(s.proxyText(f)), 0o644); err != nil {
		return nil, err
	}
	nginx := installed(s.t, "nginx", "/usr/sbin/nginx")
	command := exec.Command(nginx, "-c", name, "-p", f.proxyRoot, "-e", "stderr", "-g", "daemon off;")
	var check bytes.Buffer
	test := exec.Command(nginx, "-t", "-q", "-c", name, "-p", f.proxyRoot, "-e", "stderr")
	test.Stderr = &check
	if err := test.Run(); err != nil {
		return nil, fmt.Errorf("nginx -t: %w\n%s", err, check.String())
	}
	p, err := startProgram(s.dir, "nginx", command)
	if err != nil {
		return nil, err
	}
	return p, p.await(func() bool { return listens(net.JoinHostPort(s.address("nginx"), "10080")) })
}
