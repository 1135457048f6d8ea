package templates

import "gonogo/internal/knowledge"

// arity is how many arguments a filter takes beside the value.
type arity uint8

const (
	noArg arity = iota + 1
	maybeArg
	oneArg
)

// filterArgs is the arity of a filter of django.template.defaultfilters. join and urlizetrunc take a second argument that no
// template can give.
func filterArgs(name string, version knowledge.Version) (a arity, known bool) {
	switch name {
	case "addslashes", "capfirst", "escape", "escapejs", "filesizeformat", "first", "force_escape", "iriencode", "last", "length",
		"linenumbers", "lower", "make_list", "phone2numeric", "pprint", "random", "safe", "safeseq", "slugify", "striptags", "title",
		"upper", "wordcount":
		return noArg, true
	case "date", "floatformat", "json_script", "linebreaks", "linebreaksbr", "pluralize", "time", "timesince", "timeuntil",
		"unordered_list", "urlencode", "urlize", "yesno":
		return maybeArg, true
	case "add", "center", "cut", "default", "default_if_none", "dictsort", "dictsortreversed", "divisibleby", "get_digit", "join",
		"ljust", "rjust", "slice", "stringformat", "truncatechars", "truncatechars_html", "truncatewords", "truncatewords_html",
		"urlizetrunc", "wordwrap":
		return oneArg, true
	case "escapeseq": // new in 5.0
		return noArg, !version.Before(5, 0)
	case "length_is": // removed in 5.1
		return oneArg, !version.AtLeast(5, 1)
	}
	return 0, false
}

// libraryFilterArgs is the arity of a filter of i18n, l10n or tz.
func libraryFilterArgs(name string) arity {
	if name == "timezone" {
		return oneArg
	}
	return noArg
}

// IsOwnFilter reports whether a filter is one of Django's own that every template has.
func IsOwnFilter(name string) bool {
	_, known := filterArgs(name, knowledge.Version{})
	return known || name == "escapeseq" || name == "length_is"
}
