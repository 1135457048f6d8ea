package static

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/deploy/nginx"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func cacheHeaders() check.Check {
	return check.Check{
		ID:       "static/cache-headers",
		Severity: check.Recommended,
		Source:   answerCacheHeaders,
		Doc: check.Doc{
			Title: "Files with a hash in their names are cached for a year, and others are not",
			Why: `A name with a hash never stands for another content, so browsers may keep the file for as long as they like: "Cache-Control: max-age=31536000, immutable". Without it they ask for every style and script again on each visit, and the hashes cost without being of use.

The same header on files that keep their names is a fault of its own: after a release people have the old script with the new page for as long as the header says, and nothing that the site does can take it back.`,
			Fix:    "nginx: `location /static/ { alias ...; add_header Cache-Control \"public, max-age=31536000, immutable\"; }` where a manifest storage hashes the names. WhiteNoise does it by itself with one.",
			Verify: "`curl -sI https://shop.example/static/admin/css/base.6b517d0d5813.css` prints `Cache-Control: ... max-age=31536000 ... immutable`.",
			Bad: []check.Example{
				check.Project("Hashed names, and nothing says that they may be kept.", "settings.py", staticSettings+manifestStorage, "compose.yml", sharedVolume, "Dockerfile", "FROM python:3.13-slim\n",
					"nginx.conf", "server {\n    location /static/ {\n        alias /static/;\n    }\n}\n"),
				check.Project("Files keep their names, and browsers keep the files for a year.", "settings.py", staticSettings, "compose.yml", sharedVolume, "Dockerfile", "FROM python:3.13-slim\n",
					"nginx.conf", "server {\n    location /static/ {\n        alias /static/;\n        expires 1y;\n    }\n}\n"),
			},
			Good: []check.Example{
				check.Project("Hashed, and kept for a year.", "settings.py", staticSettings+manifestStorage, "compose.yml", sharedVolume, "Dockerfile", "FROM python:3.13-slim\n",
					"nginx.conf", "server {\n    location /static/ {\n        alias /static/;\n        add_header Cache-Control \"public, max-age=31536000, immutable\";\n    }\n}\n"),
				check.Project("WhiteNoise knows the hashes of the manifest.", "settings.py", staticSettings+whitenoiseFirst+manifestStorage),
			},
			References: []check.Reference{
				check.See("RFC 8246: HTTP immutable responses", "https://www.rfc-editor.org/rfc/rfc8246"),
				check.See("nginx: expires", "https://nginx.org/en/docs/http/ngx_http_headers_module.html#expires"),
				check.See("WhiteNoise: WHITENOISE_IMMUTABLE_FILE_TEST", "https://whitenoise.readthedocs.io/en/stable/django.html#WHITENOISE_IMMUTABLE_FILE_TEST"),
			},
			Triggers: []string{
				"names are hashed, and the location of the proxy sends no max-age, or one of less than a year",
				"names are hashed and kept for a year, without immutable (optional)",
				"names are not hashed, and the location, WHITENOISE_MAX_AGE or the bucket's CacheControl keeps them for a month or longer",
				"a bundler hashes the names, WhiteNoise serves them, and WHITENOISE_IMMUTABLE_FILE_TEST does not tell it",
			},
		},
	}
}

const manifestStorage = "STORAGES = {\"staticfiles\": {\"BACKEND\": \"django.contrib.staticfiles.storage.ManifestStaticFilesStorage\"}}\n"

const (
	year  = 365 * 24 * time.Hour
	month = 30 * 24 * time.Hour
)

func answerCacheHeaders(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		if serves(w) == eval.No {
			return check.Absent(noStaticFiles)
		}
		return judgeCacheHeaders(p, w)
	}, "STORAGES", "STATICFILES_STORAGE")
}

// hashedBy says what hashes the names of static files: a storage with a manifest, or an application.
func hashedBy(p *check.SourcePass, w *django.World, storage check.Storage) (by string, manifest bool, hashed eval.Tri) {
	hashed = hashesNames(p, storage.Name())
	if hashed == eval.Yes {
		return storage.Name(), true, eval.Yes
	}
	for _, h := range hashing {
		if check.HasApp(w, h[0]) == eval.Yes {
			return h[1], false, eval.Yes
		}
	}
	if check.HasApp(w, "webpack_loader") == eval.Yes {
		return "", false, eval.Maybe
	}
	return "", false, hashed
}

