"""Prints every operation of every API of django-ninja below Django's resolver: route, name, method, function, the status that a request
without credentials gets, and how many throttles and callbacks there are. Arguments: folder, settings module."""
import json
import os
import re
import sys

sys.path.insert(0, sys.argv[1])
os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[2]

import django

django.setup()

from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

call_command("migrate", run_syncdb=True, verbosity=0)


def filled(route):
    """A path that the route matches."""
    values = {"int": "1", "uuidstr": "0b1c2d3e-1111-4222-8333-944455556666", "path": "a/b"}
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda m: values.get(m.group(1), "a"), route)


def name_of(value):
    return value.__module__ + "." + (value.__qualname__ if hasattr(value, "__qualname__") else type(value).__qualname__)


def operation_of(callback, used):
    """The operation of a pattern: those of one path share a view, in the order of the patterns."""
    for cell in getattr(callback, "__closure__", None) or ():
        view = cell.cell_contents
        if type(view).__name__ == "PathView":
            at = used.setdefault(id(view), 0)
            used[id(view)] += 1
            return view.operations[at]
    return None


def innermost(function):
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


def walk(patterns, prefix, namespaces, used):
    for p in patterns:
        route = prefix + str(p.pattern)
        if isinstance(p, URLResolver):
            yield from walk(p.url_patterns, route, namespaces + ([p.namespace] if p.namespace else []), used)
            continue
        name = ":".join(namespaces + [p.name]) if p.name else None
        operation = operation_of(p.callback, used)
        row = {"route": route, "name": name, "methods": None}
        if operation:
            row["methods"] = sorted(operation.methods)
            row["view"] = name_of(innermost(operation.view_func))
            row["callbacks"] = [name_of(c) for c in operation.auth_callbacks]
            row["throttles"] = [name_of(t) for t in operation.throttle_objects]
            row["paginated"] = hasattr(operation.view_func, "_ninja_contribute_args") or "paginat" in repr(getattr(operation.view_func, "_ninja_contribute_to_operation", ""))
        row["status"] = {}
        for method in row["methods"] or ["GET"]:
            client = Client(raise_request_exception=False)
            row["status"][method] = client.generic(method, filled(route)).status_code
        yield row


json.dump(list(walk(get_resolver().url_patterns, "", [], {})), sys.stdout)
