"""Sealing freezes the evidence: content-addressed, complete, and the same for the same evidence."""

import json
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import translation

from calculations.bundle import read_bundle
from mrv.periods.models import MonitoringPeriod
from mrv.periods.selectors import evidence_of
from mrv.periods.services import (
    readiness,
    recompute_kit,
    reopen_period,
    seal_period,
    sealed_bundle,
    submit_period,
)
from mrv.uploads.services import withdraw_upload
from registry.audit.models import Event
from registry.core import store
from registry.core.errors import IllegalTransition, InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from registry.projects.states import PROJECT
from tests.mrv.evidence import BASELINE, GAUGINGS, LAB, LOGGER, part_of_year, site
from tests.people import developer, member, official

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store", "english")]


def blocking(actor, period):
    return {line.code: line for line in readiness(actor, period) if line.blocking and not line.ok}


def test_the_list_says_what_is_missing_and_empties_as_it_comes(jiangkou):
    period = jiangkou.period()
    assert set(blocking(jiangkou.owner, period)) == {"READINGS", "CURVE", "ION_MODELS"}
    jiangkou.upload("logger", LOGGER)
    assert set(blocking(jiangkou.owner, period)) == {"CURVE", "ION_MODELS"}
    jiangkou.fit()
    assert blocking(jiangkou.owner, period) == {}
    warnings = {line.code for line in readiness(jiangkou.owner, period) if not line.ok}
    assert warnings == {"OUTLIER_GAUGING", "RECORD_MISSING", "STATION_MISSING"}, "shown, and no obstacle"


def test_the_list_speaks_both_languages(jiangkou):
    period = jiangkou.period()
    english = [str(line) for line in readiness(jiangkou.owner, period)]
    with translation.override("zh-hans"):
        chinese = [str(line) for line in readiness(jiangkou.owner, period)]
    assert len(english) == len(chinese) >= 5
    assert not any("%" in text.replace(" %", "") for text in [*english, *chinese]), "a placeholder was left over"
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in text) for text in chinese)
    assert not any("\u4e00" <= letter <= "\u9fff" for text in english for letter in text)


def test_a_whole_year_is_sealed_with_every_part(jiangkou):
    jiangkou.whole_evidence()
    period = seal_period(actor=jiangkou.owner, period=jiangkou.period())
    assert period.state == "sealed"
    bundle = read_bundle(store.path(period.bundle_sha256))
    assert bundle.digest == period.bundle_digest
    evidence = bundle.evidence
    assert evidence.epoch_s.size == 35_040
    assert evidence.station["catchment_area_km2"] == "28"
    assert evidence.period["interval_s"] == 900
    assert len(evidence.samples) == 16
    assert len(evidence.gaugings) == 17
    assert evidence.baseline is not None
    assert evidence.baseline["runoff_mm_per_year"] == "561.0", "as it was written"
    assert {(raw.kind, raw.name) for raw in evidence.raw} == {
        ("logger", LOGGER.name),
        ("samples", LAB.name),
        ("gaugings", GAUGINGS.name),
        ("baseline", BASELINE.name),
    }
    with next(raw for raw in evidence.raw if raw.kind == "logger").open() as stream:
        assert stream.read() == LOGGER.read_bytes()
    assert period.evidence["missing_slots"] == 0
    assert Event.objects.filter(action="periods.seal", object_id=str(period.pk)).count() == 1


def test_an_inventory_needs_no_baseline():
    inventory = site("KCS-INV")
    period = inventory.month_of_evidence()
    assert sealed_bundle(seal_period(actor=inventory.owner, period=period)).evidence.baseline is None


def test_credits_need_a_baseline():
    bare = site(baseline=None)
    period = bare.month_of_evidence()
    assert set(blocking(bare.owner, period)) == {"BASELINE"}
    with pytest.raises(InvalidInput) as refusal:
        seal_period(actor=bare.owner, period=period)
    assert [line.code for line in refusal.value.messages] == ["BASELINE"]


def test_a_year_with_half_its_data_missing_says_how_much_and_which_gaps(jiangkou):
    lines = LOGGER.read_bytes().splitlines()
    jiangkou.upload("logger", b"\n".join([lines[0], *lines[1 : 96 * 100], *lines[96 * 282 :]]))
    jiangkou.fit()
    period = jiangkou.period()
    line = blocking(jiangkou.owner, period)["COMPLETENESS"]
    assert (line.params["present"], line.params["expected"]) == (17_568, 35_040)
    assert "50.1 %" in line.text
    assert "90 %" in line.text
    assert "2021-08-08 23:45 – 2022-02-06 23:45 (17472)" in line.text
    with pytest.raises(InvalidInput) as refusal:
        seal_period(actor=jiangkou.owner, period=period)
    assert refusal.value.code == "NOT_READY"
    assert line.text in str(refusal.value)
    period.refresh_from_db()
    assert (period.state, period.bundle_digest, period.evidence) == ("open", "", None)
    assert not Event.objects.filter(action="periods.seal").exists()


def test_readings_out_of_range_do_not_count_as_data(jiangkou):
    lines = part_of_year(30).splitlines()
    broken = [b",".join([*line.split(b",")[:-1], b"9999.0"]) for line in lines[1 : 1 + 96 * 6]]
    jiangkou.upload("logger", b"\n".join([lines[0], *broken, *lines[1 + 96 * 6 :]]))
    jiangkou.fit()
    line = blocking(jiangkou.owner, jiangkou.period(last_day=date(2021, 5, 30)))["COMPLETENESS"]
    assert (line.params["present"], line.params["pct"]) == (24 * 96, "80.0")


