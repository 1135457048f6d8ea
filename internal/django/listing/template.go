package listing

import "gonogo/internal/django/templates"

// TemplateFinder finds a template by name; ok is false when the project has none of that name.
type TemplateFinder func(name string) (t *templates.Template, ok bool)
