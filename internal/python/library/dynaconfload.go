package library

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// dynaconfLoad is one loading of settings. Its steps report false when they meet what is not modelled.
type dynaconfLoad struct {
	c      *eval.Call
	names  eval.Value            // globals of the module
	layers map[string]eval.Value // what replaces names, by upper-case name
	order  []string              // the names of layers as they came
	prefix string                // of variables, without the underscore
	paths  []string              // names of files, in order of loading
	// sections says that files have one section for each environment.
	sections bool
}

// set puts a value over a name.
func (d *dynaconfLoad) set(name string, v eval.Value) {
	if _, ok := d.layers[name]; !ok {
		d.order = append(d.order, name)
	}
	d.layers[name] = v
}

// dynaconfExtensions are those of the files that are looked for, in order.
var dynaconfExtensions = []string{"py", "toml", "tml", "yaml", "yml", "ini", "conf", "properties", "json"}

func defaultDynaconfPaths() []string {
	var out []string
	for _, base := range []string{"settings.", ".secrets."} {
		for _, ext := range dynaconfExtensions {
			out = append(out, base+ext)
		}
	}
	return out
}

// options reads the arguments of the call.
func (d *dynaconfLoad) options() bool {
	name, ok := str(d.c.Arg(0, "django_settings_module_name"))
	if !ok || name != d.c.CallerName() || len(d.c.Args) != 1 {
		return false
	}
	d.prefix, d.paths, d.sections = "DJANGO", defaultDynaconfPaths(), true
	for _, k := range d.c.Kwargs {
		if !d.option(k) {
			return false
		}
	}
	return true
}

func (d *dynaconfLoad) option(k eval.Kwarg) bool {
	switch strings.TrimSuffix(strings.ToLower(k.Name), "_for_dynaconf") {
	case "envvar_prefix":
		s, ok := str(k.Value)
		d.prefix = s
		return ok && envName(s) && s == strings.ToUpper(s)
	case "environments":
		b, ok := k.Value.AsBool()
		d.sections = b
		return ok && k.Value.Kind() == eval.Bool
	case "settings_files", "settings_file":
		if k.Value.Kind() != eval.List || k.Name != strings.ToLower(k.Name) || d.c.FirstUnknown().IsValid() {
			return false
		}
		d.paths = nil
		for _, e := range k.Value.Elems() {
			s, ok := str(e)
			if !ok || strings.HasPrefix(s, "/") || strings.Contains(s, "..") || strings.ContainsAny(s, "*?[,;") || !strings.Contains(s, ".") {
				return false
			}
			d.paths = append(d.paths, s)
		}
		return len(d.paths) > 0
	}
	return false
}

// envName reports whether a text is one plain name, as environments and prefixes have, that TOML does not read as something else.
func envName(s string) bool {
	if s == "" || slices.Contains([]string{"true", "false", "inf", "nan"}, strings.ToLower(s)) {
		return false
	}
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r != '_' && r != '-' && (r < '0' || r > '9')) {
			return false
		}
	}
	return true
}

// dynaconfOwn are names that steer dynaconf itself when a settings module has them.
var dynaconfOwn = []string{"ENV_SWITCHER", "ENV", "ENVIRONMENT", "ENVIRONMENTS", "SETTINGS_FILE", "SETTINGS_FILES", "SETTINGS_MODULE", "PROJECT_ROOT",
	"RENAMED_VARS", "VALIDATORS", "DYNABOXIFY", "YAML", "TOML", "JSON", "INI", "LOAD_DOTENV", "DEFAULT_SETTINGS_PATHS", "APPLY_DEFAULT_ON_NONE",
	"AUTO_CAST", "BASE_NAMESPACE", "COMMENTJSON_ENABLED", "CORE_LOADERS", "DEFAULT_ENV", "DOTENV_OVERRIDE", "DOTENV_PATH", "DOTENV_VERBOSE",
	"DOTTED_LOOKUP", "ENCODING", "ENVVAR", "ENVVAR_PREFIX", "FORCE_ENV", "FRESH_VARS", "GLOBAL_ENV", "IGNORE_UNKNOWN_ENVVARS", "INCLUDES",
	"INDEX_SEPARATOR", "INSTANCE", "LOADERS", "LOWERCASE_READ", "MAIN_ENV", "MERGE_ENABLED", "NAMESPACE", "NESTED_SEPARATOR", "PRELOAD",
	"REDIS", "REDIS_ENABLED", "REDIS_URL", "ROOT_PATH", "SECRETS", "SILENT_ERRORS", "SKIP_FILES", "SYSENV_FALLBACK", "VALIDATE_ON_UPDATE",
	"VALIDATE_ONLY", "VALIDATE_EXCLUDE", "VALIDATE_ONLY_CURRENT_ENV", "POST_HOOKS", "FRESH", "FILTER_STRATEGY", "DEFAULTS", "LOADED_ENVS",
	"LOADED_HOOKS", "LOADED_BY_LOADERS", "LOADED_PY_MODULES", "LOADED_FILES", "DELETED", "ENV_CACHE", "NOT_INSTALLED_WARNINGS",
	"VAULT", "VAULT_ENABLED", "VAULT_URL", "VAULT_PATH", "VAULT_AUTH_ROLE", "VAULT_AUTH_WITH_IAM", "VAULT_KV_VERSION", "VAULT_MOUNT_POINT",
	"VAULT_PASSWORD", "VAULT_ROLE_ID", "VAULT_ROOT_TOKEN", "VAULT_SECRET_ID", "VAULT_TOKEN_RENEW", "VAULT_USERNAME", "YAML_LOADER",
	"DJANGO_SETTINGS_MODULE_NAME", "STORE", "BOX_SETTINGS", "WARN_DYNACONF_GLOBAL_SETTINGS", "WRAPPED"}

