"""Prints every pattern of Django's resolver: route, name with namespaces, view, methods. Arguments: folder, settings module."""
import json
import os
import sys

sys.path.insert(0, sys.argv[1])
os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[2]

import django

django.setup()

from django.urls import get_resolver
from django.urls.resolvers import URLResolver


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
    names = [m.lower() for m in getattr(callback, "view_initkwargs", {}).get("http_method_names", cls.http_method_names)]
    actions = getattr(callback, "actions", None)
    if actions is not None:
        names = [m for m in names if m in actions]
    else:
        names = [m for m in names if hasattr(cls, m)]
    return sorted(m.upper() for m in names if m not in ("head", "options"))


def permissions_of(callback):
    cls = getattr(callback, "cls", None)
    if cls is None or not hasattr(cls, "permission_classes"):
        return None
    given = getattr(callback, "initkwargs", {}).get("permission_classes", cls.permission_classes)
    return [c.__module__ + "." + c.__qualname__ if isinstance(c, type) else "" for c in given]


def walk(patterns, prefix, namespaces):
    for p in patterns:
        route = prefix + str(p.pattern)
        if isinstance(p, URLResolver):
            if p.app_name == "admin":
                yield {"route": route, "name": None, "view": "django.contrib.admin.sites.AdminSite", "methods": None, "permissions": None}
                continue
            inner = namespaces + ([p.namespace] if p.namespace else [])
            yield from walk(p.url_patterns, route, inner)
        else:
            name = ":".join(namespaces + [p.name]) if p.name else None
            yield {"route": route, "name": name, "view": view_of(p.callback), "methods": methods_of(p.callback),
                   "permissions": permissions_of(p.callback)}


json.dump(list(walk(get_resolver().url_patterns, "", [])), sys.stdout)
