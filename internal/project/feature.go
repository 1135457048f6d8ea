package project

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// evidence collects what speaks for a feature. The first sure place wins; without one, doubt makes the answer Maybe.
type evidence struct {
	yes   bool
	at    source.Span
	doubt bool
}

func (e *evidence) found(at source.Span) {
	if !e.yes {
		e.yes, e.at = true, at
	}
}

// tri is the answer: No needs that nothing was in doubt.
func (e *evidence) tri() (eval.Tri, source.Span) {
	switch {
	case e.yes:
		return eval.Yes, e.at
	case e.doubt:
		return eval.Maybe, source.Span{}
	}
	return eval.No, source.Span{}
}

// feature answers Has, once for each feature.
func (s *Snapshot) feature(f Feature) (eval.Tri, source.Span) {
	var e evidence
	e.doubt = !s.readWhole()
	switch f {
	case Celery:
		s.byPackages(&e, "celery")
	case RQ:
		s.byApps(&e, "django_rq")
		s.byPackages(&e, "django_rq", "rq")
	case Dramatiq:
		s.byApps(&e, "django_dramatiq")
		s.byPackages(&e, "dramatiq", "django_dramatiq")
	case Huey:
		s.byApps(&e, "huey.contrib.djhuey", "bx_django_utils.huey")
		s.byPackages(&e, "huey")
	case DjangoQ:
		s.byApps(&e, "django_q")
		s.byPackages(&e, "django_q")
	case Tasks:
		s.byApps(&e, "django_tasks", "django_tasks.backends.database", "django_tasks.backends.rq")
		s.byPackages(&e, "django.tasks", "django_tasks")
	case DRF:
		s.byApps(&e, "rest_framework")
		s.byPackages(&e, "rest_framework")
	case Ninja:
		s.byApps(&e, "ninja")
		s.byPackages(&e, "ninja", "ninja_extra")
	case GraphQL:
		s.byApps(&e, "graphene_django", "strawberry_django", "ariadne_django", "ariadne.contrib.django")
		s.byPackages(&e, "graphene", "graphene_django", "strawberry", "strawberry_django", "ariadne")
	case Channels:
		s.byApps(&e, "channels")
		s.byPackages(&e, "channels")
	case Admin:
		s.byApps(&e, "django.contrib.admin", "unfold", "grappelli", "jazzmin", "wagtail.admin", "xadmin")
	case Accounts:
		s.byApps(&e, "django.contrib.auth")
	case Static:
		s.byApps(&e, "django.contrib.staticfiles")
	case CORS:
		s.byApps(&e, "corsheaders")
	case Mail:
		s.byMail(&e)
	case Uploads:
		s.byUploads(&e)
	case HTML:
		s.byTemplates(&e)
	case Cache:
		s.byCache(&e)
	}
	return e.tri()
}

// readWhole reports whether all of the code could be read, so that something not found is not there.
func (s *Snapshot) readWhole() bool {
	return s.Code != nil && (s.Tree == nil || s.Tree.Complete())
}

// byApps looks for an application in INSTALLED_APPS, by its module or an AppConfig in it.
func (s *Snapshot) byApps(e *evidence, apps ...string) {
	if s.Settings == nil {
		e.doubt = true
		return
	}
	installed := s.Settings.Get("INSTALLED_APPS").Value
	if s.Settings.Shipped().Failure != nil && !installed.IsValid() {
		e.doubt = true
		return
	}
	for _, v := range installed.Elems() {
		name, ok := v.AsStr()
		if !ok {
			e.doubt = true
			continue
		}
		for _, app := range apps {
			if name == app || strings.HasPrefix(name, app+".apps.") {
				at := v.At()
				if at.IsZero() {
					at = s.Settings.Get("INSTALLED_APPS").At
				}
				e.found(at)
				return
			}
		}
	}
	if installed.IsUnknown() || installed.IsOpen() {
		e.doubt = true
	}
}

// byPackages looks for an import of a package in the project's own code.
func (s *Snapshot) byPackages(e *evidence, packages ...string) {
	s.eachImport(func(i Import) {
		for _, p := range packages {
			if i.Dotted == p || strings.HasPrefix(i.Dotted, p+".") {
				e.found(i.At)
			}
		}
	})
}

// eachImport visits the imports of code that production runs, in order of path and place.
func (s *Snapshot) eachImport(visit func(Import)) {
	if s.Code == nil {
		return
	}
	for _, m := range s.Code.Modules {
		if m.Test || m.Other {
			continue
		}
		for _, i := range m.Imports {
			visit(i)
		}
	}
}
