package deploy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"gonogo/internal/source"
)

// effectiveService is a service as compose-go gives it (docker compose config).
type effectiveService struct {
	Image       string
	Command     []string
	Entrypoint  []string
	Environment map[string]*string
	Build       *struct{ Context, Dockerfile, Target string }
	Ports       []struct {
		Target    int
		Published string
		Protocol  string
		HostIP    string `json:"host_ip"`
	}
	Expose  []string
	Volumes []struct {
		Type, Source, Target string
		ReadOnly             bool `json:"read_only"`
	}
	DependsOn   map[string]struct{ Condition string } `json:"depends_on"`
	Restart     string
	Tmpfs       []string
	StopGrace   string `json:"stop_grace_period"`
	StopSignal  string `json:"stop_signal"`
	User        string
	Privileged  bool
	NetworkMode string `json:"network_mode"`
	Labels      map[string]string
	Healthcheck *struct {
		Test                           []string
		Interval, Timeout, StartPeriod string
		Retries                        *int
		Disable                        bool
	}
	Scale    *int
	MemLimit any `json:"mem_limit"`
	Deploy   *struct {
		Replicas  *int
		Resources struct {
			Limits *struct {
				CPUs   any
				Memory any
			}
		}
	}
	Logging *struct {
		Driver  string
		Options map[string]string
	}
	ContainerName string `json:"container_name"`
	Hostname      string
}

// askDeployments asks Compose and kustomize (internal/oracle/testdata/deployments).
func askDeployments(t *testing.T, questions any, answers any) {
	t.Helper()
	program, err := filepath.Abs("../../build/deployments")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		if os.Getenv("GONOGO_ORACLE") == "1" {
			t.Fatal("build/deployments is not there; internal/oracle/testdata/environments builds it")
		}
		t.Skip("build/deployments is not there")
	}
	in, err := json.Marshal(questions)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Stdin = bytes.NewReader(in)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := json.Unmarshal(out, answers); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

type deploymentQuestion struct {
	Dir   string
	Files []string
}