func judgeCacheHeaders(p *check.SourcePass, w *django.World) check.Answer {
	storage := check.StorageOf(p.Settings, w, "staticfiles")
	url, known := w.Get("STATIC_URL").Value.AsStr()
	switch {
	case storage.Missing:
		return check.CausedBy("static/hashed-names", "STORAGES has no entry \"staticfiles\"")
	case storage.Backend.IsUnknown():
		return check.Unclear(storage.Doubt())
	case !known:
		return check.Unclear(check.Doubt(w, w.Get("STATIC_URL")))
	}
	by, manifest, hashed := hashedBy(p, w, storage)
	if hashed == eval.Maybe {
		return check.Unclear("whether the names of static files are hashed is not known")
	}
	x := caching{p: p, w: w, storage: storage, hashed: hashed == eval.Yes, by: by, manifest: manifest}
	if check.IsLocalStorage(p, storage.Name()) == eval.No {
		return x.byService()
	}
	if strings.Contains(url, "//") {
		return check.Unclear("another host serves static files, " + url + "; look how long it lets browsers keep them")
	}
	return x.byLocations(url)
}

// caching is what decides how long browsers keep static files.
type caching struct {
	p        *check.SourcePass
	w        *django.World
	storage  check.Storage
	hashed   bool
	by       string // what hashes the names
	manifest bool
}

// byLocations judges the locations of production's proxies, and what they hand on to WhiteNoise.
func (x caching) byLocations(url string) check.Answer {
	name := sampleFile
	if x.hashed {
		name = "admin/css/base.6b517d0d5813.css"
	}
	routes, doubt := check.RoutesTo(x.p, url, name)
	if len(routes) == 0 {
		if answer, ok := x.byWhiteNoise(); ok {
			return answer
		}
		if doubt == "" {
			doubt = "nothing in the repository shows what serves them"
		}
		return check.Unclear("how long browsers keep static files is not known: " + doubt)
	}
	var findings []check.Finding
	var doubts []string
	reason := ""
	for _, r := range routes {
		var f *check.Finding
		told, ok := "", false
		switch {
		case r.ServesFiles():
			f, told, ok = x.byLocation(r)
		default:
			answer, served := x.byWhiteNoise()
			switch {
			case !served:
				told = "what " + r.Proxy.File.Path + " hands requests for static files on to is not followed"
			case answer.Status == check.Fail:
				f = &answer.Findings[0]
			default:
				told, ok = answer.Reason, true
			}
		}
		switch {
		case f != nil:
			findings = append(findings, *f)
		case !ok:
			doubts = append(doubts, told)
		case reason == "":
			reason = told
		}
	}
	if len(findings) == 0 && len(doubts) == 0 && !x.hashed {
		return check.Absent(nothingHashed)
	}
	return check.Gather(distinct(findings), doubts, reason)
}

const nothingHashed = "no name is hashed (static/hashed-names), and nothing keeps the files for long"

// byLocation judges a location that serves files.
func (x caching) byLocation(r check.ProxyRoute) (f *check.Finding, told string, ok bool) {
	age, immutable, at, known := lifetime(r.Route)
	if !known {
		return nil, "how long " + r.Route.Pattern + " of " + r.Proxy.File.Path + " lets browsers keep files is not known", false
	}
	if all, why := whole(r.Proxy); !all && at.IsZero() {
		return nil, why + ", and may say how long browsers keep static files", false
	}
	if at.IsZero() {
		at = r.Route.At
	}
	return x.judge(age, immutable, at, r.Proxy.Program, "add_header Cache-Control \"public, max-age=31536000, immutable\";")
}

// judge weighs how long files are kept against whether their names are hashed.
func (x caching) judge(age time.Duration, immutable bool, at source.Span, who, fix string) (f *check.Finding, told string, ok bool) {
	f = &check.Finding{Severity: check.Recommended, At: at, Fix: fix}
	switch {
	case !x.hashed && (age >= month || immutable):
		f.Fix = ""
		f.Message = fmt.Sprintf("%s lets browsers keep static files for %s, and their names have no hash, so after a release people have the old scripts with the new pages for that long; hash the names, or keep them for minutes", who, days(age))
		return f, "", true
	case !x.hashed:
		return nil, nothingHashed, true
	case age == 0:
		f.Message = fmt.Sprintf("%s sends hashed files without Cache-Control, so browsers ask for each of them again; let them keep the files for a year: \"max-age=31536000, immutable\"", who)
	case age < year:
		f.Message = fmt.Sprintf("%s lets browsers keep hashed files for %s alone; their content never changes, let them keep the files for a year: \"max-age=31536000, immutable\"", who, days(age))
	case !immutable:
		f.Severity = check.Optional
		f.Message = fmt.Sprintf("%s lets browsers keep hashed files for a year, and without \"immutable\" they ask again for each of them when a page is reloaded; add it", who)
	default:
		return nil, who + " lets browsers keep hashed files for a year", true
	}
	return f, "", true
}

func days(d time.Duration) string {
	switch n := int(d / (24 * time.Hour)); {
	case n >= 364:
		return "a year"
	case n == 1:
		return "a day"
	case n > 1:
		return fmt.Sprintf("%d days", n)
	}
	return fmt.Sprintf("%d seconds", int(d/time.Second))
}