// steersDynaconf reports whether a setting of that name changes how dynaconf works.
func steersDynaconf(name string) bool {
	return slices.Contains(dynaconfOwn, name) || strings.Contains(name, "DYNACONF")
}

const reasonDynaconfValue = "dynaconf makes something of this value that is not followed"

// module takes the settings of the module itself, which dynaconf stores and gives back: tuples become lists.
func (d *dynaconfLoad) module() bool {
	if d.names.IsOpen() {
		return false
	}
	var nested []string
	for _, e := range d.names.Entries() {
		name, ok := str(e.Key)
		if !ok || name != strings.ToUpper(name) || name == strings.ToLower(name) {
			continue
		}
		if steersDynaconf(name) {
			return false
		}
		if strings.Contains(strings.TrimLeft(name, "_"), "__") || strings.HasPrefix(name, "__") {
			nested = append(nested, name)
			continue
		}
		d.set(name, d.stored(e.Value))
	}
	for _, name := range nested {
		d.nested(name)
	}
	return true
}

// nested makes the setting unknown of which a name with dots or double underscores is a part, and returns its name.
func (d *dynaconfLoad) nested(name string) string {
	top, _, _ := strings.Cut(strings.ReplaceAll(strings.ReplaceAll(name, "__", "."), "[", "."), ".")
	top = strings.ToUpper(strings.TrimSpace(top))
	for _, n := range []string{top, strings.ToUpper(name)} {
		if n != "" {
			d.set(n, d.c.Unknown(reasonDynaconfValue))
		}
	}
	return top
}

// stored is a value as dynaconf gives it back.
func (d *dynaconfLoad) stored(v eval.Value) eval.Value {
	if dynaconfMarked(v, 0) {
		return d.c.UnknownFrom(reasonDynaconfValue, v)
	}
	return listsOfTuples(v, 0)
}

// dynaconfMarked reports whether a value has a part that dynaconf could take for an instruction.
func dynaconfMarked(v eval.Value, depth int) bool {
	if depth > 20 || v.IsSpread() || v.IsOpen() {
		return true
	}
	if s, ok := v.AsStr(); ok {
		return strings.HasPrefix(s, "@") || strings.HasPrefix(s, "dynaconf_")
	}
	if v.Kind() != eval.List && v.Kind() != eval.Tuple && v.Kind() != eval.Dict {
		return v.Kind() == eval.Object && (v.Elems() != nil || v.Entries() != nil)
	}
	for _, e := range v.Elems() {
		if dynaconfMarked(e, depth+1) {
			return true
		}
	}
	for _, e := range v.Entries() {
		if dynaconfMarked(e.Key, depth+1) || dynaconfMarked(e.Value, depth+1) {
			return true
		}
	}
	return false
}

// listsOfTuples makes lists of all tuples in a value.
func listsOfTuples(v eval.Value, depth int) eval.Value {
	if depth > 20 {
		return eval.MakeUnknown(reasonDynaconfValue)
	}
	out := v
	switch v.Kind() {
	case eval.List, eval.Tuple:
		out = eval.MakeList()
		for _, e := range v.Elems() {
			out.Append(listsOfTuples(e, depth+1))
		}
	case eval.Dict:
		out = eval.MakeDict()
		for _, e := range v.Entries() {
			out.SetKey(e.Key, listsOfTuples(e.Value, depth+1))
		}
	}
	return out.WithOrigin(v.Origin())
}

// store writes the settings into the module.
func (d *dynaconfLoad) store() {
	set := func(name string, v eval.Value) { d.names.SetKey(eval.MakeStr(name), v) }
	set("LOAD_DOTENV", eval.MakeBool(true))
	set("DEFAULT_SETTINGS_PATHS", strs(defaultDynaconfPaths()))
	for _, name := range d.order {
		set(name, d.layers[name])
	}
	set("DYNACONF", d.c.Unknown(reasonDynaconf))
	set("settings", d.c.Unknown(reasonDynaconf))
}
