package environments

import "testing"

func TestEditDistance(t *testing.T) {
	cases := []struct {
		a, b  string
		limit int
		want  int
	}{
		{"ALLOWED_HOSTS", "ALLOWED_HOSTS", 1, 0},
		{"ALLOWED_HOST", "ALLOWED_HOSTS", 1, 1},
		{"EMAIL_USE_TSL", "EMAIL_USE_TLS", 1, 1},
		{"SECURE_SSL_REDIRCT", "SECURE_SSL_REDIRECT", 2, 1},
		{"LOGOUT_URL", "LOGIN_URL", 2, 3},
		{"A", "ABCDE", 2, 3},
		{"", "AB", 2, 2},
	}
	for _, c := range cases {
		if got := editDistance(c.a, c.b, c.limit); got != c.want {
			t.Errorf("from %q to %q is %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
