"""Prints every pattern of Django's resolver: route, name with namespaces, view, methods, and for views of Django REST framework what the
instantiated view has for each method. Arguments: folder, settings module."""
import json
import os
import sys

sys.path.insert(0, sys.argv[1])
os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[2]

import django

django.setup()

from django.contrib.auth.models import AnonymousUser
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

try:
    from rest_framework.permissions import OperandHolder, SingleOperandHolder, AND, OR, NOT
    from rest_framework.test import APIRequestFactory
    from rest_framework.views import APIView
except Exception:
    APIView = None


def dotted(cls):
    return cls.__module__ + "." + cls.__qualname__


def name_of(value):
    """The class of an instance, or a class; combinations of permissions as text."""
    if APIView and isinstance(value, (AND, OR)):
        sign = " & " if isinstance(value, AND) else " | "
        return sign.join(operand(o) for o in (value.op1, value.op2))
    if APIView and isinstance(value, NOT):
        return "~" + operand(value.op1)
    if APIView and isinstance(value, (OperandHolder, SingleOperandHolder)):
        return name_of(value())
    return dotted(value if isinstance(value, type) else type(value))


def operand(value):
    if isinstance(value, (AND, OR)):
        return "(" + name_of(value) + ")"
    return name_of(value).rsplit(".", 1)[-1]


def view_of(callback):
    for attribute in ("cls", "view_class"):
        if hasattr(callback, attribute):
            cls = getattr(callback, attribute)
            name = cls.__qualname__ if cls.__qualname__ != "WrappedAPIView" else cls.__name__
            return cls.__module__ + "." + name
    if hasattr(callback, "__qualname__"):
        return callback.__module__ + "." + callback.__qualname__
    return type(callback).__module__ + "." + type(callback).__qualname__


def methods_of(callback):
    cls = getattr(callback, "cls", None) or getattr(callback, "view_class", None)
    if cls is None:
        return None
    given = getattr(callback, "view_initkwargs", None) or getattr(callback, "initkwargs", None) or {}
    names = [m.lower() for m in given.get("http_method_names", cls.http_method_names)]
    actions = getattr(callback, "actions", None)
    if actions is not None:
        names = [m for m in names if m in actions]
    else:
        names = [m for m in names if hasattr(cls, m)]
    return sorted(m.upper() for m in names if m not in ("head", "options"))


class Person:
    """A user who may do everything."""
    pk = id = 1
    username = "root"
    is_authenticated = is_active = is_staff = is_superuser = True
    is_anonymous = False

    def has_perm(self, *args):
        return True

    has_perms = has_module_perms = has_perm


def told(ask):
    """What a question gives as names; None where the view cannot be asked."""
    try:
        answer = ask()
    except Exception as problem:
        return None
    if answer is None:
        return []
    return [name_of(a) for a in answer] if isinstance(answer, (list, tuple)) else [name_of(answer)]


def made(callback, method, user):
    view = callback.cls(**(getattr(callback, "initkwargs", None) or {}))
    request = APIRequestFactory().generic(method, "/")
    request.user = user
    view.request, view.args, view.kwargs, view.format_kwarg = request, (), {}, None
    actions = getattr(callback, "actions", None)
    if actions is not None:
        view.action_map = actions
    authentication = told(view.get_authenticators)
    request = view.initialize_request(request)
    request.user, request.auth = user, None
    view.request, view.headers = request, {}
    if actions is not None:
        view.action = actions.get(method.lower())
    return view, authentication


def policy(callback, method, user):
    try:
        view, authentication = made(callback, method, user)
    except Exception:
        return None
    answer = {"authentication": authentication, "permission": told(view.get_permissions), "throttle": told(view.get_throttles),
              "renderer": told(view.get_renderers)}
    if hasattr(view, "paginator"):
        answer["pagination"] = told(lambda: view.paginator)
        answer["serializer"] = told(view.get_serializer_class)
    return answer


def anyone(callback, method):
    from rest_framework.exceptions import NotAuthenticated, PermissionDenied

    try:
        view, _ = made(callback, method, AnonymousUser())
        view.check_permissions(view.request)
    except (NotAuthenticated, PermissionDenied):
        return False
    except Exception:
        return None
    return True


def policies(callback):
    cls = getattr(callback, "cls", None)
    if not APIView or cls is None or not issubclass(cls, APIView):
        return None
    answer = {}
    for method in methods_of(callback):
        strange, known = policy(callback, method, AnonymousUser()), policy(callback, method, Person())
        answer[method] = {"stranger": strange, "person": known, "anyone": anyone(callback, method)}
    return answer


def walk(patterns, prefix, namespaces):
    for p in patterns:
        route = prefix + str(p.pattern)
        if isinstance(p, URLResolver):
            if p.app_name == "admin":
                yield {"route": route, "name": None, "view": "django.contrib.admin.sites.AdminSite", "methods": None, "policies": None}
                continue
            inner = namespaces + ([p.namespace] if p.namespace else [])
            yield from walk(p.url_patterns, route, inner)
        else:
            name = ":".join(namespaces + [p.name]) if p.name else None
            yield {"route": route, "name": name, "view": view_of(p.callback), "methods": methods_of(p.callback), "policies": policies(p.callback)}


json.dump(list(walk(get_resolver().url_patterns, "", [])), sys.stdout)
