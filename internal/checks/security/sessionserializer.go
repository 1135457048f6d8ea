package security

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func sessionSerializer() check.Check {
	return check.Check{
		ID:       "security/session-serializer",
		Severity: check.Critical,
		Source:   answerSessionSerializer,
		Doc: check.Doc{
			Title: "Sessions are stored as JSON, not as pickles",
			Why: `Reading a pickle runs code that the pickle names. With pickled sessions, whoever can write one runs code on the server: with the cookie backend that takes a leaked SECRET_KEY, with a cache or database one foothold there. JSON holds data and nothing else.

The price of JSON: text, numbers, lists and dictionaries with text as keys. A date or a Decimal in the session must be turned into text first. Sessions that are stored as pickles can't be read after the change, so users log in once more.

Django removed its PickleSerializer in 5.0: settings that still name it make every request with a session fail.`,
			Fix:    "Remove SESSION_SERIALIZER, JSON is Django's default, or set it to `django.contrib.sessions.serializers.JSONSerializer`.",
			Verify: "`python manage.py shell -c \"from django.conf import settings; print(settings.SESSION_SERIALIZER)\"` prints `django.contrib.sessions.serializers.JSONSerializer`.",
			Bad: []check.Example{
				check.Project("Pickles in signed cookies.", "requirements.txt", "Django==4.2.26\n", "settings.py", `MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.PickleSerializer"
`),
			},
			Good: []check.Example{
				check.SettingsExample("Django's default.", `MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
`),
			},
			References: []check.Reference{
				check.See("Django: session serialization", check.DjangoDocs+"topics/http/sessions/#session-serialization"),
				check.See("Python: pickle, warning", check.PythonDocs+"pickle.html"),
				check.See("Django 5.0: features removed", check.DjangoDocs+"releases/5.0/#features-removed-in-5-0"),
			},
			Triggers: []string{
				"SESSION_SERIALIZER is Django's PickleSerializer, or the one of a package",
				"SESSION_SERIALIZER is a class of the project that inherits from it, or whose module imports pickle",
			},
		},
	}
}

const pickleSerializer = "django.contrib.sessions.serializers.PickleSerializer"

// jsonSerializers store data only.
var jsonSerializers = [...]string{
	"django.contrib.sessions.serializers.JSONSerializer",
	"django.core.signing.JSONSerializer",
	"django_redis.serializers.json.JSONSerializer",
	"django_redis.serializers.msgpack.MSGPackSerializer",
}

func answerSessionSerializer(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		if check.HasMiddlewareLike(p, w, sessionMiddlewareClass) == eval.No && check.HasApp(w, "django.contrib.sessions") == eval.No {
			return check.Absent("neither django.contrib.sessions nor SessionMiddleware is in use")
		}
		s := w.Get("SESSION_SERIALIZER")
		name, known := s.Value.AsStr()
		switch {
		case !s.Set && s.Value.IsUnknown():
			return check.Unclear(check.Doubt(w, s))
		case !s.Set:
			return check.Passed("Django's default, JSON")
		case !known:
			return check.Unclear(check.Doubt(w, s))
		}
		return judgeSerializer(p, s, name)
	})
}

func judgeSerializer(p *check.SourcePass, s django.Setting, name string) check.Answer {
	finding := check.Finding{Severity: check.Critical, At: check.Where(s), Fix: `SESSION_SERIALIZER = "` + jsonSerializers[0] + `"`}
	short := name[strings.LastIndexByte(name, '.')+1:]
	switch {
	case name == pickleSerializer && p.Settings.Version.AtLeast(5, 0):
		finding.Message = fmt.Sprintf("SESSION_SERIALIZER is PickleSerializer, which Django %s does not have any more, so every request with a session fails; remove the line", p.Settings.Version.Series())
		return check.Failed(finding)
	case strings.Contains(strings.ToLower(short), "pickle") && !p.Project.Code.Owns(name):
		finding.Message = fmt.Sprintf("SESSION_SERIALIZER is %s, so whoever can write a session runs code on the server; remove the line, JSON is the default", short)
		return check.Failed(finding)
	}
	for _, safe := range jsonSerializers {
		if name == safe {
			return check.Passed("sessions are stored as data (" + short + ")")
		}
	}
	if p.Project.Code.Owns(name) {
		return judgeOwnSerializer(p.Project.Code, name, finding)
	}
	return check.Unclear("SESSION_SERIALIZER is " + name + ", which is not in this project; whether it reads pickles is not known")
}

// judgeOwnSerializer looks at a class of the project: what it inherits from, and whether its module reads pickles.
func judgeOwnSerializer(code *project.Code, name string, finding check.Finding) check.Answer {
	d, ok := code.Define(name)
	if !ok || d.Module == nil {
		return check.Unclear("SESSION_SERIALIZER is " + name + ", which the project does not define")
	}
	pickles := code.Inherits(name, pickleSerializer) || d.Outside == pickleSerializer
	for _, i := range d.Module.Imports {
		switch top, _, _ := strings.Cut(i.Dotted, "."); top {
		case "pickle", "dill", "cloudpickle", "_pickle", "cPickle", "jsonpickle":
			pickles = true
			finding.Related = []check.Related{{Message: "its module reads pickles", At: i.At}}
		}
	}
	if pickles {
		finding.Message = fmt.Sprintf("SESSION_SERIALIZER is %s, which reads pickles, so whoever can write a session runs code on the server; remove the line, JSON is the default", name)
		return check.Failed(finding)
	}
	if d.Class == nil {
		return check.Unclear("SESSION_SERIALIZER is " + name + ", which is not defined as a class in this project")
	}
	return check.Passed(name + " reads no pickles")
}
