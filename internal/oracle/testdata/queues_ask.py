"""Prints what a task queue other than Celery makes of a project: its tasks with their options, and the queue that each is sent to by the
functions of shop/sending.py whose names begin with send_.

Arguments: folder, the settings module. Input: the name of the library as JSON."""
import importlib
import json
import os
import sys

os.chdir(sys.argv[1])
sys.path.insert(0, sys.argv[1])
os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[2]

import django

django.setup()
library = json.load(sys.stdin)
tasks, sent = {}, []


def modules():
    """The modules of the project that hold tasks."""
    return [importlib.import_module("shop." + name) for name in ("tasks", "more")]


def send():
    sending = importlib.import_module("shop.sending")
    for name in sorted(vars(sending)):
        if name.startswith("send_"):
            getattr(sending, name)()


def ask_rq():
    import rq.queue
    from rq.job import Job

    made = []
    for method in ("enqueue_job", "schedule_job"):
        setattr(rq.queue.Queue, method, lambda self, job, *args, **kwargs: made.append((self, job)) or job)
    Job.save = lambda self, *args, **kwargs: None
    for module in modules():
        for name, function in list(vars(module).items()):
            if hasattr(function, "delay") and function.__module__ == module.__name__:
                made.clear()
                function.delay()
                queue, job = made[0]
                tasks[job.func_name] = {
                    "queue": queue.name, "timeout": job.timeout, "expires": job.result_ttl, "retries": job.retries_left or 0,
                }
    made.clear()
    send()
    sent.extend([job.func_name, queue.name] for queue, job in made)


def ask_huey():
    from huey.api import PeriodicTask
    from huey.contrib.djhuey import HUEY

    modules()
    for name, task in HUEY._registry._registry.items():
        if not name.startswith("shop."):
            continue
        made = task()
        tasks[name] = {
            "retries": made.retries, "timeout": made.timeout, "priority": made.priority, "periodic": isinstance(made, PeriodicTask),
        }
    HUEY.flush()
    send()
    sent.extend([HUEY._registry.task_to_string(type(task)), ""] for task in HUEY.pending())


def ask_dramatiq():
    import dramatiq
    from dramatiq.middleware import Retries, TimeLimit

    modules()
    broker = dramatiq.get_broker()
    limit = [m.time_limit for m in broker.middleware if isinstance(m, TimeLimit)]
    retries = [m.max_retries for m in broker.middleware if isinstance(m, Retries)]
    for name, actor in broker.actors.items():
        if not actor.fn.__module__.startswith("shop."):
            continue
        tasks[name] = {
            "queue": actor.queue_name, "priority": actor.priority,
            "timeout": actor.options.get("time_limit", limit[0]) / 1000 if limit else None,
            "retries": actor.options.get("max_retries", retries[0]) if retries else 0,
        }
    broker.enqueue = lambda message, *, delay=None: sent.append([message.actor_name, message.queue_name]) or message
    send()


def ask_tasks(package):
    Task = importlib.import_module(package + ".base").Task
    for module in modules():
        for task in vars(module).values():
            if isinstance(task, Task) and task.run_after is None and task.module_path.startswith(module.__name__ + "."):
                tasks.setdefault(task.module_path, {"queue": task.queue_name, "priority": task.priority, "backend": task.backend})
    from shop.backend import SENT

    send()
    sent.extend(SENT)


def ask_djangoq():
    import django_q.tasks
    from django_q.conf import Conf
    from django_q.models import Schedule
    from django_q.signing import SignedPackage

    class Broker:
        def __init__(self, name=None):
            self.list_key = name or Conf.CLUSTER_NAME

        def enqueue(self, package):
            task = SignedPackage.loads(package)
            function = task["func"]
            name = function if isinstance(function, str) else function.__module__ + "." + function.__qualname__
            tasks.setdefault(name, {"queue": self.list_key, "timeout": task.get("timeout", Conf.TIMEOUT)})
            sent.append([name, self.list_key])

    django_q.tasks.get_broker = Broker
    Schedule.full_clean = lambda self: None
    Schedule.save = lambda self: sent.append([self.func, self.cluster or Conf.CLUSTER_NAME])
    modules()
    send()


if library in ("django.tasks", "django_tasks"):
    ask_tasks(library)
else:
    globals()["ask_" + library]()
json.dump({"tasks": tasks, "sent": sorted(sent)}, sys.stdout)
