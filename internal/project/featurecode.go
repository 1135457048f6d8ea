package project

import (
	"path"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// byMail looks for what sends mail: calls of django.core.mail, accounts with password reset, error mail to ADMINS, and packages that send.
func (s *Snapshot) byMail(e *evidence) {
	s.eachImport(func(i Import) {
		switch i.Dotted {
		case "django.core.mail.send_mail", "django.core.mail.send_mass_mail", "django.core.mail.EmailMessage", "django.core.mail.EmailMultiAlternatives",
			"django.core.mail.mail_admins", "django.core.mail.mail_managers", "django.core.mail.get_connection", "django.core.mail",
			"django.contrib.auth.views.PasswordResetView", "django.contrib.auth.forms.PasswordResetForm", "django.contrib.auth.urls":
			e.found(i.At)
		}
	})
	for _, m := range s.production("email_user", "auth.urls", "PasswordReset") {
		syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Call:
				if lastName(n.Func) == "email_user" {
					e.found(m.Syntax.Span(n))
				}
				if text, ok := firstText(n); ok && lastName(n.Func) == "include" && text == "django.contrib.auth.urls" {
					e.found(m.Syntax.Span(n))
				}
			case *syntax.Attribute:
				if strings.HasPrefix(n.Attr, "PasswordReset") {
					e.found(m.Syntax.Span(n))
				}
			}
			return true
		})
	}
	s.byApps(e, "allauth.account", "djoser", "dj_rest_auth.registration", "registration", "django_registration", "anymail", "post_office", "mailer", "django_ses", "wagtail.contrib.forms")
	if s.Settings != nil {
		if admins := s.Settings.Get("ADMINS"); admins.Set {
			if n, ok := admins.Value.Len(); ok && n > 0 {
				e.found(admins.At)
			} else if !ok {
				e.doubt = true
			}
		}
	}
}

// byUploads looks for file fields of models, forms and serializers, and views that read request.FILES.
func (s *Snapshot) byUploads(e *evidence) {
	for _, m := range s.production("FileField", "ImageField", "FILES", "FileUploadParser", "UploadedFile") {
		syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Call:
				if isUploadField(s.Code.Refer(m, n.Func)) {
					e.found(m.Syntax.Span(n))
				}
			case *syntax.Attribute:
				if n.Attr == "FILES" && lastName(n.Value) == "request" {
					e.found(m.Syntax.Span(n))
				}
			}
			return true
		})
	}
	s.byApps(e, storingApps()...)
}

// storingApps are the apps that store files which people send.
func storingApps() []string {
	return []string{"wagtail.images", "wagtail.documents", "filer", "ckeditor_uploader", "django_summernote", "tinymce", "easy_thumbnails", "sorl.thumbnail", "versatileimagefield", "imagekit"}
}

// byStoredFiles looks for what puts files into the storages that settings name: file fields that are not those of a form or serializer and
// name no storage of their own, and storages that code names. A file that is read from the request alone is not stored.
func (s *Snapshot) byStoredFiles(e *evidence) {
	for _, m := range s.production("FileField", "ImageField", "default_storage", "storages", "FileSystemStorage", "Storage") {
		syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
			if call, ok := n.(*syntax.Call); ok {
				if dotted := s.Code.Refer(m, call.Func); isUploadField(dotted) && !isFieldOfForm(dotted) && !namesStorage(call) || isStorage(dotted) {
					e.found(m.Syntax.Span(n))
				}
			}
			return true
		})
	}
	s.eachImport(func(i Import) {
		switch i.Dotted {
		case "django.core.files.storage.default_storage", "django.core.files.storage.storages", "django.core.files.storage.get_storage_class":
			e.found(i.At)
		}
	})
	s.byApps(e, storingApps()...)
}

// namesStorage reports whether a file field is given a storage of its own.
func namesStorage(call *syntax.Call) bool {
	for _, k := range call.Keywords {
		if k.Name == "storage" {
			return true
		}
	}
	return false
}

