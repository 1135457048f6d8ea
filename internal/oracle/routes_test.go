package oracle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonogo/internal/django/routes"
	projects "gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// djangoRoute is a pattern as testdata/routes_dump.py tells it.
type djangoRoute struct {
	Route   string   `json:"route"`
	Name    *string  `json:"name"`
	View    string   `json:"view"`
	Methods []string `json:"methods"`
	// Policies are what an instance of a view of Django REST framework has, by method: asked for a stranger and for somebody who may do all.
	Policies map[string]djangoPolicy `json:"policies"`
}

// djangoPolicy is what a view has for one method: classes by respect; nil where it could not be asked.
type djangoPolicy struct {
	Stranger map[string][]string `json:"stranger"`
	Person   map[string][]string `json:"person"`
	Anyone   *bool               `json:"anyone"`
}

// routesTally counts what was compared.
type routesTally struct {
	routes, methods, choices int
	unlisted                 int            // patterns below prefixes that are not known
	undecided                map[string]int // choices that are not known, by respect
	unknown                  map[string]int
	wrong                    []string
}

func (y *routesTally) fault(format string, args ...any) {
	y.wrong = append(y.wrong, fmt.Sprintf(format, args...))
}

// log tells what was counted.
func (y *routesTally) log(t *testing.T) {
	t.Helper()
	for _, unknown := range []map[string]int{y.unknown, y.undecided} {
		for _, reason := range sortedKeys(unknown) {
			t.Logf("%d unknown: %s", unknown[reason], reason)
		}
	}
	sum := 0
	for _, n := range y.undecided {
		sum += n
	}
	t.Logf("%d routes, %d with methods, %d patterns below unknown prefixes, %d choices known and %d not; %d wrong",
		y.routes, y.methods, y.unlisted, y.choices, sum, len(y.wrong))
}

// routedProject is a project of this repository with a URL configuration.
type routedProject struct{ venv, django, rest, settings, name string }

func routedProjects() []routedProject {
	return []routedProject{
		{"venv-lib", "5.2", "3.18", "conf.settings", "clinic"},
		{"venv-lib", "5.2", "3.18", "conf.settings", "studio"},
		{"venv-django52", "5.2", "3.16", "config.settings.development", "shop"},
	}
}

// lay makes the project's folder.
func (p routedProject) lay(t *testing.T) string {
	t.Helper()
	if p.name == "shop" {
		return filepath.Join(repository(t), "examples", "shop")
	}
	folder := t.TempDir()
	unpack(t, filepath.Join("testdata", "routes", p.name+".txtar"), folder)
	requirements := "django==" + p.django + "\ndjangorestframework==" + p.rest + "\n"
	if err := os.WriteFile(filepath.Join(folder, "requirements.txt"), []byte(requirements), 0o644); err != nil {
		t.Fatal(err)
	}
	return folder
}

// judge reports what is wrong, and counts.
func (y *routesTally) judge(t *testing.T) {
	t.Helper()
	for _, w := range y.wrong {
		t.Error(w)
	}
	if y.unlisted > 0 || y.routes == 0 {
		t.Error("a part of the configuration is not known")
	}
	y.log(t)
}

// TestRoutesAnswers compares endpoints with recorded answers of real Django; TestRoutesAgree records them with -update.
func TestRoutesAnswers(t *testing.T) {
	for _, p := range routedProjects() {
		t.Run(p.name, func(t *testing.T) {
			text, err := os.ReadFile(p.answers())
			if err != nil {
				t.Fatal(err)
			}
			var real []djangoRoute
			if err := json.Unmarshal(text, &real); err != nil {
				t.Fatal(err)
			}
			compareRoutes(t, p.lay(t), p.settings, real).judge(t)
		})
	}
}

func (p routedProject) answers() string {
	return filepath.Join("testdata", "routes", "answers", p.name+".json")
}

// TestRoutesAgree compares endpoints with a walk over real Django's resolver, and with views as they are when they are made.
func TestRoutesAgree(t *testing.T) {
	for _, p := range routedProjects() {
		t.Run(p.name, func(t *testing.T) {
			startDjango(t, p.venv) // skips, or fails when the environment is missing
			folder := p.lay(t)
			real := dumpRoutes(t, filepath.Join(repository(t), "build", p.venv, "bin", "python"), folder, p.settings)
			if *updateAnswers {
				text, err := json.MarshalIndent(real, "", " ")
				if err != nil {
					t.Fatal(err)
				}
				if err := writeFile(p.answers(), string(text)+"\n"); err != nil {
					t.Fatal(err)
				}
			}
			compareRoutes(t, folder, p.settings, real).judge(t)
		})
	}
}

// dumpRoutes are the patterns as real Django has them.
func dumpRoutes(t *testing.T, python, folder, settings string) []djangoRoute {
	t.Helper()
	command := exec.Command(python, "-B", "-W", "ignore",
		filepath.Join("testdata", "routes_dump.py"), folder, settings)
	var errors bytes.Buffer
	command.Stderr = &errors
	command.Env = append(os.Environ(), "SECRET_KEY=only-for-tests", "DATABASE_URL=sqlite:///:memory:")
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errors.String())
	}
	var real []djangoRoute
	if err := json.Unmarshal(out, &real); err != nil {
		t.Fatal(err)
	}
	return real
}

