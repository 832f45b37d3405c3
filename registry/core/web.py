"""The to-do list, the language switch, and the pages that say no."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from registry.core import deadlines, todo
from registry.core.errors import Refusal


def to_do(request: HttpRequest) -> HttpResponse:
    if request.actor.is_anonymous:
        return redirect(f"{reverse('organisations:sign_in')}?next={request.path}")
    return render(request, "core/to_do.html", _to_do(request))


def _to_do(request: HttpRequest) -> dict[str, Any]:
    return {"items": todo.items_of(request.actor), "deadlines": deadlines.deadlines_of(request.actor)}


def refusal(request: HttpRequest, error: Refusal) -> HttpResponse:
    return render(request, "core/refusal.html", {"refusal": error}, status=error.status)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "core/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "core/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "core/500.html", status=500)
