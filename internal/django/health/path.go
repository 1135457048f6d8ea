package health

import (
	"regexp"
	"strings"
	"unicode"
)

// words are the parts of paths and names that health endpoints go by.
func words() map[string]Purpose {
	return map[string]Purpose{
		"health": Either, "healthz": Either, "healthcheck": Either, "healthchecks": Either, "healthy": Either, "heartbeat": Either, "ht": Either,
		"live": Liveness, "livez": Liveness, "liveness": Liveness, "alive": Liveness, "ping": Liveness, "pong": Liveness, "lbheartbeat": Liveness,
		"livenessprobe": Liveness, "up": Either, "status": Either, "watchman": Readiness,
		"ready": Readiness, "readyz": Readiness, "readiness": Readiness, "readinessprobe": Readiness,
	}
}

// more are the parts that may follow a word: what an endpoint asks, or how much.
func more() map[string]Purpose {
	return map[string]Purpose{
		"check": Either, "checks": Either, "startup": Liveness, "simple": Liveness, "app": Liveness, "lb": Liveness, "json": Either, "probe": Either,
		"db": Readiness, "database": Readiness, "cache": Readiness, "redis": Readiness, "celery": Readiness, "full": Readiness, "deep": Readiness,
		"detailed": Readiness, "all": Readiness,
	}
}

// purposeOfPath recognises a path: "/healthz", "/api/v1/health/ready/". ok is false for any other, and for one with parameters.
func purposeOfPath(path string) (p Purpose, ok bool) {
	if strings.ContainsAny(path, "<(*+") {
		return 0, false
	}
	segments := strings.Split(strings.Trim(strings.ReplaceAll(strings.ToLower(path), "?", ""), "/"), "/")
	for i, segment := range segments {
		purpose, isWord := purposeOfWord(segment)
		if !isWord || tooGeneral(segment) && !plain(segments[:i]) {
			continue
		}
		for _, s := range segments[i+1:] {
			following, known := purposeOfWord(s)
			if !known {
				following, known = more()[s]
			}
			if !known {
				return 0, false
			}
			purpose = narrower(purpose, following)
		}
		return purpose, true
	}
	return 0, false
}

// purposeOfWord recognises one part: "health", "__heartbeat__", "health-check", "health_db".
func purposeOfWord(segment string) (p Purpose, ok bool) {
	segment = strings.TrimSuffix(strings.Trim(segment, "_.-"), ".json")
	if p, ok := words()[segment]; ok {
		return p, true
	}
	if p, ok := words()[strings.NewReplacer("-", "", "_", "").Replace(segment)]; ok {
		return p, true
	}
	parts := strings.FieldsFunc(segment, func(r rune) bool { return r == '-' || r == '_' })
	if len(parts) < 2 {
		return 0, false
	}
	for i, part := range parts {
		purpose, known := words()[part]
		if i > 0 && !known {
			purpose, known = more()[part]
		}
		if !known || i == 0 && tooGeneral(part) {
			return 0, false
		}
		p = narrower(p, purpose)
	}
	return p, true
}

// tooGeneral reports whether a word means health only where nothing but the API's own prefix stands before it.
func tooGeneral(segment string) bool {
	switch strings.Trim(segment, "_.-") {
	case "status", "up", "live", "ready", "ping", "alive", "heartbeat", "ht", "pong":
		return true
	}
	return false
}

var version = regexp.MustCompile(`^v[0-9]+$`)

// plain reports whether parts of a path say nothing of a subject: "api", "v1", "_internal".
func plain(segments []string) bool {
	for _, s := range segments {
		switch strings.Trim(s, "_-.") {
		case "api", "rest", "internal", "system", "core", "public", "monitoring", "monitor", "probes", "probe", "ops", "k8s", "-":
			continue
		}
		if !version.MatchString(s) {
			return false
		}
	}
	return true
}

// narrower joins two purposes: the one that says more, and of two that differ the later one.
func narrower(a, b Purpose) Purpose {
	if b == Either || b == 0 {
		return max(a, Either)
	}
	return b
}

// purposeOfName recognises the last part of a view's dotted name: "health_check", "HealthCheckView", "LivenessView", "readiness".
func purposeOfName(dotted string) (p Purpose, ok bool) {
	name := dotted[strings.LastIndexByte(dotted, '.')+1:]
	for _, suffix := range []string{"APIView", "View", "Endpoint", "_view", "_endpoint", "Probe", "_probe"} {
		name = strings.TrimSuffix(name, suffix)
	}
	p, ok = purposeOfWord(snake(name))
	return p, ok && !tooGeneral(snake(name))
}

// snake writes CapWords as cap_words.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 && !strings.HasSuffix(b.String(), "_") {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// samePath reports whether two paths are the same but for a slash at the end.
func samePath(a, b string) bool {
	return strings.TrimRight(strings.TrimSuffix(a, "?"), "/") == strings.TrimRight(strings.TrimSuffix(b, "?"), "/")
}
