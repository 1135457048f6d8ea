package nginx

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/internal/source"
)

// nginxProgram is the real nginx. Without it a test is left out, unless GONOGO_ORACLE asks for all of them.
func nginxProgram(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"nginx", "/usr/sbin/nginx"} {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	if os.Getenv("GONOGO_ORACLE") == "1" {
		t.Fatal("nginx is not installed; testdata/setup installs it")
	}
	t.Skip("nginx is not installed")
	return ""
}

// freePort is a port of the loopback interface that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// startNginx runs nginx with what stands in http {} and returns the folder of its configuration.
func startNginx(t *testing.T, http string, port int) {
	t.Helper()
	program, dir := nginxProgram(t), t.TempDir()
	write(t, filepath.Join(dir, "nginx.conf"), mainFile(dir, http))
	cmd := exec.Command(program, "-c", filepath.Join(dir, "nginx.conf"), "-p", dir, "-e", filepath.Join(dir, "error.log"), "-g", "daemon off;")
	var output strings.Builder
	cmd.Stderr = &output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			c.Close()
			return
		}
	}
	t.Fatalf("nginx did not start: %s", output.String())
}

func mainFile(dir, http string) string {
	temp := ""
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temp += fmt.Sprintf("%s_temp_path %s;\n", kind, filepath.Join(dir, kind))
	}
	return fmt.Sprintf("worker_processes 1;\npid %s;\nevents {}\nhttp {\naccess_log off;\n%s%s\n}\n", filepath.Join(dir, "pid"), temp, http)
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func loadText(text string) *Config {
	return Load(source.NewFile("nginx.conf", []byte(text)), nil, nil)
}

const matchingServers = `
server { listen PORT default_server; server_name _; location / { return 200 "default"; } }
server {
	listen PORT; server_name shop.test www.shop.test;
	location / { return 200 "root"; }
	location = / { return 200 "exact root"; }
	location =/joined { return 200 "joined"; }
	location /static/ { return 200 "static"; }
	location ^~ /media/ { return 200 "media"; }
	location /media/private/ { return 200 "private"; }
	location ~ \.php$ { return 200 "php"; }
	location ~* \.(gif|jpe?g|png)$ { return 200 "image"; }
	location ~ ^/api/v\d+/ { return 200 "api version"; }
	location /api/ {
		return 200 "api";
	}
	location /nested/ {
		location /nested/a/ { return 200 "nested a"; }
		location ~ /special$ { return 200 "nested special"; }
		location = /nested/exact { return 200 "nested exact"; }
	}
	location /handed/ { proxy_pass http://127.0.0.1:1; }
	location "/with space" { return 200 "space"; }
	location ~ "^/\d{3}/" { return 200 "three digits"; }
	location /static { return 200 "static without slash"; }
	location ^~ /final/ {
		location ~ \.txt$ { return 200 "final text"; }
		location /final/deep/ { return 200 "final deep"; }
	}
}
server { listen PORT; server_name *.shop.test; location / { return 200 "head wildcard"; } }
server { listen PORT; server_name *.eu.shop.test; location / { return 200 "longer head"; } }
server { listen PORT; server_name mail.*; location / { return 200 "tail wildcard"; } }
server { listen PORT; server_name .both.test; location / { return 200 "dot"; } }
server { listen PORT; server_name ~^(?<sub>\w+)\.regex\.test$; location / { return 200 "first regex"; } }
server { listen PORT; server_name ~regex; location / { return 200 "second regex"; } }
server { listen PORT; server_name Upper.Test; location / { return 200 "upper"; } }
`

