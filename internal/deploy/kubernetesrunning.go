package deploy

import (
	"strings"
	"time"

	"gonogo/internal/deploy/document"
)

// This file reads how Kubernetes runs a container (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/).

// scalarTold is a scalar that parse reads. What a template fills in is not known.
func scalarTold[T any](n *document.Node, parse func(string) (T, bool)) Told[T] {
	text, ok := n.Str()
	if !ok {
		return Told[T]{}
	}
	if strings.ContainsAny(text, "${}") {
		return unread[T](text, n.At)
	}
	return parsed(text, n.At, parse)
}

func (r *reader) podRunning(p *Process, object, container *document.Node, find *scripts) {
	kind, pod := object.Get("kind").Scalar(), podSpec(object)
	p.Runtime = InPod
	p.ImageAt = container.Get("image").Span()
	p.Ports = nil // EXPOSE of the image says nothing here
	for _, n := range container.Get("ports").Sequence() {
		p.Ports = append(p.Ports, Port{
			Name: n.Get("name").Scalar(), Container: scalarTold(n.Get("containerPort"), parsePort), Protocol: strings.ToLower(firstNonEmpty(n.Get("protocol").Scalar(), "tcp")),
			Host: scalarTold(n.Get("hostPort"), parsePort), Published: n.Get("hostPort") != nil, At: n.At,
		})
	}
	p.Probes = nil // Kubernetes ignores HEALTHCHECK
	for _, probe := range []struct {
		key  string
		kind ProbeKind
	}{{"livenessProbe", Liveness}, {"readinessProbe", Readiness}, {"startupProbe", Startup}} {
		if n := container.Get(probe.key); n.IsMap() {
			p.Probes = append(p.Probes, podProbe(p, probe.kind, n, find))
		}
	}
	limits, requests := container.Get("resources", "limits"), container.Get("resources", "requests")
	p.Resources = Resources{
		MemoryLimit: scalarTold(limits.Get("memory"), kubernetesBytes), MemoryRequest: scalarTold(requests.Get("memory"), kubernetesBytes),
		CPULimit: scalarTold(limits.Get("cpu"), parseCores), CPURequest: scalarTold(requests.Get("cpu"), parseCores),
	}
	if !p.Resources.MemoryRequest.Said() { // a limit alone is the request, too
		p.Resources.MemoryRequest = p.Resources.MemoryLimit
	}
	if n := container.Get("resources"); isUnknownText(n.Scalar()) {
		memory, cpu := unread[int64](n.Scalar(), n.At), unread[float64](n.Scalar(), n.At)
		p.Resources = Resources{MemoryLimit: memory, MemoryRequest: memory, CPULimit: cpu, CPURequest: cpu}
	}
	p.Directory = scalarTold(container.Get("workingDir"), parseText)
	podSecurity(p, pod, container)
	p.podRestart(kind, pod)
	p.StopGrace = scalarTold(pod.Get("terminationGracePeriodSeconds"), parseSeconds).or(byDefault(30 * time.Second))
	if kind == "Deployment" || kind == "StatefulSet" || kind == "ReplicaSet" {
		p.Replicas = scalarTold(object.Get("spec", "replicas"), parseInt).or(byDefault(1))
	}
	if kind == "Deployment" { // https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy
		p.Recreated = scalarTold(object.Get("spec", "strategy", "type"), func(s string) (bool, bool) { return s == "Recreate", s != "" }).or(byDefault(false))
		if n := object.Get("spec", "strategy"); isUnknownText(n.Scalar()) {
			p.Recreated = unread[bool](n.Scalar(), n.At)
		}
	}
	p.Schedule = scalarTold(object.Get("spec", "schedule"), func(s string) (string, bool) { return s, true })
	p.podVolumes(object, pod, container)
	if host := pod.Get("hostNetwork"); host != nil {
		p.HostNet = said(host.Scalar() == "true", host.At)
	}
}

// podSecurity reads who the container runs as; what the container says wins over what the pod says.
func podSecurity(p *Process, pod, container *document.Node) {
	own, shared := container.Get("securityContext"), pod.Get("securityContext")
	number := func(s string) (string, bool) { _, ok := parseInt(s); return s, ok }
	p.User = scalarTold(own.Get("runAsUser"), number).or(scalarTold(shared.Get("runAsUser"), number)).or(p.User)
	p.NonRoot = scalarTold(own.Get("runAsNonRoot"), parseBool).or(scalarTold(shared.Get("runAsNonRoot"), parseBool))
	p.Privileged = scalarTold(own.Get("privileged"), parseBool)
	for _, n := range []*document.Node{own, shared} {
		if isUnknownText(n.Scalar()) && !p.NonRoot.Said() {
			p.User, p.NonRoot = p.User.or(unread[string](n.Scalar(), n.At)), unread[bool](n.Scalar(), n.At)
		}
	}
}

