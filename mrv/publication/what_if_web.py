"""The sliders of a published period: a GET form that works by itself, and answers piece by piece where htmx asks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from calculations.messages import CalculationError
from mrv.publication import evidence_page as page
from mrv.publication import what_if
from mrv.spoken import spoken
from registry.core import attempts
from registry.core.errors import Refusal

COMPUTED_IN_FIVE_MINUTES = 150
"""From one address; an answer that is kept already is not counted."""


@require_safe
def what_if_page(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The verified result beside what the reader's values would give; nothing is stored."""
    shown = page.published(code, number)
    status, context = _answer(request, shown)
    piece = bool(request.headers.get("HX-Request"))
    response = render(
        request,
        "publication/_what_if_answer.html" if piece else "publication/what_if.html",
        {"project": shown.project, "period": shown.period, "methodology": shown.run.methodology, **context},
        status=status,
    )
    response["Vary"] = "HX-Request, Cookie, Accept-Language"
    return response


def _answer(request: HttpRequest, shown: page.Published) -> tuple[int, dict[str, Any]]:
    methodology = what_if.methodology_in(shown)
    offered = what_if.sliders(methodology, {})
    try:
        offered = what_if.sliders(methodology, request.GET)
        values = what_if.moved(offered)
        context: dict[str, Any] = {"sliders": offered}
        if not values:
            return 200, context
        found = what_if.known_answer(shown, values)
        if found is None:
            attempts.count(request, "what-if", limit=COMPUTED_IN_FIVE_MINUTES, within_s=300)
            found = what_if.answer(shown, values)
        return 200, {**context, "moved": [each for each in offered if each.moved], **what_if.compared(shown, found)}
    except Refusal as refusal:
        return refusal.status, {"sliders": offered, "problem": {"code": refusal.code, "text": str(refusal)}}
    except CalculationError as error:
        said = spoken([error.message])[0]
        return 422, {"sliders": offered, "problem": {"code": error.code, "text": str(said)}}
