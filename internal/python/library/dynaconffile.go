package library

import (
	"regexp"
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// files lays the settings of files over those of the module.
func (d *dynaconfLoad) files() bool {
	folder := dirname(joinPaths(d.c.Root(), d.c.CallerFile()))
	folders := d.folders(folder)
	for _, name := range []string{".env", "dynaconf_hooks.py"} {
		if d.find(folders, name) != "" {
			return false
		}
	}
	var found []string
	for _, name := range d.paths {
		if path := d.find(folders, name); path != "" {
			found = append(found, path)
		}
	}
	for _, path := range slices.Clone(found) {
		at := strings.LastIndexByte(path, '.')
		if local := path[:at] + ".local" + path[at:]; !strings.Contains(path, ".local.") && d.exists(local) {
			found = append(found, local)
		}
	}
	for _, path := range found {
		if d.exists(dirname(path)+"/dynaconf_hooks.py") || !d.file(path) {
			return false
		}
	}
	return true
}

// folders are where a file is looked for: the folder of the settings, those above it, and a folder config in each.
func (d *dynaconfLoad) folders(dir string) []string {
	var out []string
	for insideProject(d.c, dir) {
		out = append(out, dir, joinPaths(dir, "config"))
		dir = dirname(dir)
	}
	return out
}

func (d *dynaconfLoad) exists(path string) bool {
	_, inside, exists := d.c.File(path)
	return inside && exists
}

// find is the first file of that name, but for the settings module itself; "" when there is none.
func (d *dynaconfLoad) find(folders []string, name string) string {
	own := joinPaths(d.c.Root(), d.c.CallerFile())
	for _, dir := range folders {
		if path := joinPaths(dir, name); path != own && d.exists(path) {
			return path
		}
	}
	return ""
}

// yamlDoubtful are scalars that YAML 1.1 and YAML 1.2, which dynaconf reads, understand in two ways.
var yamlDoubtful = regexp.MustCompile(`(?mi)(?:^|[\s\[{,:])(?:yes|no|on|off|y|n|[-+]?0[0-9ob_]\S*|[-+]?\.?[0-9]+[_:]\S*|[-+]?[0-9.]*[0-9]\.?e\S*|[-+]?[0-9]+\.|[-+]\.[0-9]\S*|[-+]?[0-9.]+_\S*|\+\S*|=|<<)\s*(?:$|[,\]}#:])`)

// file reads one file.
func (d *dynaconfLoad) file(path string) bool {
	module, function := "", "loads"
	switch path[strings.LastIndexByte(path, '.')+1:] {
	case "toml", "tml":
		module = "tomllib"
	case "json":
		module = "json"
	case "yaml", "yml":
		module, function = "yaml", "safe_load"
	default:
		return false
	}
	content := d.c.ReadText(path)
	s, ok := str(content)
	if !ok || module == "yaml" && yamlDoubtful.MatchString(s) {
		return false
	}
	v, failed := tryCall(d.c, "Exception", d.c.GetAttr(d.c.Import(module), function), content, nil)
	switch {
	case failed:
		return false
	case isNone(v):
		return true
	case v.Kind() != eval.Dict || v.IsOpen():
		return false
	case !d.sections:
		return d.section(v, true)
	}
	return d.environments(v)
}

// environments lays the sections of a file over each other.
func (d *dynaconfLoad) environments(file eval.Value) bool {
	sections := map[string]eval.Value{}
	for _, e := range file.Entries() {
		name, ok := str(e.Key)
		name = strings.ToLower(name)
		if _, twice := sections[name]; !ok || twice || strings.HasPrefix(name, "dynaconf_") {
			return false
		}
		sections[name] = e.Value
	}
	current, known := d.current()
	order := []string{"default", strings.ToLower(d.prefix)}
	if known && !slices.Contains(order, current) {
		order = append(order, current)
	}
	for _, name := range append(order, "global") {
		if !known && name == "global" && !d.otherSections(file, order) {
			return false
		}
		if s, ok := sections[name]; ok && !d.section(s, true) {
			return false
		}
	}
	return true
}

// otherSections makes the names unknown that sections have of which it is not known whether they are read.
func (d *dynaconfLoad) otherSections(file eval.Value, read []string) bool {
	for _, e := range file.Entries() {
		name := strings.ToLower(text(e.Key))
		if name == "global" || slices.Contains(read, name) || e.Value.Kind() != eval.Dict {
			continue
		}
		if !d.section(e.Value, false) {
			return false
		}
	}
	return true
}

// current is the environment of which files give the section, in lower case; known is false when the variable that names it is not given.
func (d *dynaconfLoad) current() (name string, known bool) {
	list, complete := d.c.EnvEntries()
	for _, variable := range []string{"DJANGO_ENV", "ENV_FOR_DYNACONF"} {
		for _, e := range list {
			if text(e.Key) == variable {
				s, ok := str(e.Value)
				return strings.ToLower(s), ok && envName(s)
			}
		}
		if !complete {
			return "", false
		}
	}
	return "development", true
}

const reasonDynaconfSection = "the file has it for some environments, and DJANGO_ENV is not given"

// section lays the entries of a section over the settings; unread, it makes them unknown.
func (d *dynaconfLoad) section(section eval.Value, read bool) bool {
	if isNone(section) {
		return true
	}
	if section.Kind() != eval.Dict || section.IsOpen() {
		return false
	}
	seen := map[string]bool{}
	for _, e := range section.Entries() {
		key, ok := str(e.Key)
		name := strings.ToUpper(key)
		switch {
		case !ok, steersDynaconf(name):
			return false
		case strings.Contains(key, "__"), strings.ContainsAny(key, ".["):
			seen[d.nested(key)] = true
		case strings.TrimSpace(key) != key || seen[name]:
			d.set(strings.TrimSpace(name), d.c.Unknown(reasonDynaconfValue))
		case !read:
			d.set(name, d.c.UnknownFrom(reasonDynaconfSection, e.Value))
		default:
			d.set(name, d.stored(e.Value))
		}
		seen[name] = true
	}
	return true
}