// composeProjects are projects by name; the last Compose file is laid over the first where there are two.
func composeProjects() map[string]string {
	return map[string]string{
		"commands":                          "-- compose.yml --\nservices:\n  a:\n    image: x:1\n    command: gunicorn \"a b\" 'c d' e\\ f $$HOME ${W:-3}\n    entrypoint: [\"/entry\", \"two words\"]\n  b:\n    image: x:1\n    command: [\"sh\", \"-c\", \"exec $${PORT:-1}\"]\n  c:\n    image: \"x:${TAG:-2}\"\n    command: >-\n      celery\n      -A shop\n      worker\n",
		"environment":                       "-- compose.yml --\nservices:\n  a:\n    image: x\n    environment:\n      A: 1\n      B: true\n      C: \"${NOPE:-d}\"\n      D:\n      E: 1.50\n      F: \"a$$b\"\n      G: ${U-x}${V:+y}z\n      H: \"\"\n      I: ${X:-${Y:-nested}}\n  b:\n    image: x\n    environment:\n      - A=1\n      - B=two words\n      - C=\"quoted\"\n      - D=a=b\n      - E\n",
		"env files":                         "-- compose.yml --\nservices:\n  a:\n    image: x\n    env_file: web.env\n    environment:\n      A: own\n  b:\n    image: x\n    env_file:\n      - web.env\n      - path: sub/more.env\n      - path: sub/none.env\n        required: false\n-- web.env --\n# head\nA=1\nB=\"two words\"\nC='single $A'\nexport D=4 # why\nE=a#b\nF=\nG=\"with \\\"quotes\\\"\"\nH = spaced\nI=x y z\nJ=\"a\\nb\\tc \\$A $$A\"\nK: yaml\nL=\"over\ntwo lines\" # end\nM=x # y\nN='it'\nO=${A:-z}${NO:-d}\nP=a\\nb\n-- sub/more.env --\nA=2\nL=${A}-${B}\nM=$A\n",
		"extends":                           "-- compose.yml --\nservices:\n  base:\n    image: x:1\n    command: one\n    environment: {A: 1, B: 2}\n    ports: [\"1:1\"]\n    volumes: [\"data:/data\", \"./src:/src:ro\"]\n    labels: [\"l=1\"]\n  a:\n    extends: base\n    command: two\n    environment: [B=3, C=4]\n    ports: [\"2:2\"]\n    volumes: [\"./other:/src\"]\n  b:\n    extends: {file: common/base.yml, service: web}\n    environment: {Z: 1}\nvolumes: {data: {}}\n-- common/base.yml --\nservices:\n  root:\n    image: y:2\n    user: app\n    volumes: [\"./conf:/conf\"]\n  web:\n    extends: {service: root}\n    command: [\"web\"]\n    env_file: web.env\n-- common/web.env --\nFROM=common\n",
		"overlay":                           "-- docker-compose.yml --\nservices:\n  web:\n    build: .\n    command: dev\n    ports: [\"8000:8000\", \"127.0.0.1:9000:9000\"]\n    environment: {DEBUG: 1, KEEP: yes}\n    volumes: [\".:/app\", \"media:/media\"]\n    depends_on: [db]\n    healthcheck: {test: curl localhost, interval: 10s, retries: 5}\n  db:\n    image: postgres:16\n  only:\n    image: z\nvolumes: {media: {}}\n-- docker-compose.prod.yml --\nservices:\n  web:\n    command: [\"gunicorn\", \"shop.wsgi\"]\n    build: {target: production}\n    environment: [DEBUG=0]\n    ports: [\"8000:8000\", \"443:8443\"]\n    volumes: [\"static:/app\"]\n    restart: always\n    depends_on: {redis: {condition: service_healthy}}\n    healthcheck: {interval: 30s}\n    labels: {a: \"b\"}\n  redis:\n    image: redis:7\nvolumes: {static: {}}\n-- Dockerfile --\nFROM x\n-- docker/Dockerfile --\nFROM x AS production\n",
		"overlay that needs the other file": "-- compose.yml --\nservices:\n  web:\n    build: .\n    environment: {A: 1}\n  db:\n    image: postgres:16\n-- compose.prod.yml --\nservices:\n  web:\n    image: registry.example.com/shop:1\n    environment: {B: 0x10, C: 1.0e3, D: 007, E: True, F: 12345678901, G: 1.0}\n    depends_on: [db]\n-- Dockerfile --\nFROM x\n",
		"reset":                             "-- compose.yml --\nservices:\n  web:\n    image: x\n    ports: [\"8000:8000\"]\n    environment: {A: 1, B: 2}\n    command: dev\n    volumes: [\".:/app\"]\n    user: root\n  gone:\n    image: y\n  gone2:\n    image: y\n-- compose.prod.yml --\nservices:\n  gone: !reset\n    image: z\n  gone2: !reset null\n  web:\n    ports: !reset []\n    environment:\n      A: !reset null\n    volumes: !override [\"media:/media\"]\n    user: !reset \"\"\nvolumes: {media: {}}\n",
		"include":                           "-- compose.yml --\ninclude:\n  - db/compose.yml\n  - path: [queue/compose.yml]\nservices:\n  web:\n    image: x\n    depends_on: {db: {condition: service_healthy}, redis: {condition: service_started}}\n-- db/compose.yml --\nservices:\n  db:\n    image: postgres:16\n    env_file: db.env\n    volumes: [\"./init:/docker-entrypoint-initdb.d\"]\n-- db/db.env --\nPOSTGRES_DB=shop\n-- queue/compose.yml --\nservices:\n  redis:\n    image: redis:7\n    command: redis-server --appendonly yes\n",
		"ports":                             "-- compose.yml --\nservices:\n  a:\n    image: x\n    ports: [\"80\", \"8000:80\", \"127.0.0.1:8001:80\", \"8002:80/udp\", \"[::1]:8003:80\", \"127.0.0.1::81\", 9000, \"${P:-7000}:70\", \"${BIND:-127.0.0.1:7001}:71\"]\n    expose: [\"3000\", 4000]\n  b:\n    image: x\n    ports:\n      - target: 80\n        published: \"8080\"\n        host_ip: 127.0.0.1\n        protocol: tcp\n      - {target: 443, published: 8443}\n      - target: 53\n        protocol: udp\n",
		"volumes":                           "-- compose.yml --\nservices:\n  a:\n    image: x\n    volumes:\n      - data:/data\n      - ./here:/here:ro\n      - ../up:/up\n      - /abs:/abs:rw,z\n      - /anonymous\n      - \"${D:-./d}:/d\"\n      - type: bind\n        source: ./long\n        target: /long\n        read_only: true\n      - {type: volume, source: data, target: /again}\n      - {type: tmpfs, target: /tmp}\n      - {type: volume, target: /nameless}\nvolumes: {data: {}}\n",
		"running":                           "-- compose.yml --\nservices:\n  a:\n    image: x\n    restart: unless-stopped\n    stop_grace_period: 1m30s\n    stop_signal: SIGINT\n    user: \"1000:1000\"\n    privileged: true\n    network_mode: host\n    container_name: the-a\n    hostname: host-a\n    mem_limit: 512m\n    deploy: {replicas: 3, resources: {limits: {cpus: \"0.50\", memory: 1G}}}\n    logging: {driver: json-file, options: {max-size: 10m, max-file: 3}}\n    healthcheck: {test: [\"CMD\", \"curl\", \"-f\", \"http://localhost/\"], interval: 1m, timeout: 5s, retries: 2, start_period: 40s}\n  b:\n    image: x\n    restart: on-failure:5\n    scale: 2\n    healthcheck: {test: [\"NONE\"]}\n  c:\n    image: x\n    restart: \"no\"\n    healthcheck: {disable: true}\n  d:\n    image: x\n    healthcheck: {test: \"curl localhost || exit 1\"}\n    deploy: {replicas: 0}\n",
		"anchors":                           "-- compose.yml --\nx-common: &common\n  image: x:1\n  restart: always\n  environment: &env {A: 1, B: 2}\n  logging: &log\n    driver: json-file\nservices:\n  a:\n    <<: *common\n    command: a\n    environment: {<<: *env, B: 3}\n  b:\n    <<: [*common, {user: app}]\n    logging: *log\n    labels: {traefik.enable: \"true\", n: 1}\n",
		"profiles":                          "-- compose.yml --\nservices:\n  a:\n    image: x\n  tools:\n    image: t\n    profiles: [\"debug\"]\n    depends_on:\n      a:\n        condition: service_completed_successfully\n        required: false\n",
		"builds":                            "-- compose.yml --\nservices:\n  a:\n    build: ./web\n  b:\n    build: {context: ., dockerfile: docker/prod.Dockerfile, target: run}\n    image: registry.example.com/b:${TAG:-latest}\n  c:\n    build: {context: web, dockerfile: ../docker/prod.Dockerfile}\n-- web/Dockerfile --\nFROM x\n-- docker/prod.Dockerfile --\nFROM x AS run\n",
		"dotted labels":                     "-- compose.yml --\nservices:\n  a:\n    image: x\n    labels:\n      - traefik.http.routers.a.rule=Host(`a.example.com`)\n      - \"cost=$$5\"\n      - bare\n    depends_on: [b]\n  b:\n    image: x\n    labels: {n: 1, t: true, e: \"\"}\n",
		"two overlays' lists":               "-- compose.yml --\nservices:\n  a:\n    image: x\n    env_file: a.env\n    expose: [1]\n    dns: 1.1.1.1\n    tmpfs: /run\n    extra_hosts: [\"h:1.2.3.4\"]\n    entrypoint: /one\n    command: x\n-- compose.production.yml --\nservices:\n  a:\n    env_file: [b.env]\n    expose: [2]\n    entrypoint: [\"/two\"]\n-- a.env --\nA=1\nB=1\n-- b.env --\nB=2\n",
	}
}

