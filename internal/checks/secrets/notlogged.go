package secrets

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/flow"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

func notLogged() check.Check {
	return check.Check{
		ID:              "secrets/not-logged",
		Severity:        check.Recommended,
		Source:          answerNotLogged,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "Logs hold no passwords, tokens, cookies or whole requests",
			Why: `Logs are kept longer than the database, sent to other companies, and read by more people than may see a password. A session cookie or an Authorization header in a log is a login for whoever reads it; a request's body holds passwords, addresses and cards sooner or later, whatever it held when the line was written.

Log what was done, by whom, and an id that leads to the rest.`,
			Fix:    "Log the id or the name in place of the value: `logger.info(\"login of %s\", user.pk)`; of a request log the path, the status and the request's id.",
			Verify: "Log in on a copy of production and search its logs for the password and for `Bearer`: nothing is found.",
			Bad: []check.Example{check.Project("The password is in the log.", "settings.py", "",
				"views.py", "import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef login(request):\n    logger.info(\"login %s\", request.POST)\n")},
			Good: []check.Example{check.Project("Who logs in, and nothing more.", "settings.py", "",
				"views.py", "import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef login(request):\n    logger.info(\"login of %s\", request.POST[\"username\"])\n")},
			References: []check.Reference{
				check.See("OWASP: data to exclude from logs", "https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude"),
				check.See("CWE-532: insertion of sensitive information into log file", "https://cwe.mitre.org/data/definitions/532.html"),
			},
			Triggers: []string{
				"a logging call or print gets a request's body, form, headers or cookies as a whole",
				"one gets the Authorization header, a password, a token or a key",
			},
		},
	}
}

func answerNotLogged(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	calls := p.Project.Flow().Named("info", "warning", "warn", "error", "exception", "critical", "log", "print")
	logs := 0
	for _, c := range calls {
		if !isLogging(c) || isOperators(c) || c.In != nil && c.In.Mentions("DEBUG") {
			continue
		}
		logs++
		if at, what := secretIn(c); what != "" {
			findings = append(findings, check.Finding{
				Severity: check.Recommended,
				Message:  "This writes " + what + " to the log, where more people read it and longer; log an id in its place",
				At:       at,
			})
		}
	}
	if logs == 0 {
		return check.Absent("the code logs nothing")
	}
	return check.Gather(findings, nil, "")
}

// isLogging reports whether a call writes a line of a log: a method of something that is called a logger, or print. Lines for debugging
// are not written in production.
func isLogging(c *flow.Call) bool {
	if n, ok := c.Func.(*syntax.Name); ok {
		return n.ID == "print" && c.In != nil
	}
	m, ok := c.Func.(*syntax.Attribute)
	if !ok {
		return false
	}
	name := strings.ToLower(flow.LastName(m.Value))
	return name == "logging" || name == "log" || name == "_log" || strings.HasSuffix(name, "logger")
}

// isOperators reports whether a call stands in a command or script, whose output a person asked for.
func isOperators(c *flow.Call) bool {
	p := "/" + c.Module.Syntax.File.Path
	return strings.Contains(p, "/management/") || strings.Contains(p, "/scripts/") || strings.Contains(p, "/tools/") || strings.HasSuffix(p, "/manage.py") ||
		strings.Contains(p, "settings")
}

// secretIn is the first part of what a call logs that is a secret, in a word.
func secretIn(c *flow.Call) (at source.Span, what string) {
	args := c.Args
	for _, k := range c.Keywords {
		if k.Name == "extra" {
			args = append(args[:len(args):len(args)], k.Value)
		}
	}
	for _, a := range args {
		if n, found := secretOf(c, a, 0); found != "" {
			return c.Module.Syntax.Span(n), found
		}
	}
	return at, ""
}

