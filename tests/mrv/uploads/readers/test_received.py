"""Bytes as received: limits, digests, zips, files of other kinds."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest

from .making import codes, logger, only, template


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def test_digest_and_size_are_those_of_the_bytes_received():
    data = template()
    _, report = logger(data)
    assert report.bytes == len(data)
    assert report.sha256 == hashlib.sha256(data).hexdigest()


def test_a_path_reads_like_its_bytes(tmp_path):
    path = tmp_path / "logger.csv"
    path.write_bytes(template())
    assert logger(path)[1] == logger(template())[1]


def test_a_path_that_is_not_there(tmp_path):
    _, report = logger(tmp_path / "gone.csv")
    assert codes(report) == ["FILE_UNREADABLE"]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"  \r\n \t"])
def test_an_empty_file(data):
    _, report = logger(data)
    assert codes(report) == ["FILE_EMPTY"]


def test_the_size_limit_is_inclusive(tmp_path):
    data = template()
    assert logger(data, size_limit=len(data))[1].ok
    path = tmp_path / "logger.csv"
    path.write_bytes(data)
    for too_large in (data, path):
        _, report = logger(too_large, size_limit=len(data) - 1)
        assert codes(report) == ["FILE_TOO_LARGE"]
        assert only(report, "FILE_TOO_LARGE")["limit"] == len(data) - 1


def test_a_zip_with_one_file_is_read():
    inner = template()
    packed = zipped(("data/logger.csv", inner), ("__MACOSX/._logger.csv", b"x"), ("data/", b""))
    table, report = logger(packed)
    assert table is not None
    assert len(table) == 8
    assert report.sha256 == hashlib.sha256(packed).hexdigest()
    assert only(report, "ZIP_UNPACKED")["sha256"] == hashlib.sha256(inner).hexdigest()


def test_a_zip_with_several_files():
    _, report = logger(zipped(("a.csv", template()), ("b.csv", template())))
    assert only(report, "ZIP_NOT_ONE_FILE")["count"] == 2


def test_an_empty_zip():
    _, report = logger(zipped())
    assert codes(report) == ["BINARY_FILE"]


def test_a_zip_bomb_is_not_unpacked():
    bomb = zipped(("logger.csv", b"0" * 50_000_000))
    assert len(bomb) < 100_000
    _, report = logger(bomb)
    assert codes(report) == ["ZIP_TOO_DENSE"]


def test_a_zip_that_lies_about_its_size_is_not_unpacked_either():
    bomb = bytearray(zipped(("logger.csv", b"0" * 50_000_000)))
    directory = bomb.rindex(b"PK\x01\x02")
    bomb[directory + 24 : directory + 28] = (1000).to_bytes(4, "little")
    bomb[22:26] = (1000).to_bytes(4, "little")
    _, report = logger(bytes(bomb))
    assert not report.ok
    assert codes(report)[0].startswith("ZIP_")


def test_a_zip_above_the_size_limit_when_unpacked():
    _, report = logger(zipped(("logger.csv", template(2000))), size_limit=50_000)
    assert codes(report) == ["ZIP_TOO_DENSE"]


def test_a_zip_in_a_zip():
    _, report = logger(zipped(("inner.zip", zipped(("logger.csv", template())))))
    assert codes(report) == ["ZIP_UNPACKED", "BINARY_FILE"]


def test_a_zip_with_an_empty_file():
    _, report = logger(zipped(("logger.csv", b"")))
    assert codes(report) == ["FILE_EMPTY"]


def test_a_zip_with_a_password():
    packed = bytearray(zipped(("logger.csv", template())))
    packed[6] |= 1
    packed[packed.rindex(b"PK\x01\x02") + 8] |= 1
    _, report = logger(bytes(packed))
    assert codes(report) == ["ZIP_ENCRYPTED"]


def test_a_zip_cut_in_the_middle_or_packed_in_a_strange_way():
    packed = zipped(("logger.csv", template()))
    assert codes(logger(packed[: len(packed) // 2])[1]) == ["ZIP_DAMAGED"]
    assert codes(logger(zipped(("logger.csv", template()), method=zipfile.ZIP_LZMA))[1]) == ["ZIP_DAMAGED"]


def test_a_workbook_is_asked_for_as_csv():
    _, report = logger(zipped(("[Content_Types].xml", b"<a/>"), ("xl/workbook.xml", b"<a/>")))
    assert only(report, "BINARY_FILE")["format"] == "XLSX"
    _, report = logger(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))
    assert only(report, "BINARY_FILE")["format"] == "XLS"
