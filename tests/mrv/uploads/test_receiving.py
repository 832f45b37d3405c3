"""A file becomes evidence whole, or is refused with every fault and nothing of it stays."""

import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from mrv.uploads import series
from mrv.uploads.models import Upload
from mrv.uploads.selectors import load_records, load_series, logger_uploads, merged_series, upload_for, uploads_of
from mrv.uploads.services import plain_file_name, withdraw_upload
from registry.audit.models import Event
from registry.core import store
from registry.core.errors import InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from tests.mrv.evidence import END, GAUGINGS, LAB, LOGGER, START, part_of_year
from tests.people import developer, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]


def stored_files(settings):
    return [path for path in Path(settings.EVIDENCE_STORE).rglob("*") if path.is_file()]


def test_a_year_of_readings_is_kept_as_received_and_as_series(jiangkou):
    upload = jiangkou.upload("logger", LOGGER)
    assert upload.rows == 35_040
    assert store.read(upload.sha256) == LOGGER.read_bytes()
    assert (upload.first_at, upload.size_bytes) == (START, LOGGER.stat().st_size)
    readings = load_series(upload)
    assert len(readings) == 35_040
    stage = readings.by_parameter()["stage"]
    assert (stage.unit, stage.decimals, stage.values[0]) == ("m", 3, 534)
    assert readings.source_rows[0] == 2, "the header is row 1 of the file"
    assert Event.objects.filter(action="uploads.receive", object_id=str(upload.pk)).count() == 1


def test_a_year_takes_at_most_five_bytes_a_reading_row(jiangkou):
    upload = jiangkou.upload("logger", LOGGER)
    size = store.path(upload.content_sha256).stat().st_size
    assert size / upload.rows <= 5.0


def test_the_digest_is_of_the_content_not_of_its_packing(jiangkou):
    upload = jiangkou.upload("logger", part_of_year(3))
    readings = load_series(upload)
    assert series.content_digest(readings) == upload.canonical_sha256
    packed_otherwise = series.from_parquet(series.to_parquet(readings))
    assert series.content_digest(packed_otherwise) == upload.canonical_sha256
    values = readings.series[0].values.copy()
    values[0] += 1
    changed = series.ReadingSeries(
        readings.epoch_s,
        (series.Series("ph", readings.series[0].unit, readings.series[0].decimals, values), *readings.series[1:]),
        readings.source_rows,
    )
    assert series.content_digest(changed) != upload.canonical_sha256


def test_missing_values_survive_the_store(jiangkou):
    data = part_of_year(1).replace(b",17.91,7.42,", b",,7.42,", 1)
    temperature = load_series(jiangkou.upload("logger", data)).by_parameter()["water_temperature"]
    assert not temperature.present()[0]
    assert np.isnan(temperature.to_float()[0])
    assert temperature.present()[1:].all()


def test_an_altered_series_is_refused_not_used(jiangkou):
    upload = jiangkou.upload("logger", part_of_year(2))
    path = store.path(upload.content_sha256)
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(Refusal) as refusal:
        load_series(upload)
    assert refusal.value.code == "EVIDENCE_ALTERED"


def test_the_same_bytes_twice_are_one_upload(jiangkou):
    first = jiangkou.upload("logger", part_of_year(2))
    again = jiangkou.upload("logger", part_of_year(2), name="another-name.csv")
    assert (again.pk, again.received_before, first.received_before) == (first.pk, True, False)
    assert Upload.objects.count() == 1


def test_samples_and_gaugings_become_records_with_file_and_row(jiangkou):
    gaugings = load_records(jiangkou.upload("gaugings", GAUGINGS))
    assert len(gaugings) == 17
    assert gaugings[0] == {
        "file": GAUGINGS.name,
        "row": 2,
        "timestamp": "2021-05-06T01:30:00Z",
        "stage_m": "0.40",
        "discharge_m3_s": "0.198",
        "uncertainty_pct": "5",
        "method": "ADV wading",
        "operator": "Li",
    }
    samples = load_records(jiangkou.upload("samples", LAB))
    assert samples[0]["calcium_mg_l"] == "49.05"
    assert samples[0]["timestamp"] == "2021-05-09T02:30:00Z"


def faulty_files():
    good = part_of_year(1)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readings.csv", good.splitlines()[0] + b"\n" + b"0" * 20_000_000)
    lines = good.splitlines()
    without_ph = b"\n".join(line.rpartition(b",")[0] for line in lines)
    cells = lines[5].split(b",")
    letters = b"\n".join([*lines[:5], b",".join([*cells[:2], b"abc", *cells[3:]]), *lines[6:]])
    return {
        "wrong encoding": ("\n".join(["时间,水位", "一,二"]).encode("utf-16-le")[1:], None),
        "no time zone": (good.replace(b"+08:00", b""), "zone"),
        "missing column": (without_ph, "ec25_us_cm"),
        "letters in numbers": (letters, "abc"),
        "empty": (b"", None),
        "zip bomb": (bomb.getvalue(), None),
        "no readings": (lines[0] + b"\n", None),
    }


