"""A laboratory's own sheet: one row per sample, ions named with their units (mg/L, mmol/L, meq/L), Chinese or English.

``<0.05`` is a result below detection. Two rows with one number, one of them called a duplicate (平行样), are a field
duplicate: both are kept. The charge balance is reported, never corrected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal

from mrv.uploads.readers.layouts import Layout
from mrv.uploads.readers.messages import one_line, printable
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.steps.columns import cells_of, delimiter_of
from mrv.uploads.readers.steps.lines import Header
from mrv.uploads.readers.steps.numbers import half_width, read_cell
from mrv.uploads.readers.steps.records import Record, RecordTable, iterate
from mrv.uploads.readers.steps.text import Text
from mrv.uploads.readers.steps.units import name_and_unit
from mrv.uploads.readers.tables import FIELD_COLUMNS, ION_COLUMNS, LabSample

# g/mol and charge; masses that the registered methods use for these ions
_IONS = {
    "k_mg_l": (Decimal("39.0983"), 1), "na_mg_l": (Decimal("22.98977"), 1), "ca_mg_l": (Decimal("40.078"), 2),
    "mg_mg_l": (Decimal("24.305"), 2), "cl_mg_l": (Decimal("35.453"), -1), "so4_mg_l": (Decimal("96.06"), -2),
    "no3_mg_l": (Decimal("62.0049"), -1), "alkalinity_as_hco3_mg_l": (Decimal("61.0168"), -1),
}  # fmt: skip
_NAMES = (
    ("k_mg_l", r"^k\s*[+⁺]?$|钾|potassium"), ("na_mg_l", r"^na\s*[+⁺]?$|钠|sodium"),
    ("ca_mg_l", r"^ca\s*(?:2\+|²⁺|\+\+)?$|钙|calcium"), ("mg_mg_l", r"^mg\s*(?:2\+|²⁺|\+\+)?$|镁|magnesium"),
    ("cl_mg_l", r"^cl\s*[-⁻]?$|氯|chloride"), ("so4_mg_l", r"^so4|^so₄|硫酸|sul(?:f|ph)ate"),
    ("no3_mg_l", r"^no3|^no₃|硝酸|nitrate"),
    ("alkalinity_as_hco3_mg_l", r"hco3|hco₃|碳酸氢|重碳酸|alkalin|碱度"),
    ("field_ph", r"ph"), ("field_temperature_c", r"水温|温度|temp"),
    ("field_ec25_us_cm", r"ec|电导|conduct"), ("purpose", r"备注|purpose|remark|note|类型"),
    ("timestamp", r"采样时间|采样日期|取样时间|^时间|^日期|date|time|sampled"),
    ("sample_id", r"采样编号|样品编号|编号|样号|sample|^id$"),
)  # fmt: skip
_DUPLICATE = re.compile(r"平行|重复|duplicate|replicate", re.IGNORECASE)
_BALANCE_LIMIT_PCT = 5
_KEY_OF_UNIT = {"alkalinity_as_hco3_mg_l": "hco3"}


def _canonical(name: str) -> str | None:
    plain = half_width(name).strip().lower()
    return next((key for key, pattern in _NAMES if re.search(pattern, plain)), None)


def _header(head: Sequence[str]) -> tuple[int, str, dict[str, int], dict[str, str | None], tuple[str, ...]] | None:
    """The line with most ions: (row, delimiter, column -> position, column -> unit, cells)."""
    best = None
    for row, line in enumerate(head[:20], start=1):
        delimiter = delimiter_of(line)
        cells = cells_of(line, delimiter)
        places: dict[str, int] = {}
        units: dict[str, str | None] = {}
        for position, cell in enumerate(cells):
            name, unit = name_and_unit(cell)
            key = _canonical(name)
            if key is not None and key not in places:
                places[key], units[key] = position, unit
        ions = sum(key in _IONS for key in places)
        if ions >= 3 and "sample_id" in places and (best is None or ions > best[0]):
            best = (ions, (row, delimiter, places, units, tuple(cells)))
    return best[1] if best else None


def recognise(head: Sequence[str]) -> float:
    found = _header(head)
    return 0.0 if found is None else min(0.9, 0.1 * len(found[2]))


def read(
    draft: Draft, text: Text, head: Sequence[str], *, zone: tzinfo | None, zone_name: str | None
) -> list[LabSample]:
    """The samples in the order of the file."""
    found = _header(head)
    assert found is not None, "only called for a file that was recognised"
    row, delimiter, places, units, cells = found
    draft.delimiter = "tab" if delimiter == "\t" else delimiter
    draft.header_rows = row
    if "timestamp" not in places:
        draft.refuse("MISSING_COLUMN", row=row, columns=["timestamp"], found=[printable(cell) for cell in cells])
    header = Header(row, delimiter, cells, {key: (position,) for key, position in places.items()})
    numeric = [key for key in (*ION_COLUMNS, *FIELD_COLUMNS) if key in places]
    table = RecordTable(draft, text, header, numeric=numeric, has_time=("timestamp",))
    factors = {key: _factor(draft, header, key, units[key]) for key in ION_COLUMNS if key in places}
    _say_conversions(draft, header, units, factors)
    chinese = any("一" <= letter <= "龥" for cell in cells for letter in cell)  # China has one zone, and no summer time
    instants = table.instants(zone, zone_name, without_asking="Asia/Shanghai" if chinese else None)
    below: list[tuple[str, str]] = []
    samples = [_sample(table, record, at, factors, below) for record, at in iterate(table, instants)]
    _duplicates(draft, table)
    _balances(draft, table, factors)
    if below:
        name, shown = below[0]
        draft.facts["below_detection"] = {"cells": len(below), "column": name, "text": shown}
    table.report()
    return [sample for sample in samples if sample is not None]


def _factor(draft: Draft, header: Header, key: str, unit: str | None) -> Decimal:
    plain = (unit or "mg/l").lower().replace("／", "/").replace(" ", "")
    mass, charge = _IONS[key]
    factors = {
        "mg/l": Decimal(1), "mgl": Decimal(1), "ppm": Decimal(1), "mg·l-1": Decimal(1), "g/l": Decimal(1000),
        "ug/l": Decimal("0.001"),
        "mmol/l": mass, "mmol": mass, "mm": mass, "umol/l": mass / 1000,
        "meq/l": mass / abs(charge), "meq": mass / abs(charge), "mmolc/l": mass / abs(charge),
    }  # fmt: skip
    if plain not in factors:
        name = header.cells[header.places[key][0]]
        draft.error("UNIT_UNKNOWN", row=header.row, column=printable(name), text=printable(unit or ""))
    return factors.get(plain, Decimal(1))


def _say_conversions(
    draft: Draft, header: Header, units: Mapping[str, str | None], factors: Mapping[str, Decimal]
) -> None:
    changed = {key: factor for key, factor in factors.items() if factor != 1}
    if changed:
        names = [header.cells[header.places[key][0]] for key in changed]
        draft.warning("UNIT_CONVERTED", row=header.row, columns=[printable(name) for name in names])
        draft.facts["units"] = {
            _KEY_OF_UNIT.get(key, key.removesuffix("_mg_l")): f"{units[key]} -> mg/L x {factor.normalize():f}"
            for key, factor in changed.items()
        }


def _sample(
    table: RecordTable,
    record: Record,
    at: datetime | None,
    factors: Mapping[str, Decimal],
    below: list[tuple[str, str]],
) -> LabSample | None:
    sample_id = record.cells["sample_id"].strip()
    if not sample_id:
        table.note("error", "EMPTY_CELL", record.row, "sample_id", "")
    limits: list[str] = []
    ions = {key: _ion(table, record, key, factors.get(key), limits, below) for key in ION_COLUMNS}
    fields = {key: _number(table, record, key) for key in FIELD_COLUMNS}
    if at is None:
        return None
    return LabSample(
        sample_id=one_line(sample_id, limit=100),
        at=at,
        **ions,
        **fields,
        purpose=one_line(record.cells.get("purpose", "")),
        below_detection=tuple(limits),
        source_row=record.row,
    )


def _ion(
    table: RecordTable,
    record: Record,
    key: str,
    factor: Decimal | None,
    limits: list[str],
    below: list[tuple[str, str]],
) -> Decimal | None:
    if factor is None:
        return None
    text = half_width(record.cells[key].strip()).strip()
    if text.startswith(("<", "＜")):
        cell = read_cell(text[1:], decimal=table.decimal)
        if cell.kind == "number" and 0 < cell.value < 10**9:
            limits.append(key)
            name = name_and_unit(table.header.cells[table.header.places[key][0]])[0]
            below.append((name, printable(record.cells[key].strip())))
            table.note("warning", "BELOW_DETECTION", record.row, name, text, value=f"{cell.value:f}")
            return _in_mg_l(cell.value, factor)
    value = _number(table, record, key)
    if value is not None and value < 0:
        table.note("error", "NEGATIVE_VALUE", record.row, key, record.cells[key])
    return None if value is None else _in_mg_l(value, factor)


def _in_mg_l(value: Decimal, factor: Decimal) -> Decimal:
    """Nothing is rounded where nothing is converted; a converted value keeps one more place than it was given with."""
    if factor == 1:
        return value
    places = max(0, -int(value.as_tuple().exponent)) + 1
    return round(value * factor, places)


def _number(table: RecordTable, record: Record, key: str) -> Decimal | None:
    if key not in table.header.places:
        return None
    cell = table.number(record, key)
    return cell.value if cell.kind == "number" else None


def _duplicates(draft: Draft, table: RecordTable) -> None:
    first_rows: dict[str, Record] = {}
    for record in table.records:
        sample_id = record.cells["sample_id"].strip()
        first = first_rows.setdefault(sample_id, record)
        if first is record or not sample_id:
            continue
        if any(_DUPLICATE.search(one.cells.get("purpose", "")) for one in (first, record)):
            word = next(
                match[0]
                for one in (record, first)
                if (
                    match := re.search(
                        r"平行样?|重复样?|\w*duplicate|replicate", one.cells.get("purpose", ""), re.IGNORECASE
                    )
                )
            )
            draft.facts["duplicate_sample"] = {
                "id": one_line(sample_id, limit=100),
                "kind": f"field duplicate {word}: keep both, average after relative difference check",
            }
            table.note("warning", "FIELD_DUPLICATE", record.row, "sample_id", sample_id, kept_row=first.row)
        else:
            table.note("error", "DUPLICATE_SAMPLE_ID", record.row, "sample_id", sample_id, kept_row=first.row)


def _balances(draft: Draft, table: RecordTable, factors: Mapping[str, Decimal]) -> None:
    """Charge balance error [%] of each sample: 100 (cations - anions) / (cations + anions); of ``<`` half the limit."""
    needed = ("ca_mg_l", "mg_mg_l", "alkalinity_as_hco3_mg_l")
    if not all(key in factors for key in needed):
        return
    errors, flagged = [], []
    for record in table.records:
        cations, anions = Decimal(0), Decimal(0)
        for key, factor in factors.items():
            mass, charge = _IONS[key]
            meq = _mg_l_for_balance(table, record, key) * factor / mass * abs(charge)
            if charge > 0:
                cations += meq
            else:
                anions += meq
        total = cations + anions
        error = float(round(100 * (cations - anions) / total, 2)) if total else None
        errors.append(error)
        if error is not None and abs(error) > _BALANCE_LIMIT_PCT:
            flagged.append(one_line(record.cells["sample_id"], limit=100))
            table.note(
                "warning", "CHARGE_BALANCE", record.row, "sample_id", record.cells["sample_id"], value=f"{error:g}"
            )
    draft.facts["charge_balance_error_pct"] = errors
    draft.facts["flag_abs_gt_5"] = flagged


def _mg_l_for_balance(table: RecordTable, record: Record, key: str) -> Decimal:
    text = half_width(record.cells[key].strip()).strip()
    censored = text.startswith("<")
    cell = read_cell(text.lstrip("<"), decimal=table.decimal)
    if cell.kind != "number" or abs(cell.value) > 10**9:
        return Decimal(0)
    return cell.value / 2 if censored else cell.value


LAYOUT = Layout(
    name="lab_samples",
    kind="samples",
    signature="采样编号,采样时间,K+ (mg/L),…,HCO3- (mmol/L),现场pH,…",
    recognise=recognise,
    read=read,
    last_resort=True,
)
