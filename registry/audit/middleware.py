"""Numbers each request; turns a refusal raised by any service into its page, and keeps the attempt in the log."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from registry.audit import requests
from registry.audit.services import record_refusal
from registry.core.errors import InvalidInput, Refusal


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with requests.begun() as number:
            response = self.get_response(request)
        response["X-Request-ID"] = number
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        if not isinstance(exception, InvalidInput) and request.method != "GET":
            record_refusal(
                request.actor,
                f"{request.method} {request.path}"[:80],
                object_type="page",
                reason=exception.code,
            )
        return render(request, exception.template, {"refusal": exception}, status=exception.status)
