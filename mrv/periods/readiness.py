"""What still stands between a period and its seal, line by line, each saying what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from calculations.evidence import parse_utc_s
from calculations.hydrology.gaugings import within_validity
from calculations.messages import CalculationError, Message
from calculations.methodologies import Methodology
from calculations.quality.ranges import FAIL
from mrv.methodologies.selectors import methodology_of, read_version
from mrv.periods.evidence import Sources, local_day, read_baseline_document
from mrv.periods.further_lines import further_station_lines
from mrv.periods.lines import Line
from mrv.periods.lines import line as _line
from mrv.periods.models import MonitoringPeriod
from mrv.periods.record_lines import record_lines
from mrv.periods.selectors import live_periods
from mrv.quality.checks import completeness_of
from mrv.quality.models import IonModels
from mrv.quality.ratings import FORM_NAMES, CurvePiece, SpanRating, form_name
from mrv.quality.selectors import is_screened
from mrv.records.needs import needs_readings
from mrv.spoken import Spoken, spoken
from mrv.uploads.selectors import load_records
from registry.core import clock
from registry.core.errors import Refusal

NAMED_GAPS = 3


def lines_of(sources: Sources, beside: Methodology | None = None) -> list[Line]:
    """Every line of the list, in the order in which a person would work through it.

    ``beside``: judged by this version (a reporting line, a pilot, a screening) instead of the project's own.
    """
    period = sources.period
    try:
        methodology = beside or read_version(methodology_of(period.project, period.first_day))
    except Refusal as refusal:
        return [*_project_lines(period), _line(refusal.code, False, str(refusal))]
    lines = [*_project_lines(period), *station_lines(sources, methodology)]
    lines += [*_baseline_lines(sources, methodology), *record_lines(sources, methodology)]
    return [*lines, *further_station_lines(sources, methodology, station_lines)]


def station_lines(sources: Sources, methodology: Methodology) -> list[Line]:
    """The lines about one station: readings, review, curve, ion models; none of what the version works without."""
    lines: list[Line] = []
    if needs_readings(methodology):
        lines += [*reading_lines(sources, methodology), *_review_lines(sources), *_curve_lines(sources, methodology)]
    if _needs_ions(methodology):
        lines += _ion_lines(sources, methodology)
    return lines


def _needs_ions(methodology: Methodology) -> bool:
    """Whether ions are computed from conductivity: organic carbon alone asks for the discharge only."""
    return any(item["parameter"] == "specific_conductance_25c" for item in methodology.content["variables"])


def _project_lines(period: MonitoringPeriod) -> Iterator[Line]:
    registered = period.project.state == "registered"
    yield _line(
        "PROJECT_REGISTERED",
        registered,
        _("The project is registered.")
        if registered
        else _("The project is “%(state)s”; only a registered project seals and submits."),
        state=period.project.get_state_display(),
    )
    over = period.end <= clock.now()
    yield _line(
        "PERIOD_OVER",
        over,
        _("The period is over.") if over else _("The period ends on %(day)s; it can be sealed after that."),
        day=f"{period.last_day:%Y-%m-%d}",
    )
    before = _day_without_account(period)
    if before:
        yield _line(
            "GAP_BEFORE",
            False,
            _("The days before %(day)s are in no accepted period; periods follow each other without a gap."),
            blocking=False,
            day=f"{period.first_day:%Y-%m-%d}",
        )


def _day_without_account(period: MonitoringPeriod) -> bool:
    """Whether the day before the period is creditable and in no live period of its spring."""
    if period.first_day <= period.project.crediting_start:
        return False
    return (
        not live_periods(period.project)
        .filter(station=period.station, end__gte=period.start, start__lt=period.start)
        .exists()
    )


def reading_lines(sources: Sources, methodology: Methodology) -> Iterator[Line]:
    """The lines about the readings alone; they look at no table, so that a draft can be judged as well."""
    period, check = sources.period, sources.check
    if not len(sources.merged.readings):
        yield _line(
            "READINGS",
            False,
            _("No logger readings from %(first)s to %(last)s at %(station)s. Upload the logger's file."),
            first=f"{period.first_day:%Y-%m-%d}",
            last=f"{period.last_day:%Y-%m-%d}",
            station=sources.station.code,
        )
        return
    yield _line(
        "READINGS",
        True,
        _("%(present)s of %(expected)s readings are there, %(missing)s are missing (every %(interval)s s)."),
        present=check.grid.present_slots,
        expected=check.grid.expected_slots,
        missing=check.grid.missing_slots,
        interval=check.interval_s,
    )
    for conflict in sources.merged.conflicts:
        yield _line(
            "FILES_CONTRADICT",
            False,
            _(
                "“%(first)s” and “%(second)s” give different %(parameter)s at %(time)s (%(a)s and %(b)s), "
                "%(count)s times in all. Withdraw the wrong file."
            ),
            first=conflict.files[0],
            second=conflict.files[1],
            parameter=conflict.parameter,
            time=local_day(conflict.at, period),
            a=conflict.values[0],
            b=conflict.values[1],
            count=conflict.count,
        )
    variables = [item for item in methodology.content["variables"] if item["role"] in ("flux", "speciation")]
    for variable in variables:
        yield from _variable_lines(sources, methodology, variable)
    present = {item["parameter"] for item in variables if item["parameter"] in check.by_parameter}
    for role in ("flux", "speciation"):
        group = [item for item in variables if item["role"] == role and item["parameter"] in present]
        if group:
            yield _completeness_line(sources, methodology, group, blocking=role == "flux")


def _variable_lines(sources: Sources, methodology: Methodology, variable: dict[str, Any]) -> Iterator[Line]:
    check, name = sources.check, variable["parameter"]
    facts = {
        "parameter": name,
        "name": _of_language(variable, "name"),
        "methodology": f"{methodology.id} {methodology.version}",
    }
    grid = check.by_parameter.get(name)
    if grid is None or not grid.present_slots:
        yield _line(
            "VARIABLE_MISSING",
            False,
            _("%(methodology)s needs %(name)s; the files have none in this period. Upload a file with it."),
            **facts,
        )
    elif check.interval_s > variable["longest_interval_s"]:
        yield _line(
            "INTERVAL_TOO_LONG",
            False,
            _("%(name)s was read every %(interval)s s; %(methodology)s needs it every %(longest)s s or more often."),
            interval=check.interval_s,
            longest=variable["longest_interval_s"],
            **facts,
        )


def _completeness_line(
    sources: Sources, methodology: Methodology, group: list[dict[str, Any]], *, blocking: bool
) -> Line:
    """How much of the period's time has all of a group's quantities, and which gaps are the longest."""
    period = sources.period
    parameters = tuple(item["parameter"] for item in group)
    there = completeness_of(sources.merged, sources.check, period.start, period.end, parameters, gaps=NAMED_GAPS)
    minimum_pct = methodology.value("completeness_time_min_pct")
    facts = {
        "names": ", ".join(_of_language(item, "name") for item in group),
        "methodology": f"{methodology.id} {methodology.version}",
        "pct": f"{there.pct:.1f}",
        "minimum": f"{minimum_pct:g}",
        "present": there.measured,
        "expected": there.slots,
    }
    if there.pct >= minimum_pct:
        return _line(
            "COMPLETENESS",
            True,
            _("%(names)s: %(pct)s %% of the period (%(present)s of %(expected)s readings); needed are %(minimum)s %%."),
            **facts,
        )
    return _line(
        "COMPLETENESS",
        False,
        _(
            "%(names)s: only %(pct)s %% of the period is there (%(present)s of %(expected)s readings); "
            "%(methodology)s needs %(minimum)s %%. Longest gaps: %(gaps)s. Upload the file with the missing readings."
        ),
        blocking=blocking,
        gaps="; ".join(
            f"{local_day(first, period)} – {local_day(last, period)} ({slots})" for first, last, slots in there.gaps
        ),
        **facts,
    )


def _review_lines(sources: Sources) -> Iterator[Line]:
    """What the automatic tests found and nobody has decided about yet."""
    if not len(sources.merged.readings):
        return
    if not is_screened(sources.station):
        yield _line(
            "FLAGS_STALE",
            False,
            _("The automatic tests have not seen all of the station's files. Run them on the review page."),
        )
    undecided = len(sources.review.undecided)
    if undecided:
        yield _line(
            "FLAGS_UNDECIDED",
            False,
            _("%(count)s suspect flags are undecided. Accept, reject or correct them on the review page."),
            count=undecided,
        )
    failed = sum(1 for item in sources.review.judged if item.state == "open" and item.flag.flag == FAIL)
    if failed:
        yield _line(
            "FLAGS_FAILED",
            False,
            _("%(count)s failed flags leave their readings out; nobody has looked at them yet."),
            blocking=False,
            count=failed,
        )


def _curve_lines(sources: Sources, methodology: Methodology) -> Iterator[Line]:
    rating = sources.rating
    if rating is None:
        yield _line(
            "CURVE",
            False,
            _("No rating curve is valid for this period. Upload the gaugings and fit one."),
        )
        return
    yield from _form_lines(rating, methodology)
    yield from _hole_lines(rating, sources.period)
    for piece in rating.pieces:
        yield from _version_lines(piece, sources.period, methodology)


def _form_lines(rating: SpanRating, methodology: Methodology) -> Iterator[Line]:
    """A rating that the version does not compute with stops the sealing."""
    refused = sorted(rating.forms - set(methodology.rating_forms))
    if refused:
        yield _line(
            "CURVE_FORM_NOT_ALLOWED",
            False,
            _("%(methodology)s computes with one power law only, and the rating of this period has: %(forms)s."),
            methodology=f"{methodology.id} {methodology.version}",
            forms=", ".join(str(FORM_NAMES[form]) for form in refused),
        )


def _hole_lines(rating: SpanRating, period: MonitoringPeriod) -> Iterator[Line]:
    """Parts of the period in which no version is valid: their time earns nothing."""
    for first, last in rating.holes:
        yield _line(
            "CURVE_NOT_VALID",
            False,
            _("No rating curve is valid from %(first)s to %(last)s: this time earns nothing."),
            blocking=False,
            first=local_day(first or period.start, period),
            last=local_day(last or period.end, period),
        )


def _version_lines(piece: CurvePiece, period: MonitoringPeriod, methodology: Methodology) -> Iterator[Line]:
    """What stands against one version of the curve, and that it is there."""
    curve, upload = piece.curve, piece.curve.upload
    if upload is None:
        yield _line("CURVE", True, _("Weir v%(version)s, without gaugings."), version=curve.version)
        yield from _notes(curve.messages)
        return
    years = methodology.whole("validity_years")
    span = (int(period.start.timestamp()), int(period.end.timestamp()))
    excluded = {(item["file"], item["row"]) for item in curve.record.get("exclusions", ())}
    used = [item for item in load_records(upload) if (item["file"], item["row"]) not in excluded]
    times = {item["row"]: parse_utc_s(item["timestamp"]) for item in used if item["timestamp"]}
    expired = [row for row, at_s in times.items() if not within_validity(at_s, span, years)]
    if expired:
        left, minimum = len(used) - len(expired), methodology.whole("minimum_gaugings")
        yield _line(
            "CURVE_OUTSIDE_VALIDITY",
            False,
            _(
                "%(count)s of the %(used)s gaugings of “%(file)s” (row %(row)s first) lie more than %(years)s years "
                "from the period; %(left)s are left and %(minimum)s are needed. Add newer gaugings and fit again."
            ),
            blocking=left < minimum and form_name(curve.record) != "weir",
            count=len(expired),
            used=len(used),
            file=upload.file_name,
            row=expired[0],
            years=years,
            left=left,
            minimum=minimum,
        )
    outside = [row for row, at_s in times.items() if not span[0] <= at_s < span[1]]
    if outside:
        yield _line(
            "GAUGINGS_OUTSIDE_PERIOD",
            False,
            _("%(count)s of the %(used)s gaugings of “%(file)s” were made before or after the period; they are used."),
            blocking=False,
            count=len(outside),
            used=len(used),
            file=upload.file_name,
        )
    yield _line(
        "CURVE",
        True,
        _("Rating curve v%(version)s from %(used)s gaugings of “%(file)s”."),
        version=curve.version,
        used=len(used),
        file=upload.file_name,
    )
    yield from _notes(curve.messages)


def _ion_lines(sources: Sources, methodology: Methodology) -> Iterator[Line]:
    ions = sources.ions
    if ions is None:
        yield _line(
            "ION_MODELS",
            False,
            _("No ion models were fitted for this period. Upload the water samples and fit them."),
        )
        return
    if ions.upload is None:
        yield from _published_lines(ions, methodology)
        return
    yield _line(
        "ION_MODELS",
        True,
        _("Ion models v%(version)s from %(used)s samples of “%(file)s”."),
        version=ions.version,
        used=ions.record["n"],
        file=ions.upload.file_name,
    )
    yield from _notes(ions.messages)


def _published_lines(ions: IonModels, methodology: Methodology) -> Iterator[Line]:
    """A published set in the place of samples: told with its defects, and in the way of credits."""
    yield _line(
        "ION_MODELS",
        True,
        _("Ion models v%(version)s: the published set %(set)s, chosen because: %(reason)s"),
        version=ions.version,
        set=ions.reference,
        reason=ions.reason,
    )
    if methodology.earns_credits:
        [stops] = spoken([Message("REFERENCE_SET_NOT_FOR_CREDITS", {"name": ions.reference}, "error")])
        yield Line(stops.code, False, True, str(stops), dict(stops.params))
    yield from _notes(ions.messages)


def _notes(messages: list[dict[str, Any]]) -> Iterator[Line]:
    """What the fit remarked: to be known, not to be cleared."""
    for message in map(Spoken.read, messages):
        if message.level != "info":
            yield Line(message.code, False, False, str(message), dict(message.params))


def _baseline_lines(sources: Sources, methodology: Methodology) -> Iterator[Line]:
    if not methodology.earns_credits:
        return
    if sources.baseline is None:
        yield _line(
            "BASELINE",
            False,
            _("%(methodology)s credits only what exceeds a baseline, and the project has registered none."),
            methodology=f"{methodology.id} {methodology.version}",
        )
        return
    try:
        read_baseline_document(sources.baseline)
    except (Refusal, CalculationError) as error:
        yield _line("BASELINE", False, str(error))
        return
    yield _line("BASELINE", True, _("Baseline “%(file)s”."), file=sources.baseline.file_name)


def _of_language(item: dict[str, Any], field: str) -> str:
    return str(item[f"{field}_zh" if (get_language() or "zh").startswith("zh") else f"{field}_en"])
