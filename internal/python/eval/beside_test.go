package eval

import "testing"

func TestBesideRoot(t *testing.T) {
	for _, c := range []struct{ name, root, path, want string }{
		{"a folder beside the project", "/srv/sites/shop", "/srv/sites/conf/a.json", "../conf/a.json"},
		{"two folders above", "/srv/sites/shop", "/srv/a.json", "../../a.json"},
		{"the system's own", "/srv/sites/shop", "/etc/shop/a.json", "/etc/shop/a.json"},
		{"in the project", "/srv/sites/shop", "conf/a.json", "conf/a.json"},
		{"a project at the top", "/shop", "/conf/a.json", "/conf/a.json"},
	} {
		if got := besideRoot(c.root, c.path); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
