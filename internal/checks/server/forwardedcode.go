package server

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/flow"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// This file finds what in the application takes the visitor's address from the beginning of X-Forwarded-For.

// addressTakers are the servers, settings and functions that do. doubts name those of which it is not known.
func addressTakers(p *check.SourcePass) (list []taker, doubts []string) {
	list, doubts = servesAddresses(p)
	if p.Project.Code != nil {
		list = append(list, ownTakers(p)...)
		list = append(list, ipwareTakers(p)...)
	}
	w := p.Settings.Shipped()
	for _, ask := range []func(*check.SourcePass, *django.World) (*taker, string){axesTaker, ratelimitTaker} {
		t, doubt := ask(p, w)
		if t != nil {
			list = append(list, *t)
		}
		if doubt != "" {
			doubts = append(doubts, doubt)
		}
	}
	return list, doubts
}

// ownTakers are the functions of the project that take the first address.
func ownTakers(p *check.SourcePass) (list []taker) {
	for _, found := range p.Project.Flow().ForwardedFirst() {
		f := found.In
		list = append(list, taker{
			what:    fmt.Sprintf("%s takes the first address of X-Forwarded-For", f.Name),
			instead: "let the proxy overwrite the header with $remote_addr, or take the last address",
			at:      f.Module.Syntax.Span(found.At),
			guards:  guardedBy(p, f),
		})
	}
	return list
}

// guardedBy names what a function's address decides: who is let in, or how often. "" where that is not seen.
func guardedBy(p *check.SourcePass, f *flow.Function) string {
	if named := speaksOfGuard(f); named != "" {
		return named
	}
	for _, name := range []string{"AXES_CLIENT_IP_CALLABLE", "RATELIMIT_IP_META_KEY"} {
		if text, ok := p.Settings.Shipped().Get(name).Value.AsStr(); ok && strings.HasSuffix(text, "."+f.Name) {
			return name + " limits"
		}
	}
	for _, c := range p.Project.Flow().Named(f.Name) {
		if c.In == nil || c.In == f {
			continue
		}
		if named := speaksOfGuard(c.In); named != "" {
			return named
		}
	}
	return ""
}

// speaksOfGuard reports by the name of a function, or of its class, that it limits requests or lets somebody in.
func speaksOfGuard(f *flow.Function) string {
	names := []string{f.Name}
	if f.Class != nil {
		names = append(names, f.Class.Name)
	}
	for _, name := range names {
		lower := strings.ToLower(name)
		for _, word := range []string{"throttl", "ratelimit", "rate_limit", "permission", "whitelist", "allowlist", "allow_list", "blacklist", "blocklist", "lockout", "bruteforce", "brute_force", "tokenbucket", "limiter"} {
			if strings.Contains(lower, word) {
				return name + " decides"
			}
		}
	}
	return ""
}

// ipwareTakers are the calls of django-ipware that say nothing of proxies: the first address is taken then
// (ipware/ip.py, proxy_order="left-most").
func ipwareTakers(p *check.SourcePass) (list []taker) {
	for _, c := range p.Project.Flow().Named("get_client_ip") {
		if dotted := c.Dotted(); dotted != "ipware.get_client_ip" && dotted != "ipware.ip.get_client_ip" || flow.Spreads(c.Call) || c.In == nil {
			continue
		}
		said := false
		for _, name := range []string{"proxy_order", "proxy_count", "proxy_trusted_ips", "request_header_order"} {
			said = said || flow.Arg(c.Call, -1, name) != nil
		}
		for _, name := range []string{"IPWARE_META_PROXY_COUNT", "IPWARE_META_PRECEDENCE_ORDER"} {
			said = said || p.Settings.Shipped().Get(name).Set
		}
		if !said {
			list = append(list, taker{what: "get_client_ip of django-ipware takes the first address of X-Forwarded-For without proxy_count", instead: "give it proxy_count=1",
				at: c.Module.Syntax.Span(c.Call), guards: speaksOfGuard(c.In)})
		}
	}
	return list
}

