package security

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/flow"
	"gonogo/internal/project"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

func massAssignment() check.Check {
	return check.Check{
		ID:              "security/mass-assignment",
		Severity:        check.Recommended,
		Source:          answerMassAssignment,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "Forms and serializers that write name the fields that a client may set",
			Why: `fields = "__all__" and an empty exclude take in every field of the model, also the one that somebody adds next year: the owner, the price, is_staff. From that day on a client can set it, and no test fails.

A list of names costs a line for each new field and makes that a decision.`,
			Fix:    "Write `fields = [\"name\", \"place\"]` in class Meta; put what clients may see and not set into `read_only_fields`.",
			Verify: "Send a field that the page does not show, `curl -X PATCH -d owner=1 https://shop.example/api/orders/1/`: the owner stays.",
			Bad: []check.Example{check.Project("A client can set every field, the owner too.", "settings.py", "",
				"serializers.py", "from rest_framework import serializers\n\nfrom models import Order\n\n\nclass OrderSerializer(serializers.ModelSerializer):\n    class Meta:\n        model = Order\n        fields = \"__all__\"\n",
				"views.py", "from rest_framework import viewsets\n\nfrom serializers import OrderSerializer\n\n\nclass OrderViewSet(viewsets.ModelViewSet):\n    serializer_class = OrderSerializer\n")},
			Good: []check.Example{check.Project("The fields have names.", "settings.py", "",
				"serializers.py", "from rest_framework import serializers\n\nfrom models import Order\n\n\nclass OrderSerializer(serializers.ModelSerializer):\n    class Meta:\n        model = Order\n        fields = [\"id\", \"name\", \"place\"]\n        read_only_fields = [\"id\"]\n",
				"views.py", "from rest_framework import viewsets\n\nfrom serializers import OrderSerializer\n\n\nclass OrderViewSet(viewsets.ModelViewSet):\n    serializer_class = OrderSerializer\n")},
			References: []check.Reference{
				check.See("Django: selecting the fields to use", check.DjangoDocs+"topics/forms/modelforms/#selecting-the-fields-to-use"),
				check.See("CWE-915: improperly controlled modification of object attributes", "https://cwe.mitre.org/data/definitions/915.html"),
			},
			Triggers: []string{
				"a ModelSerializer that a writing view uses, or a ModelForm that a view uses, takes all fields",
				"one that a writing view uses takes a field that gives rights, says whose a row is, or says what others have to grant",
			},
		},
	}
}

func answerMassAssignment(p *check.SourcePass) check.Answer {
	code := p.Project.Flow()
	var findings []check.Finding
	var uses map[string]bool
	declared := 0
	for _, c := range code.Classes {
		meta := metaOf(c)
		if meta == nil || !mayBeModelBound(c) {
			continue
		}
		declared++
		what := takesAll(meta)
		if what == nil || isStaffs(c) || readOnly(meta) || !isModelBound(p.Project.Code, c) {
			continue
		}
		if uses == nil { // it asks for the bases of every view
			uses = writers(p.Project.Code, code)
		}
		if !uses[c.Module.Dotted+"."+c.Name] {
			continue
		}
		findings = append(findings, check.Finding{
			Severity: check.Recommended,
			Message:  c.Name + " lets a client set every field of the model, also those that come later; name the fields",
			At:       c.Module.Syntax.Span(what),
		})
	}
	told := make(map[string]bool, len(findings))
	for _, f := range findings {
		told[f.At.Path()+f.At.Text()+f.Message[:strings.IndexByte(f.Message, ' ')]] = true
	}
	for _, f := range settableFields(p) {
		if !told[f.At.Path()+f.At.Text()+f.Message[:strings.IndexByte(f.Message, ' ')]] {
			findings = append(findings, f)
		}
	}
	if declared == 0 {
		return check.Absent("the code has no forms or serializers of models")
	}
	return check.Gather(findings, nil, "")
}

// writers are the dotted names of the serializers and forms that a view uses to write.
func writers(code *project.Code, all *flow.Code) map[string]bool {
	uses := make(map[string]bool)
	for _, c := range all.Classes {
		for _, name := range []string{"serializer_class", "form_class"} {
			value := c.Attribute(name)
			if value == nil || !writesModels(c, code, name == "form_class") {
				continue
			}
			if dotted, ok := c.Module.Resolve(value); ok {
				uses[dotted] = true
			}
		}
	}
	return uses
}

