"""Draws that stay for the next run of the same evidence: they change no bit of any result."""

import numpy as np
import pytest

from calculations.bundle import Bundle
from calculations.engine import compute
from calculations.methodologies import load_methodology
from calculations.uncertainty.draws import uniforms
from calculations.uncertainty.model import STREAMS
from calculations.uncertainty.simulate import BLOCK, drawn_once
from tests.calculations import examples


@pytest.mark.parametrize("methodology_id", ["KCS-ENH-BACI", "KCS-ALLO", "KCS-INV"])
def test_whatever_was_asked_before_the_result_has_the_same_bits(methodology_id):
    bundle = Bundle.of(examples.evidence_of(methodology_id))
    version = load_methodology(methodology_id, examples.EXAMPLES[methodology_id])
    drawn_once.cache_clear()
    official = compute(bundle, version).digest
    tried = compute(bundle, version, what_if={"kappa_ref": 0.7})
    assert compute(bundle, version).digest == official
    drawn_once.cache_clear()
    assert compute(bundle, version, what_if={"kappa_ref": 0.7}).digest == tried.digest
    assert tried.digest != official


def test_blocks_are_the_streams_cut_and_nobody_writes_into_them():
    draws = 2 * BLOCK + 5
    streams, blocks = drawn_once(uniforms, "a" * 64, STREAMS, draws)
    assert [block.stop - block.start for block, _drawn in blocks] == [BLOCK, BLOCK, 5]
    for name in STREAMS:
        assert np.array_equal(np.concatenate([drawn.u(name) for _block, drawn in blocks]), streams[name])
    _block, drawn = blocks[0]
    for values in (drawn.u("kappa"), drawn.z("ec_gain")):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0.5
