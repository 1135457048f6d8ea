// Command helmoracle renders a chart with Helm itself, for comparison: main CHART NAMESPACE KUBERNETES-VERSION [VALUES-FILE | set:TEXT]... prints
// the texts of all templates as JSON, or the error as {"error": "..."}.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/cli/values"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/getter"
)

func main() {
	log.SetOutput(io.Discard)
	out, err := render(os.Args[1], os.Args[2], os.Args[3], os.Args[4:])
	if err != nil {
		out = map[string]string{"error": err.Error()}
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func render(dir, namespace, version string, given []string) (map[string]string, error) {
	options := values.Options{}
	for _, g := range given {
		if text, ok := strings.CutPrefix(g, "set:"); ok {
			options.Values = append(options.Values, text)
		} else {
			options.ValueFiles = append(options.ValueFiles, g)
		}
	}
	vals, err := options.MergeValues(getter.Providers{})
	if err != nil {
		return nil, err
	}
	c, err := loader.Load(dir)
	if err != nil {
		return nil, err
	}
	if err := chartutil.ProcessDependenciesWithMerge(c, vals); err != nil {
		return nil, err
	}
	capabilities := chartutil.DefaultCapabilities.Copy()
	kube, err := chartutil.ParseKubeVersion(version)
	if err != nil {
		return nil, err
	}
	capabilities.KubeVersion = *kube
	release := chartutil.ReleaseOptions{Name: c.Name(), Namespace: namespace, Revision: 1, IsInstall: true}
	all, err := chartutil.ToRenderValues(c, vals, release, capabilities)
	if err != nil {
		return nil, err
	}
	return engine.Render(c, all)
}
