package project

import (
	"path"
	"slices"
	"strings"
	"unicode"

	"gonogo/internal/source"
)

// purpose is what a settings module is for, by its name alone.
type purpose uint8

const (
	anyPurpose       purpose = iota + 1 // settings, base, common: nothing can be said
	forProduction                       // production, prod, live, deploy
	forPlatform                         // named after a platform that the repository deploys to
	forOtherPlatform                    // named after a platform of which the repository shows nothing
	forStaging                          // like production, and not it
	forDevelopment                      // dev, local, debug
	forTests                            // test, ci
	forExample                          // a template for people to copy, an example
)

// String says it in words that end a sentence like "its name says ...".
func (p purpose) String() string {
	return [...]string{"", "nothing", "production", "a platform that the repository deploys to",
		"a platform to which nothing in the repository deploys", "staging", "development", "tests", "an example"}[p]
}

// purposeOf reads the words of a module's name from the last part to the first, so that config.production.settings counts,
// and the folder in which the file stands.
func purposeOf(module, file string, platforms map[string]bool, isPackage func(dir string) bool) purpose {
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		switch segment := path.Base(dir); {
		case strings.HasPrefix(strings.ToLower(segment), "test") && isAside(segment):
			return forTests
		case isAside(segment) && !(isPackage(dir) && canBeProduct(segment)):
			return forExample
		}
	}
	parts := strings.Split(module, ".")
	for i := len(parts) - 1; i >= max(len(parts)-2, 0); i-- {
		for _, word := range wordsOf(parts[i]) {
			p := purposeOfWord(word, platforms)
			if p != anyPurpose && (p != forExample || i == len(parts)-1) {
				return p
			}
		}
	}
	return anyPurpose
}

// artefactWord is the word after which a Dockerfile, Procfile or Compose file is called: "cabotage" of Dockerfile.cabotage, "" without one.
func artefactWord(base string) string {
	base = strings.ToLower(base)
	for _, kind := range []string{"dockerfile", "procfile", "docker-compose", "compose"} {
		rest, ok := strings.CutPrefix(base, kind)
		if !ok || rest == "" || rest[0] != '.' && rest[0] != '-' && rest[0] != '_' {
			continue
		}
		word := strings.TrimSuffix(strings.TrimSuffix(rest[1:], ".yml"), ".yaml")
		if word == "yml" || word == "yaml" || strings.ContainsAny(word, ".-_") || purposeOfWord(word, nil) != anyPurpose {
			return ""
		}
		return word
	}
	return ""
}

// canBeProduct reports whether a folder by that name is as likely the product itself when it is a Python package: a site may well be
// called docs or demo.
func canBeProduct(segment string) bool {
	switch segment {
	case "docs", "doc", "demo", "sandbox", "archive", "templates", "playground", "spike":
		return true
	}
	return false
}

func purposeOfWord(word string, platforms map[string]bool) purpose {
	switch word {
	case "production", "prod", "prd", "live", "deploy", "deployment", "deployed", "release":
		return forProduction
	case "staging", "stage", "stg", "uat", "qa", "preprod", "preproduction", "review", "canary":
		return forStaging
	case "dev", "devel", "develop", "developer", "developers", "development", "local", "localhost", "debug", "devcontainer", "codespaces", "vagrant", "laptop", "gitpod":
		return forDevelopment
	case "test", "tests", "testing", "ci", "pytest", "travis", "circleci", "jenkins", "e2e", "integration", "unittest", "unittests", "benchmark", "tox", "selenium", "cypress":
		return forTests
	case "example", "sample", "template", "demo", "docs", "doc", "sphinx", "dist", "skeleton", "makemigrations", "build", "collectstatic":
		return forExample
	}
	deployed, known := platforms[word]
	switch {
	case deployed:
		return forPlatform
	case known:
		return forOtherPlatform
	}
	return anyPurpose
}

// wordsOf cuts a name at underscores, dashes and changes of case, and gives the words in lower case.
func wordsOf(name string) []string {
	var words []string
	start := 0
	runes := []rune(name)
	flush := func(end int) {
		if end > start {
			words = append(words, strings.ToLower(string(runes[start:end])))
		}
		start = end
	}
	for i, r := range runes {
		switch {
		case r == '_' || r == '-':
			flush(i)
			start = i + 1
		case unicode.IsUpper(r) && i > 0 && unicode.IsLower(runes[i-1]):
			flush(i)
		}
	}
	flush(len(runes))
	return words
}

// platformsOf are the names that a module could have after a platform, and whether the repository deploys to it, by the files that
// platforms read.
func platformsOf(tree *source.Tree) map[string]bool {
	found := make(map[string]bool)
	marks := []struct {
		files []string
		names []string
	}{
		{[]string{"Procfile", "app.json", "heroku.yml"}, []string{"heroku", "dokku"}},
		{[]string{"fly.toml"}, []string{"fly", "flyio"}},
		{[]string{"render.yaml"}, []string{"render"}},
		{[]string{"railway.json", "railway.toml"}, []string{"railway"}},
		{[]string{"app.yaml", "cloudbuild.yaml"}, []string{"gae", "gcp", "appengine", "cloudrun"}},
		{[]string{"vercel.json"}, []string{"vercel"}},
		{[]string{"zappa_settings.json", "serverless.yml"}, []string{"zappa", "aws", "lambda", "serverless"}},
		{[]string{"Dockerrun.aws.json", ".ebextensions"}, []string{"aws", "eb", "beanstalk", "elasticbeanstalk"}},
		{[]string{".platform.app.yaml", ".upsun"}, []string{"platformsh", "upsun"}},
		{[]string{"captain-definition"}, []string{"caprover"}},
		{[]string{"manifest.yml"}, []string{"cloudfoundry", "cloudgov"}},
		{[]string{".do"}, []string{"digitalocean"}},
		{[]string{"clevercloud"}, []string{"clever", "clevercloud"}},
		{[]string{"Chart.yaml", "kustomization.yaml", "k8s", "kubernetes"}, []string{"k8s", "kubernetes", "kube", "openshift"}},
		{[]string{"Dockerfile"}, []string{"docker", "container"}},
	}
	names := make(map[string]bool)
	for _, p := range tree.Paths() {
		for _, segment := range strings.Split(p, "/") {
			names[segment] = true
		}
		if word := artefactWord(path.Base(p)); word != "" {
			found[word] = true
		}
	}
	for _, m := range marks {
		deploys := slices.ContainsFunc(m.files, func(f string) bool { return names[f] })
		for _, n := range m.names {
			found[n] = found[n] || deploys
		}
	}
	return found
}
