package routes

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// classes are the classes of views of Django and its packages, by dotted name.
type classes map[string]eval.Value

// known describes classes that views inherit from: name, bases, and the attributes among HTTP handlers, actions and hooks that it gives.
// Source: django/views/generic/ and django/contrib/auth/ of 4.2 to 6.1, rest_framework/ of 3.14 to 3.18, rest_framework_simplejwt/views.py.
type known struct{ name, bases, gives string }

const (
	genericPath = "django.views.generic."
	restPath    = "rest_framework."
	mixinPath   = "rest_framework.mixins."
)

// knownClasses are in an order in which a base stands before what inherits from it. A base without a dot stands in the same module.
func knownClasses() []known {
	return []known{
		{genericPath + "base.View", "", "options dispatch as_view setup http_method_not_allowed"},
		{genericPath + "base.ContextMixin", "", "get_context_data"},
		{genericPath + "base.TemplateResponseMixin", "", ""},
		{genericPath + "base.TemplateView", "TemplateResponseMixin ContextMixin View", "get"},
		{genericPath + "base.RedirectView", "View", "get head post options delete put patch"},
		{genericPath + "detail.SingleObjectMixin", genericPath + "base.ContextMixin", "get_object get_queryset"},
		{genericPath + "detail.BaseDetailView", "SingleObjectMixin " + genericPath + "base.View", "get"},
		{genericPath + "detail.SingleObjectTemplateResponseMixin", genericPath + "base.TemplateResponseMixin", ""},
		{genericPath + "detail.DetailView", "SingleObjectTemplateResponseMixin BaseDetailView", ""},
		{genericPath + "list.MultipleObjectMixin", genericPath + "base.ContextMixin", "get_queryset"},
		{genericPath + "list.BaseListView", "MultipleObjectMixin " + genericPath + "base.View", "get"},
		{genericPath + "list.MultipleObjectTemplateResponseMixin", genericPath + "base.TemplateResponseMixin", ""},
		{genericPath + "list.ListView", "MultipleObjectTemplateResponseMixin BaseListView", ""},
		{genericPath + "edit.FormMixin", genericPath + "base.ContextMixin", ""},
		{genericPath + "edit.ModelFormMixin", "FormMixin " + genericPath + "detail.SingleObjectMixin", ""},
		{genericPath + "edit.ProcessFormView", genericPath + "base.View", "get post put"},
		{genericPath + "edit.BaseFormView", "FormMixin ProcessFormView", ""},
		{genericPath + "edit.FormView", genericPath + "base.TemplateResponseMixin BaseFormView", ""},
		{genericPath + "edit.BaseCreateView", "ModelFormMixin ProcessFormView", "get post"},
		{genericPath + "edit.CreateView", genericPath + "detail.SingleObjectTemplateResponseMixin BaseCreateView", ""},
		{genericPath + "edit.BaseUpdateView", "ModelFormMixin ProcessFormView", "get post"},
		{genericPath + "edit.UpdateView", genericPath + "detail.SingleObjectTemplateResponseMixin BaseUpdateView", ""},
		{genericPath + "edit.DeletionMixin", "", "delete post"},
		{genericPath + "edit.BaseDeleteView", "DeletionMixin FormMixin " + genericPath + "detail.BaseDetailView", "post"},
		{genericPath + "edit.DeleteView", genericPath + "detail.SingleObjectTemplateResponseMixin BaseDeleteView", ""},
		{genericPath + "dates.DateMixin", "", ""},
		{genericPath + "dates.BaseDateListView", genericPath + "list.MultipleObjectMixin DateMixin " + genericPath + "base.View", "get"},
		{genericPath + "dates.ArchiveIndexView", genericPath + "list.MultipleObjectTemplateResponseMixin BaseDateListView", ""},
		{genericPath + "dates.YearArchiveView", genericPath + "list.MultipleObjectTemplateResponseMixin BaseDateListView", ""},
		{genericPath + "dates.MonthArchiveView", genericPath + "list.MultipleObjectTemplateResponseMixin BaseDateListView", ""},
		{genericPath + "dates.WeekArchiveView", genericPath + "list.MultipleObjectTemplateResponseMixin BaseDateListView", ""},
		{genericPath + "dates.DayArchiveView", genericPath + "list.MultipleObjectTemplateResponseMixin BaseDateListView", ""},
		{genericPath + "dates.TodayArchiveView", genericPath + "list.MultipleObjectTemplateResponseMixin BaseDateListView", ""},
		{genericPath + "dates.DateDetailView", genericPath + "detail.DetailView DateMixin", ""},
		{"django.contrib.auth.mixins.AccessMixin", "", ""},
		{"django.contrib.auth.mixins.LoginRequiredMixin", "AccessMixin", ""},
		{"django.contrib.auth.mixins.PermissionRequiredMixin", "AccessMixin", ""},
		{"django.contrib.auth.mixins.UserPassesTestMixin", "AccessMixin", ""},
		{"django.contrib.auth.views.LoginView", genericPath + "edit.FormView", ""},
		{"django.contrib.auth.views.LogoutView", genericPath + "base.TemplateView", "post"},
		{"django.contrib.auth.views.PasswordResetView", genericPath + "edit.FormView", ""},
		{"django.contrib.auth.views.PasswordResetDoneView", genericPath + "base.TemplateView", ""},
		{"django.contrib.auth.views.PasswordResetConfirmView", genericPath + "edit.FormView", ""},
		{"django.contrib.auth.views.PasswordResetCompleteView", genericPath + "base.TemplateView", ""},
		{"django.contrib.auth.views.PasswordChangeView", genericPath + "edit.FormView", ""},
		{"django.contrib.auth.views.PasswordChangeDoneView", genericPath + "base.TemplateView", ""},
		{"django.views.i18n.JavaScriptCatalog", genericPath + "base.View", "get"},
		{"django.views.i18n.JSONCatalog", "JavaScriptCatalog", ""},
		{restPath + "views.APIView", genericPath + "base.View", ""},
		{restPath + "generics.GenericAPIView", restPath + "views.APIView", ""},
		{mixinPath + "CreateModelMixin", "", "create"},
		{mixinPath + "ListModelMixin", "", "list"},
		{mixinPath + "RetrieveModelMixin", "", "retrieve"},
		{mixinPath + "UpdateModelMixin", "", "update partial_update"},
		{mixinPath + "DestroyModelMixin", "", "destroy"},
		{restPath + "generics.CreateAPIView", mixinPath + "CreateModelMixin GenericAPIView", "post"},
		{restPath + "generics.ListAPIView", mixinPath + "ListModelMixin GenericAPIView", "get"},
		{restPath + "generics.RetrieveAPIView", mixinPath + "RetrieveModelMixin GenericAPIView", "get"},
		{restPath + "generics.DestroyAPIView", mixinPath + "DestroyModelMixin GenericAPIView", "delete"},
		{restPath + "generics.UpdateAPIView", mixinPath + "UpdateModelMixin GenericAPIView", "put patch"},
		{restPath + "generics.ListCreateAPIView", mixinPath + "ListModelMixin " + mixinPath + "CreateModelMixin GenericAPIView", "get post"},
		{restPath + "generics.RetrieveUpdateAPIView", mixinPath + "RetrieveModelMixin " + mixinPath + "UpdateModelMixin GenericAPIView", "get put patch"},
		{restPath + "generics.RetrieveDestroyAPIView", mixinPath + "RetrieveModelMixin " + mixinPath + "DestroyModelMixin GenericAPIView", "get delete"},
		{restPath + "generics.RetrieveUpdateDestroyAPIView", mixinPath + "RetrieveModelMixin " + mixinPath + "UpdateModelMixin " + mixinPath +
			"DestroyModelMixin GenericAPIView", "get put patch delete"},
		{restPath + "viewsets.ViewSetMixin", "", ""},
		{restPath + "viewsets.ViewSet", "ViewSetMixin " + restPath + "views.APIView", ""},
		{restPath + "viewsets.GenericViewSet", "ViewSetMixin " + restPath + "generics.GenericAPIView", ""},
		{restPath + "viewsets.ReadOnlyModelViewSet", mixinPath + "RetrieveModelMixin " + mixinPath + "ListModelMixin GenericViewSet", ""},
		{restPath + "viewsets.ModelViewSet", mixinPath + "CreateModelMixin " + mixinPath + "RetrieveModelMixin " + mixinPath + "UpdateModelMixin " +
			mixinPath + "DestroyModelMixin " + mixinPath + "ListModelMixin GenericViewSet", ""},
		{restPath + "routers.APIRootView", restPath + "views.APIView", "get"},
		{restPath + "authtoken.views.ObtainAuthToken", restPath + "views.APIView", "post"},
		{"rules.contrib.views.PermissionRequiredMixin", "django.contrib.auth.mixins.PermissionRequiredMixin", ""},
		{"rules.contrib.views.AutoPermissionRequiredMixin", "PermissionRequiredMixin", ""},
		{"formtools.wizard.views.WizardView", genericPath + "base.TemplateView", "dispatch get post"},
		{"formtools.wizard.views.SessionWizardView", "WizardView", ""},
		{"formtools.wizard.views.CookieWizardView", "WizardView", ""},
		{"formtools.wizard.views.NamedUrlWizardView", "WizardView", "get post"},
		{"formtools.wizard.views.NamedUrlSessionWizardView", "NamedUrlWizardView", ""},
		{"formtools.wizard.views.NamedUrlCookieWizardView", "NamedUrlWizardView", ""},
		{"vanilla.views.View", genericPath + "base.View", ""},
		{"vanilla.views.GenericView", "View", ""},
		{"vanilla.views.TemplateView", "GenericView", "get"},
		{"vanilla.views.FormView", "GenericView", "get post"},
		{"vanilla.model_views.GenericModelView", "vanilla.views.View", ""},
		{"vanilla.model_views.ListView", "GenericModelView", "get"},
		{"vanilla.model_views.DetailView", "GenericModelView", "get"},
		{"vanilla.model_views.CreateView", "GenericModelView", "get post"},
		{"vanilla.model_views.UpdateView", "GenericModelView", "get post"},
		{"vanilla.model_views.DeleteView", "GenericModelView", "get post"},
		{"django_filters.views.FilterMixin", "", ""},
		{"django_filters.views.BaseFilterView", "FilterMixin " + genericPath + "list.MultipleObjectMixin " + genericPath + "base.View", "get"},
		{"django_filters.views.FilterView", genericPath + "list.MultipleObjectTemplateResponseMixin BaseFilterView", ""},
		{"django_tables2.views.TableMixinBase", "", ""},
		{"django_tables2.views.SingleTableMixin", "TableMixinBase", ""},
		{"django_tables2.views.SingleTableView", "SingleTableMixin " + genericPath + "list.ListView", ""},
		{"django_tables2.views.MultiTableMixin", "TableMixinBase", ""},
		{"django.contrib.messages.views.SuccessMessageMixin", "", ""},
		{"drf_spectacular.views.SpectacularAPIView", restPath + "views.APIView", "get"},
		{"drf_spectacular.views.SpectacularYAMLAPIView", "SpectacularAPIView", ""},
		{"drf_spectacular.views.SpectacularJSONAPIView", "SpectacularAPIView", ""},
		{"drf_spectacular.views.SpectacularSwaggerView", restPath + "views.APIView", "get"},
		{"drf_spectacular.views.SpectacularSwaggerOauthRedirectView", genericPath + "base.RedirectView", ""},
		{"drf_spectacular.views.SpectacularSwaggerSplitView", "SpectacularSwaggerView", "get"},
		{"drf_spectacular.views.SpectacularRedocView", restPath + "views.APIView", "get"},
		{"rest_framework_simplejwt.views.TokenViewBase", restPath + "generics.GenericAPIView", "post"},
		{"rest_framework_simplejwt.views.TokenObtainPairView", "TokenViewBase", ""},
		{"rest_framework_simplejwt.views.TokenRefreshView", "TokenViewBase", ""},
		{"rest_framework_simplejwt.views.TokenObtainSlidingView", "TokenViewBase", ""},
		{"rest_framework_simplejwt.views.TokenRefreshSlidingView", "TokenViewBase", ""},
		{"rest_framework_simplejwt.views.TokenVerifyView", "TokenViewBase", ""},
		{"rest_framework_simplejwt.views.TokenBlacklistView", "TokenViewBase", ""},
	}
}

