package deploy

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"path"
	"slices"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// isKubernetesFile reports whether a YAML file can be a Kubernetes manifest, or a template of a chart that renders one.
func isKubernetesFile(file string) bool {
	ext := path.Ext(file)
	return (ext == ".yml" || ext == ".yaml") && !isComposeFile(file) && !strings.HasPrefix(file, ".github/") && !strings.HasPrefix(path.Base(file), ".gitlab-ci")
}

// looksLikeManifest looks for the kinds of objects that are read, before the file is parsed.
func looksLikeManifest(data []byte) bool {
	if !bytes.Contains(data, []byte("apiVersion:")) || bytes.Contains(data, []byte("{{")) {
		return false
	}
	for _, kind := range []string{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod", "ConfigMap", "Secret", "List", "Service", "Ingress"} {
		if bytes.Contains(data, []byte("kind: "+kind)) || bytes.Contains(data, []byte("kind: \""+kind)) {
			return true
		}
	}
	return false
}

// kubernetesDocuments are the parsed documents of all Kubernetes manifests, by file.
func (r *reader) kubernetesDocuments() map[string][]*document.Node {
	if r.manifests != nil {
		return r.manifests
	}
	r.manifests = map[string][]*document.Node{}
	for _, file := range r.paths {
		if !isKubernetesFile(file) || len(r.manifests) >= maxFiles {
			continue
		}
		f, ok := r.tree.Read(file)
		if !ok || !looksLikeManifest(f.Data) {
			continue
		}
		docs, diagnostics := document.YAML(f)
		r.diagnostics = append(r.diagnostics, diagnostics...)
		r.manifests[file] = docs
	}
	r.renderCharts()
	return r.manifests
}

// kubernetes reads the containers of the workloads in a manifest.
func (r *reader) kubernetes(f *source.File) []*Process {
	var all []*Process
	for _, doc := range r.kubernetesDocuments()[f.Path] {
		for _, object := range objectsOf(doc) {
			all = append(all, r.workload(f, object)...)
		}
	}
	return all
}

// podSpec is the pod template of a workload, nil for other objects.
func podSpec(object *document.Node) *document.Node {
	switch object.Get("kind").Scalar() {
	case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job":
		return object.Get("spec", "template", "spec")
	case "CronJob":
		return object.Get("spec", "jobTemplate", "spec", "template", "spec")
	case "Pod":
		return object.Get("spec")
	}
	return nil
}

func (r *reader) workload(f *source.File, object *document.Node) []*Process {
	pod := podSpec(object)
	var all []*Process
	for _, list := range []string{"initContainers", "containers"} {
		for _, container := range pod.Get(list).List() {
			p := r.container(f, object, container)
			if list == "containers" || container.Get("restartPolicy").Scalar() == "Always" { // others end before anybody asks them
				r.publish(p, p.pod)
			}
			if p.Role == Other && list == "initContainers" && len(p.Runs("migrate")) > 0 {
				p.Role = Release
			}
			all = append(all, p)
		}
	}
	return all
}

// container is one container. command replaces the image's entry point, args its command
// (https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/).
func (r *reader) container(f *source.File, object, container *document.Node) *Process {
	kind, name := object.Get("kind").Scalar(), container.Get("name").Scalar()
	p := &Process{
		Name: name, Image: container.Get("image").Scalar(), At: firstSpan(container.Get("name").Span(), container.Span()),
		Artefact: containerName(f.Path, object, container),
	}
	find := r.scripts(path.Dir(f.Path), nil)
	command, args := container.Get("command"), container.Get("args")
	baseObject, base := r.baseContainer(f.Path, object, container)
	if base != nil {
		p.Image = base.Get("image").Scalar()
		if command == nil && args == nil {
			command, args = base.Get("command"), base.Get("args")
		}
	}
	var replacedAt source.Span
	p.Image, replacedAt = r.imageOf(f.Path, p.Image, source.Span{})
	if d := r.onlyDockerfile(p.Image); d != nil {
		b := r.build(d.file.Path, r.contextOf(d), "", nil)
		r.inImage(p, b, find)
		switch {
		case command != nil:
			p.Argv = nil
		case args != nil:
			p.Argv = b.entryPoint()
		}
	}
	for _, part := range []*document.Node{command, args} {
		if part != nil {
			p.Argv, p.argvAt = append(p.Argv, part.Strings()...), part.At
		}
	}
	r.containerEnvironment(p, base)
	r.containerEnvironment(p, container)
	p.follow(find)
	effective := patched(baseObject, object)
	r.podRunning(p, effective, patched(base, container), find)
	if !replacedAt.IsZero() {
		p.ImageAt = replacedAt
	}
	p.pod = effective
	if kind == "CronJob" {
		p.byTheClock()
	}
	return p
}

// containerName names a container of a workload for people.
func containerName(file string, object, container *document.Node) string {
	return fmt.Sprintf("%s, %s %s, container %s", file, object.Get("kind").Scalar(), object.Get("metadata", "name").Scalar(), container.Get("name").Scalar())
}

// baseContainer is the container that one without an image changes, as Kustomize's patches do: that of the same object and name in another file.
func (r *reader) baseContainer(file string, object, container *document.Node) (baseObject, base *document.Node) {
	if container.Get("image") != nil {
		return nil, nil
	}
	same := func(a, b *document.Node, keys ...string) bool {
		return a.Get(keys...).Scalar() == b.Get(keys...).Scalar()
	}
	documents := r.kubernetesDocuments()
	for _, other := range sortedKeys(documents) {
		for _, doc := range documents[other] {
			if other == file || !same(doc, object, "kind") || !same(doc, object, "metadata", "name") {
				continue
			}
			pod := podSpec(doc)
			for _, c := range slices.Concat(pod.Get("containers").List(), pod.Get("initContainers").List()) {
				if same(c, container, "name") && c.Get("image") != nil {
					base := containerName(other, doc, c)
					r.patches[base] = append(r.patches[base], file)
					return doc, c
				}
			}
		}
	}
	return nil, nil
}

