"""What the pages of records show, and what programs get."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mrv.records.models import RecordFile
from mrv.records.services import receive_records
from registry.organisations.models import User
from tests.mrv.evidence import LAB, site

pytestmark = pytest.mark.django_db

TABLE = (
    "timestamp,sample_id,Alkalinity as HCO3 (mg/L),Resolution as HCO3 (mg/L),relative_error_pct,repeats,kit\n"
    "2021-05-09T10:30:00+08:00,JK-20210509,138,6.1,5,2,Kit A\n"
    "2021-05-29T02:10:00+08:00,other,150,6.1,5,2,Kit A\n"
)


@pytest.fixture
def jiangkou(settings, tmp_path):
    settings.EVIDENCE_STORE = tmp_path / "store"
    return site()


@pytest.fixture
def browser(jiangkou):
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=jiangkou.owner.user_id))
    return client


def text_of(answer):
    assert answer.status_code == 200, answer.content[-400:]
    return answer.content.decode()


def test_from_the_template_to_the_imported_table_by_clicking(jiangkou, browser):
    page = reverse("records:kind", args=[jiangkou.station.pk, "field_titration"])
    html = text_of(browser.get(page))
    assert "Resolution as HCO3 (mg/L)" in html
    assert reverse("records:template", args=["field_titration", "xlsx"]) in html
    answer = browser.post(f"{page}look/", {"file": SimpleUploadedFile("kits.csv", TABLE.encode())}, follow=True)
    html = text_of(answer)
    assert "As it will be kept" in html
    assert "JK-20210509" in html
    file = RecordFile.objects.get()
    html = text_of(browser.post(reverse("records:import", args=[file.pk]), follow=True))
    assert "As it is kept" in html
    exported = browser.get(reverse("records:export", args=[file.pk, "csv"]))
    assert exported["Content-Disposition"] == f'attachment; filename="field_titration_{file.pk}_en.csv"'
    assert "JK-20210509" in exported.content.decode("utf-8-sig")


def test_titrations_stand_beside_the_laboratorys_samples(jiangkou, browser):
    jiangkou.upload("samples", LAB)
    receive_records(
        actor=jiangkou.owner, station=jiangkou.station, kind="field_titration", file_name="k.csv", data=TABLE.encode()
    )
    html = text_of(browser.get(reverse("quality:samples", args=[jiangkou.station.pk])))
    assert "138.0 ± 5.2" in html, "with the kit's uncertainty"
    assert "136.4" in html, "the laboratory's value of the same id"
    assert "beyond 2 u" in html, "150 mg/L beside 102.9 mg/L, taken ten minutes apart"


def test_the_stations_page_says_what_the_methodology_asks_for(jiangkou, browser):
    html = text_of(browser.get(reverse("records:of_station", args=[jiangkou.station.pk])))
    asked = html.index("asked for by the methodology")
    assert asked < html.index("Limestone tablets"), "what is asked for comes first"


def test_a_program_brings_a_table_in_and_withdraws_it(jiangkou, browser):
    url = reverse("api:record_files", args=[jiangkou.station.pk])
    given = {"kind": "field_titration", "file": SimpleUploadedFile("kits.csv", TABLE.encode())}
    answer = browser.post(url, given, headers={"idempotency-key": "kits-0001"})
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["state"], made["rows"], made["kind"]) == ("accepted", 2, "field_titration")
    assert [row["id"] for row in browser.get(url + "?kind=field_titration").json()["results"]] == [made["id"]]
    wrong = {"kind": "powder", "file": SimpleUploadedFile("p.csv", TABLE.encode())}
    refused = browser.post(url, wrong, headers={"idempotency-key": "kits-0002"})
    assert refused.status_code == 422
    assert refused.json()["code"] == "RECORDS_REFUSED"
    assert RecordFile.objects.count() == 1, "what programs hand in is imported or not kept waiting"
    done = browser.post(
        reverse("api:record_file_withdraw", args=[made["id"]]),
        {"reason": "Wrong kit."},
        content_type="application/json",
        headers={"idempotency-key": "kits-0003"},
    )
    assert (done.status_code, done.json()["state"]) == (200, "withdrawn")
