"""Prints what Celery makes of a project: its tasks with their options, the queue of each, the options of the application and its schedule.

Arguments: folder, module of the application. Input: a JSON object with the names of the options of tasks and of the application."""
import json
import os
import sys

os.chdir(sys.argv[1])
sys.path.insert(0, sys.argv[1])

import importlib

module = importlib.import_module(sys.argv[2])
import django

django.setup()
asked = json.load(sys.stdin)
app = module.app
app.loader.import_default_modules()
app.finalize()


def plain(value):
    try:
        json.dumps(value)
        return value
    except TypeError:
        return f"<{type(value).__name__}>"


def option(task, name):
    value = getattr(task, name, None)
    if value is None and name in ("time_limit", "soft_time_limit"):  # the worker's own, celery/worker/request.py
        value = getattr(app.conf, "task_" + name)
    return plain(value)


tasks = {}
for name, task in app.tasks.items():
    if name.startswith("celery."):
        continue
    route = app.amqp.router.route({"queue": task.queue} if getattr(task, "queue", None) else {}, name)
    tasks[name] = {
        "options": {name: option(task, name) for name in asked["task"]},
        "queue": route["queue"].name if "queue" in route else app.amqp.default_queue.name,
    }
json.dump({
    "tasks": tasks,
    "conf": {name: plain(getattr(app.conf, name)) for name in asked["conf"]},
    "schedule": sorted(entry["task"] for entry in app.conf.beat_schedule.values()),
}, sys.stdout)
