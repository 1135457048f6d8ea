package environments

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func settingsHaveEffect() check.Check {
	return check.Check{
		ID:       "environments/settings-have-effect",
		Severity: check.Recommended,
		Doc: check.Doc{
			Title: "Every setting is read by something",
			Why: `Django does not complain about a setting that nothing reads: a misspelt SECURE_SSL_REDIRCT, a name that a newer Django no longer knows, a Celery option without the prefix that the application was told, CORS rules without the middleware. The file says that the site is protected or fast, and it is not. Such faults survive every review, because the line looks right.

A leftover that is harmless costs only the time of whoever believes it.`,
			Fix:    `Correct the name, add the middleware or app that reads it, or remove the line. For Celery, write CELERY_ and the option's name in capitals where the application says namespace="CELERY".`,
			Verify: `Run "python manage.py diffsettings --all | grep NAME": a setting of Django stands there without "###" and with your value. For Celery, "celery -A <app> report" shows the option.`,
			Bad: []check.Example{
				check.SettingsExample("A letter is missing.", "DEBUG = False\nSECURE_SSL_REDIRCT = True\n"),
				check.SettingsExample("The rules are there, what applies them is not.", "DEBUG = False\nINSTALLED_APPS = [\"corsheaders\"]\nMIDDLEWARE = [\"django.middleware.common.CommonMiddleware\"]\nCORS_ALLOWED_ORIGINS = [\"https://app.shop.example\"]\n"),
			},
			Good: []check.Example{
				check.SettingsExample("Names that Django reads, and one that the project reads itself.", "DEBUG = False\nSECURE_SSL_REDIRECT = True\nSHOP_PAGE_SIZE = 20\n"),
				check.SettingsExample("The middleware that applies the rules is there.", "DEBUG = False\nMIDDLEWARE = [\"corsheaders.middleware.CorsMiddleware\"]\nCORS_ALLOWED_ORIGINS = [\"https://app.shop.example\"]\n"),
			},
			References: []check.Reference{
				check.See("Django settings", check.DjangoDocs+"ref/settings/"),
				check.See("Django deprecation timeline", check.DjangoDocs+"internals/deprecation/"),
				check.See("Celery: configuration, new lowercase settings", check.CeleryDocs+"userguide/configuration.html#new-lowercase-settings"),
			},
			Triggers: []string{
				"a setting that the project's Django no longer has, or does not have yet",
				"a name that is a letter or two away from one of Django's and that nothing reads",
				"an option of Celery without the application's namespace, or one that Celery does not have",
				"settings of a package whose middleware or app is not installed",
			},
		},
		Source: settingsEffectSource,
	}
}

func settingsEffectSource(p *check.SourcePass) check.Answer {
	w := p.Settings.Shipped()
	var findings []check.Finding
	for _, name := range w.SettingNames() {
		s := w.Get(name)
		if f, ok := versionFault(p, s); ok {
			findings = append(findings, f)
		} else if f, ok := misspelt(p, w, s); ok {
			findings = append(findings, f)
		}
	}
	findings = append(findings, celeryFaults(p, w)...)
	findings = append(findings, withoutReader(p, w)...)
	return check.Gather(findings, nil, "")
}

// versionFault finds a setting that another version of Django has.
func versionFault(p *check.SourcePass, s django.Setting) (check.Finding, bool) {
	version := p.Settings.Version
	known, ok := knowledge.DjangoSetting(s.Name)
	if !ok || !version.Known() || knowledge.HasSetting(version, s.Name) || ownedElsewhere(s.Name) || readByCode(p, s.Name) {
		return check.Finding{}, false
	}
	f := check.Finding{Severity: check.Recommended, At: named(s)}
	if known.Removed.Known() && version.AtLeast(known.Removed.Major, known.Removed.Minor) {
		if !mattersWhenIgnored(s.Name) {
			f.Severity = check.Optional
		}
		f.Message = fmt.Sprintf("%s does nothing since Django %s; %s", s.Name, known.Removed.Series(), insteadOf(s.Name))
		return f, true
	}
	if version.Before(known.Added.Major, known.Added.Minor) {
		f.Message = fmt.Sprintf("%s does nothing before Django %s, and the project has %s; %s", s.Name, known.Added.Series(), version.Series(), earlier(s.Name))
		return f, true
	}
	return check.Finding{}, false
}

// named is the first place that gives the setting: where its name is written, whatever changes it later.
func named(s django.Setting) source.Span {
	if len(s.Assigned) > 0 {
		return s.Assigned[0]
	}
	return s.At
}

// ownedElsewhere reports whether another check tells that the setting has no effect, or a package reads it in older versions.
func ownedElsewhere(name string) bool {
	return name == "STATICFILES_STORAGE" || name == "TASKS"
}

