"""Whatever byte of a sealed zip changes, wherever it lies: reading refuses it and says which part it was."""

import io
import os
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculations.bundle import BundleError, read_bundle, read_kit, write_bundle, write_kit
from tests.calculations import jiangkou

WHOLE = "zip container"
LONG = bool(os.environ.get("KCR_LONG"))


@pytest.fixture(scope="module")
def sealed():
    """A bundle and a kit of a small year: name -> (bytes, reader, {part: (first, after) of its packed content})."""
    evidence = jiangkou.every(12)
    bundle, kit = io.BytesIO(), io.BytesIO()
    write_bundle(evidence, bundle)
    toml = jiangkou.methodology_bytes("KCS-INV", "1.0.0")
    write_kit(kit, evidence=evidence, methodology_toml=toml, result_json=b'{"figures":{}}')
    return {
        name: (data.getvalue(), reader, _spans(data))
        for name, data, reader in (("bundle", bundle, read_bundle), ("kit", kit, read_kit))
    }


def _spans(stream):
    spans = {}
    with zipfile.ZipFile(stream) as archive:
        for info in archive.infolist():
            header = stream.getvalue()[info.header_offset : info.header_offset + 30]
            start = info.header_offset + 30 + int.from_bytes(header[26:28], "little")
            start += int.from_bytes(header[28:30], "little")
            spans[info.filename] = (start, start + info.compress_size)
    return spans


def _unpacked(data, path):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(path)


@pytest.mark.parametrize("name", ["bundle", "kit"])
@settings(max_examples=2000 if LONG else 60, deadline=None)
@given(st.data())
def test_a_changed_byte_anywhere_is_found_and_named(sealed, name, data):
    original, reader, spans = sealed[name]
    position = data.draw(st.integers(0, len(original) - 1), label="position")
    changed = bytearray(original)
    changed[position] ^= data.draw(st.integers(1, 255), label="bits that change")
    with pytest.raises(BundleError) as refused:
        reader(io.BytesIO(bytes(changed)))
    part = refused.value.part
    inside = [path for path, (first, after) in spans.items() if first <= position < after]
    if part == WHOLE:
        # only the packing changed: headers, or bits of the compression that unpack to the same content
        assert not inside or _unpacked(bytes(changed), inside[0]) == _unpacked(original, inside[0])
    elif inside and not inside[0].endswith("manifest.json"):
        assert part == inside[0]
    assert part
    assert part in refused.value.text("en")
    assert part in refused.value.text("zh")


@pytest.mark.parametrize("name", ["bundle", "kit"])
@settings(max_examples=1000 if LONG else 20, deadline=None)
@given(st.data())
def test_bytes_cut_out_put_in_or_swapped_are_found(sealed, name, data):
    original, reader, _ = sealed[name]
    first = data.draw(st.integers(0, len(original) - 1), label="from")
    after = data.draw(st.integers(first, min(len(original), first + 4096)), label="to")
    put_in = data.draw(st.binary(max_size=64), label="put in")
    changed = original[:first] + put_in + original[after:]
    if changed == original:
        return
    with pytest.raises(BundleError):
        reader(io.BytesIO(changed))