// emptyPolicies are the attributes that classes of packages set to an empty tuple.
// Source: rest_framework/authtoken/views.py, rest_framework_simplejwt/views.py.
func emptyPolicies() map[string]string {
	return map[string]string{
		restPath + "authtoken.views.ObtainAuthToken":   "throttle_classes permission_classes",
		"rest_framework_simplejwt.views.TokenViewBase": "permission_classes authentication_classes",
	}
}

// makeClasses makes the classes, once a session.
func (i *Interpreter) makeClasses() {
	i.classes = classes{}
	empty := emptyPolicies()
	for _, k := range append(knownClasses(), graphQLClasses()...) {
		n := eval.NativeClass{Name: k.name, Partial: true, Attrs: map[string]eval.Value{}, ClassMethods: map[string]func(*eval.Call, eval.Value) eval.Value{}}
		for _, b := range strings.Fields(k.bases) {
			if !strings.Contains(b, ".") {
				b = k.name[:strings.LastIndexByte(k.name, '.')+1] + b
			}
			n.Bases = append(n.Bases, i.classes[b])
		}
		for _, g := range strings.Fields(k.gives) {
			if g != "as_view" {
				n.Attrs[g] = foreignFunction(k.name + "." + g)
			}
		}
		for _, g := range strings.Fields(empty[k.name]) {
			n.Attrs[g] = eval.MakeTuple()
		}
		if methods := i.logoutMethods(); k.name == "django.contrib.auth.views.LogoutView" && methods != "" {
			n.Attrs["http_method_names"] = words(methods)
		}
		if k.name == genericPath+"base.View" {
			n.Attrs["dispatch"] = native(k.name+".dispatch", i.viewDispatch)
			n.Attrs["http_method_names"] = words("get post put patch delete head options trace")
		}
		if _, given := n.Attrs["dispatch"]; given && graphQLAttributes(k.name) != nil {
			n.Attrs["dispatch"] = native(k.name+".dispatch", i.viewDispatch)
		}
		for name, v := range graphQLAttributes(k.name) {
			n.Attrs[name] = v
			n.Init = initGraphQLView(k.name)
		}
		n.Methods = restMethods(k.name)
		if k.name == genericPath+"base.View" || k.name == restPath+"viewsets.ViewSetMixin" {
			n.ClassMethods["as_view"] = i.asView
		}
		i.classes[k.name] = eval.NewClass(n)
	}
}