// mattersWhenIgnored reports whether a removed setting was more than a switch of a transition: the site does something else without it.
func mattersWhenIgnored(name string) bool {
	switch name {
	case "DEFAULT_FILE_STORAGE", "MIDDLEWARE_CLASSES", "PASSWORD_RESET_TIMEOUT_DAYS", "SECURE_BROWSER_XSS_FILTER",
		"TEMPLATE_DIRS", "TEMPLATE_LOADERS", "TEMPLATE_CONTEXT_PROCESSORS", "TEMPLATE_STRING_IF_INVALID", "ALLOWED_INCLUDE_ROOTS":
		return true
	}
	return false
}

// insteadOf says what to write instead of a removed setting.
func insteadOf(name string) string {
	switch name {
	case "DEFAULT_FILE_STORAGE":
		return `write STORAGES["default"], else uploads go to the local disk`
	case "MIDDLEWARE_CLASSES":
		return "rename it to MIDDLEWARE"
	case "PASSWORD_RESET_TIMEOUT_DAYS":
		return "write PASSWORD_RESET_TIMEOUT in seconds"
	case "TEMPLATE_DIRS", "TEMPLATE_LOADERS", "TEMPLATE_CONTEXT_PROCESSORS", "TEMPLATE_STRING_IF_INVALID":
		return "write it into TEMPLATES"
	case "SECURE_BROWSER_XSS_FILTER":
		return "remove it, and protect against scripts with a Content-Security-Policy"
	}
	return "remove it"
}

// earlier says what to write in a version that does not have a setting yet.
func earlier(name string) string {
	switch name {
	case "STORAGES":
		return "write DEFAULT_FILE_STORAGE and STATICFILES_STORAGE, or upgrade"
	case "MAILERS":
		return "write EMAIL_BACKEND and its settings, or upgrade"
	case "SECURE_CSP", "SECURE_CSP_REPORT_ONLY":
		return "use django-csp, or upgrade"
	}
	return "remove it, or upgrade"
}

// misspelt finds a name that is nearly one of Django's and that nothing reads.
func misspelt(p *check.SourcePass, w *django.World, s django.Setting) (check.Finding, bool) {
	if _, known := knowledge.DjangoSetting(s.Name); known || len(s.Name) < 9 {
		return check.Finding{}, false
	}
	if s.Name == "ASGI_APPLICATION" && (check.HasApp(w, "daphne") != eval.No || check.HasApp(w, "channels") != eval.No) {
		return check.Finding{}, false // their runserver reads it
	}
	near := nearestSettings(p.Settings.Version, s.Name)
	if len(near) == 0 || slices.ContainsFunc(near, func(name string) bool { return w.Get(name).Set }) || readByCode(p, s.Name) {
		return check.Finding{}, false
	}
	f := check.Finding{
		Severity: check.Recommended,
		Message:  s.Name + " is read by nothing; Django's setting is called " + strings.Join(near, " or "),
		At:       named(s),
	}
	if len(near) == 1 {
		f.Fix = near[0]
	}
	return f, true
}

// nearestSettings are the settings of Django that are one edit away from a name, or two for a long one, the nearest alone; sorted.
func nearestSettings(v knowledge.Version, name string) []string {
	allowed := 1
	if len(name) >= 14 {
		allowed = 2
	}
	var nearest []string
	at := allowed + 1
	for _, candidate := range knowledge.DjangoSettings(v) {
		switch d := editDistance(name, candidate, allowed); {
		case d < at:
			nearest, at = []string{candidate}, d
		case d == at && d <= allowed:
			nearest = append(nearest, candidate)
		}
	}
	return nearest
}

// longestName is the length in bytes above which names are not compared: Django has none as long.
const longestName = 80

// editDistance is the number of insertions, deletions, replacements and swaps of neighbours between two names (Damerau's distance, in its
// restricted form); limit+1 when it is larger than the limit.
func editDistance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	var rows [3][longestName + 1]int
	if len(b) > longestName {
		return limit + 1
	}
	before, previous, current := rows[0][:len(b)+1], rows[1][:len(b)+1], rows[2][:len(b)+1]
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
		}
		before, previous, current = previous, current, before
	}
	return previous[len(b)]
}