@pytest.mark.parametrize("fault", faulty_files())
def test_a_faulty_file_is_refused_by_name_in_both_languages_and_nothing_stays(jiangkou, settings, fault):
    data, named = faulty_files()[fault]
    before = stored_files(settings)
    with pytest.raises(InvalidInput) as refusal:
        jiangkou.upload("logger", data, name="May 2021.csv")
    assert refusal.value.code == "FILE_REFUSED"
    assert refusal.value.messages, fault
    text = " ".join(message.text("en") for message in refusal.value.messages)
    assert "May 2021.csv" in text
    if named:
        assert named in text
    for message in refusal.value.messages:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in message.text("zh"))
        with translation.override("en"):
            assert str(message) == message.text("en")
    assert not Upload.objects.exists()
    assert stored_files(settings) == before
    assert not Event.objects.filter(action="uploads.receive").exists()


def test_repeated_and_backward_times_are_read_and_remarked_on(jiangkou):
    lines = part_of_year(1).splitlines()
    upload = jiangkou.upload("logger", b"\n".join([*lines[:6], lines[5], lines[8], lines[6], lines[7], *lines[9:]]))
    assert upload.rows == 96
    codes = [message["code"] for message in upload.report["messages"]]
    assert "OUT_OF_ORDER" in codes
    assert any("DUPLICATE" in code for code in codes)


def test_a_file_above_the_limit_is_refused_by_its_size_alone(jiangkou, settings, tmp_path):
    settings.UPLOAD_SIZE_LIMIT_BYTES = 1000
    path = tmp_path / "large.csv"
    path.write_bytes(b"not even readings" * 100)
    with pytest.raises(InvalidInput) as refusal:
        jiangkou.upload("logger", path)
    assert [message.code for message in refusal.value.messages] == ["FILE_TOO_LARGE"]
    assert "1000" in refusal.value.messages[0].text("en")


def test_an_unknown_zone_is_refused(jiangkou):
    with pytest.raises(InvalidInput) as refusal:
        jiangkou.upload("logger", part_of_year(1), zone="Mars/Olympus")
    assert refusal.value.code == "ZONE_UNKNOWN"


def test_only_the_proponent_uploads_and_others_do_not_even_see(jiangkou):
    stranger = member(developer("Other", "DEV-9"), Role.EDITOR)
    jiangkou.owner, owner = stranger, jiangkou.owner
    with pytest.raises((NotAllowed, NotVisible)):
        jiangkou.upload("logger", part_of_year(1))
    jiangkou.owner = owner
    upload = jiangkou.upload("logger", part_of_year(1))
    with pytest.raises(NotVisible):
        upload_for(stranger, upload.pk)
    assert not uploads_of(stranger, jiangkou.station).exists()
    assert list(uploads_of(owner, jiangkou.station)) == [upload]


def test_an_upload_is_never_altered_or_deleted_in_the_database(jiangkou):
    upload = jiangkou.upload("logger", part_of_year(1))
    with pytest.raises(DatabaseError), transaction.atomic():
        Upload.objects.filter(pk=upload.pk).update(sha256=hashlib.sha256(b"other").hexdigest())
    with pytest.raises(DatabaseError), transaction.atomic():
        Upload.objects.filter(pk=upload.pk).delete()


def test_a_withdrawn_file_is_out_of_later_use_and_its_bytes_may_come_again(jiangkou):
    upload = jiangkou.upload("logger", part_of_year(1))
    with pytest.raises(InvalidInput):
        withdraw_upload(actor=jiangkou.owner, upload=upload, reason=" ")
    withdraw_upload(actor=jiangkou.owner, upload=upload, reason="sensor was out of the water")
    assert logger_uploads(jiangkou.station, START, END) == []
    assert store.path(upload.sha256).exists()
    assert jiangkou.upload("logger", part_of_year(1)).pk != upload.pk


def test_two_files_of_one_span_become_one_series_and_a_contradiction_is_named(jiangkou):
    jiangkou.upload("logger", part_of_year(3), name="a.csv")
    lines = part_of_year(5).splitlines()
    jiangkou.upload("logger", b"\n".join([lines[0], *lines[100:]]), name="b.csv")
    merged = merged_series(logger_uploads(jiangkou.station, START, END), START, END)
    assert (len(merged.readings), merged.conflicts) == (5 * 96, ())
    cells = lines[150].split(b",")
    changed = b"\n".join([lines[0], b",".join([*cells[:2], b"1.999", *cells[3:]])])
    jiangkou.upload("logger", changed, name="c.csv")
    merged = merged_series(logger_uploads(jiangkou.station, START, END), START, END)
    (conflict,) = merged.conflicts
    assert (conflict.parameter, conflict.count, conflict.files[1]) == ("stage", 1, "c.csv")
    assert conflict.values[1] == "1.999"


@pytest.mark.parametrize(
    ("given", "kept"), [("../../etc/passwd", "passwd"), ("C:\\data\\五月.csv", "五月.csv"), ("a\x00b\n.csv", "ab.csv")]
)
def test_a_file_name_keeps_no_path_and_no_control_characters(given, kept):
    assert plain_file_name(given) == kept
