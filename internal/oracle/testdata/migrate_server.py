"""Tell what makemigrations would write, one JSON object a line.

Each line of standard input is a request {"folder": ..., "settings": ..., "make": false}, answered in a process of its own. With "make" the
migrations are written first. The answer is {"changes": {label: [[kind, model, description]]}} or {"error": "Class: message"}.

With "edits", a list of {"path": ..., "text": ...}, there is an answer for each, with its number as "edit", in any order, and at last one for the
folder as it is, with -1 and with the modules below the folder that were imported, as "loaded". The files stay as they are.
"""

import importlib.machinery
import json
import os
import signal
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


class Edits:
    """The edits of one request, each answered by a copy of this process.

    A copy is made where Python is about to run a module that edits wait for. It goes on with the edited text, to the end, while the process
    itself waits, and then goes on with the module as it is. So what is imported before is imported once for all edits.
    """

    def __init__(self, request):
        self.out = None  # in a copy: where its answer goes
        self.waiting = {}
        for number, e in enumerate(request["edits"]):
            self.waiting.setdefault(os.path.join(request["folder"], e["path"]), []).append((number, e["text"]))

    def install(self):
        original = importlib.machinery.SourceFileLoader.get_code

        def get_code(loader, name):
            text = self.branch(loader.path)
            return original(loader, name) if text is None else compile(text, loader.path, "exec", dont_inherit=True)

        importlib.machinery.SourceFileLoader.get_code = get_code

    def branch(self, path):
        """In the process itself None, when all copies have answered; in a copy the edited text."""
        for number, text in self.waiting.pop(path, ()):
            self.out = in_copy(number)
            if self.out:
                self.waiting.clear()
                return text
        return None


def in_copy(number):
    """Forks. In the copy: the file for its answer. In the process, None, when the answer is printed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        signal.alarm(300)
        return os.fdopen(write, "w")
    os.close(write)
    with os.fdopen(read) as source:
        text = source.read()
    os.waitpid(child, 0)
    tell(number, json.loads(text or '{"error": "no answer"}'))
    return None


def tell(number, found):
    print(json.dumps({"edit": number, **found}), file=ANSWERS, flush=True)


def answer_edits(request):
    edits = Edits(request)
    edits.install()
    found = answer(request)
    if edits.out:
        edits.out.write(json.dumps(found))
        edits.out.close()
        os._exit(0)
    for waiting in edits.waiting.values():  # modules that nothing imports
        for number, _ in waiting:
            tell(number, found)
    tell(-1, {**found, "loaded": loaded(request["folder"])})
    os._exit(0)


def loaded(folder):
    """The files of the modules below a folder, relative to it."""
    files = [getattr(m, "__file__", None) or "" for m in list(sys.modules.values())]
    return sorted({os.path.relpath(f, folder) for f in files if f.startswith(folder + os.sep)})


def main():
    import django.core.management  # shared by the processes of the answers
    import django.db.migrations.autodetector
    import django.db.migrations.loader
    import django.db.models

    for line in sys.stdin:
        request = json.loads(line)
        if "edits" in request:
            child = os.fork()
            if child == 0:
                sys.stdout = sys.stderr
                answer_edits(request)
            os.waitpid(child, 0)
            continue
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            with os.fdopen(write, "w") as out:
                sys.stdout = sys.stderr
                out.write(json.dumps(answer(request)))
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as source:
            text = source.read()
        os.waitpid(child, 0)
        print(text or '{"error": "no answer"}', flush=True)


ANSWERS = sys.stdout
main()
