"""Files handed in for a look, as a program hands them in, settles and imports them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mrv.uploads.models import ReceivedFile, Upload
from registry.core.roles import Role
from tests.mrv.evidence import site
from tests.mrv.programs import get, post, send
from tests.people import developer, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]
ODD = "when;C1;C2;who\n" + "".join(f"2021-05-01 {hour:02d}:00;{53 + hour / 10:.1f};60.5;Li\n" for hour in range(24))


@pytest.fixture
def spring():
    return site()


@pytest.fixture
def stranger():
    return member(developer("Another", "DEV-9"), Role.EDITOR)


def hand_in(spring, actor, data=ODD, name="odd.csv"):
    file = SimpleUploadedFile(name, data.encode())
    return send(actor, f"stations/{spring.station.pk}/received/", kind="logger", file=file)


def test_a_table_that_no_layout_knows_is_named_and_imported(spring, stranger):
    assert hand_in(spring, stranger).status_code in (403, 404)
    made = hand_in(spring, spring.owner)
    assert made.status_code == 201
    [file] = made.json()["files"]
    address = f"received/{file['id']}/"
    assert get(stranger, address).status_code == 404
    assert "columns" not in get(spring.owner, address).json()["reading"]
    named = {"columns": ["time", "stage|cm", "water_temperature|°F", ""], "zone": "Asia/Shanghai"}
    assert post(stranger, f"{address}columns/", **named).status_code == 404
    assert post(spring.owner, f"{address}columns/", columns=["", "", "", ""]).json()["code"] == "NO_TIME_COLUMN"
    read = post(spring.owner, f"{address}columns/", **named)
    assert [column["parameter"] for column in read.json()["reading"]["columns"]] == ["stage", "water_temperature"]
    settled = post(spring.owner, f"{address}settle/", zone="UTC")
    assert settled.json()["answers"]["zone"] == "UTC"
    assert "mapping" in settled.json()["answers"]
    imported = post(spring.owner, f"{address}import/", remember=True)
    assert (imported.status_code, imported.json()["state"]) == (200, "imported")
    assert Upload.objects.get(pk=imported.json()["upload"]).rows == 24
    assert post(spring.owner, f"{address}discard/").status_code == 409


def test_a_file_is_discarded_by_its_own_people(spring, stranger):
    file = hand_in(spring, spring.owner).json()["files"][0]
    assert post(stranger, f"received/{file['id']}/discard/").status_code == 404
    assert post(spring.owner, f"received/{file['id']}/discard/").json()["state"] == "discarded"
    listed = get(spring.owner, f"stations/{spring.station.pk}/received/").json()["results"]
    assert [row["state"] for row in listed] == ["discarded"]
    assert ReceivedFile.objects.count() == 1
