package deploy

import (
	"fmt"
	"path"
	"regexp"
	"sort"
	"strings"

	"gonogo/internal/deploy/helm"
	"gonogo/internal/source"
)

// This file decides with which values a chart is rendered: those that the commands of the repository install it with, else those that are named
// after production, else its own.

// chartRelease is how a chart is installed in production.
type chartRelease struct {
	helm.Release
	reason  string // a clause
	shipped bool   // with the chart's own values alone
}

// helmCommand is a command of the repository that installs a chart.
type helmCommand struct {
	file, chart     string
	name, namespace string
	values          []string // --values as written
	sets            []helmSet
	usage           usage
	line            int // from 1
}

type helmSet struct {
	text    string
	strings bool // --set-string
}

// maxHelmCommands bounds how many commands are looked at.
const maxHelmCommands = 500

func (r *reader) releaseOf(c *helm.Chart) chartRelease {
	release := chartRelease{Release: helm.Release{Name: c.Name(), Namespace: "default", Values: map[string]any{}}}
	if command := r.installing(c); command != nil {
		release.reason = fmt.Sprintf("%s:%d installs the chart %s", command.file, command.line, c.Name())
		if isPlainWord(command.name) {
			release.Name = command.name
		}
		if isPlainWord(command.namespace) {
			release.Namespace = command.namespace
		}
		for _, written := range command.values {
			r.layValues(&release, r.valuesFile(c, command.file, written), written)
		}
		for _, set := range command.sets {
			_ = helm.Set(release.Values, setText(set.text), set.strings)
		}
		return release
	}
	release.reason = fmt.Sprintf("the chart %s, with the values that it is shipped with", c.Name())
	if file := r.productionValues(c); file != "" {
		release.reason = fmt.Sprintf("the chart %s, with %s", c.Name(), file)
		r.layValues(&release, file, file)
	}
	release.shipped = len(release.Values) == 0
	return release
}

// isPlainWord reports whether a word is a name, and nothing that is filled in later.
func isPlainWord(word string) bool { return word != "" && !strings.ContainsAny(word, "${}`()<>") }

// setText is the text of --set with what the shell fills in as unknown values.
func setText(text string) string {
	if !strings.Contains(text, "$") {
		return text
	}
	var out []string
	for _, part := range strings.Split(text, ",") {
		key, value, ok := strings.Cut(part, "=")
		if i := strings.IndexByte(value, '$'); ok && i >= 0 {
			value = strings.ReplaceAll(value[:i], ",", `\,`) + helm.Unknown + strings.Trim(strings.NewReplacer("{", "", "}", "", " ", "", ",", "", "(", "", ")", "").Replace(value[i:]), "$") + "}"
		}
		if ok {
			part = key + "=" + value
		}
		out = append(out, part)
	}
	return strings.Join(out, ",")
}

func (r *reader) layValues(release *chartRelease, file, written string) {
	f, ok := r.tree.Read(file)
	if !ok {
		release.reason += fmt.Sprintf("; %s is not in the repository", written)
		return
	}
	values, err := helm.ReadValues(f.Data)
	if err != nil {
		r.diagnostics = append(r.diagnostics, source.Diagnostic{At: f.Whole(), Message: fmt.Sprintf("the values could not be read: %v", err)})
		return
	}
	release.Values = helm.Merge(release.Values, values)
}

// valuesFile is the file of the tree that a command names, "" when there is none or several could be meant.
func (r *reader) valuesFile(c *helm.Chart, from, written string) string {
	if !isPlainWord(written) {
		return ""
	}
	for _, dir := range []string{".", path.Dir(from), c.Dir, path.Dir(c.Dir)} {
		if at := path.Join(dir, written); r.tree.IsFile(at) {
			return at
		}
	}
	found := ""
	for _, file := range r.paths {
		if strings.HasSuffix(file, "/"+strings.TrimPrefix(path.Clean(written), "../")) {
			if found != "" {
				return ""
			}
			found = file
		}
	}
	return found
}

// productionValues is the file of values that is named after production: beside the chart's own, or beside or above its folder.
func (r *reader) productionValues(c *helm.Chart) string {
	var found []string
	for _, file := range r.paths {
		ext := path.Ext(file)
		near := strings.HasPrefix(file, c.Dir+"/") || strings.HasPrefix(file, path.Dir(c.Dir)+"/") || c.Dir == "."
		if !near || ext != ".yaml" && ext != ".yml" || !strings.Contains(strings.ToLower(file), "values") || strings.Contains(file, "/templates/") {
			continue
		}
		base := path.Base(file)
		if other := r.otherChart(c, file); other || base == "values.yaml" && path.Dir(file) == c.Dir {
			continue
		}
		if u, _ := usageOf(strings.TrimPrefix(file, path.Dir(c.Dir)+"/")); u == production {
			found = append(found, file)
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return len(found[i]) < len(found[j]) }) // "values-production.yaml" before "values-production-eu.yaml"
	if len(found) == 0 {
		return ""
	}
	return found[0]
}

// otherChart reports whether a file stands in the folder of another chart.
func (r *reader) otherChart(c *helm.Chart, file string) bool {
	for dir := path.Dir(file); dir != "." && dir != c.Dir; dir = path.Dir(dir) {
		if r.tree.IsFile(path.Join(dir, "Chart.yaml")) {
			return true
		}
	}
	return false
}

// installing is the command that installs a chart in production: one that is named after production before others, in order of the files.
func (r *reader) installing(c *helm.Chart) *helmCommand {
	var neutralOne *helmCommand
	for _, command := range r.helmInstalls() {
		if !command.isFor(c) {
			continue
		}
		switch command.usage {
		case production:
			return command
		case neutral:
			if neutralOne == nil {
				neutralOne = command
			}
		}
	}
	return neutralOne
}

