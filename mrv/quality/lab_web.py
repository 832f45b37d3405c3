"""Acts of the pages of samples and ion models: reports attached and opened, a published set chosen or left again."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mrv.quality import lab_reports, selectors, services
from mrv.quality.models import IonModels, LabReport
from mrv.quality.reference_choice import choose_reference_set
from mrv.quality.web import visible_station
from mrv.stations.models import Station
from mrv.uploads.models import Upload
from registry.core import store
from registry.core.errors import InvalidInput
from registry.core.permissions import require


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    station = visible_station(request, pk)
    upload = _sheet(station, request.POST.get("upload", ""))
    require(request.actor, "quality.attach", LabReport(upload=upload))
    given = request.FILES.get("file")
    if given is None:
        raise InvalidInput("FILE_MISSING", _("Choose a file first."))
    report = lab_reports.attach_lab_report(
        actor=request.actor,
        upload=upload,
        file_name=given.name or "",
        data=given.read(lab_reports.MAX_BYTES + 1),
        laboratory=request.POST.get("laboratory", ""),
        number=request.POST.get("number", ""),
    )
    messages.success(request, _("“%(file)s” is attached.") % {"file": report.file_name})
    return redirect("quality:samples", pk=pk)


def report(request: HttpRequest, pk: int) -> FileResponse:
    found = lab_reports.report_for(request.actor, pk)
    return FileResponse(
        store.path(found.sha256).open("rb"),
        content_type="application/pdf",
        as_attachment=True,
        filename=found.file_name,
    )


@require_POST
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """A published set for the days given."""
    station = visible_station(request, pk)
    require(request.actor, "quality.choose", IonModels(station=station))
    start, end = _days(station, request)
    choose_reference_set(
        actor=request.actor,
        station=station,
        name=request.POST.get("reference", ""),
        start=start,
        end=end,
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("The published set is used for these days."))
    return redirect("quality:ions", pk=pk)


@require_POST
def fit(request: HttpRequest, pk: int) -> HttpResponse:
    """The station's own samples for the days given: how a published set is left again."""
    station = visible_station(request, pk)
    require(request.actor, "quality.choose", IonModels(station=station))
    start, end = _days(station, request)
    upload = selectors.newest_samples(station)
    services.fit_ion_models(actor=request.actor, upload=upload, start=start, end=end)
    messages.success(request, _("The station's samples are fitted for these days."))
    return redirect("quality:ions", pk=pk)


def _sheet(station: Station, text: str) -> Upload:
    sheets = Upload.objects.filter(station=station, kind=Upload.Kind.SAMPLES)
    found = sheets.filter(pk=int(text)).first() if text.isdecimal() else None
    if found is None:
        raise InvalidInput("SHEET_UNKNOWN", _("Choose the sheet of samples that the report belongs to."))
    return found


def _days(station: Station, request: HttpRequest) -> tuple[datetime, datetime]:
    zone = ZoneInfo(station.zone)
    first, last = (_day(request.POST.get(name, "")) for name in ("first_day", "last_day"))
    return datetime.combine(first, time.min, zone), datetime.combine(last + timedelta(days=1), time.min, zone)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("DATE_UNREADABLE", UNREADABLE, text=text) from error


UNREADABLE = gettext_lazy("“%(text)s” is not a date. Write it as 2021-05-01.")
