"""Every write to a monitoring period: open, seal, submit; the moves that later rooms make stand in ``moves.py``."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from calculations.bundle import Bundle, read_bundle, write_bundle, write_kit
from calculations.messages import CalculationError
from calculations.methodologies import Methodology
from mrv.methodologies.models import MethodologyVersion
from mrv.methodologies.selectors import methodology_of
from mrv.periods import readiness as readiness_list
from mrv.periods import states
from mrv.periods.evidence import Sources, build_evidence, sources_of, summary_of
from mrv.periods.models import MonitoringPeriod
from mrv.periods.moves import (
    assign_verifier,
    begin_issuance_review,
    begin_verification,
    mark_issued,
    mark_not_verified,
    mark_refused,
    mark_statement_issued,
    mark_verified,
    raise_findings,
    release_verifier,
    resolve_findings,
    return_to_verification,
)
from mrv.periods.revisions import open_revision, refuse_gap
from mrv.periods.springs import check_springs, overlap_with, sharing_days
from mrv.periods.states import PERIOD
from mrv.spoken import refusal_of
from mrv.stations.models import Station
from registry.audit.services import record
from registry.core import clock, store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal
from registry.core.locking import lock
from registry.core.permissions import require
from registry.projects.crediting import require_inside
from registry.projects.models import Project

__all__ = [
    "assign_verifier",
    "begin_issuance_review",
    "begin_verification",
    "build_kit",
    "make_bundle",
    "mark_issued",
    "mark_not_verified",
    "mark_refused",
    "mark_statement_issued",
    "mark_verified",
    "name_official_run",
    "open_period",
    "open_revision",
    "raise_findings",
    "readiness",
    "recompute_kit",
    "release_verifier",
    "reopen_period",
    "resolve_findings",
    "return_to_verification",
    "seal_period",
    "sealed_bundle",
    "submit_period",
]
OVERLAP = "periods_of_station_never_overlap"


@transaction.atomic
def open_period(
    *, actor: Actor, project: Project, station: Station, first_day: date, last_day: date
) -> MonitoringPeriod:
    """Open a period of whole days in the station's zone, both days inside.

    It lies in the project's crediting period, is over by the registry's clock, and shares no day with another
    accepted period of the station (the database refuses that, whoever writes), nor, beside an inventory's further
    springs, of the project. The days of a rejected period are free: exactly its span gives the next revision of its
    number.
    """
    project = lock(Project, project.pk)
    period = MonitoringPeriod(project=project, station=station, first_day=first_day, last_day=last_day)
    require(actor, "periods.open", period)
    if project.state != "registered":
        raise Refusal(
            "PROJECT_NOT_REGISTERED",
            _("The project is “%(state)s”; periods are opened for a registered project."),
            state=project.get_state_display(),
        )
    if station.project_id != project.pk:
        raise InvalidInput(
            "STATION_OF_OTHER_PROJECT",
            _("The station %(station)s does not belong to this project."),
            station=station.code,
        )
    if station.kind in Station.BEYOND_PROJECT:
        raise InvalidInput(
            "STATION_BEYOND_PROJECT",
            _(
                "The station %(station)s (%(kind)s) does not measure the project's own water. Open the period at the "
                "project's station and name this one in its role there."
            ),
            station=station.code,
            kind=station.get_kind_display(),
        )
    _check_days(period)
    zone = ZoneInfo(station.zone)
    period.zone = station.zone
    period.start = datetime.combine(first_day, time.min, zone)
    period.end = datetime.combine(last_day + timedelta(days=1), time.min, zone)
    now = clock.now()
    if period.end > now:
        raise InvalidInput(
            "PERIOD_NOT_OVER",
            _("The period would end on %(day)s, which is not over yet (today is %(today)s). Choose an earlier end."),
            day=f"{last_day:%Y-%m-%d}",
            today=f"{now.astimezone(zone):%Y-%m-%d}",
        )
    check_springs(period)
    period.number, period.revision = _number_of(period)
    try:
        with transaction.atomic():
            period.save()
    except IntegrityError as error:
        if OVERLAP not in str(error):
            raise
        raise _overlap(period) from error
    record(
        actor,
        "periods.open",
        period,
        after={"number": period.number, "revision": period.revision, "from": first_day, "to": last_day},
    )
    return period


def _check_days(period: MonitoringPeriod) -> None:
    first_day, last_day, project = period.first_day, period.last_day, period.project
    if last_day < first_day:
        raise InvalidInput(
            "PERIOD_ENDS_BEFORE_START",
            _("The last day (%(last)s) is before the first (%(first)s). Correct the dates."),
            first=f"{first_day:%Y-%m-%d}",
            last=f"{last_day:%Y-%m-%d}",
        )
    require_inside(project, first_day, last_day)


def _number_of(period: MonitoringPeriod) -> tuple[int, int]:
    """The next number of the project, or the next revision of a rejected period with exactly this span."""
    known = MonitoringPeriod.objects.filter(project=period.project)
    same = known.filter(first_day=period.first_day, last_day=period.last_day, station=period.station)
    rejected = same.filter(state__in=states.REJECTED).order_by("-revision").first()
    if rejected is not None and not same.exclude(state__in=states.REJECTED).exists():
        return rejected.number, rejected.revision + 1
    return (known.aggregate(last=Max("number"))["last"] or 0) + 1, 1


def _overlap(period: MonitoringPeriod) -> InvalidInput:
    other = sharing_days(period).filter(station=period.station).first()
    return overlap_with(period, other)


def readiness(actor: Actor, period: MonitoringPeriod) -> list[readiness_list.Line]:
    """What stands between this period and its seal, line by line; for those who may see its evidence."""
    require(actor, "periods.view_evidence", period)
    return readiness_list.lines_of(sources_of(period))


@transaction.atomic
def seal_period(*, actor: Actor, period: MonitoringPeriod) -> MonitoringPeriod:
    """Freeze the evidence as a content-addressed bundle. The same evidence always has the same digest.

    Raises InvalidInput ``NOT_READY`` with every blocking line of the readiness list in ``.messages``.
    """
    period = _locked(period)
    require(actor, "periods.seal", period)
    PERIOD.target(period.state, "seal")
    digest, sha256, sources = make_bundle(period)
    before = PERIOD.move(
        period,
        "seal",
        bundle_digest=digest,
        bundle_sha256=sha256,
        kit_sha256="",
        official_run=None,
        evidence=summary_of(sources),
        sealed_at=clock.now(),
        sealed_by_id=actor.user_id,
    )
    record(
        actor,
        "periods.seal",
        period,
        before={"state": before},
        after={"state": period.state, "bundle_digest": digest, "file": sha256},
    )
    return period


def make_bundle(period: MonitoringPeriod, beside: Methodology | None = None) -> tuple[str, str, Sources]:
    """Write the bundle of what is there now to the store: (bundle digest, SHA-256 of the file, its sources).

    ``beside``: made for this version (a reporting line, a pilot, a screening), which asks for less. Raises
    InvalidInput ``NOT_READY`` where a blocking line of the readiness list is open.
    """
    sources = sources_of(period)
    blocking = [line for line in readiness_list.lines_of(sources, beside) if line.blocking and not line.ok]
    if blocking:
        raise InvalidInput(
            "NOT_READY",
            _("The evidence of this period is not complete: %(first)s"),
            messages=tuple(blocking),
            first=str(blocking[0]),
        )
    try:
        evidence = build_evidence(sources)
        with _scratch_file("bundle.zip") as path:
            digest = write_bundle(evidence, path)
            with path.open("rb") as stream:
                return digest, store.put(stream), sources
    except CalculationError as error:
        raise refusal_of(error, _("The evidence of this period cannot be sealed. Nothing was changed.")) from error


@transaction.atomic
def reopen_period(*, actor: Actor, period: MonitoringPeriod, reason: str) -> MonitoringPeriod:
    """Open a sealed period again before its submission; the old bundle stays in the store."""
    period = _locked(period)
    require(actor, "periods.seal", period)
    if not reason.strip():
        raise InvalidInput("REASON_MISSING", _("Say why the period is opened again."))
    old = period.bundle_digest
    before = PERIOD.move(
        period,
        "reopen",
        bundle_digest="",
        bundle_sha256="",
        kit_sha256="",
        official_run=None,
        evidence=None,
        sealed_at=None,
        sealed_by=None,
    )
    record(
        actor,
        "periods.reopen",
        period,
        before={"state": before, "bundle_digest": old},
        after={"state": period.state},
        reason=reason,
    )
    return period


@transaction.atomic
def submit_period(*, actor: Actor, period: MonitoringPeriod) -> MonitoringPeriod:
    """The authorised representative submits the sealed evidence with the official run's result."""
    period = _locked(period)
    require(actor, "periods.submit", period)
    PERIOD.target(period.state, "submit")
    if period.project.state != "registered":
        raise Refusal(
            "PROJECT_NOT_REGISTERED",
            _("The project is “%(state)s”; it submits nothing now."),
            state=period.project.get_state_display(),
        )
    require_inside(period.project, period.first_day, period.last_day)
    refuse_gap(period)
    run = period.official_run
    if run is None or run.state != "succeeded" or run.bundle_digest != period.bundle_digest:
        raise Refusal(
            "OFFICIAL_RUN_MISSING",
            _("There is no finished official calculation of the sealed evidence. Start it and wait for its result."),
        )
    if run.methodology_id != methodology_of(period.project, period.first_day).pk:
        raise Refusal(
            "OFFICIAL_RUN_OF_OTHER_METHODOLOGY",
            _("The official calculation followed %(run)s, not the project's methodology. Start it again."),
            run=str(run.methodology),
        )
    build_kit(period)
    before = PERIOD.move(period, "submit", submitted_at=clock.now())
    record(
        actor,
        "periods.submit",
        period,
        before={"state": before},
        after={
            "state": period.state,
            "bundle_digest": period.bundle_digest,
            "run": run.pk,
            "result_digest": run.result_digest,
        },
    )
    return period


