package media

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/access"
	"gonogo/internal/django/flow"
	"gonogo/internal/django/forms"
	"gonogo/internal/django/routes"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

func uploadValidation() check.Check {
	return check.Check{
		ID:              "media/upload-validation",
		Severity:        check.Recommended,
		Source:          answerUploadValidation,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "Files of users are of the kinds and sizes that the site wants",
			Why: `A FileField takes anything: a page of HTML or an SVG with a script, which runs with the site's cookies when somebody opens its address, a program for visitors to download, or gigabytes until the disk is full. Neither the name nor the content type that the client sends says what the file is.

An ImageField is opened by Pillow, and so is an image; a FileField needs validators.`,
			Fix:    "Give the field `validators=[FileExtensionValidator([\"pdf\"])]` and a validator of its size, and serve uploads from another host name, or with `Content-Disposition: attachment`.",
			Verify: "Upload a file `x.html` of one line and one of a gigabyte: both are refused with a message.",
			Bad:    []check.Example{uploadExample("Any file at all.", "models.FileField(upload_to=\"invoices/\")")},
			Good:   []check.Example{uploadExample("PDF alone.", "models.FileField(upload_to=\"invoices/\", validators=[FileExtensionValidator([\"pdf\"])])")},
			References: []check.Reference{
				check.See("Django: user-uploaded content", check.DjangoDocs+"topics/security/#user-uploaded-content-security"),
				check.See("Django: FileExtensionValidator", check.DjangoDocs+"ref/validators/#fileextensionvalidator"),
				check.See("OWASP: file upload", "https://cheatsheetseries.owasp.org/cheatsheets/File_Upload_Cheat_Sheet.html"),
			},
			Triggers: []string{"a form or serializer that a view uses takes a FileField, and neither the field, the form nor the model looks at the file"},
		},
	}
}

// uploadExample is a view that takes a file for a field.
func uploadExample(note, field string) check.Example {
	return check.Project(note, "settings.py", "INSTALLED_APPS = [\"shop\"]\nROOT_URLCONF = \"urls\"\n", "shop/__init__.py", "",
		"shop/models.py", "from django.core.validators import FileExtensionValidator\nfrom django.db import models\n\n\nclass Invoice(models.Model):\n    document = "+field+"\n",
		"shop/views.py", "from django.views.generic import CreateView\nfrom django import forms\n\nfrom .models import Invoice\n\n\nclass InvoiceForm(forms.ModelForm):\n    class Meta:\n        model = Invoice\n        fields = [\"document\"]\n\n\nclass Add(CreateView):\n    form_class = InvoiceForm\n",
		"urls.py", "from django.urls import path\n\nfrom shop.views import Add\n\nurlpatterns = [path(\"add/\", Add.as_view())]\n")
}

func answerUploadValidation(p *check.SourcePass) check.Answer {
	uploads, _ := p.Project.Has(project.Uploads)
	if uploads == eval.No {
		return check.Absent("no model or form of the project takes files")
	}
	var findings []check.Finding
	var doubts []string
	var used map[string]bool
	looked := 0
	for _, form := range p.Project.Forms() {
		for _, field := range form.Settable {
			if field.Kind != "FileField" {
				continue
			}
			if used == nil {
				used = formsInUse(p)
			}
			if !used[form.Dotted] {
				continue
			}
			looked++
			switch looks := looksAtFiles(form, field.Name); {
			case field.Validated || looks == eval.Yes:
				continue
			case looks == eval.Maybe || field.At.IsZero():
				doubts = append(doubts, "whether the code of "+form.Class.Name+" looks at "+field.Name+" is not known")
				continue
			}
			findings = append(findings, check.Finding{
				Severity: check.Recommended, At: field.At,
				Message: form.Class.Name + " takes any file for " + field.Name + " of " + form.Model.Name + ", of any kind and size; give the field validators of its extension and size",
				Related: []check.Related{{Message: "the field has no validators", At: field.Field.At}},
			})
		}
	}
	why := otherUploads(p)
	switch {
	case looked > 0 && why != "":
		return check.Gather(findings, append(doubts, why), "")
	case looked > 0:
		return check.Gather(findings, doubts, "the files that forms and serializers take are looked at")
	case why != "":
		return check.Unclear("no form or serializer of a model was found by which a view takes files; " + why)
	}
	return check.Passed("no view takes files but images, which Pillow opens, and those that the staff uploads in the admin")
}