// TestMatchingIsThatOfNginx asks the real nginx which server and location answer, and compares.
func TestMatchingIsThatOfNginx(t *testing.T) {
	port := freePort(t)
	text := strings.ReplaceAll(matchingServers, "PORT", fmt.Sprint(port))
	startNginx(t, text, port)
	config := loadText("events {}\nhttp {" + text + "}")
	paths := []string{"/", "/x", "/joined", "/joined/x", "/static/a.css", "/static/a.png", "/static", "/staticx", "/media/a.png", "/media/private/a.php", "/media", "/index.php",
		"/a.GIF", "/a.jpeg", "/api/v1/x", "/api/vx", "/api/v22/a.png", "/api", "/nested/", "/nested/a/x", "/nested/a/special", "/nested/b/special", "/nested/exact", "/nested/exact/x",
		"/nested/x.php", "/nested/a/x.png", "/handed", "/with space", "/with space/x", "/123/", "/1234/", "/final/a.txt", "/final/deep/a.txt", "/final/deep/x", "/final/a.png", "/final", "//static//a.css"}
	hosts := []string{"shop.test", "www.shop.test", "SHOP.TEST", "shop.test.", "a.shop.test", "b.eu.shop.test", "eu.shop.test", "mail.example", "mail.shop.test", "both.test", "x.both.test",
		"a.regex.test", "a.b.regex.test", "myregex", "upper.test", "nobody.test", "127.0.0.1"}
	compared := 0
	for _, p := range paths {
		compared++
		compareMatch(t, config, port, "shop.test", p)
	}
	for _, h := range hosts {
		compared++
		compareMatch(t, config, port, h, "/any")
	}
	if compared < 50 {
		t.Errorf("only %d requests were compared", compared)
	}
}

func compareMatch(t *testing.T, config *Config, port int, host, path string) {
	t.Helper()
	r, err := http.NewRequest("GET", fmt.Sprintf("http://127.0.0.1:%d%s", port, strings.ReplaceAll(path, " ", "%20")), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	client := &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	want := string(body)
	switch answer.StatusCode {
	case 301:
		want = "redirect"
	case 404, 403: // a level without handler
		want = "files"
	}
	server, _ := config.Select(port, host)
	found := server.Find(strings.ReplaceAll(path, "//", "/"))
	got := "files"
	if found.Redirects {
		got = "redirect"
	} else if own := found.Scope().Own("return"); len(own) > 0 {
		got = own[0].Arg(1)
	}
	if got != want || found.Unknown != "" {
		t.Errorf("%s%s: nginx answers from %q (status %d), Find says %q %s", host, path, want, answer.StatusCode, got, found.Unknown)
	}
}

const headerServers = `
proxy_set_header X-Http http;
add_header X-Add-Http http;
client_max_body_size 1k;
map $http_upgrade $connection_upgrade { default upgrade; '' close; }
server {
	listen PORT;
	server_name inherits.test;
	location / { proxy_pass http://UP; }
	location /own/ {
		proxy_set_header Host $host;
		proxy_set_header X-Forwarded-Proto $scheme;
		add_header X-Add-Own own always;
		proxy_pass http://UP;
		location /own/inner/ { proxy_pass http://UP; }
		location /own/replaced/ { proxy_set_header X-Inner inner; client_max_body_size 10m; proxy_pass http://UP; }
		location /own/none/ { }
	}
	location /if/ {
		proxy_set_header X-Loc loc;
		add_header X-Add-Loc loc;
		proxy_pass http://UP;
	}
	location /upgrade/ {
		proxy_http_version 1.1;
		proxy_set_header Connection $connection_upgrade;
		proxy_set_header X-Empty "";
		proxy_pass http://UP;
	}
}
server {
	listen PORT;
	server_name server.test;
	proxy_set_header Host $http_host;
	proxy_set_header X-Server "two words";
	proxy_set_header X-Escaped "a\"b";
	add_header X-Add-Server server;
	client_max_body_size 2m;
	location / { proxy_pass http://UP; }
	location /header/ { add_header X-Add-Loc loc; proxy_pass http://UP; }
	location ~ ^/regex { proxy_set_header X-Regex $request_method; proxy_pass http://UP; }
}
`

// TestInheritanceIsThatOfNginx starts nginx before an upstream that tells which headers it got, and compares with what Effective says.
func TestInheritanceIsThatOfNginx(t *testing.T) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := map[string]string{"Host": r.Host}
		for name := range r.Header {
			got[name] = r.Header.Get(name)
		}
		_ = json.NewEncoder(w).Encode(got)
	}))
	defer upstream.Close()
	up := strings.TrimPrefix(upstream.URL, "http://")
	port := freePort(t)
	text := strings.ReplaceAll(strings.ReplaceAll(headerServers, "PORT", fmt.Sprint(port)), "UP;", up+";")
	startNginx(t, text, port)
	config := loadText("events {}\nhttp {" + text + "}")
	paths := []string{"/", "/own/", "/own/x", "/own/inner/", "/own/inner/y", "/own/replaced/", "/if/", "/if/x", "/upgrade/", "/header/", "/header/x", "/regex", "/regex/1"}
	for _, host := range []string{"inherits.test", "server.test"} {
		for _, p := range paths {
			for _, body := range []int{0, 1500} {
				compareHeaders(t, config, port, host, p, up, body)
			}
		}
	}
}

