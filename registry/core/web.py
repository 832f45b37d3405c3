"""The to-do list, the language switch, and the pages that say no."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.core import clock, deadlines, todo
from registry.core.errors import Refusal


def to_do(request: HttpRequest) -> HttpResponse:
    if request.actor.is_anonymous:
        return redirect(f"{reverse('organisations:sign_in')}?next={request.path}")
    with clock.one_instant():
        return render(request, "core/to_do.html", _to_do(request))


def _to_do(request: HttpRequest) -> dict[str, Any]:
    return {"items": todo.items_of(request.actor), "deadlines": deadlines.deadlines_of(request.actor)}


def take_act(
    request: HttpRequest, acts: Mapping[str, Callable[[HttpRequest, Any], Any]], action: str, row: Any
) -> None:
    """Do one of a page's acts by its name, and say that it was done. Raises Http404 for any other name."""
    if action not in acts:
        raise Http404
    acts[action](request, row)
    messages.success(request, _("Done. The history below has the new entry."))


def refusal(request: HttpRequest, error: Refusal) -> HttpResponse:
    return render(request, "core/refusal.html", {"refusal": error}, status=error.status)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "core/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "core/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "core/500.html", status=500)