var maxAge = regexp.MustCompile(`(?i)\bmax-age\s*=\s*"?(\d+)`)

// lifetime is how long a location lets browsers keep what it sends: by a Cache-Control of its own, else by expires. known is false where a
// variable decides.
func lifetime(r *deploy.Route) (age time.Duration, immutable bool, at source.Span, known bool) {
	if e := r.Expires; e.Said() {
		text := e.Value
		if !e.Known || strings.Contains(text, "$") {
			return 0, false, e.At, false
		}
		at = e.At
		switch text {
		case "max":
			age = 10 * year
		case "off":
			at = source.Span{}
		default:
			if d, ok := nginx.Time(strings.TrimPrefix(text, "+")); ok {
				age = d
			}
		}
	}
	for _, h := range r.ResponseHeaders {
		if !strings.EqualFold(h.Name, "Cache-Control") {
			continue
		}
		if h.Unknown || strings.Contains(h.Value, "$") {
			return 0, false, h.At, false
		}
		at = h.At
		immutable = immutable || strings.Contains(strings.ToLower(h.Value), "immutable")
		if m := maxAge.FindStringSubmatch(h.Value); m != nil {
			if n, err := strconv.Atoi(m[1]); err == nil && n < 1<<32 {
				age = time.Duration(n) * time.Second
			}
		}
	}
	return age, immutable, at, true
}

// byWhiteNoise is the answer where WhiteNoise serves the files; ok is false where it doesn't.
func (x caching) byWhiteNoise() (answer check.Answer, ok bool) {
	if !whitenoiseEntry(x.p, x.w).IsValid() {
		return answer, false
	}
	age, test := x.w.Get("WHITENOISE_MAX_AGE"), x.w.Get("WHITENOISE_IMMUTABLE_FILE_TEST")
	seconds, known := age.Value.AsInt()
	switch {
	case x.manifest:
		return check.Passed("WhiteNoise lets browsers keep the hashed files of " + x.by + " for ten years"), true
	case x.hashed && (test.Set || x.w.Get("WHITENOISE_ADD_HEADERS_FUNCTION").Set):
		return check.Unclear("what WHITENOISE_IMMUTABLE_FILE_TEST or WHITENOISE_ADD_HEADERS_FUNCTION says of the files of " + x.by + " is not followed"), true
	case x.hashed:
		return check.Failed(check.Finding{Severity: check.Recommended, At: x.storage.At,
			Message: fmt.Sprintf("%s hashes the names, and WhiteNoise takes for hashed what a manifest storage names alone, so browsers keep the files for %s; set WHITENOISE_IMMUTABLE_FILE_TEST", x.by, days(time.Duration(x.seconds(age))*time.Second))}), true
	case age.Set && age.Value.IsUnknown():
		return check.Unclear(check.Doubt(x.w, age)), true
	case age.Set && known && time.Duration(seconds)*time.Second >= month:
		return check.Failed(check.Finding{Severity: check.Recommended, At: check.Where(age),
			Message: fmt.Sprintf("WHITENOISE_MAX_AGE lets browsers keep static files for %s, and their names have no hash, so after a release people have the old scripts with the new pages for that long; use a manifest storage, or leave it out", days(time.Duration(seconds)*time.Second))}), true
	}
	return check.Absent(nothingHashed), true
}

// seconds is WHITENOISE_MAX_AGE, a minute by default.
func (x caching) seconds(age django.Setting) int64 {
	if n, ok := age.Value.AsInt(); ok && age.Set && n >= 0 && n < 1<<32 {
		return n
	}
	return 60
}

// byService is the answer where a bucket holds the files: by the CacheControl that they are stored with.
func (x caching) byService() check.Answer {
	for _, parameters := range []eval.Value{x.storage.Options.Get("object_parameters"), x.w.Get("AWS_S3_OBJECT_PARAMETERS").Value, x.w.Get("GS_OBJECT_PARAMETERS").Value} {
		if !parameters.IsValid() || parameters.IsUnknown() {
			continue
		}
		for _, key := range []string{"CacheControl", "cache_control"} {
			v := parameters.Get(key)
			text, ok := v.AsStr()
			m := maxAge.FindStringSubmatch(text)
			if !ok || m == nil {
				continue
			}
			n, _ := strconv.Atoi(m[1])
			at := v.At()
			if at.IsZero() {
				at = x.storage.At
			}
			f, told, _ := x.judge(time.Duration(min(n, 1<<32))*time.Second, strings.Contains(strings.ToLower(text), "immutable"), at, "The bucket", "")
			switch {
			case f != nil:
				return check.Failed(*f)
			case !x.hashed:
				return check.Absent(told)
			}
			return check.Passed(told)
		}
	}
	return check.Unclear("static files go to " + x.storage.Name() + ", and nothing here says how long browsers keep them; look at what stands before it")
}