func compareHeaders(t *testing.T, config *Config, port int, host, path, up string, body int) {
	t.Helper()
	method := "GET"
	if body > 0 {
		method = "POST"
	}
	r, _ := http.NewRequest(method, fmt.Sprintf("http://127.0.0.1:%d%s", port, path), strings.NewReader(strings.Repeat("x", body)))
	r.Host = host
	answer, err := (&http.Client{Timeout: 30 * time.Second}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	server, _ := config.Select(port, host)
	scope := server.Find(path).Scope()
	where := fmt.Sprintf("%s %s%s", method, host, path)
	limit := int64(1 << 20)
	if d, ok := scope.Value("client_max_body_size"); ok {
		limit, _ = Size(d.Arg(0))
	}
	if refused := answer.StatusCode == http.StatusRequestEntityTooLarge; refused != (int64(body) > limit) {
		t.Errorf("%s: status %d for %d bytes, but the limit is said to be %d", where, answer.StatusCode, body, limit)
	}
	for _, d := range scope.Effective("add_header") {
		if answer.StatusCode == 200 && answer.Header.Get(d.Arg(0)) != d.Arg(1) {
			t.Errorf("%s: the answer has no %s: %s", where, d.Arg(0), d.Arg(1))
		}
	}
	for _, d := range scope.Dropped("add_header") {
		if answer.Header.Get(d.Arg(0)) != "" {
			t.Errorf("%s: the answer has %s, which was said to be dropped", where, d.Arg(0))
		}
	}
	if answer.StatusCode != 200 {
		return
	}
	var got map[string]string
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	compareForwarded(t, where, scope, got, map[string]string{"$host": host, "$http_host": host, "$proxy_host": up, "$scheme": "http", "$request_method": method, "$connection_upgrade": "close"})
}

// compareForwarded compares the headers that the upstream got with the proxy_set_header directives that hold.
func compareForwarded(t *testing.T, where string, scope *Scope, got, variables map[string]string) {
	t.Helper()
	want := map[string]string{"Host": variables["$proxy_host"], "Connection": "close"}
	for _, d := range scope.Effective("proxy_set_header") {
		value := d.Arg(1)
		if v, ok := variables[value]; ok {
			value = v
		}
		want[d.Arg(0)] = value
	}
	for name, value := range want {
		if got[name] != value && name != "Connection" {
			t.Errorf("%s: the upstream got %s: %q, want %q", where, name, got[name], value)
		}
	}
	for name := range got {
		if _, known := want[name]; !known && strings.HasPrefix(name, "X-") {
			t.Errorf("%s: the upstream got %s: %q, which no directive that holds sets", where, name, got[name])
		}
	}
}

// TestSyntaxIsThatOfNginx gives texts to nginx -t, and expects it to accept and refuse what Parse does.
func TestSyntaxIsThatOfNginx(t *testing.T) {
	program := nginxProgram(t)
	texts := []string{
		`server { listen 127.0.0.1:1; }`, `server { listen 127.0.0.1:1 }`, `server { listen 127.0.0.1:1;`, `server { listen 127.0.0.1:1; } }`, `server { listen "127.0.0.1:1"; }`,
		`server { listen "127.0.0.1:1"x; }`, `server { listen 127.0.0.1:1; server_name "a;b"; }`, `server { listen 127.0.0.1:1; server_name 'it''s'; }`, `server { ; }`, `{ }`,
		"server { # } comment\n listen 127.0.0.1:1; }", `server { listen 127.0.0.1:1; server_name a#b; }`, `server { listen 127.0.0.1:1; server_name "a\"b"; }`, `server { listen 127.0.0.1:1; server_name "a; }`,
		`server { listen 127.0.0.1:1; set $a "${host}x"; }`, `server { listen 127.0.0.1:1; set $a ${host}x; }`, `server { listen 127.0.0.1:1; location ~ ^/\d{3}$ { } }`,
		`server { listen 127.0.0.1:1; location ~ "^/\d{3}$" { } }`, `server { listen 127.0.0.1:1; if ($host = "x") { return 404; } }`, `server { listen 127.0.0.1:1; if ($host ~ ^x) { return 404; } }`,
		`server { listen 127.0.0.1:1; add_header X "a\tb"; }`, `server { listen 127.0.0.1:1; add_header X a\ b; }`, `map $host $b { default 1; "~^\"" 2; }`, `server {listen 127.0.0.1:1;location /{return 200 "x";}}`,
		`server { listen 127.0.0.1:1; return 200 '{"a": 1}'; }`, `server { listen 127.0.0.1:1; return 200 {"a": 1}; }`, `server { listen 127.0.0.1:1; server_name a` + "\n\n" + `b; }`, `server_tokens off`, `server_tokens off;;`,
		`server { listen 127.0.0.1:1; location / { } ; }`, `server { listen 127.0.0.1:1; add_header X "a" "b`, "server {\r\n listen 127.0.0.1:1;\r\n}\r\n", `server { listen 127.0.0.1:1; set $x "a"$host; }`,
	}
	dir := t.TempDir()
	for _, text := range texts {
		name := filepath.Join(dir, "nginx.conf")
		content := mainFile(dir, text)
		write(t, name, content)
		output, err := exec.Command(program, "-t", "-q", "-c", name, "-p", dir, "-e", filepath.Join(dir, "error.log")).CombinedOutput()
		_, diagnostics := Parse(source.NewFile("nginx.conf", []byte(content)))
		if accepts := len(diagnostics) == 0; accepts != (err == nil) {
			t.Errorf("%s\nnginx: %v %s\nParse: %v", text, err, output, diagnostics)
		}
	}
}

// TestIncludesAreThoseOfNginx compares the files and their order with nginx -T.
func TestIncludesAreThoseOfNginx(t *testing.T) {
	program, dir := nginxProgram(t), t.TempDir()
	files := map[string]string{
		"nginx.conf":              mainFile(dir, "include conf.d/*.conf;\ninclude sites/shop;\ninclude absent/*.conf;\n"),
		"conf.d/b.conf":           "gzip on;\n",
		"conf.d/a.conf":           "server_tokens off;\n",
		"conf.d/no.txt":           "broken {",
		"sites/shop":              "server { listen 127.0.0.1:1; include snippets/tls.conf; location / { include " + dir + "/snippets/proxy.conf; } location /x { include snippets/proxy.conf; } }\n",
		"snippets/tls.conf":       "ssl_protocols TLSv1.2;\n",
		"snippets/proxy.conf":     "proxy_set_header Host $host;\n",
		"sites/snippets/tls.conf": "never read\n",
	}
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	output, err := exec.Command(program, "-T", "-q", "-c", filepath.Join(dir, "nginx.conf"), "-p", dir, "-e", filepath.Join(dir, "error.log")).Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, line := range strings.Split(string(output), "\n") {
		if name, ok := strings.CutPrefix(line, "# configuration file "); ok {
			want = append(want, strings.TrimSuffix(name, ":"))
		}
	}
	find := func(include, _, main string) []*source.File {
		names, _ := filepath.Glob(include)
		if !filepath.IsAbs(include) {
			names, _ = filepath.Glob(filepath.Join(filepath.Dir(main), include))
		}
		var found []*source.File
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, fileOnce(name, data))
		}
		return found
	}
	config := Load(fileOnce(filepath.Join(dir, "nginx.conf"), []byte(files["nginx.conf"])), find, nil)
	var got []string
	for _, f := range config.Files {
		if !slices.Contains(got, f.Path) {
			got = append(got, f.Path)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("files are\n%s\nnginx has\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if protocols, ok := config.Servers[0].Value("ssl_protocols"); !ok || protocols.Arg(0) != "TLSv1.2" {
		t.Error("what a server includes does not stand in it")
	}
	if headers := config.Servers[0].Find("/").Location.Effective("proxy_set_header"); len(headers) != 1 {
		t.Errorf("what a location includes does not stand in it: %v", headers)
	}
}

func fileOnce(name string, data []byte) *source.File { return source.NewFile(name, data) }