func words(s string) eval.Value {
	var list []eval.Value
	for _, w := range strings.Fields(s) {
		list = append(list, eval.MakeStr(w))
	}
	return eval.MakeList(list...)
}

// classView is what as_view gives.
type classView struct {
	class   eval.Value
	actions map[string]string
	// unknownActions says why the actions of a viewset are not known.
	unknownActions string
	kwargs         []eval.Kwarg
	extra          bool
	at             source.Span
}

// asView is View.as_view() and ViewSetMixin.as_view().
func (i *Interpreter) asView(c *eval.Call, class eval.Value) eval.Value {
	v := &classView{class: class, kwargs: c.Kwargs, at: c.At}
	if actions := c.Arg(0, "actions"); actions.IsValid() && actions.Kind() != eval.None {
		v.actions = map[string]string{}
		if actions.IsUnknown() || actions.IsOpen() {
			v.unknownActions = "the actions of the viewset are not known"
		}
		for _, e := range actions.Entries() {
			method, ok := e.Key.AsStr()
			action, ok2 := e.Value.AsStr()
			if !ok || !ok2 {
				v.unknownActions = "the actions of the viewset are not known"
				continue
			}
			v.actions[strings.ToLower(method)] = action
		}
	}
	return i.newView(v)
}

// newView makes the callable of a class.
func (i *Interpreter) newView(v *classView) eval.Value {
	return eval.NewObject(i.view, v).WithOrigin(&eval.Origin{At: v.at})
}

// modulesOf are the modules under which the classes of a module are imported too.
func modulesOf(module string) []string {
	switch module {
	case genericPath + "base":
		return []string{module, "django.views.generic", "django.views"}
	case "ariadne_django.views":
		return []string{module, "ariadne_django.views.base"}
	case "rest_framework.mixins", "rest_framework.generics", "rest_framework.viewsets", "rest_framework.views":
		return []string{module}
	}
	switch module {
	case "vanilla.views", "vanilla.model_views":
		return []string{module, "vanilla"}
	case "django_tables2.views":
		return []string{module, "django_tables2"}
	}
	if strings.HasPrefix(module, genericPath) {
		return []string{module, "django.views.generic"}
	}
	return []string{module}
}
