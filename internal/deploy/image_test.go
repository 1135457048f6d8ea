package deploy

import "testing"

func TestParseImage(t *testing.T) {
	for text, want := range map[string]Image{
		"postgres":                        {Name: "postgres", Known: true},
		"postgres:16-alpine":              {Name: "postgres", Tag: "16-alpine", Known: true},
		"localhost:5000/acme/shop":        {Name: "localhost:5000/acme/shop", Known: true},
		"localhost:5000/acme/shop:1":      {Name: "localhost:5000/acme/shop", Tag: "1", Known: true},
		"ghcr.io/acme/shop@sha256:abc":    {Name: "ghcr.io/acme/shop", Digest: "sha256:abc", Known: true},
		"acme/shop:${VERSION:?}":          {Name: "acme/shop", Tag: "${VERSION:?}"},
		"${REGISTRY:-ghcr.io/acme}/shop":  {Name: "${REGISTRY:-ghcr.io/acme}/shop"},
		"redis:7@sha256:0123":             {Name: "redis", Tag: "7", Digest: "sha256:0123", Known: true},
		"docker.io/library/postgres:16.2": {Name: "docker.io/library/postgres", Tag: "16.2", Known: true},
	} {
		want.Written = text
		if got := ParseImage(text); got != want {
			t.Errorf("ParseImage(%q) = %+v, want %+v", text, got, want)
		}
	}
}
