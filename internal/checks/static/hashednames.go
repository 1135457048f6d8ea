package static

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func hashedNames() check.Check {
	return check.Check{
		ID:       "static/hashed-names",
		Severity: check.Recommended,
		Source:   answerHashedNames,
		Doc: check.Doc{
			Title: "Static files carry a hash of their content in their names",
			Why: `Browsers keep styles and scripts. After a release, a file that changed under the same name meets pages that expect the new one: layouts break and buttons do nothing, for hours, and only for people who were there before. A name with a hash of the content changes with the content; then the old file may be kept for a year, and the new one is fetched at once.

ManifestStaticFilesStorage and its kin do this in collectstatic. The price: a template that names a file which does not exist fails at once (ValueError: Missing staticfiles manifest entry). That is a mistake found early.

From Django 5.1 on STATICFILES_STORAGE is not read any more. A project that still sets it has lost its hashes without a word.`,
			Fix:    "Set the backend of `STORAGES[\"staticfiles\"]` to `django.contrib.staticfiles.storage.ManifestStaticFilesStorage`, or with WhiteNoise to `whitenoise.storage.CompressedManifestStaticFilesStorage` (before Django 4.2: STATICFILES_STORAGE).",
			Verify: "After `python manage.py collectstatic --noinput` there is a `staticfiles.json` in STATIC_ROOT, and the page's source names files like `admin/css/base.6b517d0d5813.css`.",
			Bad: []check.Example{
				check.SettingsExample("Django's default keeps the names.", `INSTALLED_APPS = ["django.contrib.staticfiles"]
STATIC_URL = "/static/"
`),
				check.Project("The setting is not read any more.", "requirements.txt", "Django==5.2.8\n", "settings.py", `INSTALLED_APPS = ["django.contrib.staticfiles"]
STATICFILES_STORAGE = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
`),
			},
			Good: []check.Example{
				check.SettingsExample("Hashes, and compressed copies for WhiteNoise.", `INSTALLED_APPS = ["django.contrib.staticfiles"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
`),
			},
			References: []check.Reference{
				check.See("Django: ManifestStaticFilesStorage", check.DjangoDocs+"ref/contrib/staticfiles/#manifeststaticfilesstorage"),
				check.See("Django 5.1: features removed", check.DjangoDocs+"releases/5.1/#features-removed-in-5-1"),
				check.See("WhiteNoise: add compression and caching support", "https://whitenoise.readthedocs.io/en/stable/django.html#add-compression-and-caching-support"),
			},
			Triggers: []string{
				"the storage for static files keeps the names, and no bundler or compressor of Django's hashes them",
				"STATICFILES_STORAGE asks for hashes in a Django that does not read it (5.1 and later)",
				"STORAGES has no entry \"staticfiles\"",
			},
		},
	}
}

// hashing are applications that give their output hashed names.
var hashing = [...][2]string{
	{"compressor", "django-compressor"},
	{"django_vite", "django-vite"},
	{"static_precompiler", "django-static-precompiler"},
}

func answerHashedNames(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		uses := serves(w)
		if uses == eval.No {
			return check.Absent(noStaticFiles)
		}
		answer := judgeStaticStorage(p, w)
		if answer.Status == check.Fail && uses == eval.Maybe {
			return check.Unclear(check.Doubt(w, w.Get("INSTALLED_APPS")))
		}
		return answer
	}, "STORAGES", "STATICFILES_STORAGE")
}

func judgeStaticStorage(p *check.SourcePass, w *django.World) check.Answer {
	storage := check.StorageOf(p.Settings, w, "staticfiles")
	finding := check.Finding{Severity: check.Recommended, At: storage.At,
		Fix: `STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}`}
	if storage.Missing {
		finding.Message = `STORAGES has no entry "staticfiles", so collectstatic and every {% static %} tag end in InvalidStorageError; add one`
		return check.Failed(finding)
	}
	hashes := hashesNames(p, storage.Name())
	if storage.Backend.IsUnknown() {
		return check.Unclear(storage.Doubt())
	}
	if hashes == eval.Yes {
		return check.Passed(storage.Label + " is " + storage.Name())
	}
	for _, h := range hashing {
		if check.HasApp(w, h[0]) == eval.Yes {
			return check.Passed(h[1] + " gives its output hashed names")
		}
	}
	if hashes == eval.Maybe {
		return check.Unclear(storageDoubt(storage))
	}
	if check.HasApp(w, "webpack_loader") == eval.Yes {
		return check.Unclear("django-webpack-loader is installed; whether the bundler hashes its output stands in files that this version does not read yet")
	}
	if s := storage.Ignored; s.Set && hashesNames(p, textOf(s.Value)) == eval.Yes {
		finding.At = check.Where(s)
		finding.Message = fmt.Sprintf("STATICFILES_STORAGE asks for hashed names, but Django %s does not read it, so files keep their names; move it to STORAGES", p.Settings.Version.Series())
		return check.Failed(finding)
	}
	finding.Message = fmt.Sprintf("Static files keep their names (%s), so after a release browsers mix old scripts with new pages; use a manifest storage", storage.Name())
	return check.Failed(finding)
}

func textOf(v eval.Value) string {
	s, _ := v.AsStr()
	return s
}

// hashesNames reports whether a storage gives files hashed names: the manifest storages of Django, WhiteNoise, django-pipeline and
// django-storages, and classes of the project that inherit from one.
func hashesNames(p *check.SourcePass, backend string) eval.Tri {
	classes := append([]string{backend}, p.Project.Code.Ancestors(backend)...)
	for _, class := range classes {
		if name := class[strings.LastIndexByte(class, '.')+1:]; strings.Contains(name, "Manifest") || strings.Contains(name, "HashedFiles") || strings.Contains(name, "CachedStaticFiles") {
			return eval.Yes
		}
	}
	if p.Project.Code.Owns(backend) && len(classes) == 1 {
		return eval.Maybe // the class could not be found
	}
	last := classes[len(classes)-1]
	for _, known := range []string{"django.", "whitenoise.", "servestatic.", "storages.", "pipeline.", "cloudinary_storage.", "minio_storage."} {
		if strings.HasPrefix(last, known) {
			return eval.No
		}
	}
	return eval.Maybe
}
