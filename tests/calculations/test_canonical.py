"""Our canonical JSON is that of the rfc8785 library, byte for byte, and refuses what has no such form."""

import math
import random
import struct

import numpy as np
import pytest
import rfc8785

from calculations.canonical import CanonicalError, canonical_bytes, canonical_digest, number_text


def test_nested_objects_match_the_reference_library():
    obj = {
        "z": [1, 2.5, -0.0, 1e21, 1e-7, 123456789012345680000.0, True, False, None],
        "a": {"中文": '岩溶\n\t"\\ \u007f \u0001', "\U0001f600": 1, "\ufb33": 2, "": []},
        "é": "e\u0301",
        "empty": {},
    }
    assert canonical_bytes(obj) == rfc8785.dumps(obj)


def test_twenty_thousand_doubles_of_any_bit_pattern_match_the_reference_library():
    generator = random.Random(8785)
    values = [struct.unpack("<d", generator.randbytes(8))[0] for _ in range(10_000)]
    values += [round(generator.uniform(-1e6, 1e6), generator.randrange(8)) for _ in range(10_000)]
    values += [10.0**power for power in range(-30, 31)] + [5e-324, 1.7976931348623157e308, 2.0**53]
    finite = [value for value in values if math.isfinite(value)]
    assert len(finite) > 19_000
    assert canonical_bytes(finite) == rfc8785.dumps(finite)


def test_a_number_reads_back_as_the_same_double():
    assert number_text(0.1) == "0.1"
    assert number_text(1e21) == "1e+21"
    assert number_text(411.99999999999994) == "411.99999999999994"
    assert number_text(float(np.float64(1) / 3)) == "0.3333333333333333"


@pytest.mark.parametrize(
    "bad", [math.nan, math.inf, 2**53, {1: "a"}, np.int64(1), "\ud800", {"\ud800": 1}, object(), b"x"]
)
def test_what_has_no_canonical_form_is_refused(bad):
    with pytest.raises(CanonicalError):
        canonical_bytes(bad)


def test_order_of_keys_does_not_change_the_digest():
    assert canonical_digest({"a": 1, "b": 2}) == canonical_digest({"b": 2, "a": 1})
    assert canonical_digest({"a": 1}) != canonical_digest({"a": 2})
