package health

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/pyregex"
	"gonogo/internal/source"
)

// Obstacle is what can answer a request for an endpoint in its place.
type Obstacle uint8

// The obstacles.
const (
	ToHTTPS    Obstacle = iota + 1 // SecurityMiddleware redirects what does not come over HTTPS
	HostRefuse                     // the Host of the request is compared with ALLOWED_HOSTS, and one that is not allowed gets 400
	ToLanguage                     // LocaleMiddleware redirects a path without a language
	ToSlash                        // CommonMiddleware redirects a path without the slash at its end
)

// Met is an obstacle that a request meets, or may meet.
type Met struct {
	Obstacle Obstacle
	Has      eval.Tri    // Yes or Maybe
	At       source.Span // the setting, where it has a place
}

const (
	securityMiddleware = "django.middleware.security.SecurityMiddleware"
	commonMiddleware   = "django.middleware.common.CommonMiddleware"
	localeMiddleware   = "django.middleware.locale.LocaleMiddleware"
)

// Meets are the obstacles of a plain HTTP request for the endpoint at a path ("/healthz"), in the order of the middleware. Path may differ
// from the endpoint's own in the slash at its end, and in the language.
// Source: SecurityMiddleware.process_request, CommonMiddleware.process_request and LocaleMiddleware.process_response.
func (e *Endpoint) Meets(path string, setting func(string) eval.Value) (list []Met) {
	if e.By == Server {
		return nil
	}
	for i, entry := range setting("MIDDLEWARE").Elems() {
		if e.By == Middleware && i >= e.Entry {
			break
		}
		name, _ := entry.AsStr()
		switch name {
		case securityMiddleware:
			if has, at := redirectsToHTTPS(path, setting); has != eval.No {
				list = append(list, Met{ToHTTPS, has, at})
			}
		case commonMiddleware:
			list = append(list, Met{HostRefuse, eval.Yes, setting("ALLOWED_HOSTS").At()})
			if e.By == View && strings.HasSuffix(e.Path, "/") && !strings.HasSuffix(path, "/") && setting("APPEND_SLASH").Truth() != eval.No {
				list = append(list, Met{ToSlash, setting("APPEND_SLASH").Truth(), setting("APPEND_SLASH").At()})
			}
		case localeMiddleware:
			if e.By == View && e.Route != nil && e.Route.Localized && !samePath(path, e.Path) {
				list = append(list, Met{ToLanguage, eval.Yes, e.Route.At})
			}
		}
	}
	return list
}

// redirectsToHTTPS tells whether SecurityMiddleware redirects a request of plain HTTP for a path.
func redirectsToHTTPS(path string, setting func(string) eval.Value) (eval.Tri, source.Span) {
	redirect := setting("SECURE_SSL_REDIRECT")
	if redirect.Truth() == eval.No {
		return eval.No, source.Span{}
	}
	answer := redirect.Truth()
	exempt := setting("SECURE_REDIRECT_EXEMPT")
	if exempt.IsUnknown() || exempt.IsOpen() {
		answer = eval.Maybe
	}
	for _, v := range exempt.Elems() {
		pattern, ok := v.AsStr()
		if !ok {
			answer = eval.Maybe
			continue
		}
		re, err := pyregex.Compile(pattern, 0)
		if err != nil {
			answer = eval.Maybe
			continue
		}
		switch found, err := re.Search(strings.TrimLeft(path, "/")); {
		case err != nil:
			answer = eval.Maybe
		case found != nil:
			return eval.No, source.Span{}
		}
	}
	return answer, redirect.At()
}
