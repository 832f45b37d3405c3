"""Pages of records: what each table is, its template, how a table was read, and what to do with it."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mrv.records import attachments, presentation, selectors, services, template_files
from mrv.records.grids.packing import pack
from mrv.records.grids.quantities import QUANTITIES
from mrv.records.grids.reader import SOURCES
from mrv.records.kinds import all_kinds
from mrv.records.models import RecordFile
from mrv.records.states import RECORD_FILE
from mrv.spoken import Spoken
from mrv.stations.models import Station
from mrv.stations.selectors import station_for
from mrv.uploads.services import plain_file_name
from mrv.uploads.web import facts_of, spool
from mrv.uploads.wizard import ENCODINGS, LEVELS, ORDERS
from mrv.uploads.zone_question import ZONES
from registry.core import store
from registry.core.actors import Actor
from registry.core.errors import NotVisible
from registry.core.permissions import may

GRIDS = "dissolution_grid"


def _station(actor: Actor, pk: int) -> Station:
    """The station, for those who may see its records."""
    station = station_for(actor, pk)
    if not selectors.may_see(actor, station):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return station


def station_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Every kind of record: what the methodology needs first, with the tables that are there."""
    station = _station(request.actor, pk)
    return render(
        request,
        "records/of_station.html",
        {"station": station, "lines": presentation.kinds_of_station(request.actor, station)},
    )