// TestComposeMeansTheSame compares the services of Compose files with what compose-go, which docker compose is made of, loads them as.
func TestComposeMeansTheSame(t *testing.T) {
	projects := composeProjects()
	names := sortedKeys(projects)
	var questions []deploymentQuestion
	var trees []map[string][]byte
	var dirs []string
	for _, name := range names {
		files, order := map[string][]byte{}, []string{}
		for _, f := range txtar.Parse([]byte(projects[name])).Files {
			files[f.Name] = f.Data
			if isComposeFile(f.Name) && !strings.Contains(f.Name, "/") {
				order = append(order, f.Name)
			}
		}
		dir := writeFiles(t, files)
		q := deploymentQuestion{Dir: dir}
		for _, f := range order {
			q.Files = append(q.Files, filepath.Join(dir, f))
		}
		questions, trees, dirs = append(questions, q), append(trees, files), append(dirs, dir)
	}
	var answers []struct {
		Services map[string]effectiveService
		Error    string
	}
	askDeployments(t, questions, &answers)
	services := 0
	for i, name := range names {
		t.Run(name, func(t *testing.T) {
			if answers[i].Error != "" {
				t.Fatal(answers[i].Error)
			}
			last := path.Base(questions[i].Files[len(questions[i].Files)-1])
			got := map[string][]string{}
			for _, p := range Read(source.FromMap(trees[i])).Processes {
				if strings.HasPrefix(p.Artefact, last+",") {
					got[p.Name] = ourService(p, answers[i].Services[p.Name])
				}
			}
			want := map[string][]string{}
			for service, s := range answers[i].Services {
				want[service] = theirService(s, dirs[i])
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-compose +got\n%s", diff)
			}
			services += len(want)
		})
	}
	t.Logf("%d services of %d projects compared", services, len(names))
}

