package routes

import (
	"gonogo/internal/python/eval"
)

// fillSpectacular gives the views of drf-spectacular what SPECTACULAR_SETTINGS says. Source: drf_spectacular/views.py and settings.py.
func (i *Interpreter) fillSpectacular(session *eval.Session) {
	const path = "drf_spectacular."
	settings := i.setting("SPECTACULAR_SETTINGS")
	permissions := settings.Get("SERVE_PERMISSIONS")
	if !permissions.IsValid() {
		permissions = eval.MakeList(eval.MakeStr(permissionPath + "AllowAny"))
	}
	authentication := settings.Get("SERVE_AUTHENTICATION")
	if !authentication.IsValid() || authentication.Kind() == eval.None {
		authentication = i.restOption("DEFAULT_AUTHENTICATION_CLASSES").Value
	}
	if settings.IsUnknown() {
		permissions, authentication = settings, settings
	}
	renderers := func(names ...string) eval.Value {
		var list []eval.Value
		for _, n := range names {
			list = append(list, eval.NewUnmodelledClass(n))
		}
		return eval.MakeList(list...)
	}
	html := renderers("rest_framework.renderers.TemplateHTMLRenderer")
	const open = path + "renderers.OpenApi"
	for _, v := range []struct {
		name     string
		renderer eval.Value
	}{
		{"SpectacularAPIView", renderers(open+"YamlRenderer", open+"YamlRenderer2", open+"JsonRenderer", open+"JsonRenderer2")},
		{"SpectacularSwaggerView", html}, {"SpectacularRedocView", html},
	} {
		class := i.classes[path+"views."+v.name]
		class.SetField("permission_classes", i.importClasses(session, permissions))
		class.SetField("authentication_classes", i.importClasses(session, authentication))
		class.SetField("renderer_classes", v.renderer)
	}
	i.classes[path+"views.SpectacularYAMLAPIView"].SetField("renderer_classes", renderers(open+"YamlRenderer", open+"YamlRenderer2"))
	i.classes[path+"views.SpectacularJSONAPIView"].SetField("renderer_classes", renderers(open+"JsonRenderer", open+"JsonRenderer2"))
}
