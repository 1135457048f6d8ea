package deploy

import (
	"strconv"
	"strings"
	"time"

	"gonogo/internal/source"
)

// Told is what an artefact says of one thing: nothing, a value, or something whose value the files don't tell.
// The zero value says nothing.
type Told[T any] struct {
	Value   T
	Known   bool        // Value holds
	Written string      // what stands there where Value is not known ("${WORKERS}", "cpu_count() * 2 + 1"), or ""
	At      source.Span // where it stands; zero when no file says it, and Value, if Known, is the default of what reads the artefact
}

// Said reports whether a file says it, known or not.
func (t Told[T]) Said() bool { return !t.At.IsZero() }

// said is a value that stands at a place.
func said[T any](value T, at source.Span) Told[T] { return Told[T]{Value: value, Known: true, At: at} }

// unread is a value that something at a place decides and the files don't tell.
func unread[T any](written string, at source.Span) Told[T] { return Told[T]{Written: written, At: at} }

// byDefault is the value that holds when no file says anything.
func byDefault[T any](value T) Told[T] { return Told[T]{Value: value, Known: true} }

// or is the other one when this says nothing.
func (t Told[T]) or(other Told[T]) Told[T] {
	if t.Said() || t.Known {
		return t
	}
	return other
}

// parsed is the value of a text as parse reads it; what it can't read is not known.
func parsed[T any](text string, at source.Span, parse func(string) (T, bool)) Told[T] {
	if value, ok := parse(strings.TrimSpace(text)); ok {
		return said(value, at)
	}
	return unread[T](text, at)
}

// parseInt reads a whole number.
func parseInt(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil
}

// parseText takes any text that has no expansion in it.
func parseText(text string) (string, bool) { return text, !strings.Contains(text, "$") }

// parseBool reads the words that configuration files have for yes and no.
func parseBool(text string) (value, ok bool) {
	switch strings.ToLower(text) {
	case "1", "true", "yes", "on":
		return true, true
	case "0", "false", "no", "off", "":
		return false, true
	}
	return false, false
}

// parseSeconds reads a number of seconds.
func parseSeconds(text string) (time.Duration, bool) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f < 0 || f > 1e9 {
		return 0, false
	}
	return time.Duration(f * float64(time.Second)), true
}

// parseDuration reads Go's form, which Compose and Docker have: "1m30s", "500ms". A number alone is seconds.
func parseDuration(text string) (time.Duration, bool) {
	if d, ok := parseSeconds(text); ok {
		return d, true
	}
	d, err := time.ParseDuration(text)
	return d, err == nil && d >= 0
}

// parseTimespan reads systemd's form: "5min 20s", "90", "infinity" (systemd.time(7)).
func parseTimespan(text string) (time.Duration, bool) {
	if d, ok := parseSeconds(text); ok {
		return d, true
	}
	total := time.Duration(0)
	rest := text
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		digits := strings.IndexFunc(rest, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if digits <= 0 {
			return 0, false
		}
		number, err := strconv.ParseFloat(rest[:digits], 64)
		rest = strings.TrimSpace(rest[digits:])
		letters := strings.IndexFunc(rest, func(r rune) bool { return (r < 'a' || r > 'z') && r != 'M' && r != 'μ' && r != 'µ' })
		if letters < 0 {
			letters = len(rest)
		}
		unit := timespanUnit(rest[:letters])
		if err != nil || unit == 0 {
			return 0, false
		}
		total += time.Duration(number * float64(unit))
		rest = rest[letters:]
	}
	return total, total > 0
}

func timespanUnit(name string) time.Duration {
	switch name {
	case "us", "usec", "μs", "µs":
		return time.Microsecond
	case "ms", "msec":
		return time.Millisecond
	case "s", "sec", "second", "seconds":
		return time.Second
	case "m", "min", "minute", "minutes":
		return time.Minute
	case "h", "hr", "hour", "hours":
		return time.Hour
	case "d", "day", "days":
		return 24 * time.Hour
	case "w", "week", "weeks":
		return 7 * 24 * time.Hour
	case "M", "month", "months":
		return 2629800 * time.Second // 30.44 days
	case "y", "year", "years":
		return 31557600 * time.Second // 365.25 days
	}
	return 0
}

// parseBytes reads a size with a unit. Docker's units are powers of 1024 whatever they are called; Kubernetes has 512M beside 512Mi.
func parseBytes(text string, thousand float64) (int64, bool) {
	digits := strings.IndexFunc(text, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if digits < 0 {
		digits = len(text)
	}
	number, err := strconv.ParseFloat(text[:digits], 64)
	if err != nil || number > 1e15 {
		return 0, false
	}
	unit := strings.ToLower(strings.TrimSpace(text[digits:]))
	base := thousand
	if strings.HasSuffix(unit, "i") || strings.HasSuffix(unit, "ib") {
		base = 1024
		unit = strings.TrimSuffix(strings.TrimSuffix(unit, "b"), "i")
	}
	if len(unit) > 1 {
		unit = strings.TrimSuffix(unit, "b")
	}
	switch unit {
	case "", "b":
	case "k":
		number *= base
	case "m":
		number *= base * base
	case "g":
		number *= base * base * base
	case "t":
		number *= base * base * base * base
	default:
		return 0, false
	}
	return int64(number), true
}

// dockerBytes reads a size as Docker does: "512m", "1g", "1073741824".
func dockerBytes(text string) (int64, bool) { return parseBytes(text, 1024) }

// kubernetesBytes reads a quantity of memory: "512Mi", "1G".
func kubernetesBytes(text string) (int64, bool) { return parseBytes(text, 1000) }

// parseCores reads an amount of processors: "0.5", "500m".
func parseCores(text string) (float64, bool) {
	milli := strings.HasSuffix(text, "m")
	f, err := strconv.ParseFloat(strings.TrimSuffix(text, "m"), 64)
	if milli {
		f /= 1000
	}
	return f, err == nil && f >= 0
}
