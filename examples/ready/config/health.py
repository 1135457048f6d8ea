"""What the runtime asks: whether the process answers, and whether it can serve."""

from django.core.cache import cache
from django.db import connection
from django.http import JsonResponse


def live(request):
    return JsonResponse({"status": "alive"})


def ready(request):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        cache.set("ready", "yes", timeout=10)
        cache.get("ready")
    except Exception:
        return JsonResponse({"status": "not ready"}, status=503)
    return JsonResponse({"status": "ready"})