// writesModels reports whether a class is a generic view that creates or updates.
func writesModels(c *flow.Class, code *project.Code, form bool) bool {
	names, _ := code.Graph().Ancestors(c.Module.Dotted + "." + c.Name)
	for _, name := range names {
		switch last := name[strings.LastIndexByte(name, '.')+1:]; {
		case form:
			if (last == "CreateView" || last == "UpdateView") && strings.HasPrefix(name, "django.views.generic") {
				return true
			}
		case !strings.HasPrefix(name, "rest_framework."):
		case last == "ModelViewSet" || last == "CreateModelMixin" || last == "UpdateModelMixin" || last == "CreateAPIView" || last == "UpdateAPIView" ||
			last == "ListCreateAPIView" || last == "RetrieveUpdateAPIView" || last == "RetrieveUpdateDestroyAPIView":
			return writesByMethods(c)
		}
	}
	return false
}

// writesByMethods reports whether http_method_names lets a method that writes in, and no permission of the class is for staff alone.
func writesByMethods(c *flow.Class) bool {
	if p := c.Attribute("permission_classes"); p != nil && namesStaff(p) {
		return false
	}
	for _, m := range c.Methods {
		if m.Name == "create" || m.Name == "update" || m.Name == "partial_update" {
			return false // it may take another serializer
		}
	}
	methods := c.Attribute("http_method_names")
	if methods == nil {
		return true
	}
	writes := false
	syntax.Inspect(methods, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.Constant); ok && (c.Value == "post" || c.Value == "put" || c.Value == "patch") {
			writes = true
		}
		return true
	})
	return writes
}

// namesStaff reports whether permissions are, by their names, for staff or by the model permissions that the admin gives.
func namesStaff(e syntax.Expr) bool {
	found := false
	syntax.Inspect(e, func(n syntax.Node) bool {
		if e, ok := n.(syntax.Expr); ok {
			name := strings.ToLower(flow.LastName(e))
			for _, word := range []string{"admin", "staff", "superuser", "readonly", "modelpermission"} {
				found = found || strings.Contains(name, word)
			}
		}
		return !found
	})
	return found
}

func metaOf(c *flow.Class) *syntax.ClassDef {
	for _, s := range c.Body {
		if m, ok := s.(*syntax.ClassDef); ok && m.Name == "Meta" {
			return m
		}
	}
	return nil
}

// mayBeModelBound reports whether a base has the name of a form or serializer.
func mayBeModelBound(c *flow.Class) bool {
	for _, b := range c.Bases {
		if name := flow.LastName(b); strings.Contains(name, "Form") || strings.Contains(name, "Serializer") {
			return true
		}
	}
	return false
}

// isModelBound reports whether a class is a ModelForm or ModelSerializer.
func isModelBound(code *project.Code, c *flow.Class) bool {
	names, _ := code.Graph().Ancestors(c.Module.Dotted + "." + c.Name)
	for _, name := range names {
		switch name {
		case "django.forms.ModelForm", "django.forms.models.ModelForm", "rest_framework.serializers.ModelSerializer",
			"rest_framework.serializers.HyperlinkedModelSerializer":
			return true
		}
	}
	return false
}

// takesAll is the value of fields or exclude that takes in every field, nil where some are named: somebody looked at them.
func takesAll(meta *syntax.ClassDef) syntax.Expr {
	m := &flow.Class{ClassDef: meta, Module: &resolve.Module{}}
	if fields, ok := m.Attribute("fields").(*syntax.Constant); ok && fields.Value == "__all__" {
		return fields
	}
	switch exclude := m.Attribute("exclude").(type) {
	case *syntax.List:
		if len(exclude.Elts) == 0 {
			return exclude
		}
	case *syntax.Tuple:
		if len(exclude.Elts) == 0 {
			return exclude
		}
	}
	return nil
}

// readOnly reports whether Meta names fields that clients may not set, or takes them from elsewhere: somebody has decided.
func readOnly(meta *syntax.ClassDef) bool {
	m := &flow.Class{ClassDef: meta, Module: &resolve.Module{}}
	return m.Attribute("read_only_fields") != nil
}

// isStaffs reports whether a class is for the admin or a dashboard, by its name and file.
func isStaffs(c *flow.Class) bool {
	text := strings.ToLower(c.Module.Syntax.File.Path + " " + c.Name)
	for _, word := range []string{"admin", "dashboard", "staff", "backoffice", "readonly"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
