package deploy

import (
	"path"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// This file reads kustomizations: which manifests they take, the images that they replace, and the ConfigMaps and Secrets that they make
// (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/).

// kustomization is one kustomization.yaml.
type kustomization struct {
	file  *source.File
	root  *document.Node
	takes map[string]bool // the files of manifests that it takes, those of its bases included
}

// maxBases bounds how deep bases stand upon one another.
const maxBases = 10

func isKustomization(file string) bool {
	switch path.Base(file) {
	case "kustomization.yaml", "kustomization.yml", "Kustomization":
		return true
	}
	return false
}

// kustomizations are all of the tree, in order of their paths, read once.
func (r *reader) kustomizations() []*kustomization {
	if r.overlays != nil {
		return r.overlays
	}
	r.overlays = []*kustomization{}
	for _, file := range r.paths {
		if !isKustomization(file) || len(r.overlays) >= maxFiles {
			continue
		}
		if k := r.kustomization(file); k != nil {
			k.takes = map[string]bool{}
			r.taken(k, k.takes, 0)
			r.overlays = append(r.overlays, k)
		}
	}
	return r.overlays
}

func (r *reader) kustomization(file string) *kustomization {
	f, ok := r.tree.Read(file)
	if !ok {
		return nil
	}
	docs, diagnostics := document.YAML(f)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	if len(docs) == 0 || !docs[0].IsMap() {
		return nil
	}
	return &kustomization{file: f, root: docs[0]}
}

// taken adds the files that a kustomization and its bases take. A folder that was visited is not visited again.
func (r *reader) taken(k *kustomization, files map[string]bool, depth int) {
	for _, key := range []string{"resources", "bases", "components", "patches", "patchesStrategicMerge"} {
		for _, n := range k.root.Get(key).List() {
			name := n.Scalar()
			if n.IsMap() {
				name = n.Get("path").Scalar()
			}
			if name == "" || strings.Contains(name, "://") || depth > maxBases {
				continue
			}
			at := path.Join(path.Dir(k.file.Path), name)
			if files[at] || strings.HasPrefix(at, "..") {
				continue
			}
			files[at] = true
			if r.tree.IsFile(at) {
				continue
			}
			for _, base := range []string{"kustomization.yaml", "kustomization.yml", "Kustomization"} {
				if inner := path.Join(at, base); r.tree.IsFile(inner) {
					if k := r.kustomization(inner); k != nil {
						r.taken(k, files, depth+1)
					}
				}
			}
		}
	}
}

// overlay is the kustomization of those that take a manifest and have something for it which production uses: that of production by its path,
// else the only one; nil where several could be.
func (r *reader) overlay(file string, has func(*kustomization) bool) *kustomization {
	var found, other []*kustomization
	for _, k := range r.kustomizations() {
		if !k.takes[file] || !has(k) {
			continue
		}
		switch u, _ := usageOf(k.file.Path); u {
		case production:
			found = append(found, k)
		case neutral:
			other = append(other, k)
		}
	}
	if len(found) == 0 {
		found = other
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// imageOf is the image of a container once the kustomization has replaced it, and where that stands.
func (r *reader) imageOf(file, image string, at source.Span) (string, source.Span) {
	name := ParseImage(image).Name
	entry := func(k *kustomization) *document.Node {
		for _, n := range k.root.Get("images").List() {
			if n.Get("name").Scalar() == name && name != "" {
				return n
			}
		}
		return nil
	}
	k := r.overlay(file, func(k *kustomization) bool { return entry(k) != nil })
	if k == nil {
		return image, at
	}
	n, old := entry(k), ParseImage(image)
	name = firstNonEmpty(n.Get("newName").Scalar(), name)
	tag, digest := n.Get("newTag").Scalar(), n.Get("digest").Scalar()
	switch {
	case digest != "":
		return name + "@" + digest, n.Get("digest").Span()
	case tag != "":
		return name + ":" + tag, n.Get("newTag").Span()
	case old.Digest != "":
		return name + "@" + old.Digest, firstSpan(n.Get("newName").Span(), at)
	case old.Tag != "":
		return name + ":" + old.Tag, firstSpan(n.Get("newName").Span(), at)
	}
	return name, firstSpan(n.Get("newName").Span(), at)
}

// generated is what a ConfigMap or Secret holds that a kustomization makes for a manifest; nil when none does.
func (r *reader) generated(kind, name, near string) map[string]Variable {
	key := map[string]string{"ConfigMap": "configMapGenerator", "Secret": "secretGenerator"}[kind]
	entry := func(k *kustomization) *document.Node {
		for _, n := range k.root.Get(key).List() {
			if n.Get("name").Scalar() == name && name != "" {
				return n
			}
		}
		return nil
	}
	k := r.overlay(near, func(k *kustomization) bool { return entry(k) != nil })
	if k == nil {
		return nil
	}
	n, data := entry(k), map[string]Variable{}
	files := n.Get("envs").Strings()
	if single := n.Get("env").Scalar(); single != "" {
		files = append(files, single)
	}
	for _, name := range files {
		if f, ok := r.tree.Read(path.Join(path.Dir(k.file.Path), name)); ok {
			for _, v := range rawEnvFile(f) {
				data[v.Name] = v
			}
		}
	}
	for _, literal := range n.Get("literals").List() {
		name, value, ok := strings.Cut(literal.Scalar(), "=")
		if ok && isVariableName(name) {
			data[name] = Variable{Name: name, Value: unquote(value), Given: true, At: literal.Span()}
		}
	}
	if len(data) == 0 { // what it is made of is not in the tree
		return nil
	}
	return data
}
