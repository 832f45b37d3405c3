"""A published set in the place of a station's own ion models: by rule, flagged, and never good for credits.

The set is taken as printed and handled like a station's lines: outside of its range (the region's mean EC25 and two
standard deviations, as no range is published) the value of the range's edge is held, a negative value counts as zero,
a misprint has no value and its ion counts as not analysed. A rejected set is used only where a person accepts its
defects with a reason. No error is published either: as standard uncertainty of the level we take what the set differs
from its own region's mean, at least a tenth of it; the slope's follows the same share (our own choice).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.evidence import Record
from calculations.masses import CHARGE_AND_MASS
from calculations.messages import Message
from calculations.regression.least_squares import StraightLine
from calculations.regression.models import IonModel, IonModels
from calculations.regression.published import TABLE_1_MEANS
from calculations.regression.reference_sets import PublishedIon, ReferenceSet, ReferenceSetError, reference_set

FloatArray = NDArray[np.float64]

LEAST_RELATIVE_SD = 0.10
WORTH_A_WARNING = 0.05
"""Share of the readings outside a range from which on it is more than to be known."""


def reference_models(chosen: ReferenceSet) -> IonModels:
    """Ion models by the set as printed; ions without a readable value are among `not_analysed`."""
    means = TABLE_1_MEANS[chosen.region]
    models = {
        ion: _model(published, means[ion], chosen.ec25_mean_us_cm)
        for ion, published in chosen.ions.items()
        if published.constant_mg_l is not None
    }
    missing = tuple(ion for ion in CHARGE_AND_MASS if ion not in models)
    return IonModels(models, chosen.ec25_low_us_cm, chosen.ec25_high_us_cm, 0, missing)


def _model(published: PublishedIon, mean_mg_l: float, mean_ec25_us_cm: float) -> IonModel:
    assert published.constant_mg_l is not None
    level = published.slope * mean_ec25_us_cm + published.constant_mg_l
    sd = max(abs(level - mean_mg_l), LEAST_RELATIVE_SD * mean_mg_l)
    line = None
    if published.slope:
        slope_sd = abs(published.slope) * sd / mean_mg_l
        line = StraightLine(
            slope=published.slope,
            intercept=published.constant_mg_l,
            n=1,
            mean_x=mean_ec25_us_cm,
            mean_y=level,
            sxx=(sd / slope_sd) * (sd / slope_sd),
            residual_sd=sd,
            r_squared=0.0,
        )
    return IonModel(published.ion, line, level, sd, sd, 0)


def reference_record(chosen: ReferenceSet, accepted: Mapping[str, Any] | None = None) -> Record:
    """What is sealed: the models, the set as printed with its defects, and who accepted them.

    `accepted`: `by`, `at`, `reason`. Raises ReferenceSetError REFERENCE_SET_REJECTED for a rejected set without it.
    """
    if chosen.verdict == "rejected" and not accepted:
        codes = sorted({defect.code for defect in chosen.defects if defect.verdict == "rejected"})
        raise ReferenceSetError("REFERENCE_SET_REJECTED", name=chosen.name, reasons=codes)
    record = reference_models(chosen).record() | {
        "method": "published reference set as printed; held at the range's edge, zero where negative",
        "reference": chosen.record(),
        "exclusions": [],
    }
    return record | ({"accepted": dict(accepted)} if accepted else {})


def sealed_reference(record: Record) -> IonModels | None:
    """The models of a sealed record that names a published set; None where it names none.

    Raises ReferenceSetError REFERENCE_SET_UNKNOWN or, without an acceptance in the record, REFERENCE_SET_REJECTED.
    """
    named = record.get("reference")
    if not isinstance(named, dict):
        return None
    chosen = reference_set(str(named.get("name", "")))
    reference_record(chosen, record.get("accepted") or None)
    return reference_models(chosen)


def reference_messages(chosen: ReferenceSet, readings_ec25_us_cm: FloatArray | None = None) -> list[Message]:
    """That a published set is used, its defects, and what the rules do with these readings."""
    messages = [Message("REFERENCE_SET_USED", {"name": chosen.name})]
    messages += [defect.message for defect in chosen.defects if defect.verdict != "noted"]
    if readings_ec25_us_cm is None:
        return messages
    present = readings_ec25_us_cm[np.isfinite(readings_ec25_us_cm)]
    if not present.size:
        return messages
    found = chosen.predict(present, accept_defects=True)
    ends = {"low": chosen.ec25_low_us_cm, "high": chosen.ec25_high_us_cm}
    negative = {ion: int(mask.sum()) for ion, mask in found.below_zero.items()}
    return messages + _told(present.size, int(found.outside.sum()), ends, negative)


def _told(readings: int, outside: int, ends: Mapping[str, float], negative: Mapping[str, int]) -> list[Message]:
    """Readings outside a range, and ions whose line is negative at some of them."""
    messages = []
    if outside:
        facts = {"count": outside, "found": round(100.0 * outside / readings, 1)}
        facts |= {key: round(value, 1) for key, value in ends.items()}
        level = "warning" if outside >= WORTH_A_WARNING * readings else "info"
        messages.append(Message("READINGS_OUTSIDE_RANGE", facts, level))
    for ion, count in negative.items():
        if count:
            share = round(100.0 * count / readings, 1)
            messages.append(Message("ION_BELOW_ZERO", {"ion": ion, "count": count, "found": share}))
    return messages


def line_messages(models: IonModels, readings_ec25_us_cm: FloatArray | None) -> list[Message]:
    """Where a station's own lines are asked beyond what calibrates them, and where they turn negative."""
    messages = []
    ends = {"low": models.ec25_min_us_cm, "high": models.ec25_max_us_cm}
    lines = {ion: model.line for ion, model in models.models.items() if model.line is not None}
    for ion, line in lines.items():
        lowest = min(line.slope * at + line.intercept for at in ends.values())
        if lowest < 0.0:
            messages.append(Message("LINE_NEGATIVE_IN_RANGE", {"ion": ion, "value": lowest, **ends}))
    if readings_ec25_us_cm is None:
        return messages
    present = readings_ec25_us_cm[np.isfinite(readings_ec25_us_cm)]
    negative = {ion: int((line.slope * present + line.intercept < 0.0).sum()) for ion, line in lines.items()}
    return messages + _told(int(present.size), int(models.outside(present).sum()), ends, negative)
