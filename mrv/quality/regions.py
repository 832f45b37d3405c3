"""Means, coefficients of variation and n per region, in the layout of the published table, from what is stored.

Ions and what follows from them come from the water samples, one value per sample (a function of means is not the mean
of the function); temperature, pH and conductivity also from the logger, as the review left the readings.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calculations.chemistry.speciation import PASCAL_PER_ATM
from calculations.flux.statistics import Cell, table_of
from calculations.portable import exp10
from calculations.quality.lab_controls import BLANKS, DUPLICATES, purpose_of
from calculations.quality.ranges import DEFAULT_RANGES
from calculations.quality.slots import prepare
from mrv.quality.charts import ION_NAMES
from mrv.quality.checks import bare_evidence, check_span
from mrv.quality.models import Screening
from mrv.quality.presentation import sample_records
from mrv.quality.selectors import record_bounds, station_review
from mrv.quality.verdicts import correction_records
from mrv.quality.waters import EC25, IONS, PH, TEMPERATURE, speciated, values_of
from mrv.stations.models import Station
from mrv.uploads.selectors import logger_uploads, merged_series
from registry.core.actors import Actor
from registry.core.permissions import may
from registry.core.spreadsheets import plain_text

LOGGER = {"water_temperature": TEMPERATURE, "ph": PH, "specific_conductance_25c": EC25}
"""Parameter of the series -> quantity of the table."""

QUANTITIES: dict[str, tuple[Any, str, int]] = {
    TEMPERATURE: (gettext_lazy("Water temperature"), "°C", 1),
    PH: ("pH", "", 2),
    EC25: (gettext_lazy("Conductivity at 25 °C"), "µS/cm", 0),
    "si_calcite": (gettext_lazy("Saturation index of calcite"), "", 2),
    "pco2_pa": (gettext_lazy("CO₂ pressure"), "Pa", 0),
    **{ion: (name, "mg/L", 2) for ion, name in ION_NAMES.items()},
}
"""Quantity -> name, unit, decimals shown."""

SOURCES = {"samples": gettext_lazy("Water samples"), "readings": gettext_lazy("Logger readings")}
Values = dict[str, np.ndarray]


@dataclass(frozen=True)
class Region:
    """A region with the stations behind it; an own region is one proponent's."""

    key: str
    name: str
    stations: tuple[Station, ...]


@dataclass(frozen=True)
class Row:
    source: str
    quantity: str
    cells: list[Cell]

    @property
    def name(self) -> Any:
        return QUANTITIES[self.quantity][0]

    @property
    def unit(self) -> str:
        return QUANTITIES[self.quantity][1]

    @property
    def decimals(self) -> int:
        return QUANTITIES[self.quantity][2]

    @property
    def shown(self) -> list[dict[str, Any]]:
        return [
            {
                "n": cell.n,
                "mean": cell.mean,
                "cv_pct": None if cell.coefficient_of_variation is None else 100.0 * cell.coefficient_of_variation,
            }
            for cell in self.cells
        ]


@dataclass(frozen=True)
class Table:
    regions: list[Region]
    rows: dict[str, list[Row]] = field(default_factory=dict)
    """Source -> its rows in the published order; a source without any value is not there."""

    @property
    def sources(self) -> list[tuple[Any, list[Row]]]:
        return [(SOURCES[source], rows) for source, rows in self.rows.items()]


def regions_seen(actor: Actor) -> list[Region]:
    """The regions of the stations whose data this actor may see: the four known ones first, own ones by name."""
    found: dict[tuple[str, int | None], list[Station]] = {}
    for station in Station.objects.exclude(region="").select_related("project__proponent").order_by("code", "id"):
        if may(actor, "quality.view", Screening(station=station)):
            own = None if station.region in Station.Region.values else station.project.proponent_id
            found.setdefault((station.region, own), []).append(station)
    known = {code: place for place, code in enumerate(Station.Region.values)}
    keys = sorted(found, key=lambda key: (known.get(key[0], len(known)), key[0], key[1] or 0))
    names = [key[0] for key in keys]
    return [
        Region(
            key=region if own is None else f"{region}·{own}",
            name=found[region, own][0].region_name
            if names.count(region) == 1
            else f"{region} · {found[region, own][0].project.proponent}",
            stations=tuple(found[region, own]),
        )
        for region, own in keys
    ]


