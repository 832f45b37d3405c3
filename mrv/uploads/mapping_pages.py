"""The page on which a person says what each column of a table is; the station keeps it for the next such file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mrv.uploads import preview
from mrv.uploads.models import ReceivedFile
from mrv.uploads.readers import Glance, glance
from mrv.uploads.readers.steps.units import conversion, plain_unit
from mrv.uploads.web import PARAMETERS
from mrv.uploads.wizard import ORDERS
from mrv.uploads.zone_question import ZONES
from registry.core import store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal

TIMES = (
    ("time", gettext_lazy("date and time")),
    ("date", gettext_lazy("date only")),
    ("clock", gettext_lazy("time of day only")),
)
UNITS: dict[str, tuple[str, ...]] = {
    "stage": ("m", "cm", "mm", "ft", "in"),
    "water_temperature": ("°C", "°F", "K"),
    "specific_conductance_25c": ("µS/cm", "mS/cm", "mS/m", "S/m"),
    "conductivity_raw": ("µS/cm", "mS/cm", "mS/m", "S/m"),
    "ph": ("",),
    "rainfall": ("mm", "cm", "in"),
    "absolute_pressure_head": ("m", "cm", "ft", "kPa", "mbar", "psi"),
    "barometric_pressure": ("kPa", "hPa", "mbar", "mmHg", "psi", "m"),
    "battery_voltage": ("V", "mV"),
}
"""Units that a person may choose, the usual one first; each is one that the readers convert exactly."""
DECIMALS = ((".", gettext_lazy("point (1.5)")), (",", gettext_lazy("comma (1,5)")))


def columns_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Shown: the first rows, and for each column a choice. Sent: the choices become the file's mapping."""
    file = preview.received_for(request.actor, pk)
    if request.method == "POST" and "save" in request.POST:
        try:
            name_columns(request.actor, file, request.POST)
        except InvalidInput as refusal:
            return _page(request, file, request.POST, refusal)
        messages.success(request, _("Read again with these columns."))
        return redirect("uploads:received", pk=pk)
    return _page(request, file, request.POST if request.method == "POST" else None, None)


def _seen(file: ReceivedFile, header_row: int | None) -> Glance | None:
    return glance(
        store.path(file.sha256),
        file_name=file.file_name,
        encoding=file.answers.get("encoding") or None,
        header_row=header_row,
        size_limit=settings.UPLOAD_SIZE_LIMIT_BYTES,
    )


def _header_row(said: Any) -> int | None:
    text = str(said or "").strip()
    return int(text) if text.isdigit() and len(text) < 4 else None


def _page(request: HttpRequest, file: ReceivedFile, said: Any, refusal: Refusal | None) -> HttpResponse:
    mapping = file.answers.get("mapping") or {}
    row = _header_row(said.get("header_row")) if said is not None else mapping.get("header_row")
    seen = _seen(file, row)
    moved = said is not None and "show" in said
    kept = said if said is not None and not moved else None
    chosen = _chosen(seen, mapping if said is None else {}, kept) if seen else []
    columns = (
        [
            {"number": at, "name": seen.names[at], "title": seen.titles[at], "cells": cells, "chosen": chosen[at]}
            for at, cells in enumerate(zip(*seen.rows, strict=True))
        ]
        if seen
        else []
    )
    answers = {key: (said or {}).get(key, mapping.get(key, "")) for key in ("date_order", "decimal", "zone")}
    answers["zone"] = answers["zone"] or file.answers.get("zone") or ""
    return render(
        request,
        "uploads/columns.html",
        {
            "file": file,
            "seen": seen,
            "columns": columns,
            "times": TIMES,
            "quantities": quantities(),
            "answers": answers,
            "orders": ORDERS,
            "decimals": DECIMALS,
            "zones": dict.fromkeys((file.station.zone, *ZONES)),
            "refusal": refusal,
        },
        status=422 if refusal else 200,
    )


