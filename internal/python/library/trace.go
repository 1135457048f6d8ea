package library

import "gonogo/internal/python/eval"

// traced is a dictionary that was made from a URL, with the URL's provenance on it and on each part that has none:
// so a host, an engine or a password tells the variable, or the default, that it came from.
func traced(config, from eval.Value) eval.Value {
	origin := from.Origin()
	if origin == nil || config.Kind() != eval.Dict {
		return config
	}
	for _, e := range config.Entries() {
		switch {
		case e.Value.Kind() == eval.Dict:
			traced(e.Value, from)
		case e.Value.Origin() == nil:
			config.SetKey(e.Key, e.Value.WithOrigin(origin))
		}
	}
	if config.Origin() != nil {
		return config
	}
	return config.WithOrigin(origin)
}
