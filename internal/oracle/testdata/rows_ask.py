"""Asks every list of a project with few rows and with many, and prints how many queries each took.

Arguments: folder, settings module. Input: a JSON list of paths. Output: a JSON object by path with two numbers, or a text where it failed."""
import json
import os
import sys

os.chdir(sys.argv[1])
sys.path.insert(0, sys.argv[1])
os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[2]

import django

django.setup()

from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

call_command("migrate", run_syncdb=True, verbosity=0)

from books.models import Author, Book, Country, Cover, Note, Publisher, Review, Tag

boss = User.objects.create_superuser("boss", password="x")


def rows(start, end):
    for i in range(start, end):
        country = Country.objects.create(code=f"{i:02}")
        author = Author.objects.create(name=f"author {i}", country=country)
        book = Book.objects.create(title=f"title {i:02}", isbn=str(i), author=author, publisher=Publisher.objects.create(name=f"p{i}"))
        book.tags.add(Tag.objects.create(name=f"tag {i}"))
        Book.objects.create(title=f"title more {i}", isbn=str(i), author=Author.objects.first(), publisher=book.publisher)
        Cover.objects.create(book=book, url="x")
        Cover.objects.create(book=Book.objects.last(), url="x")
        for writer in (author, Author.objects.first()):
            Review.objects.create(book=book, writer=writer, text=f"text {i}")
        Note.objects.create(content_type=ContentType.objects.get_for_model(Book), object_id=book.pk)


def ask(path):
    client = Client()
    client.force_login(boss)
    ContentType.objects.clear_cache()
    try:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
            if response.status_code != 200:
                return f"status {response.status_code}"
        return len(queries)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


paths = json.load(sys.stdin)
rows(0, 3)
few = {path: ask(path) for path in paths}
rows(3, 12)
json.dump({path: [few[path], ask(path)] for path in paths}, sys.stdout)
