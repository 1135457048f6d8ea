package helm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
	goyaml "sigs.k8s.io/yaml/goyaml.v3"
)

// Unknown begins the text that stands for what only a cluster, a clock, chance or the operator tells; a "}" ends it.
const Unknown = "${helm:"

// unknown is the text that stands for something that is not known.
func unknown(what string) string {
	return Unknown + strings.NewReplacer("}", "", "{", "", "\n", " ", ": ", " ", " #", " ").Replace(what) + "}"
}

// functions are those that templates may call: sprig's without the environment and the network, and Helm's own.
func (r *run) functions() template.FuncMap {
	all := sprig.TxtFuncMap()
	for _, name := range []string{"env", "expandenv"} { // as in Helm
		delete(all, name)
	}
	for name, f := range stringFunctions() {
		all[name] = f
	}
	for _, name := range unknowable() {
		all[name] = func(...any) string { return unknown(name) }
	}
	for _, name := range certificates() {
		all[name] = func(...any) keyPair { return keyPair{Cert: unknown(name), Key: unknown(name)} }
	}
	all["required"] = r.required
	all["fail"] = func(message string) (string, error) { return "", &refusal{message} }
	for name, f := range all {
		all[name] = r.guarded(name, f)
	}
	all["include"], all["tpl"] = r.include(nil), r.tpl(nil)
	all["__step"], all["__enter"], all["__leave"], all["__at"], all["__out"], all["__method"] = r.step, r.enter, r.leave, r.at, r.out, r.method
	return all
}

// stringFunctions are Helm's own functions, and those of text/template that make text.
func stringFunctions() template.FuncMap {
	return template.FuncMap{
		"print": fmt.Sprint, "printf": fmt.Sprintf, "println": fmt.Sprintln,
		"html": template.HTMLEscaper, "js": template.JSEscaper, "urlquery": template.URLQueryEscaper,
		"toYaml": toYAML, "toYamlPretty": toYAMLPretty, "fromYaml": fromYAML, "fromYamlArray": fromYAMLArray,
		"toJson": toJSON, "fromJson": fromJSON, "fromJsonArray": fromJSONArray,
		"toToml": notRead, "fromToml": notRead,
		"lookup":        func(string, string, string, string) map[string]any { return map[string]any{} },
		"getHostByName": func(string) string { return "" },
		"date":          date, "dateInZone": dateInZone, "date_in_zone": dateInZone, "htmlDate": htmlDate, "htmlDateInZone": htmlDateInZone,
		"keys": sortedKeys, "values": sortedValues, "toDate": toDate, "mustToDate": mustToDate,
	}
}

// unknowable are the functions whose result chance, the clock or a long computation tells.
func unknowable() []string {
	return []string{"now", "ago", "randAlphaNum", "randAlpha", "randAscii", "randNumeric", "randBytes", "randInt", "shuffle", "uuidv4",
		"bcrypt", "htpasswd", "genPrivateKey", "derivePassword", "encryptAES", "decryptAES"}
}

// certificates are the functions that make a certificate with its key.
func certificates() []string {
	return []string{"buildCustomCert", "genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey"}
}

type keyPair struct{ Cert, Key string }

// refusal is the error of a template that refuses the values which it is given.
type refusal struct{ message string }

func (e *refusal) Error() string { return e.message }

// notRead is the result of a function that is not modelled.
func notRead(...any) (string, error) { return "", errors.New("TOML is not read in templates") }

// required is Helm's, which refuses to go on without a value; what an operator has to give is unknown here.
func (r *run) required(message string, value any) (any, error) {
	if text, isText := value.(string); value != nil && (!isText || text != "") {
		return value, nil
	}
	if r.strict {
		return nil, &refusal{message}
	}
	return unknown("required"), nil
}

// timeOf is what the functions of dates take for a time; sprig takes the clock's for anything else.
func timeOf(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v.UTC(), true
	case *time.Time:
		return v.UTC(), true
	case int64:
		return time.Unix(v, 0).UTC(), true
	case int:
		return time.Unix(int64(v), 0).UTC(), true
	case int32:
		return time.Unix(int64(v), 0).UTC(), true
	}
	return time.Time{}, false
}

// date formats a time in UTC; sprig takes the machine's zone.
func date(layout string, v any) string { return dateInZone(layout, v, "UTC") }

func dateInZone(layout string, v any, zone string) string {
	t, ok := timeOf(v)
	if !ok || zone != "UTC" && zone != "" {
		return unknown("date")
	}
	return t.Format(layout)
}

func htmlDate(v any) string { return date("2006-01-02", v) }

func htmlDateInZone(v any, zone string) string { return dateInZone("2006-01-02", v, zone) }

// toDate reads a date in UTC, as sprig does in the machine's zone.
func toDate(layout, text string) time.Time {
	t, _ := time.ParseInLocation(layout, text, time.UTC)
	return t
}

func mustToDate(layout, text string) (time.Time, error) {
	return time.ParseInLocation(layout, text, time.UTC)
}

// sortedKeys are the keys of tables, in order; sprig leaves the order to chance.
func sortedKeys(tables ...map[string]any) []string {
	out := []string{}
	for _, table := range tables {
		out = append(out, sortedNames(table)...)
	}
	return out
}

func sortedValues(table map[string]any) []any {
	out := []any{}
	for _, name := range sortedNames(table) {
		out = append(out, table[name])
	}
	return out
}

func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func toYAML(v any) string {
	data, err := yaml.Marshal(v)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(string(data), "\n")
}

func toYAMLPretty(v any) string {
	var data bytes.Buffer
	encoder := goyaml.NewEncoder(&data)
	encoder.SetIndent(2)
	if encoder.Encode(v) != nil {
		return ""
	}
	return strings.TrimSuffix(data.String(), "\n")
}

// The functions that read give an error as a value, as Helm's do.

func fromYAML(text string) map[string]any {
	m := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &m); err != nil {
		m["Error"] = err.Error()
	}
	return m
}

func fromYAMLArray(text string) []any {
	a := []any{}
	if err := yaml.Unmarshal([]byte(text), &a); err != nil {
		a = []any{err.Error()}
	}
	return a
}

func toJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(data)
}

func fromJSON(text string) map[string]any {
	m := map[string]any{}
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		m["Error"] = err.Error()
	}
	return m
}

func fromJSONArray(text string) []any {
	a := []any{}
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		a = []any{err.Error()}
	}
	return a
}
