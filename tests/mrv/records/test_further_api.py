"""Attachments, grids and tables that wait, as a program brings them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mrv.records.models import Attachment, RecordFile
from tests.mrv.programs import at, get, post, send
from tests.mrv.records.test_grids import csv_files
from tests.web.table_records import KEPT, PHOTO, WAITING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]


@pytest.fixture
def spring(jiangkou):
    return jiangkou


def file(name, data):
    return SimpleUploadedFile(name, data if isinstance(data, bytes) else data.encode())


def test_a_photograph_is_kept_once(spring, stranger):
    assert send(stranger, at(spring, "attachments"), file=file("a.jpg", PHOTO)).status_code in (403, 404)
    made = send(spring.owner, at(spring, "attachments"), file=file("a.jpg", PHOTO))
    assert (made.status_code, made.json()["content_type"]) == (201, "image/jpeg")
    assert send(spring.owner, at(spring, "attachments"), file=file("a.jpg", PHOTO)).json()["id"] == made.json()["id"]
    text = send(spring.owner, at(spring, "attachments"), file=file("a.txt", "text"))
    assert (text.status_code, text.json()["code"]) == (422, "ATTACHMENT_TYPE")
    assert Attachment.objects.count() == 1
    assert len(get(spring.owner, at(spring, "attachments")).json()["results"]) == 1


def test_a_waiting_table_is_settled_and_imported_in_the_place_of_another(spring, stranger):
    parts = {"kind": "life_cycle"}
    assert send(stranger, at(spring, "records/waiting"), **parts, file=file("a.csv", KEPT)).status_code in (403, 404)
    first = send(spring.owner, at(spring, "records/waiting"), **parts, file=file("a.csv", KEPT)).json()
    assert (first["state"], first["reading"]["data_rows"]) == ("waiting", 1)
    act = f"records/{first['id']}"
    assert post(stranger, f"{act}/import/").status_code == 404
    assert post(spring.owner, f"{act}/settle/", zone="Asia/Shanghai").json()["answers"] == {"zone": "Asia/Shanghai"}
    assert post(spring.owner, f"{act}/import/").json()["state"] == "accepted"
    assert post(spring.owner, f"{act}/import/").json()["code"] == "ALREADY_DECIDED"
    second = send(spring.owner, at(spring, "records/waiting"), **parts, file=file("b.csv", WAITING)).json()
    assert post(spring.owner, f"records/{second['id']}/import/", replaces=first["id"]).json()["replaces"] == first["id"]
    third = send(spring.owner, at(spring, "records/waiting"), **parts, file=file("c.csv", KEPT + "x\n")).json()
    assert post(spring.owner, f"records/{third['id']}/discard/").json()["state"] == "discarded"
    assert sorted(RecordFile.objects.values_list("state", flat=True)) == ["accepted", "discarded", "superseded"]


def test_grids_are_handed_in_and_imported_in_one_step(spring, stranger):
    parts = {name: file(*given) for name, given in csv_files().items()}
    said = {"soil_pco2_source": "Survey of 2019.", "climate_source": "County stations."}
    assert send(stranger, at(spring, "grids"), **said).status_code in (403, 404)
    assert send(spring.owner, at(spring, "grids"), **said).status_code == 422
    unsourced = send(spring.owner, at(spring, "grids"), **parts)
    assert (unsourced.status_code, unsourced.json()["code"]) == (422, "RECORDS_REFUSED")
    for part in parts.values():
        part.seek(0)
    made = send(spring.owner, at(spring, "grids"), **parts, **said)
    assert (made.status_code, made.json()["state"], made.json()["kind"]) == (201, "accepted", "dissolution_grid")
    assert made.json()["rows"] > 0
