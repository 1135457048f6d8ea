package static

import (
	"fmt"
	"regexp"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func compression() check.Check {
	return check.Check{
		ID:       "static/compression",
		Severity: check.Recommended,
		Source:   answerCompression,
		Doc: check.Doc{
			Title: "Styles and scripts go out compressed",
			Why: `Styles and scripts shrink to a quarter or less. Uncompressed, the first page of the admin alone is several hundred kilobytes, which people on slow lines wait for, and which somebody pays for.

nginx compresses nothing by itself, and with "gzip on" HTML alone: text/css and application/javascript must be named in gzip_types. WhiteNoise sends the compressed copies that its storage makes in collectstatic, at no cost for each request; with another storage it sends the files as they are. Files of a fixed content hold no secrets, so that attacks on compressed pages (BREACH) don't touch them.`,
			Fix:    "WhiteNoise: `whitenoise.storage.CompressedManifestStaticFilesStorage`. nginx: `gzip on; gzip_types text/css application/javascript image/svg+xml;`, or `gzip_static on;` where compressed copies lie beside the files.",
			Verify: "`curl -s -o /dev/null -D - -H 'Accept-Encoding: gzip, br' https://shop.example/static/admin/css/base.css` prints `Content-Encoding`.",
			Bad: []check.Example{
				check.Project("gzip is on, and compresses HTML alone.", "settings.py", staticSettings, "compose.yml", sharedVolume, "Dockerfile", "FROM python:3.13-slim\n",
					"nginx.conf", "gzip on;\nserver {\n    location /static/ {\n        alias /static/;\n    }\n}\n"),
				check.Project("nginx hands on what WhiteNoise sends uncompressed.", "settings.py", staticSettings+whitenoiseFirst,
					"compose.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi\n  nginx:\n    image: nginx:1.28\n    volumes: [\"./nginx.conf:/etc/nginx/conf.d/default.conf:ro\"]\n", "Dockerfile", "FROM python:3.13-slim\n",
					"nginx.conf", "server {\n    location / {\n        proxy_pass http://web:8000;\n    }\n}\n"),
			},
			Good: []check.Example{
				check.Project("nginx compresses styles and scripts.", "settings.py", staticSettings, "compose.yml", sharedVolume, "Dockerfile", "FROM python:3.13-slim\n",
					"nginx.conf", "gzip on;\ngzip_types text/css application/javascript;\nserver {\n    location /static/ {\n        alias /static/;\n    }\n}\n"),
				check.Project("WhiteNoise has compressed copies.", "settings.py", staticSettings+whitenoiseFirst+"STORAGES = {\"staticfiles\": {\"BACKEND\": \"whitenoise.storage.CompressedManifestStaticFilesStorage\"}}\n"),
			},
			References: []check.Reference{
				check.See("nginx: gzip_types", "https://nginx.org/en/docs/http/ngx_http_gzip_module.html#gzip_types"),
				check.See("WhiteNoise: add compression and caching support", "https://whitenoise.readthedocs.io/en/stable/django.html#add-compression-and-caching-support"),
			},
			Triggers: []string{
				"nginx serves static files, and gzip and brotli are off for text/css or for JavaScript",
				"nginx hands static files on to WhiteNoise, whose storage makes no compressed copies, and compresses nothing itself",
			},
		},
	}
}

func answerCompression(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		if serves(w) == eval.No {
			return check.Absent(noStaticFiles)
		}
		return judgeCompression(p, w)
	}, "STORAGES", "STATICFILES_STORAGE")
}

func judgeCompression(p *check.SourcePass, w *django.World) check.Answer {
	url, known := w.Get("STATIC_URL").Value.AsStr()
	if !known {
		return check.Unclear(check.Doubt(w, w.Get("STATIC_URL")))
	}
	storage := check.StorageOf(p.Settings, w, "staticfiles")
	switch {
	case storage.Backend.IsUnknown():
		return check.Unclear(storage.Doubt())
	case check.IsLocalStorage(p, storage.Name()) == eval.No:
		return compressedByService(w, storage)
	case strings.Contains(url, "//"):
		return check.Unclear("another host serves static files, " + url + "; look whether it compresses them")
	}
	routes, doubt := check.RoutesTo(p, url, sampleFile)
	if len(routes) == 0 {
		return compressedByApplication(p, w, storage, doubt)
	}
	var findings []check.Finding
	var doubts []string
	reason := ""
	for _, r := range routes {
		f, told, ok := compressedByProxy(p, w, storage, r)
		switch {
		case f != nil:
			findings = append(findings, *f)
		case !ok:
			doubts = append(doubts, told)
		case reason == "":
			reason = told
		}
	}
	return check.Gather(distinct(findings), doubts, reason)
}

// compressedByService is the answer where a service holds the files.
func compressedByService(w *django.World, storage check.Storage) check.Answer {
	for _, v := range []eval.Value{storage.Options.Get("gzip"), w.Get("AWS_IS_GZIPPED").Value, w.Get("GZ_IS_GZIPPED").Value, w.Get("GS_IS_GZIPPED").Value} {
		if v.IsValid() && check.IsOn(v) == eval.Yes {
			return check.Passed(storage.Name() + " stores them compressed")
		}
	}
	return check.Unclear("static files go to " + storage.Name() + "; look whether what stands before it compresses them")
}