// withoutFormats leaves out what format_suffix_patterns adds, the same views again.
func withoutFormats(list []djangoRoute) []djangoRoute {
	return slices.DeleteFunc(list, func(r djangoRoute) bool {
		return strings.Contains(r.Route, `\.(?P<format>`) || strings.Contains(r.Route, "<drf_format_suffix")
	})
}

func compareRoutes(t *testing.T, folder, settings string, real []djangoRoute) *routesTally {
	t.Helper()
	tree, err := source.Open(folder, source.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := projects.Load(tree, projects.Options{Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	y := &routesTally{unknown: map[string]int{}, undecided: map[string]int{}}
	ours := s.Routes()
	if ours.Unknown != "" {
		y.unknown["the configuration: "+ours.Unknown]++
	}
	real = withoutFormats(real)
	// Endpoints are compared in order; an entry that stands for all below a prefix takes the place of all that begin with it.
	for n := range ours.Endpoints {
		e := &ours.Endpoints[n]
		if e.Prefix && e.View.Kind != routes.AdminSite {
			y.unknown[e.Unknown]++
			next := nextRoute(ours.Endpoints[n+1:])
			for len(real) > 0 && strings.HasPrefix(real[0].Route, e.Route()) && real[0].Route != next {
				real = real[1:]
				y.unlisted++
			}
			continue
		}
		if len(real) == 0 {
			y.fault("%s: Django has no more patterns", e.Route())
			break
		}
		compareRoute(y, e, real[0])
		real = real[1:]
	}
	for _, r := range real {
		if ours.Unknown != "" {
			y.unlisted++
		} else {
			y.fault("%s: not found", r.Route)
		}
	}
	return y
}

// nextRoute is the route of the first endpoint that is not all below a prefix, "" when there is none.
func nextRoute(list []routes.Endpoint) string {
	for n := range list {
		if !list[n].Prefix || list[n].View.Kind == routes.AdminSite {
			return list[n].Route()
		}
	}
	return ""
}

func compareRoute(y *routesTally, e *routes.Endpoint, real djangoRoute) {
	y.routes++
	if e.Route() != real.Route {
		y.fault("route %q, Django has %q", e.Route(), real.Route)
	}
	name := ""
	if real.Name != nil {
		name = *real.Name
	}
	if !e.NameUnknown && e.FullName() != name {
		y.fault("%s: name %q, Django has %q", real.Route, e.FullName(), name)
	}
	if e.Unknown != "" {
		y.unknown[e.Unknown]++
		return
	}
	if e.View.Name != real.View {
		y.fault("%s: view %s, Django has %s", real.Route, e.View.Name, real.View)
	}
	if real.Methods != nil && e.MethodsUnknown != "" {
		y.unknown[e.MethodsUnknown]++
	} else if real.Methods != nil && e.View.Kind != routes.APIFunction || e.View.Kind == routes.APIFunction && e.Methods != nil {
		y.methods++
		if !slices.Equal(e.Methods, real.Methods) {
			y.fault("%s: methods %v, Django has %v", real.Route, e.Methods, real.Methods)
		}
	}
	comparePolicies(y, e, real)
}

// comparePolicies compares what is known of each respect, for each method, with what the instantiated view has.
func comparePolicies(y *routesTally, e *routes.Endpoint, real djangoRoute) {
	for _, method := range sortedKeys(real.Policies) {
		its := real.Policies[method]
		compareAccess(y, e, real.Route, method, its.Anyone)
		for _, respect := range []struct {
			name   string
			choice routes.Choice
		}{{"permission", e.Policy.Permissions}, {"throttle", e.Policy.Throttles}, {"pagination", e.Policy.Pagination},
			{"renderer", e.Policy.Renderers}, {"authentication", e.Policy.Authentication}, {"serializer", e.Policy.Serializer}} {
			stranger, person := its.Stranger[respect.name], its.Person[respect.name]
			choice := respect.choice.For(method)
			if stranger == nil && person == nil {
				continue
			}
			if choice.Unknown == "" && choice.From == routes.FromNowhere && !e.View.Whole && e.View.Kind == routes.ClassView {
				choice.Unknown = "a base of the class is not known"
			}
			if choice.Unknown != "" {
				y.undecided[respect.name+": "+choice.Unknown]++
				continue
			}
			y.choices++
			for who, has := range map[string][]string{"a stranger": stranger, "somebody": person} {
				if has != nil && !sameClasses(choice.Classes, has) {
					y.fault("%s %s: %s %v, Django has %v for %s", method, real.Route, respect.name, choice.Classes, has, who)
				}
			}
		}
	}
}

// compareAccess compares whether a stranger is let in with what check_permissions of the view says.
func compareAccess(y *routesTally, e *routes.Endpoint, route, method string, real *bool) {
	access, told := e.Policy.Access[method]
	switch {
	case real == nil:
	case !told || access.Anyone == eval.Maybe:
		y.undecided["stranger: "+access.Why]++
	case *real != (access.Anyone == eval.Yes):
		y.fault("%s %s: a stranger is let in: %v (%s), Django says %v", method, route, access.Anyone, access.Why, *real)
	default:
		y.choices++
	}
}

// sameClasses compares dotted names; a class of a package may go by the name of the module that it was imported from.
func sameClasses(ours, real []string) bool {
	return slices.EqualFunc(ours, real, func(a, b string) bool {
		first := func(s string) string { s, _, _ = strings.Cut(s, "."); return s }
		last := func(s string) string { return s[strings.LastIndexByte(s, '.')+1:] }
		return a == b || !strings.Contains(a, " ") && first(a) == first(b) && last(a) == last(b)
	})
}
