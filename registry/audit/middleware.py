"""Numbers each request; turns a refusal raised by any service into its page, and keeps the attempt in the log."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from registry.audit import requests, seen
from registry.audit.services import record_refusal
from registry.core.errors import InvalidInput, Refusal
from registry.core.locking import watched


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.COOKIES.get(settings.SESSION_COOKIE_NAME) and not request.path.startswith("/api/"):
            request.log_position = seen.position()  # before the page reads what it shows
            request.log_position_now = seen.position
        with requests.begun() as number, seen.of_request(), watched():
            response = self.get_response(request)
        response["X-Request-ID"] = number
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """After the CSRF check, before which no form is read."""
        seen.note(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        exception = seen.explained(request.actor, exception)
        if not isinstance(exception, InvalidInput) and request.method != "GET":
            record_refusal(
                request.actor,
                f"{request.method} {request.path}"[:80],
                object_type="page",
                reason=exception.code,
            )
        context = {"refusal": exception}
        if isinstance(exception, seen.ChangedMeanwhile):
            context |= seen.kept(request)
        return render(request, exception.template, context, status=exception.status)
