"""The result of a procedure that is no flux on readings: the same frame, with its own figures and tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.bundle import Bundle
from calculations.canonical import sha256_hex
from calculations.evidence import Series
from calculations.figures import rounded
from calculations.further_figures import ALL
from calculations.messages import Message
from calculations.methodologies import Methodology
from calculations.report import figures_of
from calculations.result import FORMAT, FORMAT_VERSION, Result, plot_bytes

FloatArray = NDArray[np.float64]


def plain_result(
    bundle: Bundle,
    methodology: Methodology,
    *,
    figures: Mapping[str, float | Decimal | None],
    reasons: Iterable[Message],
    warnings: Iterable[Message],
    waterfall: list[dict[str, str]] | None = None,
    sections: Mapping[str, Any] | None = None,
    arrays: Mapping[str, FloatArray] | None = None,
    plots: Mapping[str, Series] | None = None,
    plot_grid: Mapping[str, Any] | None = None,
) -> Result:
    """A result in canonical form; `arrays` are the doubles behind the sums, kept by digest.

    Issuable where no reason is of level error and the outcome is credits or a statement.
    """
    reasons = list(reasons)
    drawn = dict(plots or {})
    doubles = {name: value for name, value in figures.items() if not isinstance(value, Decimal)}
    exact = {
        name: {"value": f"{value:f}", "unit": ALL[name].unit}
        for name, value in figures.items()
        if isinstance(value, Decimal)
    }
    gates = [reason for reason in reasons if reason.level == "error"]
    content: dict[str, Any] = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "bundle_digest": bundle.digest,
        "methodology": methodology.record(),
        "outcome": methodology.outcome,
        "period": bundle.evidence.period,
        "station": bundle.evidence.station,
        "figures": figures_of(doubles) | exact,
        "issuable": not gates and methodology.outcome in {"statement", "credits"},
        "reasons": [message.record() for message in reasons],
        "warnings": [message.record() for message in warnings],
        "waterfall": waterfall or [],
        "monthly": [],
        "vintages": [],
        "parameters": {
            symbol: {"value": parameter.value, "unit": parameter.unit}
            for symbol, parameter in sorted(methodology.parameters.items())
        },
        "constants": dict(methodology.content["constants"]),
        "plots": {
            "grid": dict(plot_grid or {}),
            "series": {
                name: {"unit": s.unit, "decimals": s.decimals, "sha256": sha256_hex(plot_bytes(s))}
                for name, s in drawn.items()
            },
        },
        "intermediate_sha256": {
            name: sha256_hex(values.astype("<f8").tobytes()) for name, values in (arrays or {}).items()
        },
    }
    return Result(content | dict(sections or {}), drawn)


def shown(value: float, decimals: int) -> str:
    """A double as the decimal string of a table, rounded once."""
    return f"{rounded(value, decimals):f}"
