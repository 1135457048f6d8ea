"""Every request has an id, which stands in the log and in the answer."""

import re
import uuid
from contextvars import ContextVar

request_id = ContextVar("request_id", default="-")
FORM = re.compile(r"[0-9A-Za-z-]{8,64}")


class RequestId:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.headers.get("X-Request-Id", "")
        token = request_id.set(given if FORM.fullmatch(given) else uuid.uuid4().hex)
        try:
            response = self.get_response(request)
            response.headers["X-Request-Id"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


class RequestIdFilter:
    def filter(self, record):
        record.request_id = request_id.get()
        return True
