package django

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // the names of time zones, whatever the machine has

	"gonogo/internal/python/eval"
)

// Refusal is why Django refuses to start with settings that could be imported.
type Refusal struct {
	Setting Setting
	// Message is what Django says, Advice what to write instead.
	Message, Advice string
}

// Refusals are what Django checks when it takes the settings over: that some are lists or tuples, and that TIME_ZONE is one.
// Source: django/conf/__init__.py, Settings.__init__ (4.2 to 6.1). The time zone is looked up below /usr/share/zoneinfo, where the
// system has that; elsewhere the first use of a moment raises.
func (w *World) Refusals() (list []Refusal) {
	for _, name := range []string{"ALLOWED_HOSTS", "INSTALLED_APPS", "LOCALE_PATHS", "SECRET_KEY_FALLBACKS"} {
		s := w.Get(name)
		if !s.Set || s.Value.IsUnknown() || s.Value.Kind() == eval.List || s.Value.Kind() == eval.Tuple {
			continue
		}
		if name == "SECRET_KEY_FALLBACKS" && w.settings.Version.Before(4, 1) {
			continue
		}
		list = append(list, Refusal{s, "The " + name + " setting must be a list or a tuple.", "write a list of texts"})
	}
	if s := w.Get("TIME_ZONE"); s.Set {
		if zone, ok := s.Value.AsStr(); ok && !isZone(zone) {
			list = append(list, Refusal{s, "Incorrect timezone setting: " + zone, `write a name of the tz database, such as "Europe/Berlin"`})
		} else if !s.Value.IsUnknown() && s.Value.Kind() != eval.Str && s.Value.Truth() == eval.Yes {
			list = append(list, Refusal{s, fmt.Sprintf("TIME_ZONE is %s, which is no text", s.Value.Repr(40)), `write a name of the tz database, such as "Europe/Berlin"`})
		}
	}
	return list
}

// isZone reports whether a text names a time zone, or may on some system.
func isZone(name string) bool {
	switch {
	case name == "", strings.HasPrefix(name, "posix/"), strings.HasPrefix(name, "right/"), name == "posixrules", name == "localtime", name == "Factory":
		return true
	case name == "Local": // Go's own word
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
