package library

import "gonogo/internal/python/eval"

// unknownDatabase is the dictionary of a database URL that is not known: the keys that every URL gives, unknown each for the same reason,
// and any other key. The project can set keys of it that are known then, as DATABASES["default"]["CONN_MAX_AGE"] = 60.
// (A URL of an in-memory SQLite gives two of the keys alone.)
func unknownDatabase(unknown eval.Value) eval.Value {
	config := dict("ENGINE", unknown, "NAME", unknown, "USER", unknown, "PASSWORD", unknown, "HOST", unknown, "PORT", unknown)
	config.SetOpen(unknown.Reason())
	return config.WithOrigin(unknown.Origin())
}
