"""Ask Django's own checks about keys, DEBUG, hosts and trusted origins, and print what they say as JSON lines.

    python generate_secrets.py > secrets-django-5.2.jsonl      (with Django 5.2 installed)

Each line is {"settings": text of a settings module, "ids": the ids that `check --deploy` prints}.
"""

import itertools
import json
import random
import sys
import types

import django
from django.conf import Settings, settings
from django.core.checks import run_checks

STRONG = "u7!k2p#v9x@q4w$z6r^t8y*b3n(m5)c1-d0+f_ghj=lse&iaQX"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"

# The first alternative of each is the good one; "absent" leaves the setting out.
ALTERNATIVES = {
    "MIDDLEWARE": [[CSRF]],
    "SECRET_KEY": [STRONG, "absent", "", STRONG[:49], STRONG[:8], "abcd" * 15, "abcde" * 10, "django-insecure-" + STRONG, STRONG * 2, "é" * 25 + STRONG[:25]],
    "SECRET_KEY_FALLBACKS": ["absent", [], [STRONG], [STRONG[:49]], [STRONG, "short"], ("x" * 60,), ["django-insecure-" + STRONG], [""]],
    "DEBUG": [False, True, "absent", 0, 1, "", "False", None, [], "0"],
    "ALLOWED_HOSTS": [["shop.example"], [], (), ("shop.example",), "absent", ["*"], [""], ["shop.example", "*"]],
    "CSRF_TRUSTED_ORIGINS": [
        ["https://shop.example"], "absent", ["shop.example"], ["https://shop.example", "app.shop.example"], ("https://*.shop.example",), ["//shop.example"], ["http://shop.example"],
    ],
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
        changed = chance.sample(sorted(ALTERNATIVES), chance.randint(2, 5))
        yield text_of({**good, **{name: chance.choice(ALTERNATIVES[name]) for name in changed}})


def ids(text):
    module = types.ModuleType("asked")
    exec(text, module.__dict__)
    sys.modules["asked"] = module
    settings._wrapped = Settings("asked")
    return sorted({m.id for m in run_checks(tags=["security", "compatibility"], include_deployment_checks=True)})


if __name__ == "__main__":
    settings._wrapped = Settings("django.conf.global_settings")
    django.apps.apps.populate([])
    seen = set()
    for text in cases():
        if text not in seen:
            seen.add(text)
            print(json.dumps({"settings": text, "ids": ids(text)}))