def kind_page(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """What the table of one kind is, its template, and the tables of the station."""
    station, described = _station(request.actor, pk), selectors.kind_for(kind)
    may_create = may(request.actor, "records.create", RecordFile(station=station))
    return render(
        request,
        "records/kind.html",
        {
            "station": station,
            "kind": presentation.shown_kind(described, get_language()),
            "columns": presentation.columns_of(described, get_language()),
            "files": selectors.files_of(request.actor, station, kind),
            "machine": RECORD_FILE,
            "may_create": may_create,
            "takes_attachments": any(column.what == "files" for column in described.columns),
            "attachments": selectors.attachments_of(station),
            "language": template_files.language_of(get_language()),
            "grids": QUANTITIES if described.name == GRIDS else (),
        },
    )


def template_file(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """The template, for everybody: it says nothing of anybody's station."""
    described = selectors.kind_for(kind)
    language = template_files.language_of(request.GET.get("lang") or get_language())
    return _file(form, lambda: template_files.template(described, form, language), described.name, language)


def export_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The rows of an imported table in the columns of the template."""
    file = selectors.file_for(request.actor, pk)
    if not file.content_sha256:
        raise Http404
    language = template_files.language_of(request.GET.get("lang") or get_language())
    rows = selectors.load_rows(file)
    return _file(
        form, lambda: template_files.export(file.described, form, language, rows), f"{file.kind}_{pk}", language
    )


def _file(form: str, made: Any, name: str, language: str) -> HttpResponse:
    if form not in template_files.CONTENT_TYPES:
        raise Http404
    answer = HttpResponse(made(), content_type=template_files.CONTENT_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}_{language}.{form}"'
    return answer


@require_POST
def hand_in(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    station, described = _station(request.actor, pk), selectors.kind_for(kind)
    received: Any = request.FILES.get("file")
    if received is None:
        messages.error(request, _("Choose a file."))
        return redirect("records:kind", pk=pk, kind=kind)
    with NamedTemporaryFile(prefix="kcr-records-") as on_disk:
        spool(received, on_disk)
        file = services.take_in(
            actor=request.actor,
            station=station,
            kind=described.name,
            file_name=received.name,
            data=Path(on_disk.name),
        )
    if file.state == "accepted":
        messages.info(request, _("These very bytes were received before; nothing was stored twice."))
    return redirect("records:detail", pk=file.pk)


@require_POST
def hand_in_grids(request: HttpRequest, pk: int) -> HttpResponse:
    """Grid files, one for each quantity, handed in as one zip with what the user said of them."""
    station = _station(request.actor, pk)
    files = {}
    for quantity in QUANTITIES:
        received: Any = request.FILES.get(quantity.name)
        if received is not None:
            files[quantity.name] = (plain_file_name(received.name), received.read())
    if not files:
        messages.error(request, _("Choose a file."))
        return redirect("records:kind", pk=pk, kind=GRIDS)
    said = {source: request.POST.get(source, "").strip() for source in SOURCES}
    units = {name: unit for name in files if (unit := request.POST.get(f"{name}_unit", ""))}
    file = services.take_in(
        actor=request.actor,
        station=station,
        kind=GRIDS,
        file_name="grids.zip",
        data=pack(files, {**said, "units": units}),
    )
    return redirect("records:detail", pk=file.pk)


def file_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How a table is read, with what is to be decided; of an imported one, what is kept of it."""
    file = selectors.file_for(request.actor, pk)
    waiting = file.state == "waiting"
    if waiting:
        rows, report = services.read(file)
        shown = report.as_dict()
    else:
        rows, shown = (selectors.load_rows(file) if file.content_sha256 else None), file.report or {}
    notes = [Spoken.read(message) for message in shown.get("messages", ())]
    order = ("error", "warning", "info")
    others = list(selectors.accepted_files(file.station, file.kind)) if waiting else []
    return render(
        request,
        "records/detail.html",
        {
            "file": file,
            "kind": presentation.shown_kind(file.described, get_language()),
            "machine": RECORD_FILE,
            "ok": rows is not None,
            "reading": facts_of(shown),
            "table": presentation.table_of(file, rows or []),
            "notes": [(LEVELS[note.level], note) for note in sorted(notes, key=lambda note: order.index(note.level))],
            "twice": services.stored_already(file, rows, []) if waiting and rows else [],
            "others": others,
            "replaces_itself": file.described.shape == "object" and file.described.timing == "always",
            "asks": waiting,
            "zones": dict.fromkeys((file.station.zone, *ZONES)),
            "orders": ORDERS,
            "encodings": ENCODINGS,
            "may_withdraw": file.state == "accepted" and may(request.actor, "records.withdraw", file),
        },
    )


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    file = selectors.file_for(request.actor, pk)
    services.answer(actor=request.actor, file=file, answers=services.answers_of(request.POST))
    messages.success(request, _("Read again with these settings."))
    return redirect("records:detail", pk=pk)


@require_POST
def import_file(request: HttpRequest, pk: int) -> HttpResponse:
    file = selectors.file_for(request.actor, pk)
    replaces = request.POST.get("replaces", "")
    old = selectors.file_for(request.actor, int(replaces)) if replaces.isdigit() else None
    services.import_table(actor=request.actor, file=file, replaces=old)
    messages.success(request, _("The records are imported. Later periods use them."))
    return redirect("records:detail", pk=pk)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    file = services.discard(actor=request.actor, file=selectors.file_for(request.actor, pk))
    messages.info(request, _("The file was discarded; nothing of it went into the station's data."))
    return redirect("records:kind", pk=file.station_id, kind=file.kind)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    file = selectors.file_for(request.actor, pk)
    services.withdraw(actor=request.actor, file=file, reason=request.POST.get("reason", ""))
    messages.success(request, _("The file was withdrawn. It is kept, and later periods do not use it."))
    return redirect("records:detail", pk=pk)


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    station = _station(request.actor, pk)
    kind = request.POST.get("kind", "")
    files: list[Any] = request.FILES.getlist("file")
    if not files:
        messages.error(request, _("Choose a file."))
    for each in files:
        made = attachments.attach(actor=request.actor, station=station, file_name=each.name, data=each.read())
        messages.success(request, _("“%(file)s” is kept.") % {"file": made.file_name})
    if kind in all_kinds():
        return redirect("records:kind", pk=pk, kind=kind)
    return redirect("records:of_station", pk=pk)


def attachment(request: HttpRequest, pk: int) -> FileResponse:
    found = selectors.attachment_for(request.actor, pk)
    return FileResponse(store.path(found.sha256).open("rb"), content_type=found.content_type, filename=found.file_name)
