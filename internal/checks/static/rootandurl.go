package static

import (
	"fmt"
	"path"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func rootAndURL() check.Check {
	return check.Check{
		ID:       "static/root-and-url",
		Severity: check.Critical,
		Source:   answerRootAndURL,
		Doc: check.Doc{
			Title: "STATIC_URL and STATIC_ROOT are set, and collected files have a folder of their own",
			Why: `In development Django finds static files in every application. In production collectstatic copies them into STATIC_ROOT, from where the web server or WhiteNoise serves them under STATIC_URL. Without STATIC_ROOT the command stops with ImproperlyConfigured, and the site and the admin come up without styles and scripts.

The folder must belong to collectstatic alone. Where it is MEDIA_ROOT, an upload can overwrite a script and "collectstatic --clear" deletes what users uploaded. Where it is an application's static folder or an entry of STATICFILES_DIRS, collected files mix with their own sources and land in the repository.

A storage that sends the files to a service needs no STATIC_ROOT.`,
			Fix:    "Set `STATIC_URL = \"/static/\"` and `STATIC_ROOT = BASE_DIR / \"staticfiles\"`, a folder that git ignores and nothing else uses.",
			Verify: "`python manage.py collectstatic --noinput --dry-run` ends with a line like `130 static files copied to '/srv/shop/staticfiles'.`",
			Bad: []check.Example{
				check.SettingsExample("collectstatic stops: it has no folder to copy to.", `INSTALLED_APPS = ["django.contrib.staticfiles"]
STATIC_URL = "/static/"
`),
				check.SettingsExample("Uploads and collected files share a folder.", `from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent
INSTALLED_APPS = ["django.contrib.staticfiles"]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "public"
MEDIA_ROOT = BASE_DIR / "public"
`),
			},
			Good: []check.Example{
				check.SettingsExample("A folder of its own.", `from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent
INSTALLED_APPS = ["django.contrib.staticfiles"]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "assets"]
`),
			},
			References: []check.Reference{
				check.See("Django: deploying static files", check.DjangoDocs+"howto/static-files/deployment/"),
				check.See("Django: STATIC_ROOT", check.DjangoDocs+"ref/settings/#static-root"),
			},
			Triggers: []string{
				"STATIC_URL is missing or empty",
				"STATIC_ROOT is missing or empty, and the storage copies to a folder",
				"STATIC_ROOT is also MEDIA_ROOT, an entry of STATICFILES_DIRS, or an application's static folder",
				"STATIC_URL is also MEDIA_URL",
			},
		},
	}
}

const noStaticFiles = "django.contrib.staticfiles is not installed"

// serves reports whether the project uses django.contrib.staticfiles.
func serves(w *django.World) eval.Tri { return check.HasApp(w, "django.contrib.staticfiles") }

func answerRootAndURL(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		uses := serves(w)
		if uses == eval.No {
			return check.Absent(noStaticFiles)
		}
		findings, doubts := judgeURL(w)
		moreFindings, moreDoubts := judgeRoot(p, w)
		answer := check.Gather(append(findings, moreFindings...), append(doubts, moreDoubts...), "")
		if answer.Status == check.Fail && uses == eval.Maybe {
			return check.Unclear(check.Doubt(w, w.Get("INSTALLED_APPS")))
		}
		return answer
	}, "STATIC_ROOT")
}

func judgeURL(w *django.World) (findings []check.Finding, doubts []string) {
	url, media := w.Get("STATIC_URL"), w.Get("MEDIA_URL")
	switch {
	case check.IsOn(url.Value) == eval.Maybe:
		doubts = append(doubts, check.Doubt(w, url))
	case check.IsOn(url.Value) == eval.No:
		findings = append(findings, check.Finding{
			Severity: check.Critical,
			Message:  check.Describe(url) + ", so no page can name its styles and scripts (ImproperlyConfigured); set it to \"/static/\"",
			At:       check.Where(url),
			Fix:      `STATIC_URL = "/static/"`,
		})
	case media.Set && eval.Equal(url.Value, media.Value):
		findings = append(findings, check.Finding{
			Severity: check.Critical,
			Message:  fmt.Sprintf("STATIC_URL and MEDIA_URL are both %s, which Django refuses (ImproperlyConfigured); give each its own", url.Value.Repr(40)),
			At:       check.Where(url),
			Related:  []check.Related{{Message: "MEDIA_URL is the same", At: check.Where(media)}},
		})
	}
	return findings, doubts
}

