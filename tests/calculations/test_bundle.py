"""A bundle's digest is that of its content; every byte of a bundle and of a kit is guarded."""

import hashlib
import io
import json
import random
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from calculations.bundle import (
    MISSING,
    Bundle,
    BundleError,
    Evidence,
    EvidenceError,
    RawFile,
    Series,
    evidence_digest,
    read_bundle,
    read_kit,
    write_bundle,
    write_kit,
)
from calculations.canonical import canonical_bytes

RAW = "时间,水位\n2021-05-01T00:00:00+08:00,0.534\n".encode()


def small_evidence():
    epoch_s = np.array([1619798400, 1619799300, 1619801100], dtype=np.int64)
    return Evidence(
        period={
            "start": "2021-04-30T16:00:00Z",
            "end": "2021-05-01T16:00:00Z",
            "zone": "Asia/Shanghai",
            "utc_offset_s": 28800,
            "interval_s": 900,
        },
        station={"code": "JK-01", "name_zh": "江口", "name_en": "Jiangkou", "catchment_area_km2": "28"},
        epoch_s=epoch_s,
        series=(
            Series("stage", "m", 3, np.array([534, MISSING, 537], dtype=np.int32)),
            Series("ph", "1", 2, np.array([742, 741, 740], dtype=np.int32)),
        ),
        flags=[
            {"parameter": "stage", "from": "2021-05-01T00:00:00Z", "to": "2021-05-01T00:15:00Z", "flag": 3},
            {"parameter": "ph", "from": "2021-05-01T00:00:00Z", "to": "2021-05-01T00:15:00Z", "flag": 3},
        ],
        samples=[{"file": "b.csv", "row": 2, "calcium_mg_l": "49.05"}, {"file": "b.csv", "row": 1}],
        gaugings=[],
        curve={"a": 2.5, "b": 1.8},
        regressions={},
        baseline=None,
        raw=(RawFile("读数 五月.csv", "logger", hashlib.sha256(RAW).hexdigest(), RAW),),
    )


@pytest.fixture
def kit_bytes():
    target = io.BytesIO()
    write_kit(target, evidence=small_evidence(), methodology_toml=b'id = "x"\n', result_json=b'{"figures":{}}')
    return target.getvalue()


