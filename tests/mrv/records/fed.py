"""The examples of the methodologies brought in as a user would: loggers' files, sheets, and the templates filled in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from mrv.periods.models import MonitoringPeriod
from mrv.periods.preparation import prepare_evidence
from mrv.records.kinds import all_kinds
from mrv.records.models import RecordFile
from mrv.records.services import receive_records
from mrv.records.template_files import Form, template
from tests.calculations.examples import AREAS_KM2, record
from tests.mrv.evidence import Site, site
from tests.mrv.paired import FIRST_DAY, LAST_DAY, give_files


def station_fed(methodology: str, name: str, folder: Path, *, baseline: bool = False) -> tuple[Site, MonitoringPeriod]:
    """A project whose station has an example's readings, gaugings and samples, and its open period of two months."""
    stated = None
    if baseline:
        stated = folder / "baseline.json"
        stated.write_text(json.dumps({"years": ["2017-06-01", "2020-05-31"], **record("baseline")}), "utf-8")
    place = site(methodology, baseline=stated, area_km2=Decimal(AREAS_KM2[name]))
    give_files(place.owner, place.station, name)
    period = place.period(first_day=FIRST_DAY, last_day=LAST_DAY)
    prepare_evidence(actor=place.owner, period=period)
    return place, period


def written(head: Iterable[str], lines: Iterable[Iterable[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(lines)
    return out.getvalue().encode()


def filled_in(kind_name: str, rows: Iterable[Mapping[str, Any]], *, form: Form = "csv", language: str = "zh") -> bytes:
    """The downloaded template with rows written under its headings, below the example that stays in."""
    kind = all_kinds()[kind_name]
    blank = template(kind, form, language)
    lines = [[_cell(row.get(column.name, "")) for column in kind.columns] for row in rows]
    if form == "csv":
        return blank + written([], lines).lstrip(b"\r\n")
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(blank))
    for line in lines:
        book.worksheets[0].append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(value: Any) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value)


def rows_of(name: str, *, kind: str = "", first: date = FIRST_DAY, last: date = LAST_DAY) -> list[dict[str, Any]]:
    """A record of the examples as rows of its template; days are added where the template asks for them."""
    value = record(name)
    if (kind or name) == "control_before":
        year = {"month": "year", "runoff_mm": value["runoff_mm_per_year"], **value}
        return [year, *value["months"]]
    rows = value if isinstance(value, list) else [value]
    return [{"from": first.isoformat(), "to": last.isoformat()} | row for row in rows]


def bring_in(
    place: Site, kind: str, rows: Iterable[Mapping[str, Any]], *, form: Form = "csv", language: str = "zh"
) -> RecordFile:
    return receive_records(
        actor=place.owner,
        station=place.station,
        kind=kind,
        file_name=f"{kind}.{form}",
        data=filled_in(kind, rows, form=form, language=language),
    )
