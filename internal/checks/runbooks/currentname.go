package runbooks

import (
	"slices"
	"strings"

	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/runbook"
)

// names asks of the variables and settings that a document describes whether anything reads them. A list of which most are the project's is
// taken for one of the project's; a name that nothing in the repository has is no longer read.
func (r *reading) names() {
	given := map[string]bool{}
	for _, d := range r.documents {
		for _, n := range d.Names {
			if r.judged(n) {
				given[n.Name] = true
			}
		}
	}
	known := r.p.Project.Occurring(given)
	for _, d := range r.documents {
		own, all := 0, map[string]bool{}
		for _, n := range d.Names {
			if r.judged(n) && !all[n.Name] {
				all[n.Name] = true
				if known[n.Name] || r.isSetting(n.Name) {
					own++
				}
			}
		}
		if own < 4 || own*10 < 8*len(all) {
			continue
		}
		for _, n := range d.Names {
			if r.judged(n) && !known[n.Name] && !r.isSetting(n.Name) && !r.isBuilt(n.Name) && !elsewhereRead(n.Name) {
				r.tell("name "+n.Name, n.At, "The document describes `%s`, which nothing in the repository reads any more; remove it, or name what is read now", n.Name)
			}
		}
	}
}

// judged reports whether a name is one that the document presents as the project's own.
func (r *reading) judged(n runbook.Name) bool {
	return n.Given && !n.Past && !runbook.ForDevelopment(n.Section) && !strings.Contains(n.Name, "EXAMPLE") && !strings.HasPrefix(n.Name, "YOUR_") && !strings.HasPrefix(n.Name, "MY_")
}

// isSetting reports whether a name is a setting of Django or one that the project's settings have or read.
func (r *reading) isSetting(name string) bool {
	if _, ok := knowledge.DjangoSetting(name); ok {
		return true
	}
	if r.p.Settings == nil {
		return false
	}
	if slices.ContainsFunc(r.p.Settings.Result.Reads, func(read eval.Read) bool {
		return read.Name == name || read.Name+"_FILE" == name || read.Name == name+"_FILE"
	}) {
		return true
	}
	return slices.Contains(r.p.Settings.Shipped().SettingNames(), name)
}

// isBuilt reports whether code may put a name together from parts: a prefix that stands before an underscore, as in f"DB_{key}".
func (r *reading) isBuilt(name string) bool {
	for i := 1; i < len(name); i++ {
		if name[i-1] != '_' {
			continue
		}
		for _, quote := range []string{`"`, `'`} {
			if r.p.Project.NamesText(quote+name[:i]+quote) || r.p.Project.NamesText(quote+name[:i]+"{") || r.p.Project.NamesText(quote+name[:i]+"%") {
				return true
			}
		}
	}
	for i := len(name) - 1; i > 0; i-- { // a suffix, as in f"{prefix}_URL"
		if name[i] == '_' && (r.p.Project.NamesText("}"+name[i:]) || r.p.Project.NamesText(`"`+name[i:]+`"`) || r.p.Project.NamesText("%s"+name[i:])) {
			return true
		}
	}
	return false
}

// elsewhereRead reports whether a variable is read by a program or package other than the project, by its name.
func elsewhereRead(name string) bool {
	for _, prefix := range knowledge.ForeignVariables() {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
