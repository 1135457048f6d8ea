package deploy

import (
	"fmt"
	"path"
	"strings"
)

// usage is what an artefact is for, as far as its name tells.
type usage uint8

const (
	neutral     usage = iota + 1
	production        // named after production
	development       // named after development, tests, CI, documentation, examples
	staging           // named after an environment like production that is not production
)

// usageWords says what a word in a file's or folder's name tells. Words that tell nothing are not in it.
func usageWord(word string) usage {
	switch word {
	case "prod", "production", "prd", "live":
		return production
	case "dev", "devs", "devel", "develop", "developer", "developers", "development", "local", "localhost", "test", "tests", "testing", "ci", "e2e", "integration", "debug", "lint", "linting",
		"docs", "doc", "documentation", "example", "examples", "sample", "samples", "demo", "override", "ide", "vscode", "devcontainer", "bench",
		"benchmark", "benchmarks", "playground", "minikube", "kind", "tilt", "sandbox", "quality", "typing", "types", "style", "format", "tox", "selenium",
		"cypress", "playwright", "fixtures", "testdata", "tutorial", "hotreload", "watch":
		return development
	case "staging", "stage", "stg", "qa", "uat", "preprod", "preview", "review":
		return staging
	}
	return neutral
}

// foldersOfOthers are folders whose content is not the project's deployment, whatever the file in them is called.
func foldersOfOthers(folder string) bool {
	switch folder {
	case "docs", "doc", "documentation", "examples", "example", "samples", "tests", "test", "unittests", "unittest", "testdata", "test_data", "fixtures", ".devcontainer", ".github", ".gitlab",
		".circleci", "node_modules", "vendor", "third_party", "e2e":
		return true
	}
	return strings.HasPrefix(folder, ".") && !isHiddenDeployment(folder)
}

// isHiddenDeployment reports whether a hidden folder is one that deployment files stand in; the others belong to editors and tools.
func isHiddenDeployment(folder string) bool {
	switch folder {
	case ".do", ".docker", ".deploy", ".deployment", ".k8s", ".kube", ".kubernetes", ".infra", ".envs", ".ebextensions", ".platform", ".production":
		return true
	}
	return false
}

// usageOf is what the words of a path tell, and the word. The file's own name is asked first, then its folders from the inside out;
// a folder of documentation, examples or tests counts before them.
func usageOf(file string) (usage, string) {
	segments := strings.Split(file, "/")
	for _, folder := range segments[:len(segments)-1] {
		if foldersOfOthers(strings.ToLower(folder)) {
			return development, folder
		}
	}
	for i := len(segments) - 1; i >= 0; i-- {
		if u, word := usageOfName(segments[i]); u != neutral {
			return u, word
		}
	}
	return neutral, ""
}

// usageOfName is what the words of one name tell. The last telling word counts ("production-test" is a test).
func usageOfName(name string) (usage, string) {
	found, which := neutral, ""
	for _, word := range words(name) {
		if u := usageWord(word); u != neutral {
			found, which = u, word
		}
	}
	return found, which
}

// words are the runs of letters and digits of a name, in lower case.
func words(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	})
}

// judgement is whether an artefact is one of production, and why in a clause.
type judgement struct {
	usage  usage
	reason string
}

// byName judges an artefact by its path alone.
func byName(file string) judgement {
	u, word := usageOf(file)
	base := path.Base(file)
	switch u {
	case production:
		return judgement{u, fmt.Sprintf("%s is named after production (%q)", file, word)}
	case development:
		return judgement{u, fmt.Sprintf("%s is named after something else than production (%q)", file, word)}
	case staging:
		return judgement{u, fmt.Sprintf("%s is named after an environment before production (%q)", file, word)}
	}
	return judgement{neutral, fmt.Sprintf("%s names no other environment", base)}
}
