"""A file is looked at before it is imported: read, answered about, compared, remembered, or discarded."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from mrv.uploads import preview
from mrv.uploads.models import ReceivedFile, StationProfile, Upload
from mrv.uploads.overlap import overlap_with_stored
from mrv.uploads.selectors import load_series
from mrv.uploads.web import facts_of
from mrv.uploads.zone_question import ZoneQuestion, zone_question
from registry.core import store
from registry.core.errors import InvalidInput, NotVisible, Refusal
from registry.core.roles import Role
from tests.mrv.evidence import part_of_year
from tests.mrv.uploads.readers.making import SAMPLES
from tests.people import developer, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]
HOBO = SAMPLES / "04_hobo_u24_guiding.csv"
LEVEL, AIR = SAMPLES / "08_solinst_ltc_yuqing.csv", SAMPLES / "09_solinst_baro_yuqing.csv"


def take(site_, data: bytes | Path, name: str = "", kind: str = "logger") -> ReceivedFile:
    name = name or (data.name if isinstance(data, Path) else "file.csv")
    [file] = preview.take_in(actor=site_.owner, station=site_.station, kind=kind, file_name=name, data=data)
    return file


def said(file: ReceivedFile, site_, barometer: ReceivedFile | None = None, **answers: str) -> ReceivedFile:
    preview.answer(actor=site_.owner, file=file, answers=answers, barometer=barometer)
    file.refresh_from_db()
    return file


def test_nothing_is_imported_by_looking(jiangkou):
    file = take(jiangkou, HOBO)
    assert store.read(file.sha256) == HOBO.read_bytes()
    assert Upload.objects.count() == 0
    table, report = preview.read(file)
    assert table is not None
    assert report.profile == "onset_hobo_csv"
    upload = preview.import_received(actor=jiangkou.owner, file=file)
    assert upload.rows == 8828
    assert ReceivedFile.objects.get(pk=file.pk).upload == upload
    with pytest.raises(Refusal):
        preview.import_received(actor=jiangkou.owner, file=file)


def test_a_discarded_file_leaves_no_trace_in_the_data(jiangkou):
    file = take(jiangkou, HOBO)
    preview.discard_received(actor=jiangkou.owner, file=file)
    assert Upload.objects.count() == 0
    assert store.read(file.sha256) == HOBO.read_bytes()
    with pytest.raises(InvalidInput):
        said(file, jiangkou, zone="UTC")


def test_a_zone_must_be_answered_before_the_import_and_is_remembered_for_the_next_file(jiangkou):
    greenspan = SAMPLES / "01_greenspan_ctdp300_jiangkou.csv"
    file = take(jiangkou, greenspan)
    with pytest.raises(InvalidInput):
        preview.import_received(actor=jiangkou.owner, file=file)
    assert Upload.objects.count() == 0
    upload = preview.import_received(actor=jiangkou.owner, file=said(file, jiangkou, zone="+08:00"), remember=True)
    assert upload.zone == "+08:00"
    assert StationProfile.objects.count() == 1
    lines = greenspan.read_bytes().split(b"\r\n")
    later = take(jiangkou, b"\r\n".join([*lines[:15], *lines[2000:2400]]) + b"\r\n", "later.csv")
    assert later.answers == {"zone": "+08:00"}, "no question is asked twice"
    assert preview.read(later)[0] is not None


def asked(file: ReceivedFile) -> ZoneQuestion:
    with override("en"):
        question = zone_question(file, preview.read(file)[1])
    assert question is not None
    return question


def test_no_zone_is_asked_of_a_file_that_states_it(jiangkou):
    question = asked(take(jiangkou, HOBO))
    assert "GMT+08:00" in question.sentence
    assert (question.choices, question.open) == ((), False)


def test_a_zone_that_the_file_does_not_state_must_be_chosen_and_none_is_chosen_before(jiangkou):
    file = take(jiangkou, LEVEL)
    question = asked(file)
    assert (question.open, question.chosen) == (True, "")
    assert question.choices[0] == ("Asia/Shanghai", "Asia/Shanghai (the station's)")
    assert "" not in dict(question.choices), "the file states nothing: that cannot be an answer"
    answered = asked(said(file, jiangkou, zone="UTC"))
    assert (answered.open, answered.chosen) == (False, "UTC")


def test_a_zone_in_words_is_shown_as_it_is_understood_and_waits_for_a_yes(jiangkou):
    question = asked(take(jiangkou, SAMPLES / "05_insitu_aquatroll_zhenfeng_de.csv"))
    assert "China Normalzeit" in question.sentence
    assert (question.open, question.chosen) == (True, "Asia/Shanghai")


def test_the_zone_that_a_table_was_read_in_is_the_one_shown(jiangkou):
    lab = asked(take(jiangkou, SAMPLES / "13_monthly_lab_jiangkou_utf8bom.csv", kind="samples"))
    assert (lab.open, lab.chosen) == (False, "Asia/Shanghai")
    baseline = take(jiangkou, SAMPLES / "16_baseline_jiangkou.json", kind="baseline")
    assert zone_question(baseline, preview.read(baseline)[1]) is None


def test_a_zone_said_when_the_file_was_handed_in_is_not_asked_again(jiangkou):
    [file] = preview.take_in(
        actor=jiangkou.owner, station=jiangkou.station, kind="logger", file_name=LEVEL.name, data=LEVEL, zone="+08:00"
    )
    assert file.answers == {"zone": "+08:00"}
    assert not asked(file).open


def test_the_coefficient_makes_conductivity_at_25_degrees(jiangkou):
    file = said(take(jiangkou, HOBO), jiangkou, ec_coefficient="0.0191")
    upload = preview.import_received(actor=jiangkou.owner, file=file)
    series = load_series(upload).by_parameter()
    names = ("conductivity_raw", "water_temperature", "specific_conductance_25c")
    raw, water, ec25 = (series[name].values[0] / 10 ** series[name].decimals for name in names)
    assert ec25 == pytest.approx(raw / (1 + 0.0191 * (water - 25)), abs=0.06)
    with pytest.raises(InvalidInput, match=r"0\.0191"):
        said(take(jiangkou, HOBO), jiangkou, ec_coefficient="two")


def test_a_zip_with_level_and_barometer_is_joined(jiangkou):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(LEVEL, "down/level.csv")
        archive.write(AIR, "down/air.csv")
    files = preview.take_in(
        actor=jiangkou.owner, station=jiangkou.station, kind="logger", file_name="down.zip", data=packed.getvalue()
    )
    level = next(file for file in files if file.file_name == "level.csv")
    assert level.barometer is not None
    upload = preview.import_received(
        actor=jiangkou.owner, file=said(level, jiangkou, level.barometer, zone="Asia/Shanghai")
    )
    stage = load_series(upload).by_parameter()["stage"]
    head_m, air_kpa = 9.956, 92.3904
    assert stage.values[0] / 10**stage.decimals == pytest.approx(head_m - air_kpa / 9.80665, abs=1e-4)
    assert (stage.values[-384:] == -(2**31)).all(), "no barometer, no stage"


def test_overlap_with_what_is_stored_is_counted(jiangkou):
    lines = part_of_year(3).splitlines(keepends=True)
    jiangkou.upload("logger", b"".join(lines[:101]))
    again = take(jiangkou, b"".join([lines[0], *lines[51:201]]), "again.csv")
    overlap = overlap_with_stored(again, preview.read(again)[0])
    assert (overlap.identical, overlap.different) == (50, 0)
    changed = lines[60].split(b",")
    changed[2] = b"9.999"
    other = take(jiangkou, b"".join([lines[0], *lines[51:60], b",".join(changed), *lines[61:201]]), "other.csv")
    overlap = overlap_with_stored(other, preview.read(other)[0])
    assert (overlap.identical, overlap.different, overlap.parameter, overlap.new) == (49, 1, "stage", "9.999")


def test_a_table_of_no_layout_is_read_by_its_mapping(jiangkou):
    rows = "".join(f"2021-05-01 {hour:02d}:00;{hour / 10:.1f};17.{hour}\n" for hour in range(10))
    file = take(jiangkou, ("when;C1;C2\n" + rows).encode(), "odd.csv")
    assert "LAYOUT_UNKNOWN" in {message.code for message in preview.read(file)[1].messages}
    mapping = {
        "time": "when",
        "columns": [
            {"source": "C1", "parameter": "stage", "unit": "cm"},
            {"source": "C2", "parameter": "water_temperature"},
        ],
    }
    preview.answer(actor=jiangkou.owner, file=file, answers={"zone": "+08:00", "mapping": mapping}, barometer=None)
    file.refresh_from_db()
    table, _report = preview.read(file)
    assert table is not None
    assert table.columns["stage"].text_at(5) == "0.005"


def test_times_are_told_in_the_stations_clock(jiangkou, client):
    file = take(jiangkou, HOBO)
    client.force_login(get_user_model().objects.get(pk=jiangkou.owner.user_id))
    client.cookies["django_language"] = "en"
    text = client.get(f"/uploads/received/{file.pk}/").content.decode()
    assert "1 July 2022 00:00" in text
    assert "30 September 2022 23:45" in text


def test_others_neither_see_nor_decide(jiangkou):
    file = take(jiangkou, HOBO)
    stranger = member(developer("Somebody else", "DEV-9"), Role.EDITOR)
    with pytest.raises(NotVisible):
        preview.received_for(stranger, file.pk)
    for act in (preview.import_received, preview.discard_received):
        with pytest.raises(NotVisible):
            act(actor=stranger, file=file)


@pytest.mark.parametrize("name", [path.name for path in sorted(SAMPLES.glob("*.*")) if path.suffix != ".json"])
def test_the_page_shows_every_sample_in_both_languages(jiangkou, client, name):
    client.force_login(get_user_model().objects.get(pk=jiangkou.owner.user_id))
    file = take(jiangkou, SAMPLES / name)
    messages = preview.read(file)[1].messages
    for language in ("zh-hans", "en"):
        client.cookies["django_language"] = language
        answer = client.get(f"/uploads/received/{file.pk}/")
        assert answer.status_code == 200
        text = answer.content.decode()
        assert json.dumps(name)[1:-1] in text
        for message in messages:
            assert message.code in text


@pytest.mark.parametrize(
    ("profile", "name"),
    [("gaugings", "Discharge gaugings"), ("generic_zh_csv", "Table with Chinese column names"), ("new_one", "new_one")],
)
def test_a_layout_is_called_by_its_name(profile, name):
    with override("en"):
        assert [str(value) for _label, value in facts_of({"profile": profile})] == [name]


def test_the_page_says_which_zone_a_table_without_one_was_read_in(jiangkou):
    file = take(jiangkou, SAMPLES / "13_monthly_lab_jiangkou_utf8bom.csv", kind="samples")
    with override("en"):
        facts = {str(label): str(value) for label, value in facts_of(preview.read(file)[1].as_dict())}
    assert facts["Time zone"] == "not stated; taken as Asia/Shanghai"


def test_several_files_are_announced_in_the_visitors_language(jiangkou, client):
    client.force_login(get_user_model().objects.get(pk=jiangkou.owner.user_id))
    client.cookies["django_language"] = "zh-hans"
    pair = [SimpleUploadedFile(path.name, path.read_bytes()) for path in (LEVEL, AIR)]
    answer = client.post(
        f"/stations/{jiangkou.station.pk}/uploads/look/", {"kind": "logger", "file": pair}, follow=True
    )
    text = answer.content.decode()
    assert "有 2 个文件等待预览" in text
    assert f">{AIR.name}</a>" in text, "the way to the other one"
