"""Tell what makemigrations would write, one JSON object a line.

Each line of standard input is a request {"folder": ..., "settings": ..., "make": false}, answered in a process of its own. With "make" the
migrations are written first. The answer is {"changes": {label: [[kind, model, description]]}} or {"error": "Class: message"}.
"""

import json
import os
import sys
import warnings


def setup(request):
    warnings.simplefilter("ignore")
    sys.path.insert(0, request["folder"])
    os.environ["DJANGO_SETTINGS_MODULE"] = request["settings"]
    import django

    django.setup()


def changes(request):
    setup(request)
    from django.apps import apps
    from django.core.management import call_command
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.questioner import MigrationQuestioner
    from django.db.migrations.state import ProjectState
    from django.utils import translation

    if request.get("make"):
        call_command("makemigrations", verbosity=0, interactive=False)
    with translation.override(None):
        loader = MigrationLoader(None, ignore_no_migrations=True)
        conflicts = loader.detect_conflicts()
        if conflicts:
            return {"error": "Conflict: " + ", ".join(sorted(conflicts))}
        detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps), MigrationQuestioner(dry_run=True))
        found = detector.changes(graph=loader.graph)
        return {"changes": {label: [describe(o) for m in migrations for o in m.operations] for label, migrations in found.items()}}


def describe(operation):
    kind = type(operation).__name__
    model = getattr(operation, "model_name", None) or getattr(operation, "name", None) or getattr(operation, "old_name", "")
    return [kind, model.lower(), operation.describe()]


def answer(request):
    try:
        return changes(request)
    except BaseException as e:
        return {"error": f"{type(e).__name__}: {e}"}


def main():
    import django.core.management  # shared by the processes of the answers
    import django.db.migrations.autodetector
    import django.db.migrations.loader
    import django.db.models

    for line in sys.stdin:
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            with os.fdopen(write, "w") as out:
                sys.stdout = sys.stderr
                out.write(json.dumps(answer(json.loads(line))))
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as source:
            text = source.read()
        os.waitpid(child, 0)
        print(text or '{"error": "no answer"}', flush=True)


main()
