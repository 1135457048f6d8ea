package deploy

import (
	"path"
	"strings"
)

// Image is a reference to an image of a container, taken apart.
type Image struct {
	Written string // as it stands in the artefact
	Name    string // registry and repository: "ghcr.io/acme/shop", "postgres"
	Tag     string // "16-alpine", "" for none
	Digest  string // "sha256:...", "" for none
	Known   bool   // false when a part of it is not told
}

// ParseImage takes a reference apart: [registry[:port]/]repository[:tag][@digest].
func ParseImage(text string) Image {
	i := Image{Written: text, Known: text != "" && !strings.ContainsAny(text, "${}")}
	rest, digest, _ := strings.Cut(text, "@")
	i.Name, i.Digest = rest, digest
	if colon := tagColon(rest); colon >= 0 {
		i.Name, i.Tag = rest[:colon], rest[colon+1:]
	}
	return i
}

// tagColon is the colon before the tag: the first one behind the last slash, both outside of ${...}; -1 for none.
func tagColon(text string) int {
	colon, depth := -1, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '{':
			depth++
		case c == '}':
			depth--
		case depth > 0:
		case c == '/':
			colon = -1
		case c == ':' && colon < 0:
			colon = i
		}
	}
	return colon
}

// Base is the last part of the name: "postgres" for "docker.io/library/postgres".
func (i Image) Base() string { return path.Base(i.Name) }

// IsLatest reports whether the reference is to whatever is newest: no tag, or "latest", and no digest.
func (i Image) IsLatest() bool { return i.Digest == "" && (i.Tag == "" || i.Tag == "latest") }
