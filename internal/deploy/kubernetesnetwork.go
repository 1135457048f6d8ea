package deploy

import (
	"fmt"
	"slices"

	"gonogo/internal/deploy/document"
)

// This file joins the Services of Kubernetes with the containers that they lead to.

// kubernetesService is an object of kind Service: a name under which the ports of pods are reached.
type kubernetesService struct {
	name, kind string
	object     *document.Node
	file       string
}

// kubernetesServices are the Services of all manifests, in order.
func (r *reader) kubernetesServices() []kubernetesService {
	var all []kubernetesService
	documents := r.kubernetesDocuments()
	for _, file := range sortedKeys(documents) {
		for _, doc := range documents[file] {
			for _, object := range objectsOf(doc) {
				if object.Get("kind").Scalar() == "Service" {
					all = append(all, kubernetesService{name: object.Get("metadata", "name").Scalar(), kind: firstNonEmpty(object.Get("spec", "type").Scalar(), "ClusterIP"), object: object, file: file})
				}
			}
		}
	}
	return all
}

// objectsOf are the objects of a document: itself, or those of a List.
func objectsOf(doc *document.Node) []*document.Node {
	if doc.Get("kind").Scalar() == "List" {
		return doc.Get("items").Sequence()
	}
	return []*document.Node{doc}
}

// podLabels are the labels of the pods that a workload makes.
func podLabels(object *document.Node) *document.Node {
	switch object.Get("kind").Scalar() {
	case "CronJob":
		return object.Get("spec", "jobTemplate", "spec", "template", "metadata", "labels")
	case "Pod":
		return object.Get("metadata", "labels")
	}
	return object.Get("spec", "template", "metadata", "labels")
}

// selects reports whether the Service leads to pods with the labels.
func (s kubernetesService) selects(labels *document.Node) bool {
	selector := s.object.Get("spec", "selector").Map()
	for _, e := range selector {
		if labels.Get(e.Key).Scalar() != e.Value.Scalar() {
			return false
		}
	}
	return len(selector) > 0
}

// publish gives a container the names of the Services that lead to it, and marks the ports that they, or an Ingress to them, publish.
func (r *reader) publish(p *Process, object *document.Node) {
	labels := podLabels(object)
	for _, s := range r.servicesOfCluster() {
		if !s.selects(labels) {
			continue
		}
		if !slices.Contains(p.Names, s.name) {
			p.Names = append(p.Names, s.name)
		}
		through := ""
		if s.kind == "NodePort" || s.kind == "LoadBalancer" {
			through = fmt.Sprintf("Service %s (%s)", s.name, s.kind)
		}
		for _, n := range s.object.Get("spec", "ports").Sequence() {
			target := n.Get("targetPort")
			if target == nil {
				target = n.Get("port")
			}
			p.reached(p.portOf(target), scalarTold(n.Get("port"), parsePort), through, n)
		}
	}
}

// reached notes that a port can be reached under another number, and through what it is published ("" when it is not).
func (p *Process) reached(target, under Told[int], through string, n *document.Node) {
	for i := range p.Ports {
		port := &p.Ports[i]
		if target.Known && port.Container.Known && port.Container.Value == target.Value {
			port.Host = under
			if through != "" {
				port.Published, port.Through = true, through
			}
			return
		}
	}
	if len(p.Ports) == 0 { // containerPort is informational and may be left out
		p.Ports = append(p.Ports, Port{Container: target, Host: under, Protocol: "tcp", Published: through != "", Through: through, At: n.At})
	}
}

// servicesOfCluster is kubernetesServices, read once.
func (r *reader) servicesOfCluster() []kubernetesService {
	if r.cluster == nil {
		r.cluster = append([]kubernetesService{}, r.kubernetesServices()...)
	}
	return r.cluster
}