def test_contradicting_files_block_until_one_is_withdrawn(jiangkou):
    period = jiangkou.month_of_evidence()
    wrong = jiangkou.upload("logger", part_of_year(1).replace(b",0.538,", b",0.638,"), name="wrong.csv")
    line = blocking(jiangkou.owner, period)["FILES_CONTRADICT"]
    assert "wrong.csv" in line.text
    assert "stage" in line.text
    withdraw_upload(actor=jiangkou.owner, upload=wrong, reason="typed over by hand")
    assert seal_period(actor=jiangkou.owner, period=period).state == "sealed"


def test_gaugings_of_another_decade_block(jiangkou):
    old = GAUGINGS.read_text().replace("2021-", "1999-").replace("2022-", "2000-").encode()
    jiangkou.upload("logger", LOGGER)
    jiangkou.fit(gaugings=old)
    line = blocking(jiangkou.owner, jiangkou.period())["CURVE_OUTSIDE_VALIDITY"]
    assert (line.params["left"], line.params["minimum"]) == (0, 5)


def test_the_same_evidence_has_the_same_digest_and_other_evidence_another(jiangkou):
    period = seal_period(actor=jiangkou.owner, period=jiangkou.month_of_evidence())
    first = (period.bundle_digest, period.bundle_sha256)
    with pytest.raises(InvalidInput):
        reopen_period(actor=jiangkou.owner, period=period, reason="")
    period = reopen_period(actor=jiangkou.owner, period=period, reason="to look again")
    assert (period.state, period.bundle_digest) == ("open", "")
    period = seal_period(actor=jiangkou.owner, period=period)
    assert (period.bundle_digest, period.bundle_sha256) == first
    twin = site(name="DEV-2")
    sealed = seal_period(actor=twin.owner, period=twin.month_of_evidence())
    assert sealed.bundle_digest == first[0], "another project with the same evidence"
    period = reopen_period(actor=jiangkou.owner, period=period, reason="a sample was left out")
    fewer = b"\n".join(GAUGINGS.read_bytes().splitlines()[:-1])
    jiangkou.fit(gaugings=fewer)
    assert seal_period(actor=jiangkou.owner, period=period).bundle_digest != first[0]


def test_what_was_sealed_stays_whatever_is_uploaded_or_withdrawn_later(jiangkou):
    period = seal_period(actor=jiangkou.owner, period=jiangkou.month_of_evidence())
    upload = period.station.uploads.get(kind="logger")
    withdraw_upload(actor=jiangkou.owner, upload=upload, reason="a better export exists")
    assert sealed_bundle(period).evidence.epoch_s.size == 30 * 96
    files = evidence_of(jiangkou.owner, period)["files"]
    assert {item["kind"] for item in files} == {"logger", "samples", "gaugings", "baseline"}


def test_a_damaged_bundle_is_refused(jiangkou):
    period = seal_period(actor=jiangkou.owner, period=jiangkou.month_of_evidence())
    path = store.path(period.bundle_sha256)
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[2000] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(Refusal):
        sealed_bundle(period)


def test_only_the_proponent_seals_and_sees_the_list(jiangkou):
    period = jiangkou.month_of_evidence()
    stranger = member(developer("Other", "DEV-2"), Role.EDITOR)
    with pytest.raises(NotVisible):
        seal_period(actor=stranger, period=period)
    with pytest.raises(NotAllowed):
        seal_period(actor=official(Role.APPROVER), period=period)
    with pytest.raises(NotVisible):
        readiness(stranger, period)
    assert json.dumps([str(line) for line in readiness(official(Role.AUDITOR), period)])


def test_a_period_is_not_submitted_without_seal_or_result(jiangkou):
    period = jiangkou.month_of_evidence()
    with pytest.raises(IllegalTransition):
        submit_period(actor=jiangkou.owner, period=period)
    period = seal_period(actor=jiangkou.owner, period=period)
    for act in (submit_period, recompute_kit):
        with pytest.raises(Refusal) as refusal:
            act(actor=jiangkou.owner, period=period)
        assert refusal.value.code == "OFFICIAL_RUN_MISSING"
    editor = member(period.project.proponent, Role.EDITOR)
    with pytest.raises(NotAllowed):
        submit_period(actor=editor, period=period)
    PROJECT.move(period.project, "suspend")
    with pytest.raises(Refusal) as refusal:
        submit_period(actor=jiangkou.owner, period=period)
    assert refusal.value.code == "PROJECT_NOT_REGISTERED"


def test_the_database_knows_no_sealed_period_without_a_digest(jiangkou):
    period = jiangkou.period()
    with pytest.raises(IntegrityError, match="period_sealed_with_digest"), transaction.atomic():
        MonitoringPeriod.objects.filter(pk=period.pk).update(state="sealed")
    with pytest.raises(DatabaseError, match="no way from open"), transaction.atomic():
        MonitoringPeriod.objects.filter(pk=period.pk).update(state="verified")
    with pytest.raises(DatabaseError), transaction.atomic():
        MonitoringPeriod.objects.filter(pk=period.pk).delete()
