// Command deployments answers what Compose and kustomize make of files: the effective services of a Compose project, and the manifests that a
// kustomization builds. It reads a list of questions as JSON, and writes the answers in the same order.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/sirupsen/logrus"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// question names a folder, and the Compose files that are laid over each other; none for a kustomization.
type question struct {
	Dir   string
	Files []string
}

type answer struct {
	Services any    `json:",omitempty"` // by name, in the long form of every field
	YAML     string `json:",omitempty"`
	Error    string `json:",omitempty"`
}

func main() {
	logrus.SetOutput(io.Discard)
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	answers := []answer{}
	for _, q := range questions {
		a, err := ask(q)
		if err != nil {
			a.Error = err.Error()
		}
		answers = append(answers, a)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func ask(q question) (answer, error) {
	if len(q.Files) == 0 {
		built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), q.Dir)
		if err != nil {
			return answer{}, err
		}
		text, err := built.AsYaml()
		return answer{YAML: string(text)}, err
	}
	options, err := cli.NewProjectOptions(q.Files, cli.WithWorkingDirectory(q.Dir), cli.WithName("project"), cli.WithProfiles([]string{"*"}), cli.WithResolvedPaths(true), cli.WithNormalization(false), cli.WithConsistency(false))
	if err != nil {
		return answer{}, err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return answer{}, err
	}
	project, err = project.WithServicesEnvironmentResolved(true)
	if err != nil {
		return answer{}, err
	}
	return answer{Services: project.AllServices()}, nil
}
