"""Tell what real Django has and says, one JSON object a line.

Each line of standard input is a request: {"folder": ..., "module": ..., "env": {...}, "deploy": false}.
Its answer is {"settings": {NAME: value}} in the encoding of `gonogo settings --format json`, with "deploy" {"ids": [...]},
or {"error": "Class: message"} when the module cannot be imported.
"""

import ast
import base64
import datetime
import enum
import importlib
import inspect
import json
import os
import pathlib
import sys


def encode(value, depth=0):
    if depth > 40:
        return {"$unknown": "deep"}
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, enum.Enum):
        return {"$object": f"{type(value).__module__}.{type(value).__qualname__}"}
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return value if value - value == 0 else {"$float": repr(value)}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, pathlib.PurePath):
        return {"$path": str(value)}
    if isinstance(value, datetime.timedelta):
        return {"$timedelta": value.total_seconds()}
    if isinstance(value, dict):
        if all(isinstance(k, str) for k in value):
            return {str(k): encode(v, depth + 1) for k, v in value.items()}
        return {"$dict": [[encode(k, depth + 1), encode(v, depth + 1)] for k, v in value.items()]}
    if isinstance(value, tuple):
        return {"$tuple": [encode(v, depth + 1) for v in value]}
    if isinstance(value, list):
        return [encode(v, depth + 1) for v in value]
    if isinstance(value, (set, frozenset)):
        return {"$set": [encode(v, depth + 1) for v in value]}
    if type(value).__name__ == "__proxy__":  # gettext_lazy: the text before its translation, which asks for the apps
        return str(value._args[0] if hasattr(value, "_args") else value._proxy____args[0])
    if isinstance(value, type) or callable(value) and hasattr(value, "__qualname__"):
        return {"$object": f"{value.__module__}.{value.__qualname__}"}
    return {"$object": f"{type(value).__module__}.{type(value).__qualname__}"}


def settings_of(folder, module):
    """All settings that the module gives, encoded."""
    chosen = os.environ.get("DJANGO_CONFIGURATION")
    if chosen:
        from configurations import importer

        importer.install()
    from django.conf import settings

    settings.DEBUG
    names = {n for n in dir(settings) if n.isupper() and settings.is_overridden(n)}
    if chosen:  # its base class repeats every default of Django; only its own setting and what the module mentions counts
        tree = list(ast.walk(ast.parse(inspect.getsource(sys.modules[module]))))
        names &= {"CONFIGURATION"} | {n.id for n in tree if isinstance(n, ast.Name)} | {n.name for n in tree if isinstance(n, ast.FunctionDef)}
    return {n: encode(read(settings, n)) for n in sorted(names)}


def read(settings, name):
    """The setting as code reads it; an empty SECRET_KEY, which Django refuses to hand out, as it is."""
    return getattr(settings._wrapped if name == "SECRET_KEY" else settings, name)


def deploy_checks():
    """The ids that `check --deploy` gives, with nothing silenced."""
    import django
    from django.core import checks

    django.setup()
    return sorted({m.id for m in checks.run_checks(include_deployment_checks=True)})


def answer(request):
    """What real Django says to one request; runs in a process of its own."""
    os.chdir(request["folder"])
    sys.path.insert(0, request["folder"])
    sys.argv = ["gunicorn"]
    keep = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "TMPDIR")}
    os.environ.clear()
    os.environ.update(keep)
    os.environ.update(request["env"])
    os.environ["DJANGO_SETTINGS_MODULE"] = request["module"]
    try:
        if request.get("deploy"):
            return {"ids": deploy_checks()}
        return {"settings": settings_of(request["folder"], request["module"])}
    except BaseException as error:  # a settings module may raise anything, SystemExit included
        return {"error": f"{type(error).__module__}.{type(error).__qualname__}: {error}"}


WARM = """django.conf django.core.checks django.core.checks.registry django.apps django.db.models django.urls django.core.mail
django.core.cache django.template.loader django.core.handlers.wsgi django.utils.translation django.middleware.security django.views.csrf
celery celery.schedules environ environs decouple dj_database_url dj_email_url django_cache_url dotenv pydantic_settings
configurations split_settings.tools sentry_sdk sentry_sdk.integrations.django sentry_sdk.integrations.celery
whitenoise rest_framework corsheaders yaml dynaconf prettyconf goodconf django_on_heroku marshmallow pydantic.networks"""


def warm():
    """Import once, before the children, what many of them need; what is not installed or asks for settings is left to them."""
    for name in WARM.split():
        try:
            importlib.import_module(name)
        except Exception:
            pass


def serve():
    """Answer one request a line, each in a forked child, so that nothing stays behind."""
    sys.dont_write_bytecode = True
    warm()

    for line in sys.stdin:
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            with os.fdopen(write, "w") as out:
                json.dump(answer(json.loads(line)), out)
                out.flush()
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as result:
            text = result.read()
        os.waitpid(child, 0)
        print(text or '{"error": "the child died"}', flush=True)


serve()