def table(regions: Sequence[Region]) -> Table:
    """The table of these regions; a region without any value keeps its column with n = 0."""
    sources = {
        "samples": {region.key: _joined(map(sample_values, region.stations)) for region in regions},
        "readings": {region.key: _joined(map(reading_values, region.stations)) for region in regions},
    }
    rows = {}
    for source, values in sources.items():
        if any(len(column) for region in values.values() for column in region.values()):
            rows[source] = [
                Row(source, quantity, [cells[region.key] for region in regions])
                for quantity, cells in table_of(values).items()
                if any(cell.n for cell in cells.values())
            ]
    return Table(list(regions), rows)


def sample_values(station: Station) -> Values:
    """Quantity -> one value per sample, NaN where it was not analysed; below detection counts as half."""
    natural = (record for record in sample_records(station) if purpose_of(record) not in DUPLICATES | BLANKS)
    found = [values_of(record) for record in natural]
    if not found:
        return {}
    chemistry = speciated(found)
    columns = {
        name: np.array([_half(*item[name]) for item in found], dtype=np.float64)
        for name in (*IONS, TEMPERATURE, PH, EC25)
    }
    columns["si_calcite"] = _array(chemistry["si_calcite"])
    pressure = _array(chemistry["log10_pco2_atm"])
    columns["pco2_pa"] = np.where(np.isnan(pressure), np.nan, exp10(np.nan_to_num(pressure)) * PASCAL_PER_ATM)
    return columns


def reading_values(station: Station) -> Values:
    """Quantity -> the logger's accepted readings of the whole record, corrections applied, gaps not filled."""
    bounds = record_bounds(station)
    if bounds is None:
        return {}
    merged = merged_series(logger_uploads(station, bounds.start, bounds.end), bounds.start, bounds.end)
    review = station_review(station, bounds.start, bounds.end)
    check = check_span(merged, bounds.start, bounds.end, review)
    evidence = bare_evidence(merged.readings, bounds.start, bounds.end, check.interval_s, check.flags)
    corrections = correction_records(review.acts, bounds.start, bounds.end)
    evidence = replace(evidence, records={"corrections": corrections} if corrections else {})
    measured = prepare(evidence, ranges=DEFAULT_RANGES, gap_limit_h=0.0, required=()).measured
    return {
        quantity: measured[parameter][~np.isnan(measured[parameter])]
        for parameter, quantity in LOGGER.items()
        if parameter in measured
    }


def as_csv(shown: Table) -> str:
    """The table as rows of region, source and quantity, for a spreadsheet; numbers are not rounded."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(
        [
            _("Region"),
            _("Source"),
            _("Quantity"),
            _("Unit"),
            _("Mean"),
            _("Coefficient of variation (%)"),
            _("n"),
            _("Stations"),
        ]
    )
    for place, region in enumerate(shown.regions):
        stations = " ".join(station.code for station in region.stations)
        for source, rows in shown.rows.items():
            for row in rows:
                cell = row.shown[place]
                writer.writerow(
                    [
                        plain_text(region.name),
                        SOURCES[source],
                        row.name,
                        row.unit,
                        _number(cell["mean"]),
                        _number(cell["cv_pct"]),
                        cell["n"],
                        plain_text(stations),
                    ]
                )
    return text.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _half(value: float | None, below: bool) -> float:
    if value is None:
        return float("nan")
    return value / 2 if below else value


def _array(values: list[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _joined(stations: Iterable[Values]) -> Values:
    """Columns of several stations one after the other."""
    found: dict[str, list[np.ndarray]] = {}
    for values in stations:
        for name, column in values.items():
            found.setdefault(name, []).append(column)
    return {name: np.concatenate(columns) for name, columns in found.items()}
