"""The laboratory's report beside its sheet, duplicates and blanks, and a published set in the place of samples."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from calculations.bundle import evidence_digest
from mrv.periods.evidence import build_evidence, sources_of
from mrv.periods.preparation import prepare_evidence
from mrv.periods.readiness import lines_of
from mrv.periods.services import seal_period, sealed_bundle
from mrv.quality.lab_reports import attach_lab_report, report_for
from mrv.quality.models import IonModels
from mrv.quality.reference_choice import choose_reference_set
from mrv.quality.services import fit_ion_models
from mrv.quality.waters import samples_of
from mrv.uploads.selectors import load_records
from registry.core.errors import InvalidInput, NotAllowed, NotVisible
from registry.core.roles import Role
from tests.mrv.evidence import GAUGINGS, LAB, SAMPLES, part_of_year, site
from tests.mrv.quality.test_pages import opened
from tests.people import developer, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store", "english")]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SHEET = SAMPLES / "13_monthly_lab_jiangkou_utf8bom.csv"
LAST = date(2021, 5, 30)


@pytest.fixture
def inventory():
    """A natural inventory with a month of readings and gaugings, and no samples."""
    place = site("KCS-INV")
    place.upload("logger", part_of_year(30))
    place.upload("gaugings", GAUGINGS)
    return place


def attach(place, upload, data=PDF, name="report.pdf", **facts):
    return attach_lab_report(actor=place.owner, upload=upload, file_name=name, data=data, **facts)


def choose(place, period, name="guizhou-east", reason="No samples were taken before 2022."):
    return choose_reference_set(
        actor=place.owner, station=place.station, name=name, start=period.start, end=period.end, reason=reason
    )


# ---- reports


def test_a_report_is_kept_by_its_digest_and_sealed_beside_the_sheet():
    place = site()
    period = place.month_of_evidence()
    before = evidence_digest(build_evidence(sources_of(period)))
    sheet = place.station.uploads.get(kind="samples")
    report = attach(place, sheet, laboratory="Guizhou Water Lab", number="2021-117")
    assert attach(place, sheet) == report, "the same bytes are there already"
    evidence = build_evidence(sources_of(period))
    assert [(raw.name, raw.sha256) for raw in evidence.raw if raw.kind == "lab_report"] == [
        ("report.pdf", report.sha256)
    ]
    assert evidence_digest(evidence) != before
    for language in ("en", "zh-hans"):
        page = opened(place, f"/stations/{place.station.pk}/samples/", language)
        assert "Guizhou Water Lab" in page
        assert report.sha256[:12] in page


def test_a_report_is_never_changed():
    place = site()
    report = attach(place, place.upload("samples", LAB))
    report.number = "9"
    with pytest.raises(DatabaseError), transaction.atomic():
        report.save()


@pytest.mark.parametrize(
    ("code", "kind", "data"),
    [("REPORT_NOT_PDF", "samples", b"PK\x03\x04 a sheet"), ("WRONG_KIND_OF_FILE", "gaugings", PDF)],
)
def test_what_is_no_report_is_refused(code, kind, data):
    place = site()
    upload = place.upload(kind, {"samples": LAB, "gaugings": GAUGINGS}[kind])
    with pytest.raises(InvalidInput) as refused:
        attach(place, upload, data)
    assert refused.value.code == code


def test_a_report_is_its_parties_own():
    place = site()
    upload = place.upload("samples", LAB)
    report = attach(place, upload)
    stranger = member(developer("Other", "DEV-2"), Role.EDITOR)
    with pytest.raises(NotVisible):
        report_for(stranger, report.pk)
    with pytest.raises(NotAllowed):
        attach_lab_report(
            actor=member(place.project.proponent, Role.ADMINISTRATOR), upload=upload, file_name="b.pdf", data=PDF + b"2"
        )
    answer = opened(place, f"/stations/{place.station.pk}/samples/", "en")
    assert f"/lab-reports/{report.pk}/" in answer


# ---- duplicates


def test_a_duplicate_is_known_in_chinese_and_calibrates_nothing():
    place = site()
    upload = place.upload("samples", SHEET)
    assert [record["purpose"] for record in load_records(upload)].count("duplicate") == 1
    samples = samples_of(place.station, "mg/L")
    assert [sample.control for sample in samples].count("duplicate") == 1
    page = opened(place, f"/stations/{place.station.pk}/samples/", "en")
    assert "Duplicates and blanks" in page
    assert "32.3 %" in page, "potassium 0.39 and 0.54 mg/L"
    assert "too far apart" in page


def test_duplicates_that_differ_are_told_when_the_models_are_fitted():
    place = site()
    place.upload("logger", part_of_year(30))
    lines = LAB.read_text().splitlines()
    cells = lines[1].split(",")
    cells[4], cells[-1] = "70.00", "duplicate"
    cells[0] += "-B"
    upload = place.upload("samples", "\n".join([*lines, ",".join(cells)]).encode())
    period = place.period(last_day=LAST)
    made = fit_ion_models(actor=place.owner, upload=upload, start=period.start, end=period.end)
    codes = [message["code"] for message in made.messages]
    assert "DUPLICATES_DIFFER" in codes
    assert made.record["n"] == 16


# ---- a published set


def test_an_inventory_without_samples_is_sealed_with_a_published_set_and_says_so(inventory):
    period = inventory.period(last_day=LAST)
    made = choose(inventory, period)
    assert (made.upload, made.reference, made.version) == (None, "guizhou-east", 1)
    prepare_evidence(actor=inventory.owner, period=period)
    lines = lines_of(sources_of(period))
    assert [line.code for line in lines if line.blocking and not line.ok] == []
    told = {line.code: line for line in lines}
    assert "No samples were taken before 2022." in told["ION_MODELS"].text
    assert {"REFERENCE_SET_USED", "REFERENCE_MEAN_DISAGREES", "READINGS_OUTSIDE_RANGE"} <= set(told)
    sealed = sealed_bundle(seal_period(actor=inventory.owner, period=period))
    assert sealed.evidence.samples == []
    assert sealed.evidence.regressions["reference"]["name"] == "guizhou-east"
    assert sealed.evidence.regressions["accepted"]["reason"] == "No samples were taken before 2022."


def test_a_published_set_stands_in_the_way_of_credits():
    place = site()
    period = place.month_of_evidence()
    choose(place, period, "guizhou-south", "to compare")
    stopping = {line.code for line in lines_of(sources_of(period)) if line.blocking and not line.ok}
    assert stopping == {"REFERENCE_SET_NOT_FOR_CREDITS"}
    sheet = place.station.uploads.get(kind="samples")
    fit_ion_models(actor=place.owner, upload=sheet, start=period.start, end=period.end)
    assert [line for line in lines_of(sources_of(period)) if line.blocking and not line.ok] == []


def test_preparing_again_keeps_what_a_person_chose(inventory):
    inventory.upload("samples", LAB)
    period = inventory.period(last_day=LAST)
    choose(inventory, period)
    prepare_evidence(actor=inventory.owner, period=period)
    assert IonModels.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "given"),
    [("REASON_MISSING", {"reason": " "}), ("REFERENCE_SET_UNKNOWN", {"name": "guizhou-middle"})],
)
def test_a_choice_that_cannot_stand_is_refused(inventory, code, given):
    period = inventory.period(last_day=LAST)
    with pytest.raises(InvalidInput) as refused:
        choose(inventory, period, **given)
    assert refused.value.code == code


def test_the_page_shows_the_defects_of_a_set_in_both_languages(inventory):
    for language in ("en", "zh-hans"):
        page = opened(inventory, f"/stations/{inventory.station.pk}/ions/?reference=guizhou-east", language)
        for text in ("88.8", "68.7", "717", "152"):
            assert text in page, (language, text)
        assert "1L44" in opened(inventory, f"/stations/{inventory.station.pk}/ions/?reference=guizhou-north", language)
