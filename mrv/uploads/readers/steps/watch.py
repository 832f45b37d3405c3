"""What a file says of its logger besides the measurements: battery, record numbers, qualifiers, absent quantities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrv.uploads.readers.report import FIRST_CELLS, Draft
from mrv.uploads.readers.steps.clock import Instants
from mrv.uploads.readers.steps.fill import Filled
from mrv.uploads.readers.tables import MAIN_PARAMETERS, MISSING, Column, LoggerTable

if TYPE_CHECKING:
    from mrv.uploads.readers.layouts import LoggerPlan

LOW_OF_NOMINAL = ((11.0, 11.0), (7.5, 7.0), (3.3, 3.2), (2.0, 2.5))
"""(usual voltage above, low below) [V]: lead batteries, 9 V packs, lithium cells, two alkaline cells."""

STANDS_FOR = {"conductivity_raw": "specific_conductance_25c", "absolute_pressure_head": "stage"}

QUALIFIERS = {"A": "approved", "P": "provisional", "e": "estimated", "Eqp": "equipment malfunction -> missing"}
_ESTIMATED = "e"


def watch(draft: Draft, plan: LoggerPlan, filled: Filled, clock: Instants, columns: list[Column]) -> None:
    for column in columns:
        if column.parameter == "battery_voltage":
            _battery(draft, filled, column)
    if plan.record is not None:
        _records(draft, filled, plan.record, clock)
    if plan.qualifiers:
        _qualifiers(draft, plan, filled)


def _battery(draft: Draft, filled: Filled, column: Column) -> None:
    volts = column.as_float()
    valid = volts[~np.isnan(volts)]
    if not len(valid):
        return
    usual = float(np.median(valid))
    below = next((low for nominal, low in LOW_OF_NOMINAL if usual > nominal), None)
    if below is None:
        return
    at = np.flatnonzero(volts < below)
    places = [
        {"row": int(filled.rows[index]), "column": column.source, "text": column.text_at(int(index))}
        for index in at[:FIRST_CELLS]
    ]
    draft.places("warning", "LOW_BATTERY", places, count=len(at), limits=f"{below:g} V")


def _records(draft: Draft, filled: Filled, position: int, clock: Instants) -> None:
    """Record numbers that start again while time goes on: the logger lost power or its program was sent anew."""
    column = filled.helpers[position]
    numbers = np.array([int(text) if text.strip().isdigit() else -1 for text in column.texts], dtype=np.int64)
    records = numbers[column.rows]
    if len(records) < 2:
        return
    drops = (np.diff(records) < 0) & (np.diff(clock.epoch_s) > 0) & clock.ok[1:] & clock.ok[:-1] & (records[1:] >= 0)
    at = np.flatnonzero(drops) + 1
    draft.facts["record_number_resets"] = len(at)
    places = [
        {"row": int(filled.rows[index]), "text": str(records[index]), "time": clock.shown(int(clock.epoch_s[index]))}
        for index in at[:FIRST_CELLS]
    ]
    draft.places("warning", "RECORD_RESET", places, count=len(at))


def _qualifiers(draft: Draft, plan: LoggerPlan, filled: Filled) -> None:
    used: dict[str, int] = {}
    for position in plan.qualifiers:
        column = filled.helpers[position]
        counts = np.bincount(column.rows, minlength=len(column.texts))
        for text, count in zip(column.texts, counts.tolist(), strict=True):
            for code in text.replace(":", " ").split():
                used[code] = used.get(code, 0) + count
    equipment = sum(
        int(np.count_nonzero(np.isin(column.rows, column.codes_of(lambda text: text.strip() == "Eqp"))))
        for column in filled.values
    )
    meanings = {code: QUALIFIERS.get(code, "?") for code in used}
    if equipment:
        meanings["Eqp"] = QUALIFIERS["Eqp"]
    draft.facts["qualifiers"] = {**meanings, "eqp_cells": equipment, "estimated_cells": used.get(_ESTIMATED, 0)}
    draft.warning("QUALIFIERS", columns=[f"{code} {count}" for code, count in used.items()], count=equipment)


def say_what_is_missing(draft: Draft, plan: LoggerPlan, table: LoggerTable) -> None:
    present = {STANDS_FOR.get(name, name) for name, column in table.columns.items() if (column.values != MISSING).any()}
    present |= {STANDS_FOR.get(value.parameter, value.parameter) for value in plan.values}
    missing = [name for name in MAIN_PARAMETERS if name not in present]
    if missing and plan.says_missing_parameters:
        draft.facts["missing_parameters"] = missing
        draft.warning("MISSING_PARAMETERS", parameters=missing)