// theirService is what compose-go loaded, one fact a line.
func theirService(s effectiveService, dir string) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	in := func(file string) string {
		if file == dir {
			return "."
		}
		return strings.TrimPrefix(file, dir+"/")
	}
	if s.Build != nil {
		dockerfile := s.Build.Dockerfile
		if dockerfile == "" {
			dockerfile = "Dockerfile"
		}
		add("build %s", path.Join(in(s.Build.Context), dockerfile))
	}
	add("image %s", s.Image)
	add("argv %q", append(append([]string{}, s.Entrypoint...), s.Command...))
	for name, value := range s.Environment {
		if value != nil {
			add("env %s=%q", name, *value)
		} else {
			add("env %s", name)
		}
	}
	for _, p := range s.Ports {
		add("port %s|%s|%d/%s", p.HostIP, p.Published, p.Target, p.Protocol)
	}
	for _, p := range s.Expose {
		add("expose %s", p)
	}
	for _, v := range s.Volumes {
		source := v.Source
		if v.Type == "bind" {
			source = in(source)
			if strings.HasPrefix(source, filepath.Dir(dir)) {
				source = ".." + strings.TrimPrefix(source, filepath.Dir(dir))
			}
		}
		add("volume %s %s -> %s read-only=%v", v.Type, source, v.Target, v.ReadOnly)
	}
	for _, target := range s.Tmpfs {
		add("volume tmpfs  -> %s read-only=false", target)
	}
	for name, d := range s.DependsOn {
		add("after %s %s", name, d.Condition)
	}
	restart, _, _ := strings.Cut(s.Restart, ":")
	add("restart %s", map[string]string{"": "no", "unless-stopped": "always"}[restart]+map[string]string{"no": "no", "always": "always", "on-failure": "on-failure"}[restart])
	if s.StopGrace != "" {
		d, _ := time.ParseDuration(s.StopGrace)
		add("grace %s", d)
	}
	add("signal %s user %s privileged %v host %v", s.StopSignal, s.User, s.Privileged, s.NetworkMode == "host")
	for name, value := range s.Labels {
		add("label %s=%q", name, value)
	}
	if h := s.Healthcheck; h != nil {
		disabled := h.Disable || len(h.Test) > 0 && h.Test[0] == "NONE"
		add("check disabled=%v", disabled)
		if h.Interval != "" {
			d, _ := time.ParseDuration(h.Interval)
			add("check every %s", d)
		}
		if h.Retries != nil {
			add("check retries %d", *h.Retries)
		}
	}
	replicas := 1
	if s.Scale != nil {
		replicas = *s.Scale
	}
	if s.Deploy != nil && s.Deploy.Replicas != nil {
		replicas = *s.Deploy.Replicas
	}
	add("replicas %d", replicas)
	memory := s.MemLimit
	if s.Deploy != nil && s.Deploy.Resources.Limits != nil && s.Deploy.Resources.Limits.Memory != nil {
		memory = s.Deploy.Resources.Limits.Memory
	}
	if memory != nil {
		add("memory %v", memory)
	}
	if s.Logging != nil {
		add("logging %s %v", s.Logging.Driver, s.Logging.Options)
	}
	add("names %q", without(s.ContainerName, s.Hostname))
	sort.Strings(out)
	return out
}

