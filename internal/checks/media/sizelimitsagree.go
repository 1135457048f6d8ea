package media

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func sizeLimitsAgree() check.Check {
	return check.Check{
		ID: "media/size-limits-agree", Severity: check.Recommended, Source: answerSizeLimits,
		Doc: check.Doc{
			Title: "The proxy takes requests as large as the application means to, and no larger without end",
			Why: `nginx refuses a body of more than client_max_body_size, one megabyte unless somebody says otherwise, with a page of its own and status 413. A photo of a telephone is larger. The form with its friendly message about sizes never sees the file, and tests, which run without a proxy, pass.

Django's own DATA_UPLOAD_MAX_MEMORY_SIZE counts everything but files, and nothing in Django limits a file. With client_max_body_size 0 whoever may upload fills the disk.`,
			Fix:    "`client_max_body_size 20m;` in the location that takes files, a little above what the application's validators allow.",
			Verify: "`curl -s -o /dev/null -w '%{http_code}' -F file=@photo.jpg https://shop.example.com/upload/` with a file just below the limit does not print 413; with one far above it does.",
			Bad:    []check.Example{sizeExample("Every photo of more than a megabyte is refused.", "")},
			Good:   []check.Example{sizeExample("Photos go through.", "client_max_body_size 20m; ")},
			References: []check.Reference{
				check.See("nginx: client_max_body_size", "https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size"),
				check.See("Django: DATA_UPLOAD_MAX_MEMORY_SIZE", check.DjangoDocs+"ref/settings/#data-upload-max-memory-size"),
			},
			Triggers: []string{
				"the project takes files, and no location to the application allows more than nginx's own megabyte",
				"DATA_UPLOAD_MAX_MEMORY_SIZE is larger than the proxy lets through",
				"the project takes files, and the proxy has no limit",
			},
		},
	}
}

func sizeExample(note, directive string) check.Example {
	e := uploadExample(note, "models.FileField(upload_to=\"photos/\")")
	e.Files = append(e.Files,
		check.ExampleFile{Path: "compose.yml", Text: "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi --bind 0.0.0.0:8000\n  nginx:\n    image: nginx:1.27\n    ports: [\"80:80\"]\n    volumes: [\"./nginx.conf:/etc/nginx/conf.d/default.conf\"]\n"},
		check.ExampleFile{Path: "nginx.conf", Text: "server { listen 80; location / { " + directive + "proxy_pass http://web:8000; } }\n"})
	return e
}

// bodyLimit is the largest body that the sites of production hand to the application.
type bodyLimit struct {
	most      int64 // bytes, of the route that takes most
	unlimited *deploy.Route
	route     *deploy.Route // that takes most
	file      string
	proxy     *deploy.Proxy
	said      bool // a file says it
}

// largestBody reads the limits of the routes to the application; why says why they are not known.
func largestBody(p *check.SourcePass) (limit bodyLimit, why string) {
	fronts := check.Fronts(p)
	if len(fronts) == 0 {
		if doubt := check.ProxyDoubt(p); doubt != "" {
			return limit, "how large a request the proxy takes is not known: " + doubt
		}
		return limit, "how large a request what stands before the application takes is not told in the repository"
	}
	for _, f := range fronts {
		for _, r := range f.Routes {
			switch {
			case !r.MaxBody.Known:
				return limit, fmt.Sprintf("how large a request %s takes is not known: %s", f.Proxy.File.Path, r.MaxBody.Written)
			case !r.MaxBody.Said() && (check.Lacking(f.Proxy) != "" || f.Proxy.Orphan && f.Proxy.Process == nil && f.Proxy.Program == "nginx"):
				return limit, f.Proxy.File.Path + " is a part of a configuration; whether the rest sets client_max_body_size is not told"
			case r.MaxBody.Value == 0:
				limit.unlimited = r
			case r.MaxBody.Value > limit.most:
				limit.most, limit.route, limit.said = r.MaxBody.Value, r, r.MaxBody.Said()
			default:
				continue
			}
			limit.file, limit.proxy = f.Proxy.File.Path, f.Proxy
		}
	}
	return limit, ""
}

func answerSizeLimits(p *check.SourcePass) check.Answer {
	uploads, _ := p.Project.Has(project.Uploads)
	limit, why := largestBody(p)
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		setting := w.Get("DATA_UPLOAD_MAX_MEMORY_SIZE")
		raised, isRaised := setting.Value.AsInt()
		isRaised = isRaised && setting.Set
		switch {
		case uploads == eval.No && !isRaised:
			return check.Absent("the project takes no files, and leaves DATA_UPLOAD_MAX_MEMORY_SIZE as it is")
		case why != "":
			return check.Unclear(why)
		case limit.unlimited != nil && uploads == eval.Yes:
			directive, line := limit.proxy.LimitsBody()
			return check.Failed(check.Finding{Severity: check.Recommended, At: placeOfLimit(limit.unlimited), Fix: line,
				Message: fmt.Sprintf("%s takes requests of any size here, and Django limits no file, so whoever may upload fills the disk; set %s", limit.file, directive)})
		case limit.unlimited != nil:
			return check.Passed("the proxy leaves the limit to the application (" + limit.file + ")")
		case isRaised && raised > limit.most:
			directive, _ := limit.proxy.LimitsBody()
			return check.Failed(check.Finding{Severity: check.Recommended, At: check.Where(setting), Related: []check.Related{{Message: "the proxy's limit holds here", At: placeOfLimit(limit.route)}},
				Message: fmt.Sprintf("DATA_UPLOAD_MAX_MEMORY_SIZE allows %s, and %s answers 413 to all requests of more than %s; raise %s, or lower the setting", size(raised), limit.file, size(limit.most), directive)})
		case uploads == eval.Yes && !limit.said && limit.most <= 1<<20 && limit.proxy.Program == "nginx":
			return check.Failed(check.Finding{Severity: check.Recommended, At: limit.route.Backend.At, Fix: "client_max_body_size 20m;",
				Message: fmt.Sprintf("The project takes files, and %s answers 413 to all requests of more than %s, which is nginx's own limit; set client_max_body_size", limit.file, size(limit.most))})
		case uploads == eval.Maybe:
			return check.Unclear("whether the project takes files is not known: not all of its code could be read")
		}
		return check.Passed(fmt.Sprintf("%s takes requests of up to %s", limit.file, size(limit.most)))
	})
}

// placeOfLimit is where a route's limit is said, else where it hands requests on.
func placeOfLimit(r *deploy.Route) source.Span {
	if r.MaxBody.Said() {
		return r.MaxBody.At
	}
	return r.Backend.At
}

// size is a number of bytes for a person.
func size(bytes int64) string {
	units := []string{"bytes", "KiB", "MiB", "GiB"}
	n := 0
	value := float64(bytes)
	for value >= 1024 && n < len(units)-1 {
		value, n = value/1024, n+1
	}
	return fmt.Sprintf("%.4g %s", value, units[n])
}
