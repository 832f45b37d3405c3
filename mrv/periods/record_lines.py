"""The readiness list's lines about further records: what the methodology asks for, with the page that brings it in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from calculations.methodologies import Methodology
from mrv.periods.evidence import Sources
from mrv.periods.lines import Line, line
from mrv.records.kinds import of_language
from mrv.records.needs import needs_of
from mrv.records.of_period import KindInPeriod, Problem

MOST_NAMED = 5
ISSUABLE_ONLY_WITH = {"KCS-ALLO": ("design", "life_cycle"), "KCS-POWDER": ("life_cycle",)}
"""Records without which the calculation goes through and blocks the issue."""


def record_lines(sources: Sources, methodology: Methodology) -> Iterator[Line]:
    """Records that the version names and that are not there; rows that cannot be used; what is there."""
    kinds, station = sources.records.kinds, sources.period.station
    name = f"{methodology.id} {methodology.version}"
    for need in needs_of(methodology):
        if need.kind.name == "control_before" and need.kind.name not in kinds:
            continue  # asked for only beside a control station, whose own line says so
        found = kinds.get(need.kind.name)
        facts: dict[str, Any] = {
            "methodology": name,
            "kind": of_language(need.kind.title, get_language()),
            "name": need.kind.name,
            "link": reverse("records:kind", args=(station.pk, need.kind.name)),
        }
        if found is not None and found.rows:
            yield _there(found, facts)
            continue
        outside = found.outside if found is not None else 0
        if outside:
            text = _(
                "%(methodology)s asks for “%(kind)s”: none of the %(outside)s rows at the station belongs to this "
                "period. Bring in those of the period."
            )
        else:
            text = _("%(methodology)s asks for “%(kind)s”. Download its template, fill it in and hand it in.")
        code, blocking = "RECORD_MISSING", need.needed
        if not blocking and need.kind.name in ISSUABLE_ONLY_WITH.get(methodology.id, ()):
            text += " " + _("The calculation goes through without it, and nothing can be issued on it.")
        elif not blocking:
            text += " " + _("The calculation goes through without it.")
        yield line(code, False, text, blocking=blocking, outside=outside, **facts)
    asked = {need.kind.name for need in needs_of(methodology)}
    # a row that nothing is computed from stops no seal
    problems = sorted(sources.records.problems, key=lambda problem: problem.kind.name not in asked)
    for problem in problems[:MOST_NAMED]:
        yield _problem(problem, blocking=problem.kind.name in asked)
    if len(problems) > MOST_NAMED:
        text = _("%(count)s more rows cannot be used either.")
        blocking = any(problem.kind.name in asked for problem in problems[MOST_NAMED:])
        yield line("ROWS_UNUSABLE", False, text, blocking=blocking, count=len(problems) - MOST_NAMED)


def _there(found: KindInPeriod, facts: dict[str, Any]) -> Line:
    return line(
        "RECORD",
        True,
        _("“%(kind)s”: %(rows)s rows of “%(files)s”."),
        rows=len(found.rows),
        files="”, “".join(file.file_name for file in found.files),
        **facts,
    )


def _problem(problem: Problem, *, blocking: bool) -> Line:
    texts = {
        "ROW_PARTLY_INSIDE": _(
            "“%(kind)s”: row %(row)s of “%(file)s” lies partly in this period. Split it at the period's first or last "
            "day and hand the table in again."
        ),
        "MORE_THAN_ONE": _(
            "“%(kind)s”: row %(row)s of “%(file)s” is a second one for this period, which takes one. Correct the table "
            "and hand it in again."
        ),
    }
    return line(
        problem.code,
        False,
        texts[problem.code],
        blocking=blocking,
        kind=of_language(problem.kind.title, get_language()),
        row=problem.row,
        file=problem.file.file_name,
        link=reverse("records:detail", args=(problem.file.pk,)),
    )
