"""Corrections change what is calculated with, never what was read; without any, evidence is what it was."""

from dataclasses import replace

import numpy as np
import pytest

from calculations.bundle import evidence_digest, read_bundle, write_bundle
from calculations.evidence import EvidenceError
from calculations.quality.corrections import corrected
from calculations.quality.ranges import DEFAULT_RANGES
from calculations.quality.slots import EC25, STAGE, prepare
from tests.calculations.jiangkou import evidence

OFFSET = {
    "parameter": STAGE,
    "from": "2021-05-02T00:00:00Z",
    "to": "2021-05-03T00:00:00Z",
    "kind": "offset",
    "start": "-0.25",
    "end": "-0.25",
    "relative": False,
    "by": "Editor",
    "at": "2021-06-01T00:00:00Z",
    "reason": "logger re-hung",
}
DRIFT = OFFSET | {"parameter": EC25, "kind": "drift", "start": "0", "end": "0.16", "relative": True}


def inputs(evidence):
    return prepare(evidence, ranges=DEFAULT_RANGES, gap_limit_h=72.0)


def test_an_offset_moves_its_span_and_nothing_else():
    plain = evidence()
    before, after = inputs(plain), inputs(replace(plain, records={"corrections": [OFFSET]}))
    moved = after.measured[STAGE] - before.measured[STAGE]
    first = (1619913600 - before.start_s) // 900
    assert np.allclose(moved[first : first + 96], -0.25)
    assert not moved[:first].any()
    assert not moved[first + 96 :].any()
    assert [(m.code, m.params) for m in after.messages] == [("READINGS_CORRECTED", {"parameter": STAGE, "count": 96})]


def test_a_drift_grows_in_a_straight_line():
    times = np.array([1619913600, 1619956800, 1619999999], dtype=np.int64)
    values, touched = corrected(times, np.full(3, 100.0), [DRIFT], EC25)
    assert values == pytest.approx([100.0, 108.0, 116.0], abs=1e-3)
    assert touched == 3


def test_corrections_are_sealed_with_the_evidence_and_read_again(tmp_path):
    plain = evidence()
    changed = replace(plain, records={"corrections": [OFFSET, DRIFT]})
    assert evidence_digest(changed) != evidence_digest(plain)
    assert write_bundle(changed, tmp_path / "b.zip") == evidence_digest(changed)
    assert read_bundle(tmp_path / "b.zip").evidence.records == {"corrections": [OFFSET, DRIFT]}


@pytest.mark.parametrize(
    "wrong", [{"to": OFFSET["from"]}, {"kind": "guess"}, {"start": "much"}, {"from": "yesterday"}, {"end": None}]
)
def test_a_correction_that_cannot_be_applied_is_refused(wrong):
    times = np.array([1619913600], dtype=np.int64)
    with pytest.raises(EvidenceError):
        corrected(times, np.ones(1), [OFFSET | wrong], STAGE)
