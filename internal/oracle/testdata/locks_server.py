"""Applies migrations to tables with rows, and tells which locks they hold and which tables they read or write anew.

Reads one JSON object from standard input: the connection, the first migration as text, SQL that fills its tables, and further migrations by
name, each of which is applied to the tables that the first one makes. Writes one JSON line for each: the strongest lock on each table, and
whether it was read or rewritten.
"""

import json
import sys
import threading
import time

import psycopg
from django.conf import settings

request = json.load(sys.stdin)
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "USER": request["user"], "HOST": request["host"]}},
    INSTALLED_APPS=["django.contrib.postgres"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
import django

django.setup()
from django.db import connection, transaction
from django.db.migrations.state import ProjectState

# From the weakest to the strongest: https://www.postgresql.org/docs/current/explicit-locking.html
MODES = ["AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock",
         "ExclusiveLock", "AccessExclusiveLock"]
SCANS = "SELECT pg_stat_get_xact_numscans(%s)"  # scans from end to end
other = psycopg.connect(host=request["host"], user=request["user"], dbname="postgres", autocommit=True)


def migration(text, name):
    names = {}
    exec(compile(text, name, "exec"), names)
    return names["Migration"](name, "shop")


def tables():
    rows = other.execute("SELECT relname, oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace").fetchall()
    return dict(rows)


def locks(pid):
    rows = other.execute("SELECT relation, mode FROM pg_locks WHERE locktype = 'relation' AND pid = %s AND granted", [pid]).fetchall()
    strongest = {}
    for relation, mode in rows:
        strongest[relation] = max(strongest.get(relation, -1), MODES.index(mode))
    return strongest


def ask(sql, oids):
    with connection.cursor() as cursor:
        result = {}
        for name, oid in oids.items():
            cursor.execute(sql, [oid])
            row = cursor.fetchone()
            result[name] = row[0] if row else None
        return result


def apply(step, state):
    with connection.schema_editor(atomic=step.atomic) as editor:
        step.apply(state, editor)


def in_transaction(step, state, oids):
    pid = connection.connection.info.backend_pid
    before = ask("SELECT pg_relation_filenode(%s)", oids)
    try:
        with transaction.atomic():
            earlier = ask(SCANS, oids)  # of transactions whose counts are not sent as yet
            apply(step, state)
            held = locks(pid)
            scans = ask(SCANS, oids)
            after = ask("SELECT pg_relation_filenode(oid) FROM pg_class WHERE oid = %s", oids)
    except Exception as e:
        return {"error": f"{type(e).__name__}: {e}"}
    return {"tables": {name: {"lock": held.get(oid, -1), "rewritten": after[name] is not None and before[name] != after[name],
                              "scanned": (scans[name] or 0) > (earlier[name] or 0)} for name, oid in oids.items()}}


def outside(step, state, oids):
    """A writer holds a row, so that what is done concurrently has to wait, and its locks can be seen."""
    pid = connection.connection.info.backend_pid
    connection.close()
    writer = psycopg.connect(host=request["host"], user=request["user"], dbname="postgres")
    writer.execute(request["write"])
    failure, seen, backend = [], {}, []

    def run():
        try:
            connection.ensure_connection()
            backend.append(connection.connection.info.backend_pid)
            apply(step, state)
        except Exception as e:
            failure.append(f"{type(e).__name__}: {e}")
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    deadline = time.time() + 30
    waited = False
    while thread.is_alive() and time.time() < deadline:
        if backend:
            waits = other.execute("SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted", backend).fetchone()[0]
            for relation, mode in locks(backend[0]).items():
                seen[relation] = max(seen.get(relation, -1), mode)
            if waits and not waited:
                waited = True
                writer.rollback()
        time.sleep(0.005)
    writer.rollback()
    thread.join()
    writer.close()
    if failure:
        return {"error": failure[0]}
    return {"concurrent": True, "tables": {name: {"lock": seen.get(oid, -1), "rewritten": False, "scanned": False} for name, oid in oids.items()}}


for name in sorted(request["cases"]):
    other.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.close()
    connection.ensure_connection()
    state = ProjectState()
    first = migration(request["initial"], "0001_initial")
    with connection.schema_editor() as editor:
        state = first.apply(state, editor)
    with connection.cursor() as cursor:
        cursor.execute(request["fill"])
    step = migration(request["cases"][name], "0002_case")
    result = (in_transaction if step.atomic else outside)(step, state, tables())
    print(json.dumps({"name": name, **result}), flush=True)
