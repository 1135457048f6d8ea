"""Prints every view of GraphQL below Django's resolver: the fields of its root types, what a client without credentials is answered for each,
and whether deep queries, many aliases, introspection and the editor come through. Arguments: folder, settings module."""
import json
import os
import sys

sys.path.insert(0, sys.argv[1])
os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[2]

import logging

import django

django.setup()
logging.disable(logging.CRITICAL)

from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver
from graphql import get_named_type, is_leaf_type

call_command("migrate", run_syncdb=True, verbosity=0)


def ask(path, query):
    """The errors that a query is answered with; None where the view answers with no JSON."""
    response = Client(raise_request_exception=False).post(path, json.dumps({"query": query}), content_type="application/json")
    try:
        return json.loads(response.content).get("errors") or []
    except ValueError:
        return None


def schema_of(callback):
    """The schema as the view has it, also behind decorators."""
    while callback is not None:
        kwargs = getattr(callback, "view_initkwargs", None)
        if kwargs is not None:
            schema = kwargs.get("schema")
            if schema is None:
                from graphene_django.settings import graphene_settings

                schema = graphene_settings.SCHEMA
            return getattr(schema, "graphql_schema", None) or getattr(schema, "_schema", None) or schema
        callback = getattr(callback, "__wrapped__", None)
    from graphene_django.settings import graphene_settings

    return graphene_settings.SCHEMA.graphql_schema


def selection(field):
    text = "(input: {})" if "input" in field.args else ""
    named = get_named_type(field.type)
    if is_leaf_type(named):
        return text
    return text + " { %s }" % next(n for n, f in named.fields.items() if is_leaf_type(get_named_type(f.type)))


def deep(schema):
    for name, field in schema.query_type.fields.items():
        inner = get_named_type(field.type)
        again = getattr(inner, "fields", {}).get("again")
        if again is not None and not field.args:
            return "{ %s { %s __typename %s } }" % (name, "again { " * 12, "} " * 12)
    return None


rows = []
for p in get_resolver().url_patterns:
    path, schema = "/" + str(p.pattern), schema_of(p.callback)
    fields = {}
    for kind, root in (("Query", schema.query_type), ("Mutation", schema.mutation_type), ("Subscription", schema.subscription_type)):
        for name, field in (root.fields if root else {}).items():
            errors = ask(path, "%s { %s%s }" % (kind.lower(), name, selection(field)))
            fields[kind + "." + name] = None if errors is None else not errors
    first = next(n for n, f in schema.query_type.fields.items() if is_leaf_type(get_named_type(f.type)))
    nested = deep(schema)
    html = Client(raise_request_exception=False).get(path, headers={"accept": "text/html"})
    rows.append({
        "route": str(p.pattern),
        "fields": fields,
        "deep_refused": nested and ((ask(path, nested) or [{}])[0].get("message", "") if ask(path, nested) is not None else "") .lower().find("depth") >= 0,
        "aliases_refused": any(w in ((ask(path, "{ %s }" % " ".join("a%d: %s" % (n, first) for n in range(600))) or [{}])[0].get("message", "")).lower() for w in ("alias", "token")),
        "introspection": ask(path, "{ __schema { queryType { name } } }") == [],
        "editor": html.status_code == 200 and "text/html" in html.headers.get("content-type", ""),
    })
json.dump(rows, sys.stdout)
