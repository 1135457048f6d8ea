"""Write data/advisories.json: which versions of the packages in PACKAGES are in a known advisory.

    git clone --bare https://github.com/pypa/advisory-database DIR
    python3 internal/knowledge/gen/advisories.py DIR            writes internal/knowledge/data/advisories.json
    python3 internal/knowledge/gen/advisories.py --check DIR    exits 1 when the file is not what this script would write

Only facts are taken: identifiers and ranges of versions. Needs git and PyYAML. Django is not in it: its own release notes say more (django.py).
"""

import argparse
import datetime
import json
import pathlib
import subprocess
import sys

import yaml

PACKAGES = """
aiohttp ansible asgiref bleach celery certifi channels cryptography daphne django-allauth django-anymail django-celery-results django-cms
django-cors-headers django-debug-toolbar django-filter django-grappelli django-hijack django-mfa2 django-nopassword django-oauth-toolkit django-ses
django-storages django-tenants django-two-factor-auth django-unicorn django-user-sessions djangorestframework djangorestframework-simplejwt djoser
flower graphene graphene-django granian gunicorn httpx hypercorn jinja2 kombu lxml markdown mysqlclient oauthlib paramiko pillow psycopg2
psycopg2-binary pydantic pyjwt pymysql python-jose python-multipart pyyaml redis reportlab requests rsa sentry-sdk setuptools sqlparse starlette
strawberry-graphql tornado twisted urllib3 uvicorn uwsgi wagtail waitress werkzeug whitenoise
""".split()
HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent / "data" / "advisories.json"


def git(repository, *args):
    return subprocess.run(["git", "-C", str(repository), *args], check=True, capture_output=True, text=True).stdout


def ranges(affected):
    """[{"introduced", "fixed" or "last"}] of the package's version ranges; the versions themselves where there are none."""
    out = []
    for r in affected.get("ranges", []):
        if r.get("type") != "ECOSYSTEM":
            continue
        for event in r["events"]:
            if "introduced" in event:
                out.append({"introduced": str(event["introduced"])})
            elif "fixed" in event and out:
                out[-1]["fixed"] = str(event["fixed"])
            elif "last_affected" in event and out:
                out[-1]["last"] = str(event["last_affected"])
    # A range without an end says "all versions up to now": the last version that the advisory lists is the end that is known.
    versions = [str(v) for v in affected.get("versions", [])]
    for r in out:
        if len(r) == 1 and versions:
            r["last"] = versions[-1]
    return [r for r in out if len(r) > 1]


def advisories(repository):
    found = []
    for package in PACKAGES:
        for path in git(repository, "ls-tree", "-r", "HEAD", "--name-only", f"vulns/{package}/").split():
            advisory = yaml.safe_load(git(repository, "show", f"HEAD:{path}"))
            if advisory.get("withdrawn"):
                continue
            for affected in advisory.get("affected", []):
                where = ranges(affected)
                if affected["package"]["name"].lower() == package and where:
                    aliases = sorted(a for a in advisory.get("aliases", []) if a.startswith(("CVE-", "GHSA-")))
                    found.append({"package": package, "id": advisory["id"], "aliases": aliases, "ranges": where})
    return sorted(found, key=lambda a: (a["package"], [int(p) for p in a["id"].split("-")[1:]]))


def write(repository):
    day = git(repository, "log", "-1", "--format=%cd", "--date=short").strip()
    datetime.date.fromisoformat(day)
    lines = ",\n".join(" " + json.dumps(a, separators=(",", ":")) for a in advisories(repository))
    source = "https://github.com/pypa/advisory-database (CC-BY 4.0), see gen/advisories.py"
    return f'{{\n"as_of": "{day}",\n"source": "{source}",\n"packages": {json.dumps(PACKAGES)},\n"advisories": [\n{lines}\n]\n}}\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("repository", type=pathlib.Path)
    args = parser.parse_args()
    text = write(args.repository)
    if args.check:
        if OUT.read_text(encoding="utf-8") != text:
            sys.exit("data/advisories.json is not current: run internal/knowledge/gen/advisories.py")
        return
    OUT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
