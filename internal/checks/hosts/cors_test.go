package hosts

import "testing"

func TestPatternFault(t *testing.T) {
	faulty := []string{
		`^https://\w+\.shop\.example`,
		`https://(www|app)\.shop\.example`,
		`^https://.*shop\.example$`,
		`^https://.*\.?shop\.example$`,
		`^https://[a-z-]+shop\.example$`,
		`.*`,
		`^https?://.*$`,
	}
	for _, p := range faulty {
		if patternFault(p) == "" {
			t.Errorf("%s should be at fault", p)
		}
	}
	sound := []string{
		`^https://\w+\.shop\.example$`,
		`^https://(www\.)?shop\.example$`,
		`^https://([a-z0-9-]+\.)*shop\.example$`,
		`^https://pr-[0-9]+\.shop\.example\Z`,
		`^https://shop\.example(:\d+)?$`,
		`^http://localhost:[0-9]+$`,
		`(^https://shop\.example$)`,
	}
	for _, p := range sound {
		if fault := patternFault(p); fault != "" {
			t.Errorf("%s: %s", p, fault)
		}
	}
}

func TestHostOnly(t *testing.T) {
	for entry, want := range map[string]string{
		"shop.example":          "shop.example",
		".shop.example":         ".shop.example",
		"*":                     "*",
		"https://shop.example/": "shop.example",
		"shop.example:8000":     "shop.example",
		"*.shop.example":        ".shop.example",
		"[::1]":                 "[::1]",
		"[::1]:8000":            "[::1]",
		" shop.example":         "shop.example",
		"":                      "",
	} {
		if got := hostOnly(entry); got != want {
			t.Errorf("%q becomes %q, want %q", entry, got, want)
		}
	}
}
