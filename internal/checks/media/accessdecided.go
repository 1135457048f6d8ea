package media

import (
	"fmt"
	"path"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func accessDecided() check.Check {
	return check.Check{
		ID:       "media/access-decided",
		Severity: check.Recommended,
		Source:   answerAccessDecided,
		Doc: check.Doc{
			Title: "Whether uploads may be read by everybody has been decided, and the storage does what was decided",
			Why: `A picture of a product is for everybody, an invoice is for one customer. A bucket with a public access list, or links without a signature, make no difference between them: whoever has, guesses or finds the address reads the file, also after the account was closed, and search engines keep it.

Both can be right. What is wrong is that nobody decided: django-storages signs links until querystring_auth is turned off or a custom_domain is set, which people do for caching.`,
			Fix:    "Keep `querystring_auth` on and `default_acl` unset for private files, in a storage of their own; write beside the option of the public one why everybody may read it.",
			Verify: "Open the address of an upload in a private window, without its query: it answers 403.",
			Bad: []check.Example{
				check.Project("The access list makes invoices public.", "settings.py", bucket(`, "default_acl": "public-read"`), "shop/__init__.py", "", "shop/models.py", uploading),
				check.Project("Links carry no signature.", "settings.py", bucket(`, "querystring_auth": False`), "shop/__init__.py", "", "shop/models.py", uploading),
			},
			Good: []check.Example{
				check.Project("Links are signed.", "settings.py", bucket(""), "shop/__init__.py", "", "shop/models.py", uploading),
				check.Project("A comment says why everybody may read them.", "settings.py", "# Uploads are brochures for everybody.\n"+publicACL, "shop/__init__.py", "", "shop/models.py", uploading),
			},
			References: []check.Reference{
				check.See("django-storages: Amazon S3", "https://django-storages.readthedocs.io/en/latest/backends/amazon-S3.html"),
				check.See("django-storages: Google Cloud Storage", "https://django-storages.readthedocs.io/en/latest/backends/gcloud.html"),
			},
			Triggers: []string{
				"the storage of uploads has a public access list, or links without a signature (querystring_auth off, custom_domain without a key of CloudFront), models hold files that are no pictures, and neither a comment nor a document says that they are for everybody",
			},
		},
	}
}

const publicACL = `AWS_DEFAULT_ACL = "public-read"
INSTALLED_APPS = ["shop"]
STORAGES = {
    "default": {"BACKEND": "storages.backends.s3.S3Storage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
`

func bucket(options string) string {
	return `INSTALLED_APPS = ["shop"]
STORAGES = {
    "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"bucket_name": "shop"` + options + `}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
`
}

func answerAccessDecided(p *check.SourcePass) check.Answer {
	uploads, _ := p.Project.Has(project.Uploads)
	if uploads == eval.No {
		return check.Absent("no model or form of the project takes files")
	}
	return check.Weigh(p.Settings, func(w *django.World) check.Answer { return judgeAccess(p, w) }, "STORAGES", "DEFAULT_FILE_STORAGE")
}

func judgeAccess(p *check.SourcePass, w *django.World) check.Answer {
	storage := check.StorageOf(p.Settings, w, "default")
	switch {
	case storage.Missing || storage.Backend.IsUnknown():
		return check.Unclear(storage.Doubt())
	case check.IsLocalStorage(p, storage.Name()) == eval.Yes:
		return check.Unclear("uploads lie in a folder, and what serves it gives each of them to whoever has the address; look whether some are private")
	}
	prefix, known := families()[family(p, storage.Name())]
	if !known {
		return check.Unclear("who may read what " + storage.Name() + " stores is not known")
	}
	x := exposure{p: p, w: w, storage: storage, prefix: prefix}
	public, doubt := x.look()
	switch {
	case doubt != "":
		return check.Unclear(doubt)
	case public.what == "":
		return check.Passed("links to uploads are signed, and no access list opens them (" + storage.Name() + ")")
	}
	return x.weigh(public)
}

// families are the prefixes of the settings of django-storages by the module of the backend.
func families() map[string]string {
	return map[string]string{"storages.backends.s3": "AWS_", "storages.backends.s3boto3": "AWS_", "storages.backends.gcloud": "GS_"}
}

// family is the module of django-storages that a storage is of, or inherits from.
func family(p *check.SourcePass, backend string) string {
	for _, class := range append([]string{backend}, p.Project.Code.Ancestors(backend)...) {
		if module, _, ok := cutLast(class); ok && strings.HasPrefix(module, "storages.backends.") {
			return module
		}
	}
	return ""
}

func cutLast(dotted string) (module, name string, ok bool) {
	i := strings.LastIndexByte(dotted, '.')
	if i < 0 {
		return "", dotted, false
	}
	return dotted[:i], dotted[i+1:], true
}

// exposure looks at who may read what a storage of django-storages holds.
type exposure struct {
	p       *check.SourcePass
	w       *django.World
	storage check.Storage
	prefix  string
}

// opening is what makes uploads readable for everybody; what is "" for nothing.
type opening struct {
	what string
	at   source.Span
}

// option is an option of the storage: of OPTIONS, else the setting. A class of the project may set it as an attribute, which is not read.
func (x exposure) option(name string) (v eval.Value, at source.Span) {
	if v := x.storage.Options.Get(name); v.IsValid() {
		at = v.At()
		if at.IsZero() {
			at = x.storage.At
		}
		return v, at
	}
	prefix := x.prefix
	if name == "custom_domain" {
		prefix = "AWS_S3_"
	}
	setting := x.w.Get(prefix + strings.ToUpper(name))
	if !setting.Set {
		return eval.Value{}, at
	}
	return setting.Value, check.Where(setting)
}

// look finds what opens the storage. doubt says why that is not known.
func (x exposure) look() (o opening, doubt string) {
	if x.p.Project.Code.Owns(x.storage.Name()) {
		return o, "uploads go to " + x.storage.Name() + ", a class of the project, which may set who can read them"
	}
	if acl, at := x.option("default_acl"); acl.IsValid() {
		text, known := acl.AsStr()
		switch {
		case strings.HasPrefix(text, "public"):
			return opening{"the access list " + text, at}, ""
		case !known && acl.IsUnknown():
			return o, "the access list of uploads comes from outside"
		}
	}
	if signed, at := x.option("querystring_auth"); signed.IsValid() {
		switch signed.Truth() {
		case eval.No:
			return opening{"querystring_auth off, so that links carry no signature", at}, ""
		case eval.Maybe:
			return o, "whether links to uploads are signed comes from outside"
		}
	}
	if domain, at := x.option("custom_domain"); domain.IsValid() && x.prefix == "AWS_" {
		key, _ := x.option("cloudfront_key")
		switch on := check.IsOn(domain); {
		case on == eval.Maybe:
			return o, "whether links lead to a custom_domain, where they carry no signature, comes from outside"
		case on == eval.Yes && check.IsOn(key) == eval.No:
			return opening{"a custom_domain without a key of CloudFront, so that links carry no signature", at}, ""
		}
	}
	return o, ""
}

// weigh judges an opening by what is stored, and by what is written about it.
func (x exposure) weigh(o opening) check.Answer {
	if says := decision(x.p, o.at); says != "" {
		return check.Passed("uploads can be read by everybody, as " + says + " says")
	}
	field, at, ok := x.file()
	if !ok {
		return check.Unclear("uploads can be read by everybody (" + o.what + "), and only pictures were found among them; write beside it whether all of them may be")
	}
	return check.Failed(check.Finding{Severity: check.Recommended, At: o.at,
		Related: []check.Related{{Message: "files of this field are among them", At: at}},
		Message: fmt.Sprintf("Everybody who has the address reads what is uploaded, %s among it: the storage has %s; sign the links, or write here why all uploads are for everybody", field, o.what)})
}

// file is a field of the project's models that takes any file, no picture, and is stored in the default storage.
func (x exposure) file() (name string, at source.Span, ok bool) {
	for _, m := range x.p.Project.Models().All {
		if m.State == nil {
			continue
		}
		for i := range m.State.Fields {
			f := &m.State.Fields[i]
			if storage := f.Arg("storage"); f.Class == "django.db.models.FileField" && !storage.IsValid() && !f.At.IsZero() {
				return m.Name + "." + f.Name, f.At, true
			}
		}
	}
	return "", at, false
}

// decision is what says that everybody may read uploads: a comment beside the option, or a document that speaks of it; "" for nothing.
func decision(p *check.SourcePass, at source.Span) string {
	if at.File == nil {
		return ""
	}
	line := at.Begin().Line
	for n := line; n > 0 && n >= line-6; n-- {
		text := at.File.Line(n)
		if _, comment, ok := strings.Cut(text, "#"); ok && speaksOfPublic(comment) {
			return fmt.Sprintf("%s:%d", at.Path(), n)
		}
		if n < line && !strings.HasPrefix(strings.TrimSpace(text), "#") {
			break
		}
	}
	for _, name := range p.Project.Tree.WithExt(".md", ".rst") {
		f, ok := p.Project.Tree.Read(name)
		if !ok || strings.Contains(strings.ToLower(path.Base(name)), "change") {
			continue
		}
		text := string(f.Data)
		if strings.Contains(text, "querystring_auth") || strings.Contains(text, "QUERYSTRING_AUTH") || strings.Contains(text, "DEFAULT_ACL") || strings.Contains(strings.ToLower(text), "uploads are public") {
			return name
		}
	}
	return ""
}

func speaksOfPublic(comment string) bool {
	lower := strings.ToLower(comment)
	for _, word := range []string{"public", "everybody", "everyone", "anyone", "world-readable", "not private", "no private"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}