// isFieldOfForm reports whether a field of that dotted name belongs to a form or serializer, which reads a file and leaves it to others.
func isFieldOfForm(dotted string) bool {
	for _, name := range []string{"django.forms.", "rest_framework.", "wagtail.admin.forms.", "ninja.", "django_filters."} {
		if strings.HasPrefix(dotted, name) {
			return true
		}
	}
	return false
}

// isStorage reports whether a dotted name is a class of storages.
func isStorage(dotted string) bool {
	return strings.HasPrefix(dotted, "django.core.files.storage.") || strings.HasPrefix(dotted, "storages.backends.")
}

// isUploadField reports whether a dotted name is a field that takes a file, by its last part and the package that it comes from.
func isUploadField(dotted string) bool {
	switch dotted[strings.LastIndexByte(dotted, '.')+1:] {
	case "FileField", "ImageField", "ThumbnailerImageField", "VersatileImageField", "ProcessedImageField", "FilerImageField", "FilerFileField",
		"ResizedImageField", "CloudinaryField", "StdImageField", "SorlImageField":
		return true
	}
	return false
}

// byTemplates looks for pages: template files, calls of render, views with a template, the admin.
func (s *Snapshot) byTemplates(e *evidence) {
	if has, at := s.Has(Admin); has == eval.Yes {
		e.found(at)
	}
	s.eachImport(func(i Import) {
		switch i.Dotted {
		case "django.shortcuts.render", "django.shortcuts.render_to_response", "django.views.generic.TemplateView", "django.template.loader.render_to_string":
			e.found(i.At)
		}
	})
	if s.Tree == nil {
		return
	}
	for _, p := range s.Tree.Under(s.Root) {
		if strings.HasSuffix(p, ".html") && strings.Contains("/"+p, "/templates/") && !isTestFile(path.Join(path.Dir(p), "x.py")) {
			if f, ok := s.Tree.Read(p); ok {
				e.found(f.Whole())
				return
			}
		}
	}
}

// byCache looks for what stores in the cache: the cache's own API, decorators and middleware, sessions, and throttling.
func (s *Snapshot) byCache(e *evidence) {
	s.eachImport(func(i Import) {
		if strings.Contains(i.At.Path(), "/management/commands/") {
			return // a command that empties the cache stores nothing in it
		}
		if strings.HasPrefix(i.Dotted, "django.core.cache.cache") || i.Dotted == "django.core.cache" || i.Dotted == "django.core.cache.caches" ||
			i.Dotted == "django.views.decorators.cache.cache_page" {
			e.found(i.At)
		}
	})
	if s.Settings == nil {
		e.doubt = true
		return
	}
	if v := s.Settings.Get("SESSION_ENGINE"); v.Set {
		if engine, ok := v.Value.AsStr(); ok && strings.HasPrefix(engine, "django.contrib.sessions.backends.cache") {
			e.found(v.At)
		}
	}
	middleware := s.Settings.Get("MIDDLEWARE").Value
	for _, v := range middleware.Elems() {
		if name, ok := v.AsStr(); ok && strings.HasPrefix(name, "django.middleware.cache.") {
			e.found(v.At())
		}
	}
	s.byApps(e, "cacheops", "cachalot", "axes", "constance", "waffle", "wagtail")
}

// production are the modules that production runs and that contain one of the words.
func (s *Snapshot) production(words ...string) []*CodeModule {
	if s.Code == nil {
		return nil
	}
	var found []*CodeModule
	for _, m := range s.Code.Modules {
		if m.Test || m.Other {
			continue
		}
		if m.Syntax.File.ContainsAny(words...) {
			found = append(found, m)
		}
	}
	return found
}

// firstText is a call's first argument where it is a string.
func firstText(c *syntax.Call) (string, bool) {
	if len(c.Args) == 0 {
		return "", false
	}
	return constantText(c.Args[0])
}
