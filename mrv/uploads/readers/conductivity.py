"""Conductivity at 25 degrees C from one that the logger did not compensate; and which of both a column is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np

from mrv.uploads.readers.layouts import LoggerPlan
from mrv.uploads.readers.report import Draft
from mrv.uploads.readers.tables import LARGEST, MISSING, Column, LoggerTable

USUAL_COEFFICIENT = Decimal("0.0191")


def as_answered(draft: Draft, plan: LoggerPlan, compensated: bool | None) -> LoggerPlan:
    """The plan once somebody has said whether a conductivity of which the file is silent is one at 25 degrees C."""
    if compensated is None or not any(message.code == "EC_COMPENSATION_UNKNOWN" for message in draft.messages):
        return plan
    draft.messages = [message for message in draft.messages if message.code != "EC_COMPENSATION_UNKNOWN"]
    if compensated:
        return plan
    values = (
        replace(value, parameter="conductivity_raw") if value.parameter == "specific_conductance_25c" else value
        for value in plan.values
    )
    return replace(plan, values=tuple(values))


def with_ec25(draft: Draft, table: LoggerTable, coefficient: Decimal | None) -> LoggerTable:
    """The table with EC25 = EC / (1 + coefficient (T - 25)) where a coefficient [1/degree] was confirmed; else said."""
    raw, water = table.columns.get("conductivity_raw"), table.columns.get("water_temperature")
    if raw is None or "specific_conductance_25c" in table.columns:
        return table
    if coefficient is None or water is None:
        draft.warning("EC_NOT_COMPENSATED", column=raw.source, value=f"{USUAL_COEFFICIENT:f}")
        return table
    ec25 = raw.as_float() / (1.0 + float(coefficient) * (water.as_float() - 25.0))
    scaled = np.rint(ec25 * 10.0**raw.decimals)
    fits = np.isfinite(scaled) & (np.abs(np.nan_to_num(scaled)) <= LARGEST)
    values = np.where(fits, np.nan_to_num(scaled), MISSING).astype(np.int32)
    made = Column("specific_conductance_25c", "uS/cm", raw.decimals, values, raw.source)
    draft.facts["ec_compensation"] = {
        "from": raw.parameter,
        "column": raw.source,
        "coefficient": f"{coefficient:f}",
        "reference_degc": 25,
        "n_valid": made.n_valid,
    }
    draft.info("EC_COMPENSATED", column=raw.source, value=f"{coefficient:f}", count=made.n_valid)
    return LoggerTable(table.epoch_s, {**table.columns, made.parameter: made}, table.source_rows)
