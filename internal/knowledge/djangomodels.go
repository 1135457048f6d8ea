package knowledge

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

//go:embed data/djangomodels.json
var djangoModelsJSON []byte

// DjangoModule is a module of Django with the models that it defines.
type DjangoModule struct {
	Module string        `json:"module"` // "django.contrib.auth.models"
	Models []DjangoModel `json:"models"` // in order of definition
}

// DjangoModel is a model of Django's own applications.
type DjangoModel struct {
	Name   string                     `json:"name"`
	Bases  []string                   `json:"bases"` // dotted paths
	Meta   map[string]json.RawMessage `json:"meta"`
	Fields []DjangoField              `json:"fields"` // those that its own body assigns, in order
}

// DjangoField is a field as it deconstructs itself. Values are in the JSON form of the defaults of settings; {"$name": path} is a function or
// class, {"$object": [path, args, kwargs]} an instance.
type DjangoField struct {
	Name   string                     `json:"name"`
	Class  string                     `json:"class"`
	Kwargs map[string]json.RawMessage `json:"kwargs"`
}

var djangoModels = sync.OnceValue(func() *djangoModelFacts {
	f := &djangoModelFacts{}
	mustDecode(djangoModelsJSON, f)
	return f
})

type djangoModelFacts struct {
	Paths    map[string]string `json:"paths"`
	Versions []struct {
		Series []Version      `json:"series"`
		Models []DjangoModule `json:"models"`
	} `json:"versions"`
}

// DjangoModels are the modules with models of a version of Django: of its series, of the first that is known for an older one, and of the last for
// a newer one or when it is not known.
func DjangoModels(v Version) []DjangoModule {
	all := djangoModels().Versions
	for _, facts := range all {
		if slices.ContainsFunc(facts.Series, func(s Version) bool { return s.Series() == v.Series() }) {
			return facts.Models
		}
	}
	if v.Known() && v.Compare(all[0].Series[0]) < 0 {
		return all[0].Models
	}
	return all[len(all)-1].Models
}

// DjangoPath is where a public name of Django, or an attribute of one, is defined: "django.db.models.functions.text.Lower" for "django.db.models.functions.Lower"; any
// other path is itself.
func DjangoPath(dotted string) string {
	paths := djangoModels().Paths
	if path, ok := paths[dotted]; ok {
		return path
	}
	if at := strings.LastIndexByte(dotted, '.'); at >= 0 {
		if path, ok := paths[dotted[:at]]; ok {
			return path + dotted[at:]
		}
	}
	return dotted
}
