package pyurl

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	tests := []struct {
		name, text string
		want       URL
	}{
		{"all parts", "HTTPS://u:p@Host:1/a/b;x?q=1#f", URL{"https", "u:p@Host:1", "/a/b", "x", "q=1", "f"}},
		{"parameters stay for other schemes", "redis://h/0;x", URL{Scheme: "redis", Netloc: "h", Path: "/0;x"}},
		{"no scheme before a digit", "1:2", URL{Path: "1:2"}},
		{"line ends vanish", "http://h\n/p", URL{Scheme: "http", Netloc: "h", Path: "/p"}},
		{"a hash in a password ends the netloc", "postgres://u:p#x@h/n", URL{Scheme: "postgres", Netloc: "u:p", Fragment: "x@h/n"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Parse(test.text, "", true)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	for _, text := range []string{"http://[::1", "http://h]/"} {
		var bad ValueError
		if _, err := Parse(text, "", true); !errors.As(err, &bad) {
			t.Errorf("%s: %v instead of a ValueError", text, err)
		}
	}
	for _, text := range []string{"http://[v1.x]/", "http://ho\u2100st/"} {
		if _, err := Parse(text, "", true); !errors.Is(err, ErrUncertain) {
			t.Errorf("%s: %v instead of ErrUncertain", text, err)
		}
	}
}

func TestHostAndPort(t *testing.T) {
	u, err := Parse("x://User:Pw@[FE80::1]:70/", "", true)
	if err != nil {
		t.Fatal(err)
	}
	host, _ := u.Hostname()
	port, ok, err := u.Port()
	if host != "fe80::1" || port != 70 || !ok || err != nil {
		t.Error(host, port, ok, err)
	}
	for _, text := range []string{"x://h:port/", "x://h:65536/"} {
		u, _ := Parse(text, "", true)
		if _, _, err := u.Port(); err == nil {
			t.Errorf("%s: no error", text)
		}
	}
	u, _ = Parse("x://h:/", "", true)
	if _, ok, err := u.Port(); ok || err != nil {
		t.Error("an empty port is None")
	}
}

func TestQuery(t *testing.T) {
	got, err := GroupQuery("a=1&b=x+y&a=%41&c=&d", false)
	if err != nil {
		t.Fatal(err)
	}
	want := []Field{{"a", []string{"1", "A"}}, {"b", []string{"x y"}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"http://u:p@h:1/a;b?c=d#e", "://", "[", "a:b//[::1]:x@y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := Parse(text, "", true)
		if err != nil {
			return
		}
		u.Port()
		u.Hostname()
		u.Unparse()
		GroupQuery(u.Query, true)
		Join(text, u.Path, true)
	})
}
