package secrets

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"hash/crc32"
	mathrand "math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"
)

const (
	letters62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	hexDigits = "0123456789abcdef"
	letters32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
)

func pick(r *mathrand.Rand, chars string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = chars[r.IntN(len(chars))]
	}
	return string(b)
}

// checked is a token of GitHub's form.
func checked(r *mathrand.Rand, prefix string) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	body := pick(r, letters62, 30)
	sum := crc32.ChecksumIEEE([]byte(body))
	tail := []byte("000000")
	for i := 5; i >= 0; i-- {
		tail[i] = digits[sum%62]
		sum /= 62
	}
	return prefix + body + string(tail)
}

// tokens make one value of each kind. They are made when the test runs, so that none stands in the repository.
func tokens(r *mathrand.Rand) map[string]string {
	url := letters62 + "-_"
	return map[string]string{
		"AWS access key":                   "AKIA" + pick(r, letters32, 16),
		"Google API key":                   "AIza" + pick(r, url, 35),
		"Google OAuth client secret":       "GOCSPX-" + pick(r, url, 28),
		"Azure storage account key":        "AccountKey=" + pick(r, letters62+"+/", 86) + "==",
		"DigitalOcean token":               "dop_v1_" + pick(r, hexDigits, 64),
		"GitHub personal access token":     checked(r, "ghp_"),
		"GitHub app token":                 checked(r, "ghs_"),
		"npm token":                        checked(r, "npm_"),
		"GitHub fine-grained access token": "github_pat_" + pick(r, letters62, 22) + "_" + pick(r, letters62, 59),
		"GitLab personal access token":     "glpat-" + pick(r, url, 20),
		"Slack bot token":                  "xoxb-" + pick(r, "2739", 12) + "-" + pick(r, "4618", 13) + "-" + pick(r, letters62, 24),
		"Slack webhook address":            "hooks.slack.com/services/T" + pick(r, letters32, 9) + "/B" + pick(r, letters32, 9) + "/" + pick(r, letters62, 24),
		"Discord webhook address":          "discord.com/api/webhooks/" + pick(r, "3816", 18) + "/" + pick(r, url, 68),
		"Stripe live secret key":           "sk_live_" + pick(r, letters62, 24),
		"Sentry user token":                "sntryu_" + pick(r, hexDigits, 64),
		"SendGrid API key":                 "SG." + pick(r, letters62, 22) + "." + pick(r, letters62, 43),
		"OpenAI API key":                   "sk-" + pick(r, letters62, 20) + "T3BlbkFJ" + pick(r, letters62, 20),
		"Anthropic API key":                "sk-ant-api03-" + pick(r, url, 93) + "AA",
		"PyPI token":                       "pypi-AgEIcHlwaS5vcmc" + pick(r, url, 120),
		"Telegram bot token":               pick(r, "57391", 10) + ":AA" + pick(r, url, 33),
		"Shopify access token":             "shpat_" + pick(r, hexDigits, 32),
		"Grafana service account token":    "glsa_" + pick(r, letters62, 32) + "_" + pick(r, hexDigits, 8),
		"Mailchimp API key":                pick(r, hexDigits, 32) + "-us14",
		"Docker Hub token":                 "dckr_pat_" + pick(r, letters62, 27),
		"Hugging Face token":               "hf_" + pick(r, letters62, 34),
	}
}

func TestTokensOfServicesAreFoundByTheirForm(t *testing.T) {
	s := NewScanner()
	r := mathrand.New(mathrand.NewPCG(3, 4))
	for name, token := range tokens(r) {
		for _, text := range []string{"x = '" + token + "'\n", "anything: " + token + "\n", "https://" + token + "\n"} {
			ok := false
			for _, f := range s.Scan("notes/any.txt", []byte(text)) {
				ok = ok || f.Kind == name && !f.Weak && strings.Contains(token, text[f.Start:f.End])
			}
			if !ok && !(strings.HasPrefix(text, "https") && !strings.Contains(token, "/")) {
				t.Errorf("%s is not found in %q", name, strings.ReplaceAll(text, token, "TOKEN"))
			}
		}
	}
}