// celeryFaults are the options of Celery that its application does not read.
func celeryFaults(p *check.SourcePass, w *django.World) []check.Finding {
	celery := p.Project.Celery()
	if celery == nil || !celery.Found || !celery.FromSettings || celery.Namespace == "" || celery.Elsewhere != "" {
		return nil
	}
	prefix := strings.TrimRight(celery.Namespace, "_") + "_"
	readsOldNames := !celery.Version.Known() || celery.Version.AtLeast(5, 7)
	var findings []check.Finding
	for _, name := range w.SettingNames() {
		option, prefixed := strings.CutPrefix(name, prefix)
		old := knowledge.IsOldCeleryOption(name) && looksLikeCelery(name)
		message := ""
		switch {
		case prefixed && knowledge.IsCeleryOption(strings.ToLower(option)):
		case prefixed && old && readsOldNames, !prefixed && !old, old && readsOldNames, readByCode(p, name):
		case prefixed && old:
			message = fmt.Sprintf("%s is a name from before Celery 4, which the namespace %s does not read; write %s and the option's new name", name, celery.Namespace, prefix)
		case prefixed && fromCeleryPackages(name):
		case prefixed:
			message = fmt.Sprintf("Celery has no option %s, so %s does nothing; look the name up in its configuration reference", strings.ToLower(option), name)
		default:
			message = fmt.Sprintf("%s does nothing: the Celery application reads only settings that begin with %s", name, prefix)
		}
		if message == "" {
			continue
		}
		s := w.Get(name)
		findings = append(findings, check.Finding{
			Severity: check.Recommended, Message: message, At: named(s),
			Related: []check.Related{{Message: "the application's namespace is given here", At: celery.At}},
		})
	}
	return findings
}

// looksLikeCelery keeps old names that can only be Celery's from those that any project may use (ENABLE_UTC, S3_BUCKET, REDIS_HOST).
func looksLikeCelery(name string) bool {
	return strings.HasPrefix(name, "CELERY") || strings.HasPrefix(name, "BROKER_")
}

// fromCeleryPackages reports whether a package around Celery reads the setting, which has Celery's usual prefix.
func fromCeleryPackages(name string) bool {
	for _, prefix := range []string{"CELERY_EMAIL_", "CELERY_REDBEAT_", "CELERY_ONCE", "CELERY_PROGRESS_", "CELERY_HAYSTACK_", "CELERY_SINGLETON_", "CELERY_BEAT_TASK_", "CELERY_RESULTS_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// reader is what makes the settings of a package work.
type reader struct {
	prefix     string
	app        string // the app that reads them, "" when the middleware does
	middleware string
}

// packageReaders are packages whose settings do nothing without an app or middleware. Source: each package's installation page.
func packageReaders() []reader {
	return []reader{
		{prefix: "CORS_", middleware: "corsheaders.middleware.CorsMiddleware"},
		{prefix: "SECURE_CSP", middleware: "django.middleware.csp.ContentSecurityPolicyMiddleware"},
		{prefix: "CSP_", middleware: "csp.middleware.CSPMiddleware"},
		{prefix: "CONTENT_SECURITY_POLICY", middleware: "csp.middleware.CSPMiddleware"},
		{prefix: "PERMISSIONS_POLICY", middleware: "django_permissions_policy.PermissionsPolicyMiddleware"},
		{prefix: "AXES_", app: "axes"},
		{prefix: "DEFENDER_", app: "defender"},
		{prefix: "COMPRESS_", app: "compressor"},
		{prefix: "AUDITLOG_", app: "auditlog"},
		{prefix: "DBBACKUP_", app: "dbbackup"},
		{prefix: "CONSTANCE_", app: "constance"},
		{prefix: "MAINTENANCE_MODE", app: "maintenance_mode"},
	}
}

// withoutReader are the settings of packages whose app or middleware is not installed, one finding for each package.
func withoutReader(p *check.SourcePass, w *django.World) []check.Finding {
	var findings []check.Finding
	names := w.SettingNames()
	for _, r := range packageReaders() {
		where, what := "MIDDLEWARE", r.middleware
		installed := check.HasMiddlewareLike(p, w, r.middleware)
		if r.app != "" {
			where, what, installed = "INSTALLED_APPS", r.app, check.HasApp(w, r.app)
		}
		if installed != eval.No {
			continue
		}
		i := slices.IndexFunc(names, func(name string) bool { return strings.HasPrefix(name, r.prefix) && !readByCode(p, name) })
		if i < 0 || versionLacks(p, names[i]) {
			continue
		}
		s := w.Get(names[i])
		findings = append(findings, check.Finding{
			Severity: check.Recommended,
			Message:  fmt.Sprintf("%s does nothing, because %s is not in %s; add it there, or remove the setting", s.Name, what, where),
			At:       named(s),
		})
	}
	return findings
}

// versionLacks reports whether the setting is one of Django's that the version does not have, which is told for itself.
func versionLacks(p *check.SourcePass, name string) bool {
	_, known := knowledge.DjangoSetting(name)
	return known && !knowledge.HasSetting(p.Settings.Version, name)
}