// compresses says how the application itself compresses static files, "" when it doesn't.
func compresses(p *check.SourcePass, w *django.World, storage check.Storage) string {
	whitenoise := whitenoiseEntry(p, w)
	if !whitenoise.IsValid() {
		return ""
	}
	for _, class := range append([]string{storage.Name()}, p.Project.Code.Ancestors(storage.Name())...) {
		if strings.HasPrefix(class, "whitenoise.storage.Compressed") || strings.HasPrefix(class, "servestatic.storage.Compressed") || class == "whitenoise.storage.CompressedStaticFilesMixin" {
			return "WhiteNoise sends the compressed copies that " + storage.Name() + " makes"
		}
	}
	name, _ := whitenoise.AsStr()
	for _, e := range w.Get("MIDDLEWARE").Value.Elems() {
		switch class, _ := e.AsStr(); class {
		case "django.middleware.gzip.GZipMiddleware", "compression_middleware.middleware.CompressionMiddleware", "django_brotli.middleware.BrotliMiddleware":
			return class[strings.LastIndexByte(class, '.')+1:] + " compresses what WhiteNoise sends"
		case name:
			return ""
		}
	}
	return ""
}

// compressedByApplication is the answer where no proxy of production is in the repository.
func compressedByApplication(p *check.SourcePass, w *django.World, storage check.Storage, doubt string) check.Answer {
	if how := compresses(p, w, storage); how != "" {
		return check.Passed(how)
	}
	if doubt == "" {
		doubt = "no proxy in production was found that compresses them; look at what stands before the application"
		if lacking := check.ProxyDoubt(p); lacking != "" {
			doubt += "; " + lacking
		}
	}
	if whitenoiseEntry(p, w).IsValid() {
		return check.Unclear("WhiteNoise sends them uncompressed with " + storage.Name() + ", and " + doubt)
	}
	return check.Unclear("the application does not compress static files, and " + doubt)
}

// httpBlock finds http {} in a configuration of nginx.
var httpBlock = regexp.MustCompile(`(?m)^[ \t]*http[ \t\r\n]*\{`)

// whole reports whether all of a proxy's configuration is in the repository; why says what is not.
func whole(proxy *deploy.Proxy) (ok bool, why string) {
	if lacking := check.Lacking(proxy); lacking != "" {
		return false, lacking
	}
	if proxy.Process == nil && proxy.Program == "nginx" && !httpBlock.Match(proxy.File.Data) {
		return false, "the nginx.conf of the machine, which includes " + proxy.File.Path + ", is not in the repository"
	}
	return true, ""
}

// compressedByProxy judges one location: a finding, or that it compresses (ok) and how, or why that is not known.
func compressedByProxy(p *check.SourcePass, w *django.World, storage check.Storage, r check.ProxyRoute) (f *check.Finding, told string, ok bool) {
	own := compresses(p, w, storage)
	switch {
	case r.Route.Backend != nil && r.Route.Backend.Unknown:
		return nil, "where " + r.Proxy.File.Path + " hands static files on to is not known", false
	case r.Route.Backend != nil && own != "":
		return nil, own, true
	case r.Route.Backend != nil && !r.Route.Backend.Certain():
		return nil, "whether " + r.Route.Backend.Written + ", which gets requests for static files, compresses them is not known", false
	case r.Route.Backend != nil && !whitenoiseEntry(p, w).IsValid():
		return nil, "nothing in Django serves the static files that " + r.Proxy.File.Path + " hands on", false
	case r.Route.Backend == nil && r.Route.Precompressed() && strings.Contains(storage.Name(), "Compressed"):
		return nil, "nginx sends the compressed copies that " + storage.Name() + " makes", true
	case r.Route.Backend == nil && r.Route.Precompressed():
		return nil, "nginx sends compressed copies that lie beside the files; what makes them was not found", false
	}
	css, cssKnown := r.Route.Compresses("text/css")
	js, jsKnown := r.Route.Compresses("application/javascript")
	if other, known := r.Route.Compresses("text/javascript"); other { // the media type of scripts in newer versions
		js, jsKnown = other, known
	}
	if css && js {
		return nil, r.Proxy.Program + " compresses them (" + r.Proxy.File.Path + ")", true
	}
	if !cssKnown || !jsKnown {
		return nil, "whether " + r.Proxy.File.Path + " compresses them is not known", false
	}
	if all, why := whole(r.Proxy); !all {
		return nil, why + ", and may compress them", false
	}
	return uncompressed(r, css), "", true
}

// uncompressed is the finding about a location; css says that scripts alone go out uncompressed.
func uncompressed(r check.ProxyRoute, css bool) *check.Finding {
	what, types := "styles and scripts", "text/css application/javascript"
	if css {
		what, types = "scripts", "application/javascript"
	}
	f := &check.Finding{Severity: check.Recommended, At: r.Route.At, Fix: "gzip_types " + types + " image/svg+xml;",
		Message: fmt.Sprintf("%s sends %s of %s uncompressed, three to five times as long as they need to be; set `gzip on` and name them in gzip_types", r.Proxy.Program, what, strings.TrimSuffix(r.URI, sampleFile))}
	if r.Route.Compression.Known && r.Route.Compression.Value {
		f.At = r.Route.Compression.At
		f.Message = fmt.Sprintf("gzip is on, and gzip_types does not name the type of %s, so they go out uncompressed: by itself nginx compresses HTML alone; add %s", what, types)
	}
	if f.At.IsZero() {
		f.At = r.Host.At
	}
	return f
}
