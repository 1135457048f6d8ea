package delivery

import (
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

func featureFlags() check.Check {
	return check.Check{
		ID: "delivery/feature-flags", Severity: check.Optional, Source: answerFeatureFlags,
		Doc: check.Doc{
			Title: "What users see can be turned off without a deploy",
			Why: `A new checkout that loses orders has to go in a minute. With a flag it does; without, it goes when the pipeline is through, and takes with it whatever else was in the release.

Flags cost: each doubles the paths through the code. Use them for what is new and visible, and remove them when it has settled. A switch that is a constant in the settings is none.`,
			Fix:        "django-waffle or django-flags for switches in the database; a variable of the environment is second best, since it takes a restart.",
			Verify:     "Turn the newest feature off on staging, and see it gone without a deploy.",
			Bad:        []check.Example{check.Project("The switch is a constant.", "settings.py", "FEATURE_NEW_CHECKOUT = True\n")},
			Good:       []check.Example{check.Project("Switches stand in the database.", "settings.py", "INSTALLED_APPS = [\"waffle\"]\n", "requirements.txt", "Django==5.2.8\ndjango-waffle==5.0.0\n")},
			References: []check.Reference{check.See("django-waffle", "https://waffle.readthedocs.io/")},
			Triggers:   []string{"a setting that is called a feature's switch is a constant in the source"},
		},
	}
}

func answerFeatureFlags(p *check.SourcePass) check.Answer {
	// PostHog counts visitors for most of its users; its flags are asked for by name (https://posthog.com/docs/feature-flags).
	if name := installedWith(p, knowledge.FeatureFlags); name != "" && (name != "posthog" || p.Project.Uses("feature_enabled") || p.Project.Uses("get_feature_flag")) {
		return check.Passed(name + " turns features on and off")
	}
	var findings []check.Finding
	var given string
	for _, name := range p.Settings.Shipped().SettingNames() {
		s := p.Settings.Get(name)
		if !isSwitch(name) || !s.Set || s.Value.Kind() != eval.Bool {
			continue
		}
		if len(s.Value.Env()) > 0 || len(p.Settings.Worlds()) > 1 && differs(p, name) {
			given = name
			continue
		}
		findings = append(findings, check.Finding{Severity: check.Optional, At: check.Where(s), Message: name + " is a constant: the feature can only be turned off by a deploy; read it from the environment, or keep it in a flag (django-waffle)"})
	}
	switch {
	case len(findings) > 0 && given == "":
		slices.SortStableFunc(findings, func(a, b check.Finding) int { return strings.Compare(a.Message, b.Message) })
		return check.Failed(findings...)
	case given != "":
		return check.Passed("variables of the environment switch features (" + given + ")")
	}
	return check.Unclear("no package for feature flags was found; attest how a feature is turned off without a deploy")
}

// isSwitch reports whether a setting is the switch of a feature of the project by its name.
func isSwitch(name string) bool {
	if _, known := knowledge.DjangoSetting(name); known {
		return false
	}
	return strings.HasPrefix(name, "FEATURE_") || strings.HasPrefix(name, "FEATURES_") || strings.HasPrefix(name, "FF_") || strings.HasSuffix(name, "_FEATURE_ENABLED") || strings.HasPrefix(name, "FLAG_")
}

// differs reports whether an operator's choice changes a setting.
func differs(p *check.SourcePass, name string) bool {
	shipped := p.Settings.Get(name).Value.Repr(20)
	return slices.ContainsFunc(p.Settings.Worlds(), func(w *django.World) bool { return w.Get(name).Value.Repr(20) != shipped })
}
