"""Further stations and records in a bundle: sealed, read back, and nothing changes for evidence without them."""

from dataclasses import replace

import numpy as np
import pytest

from calculations.bundle import Bundle, BundleError, read_bundle, write_bundle
from calculations.evidence import EvidenceError
from tests.calculations import jiangkou

POWDER = [{"file": "powder.csv", "row": 1, "mass_t": "1200", "caco3_share": "0.92"}]


def with_downstream():
    given = jiangkou.every(6)
    downstream = replace(jiangkou.every(12), baseline=None)
    return replace(given, companions={"downstream": downstream}, records={"powder": POWDER})


@pytest.mark.parametrize("name", ["bundle.zip", "bundle"])
def test_stations_and_records_come_back_as_they_were_sealed(tmp_path, name):
    given = with_downstream()
    digest = write_bundle(given, tmp_path / name)
    found = read_bundle(tmp_path / name)
    assert found.digest == digest == Bundle.of(given).digest
    assert found.evidence.records == {"powder": POWDER}
    companion = found.evidence.companions["downstream"]
    assert np.array_equal(companion.epoch_s, given.companions["downstream"].epoch_s)
    assert companion.gaugings == given.companions["downstream"].gaugings
    assert [series.parameter for series in companion.series] == sorted(s.parameter for s in given.series)


def test_a_changed_byte_in_a_companion_is_named(tmp_path):
    write_bundle(with_downstream(), tmp_path / "bundle")
    part = tmp_path / "bundle" / "companions" / "downstream" / "readings" / "stage.i32"
    data = bytearray(part.read_bytes())
    data[100] ^= 1
    part.write_bytes(bytes(data))
    with pytest.raises(BundleError) as caught:
        read_bundle(tmp_path / "bundle")
    assert caught.value.part == "companions/downstream/readings/stage.i32"


def test_the_digest_of_a_bundle_without_them_is_the_old_one():
    # sealed by the first version of this program
    assert Bundle.of(jiangkou.evidence()).digest == "461bfc7315ba8bc7d81d32f7316e08f983f89b9bb0125ba64e693f04e72b9a4f"
    assert Bundle.of(with_downstream()).digest != Bundle.of(jiangkou.every(6)).digest


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"records": {"secret": POWDER}}, "records/secret"),
        ({"records": {"powder": []}}, "records/powder"),
        ({"records": {"powder": ["text"]}}, "records/powder"),
        ({"companions": {"upstairs": None}}, "companions/upstairs"),
    ],
)
def test_unknown_names_and_shapes_are_refused(changes, part):
    with pytest.raises(EvidenceError) as caught:
        replace(jiangkou.every(6), **changes)
    assert caught.value.params["part"] == part


def test_a_companion_of_another_period_or_with_a_baseline_is_refused():
    given = jiangkou.every(6)
    with pytest.raises(EvidenceError):
        replace(given, companions={"control": given})
    other = replace(jiangkou.every(6), baseline=None)
    other = replace(other, period=other.period | {"end": "2022-06-30T16:00:00Z"})
    with pytest.raises(EvidenceError):
        replace(given, companions={"control": other})
