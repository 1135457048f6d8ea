package django

import "testing"

func TestIsZone(t *testing.T) {
	for name, want := range map[string]bool{
		"UTC": true, "Europe/Berlin": true, "US/Eastern": true, "GMT+0": true, "Etc/GMT-3": true, "America/Argentina/Buenos_Aires": true, "": true,
		"Europe/Brelin": false, "europe/berlin": false, "Berlin": false, "Local": false, "UTC+2": false, "CEST": false,
	} {
		if got := isZone(name); got != want {
			t.Errorf("%q: %t, want %t", name, got, want)
		}
	}
}
