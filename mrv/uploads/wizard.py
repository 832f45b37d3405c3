"""Pages of the import: hand in, look how it was read, answer, import or discard; and withdrawing what was imported."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mrv.spoken import Spoken
from mrv.stations.selectors import station_for
from mrv.uploads import preview, selectors, services, shown
from mrv.uploads.models import ReceivedFile, Upload
from mrv.uploads.overlap import Overlap, overlap_with_stored
from mrv.uploads.readers import LoggerTable, ReadReport
from mrv.uploads.states import RECEIVED
from mrv.uploads.web import PARAMETERS, UNITS, facts_of, sent_on, spool
from mrv.uploads.zone_question import ANSWERABLE, zone_question

ORDERS = (
    ("dmy", gettext_lazy("day, month, year")),
    ("mdy", gettext_lazy("month, day, year")),
    ("ymd", gettext_lazy("year, month, day")),
)
ENCODINGS = ("utf-8", "gb18030", "cp1252", "utf-16-le", "utf-16-be")
THOUSANDS = (
    (",", gettext_lazy("comma")),
    (".", gettext_lazy("full stop")),
    (" ", gettext_lazy("space")),
    ("'", gettext_lazy("apostrophe")),
)
LEVELS = {"error": "danger", "warning": "warning", "info": "secondary"}


@require_POST
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep one or many files (or a zip of them) for a look; nothing is imported yet."""
    station = station_for(request.actor, pk)
    files: list[Any] = request.FILES.getlist("file")
    kind = request.POST.get("kind", "")
    if not files or kind not in Upload.Kind.values:
        messages.error(request, _("Choose a file and say what it is."))
        return sent_on(request, "stations:detail", pk)
    taken: list[ReceivedFile] = []
    for file in files:
        with NamedTemporaryFile(prefix="kcr-upload-") as on_disk:
            spool(file, on_disk)
            taken += preview.take_in(
                actor=request.actor,
                station=station,
                kind=kind,
                file_name=file.name,
                data=Path(on_disk.name),
                zone=request.POST.get("zone", ""),
            )
    if len(taken) > 1:
        messages.info(request, _("%(count)s files wait for a look.") % {"count": len(taken)})
    return sent_on(request, "uploads:received", taken[0].pk)


def received_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How the file was read, what it would add, and what there is to answer."""
    file = preview.received_for(request.actor, pk)
    table, report = preview.read(file)
    others = ReceivedFile.objects.filter(station=file.station, state="waiting").exclude(pk=file.pk)[:20]
    names, rows = shown.parsed_rows(file, table)
    return render(
        request,
        "uploads/received.html",
        {
            "file": file,
            "machine": RECEIVED,
            "report": report,
            "reading": facts_of(report.as_dict()),
            "columns": _columns(report, shown.sparklines(table)),
            "notes": [(LEVELS[m.level], Spoken.of(m).on_page_of(file.file_name)) for m in _ordered(report)],
            "raw": shown.raw_lines(file, report),
            "names": [PARAMETERS.get(name, name) for name in names],
            "rows": rows,
            "times": shown.telling_times(file, table),
            "overlap": (overlap := _overlap(file, table)),
            "differing": PARAMETERS.get(overlap.parameter, "") if overlap else "",
            "differences": [(PARAMETERS.get(name, name), chart) for name, chart in overlap.charts] if overlap else (),
            "known": Upload.objects.filter(station=file.station, sha256=file.sha256, state="accepted").first(),
            "others": others,
            "orders": ORDERS,
            "encodings": ENCODINGS,
            "zone": zone_question(file, report),
            "only_answers": all(message.code in ANSWERABLE for message in report.errors),
            "mapped": bool(file.answers.get("mapping")),
            "thousands": THOUSANDS,
            "asks_coefficient": _says(report, "EC_NOT_COMPENSATED", "EC_COMPENSATED"),
            "asks_barometer": _says(report, "NEEDS_BAROMETRIC_COMPENSATION", "COMPENSATED"),
            "asks_order": _says(report, "AMBIGUOUS_DATE_ORDER") or "date_order" in file.answers,
            "asks_compensation": _says(report, "EC_COMPENSATION_UNKNOWN") or "ec_compensated" in file.answers,
            "asks_thousands": _says(report, "THOUSANDS_MARK") or "thousands" in file.answers,
            "asks_restart": _says(report, "CLOCK_RESET_ROWS", "CLOCK_RESET_PLACED"),
            "asks_encoding": _says(report, "ENCODING_UNDECIDED", "ENCODING_GB18030", "ENCODING_CP1252")
            or "encoding" in file.answers,
        },
    )


def _says(report: ReadReport, *codes: str) -> bool:
    return any(message.code in codes for message in report.messages)


def _ordered(report: ReadReport) -> list[Any]:
    return sorted(report.messages, key=lambda message: ("error", "warning", "info").index(message.level))


def _columns(report: ReadReport, pictures: dict[str, shown.Sparkline]) -> list[dict[str, Any]]:
    return [
        {
            **column,
            "picture": pictures.get(column["source"]),
            "name": PARAMETERS.get(column["parameter"], column["parameter"]),
            "unit": UNITS.get(column["unit"], column["unit"]),
        }
        for column in report.columns or ()
    ]


def _overlap(file: ReceivedFile, table: LoggerTable | None) -> Overlap | None:
    return None if table is None or file.state != "waiting" else overlap_with_stored(file, table)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the file again with the user's answers."""
    file = preview.received_for(request.actor, pk)
    answers: dict[str, Any] = {key: request.POST.get(key, "").strip() for key in preview.ANSWERS}
    answers["mapping"] = file.answers.get("mapping")
    barometer = request.POST.get("barometer", "")
    air = preview.received_for(request.actor, int(barometer)) if barometer.isdigit() else None
    preview.answer(actor=request.actor, file=file, answers=answers, barometer=air)
    messages.success(request, _("Read again with these settings."))
    return redirect("uploads:received", pk=pk)


@require_POST
def import_file(request: HttpRequest, pk: int) -> HttpResponse:
    file = preview.received_for(request.actor, pk)
    upload = preview.import_received(actor=request.actor, file=file, remember=bool(request.POST.get("remember")))
    messages.success(request, _("The file is kept. This is how it was read."))
    return redirect("uploads:detail", pk=upload.pk)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    file = preview.received_for(request.actor, pk)
    preview.discard_received(actor=request.actor, file=file)
    messages.info(request, _("The file was discarded; nothing of it went into the station's data."))
    return redirect("stations:detail", pk=file.station_id)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo an import: later periods no longer use the file, which stays as it is."""
    upload = selectors.upload_for(request.actor, pk)
    services.withdraw_upload(actor=request.actor, upload=upload, reason=request.POST.get("reason", ""))
    messages.success(request, _("The file was withdrawn. It is kept, and later periods do not use it."))
    return redirect("uploads:detail", pk=pk)
