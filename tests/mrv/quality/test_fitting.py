"""Curves, ion models and reports are the science's, kept as versions; what it refuses names the file and rows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from mrv.quality.models import IonModels, QualityReport, RatingCurve
from mrv.quality.ratings import rating_of
from mrv.quality.selectors import (
    current_ion_models,
    derived_of,
    guarded_record,
    messages_of,
)
from mrv.quality.services import fit_ion_models, fit_rating_curve, report_on_series
from mrv.uploads.services import withdraw_upload
from registry.audit.models import Event
from registry.core.errors import InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from tests.mrv.evidence import END, GAUGINGS, LAB, LOGGER, START, part_of_year
from tests.people import developer, member, official

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]


def newest(place, start, end):
    return rating_of(place.station, start, end).newest


def chinese(text):
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def with_year(path, year, instead_of=("2021", "2022")):
    text = path.read_text()
    for number, old in enumerate(instead_of):
        text = text.replace(f"{old}-", f"{year + number}-").replace(f"JK-{old}", f"JK-{year + number}")
    return text.encode()


def test_the_planted_outlier_is_named_and_does_not_bend_the_curve(jiangkou):
    curve = fit_rating_curve(actor=jiangkou.owner, upload=jiangkou.upload("gaugings", GAUGINGS))
    (outlier,) = messages_of(curve)
    assert (outlier.code, outlier.params["row"]) == ("OUTLIER_GAUGING", 10)
    assert "1.238" in outlier.text("en")
    assert chinese(outlier.text("zh"))
    assert [item["row"] for item in curve.record["exclusions"]] == [10]
    assert curve.record["n"] == 16
    assert (curve.record["h0_m"], curve.record["a"], curve.record["b"]) == pytest.approx(
        (0.153, 2.488, 1.829), rel=0.01
    )


def test_two_gaugings_give_no_curve_and_the_answer_names_file_rows_and_need(jiangkou):
    lines = GAUGINGS.read_bytes().splitlines()
    upload = jiangkou.upload("gaugings", b"\n".join(lines[:3]), name="two.csv")
    with pytest.raises(InvalidInput) as refusal:
        fit_rating_curve(actor=jiangkou.owner, upload=upload)
    assert refusal.value.code == "RATING_TOO_FEW_GAUGINGS"
    assert "two.csv" in str(refusal.value)
    assert "2, 3" in str(refusal.value)
    (message,) = refusal.value.messages
    assert "2" in message.text("en")
    assert "5" in message.text("en")
    assert chinese(message.text("zh"))
    assert not RatingCurve.objects.exists()
    assert not Event.objects.filter(action__startswith="quality.").exists()


def test_the_same_fit_twice_is_one_version_and_another_file_is_the_next(jiangkou):
    first = fit_rating_curve(actor=jiangkou.owner, upload=jiangkou.upload("gaugings", GAUGINGS))
    assert fit_rating_curve(actor=jiangkou.owner, upload=first.upload) == first
    fewer = b"\n".join(GAUGINGS.read_bytes().splitlines()[:-1])
    second = fit_rating_curve(actor=jiangkou.owner, upload=jiangkou.upload("gaugings", fewer))
    assert (first.version, second.version) == (1, 2)
    assert newest(jiangkou, START, END) == second
    withdraw_upload(actor=jiangkou.owner, upload=second.upload, reason="wrong file")
    assert newest(jiangkou, START, END) == first
    assert derived_of(jiangkou.owner, jiangkou.station, RatingCurve) == [second, first]


def test_a_curve_stands_for_its_span_only(jiangkou):
    upload = jiangkou.upload("gaugings", GAUGINGS)
    fit_rating_curve(actor=jiangkou.owner, upload=upload, valid_from=START, valid_to=START + timedelta(days=100))
    until = START + timedelta(days=100)
    assert rating_of(jiangkou.station, START, START + timedelta(days=50)).holes == []
    assert rating_of(jiangkou.station, START, END).holes == [(until, None)]
    assert rating_of(jiangkou.station, until, END) is None


def test_samples_before_and_after_the_span_are_used_with_a_warning(jiangkou):
    upload = jiangkou.upload("samples", LAB)
    ions = fit_ion_models(actor=jiangkou.owner, upload=upload, start=START, end=START + timedelta(days=30))
    assert ions.record["n"] == 16
    outside = [message for message in messages_of(ions) if message.code == "SAMPLE_OUTSIDE_PERIOD"]
    assert len(outside) == 14
    assert all(message.level == "warning" and LAB.name in message.text("en") for message in outside)
    assert current_ion_models(jiangkou.station, START, START + timedelta(days=30)) == ions
    assert current_ion_models(jiangkou.station, START, END) is None, "it was fitted for thirty days"


def test_samples_of_another_decade_are_usable_for_nothing(jiangkou):
    upload = jiangkou.upload("samples", with_year(LAB, 1995), name="old.csv")
    with pytest.raises(InvalidInput) as refusal:
        fit_ion_models(actor=jiangkou.owner, upload=upload, start=START, end=END)
    assert refusal.value.code == "NO_USABLE_SAMPLE"
    assert "old.csv" in str(refusal.value)
    assert "SAMPLE_OUTSIDE_VALIDITY" in str(refusal.value.messages[0].params)
    assert not IonModels.objects.exists()


def test_samples_of_another_water_are_refused_where_the_readings_are_known(jiangkou):
    lines = part_of_year(2).splitlines()
    saline = [b",".join([*line.split(b",")[:-1], b"2500.0"]) for line in lines[1:]]
    jiangkou.upload("logger", b"\n".join([lines[0], *saline]))
    upload = jiangkou.upload("samples", LAB)
    with pytest.raises(InvalidInput) as refusal:
        fit_ion_models(actor=jiangkou.owner, upload=upload, start=START, end=END)
    assert refusal.value.code == "NO_USABLE_SAMPLE_FOR_RANGE"


def test_a_file_of_another_kind_or_a_withdrawn_one_is_not_fitted(jiangkou):
    gaugings, samples = jiangkou.upload("gaugings", GAUGINGS), jiangkou.upload("samples", LAB)
    with pytest.raises(InvalidInput) as refusal:
        fit_rating_curve(actor=jiangkou.owner, upload=samples)
    assert refusal.value.code == "WRONG_KIND_OF_FILE"
    withdraw_upload(actor=jiangkou.owner, upload=gaugings, reason="wrong station")
    gaugings.refresh_from_db()
    with pytest.raises(Refusal) as refusal:
        fit_rating_curve(actor=jiangkou.owner, upload=gaugings)
    assert refusal.value.code == "UPLOAD_WITHDRAWN"


def test_others_do_not_fit(jiangkou):
    upload = jiangkou.upload("gaugings", GAUGINGS)
    stranger = member(developer("Other", "DEV-2"), Role.EDITOR)
    with pytest.raises(NotVisible):
        fit_rating_curve(actor=stranger, upload=upload)
    with pytest.raises(NotAllowed):
        fit_rating_curve(actor=official(Role.AUDITOR), upload=upload)
    assert derived_of(stranger, jiangkou.station, RatingCurve) == []


def test_versions_are_never_changed_in_the_database(jiangkou):
    curve = fit_rating_curve(actor=jiangkou.owner, upload=jiangkou.upload("gaugings", GAUGINGS))
    for change in ({"version": 7}, {"record": {}}):
        with pytest.raises(DatabaseError), transaction.atomic():
            RatingCurve.objects.filter(pk=curve.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        curve.delete()


def test_a_record_keeps_its_digest_through_the_database_and_an_altered_one_is_not_used(jiangkou):
    curve = fit_rating_curve(actor=jiangkou.owner, upload=jiangkou.upload("gaugings", GAUGINGS))
    stored = RatingCurve.objects.get(pk=curve.pk)
    assert guarded_record(stored) == curve.record
    stored.record["a"] = 2.5
    with pytest.raises(Refusal) as refusal:
        guarded_record(stored)
    assert refusal.value.code == "RECORD_ALTERED"


def test_the_report_counts_slots_ranges_and_gaps(jiangkou):
    jiangkou.upload("logger", LOGGER)
    report = report_on_series(actor=jiangkou.owner, station=jiangkou.station, start=START, end=END)
    assert (report.slots_expected, report.slots_present, report.slots_missing) == (35_040, 35_040, 0)
    assert report.record["interval_s"] == 900
    stage = report.record["parameters"]["stage"]
    assert (stage["unit"], stage["readings"], stage["missing_slots"], stage["out_of_range"]) == ("m", 35_040, 0, 0)
    assert float(stage["minimum"]) == pytest.approx(0.377, abs=0.001)
    assert report.record["slots"]["gaps"] == []


def test_gaps_and_impossible_values_are_found_where_they_are(jiangkou):
    lines = part_of_year(4).splitlines()
    kept = [*lines[: 1 + 96], *lines[1 + 96 + 40 : 1 + 3 * 96]]
    cells = kept[10].split(b",")
    kept[10] = b",".join([*cells[:4], b"12.50", *cells[5:]])
    jiangkou.upload("logger", b"\n".join(kept))
    end = START + timedelta(days=4)
    report = report_on_series(actor=jiangkou.owner, station=jiangkou.station, start=START, end=end)
    assert (report.slots_expected, report.slots_missing) == (4 * 96, 40 + 96)
    first, second = report.record["slots"]["gaps"]
    assert (first["from"], first["slots"]) == ("2021-05-01T16:00:00Z", 40)
    assert (second["slots"], second["to"]) == (96, "2021-05-04T16:00:00Z")
    assert report.record["parameters"]["ph"]["out_of_range"] == 1
    (flag,) = report.record["flags"]
    assert (flag["parameter"], flag["flag"], flag["from"]) == ("ph", 4, "2021-04-30T18:15:00Z")


def test_the_same_readings_are_one_report_and_new_readings_the_next_version(jiangkou):
    jiangkou.upload("logger", part_of_year(2), name="a.csv")
    end = START + timedelta(days=4)
    facts = {"actor": jiangkou.owner, "station": jiangkou.station, "start": START, "end": end}
    first = report_on_series(**facts)
    assert report_on_series(**facts) == first
    jiangkou.upload("logger", part_of_year(4), name="b.csv")
    assert report_on_series(**facts).version == 2
    assert QualityReport.objects.count() == 2


def test_a_span_without_readings_is_said_to_have_none(jiangkou):
    with pytest.raises(InvalidInput) as refusal:
        report_on_series(
            actor=jiangkou.owner,
            station=jiangkou.station,
            start=datetime(2015, 1, 1, tzinfo=UTC),
            end=datetime(2015, 2, 1, tzinfo=UTC),
        )
    assert refusal.value.code == "NO_READINGS"
    assert "JK-01" in str(refusal.value)
