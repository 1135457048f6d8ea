package health

import "testing"

func TestPurposeOfPath(t *testing.T) {
	for path, want := range map[string]Purpose{
		"/healthz":                 Either,
		"/health/":                 Either,
		"/_health/?":               Either,
		"/api/v1/health/ready/":    Readiness,
		"/health/live":             Liveness,
		"/livez":                   Liveness,
		"/readyz":                  Readiness,
		"/__lbheartbeat__":         Liveness,
		"/__heartbeat__":           Either,
		"/health-check/":           Either,
		"/health_check/db/":        Readiness,
		"/shop/healthcheck":        Either,
		"/api/v2/ping/":            Liveness,
		"/up":                      Either,
		"/status/":                 Either,
		"/checks/status/":          0,
		"/settings/celery/ping/":   0,
		"/patients/<id>/health/":   0,
		"/health/records/":         0,
		"/healthcare/":             0,
		"/sign-up/":                0,
		"/":                        0,
		"/group/status":            0,
		"/public-health/":          0,
		"/readiness_probe":         Readiness,
		"/monitoring/health.json/": Either,
	} {
		got, ok := purposeOfPath(path)
		if !ok {
			got = 0
		}
		if got != want {
			t.Errorf("%s: purpose %d, want %d", path, got, want)
		}
	}
}

func TestPurposeOfName(t *testing.T) {
	for name, want := range map[string]Purpose{
		"shop.views.health_check":       Either,
		"shop.views.HealthCheckView":    Either,
		"shop.api.LivenessView":         Liveness,
		"shop.views.readiness":          Readiness,
		"shop.views.HealthCheckAPIView": Either,
		"shop.views.status":             0,
		"shop.views.ping":               0,
		"shop.views.HealthRecordView":   0,
		"shop.views.home":               0,
	} {
		got, ok := purposeOfName(name)
		if !ok {
			got = 0
		}
		if got != want {
			t.Errorf("%s: purpose %d, want %d", name, got, want)
		}
	}
}
