"""Rating curves, weirs, shifts, laboratory reports and ion models, as a program makes them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mrv.quality.models import RatingCurve
from mrv.quality.ratings import standing_shifts
from tests.mrv.evidence import GAUGINGS, LAB, site
from tests.mrv.programs import at, get, post, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]
DAYS = {"first_day": "2021-05-01", "last_day": "2022-04-30"}


@pytest.fixture
def spring(jiangkou):
    return jiangkou


def test_a_curve_is_fitted_shifted_and_the_shift_taken_back(spring, stranger):
    upload = spring.upload("gaugings", GAUGINGS)
    assert post(stranger, at(spring, "rating-curves"), upload=upload.pk).status_code in (403, 404)
    made = post(spring.owner, at(spring, "rating-curves"), upload=upload.pk, segments=1)
    assert (made.status_code, made.json()["version"]) == (201, 1)
    assert made.json()["record"]["n"] > 5
    shifts = f"rating-curves/{made.json()['id']}/shifts/"
    shift = {"at": "2021-06-20T08:00:00+08:00", "shift_m": "0.035", "sd_m": "0.005", "reason": "Scoured."}
    assert post(stranger, shifts, **shift).status_code == 404
    assert post(spring.owner, shifts, **{**shift, "shift_m": "3"}).json()["code"] == "SHIFT_TOO_LARGE"
    added = post(spring.owner, shifts, **shift)
    assert added.status_code == 201
    assert len(standing_shifts([made.json()["id"]])[made.json()["id"]]) == 1
    back = f"rating-shifts/{added.json()['id']}/take-back/"
    assert post(stranger, back, reason="No.").status_code == 404
    assert post(spring.owner, back, reason="Wrong sign.").status_code == 200
    assert post(spring.owner, back, reason="Wrong sign.").status_code == 409
    assert standing_shifts([made.json()["id"]]) == {}
    assert [row["undoes"] for row in get(spring.owner, shifts).json()["results"]] == [added.json()["id"], None]


def test_a_file_of_another_station_gives_no_curve(spring):
    theirs = site(name="DEV-8").upload("gaugings", GAUGINGS)
    assert post(spring.owner, at(spring, "rating-curves"), upload=theirs.pk).status_code == 404
    assert RatingCurve.objects.count() == 0


def test_a_weir_is_kept_with_its_dimensions(spring, stranger):
    notch = {"kind": "v_notch", "angle_deg": 90, "crest_stage_m": 0.18}
    assert post(stranger, at(spring, "weirs"), **notch).status_code in (403, 404)
    lacking = post(spring.owner, at(spring, "weirs"), kind="rectangular", crest_stage_m=0.18)
    assert lacking.status_code == 422
    assert {fault["field"] for fault in lacking.json()["errors"]} == {"width_m", "notch_above_bed_m"}
    made = post(spring.owner, at(spring, "weirs"), **notch)
    assert (made.status_code, made.json()["upload"]) == (201, None)
    assert made.json()["record"]["form"].startswith("Q = 8/15 Cd")


def test_a_report_is_attached_beside_its_sheet(spring, stranger):
    sheet = spring.upload("samples", LAB)
    parts = {"upload": sheet.pk, "laboratory": "Guiyang", "file": SimpleUploadedFile("r.pdf", b"%PDF-1.7 figures")}
    assert send(stranger, at(spring, "lab-reports"), **parts).status_code in (403, 404)
    parts["file"].seek(0)
    made = send(spring.owner, at(spring, "lab-reports"), **parts)
    assert (made.status_code, made.json()["laboratory"]) == (201, "Guiyang")
    wrong = send(spring.owner, at(spring, "lab-reports"), upload=sheet.pk, file=SimpleUploadedFile("r.pdf", b"text"))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "REPORT_NOT_PDF")
    assert [row["file_name"] for row in get(spring.owner, at(spring, "lab-reports")).json()["results"]] == ["r.pdf"]


def test_own_samples_are_fitted_and_a_published_set_is_chosen(spring, stranger):
    assert post(spring.owner, at(spring, "ion-models"), **DAYS).json()["code"] == "FILE_MISSING"
    spring.upload("samples", LAB)
    assert post(stranger, at(spring, "ion-models"), **DAYS).status_code in (403, 404)
    own = post(spring.owner, at(spring, "ion-models"), **DAYS)
    assert (own.status_code, own.json()["reference"]) == (201, "")
    assert own.json()["valid_to"] == "2022-04-30T16:00:00Z"
    chosen = post(
        spring.owner, at(spring, "ion-models/published"), **DAYS, reference="guizhou-south", reason="Samples lost."
    )
    assert (chosen.status_code, chosen.json()["version"]) == (201, 2)
    assert post(stranger, at(spring, "ion-models/published"), **DAYS).status_code in (403, 404)
    far = post(spring.owner, at(spring, "ion-models"), first_day="9999-12-30", last_day="9999-12-31")
    assert far.status_code == 422
