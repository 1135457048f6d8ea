package orm

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// found is a manager of a model.
type found struct {
	name  string
	value eval.Value
	depth int
}

// managersOf is what ModelState.from_model makes of the managers. reason says why it is not known.
// Source: django/db/migrations/state.py, ModelState.from_model; django/db/models/options.py, Options.managers.
func (r *registry) managersOf(c *modelClass, options map[string]eval.Value) (out []Manager, reason string) {
	all, reason := r.allManagers(c.class)
	if reason != "" {
		return nil, reason
	}
	byDefault, base := -1, -1
	if len(all) > 0 {
		byDefault = 0
	}
	for i, f := range all {
		if text, ok := options["default_manager_name"].AsStr(); ok && f.name == text {
			byDefault = i
		}
		if text, ok := options["base_manager_name"].AsStr(); ok && f.name == text {
			base = i
		}
	}
	shim := -1
	for i, f := range all {
		kept, reason := inMigrations(f.value)
		switch {
		case reason != "":
			return nil, reason
		case kept == eval.Yes:
			out = append(out, NormalizeManager(f.name, f.value))
		case i == byDefault || i == base:
			if i == byDefault {
				shim = len(out)
			}
			out = append(out, Manager{Name: f.name, Deconstructed: Deconstructed{Class: corePath + "Manager"}})
		}
	}
	if len(out) == 1 && shim == 0 && out[0].Name == "objects" {
		return nil, ""
	}
	return out, ""
}

// allManagers are Options.managers: of the class first, then of the models that it inherits from.
func (r *registry) allManagers(class eval.Value) (all []found, reason string) {
	seen := map[string]bool{}
	for depth, k := range class.MRO() {
		if _, own := k.Written(); !own && !isDjangoModel(k.Dotted()) || !k.Attr("_meta").IsValid() {
			continue
		}
		for _, e := range k.Fields() {
			name, _ := e.Key.AsStr()
			if contribManager(k.Dotted()) != "" {
				continue
			}
			is, why := isManager(name, e.Value)
			if why != "" {
				return nil, why
			}
			if is && !seen[name] {
				seen[name] = true
				all = append(all, found{name, e.Value, depth})
			}
		}
		if manager := contribManager(k.Dotted()); manager != "" && !seen["objects"] {
			seen["objects"] = true
			all = append(all, found{"objects", eval.NewRecorded(eval.NewUnmodelledClass(manager), nil, nil), depth})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return a.depth - b.depth })
	return all, ""
}

func isDjangoModel(dotted string) bool { return strings.HasPrefix(dotted, "django.contrib.") }

// contribManager is the manager of a model of Django that migrations keep.
func contribManager(dotted string) string {
	switch dotted {
	case "django.contrib.auth.models.AbstractUser":
		return "django.contrib.auth.models.UserManager"
	case "django.contrib.auth.models.Group":
		return "django.contrib.auth.models.GroupManager"
	case "django.contrib.auth.models.Permission":
		return "django.contrib.auth.models.PermissionManager"
	case "django.contrib.contenttypes.models.ContentType":
		return "django.contrib.contenttypes.models.ContentTypeManager"
	case "django.contrib.sites.models.Site":
		return "django.contrib.sites.models.SiteManager"
	case "django.contrib.admin.models.LogEntry":
		return "django.contrib.admin.models.LogEntryManager"
	case "django.contrib.sessions.models.Session":
		return "django.contrib.sessions.models.SessionManager"
	}
	return ""
}

// isManager reports whether an attribute of a model is a manager; reason says why that is not known.
func isManager(name string, v eval.Value) (is bool, reason string) {
	if strings.HasPrefix(name, "_") {
		return false, ""
	}
	if v.Kind() == eval.Object {
		found := false
		for _, k := range v.ClassOf().MRO() {
			if lastName(k.Dotted()) == "TaggableManager" {
				return false, "" // a field
			}
			found = found || isManagerClass(k.Dotted())
		}
		return found, ""
	}
	if !v.IsUnknown() {
		return false, ""
	}
	if s, ok := v.Symbol(); ok && s.Func.IsValid() {
		path := s.Func.Path()
		last := path[strings.LastIndexByte(path, '.')+1:]
		if last == "as_manager" || strings.HasSuffix(last, "Manager") {
			return false, "the manager " + name + " is not known"
		}
		if f, ok := s.Func.Symbol(); ok && f.Func.IsValid() && strings.HasSuffix(f.Func.Path(), ".from_queryset") {
			return false, "the manager " + name + " is not known"
		}
	}
	if name == "objects" {
		return false, "the manager objects is not known"
	}
	return false, ""
}

// isManagerClass judges a class of Django or of a package by its name.
func isManagerClass(dotted string) bool {
	last := dotted[strings.LastIndexByte(dotted, '.')+1:]
	return strings.HasSuffix(last, "Manager") && last != "TaggableManager" && last != "ClusterTaggableManager" || strings.Contains(last, "ManagerFrom")
}

// inMigrations is Manager.use_in_migrations.
func inMigrations(v eval.Value) (kept eval.Tri, reason string) {
	for _, k := range v.ClassOf().MRO() {
		if strings.HasPrefix(k.Dotted(), corePath) {
			continue // Manager says no, and comes behind all that inherit from it, also those whose bases are not known
		}
		for _, e := range k.Fields() {
			if name, _ := e.Key.AsStr(); name == "use_in_migrations" {
				if t := e.Value.Truth(); t != eval.Maybe {
					return t, ""
				}
				return eval.Maybe, "use_in_migrations of a manager is not known"
			}
		}
		if _, own := k.Written(); own {
			continue
		}
		switch dotted := k.Dotted(); {
		case dotted == "django.contrib.auth.models.UserManager", dotted == "django.contrib.auth.models.GroupManager",
			dotted == "django.contrib.auth.models.PermissionManager", dotted == "django.contrib.sites.managers.CurrentSiteManager",
			dotted == "django.contrib.contenttypes.models.ContentTypeManager", dotted == "django.contrib.sites.models.SiteManager",
			dotted == "django.contrib.admin.models.LogEntryManager", dotted == "django.contrib.sessions.models.SessionManager":
			return eval.Yes, ""
		case strings.HasPrefix(dotted, "django."), !strings.Contains(dotted, "."):
		case strings.HasSuffix(dotted, "Manager"):
			return eval.Maybe, "a manager of a package that is not in the project: " + dotted
		}
	}
	return eval.No, ""
}

// NormalizeManager is a manager with its class and arguments.
func NormalizeManager(name string, v eval.Value) Manager {
	m := Manager{Name: name, Deconstructed: Deconstructed{Class: v.Class(), At: v.At()}}
	if v.Kind() != eval.Object {
		m.Unknown = "a manager is not known"
		return m
	}
	m.Args, m.Kwargs = v.Args()
	return m
}
