"""Ask Django's own security checks about many settings, and print what they say as JSON lines.

    python generate.py > django-5.2.jsonl      (with Django 5.2 installed; the test takes every django-*.jsonl)

Each line is {"settings": text of a settings module, "ids": the ids that `check --deploy` prints of the tag security}.
"""

import itertools
import json
import random
import sys
import types

import django
from django.conf import Settings, settings
from django.core.checks import run_checks

SECURITY = "django.middleware.security.SecurityMiddleware"
SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
FRAMES = "django.middleware.clickjacking.XFrameOptionsMiddleware"

# The first alternative of each is the good one; None as text leaves the setting out.
ALTERNATIVES = {
    "INSTALLED_APPS": [["django.contrib.sessions"], [], ("django.contrib.sessions",)],
    "MIDDLEWARE": [
        [SECURITY, SESSION, CSRF, FRAMES],
        [SESSION, CSRF, FRAMES],
        [SECURITY, CSRF, FRAMES],
        [SECURITY, SESSION, FRAMES],
        [SECURITY, SESSION, CSRF],
        (SECURITY, SESSION, CSRF, FRAMES),
        [],
    ],
    "SECURE_SSL_REDIRECT": [True, False, "absent", None, 1, "True", ""],
    "SECURE_HSTS_SECONDS": [31536000, 0, "absent", None, 3600],
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": [True, False, "absent", 1],
    "SECURE_HSTS_PRELOAD": [True, False, "absent", "yes"],
    "SECURE_CONTENT_TYPE_NOSNIFF": ["absent", True, False, None, 1, "False"],
    "SECURE_REFERRER_POLICY": [
        "absent", "same-origin", None, "strict", "", "origin, same-origin", ["origin", "same-origin"],
        ("origin", "never"), "strict-origin-when-cross-origin",
    ],
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": ["absent", "same-origin", "same-origin-allow-popups", None, "same_origin", ""],
    "SESSION_COOKIE_SECURE": [True, False, "absent", None, 1, "True", "False"],
    "SESSION_COOKIE_HTTPONLY": ["absent", True, False, None, 0, "False"],
    "CSRF_COOKIE_SECURE": [True, False, "absent", None, 1, "no"],
    "CSRF_USE_SESSIONS": ["absent", False, True, 1],
    "X_FRAME_OPTIONS": ["absent", "DENY", "SAMEORIGIN", "deny", "ALLOWALL"],
}


def text_of(chosen):
    return "".join(f"{name} = {value!r}\n" for name, value in chosen.items() if value != "absent")


def cases():
    """One change at a time, then several at once, always the same ones."""
    good = {name: values[0] for name, values in ALTERNATIVES.items()}
    yield text_of(good)
    for name, values in ALTERNATIVES.items():
        for value in values[1:]:
            yield text_of({**good, name: value})
    chance = random.Random(42)
    for _ in itertools.repeat(None, 240):
        changed = chance.sample(sorted(ALTERNATIVES), chance.randint(2, 6))
        yield text_of({**good, **{name: chance.choice(ALTERNATIVES[name]) for name in changed}})


def ids(text):
    module = types.ModuleType("asked")
    exec(text, module.__dict__)
    module.SECRET_KEY = "".join(map(chr, range(40, 100)))
    module.ALLOWED_HOSTS = ["example.com"]
    sys.modules["asked"] = module
    settings._wrapped = Settings("asked")
    return sorted({m.id for m in run_checks(tags=["security"], include_deployment_checks=True)})


if __name__ == "__main__":
    ids("")
    django.apps.apps.populate([])
    seen = set()
    for text in cases():
        if text not in seen:
            seen.add(text)
            print(json.dumps({"settings": text, "ids": ids(text)}))
