"""Tell the state of a project's models as the autodetector of migrations has it: orm_dump.py FOLDER SETTINGS."""

import datetime
import decimal
import enum
import functools
import json
import pathlib
import re
import sys


def encode(v):
    from django.db import models
    from django.utils.functional import Promise

    if isinstance(v, Promise):
        return str(v)
    if isinstance(v, enum.Enum):
        return encode(v.value) if isinstance(v, (str, int)) else {"name": path(type(v)) + "." + v.name}
    if v is None or isinstance(v, (bool, str)):
        return str(v) if isinstance(v, str) else v
    if isinstance(v, (int, float)):
        return {"number": repr(v)}
    if isinstance(v, bytes):
        return {"bytes": v.decode("latin-1")}
    if isinstance(v, datetime.timedelta):
        return {"microseconds": str(v // datetime.timedelta(microseconds=1))}
    if isinstance(v, decimal.Decimal):
        return {"decimal": str(v)}
    if isinstance(v, pathlib.PurePath):
        return {"path": str(v)}
    if isinstance(v, re.Pattern):
        return {"pattern": v.pattern}
    if isinstance(v, list):
        return {"list": [encode(e) for e in v]}
    if isinstance(v, tuple):
        return {"tuple": [encode(e) for e in v]}
    if isinstance(v, (set, frozenset)):
        return {"set": sorted((encode(e) for e in v), key=lambda e: json.dumps(e, sort_keys=True))}
    if isinstance(v, dict):
        return {"dict": sorted(([encode(k), encode(e)] for k, e in v.items()), key=lambda e: json.dumps(e, sort_keys=True))}
    if isinstance(v, functools.partial):
        return {"partial": [encode(v.func), encode(v.args), encode(v.keywords)]}
    if isinstance(v, type):
        return {"name": path(v)}
    if isinstance(v, models.Field):
        return made(path(type(v)), *v.deconstruct()[2:])
    if hasattr(v, "deconstruct"):
        _, args, kwargs = v.deconstruct()
        return made(path(type(v)) if hasattr(type(v), "deconstruct") else "django.db.models.deletion.SET", args, kwargs)
    if hasattr(v, "__qualname__"):
        return {"name": path(v)}
    return {"other": path(type(v))}


def path(v):
    return v.__qualname__ if v.__module__ == "builtins" else f"{v.__module__}.{v.__qualname__}"


def made(name, args, kwargs):
    return {"class": name, "args": [encode(a) for a in args], "kwargs": {k: encode(a) for k, a in kwargs.items()}}


def model(state):
    options = dict(state.options)
    return {
        "name": state.name,
        "fields": {name: {"swappable": getattr(f.deconstruct()[3].get("to"), "setting_name", ""), **made(*f.deconstruct()[1:])}
                   for name, f in state.fields.items()},
        "order": list(state.fields),
        "indexes": [made(*i.deconstruct()) for i in options.pop("indexes")],
        "constraints": [made(*c.deconstruct()) for c in options.pop("constraints")],
        "options": {k: encode(v) for k, v in options.items()},
        "bases": [b if isinstance(b, str) else path(b).replace("django.db.models.base.", "django.db.models.") for b in state.bases],
    }


def main():
    import os

    folder, settings = sys.argv[1:3]
    sys.path.insert(0, folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    import django
    from django.utils import translation

    django.setup()
    from django.apps import apps
    from django.db.migrations.state import ProjectState

    with translation.override(None):
        states = ProjectState.from_apps(apps).models
        tables = {m._meta.label_lower: m._meta.db_table for m in apps.get_models(include_swapped=True)}
        json.dump({f"{a}.{n}": {**model(s), "table": tables[f"{a}.{n}"]} for (a, n), s in states.items()}, sys.stdout)


main()