def quantities() -> list[tuple[Any, list[tuple[str, str]]]]:
    """Each quantity with its choices: value of the field, and unit as shown."""
    return [
        (PARAMETERS[parameter], [(f"{parameter}|{unit}", unit) for unit in units]) for parameter, units in UNITS.items()
    ]


def _chosen(seen: Glance, mapping: dict[str, Any], said: Any) -> list[str]:
    """The choice of each column: as just sent, as saved, or as the header suggests."""
    if said is not None:
        return [said.get(f"column-{at}", "") for at in range(len(seen.names))]
    if not mapping:
        return [_offered(guess) for guess in seen.guesses]
    times = mapping["time"] if isinstance(mapping["time"], list) else [mapping["time"]]
    saved = dict(zip(times, ("date", "clock") if len(times) > 1 else ("time",), strict=True))
    saved |= {one["source"]: f"{one['parameter']}|{one.get('unit') or ''}" for one in mapping["columns"]}
    return [
        _offered(saved.get(name, saved.get(title, ""))) for name, title in zip(seen.names, seen.titles, strict=True)
    ]


def _offered(choice: str) -> str:
    """A guess as one of the choices: its unit in the spelling of the list, or the usual unit."""
    parameter, bar, unit = choice.partition("|")
    if not bar or parameter not in UNITS:
        return choice if not bar else ""
    same = [one for one in UNITS[parameter] if plain_unit(one) == plain_unit(unit)]
    alike = [one for one in UNITS[parameter] if unit and conversion(parameter, one) == conversion(parameter, unit)]
    return f"{parameter}|{[*same, *alike, *UNITS[parameter]][0]}"


def name_columns(actor: Actor, file: ReceivedFile, said: Mapping[str, str]) -> None:
    """Keep what each column is: ``column-0`` … as the page's choices name it, ``header_row``, order, decimal, zone."""
    seen = _seen(file, _header_row(said.get("header_row")))
    if seen is None:
        raise InvalidInput("NO_TABLE", _("This file holds no table whose columns could be named."))
    mapping = _mapping(seen, said)
    answers = {key: value for key, value in file.answers.items() if key != "mapping"} | {"mapping": mapping}
    if zone := said.get("zone", ""):
        answers["zone"] = zone
    preview.answer(actor=actor, file=file, answers=answers, barometer=file.barometer)


def _twice(what: Any) -> InvalidInput:
    return InvalidInput("COLUMN_TWICE", _("Two columns are called the same: %(what)s."), what=what)


def _mapping(seen: Glance, said: Mapping[str, str]) -> dict[str, Any]:
    """The mapping of the choices sent; raises InvalidInput where they make none."""
    allowed = {value for _name, choices in quantities() for value, _unit in choices}
    of_time: dict[str, str] = {}
    columns: list[dict[str, str]] = []
    for at, name in enumerate(seen.names):
        choice = said.get(f"column-{at}", "")
        parameter, bar, unit = choice.partition("|")
        if choice in dict(TIMES):
            if choice in of_time:
                raise InvalidInput(
                    "COLUMN_TWICE", _("Two columns are called the same: %(what)s."), what=dict(TIMES)[choice]
                )
            of_time[choice] = name
        elif bar and choice in allowed:
            if any(column["parameter"] == parameter for column in columns):
                raise _twice(PARAMETERS[parameter])
            columns.append({"source": name, "parameter": parameter} | ({"unit": unit} if unit else {}))
    if "time" in of_time:
        times: str | list[str] = of_time["time"]
    elif {"date", "clock"} <= of_time.keys():
        times = [of_time["date"], of_time["clock"]]
    else:
        raise InvalidInput("NO_TIME_COLUMN", _("Say which column holds the date and time, or which two hold them."))
    if not columns:
        raise InvalidInput("NO_VALUE_COLUMN", _("Say of at least one column what it measures."))
    mapping: dict[str, Any] = {"time": times, "columns": columns, "header_row": seen.header_row}
    for key, choices in (("date_order", dict(ORDERS)), ("decimal", dict(DECIMALS))):
        if said.get(key, "") in choices:
            mapping[key] = said[key]
    return mapping
