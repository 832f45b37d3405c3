"""What answers where no view does: problems for programs, pages for people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

from registry.api.problems import MEDIA_TYPE, Problem, body_of
from registry.core import web

NO_SUCH_ADDRESS = Problem(
    404,
    "NO_SUCH_ADDRESS",
    _("There is nothing at this address. All addresses stand in /api/v1/openapi.json; most end with a slash."),
)
FAULT = Problem(
    500, "FAULT", _("The registry made a mistake; nothing was changed. Try again, and tell the operator if it stays.")
)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, NO_SUCH_ADDRESS) if _of_a_program(request) else web.not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, FAULT) if _of_a_program(request) else web.server_error(request)


def _of_a_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    return JsonResponse(body_of(problem, request.path), status=problem.status, content_type=MEDIA_TYPE)
