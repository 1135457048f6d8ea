"""Write data/djangomodels.json: the models of Django's own applications, and where its public names are defined.

    python3 internal/knowledge/gen/djangomodels.py            writes internal/knowledge/data/djangomodels.json
    python3 internal/knowledge/gen/djangomodels.py --check    exits 1 when the file is not what this script would write

Needs Python 3.12 or newer with asgiref and sqlparse. pip downloads the latest wheel of each series in SERIES into --cache; each is imported in a
process of its own, and asked: every class of MODULES that is a model deconstructs the fields that its body assigns, and tells its Meta.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

SERIES = ["4.2", "5.0", "5.1", "5.2", "6.0", "6.1"]
APPS = ["contenttypes", "auth", "admin", "sessions", "sites", "flatpages", "redirects"]
# Each after those that it builds on.
MODULES = ["django.contrib.contenttypes.models", "django.contrib.auth.base_user", "django.contrib.auth.models", "django.contrib.admin.models",
           "django.contrib.sessions.base_session", "django.contrib.sessions.models", "django.contrib.sites.models",
           "django.contrib.flatpages.models", "django.contrib.redirects.models"]
PUBLIC = ["django.db.models", "django.db.models.functions", "django.db.models.lookups", "django.contrib.postgres.fields",
          "django.contrib.postgres.indexes", "django.contrib.postgres.constraints", "django.contrib.postgres.aggregates", "django.contrib.postgres.search",
          "django.core.files.storage", "django.core.validators", "django.utils.timezone"]
HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent / "data" / "djangomodels.json"
ROOT = HERE.parents[2]


def encode(value):
    """A value in the JSON form of the facts; what is named by a dotted path is {"$name": path}, an object {"$object": [path, args, kwargs]}."""
    from django.utils.functional import Promise

    if isinstance(value, Promise):
        return str(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, tuple):
        return {"$tuple": [encode(v) for v in value]}
    if isinstance(value, list):
        return [encode(v) for v in value]
    if isinstance(value, dict):
        return {k: encode(v) for k, v in value.items()}
    if hasattr(value, "deconstruct"):
        path, args, kwargs = value.deconstruct()
        return {"$object": [path, [encode(a) for a in args], {k: encode(v) for k, v in kwargs.items()}]}
    if hasattr(value, "__qualname__"):
        return {"$name": f"{value.__module__}.{value.__qualname__}"}
    raise TypeError(f"no encoding for {value!r}")


def body_names(cls):
    """The names that the text of a class assigns, in order."""
    import ast
    import inspect
    import textwrap

    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    return [t.id for s in tree.body[0].body if isinstance(s, ast.Assign) for t in s.targets if isinstance(t, ast.Name)]


def describe(cls):
    meta = cls._meta
    fields = {f.name: f for f in [*meta.local_fields, *meta.local_many_to_many]}
    listed = []
    for name in body_names(cls):
        if name not in fields:
            continue
        _, path, args, kwargs = fields[name].deconstruct()
        assert not args
        if kwargs.get("primary_key"):
            kwargs.pop("serialize", None)
        listed.append({"name": name, "class": path, "kwargs": {k: encode(v) for k, v in sorted(kwargs.items())}})
    options = {k: encode(v) for k, v in sorted(meta.original_attrs.items()) if k != "apps"}
    if meta.abstract:
        options["abstract"] = True
    return {"name": cls.__qualname__, "bases": [f"{b.__module__}.{b.__qualname__}".replace("django.db.models.base.", "django.db.models.")
            for b in cls.__bases__], "meta": options, "fields": listed}


def facts_of_this_version():
    import importlib
    import inspect

    import django
    from django.conf import settings
    from django.db import models

    settings.configure(INSTALLED_APPS=[f"django.contrib.{a}" for a in APPS], USE_I18N=False, SITE_ID=1)
    django.setup()
    modules = []
    for name in MODULES:
        module = importlib.import_module(name)
        classes = [c for c in vars(module).values() if inspect.isclass(c) and issubclass(c, models.Model) and c.__module__ == name]
        modules.append({"module": name, "models": [describe(c) for c in classes]})
    paths = {}
    for name in PUBLIC:
        try:
            module = importlib.import_module(name)
        except ImportError:  # needs a driver of the database
            continue
        for key, value in vars(module).items():
            place = getattr(value, "__module__", None)
            if not key.startswith("_") and isinstance(place, str) and hasattr(value, "__qualname__") and place.startswith("django."):
                path = f"{place}.{value.__qualname__}"
                if path != f"{name}.{key}" and path.rpartition(".")[2] == key:
                    paths[f"{name}.{key}"] = path
    return {"models": modules, "paths": paths}


def collect(cache):
    cache.mkdir(parents=True, exist_ok=True)
    out = []
    for series in SERIES:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--python-version", "3.15"]
        subprocess.run(pip + ["--dest", str(cache), f"django=={series}.*"], check=True)
        wheel = max(cache.glob(f"[Dd]jango-{series}*.whl"), key=lambda p: [int(n) for n in re.findall(r"\d+", p.name.split("-")[1])])
        answer = subprocess.run([sys.executable, "-W", "ignore", __file__, "--one", str(wheel)], check=True, capture_output=True, text=True).stdout
        out.append({"series": series, **json.loads(answer)})
    return merge(out)


def merge(facts):
    """Models are listed once for all series in which they are the same; where a name is defined is that of the newest series."""
    versions, paths = [], {}
    for one in facts:
        paths.update(one["paths"])
        same = next((v for v in versions if v["models"] == one["models"]), None)
        if same:
            same["series"].append(one["series"])
        else:
            versions.append({"series": [one["series"]], "models": one["models"]})
    source = "the models of Django's own wheels, as they deconstruct themselves"
    return json.dumps({"source": source, "paths": dict(sorted(paths.items())), "versions": versions}, indent=1, ensure_ascii=False) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=pathlib.Path, default=ROOT / "build" / "django")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        import tempfile
        import zipfile

        folder = tempfile.mkdtemp()
        zipfile.ZipFile(args.one).extractall(folder)
        sys.path.insert(0, folder)
        json.dump(facts_of_this_version(), sys.stdout)
        return
    text = collect(args.cache)
    if args.check:
        sys.exit(0 if OUT.read_text() == text else f"{OUT} is not current")
    OUT.write_text(text)


if __name__ == "__main__":
    main()
