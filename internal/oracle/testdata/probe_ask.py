"""Asks a project what is given on standard input, and prints the status and the address of each answer.

Arguments: folder, settings module. Input: a JSON list of {"path", "host", "secure"}; output: a list of {"status", "to"}."""
import json
import logging
import os
import sys

os.chdir(sys.argv[1])
sys.path.insert(0, sys.argv[1])
os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[2]

import django

django.setup()
logging.disable(logging.CRITICAL)

from django.core.management import call_command
from django.test import Client

call_command("migrate", run_syncdb=True, verbosity=0)

answers = []
for question in json.load(sys.stdin):
    client = Client(raise_request_exception=False)
    response = client.get(question["path"], secure=question["secure"], headers={"host": question["host"]})
    answers.append({"status": response.status_code, "to": response.headers.get("Location", "")})
json.dump(answers, sys.stdout)
