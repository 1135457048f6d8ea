"""Asks every path given on standard input of a project, with its services there and away, and prints what came.

Arguments: folder, settings module. Input: a JSON list of paths. Output: a JSON object by path, with the status and text of the answer
when all is there, when the database is away, when the cache is away, over plain HTTP, and for a Host that is not allowed; and how many queries
were made."""
import json
import os
import sys

os.chdir(sys.argv[1])
sys.path.insert(0, sys.argv[1])
os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[2]

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

call_command("migrate", run_syncdb=True, verbosity=0)


def ask(path, **extra):
    client = Client(raise_request_exception=False)
    response = client.get(path, **{"HTTP_HOST": "ward.example", **extra})
    return {"status": response.status_code, "text": response.content.decode(), "to": response.headers.get("Location", "")}


answers = {}
paths = json.load(sys.stdin)
for path in paths:
    with CaptureQueriesContext(connection) as queries:
        there = ask(path, secure=True)
    answers[path] = {"there": there, "queries": len(queries), "plain": ask(path), "host": ask(path, HTTP_HOST="other.example", secure=True)}
os.environ["WARD_CACHE"] = "away"
for path in paths:
    answers[path]["no_cache"] = ask(path, secure=True)
del os.environ["WARD_CACHE"]
call_command("flush", interactive=False, verbosity=0)
with connection.cursor() as c:
    c.execute("DROP TABLE ward_bed")
for path in paths:
    answers[path]["no_database"] = ask(path, secure=True)
json.dump(answers, sys.stdout)