// isFor reports whether a command's chart is this one: the path that it names, relative to the root or to a folder that the file changes to.
func (command *helmCommand) isFor(c *helm.Chart) bool {
	if !isPlainWord(command.chart) {
		return false
	}
	named := path.Clean(strings.TrimPrefix(command.chart, "./"))
	for strings.HasPrefix(named, "../") {
		named = named[3:]
	}
	if named == "." {
		return c.Dir == "." || path.Dir(command.file) == c.Dir
	}
	return c.Dir == named || strings.HasSuffix(c.Dir, "/"+named) || path.Join(path.Dir(command.file), named) == c.Dir
}

// helmInstalls are the commands of the tree's scripts, makefiles and pipelines that install charts, read once.
func (r *reader) helmInstalls() []*helmCommand {
	if r.helmCommands != nil {
		return r.helmCommands
	}
	r.helmCommands = []*helmCommand{}
	for _, file := range r.tree.Paths() { // pipelines stand in hidden folders
		if !isScriptOrPipeline(file) || len(r.helmCommands) >= maxHelmCommands {
			continue
		}
		f, ok := r.tree.Read(file)
		if !ok || !strings.Contains(string(f.Data), "helm ") {
			continue
		}
		lines := strings.Split(string(f.Data), "\n")
		for i := 0; i < len(lines) && len(r.helmCommands) < maxHelmCommands; i++ {
			first, line := i, lines[i]
			for strings.HasSuffix(strings.TrimSpace(line), "\\") && i+1 < len(lines) {
				i++
				line = strings.TrimSuffix(strings.TrimSpace(line), "\\") + " " + lines[i]
			}
			if command := helmCommandIn(line); command != nil {
				command.file, command.line = file, first+1
				command.usage = command.usageIn()
				r.helmCommands = append(r.helmCommands, command)
			}
		}
	}
	return r.helmCommands
}

func isScriptOrPipeline(file string) bool {
	base := path.Base(file)
	switch strings.ToLower(base) {
	case "makefile", "justfile", "jenkinsfile", "taskfile.yml", "taskfile.yaml", ".gitlab-ci.yml", "bitbucket-pipelines.yml", "azure-pipelines.yml", "cloudbuild.yaml", ".drone.yml", ".travis.yml", "package.json":
		return true
	}
	return path.Ext(base) == ".sh" || path.Ext(base) == ".mk" || strings.HasPrefix(file, ".github/") || strings.HasPrefix(file, ".circleci/") || strings.HasPrefix(file, ".gitlab/")
}

// helmCommandIn reads `helm upgrade --install NAME CHART -f FILE --set a=b` in a line; nil when there is none. `helm template`, `lint` and
// `--dry-run` install nothing.
func helmCommandIn(line string) *helmCommand {
	_, after, ok := strings.Cut(" "+line, "helm ")
	if !ok || strings.HasPrefix(strings.TrimSpace(line), "#") {
		return nil
	}
	after = regexp.MustCompile(`\$\{\{[^{}]*\}\}`).ReplaceAllString(after, "$${PIPELINE}")
	for _, end := range []string{"&&", "||", ";", "|"} {
		after, _, _ = strings.Cut(after, end)
	}
	words := splitWords(strings.TrimSpace(after))
	if len(words) == 0 || words[0] != "upgrade" && words[0] != "install" {
		return nil
	}
	command, positional := &helmCommand{}, []string{}
	for i := 1; i < len(words); i++ {
		option, value, joined := strings.Cut(words[i], "=")
		if !strings.HasPrefix(option, "-") {
			positional = append(positional, words[i])
			continue
		}
		if !joined && helmTakesValue(option) && i+1 < len(words) {
			i++
			value = words[i]
		}
		switch option {
		case "-f", "--values":
			command.values = append(command.values, strings.Split(value, ",")...)
		case "--set", "--set-string":
			command.sets = append(command.sets, helmSet{strings.Trim(value, `"'`), option == "--set-string"})
		case "-n", "--namespace":
			command.namespace = value
		case "--dry-run":
			return nil
		}
	}
	if len(positional) < 2 {
		return nil
	}
	command.name, command.chart = positional[0], positional[1]
	return command
}

// helmTakesValue reports whether an option's value may stand in the next word (`helm upgrade --help`).
func helmTakesValue(option string) bool {
	switch option {
	case "-f", "--values", "--set", "--set-string", "--set-file", "--set-json", "--set-literal", "-n", "--namespace", "--timeout", "--version", "--kubeconfig", "--kube-context",
		"--history-max", "--description", "--repo", "--username", "--password", "--post-renderer", "-o", "--output", "--kube-token", "--kube-apiserver", "--labels", "-l":
		return true
	}
	return false
}

// usageIn is what the words of a command tell: its values, release and namespace, then its file.
func (c *helmCommand) usageIn() usage {
	for _, text := range append(append([]string{}, c.values...), c.name, c.namespace) {
		if u, _ := usageOfName(text); u != neutral {
			return u
		}
	}
	u, _ := usageOfName(path.Base(c.file))
	return u
}

// judgeCharts says of what charts run with which values that was read.
func (r *reader) judgeCharts(all []*artefact) {
	for _, a := range all {
		chart, ok := r.chartFiles[a.file]
		if !ok || a.judgement.usage != production {
			continue
		}
		for _, p := range a.processes {
			p.Reason = fmt.Sprintf("%s is rendered: %s", a.file, chart.reason)
		}
	}
	var kept []Unrendered
	for _, u := range r.unrendered {
		if usage, _ := usageOf(u.At.Path()); usage == production || usage == neutral {
			kept = append(kept, u)
		}
	}
	r.unrendered = kept
}
