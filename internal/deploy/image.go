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
	if colon := strings.LastIndexByte(rest, ':'); colon > strings.LastIndexByte(rest, '/') {
		i.Name, i.Tag = rest[:colon], rest[colon+1:]
	}
	return i
}

// Base is the last part of the name: "postgres" for "docker.io/library/postgres".
func (i Image) Base() string { return path.Base(i.Name) }

// IsLatest reports whether the reference is to whatever is newest: no tag, or "latest", and no digest.
func (i Image) IsLatest() bool { return i.Digest == "" && (i.Tag == "" || i.Tag == "latest") }