func without(names ...string) []string {
	var out []string
	for _, name := range names {
		if name != "" {
			out = append(out, name)
		}
	}
	return out
}

// ourService is the process in the same words; what the files leave to Docker's defaults is said only where compose-go says it, too.
func ourService(p *Process, theirs effectiveService) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if p.BuiltHere {
		add("build %s", p.Build)
	}
	add("image %s", p.Image)
	add("argv %q", append([]string{}, p.Argv...))
	last := map[string]Variable{}
	for _, v := range p.Env {
		last[v.Name] = v
	}
	for name, v := range last {
		if v.Given {
			add("env %s=%q", name, v.Value)
		} else {
			add("env %s", name)
		}
	}
	for _, port := range p.Ports {
		host := ""
		if port.Host.Known && port.Host.Said() {
			host = fmt.Sprint(port.Host.Value)
		}
		if port.Published {
			add("port %s|%s|%d/%s", port.Address.Value, host, port.Container.Value, port.Protocol)
		} else {
			add("expose %d", port.Container.Value)
		}
	}
	kinds := map[VolumeKind]string{BindMount: "bind", NamedVolume: "volume", AnonymousVolume: "volume", MemoryVolume: "tmpfs"}
	for _, v := range p.Volumes {
		source := v.Source
		if v.Path != "" {
			source = v.Path
		}
		add("volume %s %s -> %s read-only=%v", kinds[v.Kind], source, v.Target, v.ReadOnly)
	}
	for _, d := range p.DependsOn {
		add("after %s %s", d.Name, d.Condition)
	}
	add("restart %s", map[RestartPolicy]string{RestartAlways: "always", RestartOnFailure: "on-failure", RestartNever: "no"}[p.Restart.Policy])
	if p.StopGrace.Said() {
		add("grace %s", p.StopGrace.Value)
	}
	add("signal %s user %s privileged %v host %v", p.StopSignal.Value, p.User.Value, p.Privileged.Value, p.HostNet.Value)
	for _, l := range p.Labels {
		add("label %s=%q", l.Name, l.Value)
	}
	for _, probe := range p.Probes {
		add("check disabled=%v", probe.Disabled)
		if probe.Interval.Said() {
			add("check every %s", probe.Interval.Value)
		}
		if probe.Failures.Said() {
			add("check retries %d", probe.Failures.Value)
		}
	}
	add("replicas %d", p.Replicas.Value)
	if p.Resources.MemoryLimit.Known {
		add("memory %d", p.Resources.MemoryLimit.Value)
	}
	if p.Logging.Driver.Said() {
		options := map[string]string{}
		for _, o := range p.Logging.Options {
			options[o.Name] = o.Value
		}
		if len(options) == 0 {
			options = theirs.Logging.Options
		}
		add("logging %s %v", p.Logging.Driver.Value, options)
	}
	add("names %q", append([]string(nil), p.Names[1:]...))
	sort.Strings(out)
	return out
}
