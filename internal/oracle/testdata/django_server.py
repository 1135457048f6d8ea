"""Tell what real Django has and says, one JSON object a line.

Each line of standard input is a request: {"folder": ..., "module": ..., "env": {...}, "deploy": false}. With "texts" it asks for
the deploy checks of many settings modules, given as text, in one process; the first of them is the one that Django is set up with.
Where Python can fork, each is answered in a process of its own. In CPython on WebAssembly, which cannot, answer_alone gives it
a fresh state: whatever it imported, and what it did to the environment, is undone.
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
import logging
import os
import pathlib
import sys
import types
import warnings


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
        return lazy(value)
    if isinstance(value, type) or callable(value) and hasattr(value, "__qualname__"):
        return {"$object": f"{value.__module__}.{value.__qualname__}"}
    return {"$object": f"{type(value).__module__}.{type(value).__qualname__}"}


def lazy(value):
    """The text of gettext_lazy and its kin before the translation; an object for what is computed later (reverse_lazy)."""
    function = value.__reduce__()[1][0]
    if "gettext" not in getattr(function, "__name__", ""):
        return {"$object": "django.utils.functional.lazy"}
    return str(value._args[0] if hasattr(value, "_args") else value._proxy____args[0])


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


class Asked:
    """Settings modules given as text, one after the other, in a process in which Django is set up."""

    def __init__(self, folder):
        self.file = os.path.join(folder, "settings.py")
        self.environ = dict(os.environ)

    def load(self, text):
        """Settings as Django reads them from a module with this text."""
        from django.conf import Settings

        os.environ.clear()
        os.environ.update(self.environ)
        module = types.ModuleType("asked")
        module.__file__ = self.file
        sys.modules["asked"] = module
        exec(compile(text, self.file, "exec"), module.__dict__)
        return Settings("asked")

    def set_up(self, text):
        import django
        from django.conf import settings

        settings._wrapped = self.load(text)
        django.setup()

    def change(self, text):
        """Take other settings, and tell Django which ones changed, as its own tests do, so that it drops what it made of them."""
        from django.conf import settings
        from django.core.cache import caches
        from django.test.signals import setting_changed

        old, new = settings._wrapped, self.load(text)
        settings._wrapped = new
        caches._settings = None  # its own receiver breaks on what a CACHES that is no dictionary left
        caches.__dict__.pop("settings", None)
        for name in sorted(old._explicit_settings | new._explicit_settings):
            value = getattr(new, name, None)
            if getattr(old, name, None) != value:
                for _, error in setting_changed.send_robust(sender=None, setting=name, value=value, enter=True):
                    if error and not (name == "CACHES" and value is None):
                        sys.exit(f"Django cannot change {name} to {value!r}: {error!r}")

    def ids(self):
        """The ids of all checks with --deploy; of a check that itself breaks on the settings, its name after an exclamation mark."""
        from django.core.checks.registry import registry

        found = set()
        for check in registry.get_checks(include_deployment_checks=True):
            try:
                found.update(m.id for m in check(app_configs=None, databases=None))
            except Exception:
                found.add("!" + check.__name__)
        return sorted(found)

    def answer(self, text):
        try:
            self.change(text)
        except Exception as error:
            return {"error": f"{type(error).__module__}.{type(error).__qualname__}: {error}"}
        return {"ids": self.ids()}


def deploy_texts(folder, texts):
    warnings.simplefilter("ignore")
    logging.disable()
    asked = Asked(folder)
    try:
        asked.set_up(texts[0])
    except Exception as error:  # what the texts share cannot be loaded
        return [{"error": f"{type(error).__module__}.{type(error).__qualname__}: {error}"} for _ in texts]
    return [asked.answer(text) for text in texts]


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
        if request.get("texts"):
            return {"answers": deploy_texts(request["folder"], request["texts"])}
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


# What a request may change and the next one must not see: besides modules, these attributes of what stays.
def state():
    return set(sys.modules), dict(os.environ), list(sys.path), list(sys.meta_path), list(sys.argv), os.getcwd()


def restore(before):
    modules, environ, path, meta_path, argv, folder = before
    for name in set(sys.modules) - modules:
        del sys.modules[name]
    os.environ.clear()
    os.environ.update(environ)
    sys.path[:], sys.meta_path[:], sys.argv[:] = path, meta_path, argv
    os.chdir(folder)
    importlib.invalidate_caches()


def answer_alone(line):
    """The answer to one line, as text, in this process."""
    before = state()
    sys.dont_write_bytecode = True
    try:
        return json.dumps(answer(json.loads(line)))
    finally:
        restore(before)


def warm_bytecode(site):
    """Import what requests need, so that its bytecode and the standard library's modules are there, and forget what lies below site."""
    sys.pycache_prefix = "/tmp/bytecode"
    warm()
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(site):
            del sys.modules[name]


if __name__ == "__main__":
    serve()
