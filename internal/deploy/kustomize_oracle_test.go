package deploy

import (
	"fmt"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"gonogo/internal/source"
)

// overlaysByName are kustomizations: a base, and the overlay of production.
func overlaysByName() map[string]string {
	const base = "-- k8s/base/kustomization.yaml --\nresources: [web.yaml]\n-- k8s/base/web.yaml --\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 1\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: web\n        image: registry.example.com/shop:dev\n        command: [gunicorn, shop.wsgi]\n        env:\n        - {name: A, value: \"1\"}\n        - {name: DEBUG, value: \"1\"}\n        envFrom: [{configMapRef: {name: settings}}]\n"
	const overlay = "-- k8s/production/kustomization.yaml --\nresources: [../base]\n"
	return map[string]string{
		"image":           base + overlay + "images: [{name: registry.example.com/shop, newTag: \"2.1\"}]\n",
		"image elsewhere": base + overlay + "images: [{name: registry.example.com/shop, newName: other.example.com/shop, newTag: v3}]\n",
		"digest":          base + overlay + "images: [{name: registry.example.com/shop, digest: sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3}]\n",
		"generated":       base + overlay + "configMapGenerator:\n- name: settings\n  literals: [X=1, \"Y=a b\", 'Q=\"quoted\"', Z=]\n  envs: [app.env]\n-- k8s/production/app.env --\n# why\nFROM_FILE=yes\nQUOTED=\"two words\"\nHASH=a #b\n",
		"patch":           base + overlay + "patches: [{path: patch.yaml}]\n-- k8s/production/patch.yaml --\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 3\n  template:\n    spec:\n      containers:\n      - name: web\n        command: [gunicorn, shop.wsgi, --workers, \"4\"]\n        env: [{name: DEBUG, value: \"0\"}, {name: B, value: \"2\"}]\n",
	}
}

// TestKustomizeBuildsTheSame compares the production process with that of the manifests which kustomize builds.
func TestKustomizeBuildsTheSame(t *testing.T) {
	all := overlaysByName()
	names := sortedKeys(all)
	var questions []deploymentQuestion
	var trees []map[string][]byte
	for _, name := range names {
		files := map[string][]byte{}
		for _, f := range txtar.Parse([]byte(all[name])).Files {
			files[f.Name] = f.Data
		}
		trees = append(trees, files)
		questions = append(questions, deploymentQuestion{Dir: filepath.Join(writeFiles(t, files), "k8s/production")})
	}
	var answers []struct{ YAML, Error string }
	askDeployments(t, questions, &answers)
	for i, name := range names {
		t.Run(name, func(t *testing.T) {
			if answers[i].Error != "" {
				t.Fatal(answers[i].Error)
			}
			want := podOf(Read(source.FromMap(map[string][]byte{"production.yaml": []byte(answers[i].YAML)})))
			if diff := cmp.Diff(want, podOf(Read(source.FromMap(trees[i])))); diff != "" {
				t.Errorf("-kustomize +got\n%s\n%s", diff, answers[i].YAML)
			}
		})
	}
}

// podOf is what runs, in lines.
func podOf(d *Deployment) []string {
	var out []string
	for _, p := range d.Processes {
		if !p.Production {
			continue
		}
		out = append(out, "image "+p.Image, fmt.Sprintf("argv %q replicas %d", p.Argv, p.Replicas.Value))
		last := map[string]string{}
		for _, v := range p.Env {
			last[v.Name] = fmt.Sprintf("env %s %q %v", v.Name, v.Value, v.Given)
		}
		for _, name := range sortedKeys(last) {
			out = append(out, strings.TrimSpace(last[name]))
		}
	}
	sort.Strings(out)
	return out
}