@transaction.atomic
def name_official_run(*, actor: Actor, period: MonitoringPeriod, run_id: int) -> MonitoringPeriod:
    """The worker names the finished official run of the sealed evidence, and its kit is made."""
    period = _locked(period)
    require(actor, "periods.name_official_run", period)
    if period.state != "sealed" or period.official_run_id == run_id:
        return period  # reopened meanwhile, or named already
    period.official_run_id = run_id
    period.kit_sha256 = ""
    period.save(update_fields=["official_run", "kit_sha256"])
    record(actor, "periods.name_official_run", period, after={"run": run_id})
    return period


@transaction.atomic
def recompute_kit(*, actor: Actor, period: MonitoringPeriod) -> Path:
    """Where the period's recompute kit lies in the store, for those who may see its evidence (all once verified)."""
    period = _locked(period)
    require(actor, "periods.download_kit", period)
    return build_kit(period)


def build_kit(period: MonitoringPeriod) -> Path:
    """The kit of a locked period with an official run; made when it is not there yet."""
    run = period.official_run
    if run is None:
        raise Refusal(
            "OFFICIAL_RUN_MISSING",
            _("There is no finished official calculation of the sealed evidence. Start it and wait for its result."),
        )
    if not period.kit_sha256:
        methodology: MethodologyVersion = run.methodology
        with _scratch_file("kit.zip") as path:
            write_kit(
                path,
                evidence=sealed_bundle(period),
                methodology_toml=methodology.toml.encode("utf-8"),
                result_json=store.read(run.result_sha256),
            )
            with path.open("rb") as stream:
                period.kit_sha256 = store.put(stream)
        period.save(update_fields=["kit_sha256"])
    return store.path(period.kit_sha256)


def sealed_bundle(period: MonitoringPeriod) -> Bundle:
    """The sealed bundle with every part checked; Refusal ``EVIDENCE_ALTERED`` when it is not the one sealed."""
    try:
        bundle = read_bundle(store.path(period.bundle_sha256))
    except CalculationError as error:
        raise refusal_of(error, _("The sealed evidence is damaged. Nothing was changed; tell the operator.")) from error
    if bundle.digest != period.bundle_digest:
        raise Refusal(
            "EVIDENCE_ALTERED",
            _("The stored file %(sha256)s was altered on disk. Nothing was changed; tell the operator."),
            sha256=period.bundle_sha256,
        )
    return bundle


def _locked(period: MonitoringPeriod) -> MonitoringPeriod:
    """The project's row first, then the period's: one order everywhere."""
    lock(Project, period.project_id)
    return lock(MonitoringPeriod, period.pk)


@contextmanager
def _scratch_file(name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kcr-") as folder:
        yield Path(folder) / name
