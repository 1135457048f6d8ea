package check

// Project makes an example of files: note is the line above it, then come pairs of a path and its text.
func Project(note string, pathsAndTexts ...string) Example {
	e := Example{Note: note}
	for i := 0; i+1 < len(pathsAndTexts); i += 2 {
		e.Files = append(e.Files, ExampleFile{Path: pathsAndTexts[i], Text: pathsAndTexts[i+1]})
	}
	return e
}

// See makes a reference.
func See(title, url string) Reference { return Reference{Title: title, URL: url} }

// The roots of the documentation that references point into.
const (
	DjangoDocs   = "https://docs.djangoproject.com/en/stable/"
	CeleryDocs   = "https://docs.celeryq.dev/en/stable/"
	RESTDocs     = "https://www.django-rest-framework.org/"
	ChannelsDocs = "https://channels.readthedocs.io/en/stable/"
	PostgresDocs = "https://www.postgresql.org/docs/current/"
	PythonDocs   = "https://docs.python.org/3/library/"
)