// One character that is wrong makes a token with a checksum none.
func TestChecksums(t *testing.T) {
	r := mathrand.New(mathrand.NewPCG(5, 6))
	s := NewScanner()
	for range 200 {
		token := []byte(checked(r, "ghp_"))
		i := 4 + r.IntN(36)
		token[i] = letters62[(strings.IndexByte(letters62, token[i])+1)%62]
		if finds := s.Scan("a.txt", token); len(finds) > 0 {
			t.Fatalf("a token with a wrong checksum is found: %+v", finds)
		}
	}
}

func TestPrivateKeys(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8 := func(key any) []byte {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	ecDER, err := x509.MarshalECPrivateKey(ecKey)
	if err != nil {
		t.Fatal(err)
	}
	block := func(label string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
	}
	pkcs1 := block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey))
	account, err := json.Marshal(map[string]string{"type": "service_account", "private_key_id": "0", "private_key": block("PRIVATE KEY", pkcs8(rsaKey))})
	if err != nil {
		t.Fatal(err)
	}
	quoted := ""
	for _, line := range strings.SplitAfter(strings.TrimSpace(pkcs1), "\n") {
		quoted += fmt.Sprintf("    %q\n", line)
	}
	public, err := x509.MarshalPKIXPublicKey(&rsaKey.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, text, kind string
		class            Class
	}{
		{"RSA in PKCS #1", pkcs1, "RSA private key", PrivateKey},
		{"EC", block("EC PRIVATE KEY", ecDER), "EC private key", PrivateKey},
		{"Ed25519 in PKCS #8", block("PRIVATE KEY", pkcs8(edKey)), "private key", PrivateKey},
		{"with carriage returns", strings.ReplaceAll(pkcs1, "\n", "\r\n"), "RSA private key", PrivateKey},
		{"in one string with escapes", `KEY = "` + strings.ReplaceAll(pkcs1, "\n", `\n`) + `"`, "RSA private key", PrivateKey},
		{"in lines of strings", "KEY = (\n" + quoted + ")\n", "RSA private key", PrivateKey},
		{"indented in YAML", "key: |\n    " + strings.ReplaceAll(pkcs1, "\n", "\n    "), "RSA private key", PrivateKey},
		{"service account of Google", string(account), "Google service account key", CloudKey},
		{"public key", block("PUBLIC KEY", public), "", 0},
		{"headers alone", "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----\n", "", 0},
		{"cut for a document", pkcs1[:300] + "\n-----END RSA PRIVATE KEY-----\n", "", 0},
		{"another thing in base64", block("RSA PRIVATE KEY", []byte(strings.Repeat("these are only words ", 12))), "", 0},
		{"name of a header", "if b\"-----BEGIN PRIVATE KEY-----\" in data:\n    pass\n", "", 0},
	}
	s := NewScanner()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			finds := s.Scan("deploy/key.txt", []byte(c.text))
			if c.kind == "" {
				if len(finds) > 0 {
					t.Errorf("found %+v", finds)
				}
				return
			}
			if len(finds) != 1 || finds[0].Kind != c.kind || finds[0].Class != c.class || finds[0].Encrypted {
				t.Errorf("found %+v, want %s", finds, c.kind)
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	cases := []struct {
		text string
		want string // "": nothing, weak, strong
	}{
		{"postgres://shop:9f8Hq2Lw0Zx7@db/shop", "strong"},
		{"amqps://user:kT7xPq29LmWz4@mq.internal:5671//", "strong"},
		{"redis://:p4Xz9Lq7Ww2Kd@cache:6379/0", "strong"},
		{"postgres://postgres:postgres@db/shop", "weak"},
		{"postgresql://scott:tiger@localhost/test", "weak"},
		{"postgres://user:password@localhost/db", "weak"},
		{"postgres://user:9f8Hq2Lw0Zx7@db.example.com/shop", "weak"},
		{"postgres://${DB_USER}:${DB_PASSWORD}@db/shop", ""},
		{"postgres://%s:%s@db/shop", "weak"},
		{"https://shop.example/a:b@c", ""},
		{"https://github.com/acme/shop.git@v1", ""},
		{"git+ssh://git@github.com/acme/shop.git", ""},
		{"https://fonts.googleapis.com/css2?family=Inter:wght@400", ""},
	}
	s := NewScanner()
	for _, c := range cases {
		got := ""
		for _, f := range s.Scan("settings.py", []byte("URL = \""+c.text+"\"\n")) {
			got = "strong"
			if f.Weak {
				got = "weak"
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestUTF16IsRead(t *testing.T) {
	r := mathrand.New(mathrand.NewPCG(8, 9))
	text := "SECRET_KEY = '" + djangoKey(r) + "'\n"
	var little, big []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
		little = append(little, byte(u), byte(u>>8))
		big = append(big, byte(u>>8), byte(u))
	}
	for name, data := range map[string][]byte{"little endian": little, "big endian": big, "without a mark": little[2:]} {
		got, ok := Text(data)
		if !ok || string(got) != text {
			t.Errorf("%s: %q %v", name, got, ok)
			continue
		}
		if _, found := strongIn(NewScanner().Scan("settings.py", got)); !found {
			t.Errorf("%s: the key is not found", name)
		}
	}
	if _, ok := Text([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")); ok {
		t.Error("an image is taken for text")
	}
}

func TestDumps(t *testing.T) {
	hash := "pbkdf2_sha256$870000$nB3xk9ZqLw7TfR2yVcD5aH$q8ZxT5mVbYk1LwPz0RdNf3JsGh7CuEaQo9XiKt2WvMs="
	cases := []struct {
		name, path, text string
		want             Class
	}{
		{"fixture", "shop/fixtures/users.json", `[{"model": "auth.user", "fields": {"password": "` + hash + `"}}]`, PasswordHash},
		{"insert", "backup.sql", "INSERT INTO `auth_user` VALUES (1,'x','','root',1);\n", UserTable},
		{"copy", "dump.sql", "COPY public.auth_user (id, password) FROM stdin;\n1\tx\n\\.\n", UserTable},
		{"empty copy", "dump.sql", "COPY public.auth_user (id, password) FROM stdin;\n\\.\n", 0},
		{"table without rows", "schema.sql", "CREATE TABLE auth_user (id integer, password varchar(128));\n", 0},
		{"another table", "dump.sql", "INSERT INTO django_site VALUES (1,'example.com','example.com');\n", 0},
		{"hash cut", "a.py", "assert x.startswith('pbkdf2_sha256$870000$')\n", 0},
		{"comment of code", "dump.go", "// rows of a dump:\ninsert into auth_user (password) values ('x')\n", 0},
		{"code", "a.py", "cursor.execute('insert into users_user (name) select name from old')\n", 0},
	}
	s := NewScanner()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := Class(0)
			for _, f := range s.Scan(c.path, []byte(c.text)) {
				got = f.Class
			}
			if got != c.want {
				t.Errorf("class %d, want %d", got, c.want)
			}
		})
	}
}

func FuzzScan(f *testing.F) {
	f.Add("settings.py", []byte("SECRET_KEY = env('X', default='y')\nA = \"postgres://a:b@c\""))
	f.Add("a.yml", []byte("- name: SECRET_KEY\n  value: \"${X:-y}\"\n-----BEGIN PRIVATE KEY-----\n"))
	f.Add("dump.sql", []byte("COPY auth_user (password) FROM stdin;\n"))
	s := NewScanner()
	f.Fuzz(func(t *testing.T, path string, data []byte) {
		text, ok := Text(data)
		if !ok {
			return
		}
		last := uint32(0)
		for _, found := range s.Scan(path, text) {
			if found.Start >= found.End || int(found.End) > len(text) || found.Start < last || found.Kind == "" || found.Class == 0 {
				t.Fatalf("%+v in %d bytes after %d", found, len(text), last)
			}
			last = found.End
		}
	})
}
