package media

import (
	"fmt"
	"path"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func persistent() check.Check {
	return check.Check{
		ID:       "media/persistent",
		Severity: check.Critical,
		Source:   answerPersistent,
		Doc: check.Doc{
			Title: "Uploads are stored where they outlive a deployment",
			Why: `What users upload exists once. Without MEDIA_ROOT Django writes it into the folder that the server happened to start in, between the code. In a container, or on a platform such as Heroku, the disk lives as long as the container: the next release, restart or move to another host deletes every upload, and with two containers half of the requests look on the wrong disk.

Nobody notices on the first day: files are there until the next deployment.

Object storage (S3 and its kin) survives all of this and serves several hosts. A volume survives restarts on one host, and needs a backup of its own.`,
			Fix:    "Set the backend of `STORAGES[\"default\"]` to an object storage, `storages.backends.s3.S3Storage` for one (before Django 4.2: DEFAULT_FILE_STORAGE); or set `MEDIA_ROOT` to a folder on a mounted volume.",
			Verify: "Upload a file, deploy again, and open it: it is still there. `docker inspect CONTAINER --format '{{json .Mounts}}'` lists the folder of MEDIA_ROOT.",
			Bad: []check.Example{
				check.Project("Uploads land in whichever folder the server was started in.", "settings.py", `INSTALLED_APPS = ["shop"]
`, "shop/__init__.py", "", "shop/models.py", uploading),
				check.Project("The setting is not read any more: uploads go to the local disk.",
					"requirements.txt", "Django==5.2.8\ndjango-storages==1.14.6\n",
					"settings.py", `INSTALLED_APPS = ["shop"]
DEFAULT_FILE_STORAGE = "storages.backends.s3.S3Storage"
`, "shop/__init__.py", "", "shop/models.py", uploading),
			},
			Good: []check.Example{
				check.Project("Object storage.", "settings.py", `INSTALLED_APPS = ["shop"]
STORAGES = {
    "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"bucket_name": "shop-media"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
`, "shop/__init__.py", "", "shop/models.py", uploading),
			},
			References: []check.Reference{
				check.See("Django: STORAGES", check.DjangoDocs+"ref/settings/#storages"),
				check.See("Django: MEDIA_ROOT", check.DjangoDocs+"ref/settings/#media-root"),
				check.See("django-storages", "https://django-storages.readthedocs.io/en/latest/"),
				check.See("Heroku: ephemeral filesystem", "https://devcenter.heroku.com/articles/dynos#ephemeral-filesystem"),
			},
			Triggers: []string{
				"uploads go to the local disk and MEDIA_ROOT is not set, or names a folder for temporary files",
				"DEFAULT_FILE_STORAGE names an object storage in a Django that does not read it (5.1 and later)",
				"the storage keeps uploads in memory",
				"uploads go to the local disk of Heroku, which is emptied at every restart",
				"a container of production writes them where nothing is mounted, or what is mounted is lost with the container",
			},
		},
	}
}

// uploading is a model with a file, for the examples.
const uploading = `from django.db import models


class Invoice(models.Model):
    document = models.FileField(upload_to="invoices/")
`

func answerPersistent(p *check.SourcePass) check.Answer {
	uploads, _ := p.Project.Has(project.Uploads)
	if uploads == eval.No {
		return check.Absent("no model or form of the project takes files")
	}
	answer := check.Weigh(p.Settings, func(w *django.World) check.Answer { return judgeUploads(p, w) },
		"STORAGES", "DEFAULT_FILE_STORAGE", "MEDIA_ROOT")
	if stored, _ := p.Project.Has(project.StoredFiles); answer.Status == check.Fail && uploads == eval.Yes && stored == eval.No {
		return check.Unclear("files are sent to the project, and no field that was read keeps them in the storage that settings name; if something does: " + answer.Findings[0].Message)
	}
	if answer.Status == check.Fail && uploads == eval.Maybe {
		return check.Unclear("nothing that was read shows whether the project takes uploads; if it does: " + answer.Findings[0].Message)
	}
	return answer
}

func judgeUploads(p *check.SourcePass, w *django.World) check.Answer {
	storage := check.StorageOf(p.Settings, w, "default")
	name := storage.Name()
	finding := check.Finding{Severity: check.Critical, At: storage.At}
	switch {
	case storage.Missing:
		finding.Message = `STORAGES has no entry "default", so every upload ends in InvalidStorageError; add one`
		finding.Fix = `STORAGES["default"] = {"BACKEND": "storages.backends.s3.S3Storage"}`
		return check.Failed(finding)
	case storage.Backend.IsUnknown():
		return check.Unclear(storage.Doubt())
	case strings.HasSuffix(name, ".InMemoryStorage"):
		finding.Message = storage.Label + " keeps uploads in memory, so they are gone when the process ends, and no other process sees them; name an object storage or FileSystemStorage"
		return check.Failed(finding)
	}
	switch check.IsLocalStorage(p, name) {
	case eval.No:
		return check.Passed("uploads go to " + name)
	case eval.Maybe:
		return check.Unclear("uploads go to " + name + ", which could not be followed to a storage that is known")
	}
	if s := storage.Ignored; s.Set {
		if old, _ := s.Value.AsStr(); check.IsLocalStorage(p, old) == eval.No {
			finding.At, finding.Fix = check.Where(s), fmt.Sprintf(`STORAGES["default"] = {"BACKEND": %q}`, old)
			finding.Message = fmt.Sprintf("DEFAULT_FILE_STORAGE is not read by Django %s any more, so uploads go to the local disk; move it to STORAGES", p.Settings.Version.Series())
			return check.Failed(finding)
		}
	}
	return judgeFolder(p, w, storage)
}

// judgeFolder judges where uploads go on a local disk.
func judgeFolder(p *check.SourcePass, w *django.World, storage check.Storage) check.Answer {
	name, folder, at := "MEDIA_ROOT", w.Get("MEDIA_ROOT").Value, check.Where(w.Get("MEDIA_ROOT"))
	if location := storage.Options.Get("location"); location.IsValid() && check.IsOn(location) != eval.No {
		name, folder, at = `the option "location" of STORAGES["default"]`, location, storage.At
	}
	finding := check.Finding{Severity: check.Critical, At: at, Fix: `MEDIA_ROOT = "/srv/media"`}
	text, known := folder.AsStr()
	switch {
	case check.IsOn(folder) == eval.No:
		finding.Message = name + " is not set, so uploads land in the folder that the server was started in, and a new release loses them; set it to a folder on a volume, or use an object storage"
		return check.Failed(finding)
	case known && isTemporary(text, p.Project.Tree.Dir()):
		finding.Message = fmt.Sprintf("%s is %s%s, a folder for temporary files, so uploads are deleted; set it to a folder on a volume, or use an object storage", name, folder.Repr(60), check.EnvNote(folder))
		return check.Failed(finding)
	}
	if platform, ok := p.Project.Platform(); ok && platform.Name == "Heroku" {
		finding.Message = "Uploads go to the local disk, which Heroku empties at every restart; use an object storage"
		finding.Fix = `STORAGES["default"] = {"BACKEND": "storages.backends.s3.S3Storage"}`
		if f, ok := p.Project.Tree.Read(platform.File); ok {
			finding.Related = []check.Related{{Message: "this file is written for Heroku", At: f.Whole()}}
		}
		return check.Failed(finding)
	}
	if !known {
		return check.Unclear("uploads go to a local folder, and " + name + " is not known; look whether it is on a volume that outlives a deployment")
	}
	return onVolume(p, uploadFolder{name, text, at.Path(), folder})
}

// isTemporary reports whether a path is in a folder that systems clean by themselves. The project itself may lie in one while it is
// audited: what is computed from its place says nothing then.
func isTemporary(folder, project string) bool {
	folder = path.Clean(folder)
	for _, root := range []string{"/tmp", "/var/tmp", "/dev/shm"} {
		if folder != root && !strings.HasPrefix(folder, root+"/") {
			continue
		}
		rest, inside := strings.CutPrefix(project, root+"/")
		first, _, _ := strings.Cut(rest, "/")
		return !inside || folder != root+"/"+first && !strings.HasPrefix(folder, root+"/"+first+"/")
	}
	return false
}
