package helm

import "strings"

// This file is what a chart may ask of the cluster. Without one Helm answers with what it was built for; so does this, with a version of
// Kubernetes that is supported now.

// KubeVersion is the version of Kubernetes that charts are rendered for.
const KubeVersion = "v1.34.0"

// capabilitySet is .Capabilities.
type capabilitySet struct {
	KubeVersion kubeVersion
	APIVersions versionSet
	HelmVersion helmVersion
}

type kubeVersion struct{ Version, Major, Minor string }

// String is the version.
func (k kubeVersion) String() string { return k.Version }

// GitVersion is the version.
func (k kubeVersion) GitVersion() string { return k.Version }

type helmVersion struct{ Version, GitCommit, GitTreeState, GoVersion string }

// versionSet are the versions of the interfaces that a cluster has.
type versionSet []string

// Has reports whether a version, or a version with a kind behind it, is among them.
func (v versionSet) Has(version string) bool {
	for _, known := range v {
		if known == version {
			return true
		}
	}
	return false
}

func capabilities() *capabilitySet {
	parts := strings.Split(strings.TrimPrefix(KubeVersion, "v"), ".")
	return &capabilitySet{
		KubeVersion: kubeVersion{KubeVersion, parts[0], parts[1]}, APIVersions: apiVersions(), HelmVersion: helmVersion{Version: "v3.19"},
	}
}

// apiVersions are Kubernetes' own (https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/), those that Helm answers with included
// though clusters have them no more.
func apiVersions() versionSet {
	return strings.Fields(`v1 admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1alpha1 admissionregistration.k8s.io/v1beta1
		apiextensions.k8s.io/v1 apiextensions.k8s.io/v1beta1 apps/v1 apps/v1beta1 apps/v1beta2 authentication.k8s.io/v1
		authentication.k8s.io/v1alpha1 authentication.k8s.io/v1beta1 authorization.k8s.io/v1 authorization.k8s.io/v1beta1 autoscaling/v1
		autoscaling/v2 autoscaling/v2beta1 autoscaling/v2beta2 batch/v1 batch/v1beta1 certificates.k8s.io/v1 certificates.k8s.io/v1beta1
		certificates.k8s.io/v1alpha1 coordination.k8s.io/v1 coordination.k8s.io/v1beta1 discovery.k8s.io/v1 discovery.k8s.io/v1beta1
		events.k8s.io/v1 events.k8s.io/v1beta1 extensions/v1beta1 flowcontrol.apiserver.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1beta1
		flowcontrol.apiserver.k8s.io/v1beta2 flowcontrol.apiserver.k8s.io/v1beta3 networking.k8s.io/v1 networking.k8s.io/v1beta1 node.k8s.io/v1
		node.k8s.io/v1alpha1 node.k8s.io/v1beta1 policy/v1 policy/v1beta1 rbac.authorization.k8s.io/v1 rbac.authorization.k8s.io/v1alpha1
		rbac.authorization.k8s.io/v1beta1 resource.k8s.io/v1 scheduling.k8s.io/v1 scheduling.k8s.io/v1alpha1 scheduling.k8s.io/v1beta1
		storage.k8s.io/v1 storage.k8s.io/v1alpha1 storage.k8s.io/v1beta1`)
}
