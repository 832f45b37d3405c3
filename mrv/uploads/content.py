"""From what a reader hands on to the records that evidence is made of (fields: see ``calculations.evidence``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from mrv.uploads.readers.tables import Baseline, Gauging, LabSample

Record = dict[str, Any]

SAMPLE_FIELDS = {
    "k_mg_l": "potassium_mg_l",
    "na_mg_l": "sodium_mg_l",
    "ca_mg_l": "calcium_mg_l",
    "mg_mg_l": "magnesium_mg_l",
    "cl_mg_l": "chloride_mg_l",
    "so4_mg_l": "sulfate_mg_l",
    "no3_mg_l": "nitrate_mg_l",
    "alkalinity_as_hco3_mg_l": "alkalinity_hco3_mg_l",
    "field_ph": "ph",
    "field_temperature_c": "water_temperature_c",
    "field_ec25_us_cm": "specific_conductance_25c_us_cm",
}
"""A laboratory sheet's column -> the field of a sample record."""


def sample_records(samples: Iterable[LabSample], file_name: str) -> list[Record]:
    """Values as decimal strings; "" where not analysed, "<0.05" where below the detection limit 0.05."""
    records = []
    for sample in samples:
        record: Record = {"file": file_name, "row": sample.source_row, "sample_id": sample.sample_id}
        record["timestamp"] = instant(sample.at)
        for column, field in SAMPLE_FIELDS.items():
            text = _number(getattr(sample, column))
            record[field] = f"<{text}" if column in sample.below_detection else text
        records.append(record | {"purpose": _plain_purpose(sample.purpose)})
    return records


_PURPOSES = (
    ("duplicate", re.compile(r"平行|重复|duplicate|replicate", re.IGNORECASE)),
    ("blank", re.compile(r"空白|blank", re.IGNORECASE)),
    ("storm", re.compile(r"暴雨|洪水|storm|flood", re.IGNORECASE)),
)


def _plain_purpose(text: str) -> str:
    """The word by which the science knows a duplicate, a blank or a storm, whatever language the sheet is in."""
    return next((word for word, names in _PURPOSES if names.search(text)), text)


def gauging_records(gaugings: Iterable[Gauging], file_name: str) -> list[Record]:
    """An uncertainty that the sheet does not state stays empty: the methodology says what it counts as."""
    return [
        {
            "file": file_name,
            "row": gauging.source_row,
            "timestamp": instant(gauging.at),
            "stage_m": _number(gauging.stage_m),
            "discharge_m3_s": _number(gauging.discharge_m3_s),
            "uncertainty_pct": "" if gauging.uncertainty_assumed else _number(gauging.uncertainty_pct),
            "method": gauging.method,
            "operator": gauging.operator,
        }
        for gauging in gaugings
    ]


def baseline_record(baseline: Baseline) -> Record:
    """The baseline of a registered design, numbers as decimal strings, years as [first day, last day]."""
    return {
        "what": baseline.description,
        "years": [baseline.first_day.isoformat(), baseline.last_day.isoformat()],
        "runoff_mm_per_year": _number(baseline.runoff_mm_per_year),
        "flow_weighted_alkalinity_mg_l_hco3": _number(baseline.flow_weighted_alkalinity_mg_l_hco3),
        "so4_mg_l": _number(baseline.so4_mg_l),
        "no3_mg_l": _number(baseline.no3_mg_l),
        "relative_standard_uncertainty_of_alkalinity": _number(baseline.relative_standard_uncertainty_of_alkalinity),
        "errors_shared_with_project": list(baseline.errors_shared_with_project),
    }


def instant(at: datetime) -> str:
    """ISO 8601 in UTC with Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
