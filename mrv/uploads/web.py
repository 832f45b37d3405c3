from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mrv.spoken import Spoken
from mrv.stations.selectors import station_for
from mrv.uploads import selectors, services
from mrv.uploads.models import Upload
from registry.core.permissions import may
from registry.core.templatetags.kcr import number

READING = (
    ("profile", gettext_lazy("Layout")),
    ("encoding", gettext_lazy("Encoding")),
    ("delimiter", gettext_lazy("Delimiter")),
    ("data_rows", gettext_lazy("Data rows")),
    ("date_format", gettext_lazy("Date format")),
)
SERIES = (
    ("interval_s", gettext_lazy("Interval (s)")),
    ("expected_slots", gettext_lazy("Readings expected")),
    ("present_slots", gettext_lazy("Readings present")),
    ("missing_slots", gettext_lazy("Readings missing")),
    ("completeness_pct", gettext_lazy("Completeness (%)")),
    ("duplicate_rows", gettext_lazy("Duplicate rows")),
    ("off_grid_rows", gettext_lazy("Rows off the grid")),
)
PARAMETERS = {
    "rainfall": gettext_lazy("Rain"),
    "stage": gettext_lazy("Stage"),
    "water_temperature": gettext_lazy("Water temperature"),
    "ph": gettext_lazy("pH"),
    "specific_conductance_25c": gettext_lazy("Conductivity at 25 °C"),
    "conductivity_raw": gettext_lazy("Conductivity, not compensated"),
    "absolute_pressure_head": gettext_lazy("Pressure head with air"),
    "barometric_pressure": gettext_lazy("Air pressure"),
    "battery_voltage": gettext_lazy("Battery"),
}
LAYOUTS = {
    "karst_template_v1": gettext_lazy("The registry's template"),
    "lab_template_v1": gettext_lazy("The registry's laboratory template"),
    "lab_samples": gettext_lazy("Laboratory sheet"),
    "generic_zh_csv": gettext_lazy("Table with Chinese column names"),
    "generic_csv": gettext_lazy("Table with column names"),
    "mapped_table": gettext_lazy("Table whose columns were named by hand"),
    "greenspan_block": "Greenspan CTDP300",
    "greenspan_converter_csv": "Greenspan CTDP300, CSV",
    "onset_hobo_csv": "Onset HOBO, CSV",
    "campbell_toa5": "Campbell TOA5",
    "hydrolab_csv": "Hydrolab, CSV",
    "insitu_winsitu_csv": "In-Situ Win-Situ, CSV",
    "solinst_csv": "Solinst, CSV",
    "solinst_xle": "Solinst, XLE",
    "usgs_rdb": "USGS RDB",
    "wiski_csv": "WISKI, CSV",
    "ysi_korexo_csv": "YSI EXO, CSV",
}
"""Names of the layouts; those of instruments and programs are the same in both languages."""
UNITS = {"1": "", "degC": "°C", "uS/cm": "µS/cm"}
"""Unit codes of the reports as people write them; the others are written as they are."""
DELIMITERS = {
    ",": gettext_lazy("comma"),
    ";": gettext_lazy("semicolon"),
    "\t": gettext_lazy("tab"),
    " ": gettext_lazy("space"),
    "tab": gettext_lazy("tab"),
}
NAMED = {"delimiter": DELIMITERS, "profile": LAYOUTS}
"""Facts of a reading report whose values have names."""

DATE_LETTERS = {
    "%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD", "%H": "hh", "%I": "hh", "%M": "mm", "%S": "ss",
    "%p": "AM/PM", "%b": "MMM", "%z": "±hh:mm",
}  # fmt: skip


@require_POST
def receive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one file in; a file that cannot be used is answered with every fault and where it is."""
    station = station_for(request.actor, pk)
    received: Any = request.FILES.get("file")
    kind = request.POST.get("kind", "")
    if received is None or kind not in Upload.Kind.values:
        messages.error(request, _("Choose a file and say what it is."))
        return sent_on(request, "stations:detail", pk)
    with NamedTemporaryFile(prefix="kcr-upload-") as on_disk:
        spool(received, on_disk)
        upload = services.receive_upload(
            actor=request.actor,
            station=station,
            kind=kind,
            file_name=received.name,
            data=Path(on_disk.name),
            zone=request.POST.get("zone") or None,
        )
    if getattr(upload, "received_before", False):
        messages.info(request, _("These very bytes were received before; nothing was stored twice."))
    else:
        messages.success(request, _("The file is kept. This is how it was read."))
    return sent_on(request, "uploads:detail", upload.pk)


def sent_on(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """A redirect; for the script that shows an upload's progress the address, which it opens itself."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"location": reverse(name, args=[pk])})
    return redirect(name, pk=pk)


def spool(received: UploadedFile, target: Any) -> None:
    for chunk in received.chunks():
        target.write(chunk)
    target.flush()


def _shown(key: str, value: Any) -> Any:
    """A fact of the reading report as a person reads it."""
    if key in NAMED and value in NAMED[key]:
        return NAMED[key][value]
    if value in Upload.Kind.values:
        return Upload.Kind(value).label
    if key == "encoding":
        return str(value).upper()  # as such names are written: UTF-8, GB18030, ASCII
    if key == "date_format":
        return ", ".join(_date_pattern(each) for each in (value if isinstance(value, list) else [value]))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return number(value) if isinstance(value, int | float) else value


def _date_pattern(written: str) -> str:
    """``%Y-%m-%d %H:%M`` -> ``YYYY-MM-DD hh:mm``; what a reader remarks behind it in its words."""
    written, _space, remark = written.partition(" (")
    for code, letters in DATE_LETTERS.items():
        written = written.replace(code, letters)
    return f"{written} ({_('no zero padding, from Excel')})" if remark else written


def facts_of(report: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """Label and value of what a reading report says of the file as a whole."""
    series = report.get("series") or {}
    reading = [(label, _shown(key, report[key])) for key, label in READING if report.get(key) not in (None, "")]
    if zone := report.get("timezone"):
        stated = zone.get("resolved") or zone.get("in_file")
        reading.append((_("Time zone"), stated or _zone_taken(report) or _("not stated")))
    return reading + [(label, _shown(key, series[key])) for key, label in SERIES if series.get(key) is not None]


def _zone_taken(report: Mapping[str, Any]) -> str:
    """The zone that a reader took without asking, said with that it was taken."""
    notes = (Spoken.read(message) for message in report.get("messages", ()))
    taken = next((note.params.get("zone") for note in notes if note.code == "TZ_FROM_STATION"), None)
    return _("not stated; taken as %(zone)s") % {"zone": taken} if taken else ""


def upload_page(request: HttpRequest, pk: int) -> HttpResponse:
    upload = selectors.upload_for(request.actor, pk)
    report = upload.report
    columns = [
        {
            **column,
            "name": PARAMETERS.get(column["parameter"], column["parameter"]),
            "unit": UNITS.get(column["unit"], column["unit"]),
        }
        for column in report.get("columns") or ()
    ]
    return render(
        request,
        "uploads/detail.html",
        {
            "upload": upload,
            "reading": facts_of(report),
            "may_withdraw": upload.state == "accepted" and may(request.actor, "uploads.withdraw", upload),
            "columns": columns,
            "notes": [Spoken.read(message).on_page_of(upload.file_name) for message in report.get("messages", ())],
        },
    )
