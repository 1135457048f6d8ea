package library

import (
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"gonogo/internal/python/eval"
)

// environment lays the variables with dynaconf's prefixes over the settings.
func (d *dynaconfLoad) environment() bool {
	list, complete := d.c.EnvEntries()
	for _, e := range list {
		if name := text(e.Key); steersVariables(name) {
			return false
		}
	}
	prefixes := []string{"DYNACONF_", d.prefix + "_"}
	if d.prefix == "DYNACONF" {
		prefixes = prefixes[1:]
	}
	if !complete {
		d.c.Override("a variable " + d.prefix + "_<NAME>, which dynaconf reads")
	}
	for _, prefix := range prefixes {
		seen := map[string]bool{}
		for _, e := range list {
			key, ok := strings.CutPrefix(text(e.Key), prefix)
			if !ok {
				continue
			}
			if !d.variable(key, e.Value, seen) {
				return false
			}
		}
	}
	return true
}

// steersVariables reports whether an environment variable changes how dynaconf works, but for the one that names the environment.
func steersVariables(name string) bool {
	switch name {
	case "ENV_FOR_DYNACONF":
		return false
	case "DYNACONF_NAMESPACE", "DYNACONF_SETTINGS_MODULE", "DYNACONF_SETTINGS", "SETTINGS_MODULE", "PROJECT_ROOT",
		"DYNACONF_SILENT_ERRORS", "DYNACONF_ALWAYS_FRESH_VARS":
		return true
	}
	return strings.HasSuffix(name, "_FOR_DYNACONF")
}

// variable lays one variable over a setting.
func (d *dynaconfLoad) variable(key string, v eval.Value, seen map[string]bool) bool {
	name := strings.ToUpper(key)
	switch {
	case name == "" || name == "SETTINGS_MODULE" || name == "PROJECT_ROOT":
		return true
	case strings.Contains(name, "DYNACONF") || name == "DYNABOXIFY":
		return false
	case strings.Contains(key, "__"), strings.ContainsAny(key, ".["):
		seen[d.nested(key)] = true
		return true
	case strings.TrimSpace(key) != key || seen[name]:
		d.set(strings.TrimSpace(name), d.c.Unknown(reasonDynaconfValue))
		return true
	}
	seen[name] = true
	s, ok := str(v)
	if !ok {
		d.set(name, d.c.UnknownFrom(reasonDynaconfValue, v))
		return true
	}
	parsed := dynaconfParse(s)
	if dynaconfMarked(parsed, 0) {
		parsed = eval.MakeUnknown(reasonDynaconfValue)
	}
	d.set(name, withFile(parsed, v))
	return true
}

// dynaconfNumber matches texts that begin like a number.
var dynaconfNumber = regexp.MustCompile(`^[-+]?[0-9][-+0-9a-fA-FoxbE_.]*$`)

// dynaconfParse is dynaconf.utils.parse_conf.parse_conf_data of a variable: a value of TOML, or the text itself when it is none.
func dynaconfParse(s string) eval.Value {
	if trimmed := strings.TrimSpace(s); trimmed == "True" || trimmed == "False" {
		s = strings.ToLower(s)
	}
	if len(s) > 1<<16 || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfffd }) {
		return eval.MakeUnknown(reasonDynaconfValue)
	}
	if strings.HasPrefix(s, "@") {
		return eval.MakeUnknown(reasonDynaconfValue)
	}
	var tree map[string]any
	if err := toml.Unmarshal([]byte("key="+s), &tree); err == nil && len(tree) == 1 {
		return tomlValue(tree["key"], tomlOrder(s))
	}
	start := strings.TrimLeft(s, " ")
	doubtful := strings.HasPrefix(start, "[") || strings.HasPrefix(start, "{") || strings.HasPrefix(start, `"`) || strings.HasPrefix(start, "'")
	if doubtful || dynaconfNumber.MatchString(start) && (len(start) > 17 || strings.ContainsAny(start, "eE")) {
		return eval.MakeUnknown(reasonDynaconfValue)
	}
	return eval.MakeStr(s)
}