// otherUploads says in what other ways files may come from clients, "" where no code of the project takes any.
func otherUploads(p *check.SourcePass) string {
	if r := p.Project.Routes(); r.Unknown != "" {
		return "which views there are is not known: " + r.Unknown
	}
	for _, c := range p.Project.Flow().Named("FileField") {
		dotted := c.Dotted()
		if c.Class != nil && (strings.HasPrefix(dotted, "django.forms.") || strings.HasPrefix(dotted, "rest_framework.serializers.")) {
			return "what becomes of the file that " + c.Class.Name + " takes is not read"
		}
	}
	for _, f := range p.Project.Flow().Functions {
		if takesFiles(f) {
			return "how the files that " + f.Module.Dotted + "." + f.Name + " takes from the request are looked at is not read"
		}
	}
	for _, name := range []string{"FileUploadParser", "MultiPartParser", "GraphQLView", "Upload"} {
		if p.Project.Uses(name) {
			return "how files that come through " + name + " are looked at is not read"
		}
	}
	return ""
}

// takesFiles reports whether a body takes a file of the request by itself: request.FILES that goes to no form or serializer.
func takesFiles(f *flow.Function) bool {
	found := false
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Call:
			if name := flow.LastName(n.Func); strings.HasSuffix(name, "Form") || strings.HasSuffix(name, "FormSet") || strings.HasSuffix(name, "Serializer") || strings.HasSuffix(name, "form_class") {
				return false
			}
		case *syntax.Attribute:
			found = found || n.Attr == "FILES" && f.IsRequest(n.Value)
		}
		return !found
	})
	return found
}

// looksAtFiles tells whether the form has code of its own that looks at the file; Maybe where it, or its model, has code that may, or
// declares the field anew.
func looksAtFiles(form *forms.Form, field string) eval.Tri {
	looks := eval.No
	if form.Class.Attribute(field) != nil || form.Model.OwnSave {
		looks = eval.Maybe
	}
	for _, m := range form.Class.Methods {
		switch m.Name {
		case "clean_" + field, "validate_" + field:
			return eval.Yes
		case "clean", "validate", "is_valid", "__init__", "create", "update", "save":
			looks = eval.Maybe
		}
	}
	for _, name := range []string{"clean", "full_clean"} {
		if _, own := form.Model.Method(name); own {
			looks = eval.Maybe
		}
	}
	return looks
}

// formsInUse are the forms and serializers that views which are not for staff alone name.
func formsInUse(p *check.SourcePass) map[string]bool {
	used := map[string]bool{}
	for n := range p.Project.Routes().Endpoints {
		e := &p.Project.Routes().Endpoints[n]
		if _, guarded := access.Guarded(e); guarded || forStaff(e) {
			continue
		}
		if d := e.View.Definition; d.Function != nil {
			if f := p.Project.Flow().Function(d.Function); f != nil {
				called(f, used)
			}
			continue
		}
		for _, name := range e.View.Ancestors {
			d, ok := p.Project.Code.Graph().Define(name)
			if !ok || d.Class == nil {
				continue
			}
			c := p.Project.Flow().Class(d.Class)
			if c == nil {
				continue
			}
			for _, attribute := range []string{"form_class", "serializer_class"} {
				if dotted, ok := c.Module.Resolve(c.Attribute(attribute)); ok {
					used[dotted] = true
				}
			}
			for _, m := range c.Methods {
				called(m, used)
			}
		}
	}
	return used
}

func forStaff(e *routes.Endpoint) bool {
	for _, name := range e.Policy.Permissions.Classes {
		lower := strings.ToLower(name)
		if strings.Contains(lower, "admin") || strings.Contains(lower, "staff") {
			return true
		}
	}
	return strings.HasPrefix(strings.TrimLeft(e.Route(), "^"), "admin")
}

// called notes what a body calls by a name that ends as those of forms and serializers do.
func called(f *flow.Function, used map[string]bool) {
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.Call); ok {
			if name := flow.LastName(c.Func); strings.HasSuffix(name, "Form") || strings.HasSuffix(name, "Serializer") {
				if dotted, ok := f.Module.Resolve(c.Func); ok {
					used[dotted] = true
				}
			}
		}
		return true
	})
}