func (p *Process) podRestart(kind string, pod *document.Node) {
	p.Restart = Restart{Policy: RestartAlways, By: "Kubernetes"}
	if n := pod.Get("restartPolicy"); n != nil {
		p.Restart.At = n.At
		switch n.Scalar() {
		case "Never":
			p.Restart.Policy = RestartNever
		case "OnFailure":
			p.Restart.Policy = RestartOnFailure
		}
	}
	if kind == "Job" || kind == "CronJob" {
		p.Restart.Policy = RestartOnFailure // the job itself starts a failed pod again, up to its backoffLimit
	}
}

// podProbe reads a probe. A port is a number or the name of one of the container's.
func podProbe(p *Process, kind ProbeKind, n *document.Node, find *scripts) Probe {
	probe := Probe{Kind: kind, At: n.At}
	probe.Interval = scalarTold(n.Get("periodSeconds"), parseSeconds).or(byDefault(10 * time.Second))
	probe.Timeout = scalarTold(n.Get("timeoutSeconds"), parseSeconds).or(byDefault(time.Second))
	probe.StartPeriod = scalarTold(n.Get("initialDelaySeconds"), parseSeconds).or(byDefault(time.Duration(0)))
	probe.Failures = scalarTold(n.Get("failureThreshold"), parseInt).or(byDefault(3))
	switch get := n.Get("httpGet"); {
	case get.IsMap():
		r := &Request{Scheme: strings.ToLower(firstNonEmpty(get.Get("scheme").Scalar(), "http")), Host: get.Get("host").Scalar(), Path: firstNonEmpty(get.Get("path").Scalar(), "/"),
			Follows: true, Strict: true, At: firstSpan(get.Get("path").Span(), get.At)}
		r.Port = p.portOf(get.Get("port"))
		var headers []Variable
		for _, h := range get.Get("httpHeaders").Sequence() {
			headers = append(headers, Variable{Name: h.Get("name").Scalar(), Value: h.Get("value").Scalar(), Given: true, At: firstSpan(h.Get("value").Span(), h.At)})
		}
		r.setHeaders(headers)
		probe.Request = r
	case n.Get("tcpSocket").IsMap():
		probe.Port = p.portOf(n.Get("tcpSocket", "port"))
	case n.Get("grpc").IsMap():
		probe.Port = p.portOf(n.Get("grpc", "port"))
	case n.Get("exec").IsMap():
		argv := n.Get("exec", "command").Strings()
		probe.Commands = checkCommand(argv, n.Get("exec", "command").Span(), p.Env, find)
		probe.Request = httpCommand(probe.Commands)
		if probe.Request == nil {
			probe.Request = pythonRequest(argv, n.Get("exec", "command").Span())
		}
	}
	return probe
}

// portOf is a port by its number, or by its name among those of the process.
func (p *Process) portOf(n *document.Node) Told[int] {
	told := scalarTold(n, parsePort)
	if told.Known || n == nil {
		return told
	}
	for _, port := range p.Ports {
		if port.Name == n.Scalar() && port.Container.Known {
			return said(port.Container.Value, n.At)
		}
	}
	return told
}

// podVolumes reads volumeMounts, with what the pod, or the claim templates of a StatefulSet, say that they are.
func (p *Process) podVolumes(object, pod, container *document.Node) {
	p.Volumes = nil
	kinds := map[string]Volume{}
	for _, n := range pod.Get("volumes").Sequence() {
		kinds[n.Get("name").Scalar()] = podVolume(n)
	}
	for _, n := range object.Get("spec", "volumeClaimTemplates").Sequence() {
		name := n.Get("metadata", "name").Scalar()
		kinds[name] = Volume{Kind: NamedVolume, Source: name}
	}
	for _, n := range container.Get("volumeMounts").Sequence() {
		v := kinds[n.Get("name").Scalar()]
		v.Target, v.ReadOnly, v.At = n.Get("mountPath").Scalar(), n.Get("readOnly").Scalar() == "true", n.At
		p.Volumes = append(p.Volumes, v)
	}
}

func podVolume(n *document.Node) Volume {
	switch {
	case n.Get("persistentVolumeClaim") != nil:
		return Volume{Kind: NamedVolume, Source: n.Get("persistentVolumeClaim", "claimName").Scalar()}
	case n.Get("hostPath") != nil:
		return Volume{Kind: BindMount, Source: n.Get("hostPath", "path").Scalar()}
	case n.Get("emptyDir") != nil:
		return Volume{Kind: MemoryVolume}
	case n.Get("configMap") != nil:
		return Volume{Kind: ConfigVolume, Source: n.Get("configMap", "name").Scalar()}
	case n.Get("secret") != nil:
		return Volume{Kind: SecretVolume, Source: n.Get("secret", "secretName").Scalar()}
	case n.Get("projected") != nil:
		return Volume{Kind: ConfigVolume}
	}
	return Volume{Kind: NamedVolume, Source: n.Get("name").Scalar()} // csi, nfs and the other kinds of storage
}