func judgeRoot(p *check.SourcePass, w *django.World) (findings []check.Finding, doubts []string) {
	root := w.Get("STATIC_ROOT")
	switch check.IsOn(root.Value) {
	case eval.Maybe:
		return nil, nil // it must be given: where it leads, is the operator's
	case eval.No:
		return missingRoot(p, w, root)
	}
	folder, ok := folderOf(root.Value)
	if !ok {
		return nil, nil
	}
	other := sharer(p, w, folder)
	if other.what == "" {
		return nil, nil
	}
	return []check.Finding{{
		Severity: check.Critical,
		Message:  fmt.Sprintf("STATIC_ROOT is also %s, so %s; give collected files a folder of their own", other.what, other.effect),
		At:       check.Where(root),
		Related:  other.related(),
		Fix:      `STATIC_ROOT = BASE_DIR / "staticfiles"`,
	}}, nil
}

// missingRoot tells whether anything needs the folder that is not given.
func missingRoot(p *check.SourcePass, w *django.World, root django.Setting) (findings []check.Finding, doubts []string) {
	storage := check.StorageOf(p.Settings, w, "staticfiles")
	if storage.Missing || check.IsOn(w.Get("WHITENOISE_USE_FINDERS").Value) == eval.Yes {
		return nil, nil // static/hashed-names tells of a storage that is missing; WhiteNoise finds files without collecting them
	}
	if location := storage.Options.Get("location"); location.IsValid() && check.IsOn(location) != eval.No {
		return nil, nil
	}
	switch check.IsLocalStorage(p, storage.Name()) {
	case eval.No:
		return nil, nil
	case eval.Maybe:
		return nil, []string{"STATIC_ROOT is not set, and whether the storage needs it is not known: " + storageDoubt(storage)}
	}
	return []check.Finding{{
		Severity: check.Critical,
		Message:  check.Describe(root) + ", so collectstatic stops with ImproperlyConfigured and nothing is there to serve; set it to a folder of its own",
		At:       check.Where(root),
		Fix:      `STATIC_ROOT = BASE_DIR / "staticfiles"`,
	}}, nil
}

func storageDoubt(s check.Storage) string {
	if name := s.Name(); name != "" {
		return "the class " + name + " could not be followed to one of Django's storages"
	}
	return s.Doubt()
}

// sharedFolder is another use of the folder that STATIC_ROOT names.
type sharedFolder struct {
	what, effect string
	at           source.Span
}

func (s sharedFolder) related() []check.Related {
	if s.at.IsZero() {
		return nil
	}
	return []check.Related{{Message: "the same folder", At: s.at}}
}

// sharer finds another use of the folder; the zero value without one.
func sharer(p *check.SourcePass, w *django.World, folder string) sharedFolder {
	if media := w.Get("MEDIA_ROOT"); media.Set {
		if other, ok := folderOf(media.Value); ok && other == folder {
			return sharedFolder{"MEDIA_ROOT", "uploads can overwrite scripts, and Django refuses it (ImproperlyConfigured)", check.Where(media)}
		}
	}
	dirs := w.Get("STATICFILES_DIRS")
	for _, entry := range dirs.Value.Elems() {
		at := entry.At()
		if pair := entry.Elems(); len(pair) == 2 { // (prefix, folder)
			entry = pair[1]
		}
		if other, ok := folderOf(entry); ok && other == folder {
			if at.IsZero() {
				at = check.Where(dirs)
			}
			return sharedFolder{"an entry of STATICFILES_DIRS", "collectstatic would collect its own result, which Django refuses (staticfiles.E002)", at}
		}
	}
	for _, app := range w.Get("INSTALLED_APPS").Value.Elems() {
		name, _ := app.AsStr()
		if dir := p.Project.AppFolder(name); dir != "" && (folder == dir+"/static" || folder == path.Join(root(p), dir, "static")) {
			return sharedFolder{"the static folder of the application " + name, "collected files overwrite their own sources", app.At()}
		}
	}
	return sharedFolder{}
}

// folderOf is a folder's path in one form.
func folderOf(v eval.Value) (string, bool) {
	text, ok := v.AsStr()
	if !ok || text == "" {
		return "", false
	}
	return path.Clean(text), true
}

// root is the folder under which the project is imagined to live; a tree in memory has the one that the interpreter gives it.
func root(p *check.SourcePass) string {
	if dir := p.Project.Tree.Dir(); dir != "" {
		return dir
	}
	return "/project"
}
