"""Pages for everybody: the storm story with its self-test, the cases, the glossary."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from mrv.learning import glossary, presentation, selectors, services, story
from mrv.learning.questions import QUESTIONS
from registry.core import attempts

ANSWERS_AN_HOUR = 60
"""From one address: a class in a county's lecture hall may share one."""
PAGE_SIZE = 20


@require_safe
def story_page(request: HttpRequest) -> HttpResponse:
    storm = story.storm()
    scenes, panels = presentation.scenes(storm), presentation.panels(storm)
    taken = {question.name: request.GET.get(question.name, "") for question in QUESTIONS}
    return render(
        request,
        "learning/story.html",
        {
            "storm": storm,
            "slots": len(storm.times),
            "scenes": scenes,
            "panels": panels,
            "days": presentation.days(storm),
            "playing": presentation.playing(storm, panels, scenes),
            "lines": presentation.table(storm),
            "account": presentation.account(storm),
            "tallies": selectors.tallies(taken),
            "answered": any(taken.values()),
        },
    )


@require_safe
def lecture_sheet(_request: HttpRequest) -> HttpResponse:
    """The story on one printed page."""
    answer = HttpResponse(_sheet(get_language() or ""), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="storm.pdf"'
    return answer


@lru_cache
def _sheet(_language: str) -> bytes:
    """Drawn once for each language: it depends on the software alone."""
    from mrv.learning.sheet import sheet_of  # noqa: PLC0415  loading reportlab takes a moment, few answers need it

    return sheet_of(story.storm())


@require_safe
def storm_csv(request: HttpRequest) -> FileResponse:
    return FileResponse(story.READINGS.open("rb"), as_attachment=True, filename="storm.csv", content_type="text/csv")


@require_POST
def self_test(request: HttpRequest) -> HttpResponse:
    """Count, then show the counts: the reader's own answers come back in the address alone."""
    attempts.count(request, "self-test", limit=ANSWERS_AN_HOUR, within_s=3600)
    counted = services.count_answers(actor=request.actor, answers=request.POST.dict())
    return redirect(f"{reverse('learning:story')}?{urlencode(counted)}#self-test")


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    page = Paginator(selectors.issued_cases(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "learning/cases.html", {"page": page, "cases": selectors.with_tonnes(list(page))})


@require_safe
def glossary_page(request: HttpRequest) -> HttpResponse:
    return render(
        request, "learning/glossary.html", {"groups": glossary.grouped(), "machines": list(glossary.machines())}
    )