// secretOf looks into an expression; what a call makes of a value is not followed, but for texts.
func secretOf(c *flow.Call, e syntax.Expr, depth int) (at syntax.Node, what string) {
	if depth > 20 {
		return nil, ""
	}
	any := func(list []syntax.Expr) (syntax.Node, string) {
		for _, x := range list {
			if at, what := secretOf(c, x, depth+1); what != "" {
				return at, what
			}
		}
		return nil, ""
	}
	switch e := e.(type) {
	case *syntax.Name:
		if what := secretName(e.ID); what != "" || c.In == nil {
			return e, what
		}
		if v := c.In.Value(e); v != nil {
			_, what = secretOf(c, v, depth+5)
		}
		return e, what
	case *syntax.Attribute:
		return e, attributeOf(c, e)
	case *syntax.Subscript:
		return e, itemOf(c, e.Value, e.Slice)
	case *syntax.JoinedStr:
		return any(e.Values)
	case *syntax.FormattedValue:
		return secretOf(c, e.Value, depth+1)
	case *syntax.BinOp:
		return any([]syntax.Expr{e.Left, e.Right})
	case *syntax.Tuple:
		return any(e.Elts)
	case *syntax.Dict:
		return any(e.Values)
	case *syntax.Call:
		return callOf(c, e, depth)
	}
	return nil, ""
}

// callOf looks into the calls that keep a value's text: str, repr, json.dumps, dict, format, get.
func callOf(c *flow.Call, e *syntax.Call, depth int) (at syntax.Node, what string) {
	m, method := e.Func.(*syntax.Attribute)
	switch name := flow.LastName(e.Func); {
	case name == "str" || name == "repr" || name == "dumps" || name == "loads" || name == "dict" || name == "pformat" || method && name == "format":
		for _, a := range e.Args {
			if at, what := secretOf(c, a, depth+1); what != "" {
				return at, what
			}
		}
	case method && (name == "decode" || name == "dict" || name == "items" || name == "copy" || name == "strip"):
		return secretOf(c, m.Value, depth+1)
	case method && name == "get" && len(e.Args) > 0:
		return e, itemOf(c, m.Value, e.Args[0])
	}
	return nil, ""
}

// attributeOf is what an attribute holds: a part of the request, or what its name says.
func attributeOf(c *flow.Call, e *syntax.Attribute) string {
	if c.In != nil && c.In.IsRequest(e.Value) {
		switch e.Attr {
		case "body", "POST", "data":
			return "what the client sent, passwords among it,"
		case "headers", "META":
			return "the headers of the request, cookies and tokens among them,"
		case "COOKIES":
			return "the cookies of the request"
		}
		return ""
	}
	return secretName(e.Attr)
}

// itemOf is what value[key] holds.
func itemOf(c *flow.Call, value, key syntax.Expr) string {
	k, ok := key.(*syntax.Constant)
	if !ok || k.Kind != syntax.Str {
		return ""
	}
	switch strings.ToLower(strings.ReplaceAll(k.Value, "-", "_")) {
	case "authorization", "http_authorization":
		return "the Authorization header"
	case "cookie", "http_cookie", "sessionid":
		return "a cookie"
	}
	if a, ok := value.(*syntax.Attribute); ok && a.Attr == "COOKIES" && c.In != nil && c.In.IsRequest(a.Value) && secretName(k.Value) != "" {
		return "a cookie that holds a token"
	}
	return secretName(k.Value)
}

// secretName is what a name says that it holds, "" for names that say nothing, or merely contain such a word.
func secretName(name string) string {
	switch strings.ToLower(name) {
	case "password", "passwd", "raw_password", "new_password", "old_password", "password1", "password2", "plain_password":
		return "a password"
	case "access_token", "refresh_token", "auth_token", "bearer_token", "id_token", "session_key", "csrf_token", "reset_token":
		return "a token"
	case "secret_key", "api_key", "apikey", "private_key", "client_secret", "api_secret", "aws_secret_access_key":
		return "a key"
	case "otp", "otp_code", "verification_code", "card_number", "cvv":
		return "a code that proves who somebody is"
	}
	return ""
}
