"""Imports settings modules with given environments and prints every setting, one JSON line a run.

Reads one JSON object a line: {"root": folder, "files": {path: text}, "module": name, "argv": [...], "environments": [{name: value}]}.
Each environment is imported in a process of its own, so that no run sees another one's side effects.
"""

import base64
import datetime
import enum
import json
import logging
import os
import pathlib
import re
import shutil
import sys
import types
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

# Loaded before the fork for speed. None of these reads the environment when it is imported, but through os.environ.
import django  # noqa: E402
import django.conf  # noqa: E402
from django.utils.functional import Promise  # noqa: E402


def encode(value, depth=0):
    if depth > 20:
        return {"$deep": True}
    if isinstance(value, Promise):
        return str(value)
    if value is None or value is True or value is False:
        return value
    kind = type(value)
    if kind is int:
        return {"$int": str(value)}
    if kind is float:
        return {"$float": repr(value)}
    if kind is str:
        try:
            value.encode()
        except UnicodeEncodeError:
            return {"$surrogates": True}
        return value
    if kind in (bytes, bytearray):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime.timedelta):
        return {"$timedelta": str(value // datetime.timedelta(microseconds=1))}
    if isinstance(value, pathlib.PurePath):
        return {"$path": str(value)}
    if isinstance(value, enum.Enum):
        return {"$enum": value.name, "class": name_of(kind)}
    if isinstance(value, list):
        return {"$list": [encode(v, depth + 1) for v in value]}
    if isinstance(value, tuple):
        return {"$tuple": [encode(v, depth + 1) for v in value], "class": name_of(kind)}
    if isinstance(value, (set, frozenset)):
        return {"$set": sorted((encode(v, depth + 1) for v in value), key=json.dumps)}
    if isinstance(value, dict):
        return {"$dict": [[encode(k, depth + 1), encode(v, depth + 1)] for k, v in value.items()], "class": name_of(kind)}
    if isinstance(value, (str, int, float)):
        return {"$value": encode([str, int, float][isinstance(value, int) + 2 * isinstance(value, float)](value)), "class": name_of(kind)}
    if isinstance(value, re.Pattern):
        return {"$object": "re.Pattern", "pattern": value.pattern}
    if isinstance(value, type):
        return {"$class": name_of(value)}
    if isinstance(value, types.ModuleType):
        return {"$module": value.__name__}
    if isinstance(value, (types.FunctionType, types.BuiltinFunctionType, types.MethodType)):
        return {"$callable": value.__name__}
    return {"$object": name_of(kind)}


def name_of(kind):
    return kind.__qualname__ if kind.__module__ == "builtins" else kind.__module__ + "." + kind.__qualname__


def run(job, environment, out):
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = job.get("argv") or ["/usr/bin/gunicorn", "config.wsgi"]
    sys.path.insert(0, job["root"])
    os.chdir("/")
    result = {}
    try:
        if job.get("configuration"):
            os.environ["DJANGO_SETTINGS_MODULE"] = job["module"]
            os.environ["DJANGO_CONFIGURATION"] = job["configuration"]
            import configurations

            configurations.setup()
            module = sys.modules[job["module"]]
        else:
            module = __import__(job["module"], fromlist=["*"])
        result["settings"] = {n: encode(getattr(module, n)) for n in dir(module) if n.isupper()}
    except BaseException as error:  # SystemExit too
        result["error"] = name_of(type(error))
        result["message"] = str(error)
    out.write(json.dumps(result).encode() + b"\n")


def main():
    for line in sys.stdin:
        job = json.loads(line)
        shutil.rmtree(job["root"], ignore_errors=True)
        for path, text in job["files"].items():
            target = os.path.join(job["root"], path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "w", encoding="utf-8", newline="") as f:
                f.write(text)
        for environment in job["environments"]:
            read, write = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(read)
                null = os.open(os.devnull, os.O_WRONLY)
                os.dup2(null, 1)
                os.dup2(null, 2)
                with os.fdopen(write, "wb") as out:
                    run(job, environment, out)
                os._exit(0)
            os.close(write)
            with os.fdopen(read, "rb") as f:
                answer = f.read()
            os.waitpid(child, 0)
            sys.stdout.write(answer.decode() or '{"error": "crash"}\n')
            sys.stdout.flush()


if __name__ == "__main__":
    main()