// judgePatched settles the containers that a manifest of production changes: that says more of them.
func (r *reader) judgePatched(all []*artefact) {
	for _, a := range all {
		for _, p := range a.processes {
			for _, by := range r.patches[p.Artefact] {
				if u, _ := usageOf(by); u == production && p.Production {
					p.Production, p.Reason = false, by+" changes it for production, and says more"
				}
			}
		}
	}
}

// onlyDockerfile is the project's Dockerfile, if it has only one that runs Django and the image's name is none of a known service.
func (r *reader) onlyDockerfile(image string) *dockerfile {
	if _, kind := productOf(image); image == "" || kind != 0 || isPublicImage(image) {
		return nil
	}
	var found *dockerfile
	for _, file := range r.paths {
		if !isDockerfile(file) {
			continue
		}
		d := r.dockerfile(file, nil)
		if d == nil {
			continue
		}
		if u, _ := usageOf(file); u == development || u == staging {
			continue
		}
		if found != nil {
			return nil
		}
		found = d
	}
	return found
}

// isPublicImage reports whether an image is one of the services that stand beside an application.
func isPublicImage(image string) bool {
	name, _, _ := strings.Cut(path.Base(image), ":")
	switch name {
	case "postgres", "postgresql", "postgis", "redis", "valkey", "nginx", "nginx-unprivileged", "rabbitmq", "mysql", "mariadb", "memcached", "busybox", "alpine", "mongo", "elasticsearch",
		"opensearch", "kafka", "zookeeper", "minio", "traefik", "caddy", "envoy", "haproxy", "pgbouncer", "python", "node", "debian", "ubuntu", "curl", "kubectl", "cloudsql-proxy",
		"cloud-sql-proxy", "gce-proxy", "flower", "prometheus", "grafana", "mailhog", "mailpit", "certbot", "statsd-exporter", "nginx-prometheus-exporter":
		return true
	}
	return false
}

// containerEnvironment reads envFrom, then env, which wins.
func (r *reader) containerEnvironment(p *Process, container *document.Node) {
	for _, from := range container.Get("envFrom").List() {
		prefix := from.Get("prefix").Scalar()
		r.fromObject(p, "ConfigMap", from.Get("configMapRef", "name"), prefix)
		r.fromObject(p, "Secret", from.Get("secretRef", "name"), prefix)
	}
	for _, e := range container.Get("env").List() {
		v := Variable{Name: e.Get("name").Scalar(), At: firstSpan(e.Get("value").Span(), e.Get("name").Span())}
		if value, ok := e.Get("value").Str(); ok {
			v.Value, v.Given = value, true
			if isUnknownText(value) {
				v.Value, v.Given, v.Written = "", false, value
			}
		} else if ref := e.Get("valueFrom", "configMapKeyRef"); ref != nil {
			if value, ok := r.objectData("ConfigMap", ref.Get("name").Scalar(), p.At.Path())[ref.Get("key").Scalar()]; ok {
				v.Value, v.Given = value.Value, true
			}
		}
		if v.Name != "" {
			p.Env = append(p.Env, v)
		}
	}
}

// fromObject adds all entries of a ConfigMap or Secret. What a Secret holds is named, not given: its manifest in a repository is an example or is generated.
func (r *reader) fromObject(p *Process, kind string, name *document.Node, prefix string) {
	if name == nil {
		return
	}
	data := r.objectData(kind, name.Scalar(), p.At.Path())
	p.EnvFrom = append(p.EnvFrom, EnvSource{Name: kind + " " + name.Scalar(), At: name.At, Read: data != nil})
	for _, key := range sortedKeys(data) {
		v := data[key]
		v.Name = prefix + v.Name
		v.Given = v.Given && kind == "ConfigMap"
		p.Env = append(p.Env, onlyGiven(v))
	}
}

// objectData is what a ConfigMap or Secret by that name holds; where several have the name (overlays), the one whose file stands nearest to near.
// It is nil when the tree has none.
func (r *reader) objectData(kind, name, near string) map[string]Variable {
	var best *document.Node
	bestFile := ""
	documents := r.kubernetesDocuments()
	for _, file := range sortedKeys(documents) {
		for _, doc := range documents[file] {
			if doc.Get("kind").Scalar() == kind && doc.Get("metadata", "name").Scalar() == name &&
				(best == nil || shared(file, near) > shared(bestFile, near)) {
				best, bestFile = doc, file
			}
		}
	}
	made := r.generated(kind, name, near)
	if best == nil {
		return made
	}
	data := map[string]Variable{}
	for _, part := range []string{"data", "stringData"} {
		for _, e := range best.Get(part).Map() {
			value, given := e.Value.Str()
			if kind == "Secret" && part == "data" {
				decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
				value, given = string(decoded), given && err == nil
			}
			v := Variable{Name: e.Key, Value: value, Given: given, At: spanning(e.KeyAt, e.Value.Span())}
			if isUnknownText(value) {
				v.Value, v.Given, v.Written = "", false, value
			}
			data[e.Key] = v
		}
	}
	for key, v := range made { // behavior: merge
		data[key] = v
	}
	return data
}

// shared is how many leading folders two paths have in common.
func shared(a, b string) int {
	as, bs := strings.Split(path.Dir(a), "/"), strings.Split(path.Dir(b), "/")
	n := 0
	for n < len(as) && n < len(bs) && as[n] == bs[n] {
		n++
	}
	return n
}
