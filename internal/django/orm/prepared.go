package orm

import "gonogo/internal/python/eval"

// prepared says why models may have other options than their classes give: a function of the project is connected to class_prepared, which
// Django sends when it has made a model, and may change what it likes. It is "" where none is.
func prepared(s *eval.Session) string {
	for _, e := range s.Effects() {
		call, ok := e.Symbol()
		if ok && call.Func.IsValid() && call.Func.Path() == "django.db.models.signals.class_prepared.connect" {
			return "a function is connected to class_prepared, which may change the options of models (" + e.At().Path() + ")"
		}
	}
	return ""
}
