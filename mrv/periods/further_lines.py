"""The readiness of a period's further stations: which role is open, and what each station lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from calculations.methodologies import Methodology
from calculations.procedures.requirements import FURTHER_STATIONS
from mrv.periods.evidence import Sources
from mrv.periods.lines import Line, line
from mrv.periods.models import StationRole

StationLines = Callable[[Sources, Methodology], Iterable[Line]]


def roles_of(methodology: Methodology) -> dict[str, bool]:
    """Roles of further stations that the methodology knows: role -> whether it calculates nothing without one."""
    return dict(FURTHER_STATIONS.get(methodology.procedure, {}))


def further_station_lines(sources: Sources, methodology: Methodology, station_lines: StationLines) -> Iterator[Line]:
    """For each role that the methodology knows: that its station is named, and what that station still lacks."""
    name = f"{methodology.id} {methodology.version}"
    known = roles_of(methodology)
    for role, required in known.items():
        found = sources.companions.get(role)
        if found is None:
            yield _open_role(sources, role, name, required=required)
            continue
        label = StationRole(role).label
        for each in station_lines(found, methodology):
            yield replace(
                each,
                text=f"{label} {found.station.code}: {each.text}",
                params={**each.params, "role": role, "station": found.station.code},
                link=reverse("stations:detail", args=[found.station.pk]),
            )
        if len(found.merged.readings) and found.check.interval_s != sources.check.interval_s:
            yield line(
                "INTERVALS_DIFFER",
                False,
                _("%(role)s %(station)s was read every %(theirs)s s, the period's station every %(ours)s s."),
                blocking=role == StationRole.DOWNSTREAM,
                link=reverse("stations:detail", args=[found.station.pk]),
                role=label,
                station=found.station.code,
                theirs=found.check.interval_s,
                ours=sources.check.interval_s,
            )
        if role == StationRole.CONTROL and "control_before" not in sources.records.values:
            yield line(
                "CONTROL_BEFORE_MISSING",
                False,
                _(
                    "%(methodology)s compares the control catchment with its own years before the project, and none "
                    "are there. Bring in its “control_before” table at the period's station, or take the control off."
                ),
                link=reverse("records:kind", args=[sources.station.pk, "control_before"]),
                methodology=name,
            )
    for role in sorted(set(sources.companions) - set(known)):
        yield line(
            "STATION_NOT_ASKED",
            False,
            _("%(methodology)s asks for no station in the role “%(role)s”; it is sealed and not looked at."),
            blocking=False,
            link=_page(sources),
            methodology=name,
            role=StationRole(role).label,
        )


def _open_role(sources: Sources, role: str, methodology: str, *, required: bool) -> Line:
    text = {
        StationRole.DOWNSTREAM: _(
            "%(methodology)s compares two stations, and no downstream station is named: what is retained in the "
            "reach cannot be calculated without it. Name it on this page."
        ),
        StationRole.CONTROL: _(
            "No control catchment is named: %(methodology)s then counts the enhancement over the baseline years "
            "alone. If there is one, name it on this page."
        ),
    }[StationRole(role)]
    return line(
        "STATION_MISSING", False, text, blocking=required, link=_page(sources), methodology=methodology, role=role
    )


def _page(sources: Sources) -> str:
    return reverse("periods:detail", args=[sources.period.pk]) + "#stations"