// axesTaker is django-axes that is told to look into the header without the number of proxies. By default it takes REMOTE_ADDR
// (axes/conf.py, AXES_IPWARE_META_PRECEDENCE_ORDER).
func axesTaker(p *check.SourcePass, w *django.World) (*taker, string) {
	if check.HasApp(w, "axes") != eval.Yes {
		return nil, ""
	}
	order := w.Get("AXES_IPWARE_META_PRECEDENCE_ORDER")
	if !order.Set {
		order = w.Get("IPWARE_META_PRECEDENCE_ORDER")
	}
	names, whole := check.Strings(order.Value)
	what := "django-axes takes the first address of X-Forwarded-For"
	switch {
	case !order.Set || w.Get("AXES_CLIENT_IP_CALLABLE").Set:
		return nil, ""
	case order.Value.Kind() == eval.None: // the order of django-ipware, which begins with X-Forwarded-For
		if installed, known := hasIpware(p); !known || !installed {
			return nil, map[bool]string{false: "whether django-ipware, which django-axes asks for addresses, is installed is not known"}[known]
		}
		what += " (the order of django-ipware)"
	case !whole:
		return nil, check.Doubt(w, order)
	case len(names) == 0 || names[0] != "HTTP_X_FORWARDED_FOR":
		return nil, ""
	}
	for _, name := range []string{"AXES_IPWARE_PROXY_COUNT", "AXES_IPWARE_PROXY_TRUSTED_IPS", "AXES_IPWARE_PROXY_ORDER"} {
		if s := w.Get(name); s.Set && s.Value.Kind() != eval.None {
			return nil, ""
		}
	}
	return &taker{what, "set AXES_IPWARE_PROXY_COUNT", check.Where(order), "it counts logins that failed"}, ""
}

// hasIpware tells whether production installs django-ipware, by itself or as an extra of django-axes; known is false where its packages are
// not told.
func hasIpware(p *check.SourcePass) (installed, known bool) {
	if p.Project.Deployment == nil || p.Project.Deployment.Dependencies == nil {
		return false, false
	}
	d := p.Project.Deployment.Dependencies
	_, ipware := d.Find("django-ipware")
	_, engine := d.Find("python-ipware")
	for _, r := range d.Requirements {
		ipware = ipware || r.Name == "django-axes" && strings.Contains(r.At.Text(), "ipware")
	}
	return ipware || engine, len(d.Sources) > 0
}

// ratelimitTaker is django-ratelimit that is told to take a header which the client may write (django_ratelimit/core.py, _get_ip).
func ratelimitTaker(p *check.SourcePass, w *django.World) (*taker, string) {
	s := w.Get("RATELIMIT_IP_META_KEY")
	name, ok := s.Value.AsStr()
	if !s.Set || !ok || name != "HTTP_X_FORWARDED_FOR" {
		return nil, ""
	}
	return &taker{"django-ratelimit takes X-Forwarded-For for the visitor's address", "take X-Real-IP, which the proxy sets, or overwrite the header there", check.Where(s), "it limits requests"}, ""
}

// addressGuards names what of the application rests on REMOTE_ADDR, "" where nothing is known to.
func addressGuards(p *check.SourcePass) string {
	w := p.Settings.Shipped()
	for _, app := range []string{"axes", "defender"} {
		if check.HasApp(w, app) == eval.Yes && !w.Get("AXES_CLIENT_IP_CALLABLE").Set {
			return app + " counts logins that failed"
		}
	}
	if p.Project.Code == nil || w.Get("RATELIMIT_IP_META_KEY").Set {
		return ""
	}
	for _, c := range p.Project.Flow().Named("ratelimit") {
		key, ok := flow.Arg(c.Call, -1, "key").(*syntax.Constant)
		if ok && (key.Value == "ip" || key.Value == "user_or_ip") && strings.Contains(c.Dotted(), "ratelimit.") {
			return "django-ratelimit limits requests"
		}
	}
	return ""
}
