package knowledge

import (
	"bytes"
	"encoding/json"
)

// Setting is what Django's history says of one of its settings.
type Setting struct {
	Name string
	// Added is the first series that has it. Settings of Django 1.8, the oldest series in the facts, are added in {1, 8}.
	Added Version
	// Deprecated is the series in which its use began to warn; unknown when it never was.
	Deprecated Version
	// Removed is the first series that ignores it; unknown when the newest series has it.
	Removed Version
}

// settingFact is one setting as data/django.json has it.
type settingFact struct {
	Name       string  `json:"name"`
	Deprecated Version `json:"deprecated"`
	In         []struct {
		Since   Version         `json:"since"`
		Until   Version         `json:"until"`   // the last series
		Default json.RawMessage `json:"default"` // absent when the setting is documented and has no value in global_settings
	} `json:"in"`
}

// DjangoDefault is Django's own default of a setting, as JSON: tuples are {"$tuple": [...]}, sets {"$set": [...]},
// translated strings their text.
//
// A series newer than the facts has the default of the newest one known, an older one that of the oldest. For an unknown version
// it is the default of all series that get security fixes (at AsOf), if they agree. ok is false when Django has no such default:
// no setting by that name in the version, or one that has no value until a project gives it (MAILERS).
// Source: django/conf/global_settings.py of each series' latest release.
func DjangoDefault(v Version, name string) (value string, ok bool) {
	if v.Known() {
		raw := facts().byName[name].at(nearest(v))
		return string(raw), raw != nil
	}
	var common json.RawMessage
	for _, s := range supportedSeries() {
		raw := facts().byName[name].at(s)
		if raw == nil || common != nil && !bytes.Equal(raw, common) {
			return "", false
		}
		common = raw
	}
	return string(common), common != nil
}

// at is the default in a series of the facts, nil when there is none.
func (f *settingFact) at(series Version) json.RawMessage {
	if f == nil {
		return nil
	}
	for _, r := range f.In {
		if series.AtLeast(r.Since.Major, r.Since.Minor) && r.Until.AtLeast(series.Major, series.Minor) {
			return r.Default
		}
	}
	return nil
}

// DjangoSetting is the history of a setting that Django has or had, by its own documentation and defaults.
func DjangoSetting(name string) (Setting, bool) {
	f := facts().byName[name]
	if f == nil {
		return Setting{}, false
	}
	s := Setting{Name: name, Added: f.In[0].Since, Deprecated: f.Deprecated}
	last := f.In[len(f.In)-1].Until
	all := facts().Series
	for i, series := range all {
		if series.Name == last && i+1 < len(all) {
			s.Removed = all[i+1].Name
		}
	}
	return s, true
}

// HasSetting reports whether Django of this version reads the setting. For an unknown version: whether any series
// that gets security fixes (at AsOf) does.
func HasSetting(v Version, name string) bool {
	s, ok := DjangoSetting(name)
	if !ok {
		return false
	}
	has := func(series Version) bool {
		return series.AtLeast(s.Added.Major, s.Added.Minor) && !(s.Removed.Known() && series.AtLeast(s.Removed.Major, s.Removed.Minor))
	}
	if v.Known() {
		return has(nearest(v))
	}
	for _, series := range supportedSeries() {
		if has(series) {
			return true
		}
	}
	return false
}

// DjangoSettings are the names of all settings that Django of this version reads, sorted; of an unknown version, those of any
// series that gets security fixes.
func DjangoSettings(v Version) []string {
	var names []string
	for _, f := range facts().Settings {
		if HasSetting(v, f.Name) {
			names = append(names, f.Name)
		}
	}
	return names
}
