package project

import (
	"slices"
	"strings"

	"gonogo/internal/deploy"
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

// feature answers Has.
func (s *Snapshot) feature(f Feature) (eval.Tri, source.Span) {
	var e evidence
	e.doubt = !s.readWhole()
	if p, ok := packageOf(f); ok {
		s.byApps(&e, p.apps...)
		s.byPackages(&e, p.imports...)
		e.doubt = e.doubt && s.canHave(p.distributions)
		return e.tri()
	}
	switch f {
	case Admin:
		s.byApps(&e, "django.contrib.admin", "unfold", "grappelli", "jazzmin", "wagtail.admin", "xadmin")
	case Accounts:
		s.byApps(&e, "django.contrib.auth")
	case Static:
		s.byApps(&e, "django.contrib.staticfiles")
	case Mail:
		s.byMail(&e)
	case Uploads:
		s.byUploads(&e)
	case StoredFiles:
		s.byStoredFiles(&e)
	case HTML:
		s.byTemplates(&e)
	case Cache:
		s.byCache(&e)
	}
	return e.tri()
}

// packaged is a feature that a package from outside Django brings.
type packaged struct {
	apps          []string // in INSTALLED_APPS
	imports       []string
	distributions []string // their names as in PEP 503
}

// packageOf is the package of a feature, where it has one.
func packageOf(f Feature) (packaged, bool) {
	switch f {
	case Celery:
		return packaged{nil, []string{"celery"}, []string{"celery"}}, true
	case RQ:
		return packaged{[]string{"django_rq"}, []string{"django_rq", "rq"}, []string{"rq", "django-rq"}}, true
	case Dramatiq:
		return packaged{[]string{"django_dramatiq"}, []string{"dramatiq", "django_dramatiq"}, []string{"dramatiq", "django-dramatiq"}}, true
	case Huey:
		return packaged{[]string{"huey.contrib.djhuey", "bx_django_utils.huey"}, []string{"huey"}, []string{"huey"}}, true
	case DjangoQ:
		return packaged{[]string{"django_q"}, []string{"django_q"}, []string{"django-q", "django-q2"}}, true
	case Tasks:
		return packaged{[]string{"django_tasks", "django_tasks.backends.database", "django_tasks.backends.rq"},
			[]string{"django.tasks", "django_tasks"}, []string{"django-tasks"}}, true
	case DRF:
		return packaged{[]string{"rest_framework"}, []string{"rest_framework"}, []string{"djangorestframework"}}, true
	case Ninja:
		return packaged{[]string{"ninja", "ninja_extra"}, []string{"ninja", "ninja_extra"}, []string{"django-ninja", "django-ninja-extra"}}, true
	case GraphQL:
		return packaged{[]string{"graphene_django", "strawberry_django", "ariadne_django", "ariadne.contrib.django"},
			[]string{"graphene", "graphene_django", "strawberry", "strawberry_django", "ariadne"},
			[]string{"graphene", "graphene-django", "strawberry-graphql", "strawberry-graphql-django", "ariadne"}}, true
	case Channels:
		return packaged{[]string{"channels"}, []string{"channels"}, []string{"channels"}}, true
	case CORS:
		return packaged{[]string{"corsheaders"}, nil, []string{"django-cors-headers"}}, true
	}
	return packaged{}, false
}

// canHave reports whether one of the distributions may be installed: production's dependencies name it, or none could be read.
func (s *Snapshot) canHave(distributions []string) bool {
	if s.Deployment == nil || s.Deployment.Dependencies == nil {
		return true
	}
	d := s.Deployment.Dependencies
	if !slices.ContainsFunc(d.Sources, func(source deploy.Source) bool { return source.Production }) {
		return true
	}
	return slices.ContainsFunc(distributions, func(name string) bool {
		_, named := d.Find(name)
		return named
	})
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
	if s.Code == nil || e.yes {
		return
	}
	for _, m := range s.Code.Modules {
		if m.Test || m.Other || !m.importsAny(packages) {
			continue
		}
		for _, i := range m.Imports {
			if slices.ContainsFunc(packages, func(p string) bool { return i.Dotted == p || strings.HasPrefix(i.Dotted, p+".") }) {
				e.found(i.At)
				return
			}
		}
	}
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
