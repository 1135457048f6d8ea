package health

import (
	"strings"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// loginOf tells whether an endpoint of the URL configuration asks for a login: by what stands around the view, by the permissions of
// Django REST framework, else as its code says.
func loginOf(route *routes.Endpoint, denies Touch) Touch {
	if guards := route.Policy.Guards; len(guards) > 0 {
		return Touch{Has: eval.Yes, At: guardAt(route, guards[0]), What: guards[0]}
	}
	if route.View.Kind.REST() {
		if t := permissionOf(route.Policy.Permissions); t.Has != eval.No {
			return t
		}
	}
	for _, d := range route.View.Decorators {
		name := strings.ToLower(d.Name[strings.LastIndexByte(d.Name, '.')+1:])
		if strings.Contains(name, "login") || strings.Contains(name, "permission") || strings.Contains(name, "staff") || strings.Contains(name, "auth") {
			if name != "login_not_required" && name != "login_exempt" && name != "permission_classes" && name != "authentication_classes" {
				return Touch{Has: eval.Maybe, At: d.At, What: "it stands under " + d.Name}
			}
		}
	}
	if denies.Has == eval.Maybe {
		return denies
	}
	return Touch{Has: eval.No}
}

// guardAt is the decorator that asks for a login, or the view.
func guardAt(route *routes.Endpoint, guard string) source.Span {
	for _, d := range route.View.Decorators {
		if d.Name == guard {
			return d.At
		}
	}
	if route.View.At.IsZero() {
		return route.At
	}
	return route.View.At
}

// permissionOf is what the permissions of Django REST framework ask of somebody who sends no credentials.
// Source: rest_framework/permissions.py.
func permissionOf(c routes.Choice) Touch {
	if c.Unknown != "" {
		return Touch{Has: eval.Maybe, At: c.At, What: "its permissions are not known: " + c.Unknown}
	}
	answer := Touch{Has: eval.No}
	for _, name := range c.Classes {
		switch name[strings.LastIndexByte(name, '.')+1:] {
		case "AllowAny", "IsAuthenticatedOrReadOnly", "DjangoModelPermissionsOrAnonReadOnly":
			continue
		case "IsAuthenticated", "IsAdminUser", "DjangoModelPermissions", "DjangoObjectPermissions":
			if strings.HasPrefix(name, "rest_framework.permissions.") {
				return Touch{Has: eval.Yes, At: c.At, What: name}
			}
		}
		answer = Touch{Has: eval.Maybe, At: c.At, What: "its permission is " + name}
	}
	return answer
}
