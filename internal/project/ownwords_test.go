package project

import "testing"

func TestSaysDevelopment(t *testing.T) {
	for text, want := range map[string]bool{
		"Settings for local\n    development in containers":     true,
		"Development settings.":                                 true,
		"Settings of the shop":                                  false,
		"The base of the production and development settings":   false,
		"Settings for the department of research, development.": false,
	} {
		if got := saysDevelopment(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
