"""What the proponent reads before the evidence of a period is sealed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mrv.periods import readiness, selectors
from mrv.periods.evidence import Sources, raw_files, sources_of
from mrv.periods.lines import Line
from mrv.periods.models import MonitoringPeriod, StationRole
from mrv.periods.review_frame import review_frame
from mrv.periods.states import PERIOD
from mrv.quality.models import ReviewAct
from mrv.quality.presentation import CODE_NAMES, NAMES, STATES
from mrv.records.kinds import all_kinds, of_language
from mrv.stations.models import Station
from mrv.uploads.models import Upload
from registry.core.languages import local_name
from registry.core.permissions import require_right
from registry.core.reviews import Linked, Part, Review
from registry.core.templatetags.kcr import number

MENDED_AT: Mapping[str, str] = {
    "FLAGS": "quality:review",
    "CURVE": "quality:rating",
    "GAUGINGS": "quality:rating",
    "OUTLIER_GAUGING": "quality:rating",
    "ION_MODELS": "quality:ions",
    "FILES_CONTRADICT": "stations:detail",
    "READINGS": "stations:detail",
    "VARIABLE_MISSING": "stations:detail",
    "COMPLETENESS": "stations:detail",
    "INTERVAL_TOO_LONG": "stations:detail",
}
"""Beginning of a line's code -> the station's page where it is put right; else the period's own page."""

_WORDS: Mapping[str, Any] = {
    **dict(Upload.Kind.choices),
    "lab_report": gettext_lazy("Laboratory's report"),
    "attachment": gettext_lazy("Attachment"),
}


@require_safe
def review_page(request: HttpRequest, pk: int) -> HttpResponse:
    period = selectors.period_for(request.actor, pk)
    require_right(request.actor, "periods.seal", period)
    PERIOD.target(period.state, "seal")
    return render(request, "core/review.html", {"review": review_of(sources_of(period))})


def review_of(sources: Sources) -> Review:
    period = sources.period
    project = period.project
    lines = readiness.lines_of(sources)
    return Review(
        title=_("Seal the evidence"),
        **review_frame(period, "seal"),
        facts=[
            (_("Span"), f"{period.first_day} – {period.last_day}"),
            (_("Station"), _named(period.station)),
            *((StationRole(role).label, _named(one.station)) for role, one in sources.companions.items()),
            (_("Methodology"), f"{project.methodology_id} {project.methodology_version}"),
        ],
        ready=[line for line in lines if line.ok],
        missing=[_linked(period, line) for line in lines if line.blocking and not line.ok],
        hints=[_linked(period, line) for line in lines if not line.blocking and not line.ok],
        parts=list(_parts(sources)),
        stays=list(_stays(sources)),
        panels=("period_sealing", period),
        then=[
            _("All of this is frozen into one bundle with one digest; the same evidence always has the same digest."),
            _("The official calculation is started next. It reads the bundle and nothing else."),
            _("With its result the authorised representative submits the period to verification."),
        ],
        fixed=[
            _("What comes later (a file, a sample, a decision about a flag, a new curve) is not in this bundle."),
            _("Until the submission you may open the period again, with a reason; after it, never."),
            _("The bundle stays in the store also then. Who sealed it, and when, stays in the audit log."),
        ],
        button=_("Seal the evidence"),
    )


def _named(station: Station) -> str:
    return f"{station.code} {local_name(station)}"


def _linked(period: MonitoringPeriod, line: Line) -> Linked:
    if line.link:
        return line, line.link
    page = next((page for code, page in MENDED_AT.items() if line.code.startswith(code)), None)
    if page is None:
        return line, reverse("periods:detail", args=[period.pk])
    url = reverse(page, args=[period.station_id])
    return line, url + _days(period) if page == "quality:review" else url


def _days(period: MonitoringPeriod) -> str:
    return f"?first_day={period.first_day}&last_day={period.last_day}"


def _parts(sources: Sources) -> Iterator[Part]:
    """The files that the bundle holds whole, each with what it is and, beside further stations, whose it is."""
    kinds = all_kinds()
    other = {u.sha256: one.station.code for one in sources.companions.values() for u in one.merged.uploads}
    for raw in raw_files(sources):
        group, _slash, kind = raw.kind.partition("/")
        if group == "records" and kind in kinds:
            what = of_language(kinds[kind].title, get_language())
        else:
            what = _WORDS.get(raw.kind, raw.kind)
        yield Part(f"{what} · {other[raw.sha256]}" if raw.sha256 in other else what, raw.name, raw.sha256)


def _stays(sources: Sources) -> Iterator[Linked]:
    """The flags and decisions that go in as they stand, station by station."""
    period = sources.period
    for one in (sources, *sources.companions.values()):
        url = reverse("quality:review", args=[one.station.pk]) + _days(period)
        of_station = f"{one.station.code} · " if sources.companions else ""
        flags = Counter((item.flag.parameter, item.flag.code, item.state) for item in one.review.judged)
        for (parameter, code, state), count in sorted(flags.items()):
            facts = {
                "parameter": NAMES.get(parameter, parameter),
                "flag": CODE_NAMES.get(code, code),
                "state": STATES[state][0],
                "count": number(count),
            }
            yield of_station + _("Flag “%(flag)s” on %(parameter)s, %(state)s: %(count)s") % facts, url
        acts = Counter(act.kind for act in one.review.acts if act.start < period.end and act.end > period.start)
        for kind in (ReviewAct.Kind.EXCLUDE, ReviewAct.Kind.OFFSET, ReviewAct.Kind.DRIFT):
            if acts[kind]:
                yield f"{of_station}{kind.label}: {number(acts[kind])}", url
