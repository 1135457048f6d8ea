package secrets

import (
	"bytes"
	"hash/crc32"

	"gonogo/internal/source"
)

// format is a secret that shows by its own form: what it begins with, the characters that follow, how many, and a check where it has one.
type format struct {
	kind     string
	class    Class
	prefix   string // in lower case for the search; exact is compared
	exact    string // as it must stand
	alphabet func(byte) bool
	min, max int                                      // of what follows the prefix
	proves   func(s *scan, at int, token []byte) bool // at is where the token begins, prefix included
	near     string                                   // a word, in lower case, that must stand within some lines
	trial    bool
}

func base62(c byte) bool    { return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func base64url(c byte) bool { return base62(c) || c == '-' || c == '_' }
func base64std(c byte) bool { return base62(c) || c == '+' || c == '/' }
func dashed(c byte) bool    { return base62(c) || c == '-' }
func dotted(c byte) bool    { return base64url(c) || c == '.' }
func lowerHex(c byte) bool  { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }
func base32(c byte) bool    { return c >= 'A' && c <= 'Z' || c >= '2' && c <= '7' }
func wide(c byte) bool      { return base64url(c) || c == '.' || c == '=' || c == '/' || c == '+' }

// formats are those that their issuers document, or that are known by what they issue.
func formats() []format {
	exact := func(kind string, class Class, prefix string, alphabet func(byte) bool, least, most int) format {
		return format{kind: kind, class: class, prefix: lower(prefix), exact: prefix, alphabet: alphabet, min: least, max: most}
	}
	with := func(f format, proves func(*scan, int, []byte) bool) format { f.proves = proves; return f }
	near := func(f format, word string) format { f.near = word; return f }
	trial := func(f format) format { f.trial = true; return f }
	all := []format{
		exact("AWS access key", CloudKey, "AKIA", base32, 16, 16), // IAM identifiers, "Unique identifiers"
		exact("AWS temporary access key", CloudKey, "ASIA", base32, 16, 16),
		exact("Google API key", CloudKey, "AIza", base64url, 35, 35),
		exact("Google OAuth client secret", CloudKey, "GOCSPX-", base64url, 28, 28),
		exact("Google OAuth token", CloudKey, "ya29.", base64url, 60, 400),
		exact("Azure storage account key", CloudKey, "AccountKey=", base64std, 86, 86),
		exact("Azure shared access key", CloudKey, "SharedAccessKey=", base64std, 43, 43),
		exact("DigitalOcean token", CloudKey, "dop_v1_", lowerHex, 64, 64), exact("DigitalOcean token", CloudKey, "doo_v1_", lowerHex, 64, 64),
		exact("Heroku API key", CloudKey, "HRKU-AA", base64url, 50, 70),
		exact("Databricks token", CloudKey, "dapi", lowerHex, 32, 32),

		exact("GitLab personal access token", Token, "glpat-", dotted, 20, 64), exact("GitLab deploy token", Token, "gldt-", base64url, 20, 20),
		exact("GitLab runner token", Token, "glrt-", base64url, 20, 20), exact("GitLab trigger token", Token, "glptt-", base64url, 20, 40),
		exact("GitHub fine-grained access token", Token, "github_pat_", base64url, 82, 82),
		with(exact("Slack bot token", Token, "xoxb-", dashed, 30, 80), slack), with(exact("Slack user token", Token, "xoxp-", dashed, 30, 120), slack),
		with(exact("Slack token", Token, "xoxa-", dashed, 30, 120), slack), with(exact("Slack token", Token, "xoxr-", dashed, 30, 120), slack),
		with(exact("Slack app token", Token, "xapp-1-", dashed, 60, 130), slack),
		with(exact("Slack webhook address", Token, "hooks.slack.com/services/", slashed, 40, 60), slackHook),
		with(exact("Discord webhook address", Token, "discord.com/api/webhooks/", slashed, 78, 100), discordHook),
		with(exact("Discord webhook address", Token, "discordapp.com/api/webhooks/", slashed, 78, 100), discordHook),
		exact("Stripe live secret key", Token, "sk_live_", base62, 24, 120), exact("Stripe live restricted key", Token, "rk_live_", base62, 24, 120),
		trial(exact("Stripe test secret key", Token, "sk_test_", base62, 24, 120)), trial(exact("Stripe test restricted key", Token, "rk_test_", base62, 24, 120)),
		exact("Stripe webhook secret", Token, "whsec_", wide, 32, 64),
		exact("Sentry organization token", Token, "sntrys_eyJ", wide, 60, 400), exact("Sentry user token", Token, "sntryu_", lowerHex, 64, 64),
		with(exact("SendGrid API key", Token, "SG.", dotted, 66, 66), sendGrid),
		near(exact("Mailgun API key", Token, "key-", lowerHex, 32, 32), "mailgun"),
		near(exact("Twilio API key", Token, "SK", lowerHex, 32, 32), "twilio"),
		exact("Brevo API key", Token, "xkeysib-", dashed, 81, 81),
		with(exact("OpenAI API key", Token, "T3BlbkFJ", base64url, 20, 100), openAI),
		exact("Anthropic API key", Token, "sk-ant-", base64url, 90, 130),
		exact("Groq API key", Token, "gsk_", base62, 52, 52), exact("Hugging Face token", Token, "hf_", base62, 34, 37), exact("Replicate token", Token, "r8_", base62, 37, 37),
		exact("PyPI token", Token, "pypi-AgEIcHlwaS5vcmc", base64url, 50, 300), exact("PyPI token", Token, "pypi-AgENdGVzdC5weXBpLm9yZw", base64url, 50, 300),
		with(exact("Telegram bot token", Token, ":AA", base64url, 33, 33), telegram),
		exact("Shopify access token", Token, "shpat_", lowerHex, 32, 32), exact("Shopify shared secret", Token, "shpss_", lowerHex, 32, 32),
		exact("Square access token", Token, "sq0atp-", base64url, 22, 22), exact("Square secret", Token, "sq0csp-", base64url, 43, 43),
		exact("New Relic user key", Token, "NRAK-", base62, 27, 27),
		with(exact("Grafana service account token", Token, "glsa_", base64url, 41, 41), grafana),
		exact("Linear API key", Token, "lin_api_", base62, 40, 40), exact("Atlassian API token", Token, "ATATT3xFfGF0", wide, 150, 220),
		exact("Doppler token", Token, "dp.pt.", base62, 43, 43), exact("Vault token", Token, "hvs.", base64url, 90, 120),
		exact("Docker Hub token", Token, "dckr_pat_", base64url, 27, 27), exact("PlanetScale token", Token, "pscale_tkn_", base64url, 32, 64),
		exact("SonarQube token", Token, "squ_", lowerHex, 40, 40), exact("Figma token", Token, "figd_", base64url, 40, 44),
		exact("Netlify token", Token, "nfp_", base62, 36, 40), exact("Supabase token", Token, "sbp_", lowerHex, 40, 40),
		with(exact("Mailchimp API key", Token, "-us", digit, 1, 2), mailchimp),
		exact("age secret key", PrivateKey, "AGE-SECRET-KEY-1", func(c byte) bool { return c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' }, 58, 58),
		exact("Paddle or Flutterwave secret key", Token, "FLWSECK-", base62, 32, 34),
	}
	for _, p := range []struct{ prefix, kind string }{{"ghp_", "GitHub personal access token"}, {"gho_", "GitHub OAuth token"}, {"ghu_", "GitHub user token"},
		{"ghs_", "GitHub app token"}, {"ghr_", "GitHub refresh token"}, {"npm_", "npm token"}} {
		all = append(all, with(exact(p.kind, Token, p.prefix, base62, 36, 36), checksum62))
	}
	return all
}

func digit(c byte) bool   { return c >= '0' && c <= '9' }
func slashed(c byte) bool { return base64url(c) || c == '/' }

func lower(s string) string {
	b := []byte(s)
	for i := range b {
		b[i] = fold(b[i])
	}
	return string(b)
}

// read looks at what follows the prefix at a place.
func (f format) read(s *scan, at int) {
	if !s.has(at, f.exact) {
		return
	}
	body := at + len(f.exact)
	end := body
	for end < len(s.text) && end-body <= f.max && f.alphabet(s.text[end]) {
		end++
	}
	n := end - body
	if n < f.min || n > f.max {
		return
	}
	value := s.text[body:end]
	if f.proves == nil {
		if !s.boundary(at) || s.at(end) == '_' && f.max == f.min || !f.likely(value) {
			return
		}
	} else if !f.proves(s, at, s.text[at:end]) {
		return
	}
	if f.near != "" && !s.near(at, f.near) {
		return
	}
	start := at
	if f.exact == ":AA" || f.exact == "T3BlbkFJ" || f.exact == "-us" { // the middle of a token
		for start > 0 && at-start < 200 && base64url(s.text[start-1]) {
			start--
		}
	}
	if f.exact == "AccountKey=" || f.exact == "SharedAccessKey=" {
		start = body
	}
	s.add(Find{Kind: f.kind, Class: f.class, Start: source.Pos(start), End: source.Pos(end), Trial: f.trial})
}

// likely reports whether what follows a prefix is random and no example of the format.
func (f format) likely(body []byte) bool {
	if Example(string(body)) || sequence(body) {
		return false
	}
	if f.exact == "AKIA" || f.exact == "ASIA" {
		return entropy(body) >= 3 && !Example(f.exact+string(body))
	}
	if hexadecimal(body) {
		return entropy(body) >= 3
	}
	return entropy(body) >= 3.5 && worded(body) < 0.75
}

// near reports whether a word stands within a few hundred bytes of a place.
func (s *scan) near(at int, word string) bool {
	window := s.text[max(0, at-400):min(len(s.text), at+400)]
	return bytes.Contains(bytes.ToLower(window), []byte(word))
}

// boundary reports whether a token that begins at a place stands on its own.
func (s *scan) boundary(at int) bool {
	return at <= 0 || !base62(s.at(at-1)) && s.at(at-1) != '_' || s.at(at-2) == '\\'
}

// checksum62 checks the last six characters of a token of GitHub or npm: the CRC-32 of what stands between them and the prefix, in base 62
// (https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/).
func checksum62(s *scan, at int, token []byte) bool {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	body := token[4:]
	sum := crc32.ChecksumIEEE(body[:30])
	var want [6]byte
	for i := 5; i >= 0; i-- {
		want[i] = digits[sum%62]
		sum /= 62
	}
	return s.boundary(at) && bytes.Equal(want[:], body[30:])
}

// grafana checks the CRC-32 in hexadecimal behind the underscore.
func grafana(s *scan, at int, token []byte) bool {
	body := token[len("glsa_"):]
	return s.boundary(at) && body[32] == '_' && hexadecimal(body[33:]) && entropy(body[:32]) >= 3.5 && !Example(string(body))
}

// slack reports whether a token has groups of digits before its random end.
func slack(s *scan, at int, token []byte) bool {
	groups := bytes.Split(token, []byte("-"))
	last := groups[len(groups)-1]
	numbers := 0
	for _, g := range groups[1 : len(groups)-1] {
		if len(g) >= 9 && len(bytes.Trim(g, "0123456789")) == 0 && !sequence(g) {
			numbers++
		}
	}
	return s.boundary(at) && numbers > 0 && len(last) >= 20 && entropy(last) >= 3 && !Example(string(token)) && !sequence(last)
}

func slackHook(_ *scan, _ int, address []byte) bool {
	parts := bytes.Split(address, []byte("/"))
	if len(parts) != 5 {
		return false
	}
	team, hook, key := parts[2], parts[3], parts[4]
	return len(team) >= 9 && team[0] == 'T' && len(hook) >= 9 && hook[0] == 'B' && len(key) == 24 && entropy(key) >= 3.5 && entropy(team) > 2 && !Example(string(key))
}

func discordHook(_ *scan, _ int, address []byte) bool {
	at := bytes.LastIndexByte(address, '/')
	key := address[at+1:]
	return len(key) >= 60 && entropy(key) >= 4.5 && !Example(string(key))
}

// sendGrid reports whether a key has 22 and 43 characters around a dot.
func sendGrid(s *scan, at int, token []byte) bool {
	parts := bytes.Split(token, []byte("."))
	return len(parts) == 3 && len(parts[1]) == 22 && len(parts[2]) == 43 && s.boundary(at) && entropy(parts[2]) >= 4 && !Example(string(parts[2]))
}

// openAI reports whether the mark in the middle of a key has the right length before it.
func openAI(s *scan, at int, token []byte) bool {
	start := at
	for start > 0 && at-start < 200 && base64url(s.text[start-1]) {
		start--
	}
	head := s.text[start:at]
	return bytes.HasPrefix(head, []byte("sk-")) && len(head) >= 23 && entropy(token[8:]) >= 3.5 && !Example(string(token[8:]))
}

// telegram reports whether the number of a bot stands before the colon.
func telegram(s *scan, at int, token []byte) bool {
	n := 0
	for n < 12 && digit(s.at(at-1-n)) {
		n++
	}
	return n >= 8 && n <= 10 && !base64url(s.at(at-1-n)) && entropy(token[3:]) >= 4 && !Example(string(token[3:])) && worded(token[3:]) < 0.7
}

// mailchimp reports whether 32 hexadecimal digits stand before the data centre.
func mailchimp(s *scan, at int, _ []byte) bool {
	if at < 32 || base62(s.at(at-33)) {
		return false
	}
	key := s.text[at-32 : at]
	return hexadecimal(key) && entropy(key) >= 3 && !Example(string(key)) && !sequence(key)
}
