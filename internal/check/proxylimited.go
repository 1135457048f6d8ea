package check

import (
	"slices"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
)

// Limited is whether proxies before the application limit how often a path may be asked for.
type Limited struct {
	Answer eval.Tri
	Reason string // the file that limits, or why it is not known
}

// LimitedByProxy tells whether each site of production limits requests to a path of the application, by limit_req of nginx in the location
// that answers it. "" is a path that is not known.
func LimitedByProxy(p *SourcePass, uri string) Limited {
	at, anywhere := NginxDirective(p, "limit_req")
	fronts := Fronts(p)
	for _, f := range fronts {
		anywhere = anywhere || slices.ContainsFunc(append(f.Host.Routes[:len(f.Host.Routes):len(f.Host.Routes)], f.Host.Site), limitsAt)
	}
	if len(fronts) == 0 {
		if anywhere {
			return Limited{eval.Maybe, at.Path() + " limits requests, and it is not certain that it stands before the application in production"}
		}
		return Limited{Answer: eval.No}
	}
	result := Limited{Answer: eval.Maybe, Reason: "no site of " + fronts[0].Proxy.File.Path + " is known to hand it to the application"}
	for _, f := range fronts {
		if lacking := Lacking(f.Proxy); lacking != "" && !limitsAt(f.Host.Site) {
			return Limited{eval.Maybe, "whether " + f.Proxy.Program + " limits requests is not known: " + lacking}
		}
		switch each := f.limited(uri, limitsAt); {
		case !anywhere:
			result = Limited{Answer: eval.No}
		case each.Answer == eval.Maybe && each.Reason == "":
		case each.Answer != eval.Yes:
			return each
		default:
			result = each
		}
	}
	return result
}

// limited tells of one site whether a location that answers the path is as wanted; Maybe without a reason where the site does not hand the path to the application.
func (f Front) limited(uri string, want func(*deploy.Route) bool) Limited {
	for _, r := range f.Routes {
		if b := r.Backend; b.URI != "" && (b.URI != "/" || r.Pattern != "/") {
			return Limited{eval.Maybe, "the proxy of " + f.Proxy.File.Path + " changes paths"}
		}
	}
	if uri == "" {
		return Limited{eval.Maybe, "the path that the location of " + f.Proxy.File.Path + " has to match is not known"}
	}
	if f.Host.Site.Answer != 0 || f.Host.Site.Redirect != nil && !f.Host.Site.Redirect.Conditional {
		return Limited{Answer: eval.Maybe}
	}
	through, unknown := f.Host.Find(uri)
	if unknown != "" {
		return Limited{eval.Maybe, unknown + " in " + f.Proxy.File.Path}
	}
	last := through[len(through)-1]
	if last.Backend == nil || last.Redirect != nil && !last.Redirect.Conditional {
		return Limited{Answer: eval.Maybe}
	}
	for _, r := range through {
		if want(r) {
			return Limited{eval.Yes, r.At.Path()}
		}
	}
	return Limited{Answer: eval.No}
}

// RestrictedByProxy tells whether each site of production lets only some visitors reach a path of the application: by their network, or with a
// password of the proxy. Maybe where that is not known.
func RestrictedByProxy(p *SourcePass, uri string) Limited {
	result := Limited{Answer: eval.Maybe}
	for _, f := range Fronts(p) {
		switch each := f.limited(uri, restrictsAt); {
		case each.Answer == eval.Maybe && each.Reason == "": // it does not hand the path on
		case each.Answer != eval.Yes:
			return each
		default:
			result = each
		}
	}
	return result
}

func restrictsAt(r *deploy.Route) bool {
	everybody := slices.ContainsFunc(r.Denies, func(w deploy.Word) bool { return w.Text == "all" })
	return everybody && !slices.ContainsFunc(r.Allows, func(w deploy.Word) bool { return w.Text == "all" }) || r.Auth.Said() && r.Auth.Value != "off"
}

func limitsAt(r *deploy.Route) bool { return len(r.Limits) > 0 }

// RequestPath is a path by which an endpoint is reached, with 1 in place of what the client chooses; "" where the pattern is not known or
// can't be told from the text.
func RequestPath(e *routes.Endpoint) string {
	if e.RouteUnknown != "" || e.Localized {
		return ""
	}
	var out strings.Builder
	rest := e.Path()
	for {
		before, after, found := strings.Cut(rest, "<")
		out.WriteString(before)
		if !found {
			break
		}
		_, behind, closed := strings.Cut(after, ">")
		if !closed {
			return ""
		}
		out.WriteString("1")
		rest = behind
	}
	uri := out.String()
	if !strings.HasPrefix(uri, "/") || strings.ContainsAny(uri, `()[]{}|\?*+^$<>`) {
		return ""
	}
	return uri
}
