"""The laboratory's signed reports: a PDF beside the sheet of samples whose figures it proves."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.quality.models import LabReport
from mrv.stations.models import Station
from mrv.uploads.models import Upload
from registry.audit.services import record as record_event
from registry.core import store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotVisible, Refusal
from registry.core.locking import lock
from registry.core.permissions import may, require

MAX_BYTES = 20 * 1024**2
MAX_REPORTS = 20
_BEGINS = b"%PDF-"
_SEARCHED = 1024
"""A PDF's first line may stand anywhere in the first kilobyte."""


@transaction.atomic
def attach_lab_report(
    *, actor: Actor, upload: Upload, file_name: str, data: bytes, laboratory: str = "", number: str = ""
) -> LabReport:
    """Keep a PDF beside a sheet of samples; the same bytes twice give the first report again.

    Raises InvalidInput WRONG_KIND_OF_FILE, REPORT_NOT_PDF, REPORT_TOO_LARGE, REPORT_COUNT; Refusal UPLOAD_WITHDRAWN.
    """
    lock(Station, upload.station_id)
    report = LabReport(
        upload=upload,
        file_name=file_name.strip()[:255] or "report.pdf",
        size_bytes=len(data),
        laboratory=laboratory.strip()[:200],
        number=number.strip()[:100],
        added_by_id=actor.user_id,
    )
    require(actor, "quality.attach", report)
    _check(upload, report, data)
    report.sha256 = store.put(data)
    known = upload.lab_reports.filter(sha256=report.sha256).first()
    if known is not None:
        return known
    if upload.lab_reports.count() >= MAX_REPORTS:
        raise InvalidInput("REPORT_COUNT", _("At most %(most)s reports to a sheet."), most=MAX_REPORTS)
    report.save()
    record_event(
        actor,
        "quality.attach",
        report,
        after={"station": upload.station.code, "file": report.file_name, "sha256": report.sha256, "upload": upload.pk},
    )
    return report


def _check(upload: Upload, report: LabReport, data: bytes) -> None:
    if upload.kind != Upload.Kind.SAMPLES:
        raise InvalidInput(
            "WRONG_KIND_OF_FILE",
            _("“%(file)s” was uploaded as %(kind)s; needed is %(needed)s."),
            file=upload.file_name,
            kind=upload.get_kind_display(),
            needed=_("a file of samples"),
        )
    if upload.state != "accepted":
        raise Refusal("UPLOAD_WITHDRAWN", _("“%(file)s” was withdrawn. Choose another file."), file=upload.file_name)
    if _BEGINS not in data[:_SEARCHED]:
        raise InvalidInput(
            "REPORT_NOT_PDF", _("“%(file)s” is not a PDF. Attach the report as the laboratory gave it."),
            file=report.file_name,
        )  # fmt: skip
    if len(data) > MAX_BYTES:
        raise InvalidInput(
            "REPORT_TOO_LARGE",
            _("“%(file)s” is larger than %(most)s MB. Scan it with fewer dots."),
            file=report.file_name,
            most=MAX_BYTES // 1024**2,
        )


def reports_of(station: Station) -> list[LabReport]:
    """The reports beside the accepted sheets of a station, in the order in which they came."""
    found = LabReport.objects.filter(upload__station=station, upload__state="accepted")
    return list(found.select_related("upload", "added_by"))


def report_for(actor: Actor, pk: int) -> LabReport:
    report = LabReport.objects.select_related("upload__station__project").filter(pk=pk).first()
    if report is None or not may(actor, "quality.view", report):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return report