def repack(data, change):
    """The zip with some members replaced (None drops one), packed by the plain zipfile module."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        names = [*source.namelist(), *(name for name in change if name not in source.namelist())]
        for name in names:
            content = change[name] if name in change else source.read(name)
            if content is not None:
                target.writestr(name, content)
    return io.BytesIO(out.getvalue())


def test_what_was_sealed_is_read_back(tmp_path):
    evidence = small_evidence()
    digest = write_bundle(evidence, tmp_path / "bundle.zip")
    bundle = read_bundle(tmp_path / "bundle.zip")
    assert bundle.digest == digest == evidence_digest(evidence)
    assert bundle.evidence.epoch_s.tolist() == evidence.epoch_s.tolist()
    stage = bundle.evidence.series_by_parameter()["stage"]
    assert stage.values.tolist() == [534, MISSING, 537]
    assert np.isnan(stage.to_float()[1])
    assert stage.to_float()[2] == 0.537
    assert bundle.evidence.raw[0].name == "读数 五月.csv"
    assert bundle.evidence.raw[0].open().read() == RAW
    assert [sample["row"] for sample in bundle.evidence.samples] == [1, 2]


def test_digest_is_the_sha256_of_the_manifest_and_does_not_depend_on_packing(tmp_path):
    evidence = small_evidence()
    digest = write_bundle(evidence, tmp_path / "folder")
    assert digest == hashlib.sha256((tmp_path / "folder" / "manifest.json").read_bytes()).hexdigest()
    assert read_bundle(tmp_path / "folder").digest == digest
    assert write_bundle(evidence, tmp_path / "b.zip") == digest


def test_same_evidence_in_another_order_is_the_same_file_and_digest():
    evidence = small_evidence()
    shuffled = replace(
        evidence,
        series=evidence.series[::-1],
        flags=evidence.flags[::-1],
        samples=evidence.samples[::-1],
    )
    first, second = io.BytesIO(), io.BytesIO()
    assert write_bundle(evidence, first) == write_bundle(shuffled, second)
    assert first.getvalue() == second.getvalue()


def test_another_reading_is_another_digest():
    evidence = small_evidence()
    stage = Series("stage", "m", 3, np.array([535, MISSING, 537], dtype=np.int32))
    assert evidence_digest(replace(evidence, series=(stage, evidence.series[1]))) != evidence_digest(evidence)
    assert evidence_digest(replace(evidence, baseline={"so4_mg_l": 14.0})) != evidence_digest(evidence)


def test_a_bundle_can_be_read_out_of_a_kit(kit_bytes):
    kit = read_kit(io.BytesIO(kit_bytes))
    assert kit.methodology_toml == b'id = "x"\n'
    assert kit.result_json == b'{"figures":{}}'
    assert kit.bundle.digest == evidence_digest(small_evidence())
    assert read_bundle(io.BytesIO(kit_bytes)).digest == kit.bundle.digest


def test_a_kit_unpacked_or_packed_again_by_another_tool_is_still_readable(kit_bytes, tmp_path):
    with zipfile.ZipFile(io.BytesIO(kit_bytes)) as archive:
        archive.extractall(tmp_path)
    digest = read_kit(io.BytesIO(kit_bytes)).digest
    assert read_kit(tmp_path).digest == digest
    assert read_kit(repack(kit_bytes, {})).digest == digest


def test_every_part_of_a_kit_is_guarded_and_named(kit_bytes):
    with zipfile.ZipFile(io.BytesIO(kit_bytes)) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    assert len(contents) == 16
    for name, content in contents.items():
        changed = bytes([content[0] ^ 1]) + content[1:]
        with pytest.raises(BundleError) as caught:
            read_kit(repack(kit_bytes, {name: changed}))
        assert caught.value.part == name
        with pytest.raises(BundleError) as caught:
            read_kit(repack(kit_bytes, {name: None}))
        assert caught.value.part == name


def test_each_changed_byte_of_the_file_is_found(kit_bytes):
    positions = set(random.Random(3).sample(range(len(kit_bytes)), 200))
    # headers of the zip are where no part's digest reaches: take all of the tail, and the first header
    positions |= set(range(60)) | set(range(len(kit_bytes) - 700, len(kit_bytes)))
    for position in positions:
        changed = bytearray(kit_bytes)
        changed[position] ^= 0x20
        with pytest.raises(BundleError):
            read_kit(io.BytesIO(bytes(changed)))


def test_bytes_added_or_cut_off_are_found(kit_bytes):
    for changed in (kit_bytes + b"\0", b"\0" + kit_bytes, kit_bytes[:-1], kit_bytes[:100], b""):
        with pytest.raises(BundleError):
            read_kit(io.BytesIO(changed))


def test_a_part_that_no_manifest_names_is_refused(kit_bytes):
    with pytest.raises(BundleError) as caught:
        read_kit(repack(kit_bytes, {"evidence/raw/more": b"x"}))
    assert caught.value.code == "BUNDLE_PART_EXTRA"
    assert caught.value.part == "evidence/raw/more"


def test_a_forged_manifest_is_compared_with_the_evidence_itself(kit_bytes):
    with zipfile.ZipFile(io.BytesIO(kit_bytes)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["bundle_digest"] = "0" * 64
    with pytest.raises(BundleError) as caught:
        read_kit(repack(kit_bytes, {"manifest.json": canonical_bytes(manifest)}))
    assert caught.value.part == "evidence/manifest.json"


@pytest.mark.parametrize("name", ["../escape", "/etc/passwd", "a/../b", "a\\b", ".hidden", "a//b"])
def test_unsafe_names_are_refused(kit_bytes, name):
    with pytest.raises(BundleError) as caught:
        read_kit(repack(kit_bytes, {name: b"x"}))
    assert caught.value.code == "BUNDLE_UNSAFE_NAME"


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"0" * 50_000_000)
    with pytest.raises(BundleError) as caught:
        read_bundle(bomb, max_total_bytes=10_000_000)
    assert caught.value.code == "BUNDLE_TOO_LARGE"
    with pytest.raises(BundleError) as caught:
        read_bundle(bomb)
    assert caught.value.code == "BUNDLE_TOO_LARGE"


def test_a_raw_file_that_is_not_what_its_digest_says_is_not_sealed(tmp_path):
    evidence = replace(small_evidence(), raw=(RawFile("a.csv", "logger", "0" * 64, b"abc"),))
    with pytest.raises(BundleError) as caught:
        write_bundle(evidence, tmp_path / "bundle.zip")
    assert caught.value.code == "BUNDLE_PART_CHANGED"
    assert list(tmp_path.iterdir()) == []


def test_raw_data_may_be_a_path_or_an_opener(tmp_path):
    (tmp_path / "a.csv").write_bytes(RAW)
    sha256 = hashlib.sha256(RAW).hexdigest()
    evidence = small_evidence()
    for data in (tmp_path / "a.csv", lambda: io.BytesIO(RAW)):
        other = replace(evidence, raw=(RawFile("读数 五月.csv", "logger", sha256, data),))
        assert evidence_digest(other) == evidence_digest(evidence)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"epoch_s": np.array([2, 1, 3], dtype=np.int64)}, "readings/epoch_s"),
        ({"epoch_s": np.array([1, 2, 3], dtype=np.int64)}, "readings/epoch_s"),
        ({"series": (Series("ph", "1", 2, np.zeros(2, dtype=np.int32)),)}, "series ph"),
        ({"period": {"start": "2021-05-01"}}, "period"),
        ({"flags": [{"parameter": "ph", "flag": 4}]}, "flags"),
        ({"flags": [{"parameter": "ph", "from": "2021", "to": "x", "flag": 4}]}, "flags"),
        ({"gaugings": [{"row": "one"}]}, "gaugings"),
        ({"curve": {"exclusions": [3]}}, "curve"),
    ],
)
def test_evidence_that_contradicts_itself_is_refused(change, part):
    with pytest.raises(EvidenceError) as caught:
        replace(small_evidence(), **change)
    assert caught.value.params["part"] == part
    assert part in caught.value.text("zh")


def test_a_period_without_a_zone_in_its_times_is_refused():
    period = small_evidence().period | {"start": "2021-05-01T00:00:00"}
    with pytest.raises(EvidenceError, match="no time zone"):
        replace(small_evidence(), period=period)


def test_the_bundle_of_unsealed_evidence_has_the_digest_that_sealing_gives(tmp_path):
    evidence = small_evidence()
    assert Bundle.of(evidence).digest == write_bundle(evidence, tmp_path / "b.zip")
