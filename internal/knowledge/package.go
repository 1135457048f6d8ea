package knowledge

import (
	"sort"
	"strings"
	"sync"
)

// Role is what a package is for, as far as a deployment cares. A package can have several.
type Role uint8

const (
	DevelopmentOnly Role = iota + 1 // shows internals or runs a development server: must not be installed as an app in production
	TestOnly                        // runs or supports tests
	Lint                            // checks or formats source
	DeveloperTool                   // useful to developers, harmless in production: shells, debuggers, stubs, extensions
	Documentation                   // builds documentation
	Server                          // serves WSGI or ASGI
	ErrorTracker                    // reports exceptions to people
	Tracing                         // traces of requests over several services (OpenTelemetry, an APM)
	Metrics                         // request rate, errors, latency
	LogFormatter                    // structured logs
	RequestID                       // a request id that is accepted or made, logged and returned
	AccessLog                       // a log line for each request
	HealthCheck                     // liveness and readiness endpoints
	Storage                         // file storage that is not the local disk
	StaticServer                    // serves static files from the application process
	CacheBackend                    // a cache backend
	RateLimit                       // slows down repeated logins or requests
	SecondFactor                    // a second factor for logins
	SingleSignOn                    // logins at another party
	CSP                             // Content-Security-Policy
	CORS                            // Cross-Origin Resource Sharing
	TaskQueue                       // background tasks
	TaskSchedule                    // periodic tasks
	TaskMonitor                     // shows tasks in a browser
	DatabaseDriver                  // talks to a database
	DatabasePool                    // pools connections
	ZeroDowntime                    // a database backend or tool for migrations without downtime
	Settings                        // helps settings to read the environment
	API                             // HTTP APIs
	GraphQL                         // GraphQL APIs
	OpenAPI                         // an OpenAPI schema
	Realtime                        // WebSockets
	MailBackend                     // sends mail through a service
	Audit                           // a record of who changed what
	Backup                          // dumps the database or media
	FeatureFlags                    // turns features on and off without a deploy
	Maintenance                     // closes the site on purpose
	AdminSite                       // another look or place for the admin
	Impersonation                   // lets staff act as another user
	SecretsStore                    // reads secrets from a vault or cloud service
	Scanner                         // scans uploads for malware
	Auditor                         // finds vulnerable dependencies
)

// Package is a distribution that this tool knows.
type Package struct {
	Name       string   // the distribution, normalised as in PEP 503
	Imports    []string // its top-level import names (dotted where it lives in a namespace)
	Apps       []string // what stands in INSTALLED_APPS: packages; their AppConfig classes are below them
	Middleware []string // dotted paths of its middleware
	URLs       []string // dotted modules that are included in URL configurations
	Roles      []Role
}

// Has reports whether the package has a role.
func (p Package) Has(role Role) bool {
	for _, r := range p.Roles {
		if r == role {
			return true
		}
	}
	return false
}

// packageIndex finds packages by each of their names.
type packageIndex struct {
	all      []Package
	byName   map[string]int
	byImport map[string]int
	byApp    map[string]int
	byMiddle map[string]int
}

var packages = sync.OnceValue(func() *packageIndex {
	x := &packageIndex{all: packageTable(), byName: map[string]int{}, byImport: map[string]int{}, byApp: map[string]int{}, byMiddle: map[string]int{}}
	sort.Slice(x.all, func(i, j int) bool { return x.all[i].Name < x.all[j].Name })
	add := func(m map[string]int, names []string, i int) {
		for _, n := range names {
			if _, taken := m[n]; !taken {
				m[n] = i
			}
		}
	}
	for i, p := range x.all {
		x.byName[p.Name] = i
		add(x.byImport, p.Imports, i)
		add(x.byApp, p.Apps, i)
		add(x.byMiddle, p.Middleware, i)
	}
	return x
})

// Packages are all packages that the tool knows, by name.
func Packages() []Package { return append([]Package(nil), packages().all...) }

// PackagesWith are the packages that have a role, by name.
func PackagesWith(role Role) []Package {
	var found []Package
	for _, p := range packages().all {
		if p.Has(role) {
			found = append(found, p)
		}
	}
	return found
}

// PackageNamed is the package of a distribution; the name need not be normalised.
func PackageNamed(distribution string) (Package, bool) {
	i, ok := packages().byName[NormalName(distribution)]
	return packages().pick(i, ok)
}

// PackageOfImport is the package that a dotted name is imported from ("sentry_sdk.integrations.django").
// The longest known name that contains it counts.
func PackageOfImport(dotted string) (Package, bool) {
	i, ok := enclosing(packages().byImport, dotted)
	return packages().pick(i, ok)
}

// PackageOfApp is the package of an entry of INSTALLED_APPS, be it the app's package or its AppConfig
// ("debug_toolbar", "debug_toolbar.apps.DebugToolbarConfig").
func PackageOfApp(entry string) (Package, bool) {
	if i, ok := enclosing(packages().byApp, entry); ok {
		return packages().pick(i, ok)
	}
	return Package{}, false
}

// PackageOfMiddleware is the package of an entry of MIDDLEWARE: one of its known paths, or a path below what it imports as.
func PackageOfMiddleware(entry string) (Package, bool) {
	if i, ok := packages().byMiddle[entry]; ok {
		return packages().pick(i, ok)
	}
	return PackageOfImport(entry)
}

// HasRole reports whether the distribution is known to have the role.
func HasRole(distribution string, role Role) bool {
	p, ok := PackageNamed(distribution)
	return ok && p.Has(role)
}

func (x *packageIndex) pick(i int, ok bool) (Package, bool) {
	if !ok {
		return Package{}, false
	}
	return x.all[i], true
}

// enclosing finds the longest prefix of a dotted name, cut at dots, that is a key.
func enclosing(m map[string]int, dotted string) (int, bool) {
	for {
		if i, ok := m[dotted]; ok {
			return i, true
		}
		cut := strings.LastIndexByte(dotted, '.')
		if cut < 0 {
			return 0, false
		}
		dotted = dotted[:cut]
	}
}

// NormalName is a distribution's name as PEP 503 normalises it: lower case, with runs of "-", "_" and "." as one "-".
func NormalName(name string) string {
	var b strings.Builder
	separator := false
	for _, r := range strings.ToLower(name) {
		switch {
		case r == '-' || r == '_' || r == '.':
			separator = true
			continue
		case separator:
			b.WriteByte('-')
			separator = false
		}
		b.WriteRune(r)
	}
	if separator {
		b.WriteByte('-')
	}
	return b.String()
}
