"""The steps of a draft as pages and through the API: saved one by one, refused with a reason, kept files handed out."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from registry.core.roles import Role
from registry.organisations.models import User
from registry.projects.models import Project
from registry.projects.services import add_document
from tests.people import developer, member
from tests.registry.projects.boundary_samples import BOW_TIE, SQUARE, geojson, shapefile_zip
from tests.registry.projects.test_cycle import draft
from tests.registry.projects.test_overlaps import REASON, square, surveyed
from tests.registry.projects.whole_file import TEXT, ready
from tests.triggers import triggers_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return member(developer(), Role.EDITOR, Role.REPRESENTATIVE)


@pytest.fixture
def page(client, owner):
    cache.clear()
    client.force_login(User.objects.get(pk=owner.user_id))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def step(project: Project, name: str) -> str:
    return reverse("projects:step", args=[project.code, name])


def file(data: bytes, name: str = "catchment.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_before_it_is_submitted_a_project_is_reviewed(page, owner):
    project = draft(owner)
    url, act = (reverse(f"projects:{name}", args=[project.code, *more]) for name, more in PAGES_OF_SUBMISSION)
    incomplete = page.get(url).content.decode()
    assert "Add the design document to the file." in incomplete
    assert f'action="{act}"' not in incomplete
    ready(owner, project)
    whole = page.get(url).content.decode()
    assert "the file stays public" in whole
    assert f'action="{act}"' in whole
    Project.objects.filter(pk=project.pk).update(state="submitted")
    assert page.get(url).status_code == 409


PAGES_OF_SUBMISSION = (("submission", ()), ("act", ("submit",)))


def test_a_boundary_is_uploaded_and_shown(page, owner):
    project = draft(owner, area_km2=Decimal("27.32"))
    answer = page.post(step(project, "boundary"), {"file": file(shapefile_zip(SQUARE, epsg=4545), "流域.zip")})
    assert answer.status_code == 302
    assert answer.url == step(project, "programmes")
    shown = page.get(reverse("projects:detail", args=[project.code])).content.decode()
    assert "EPSG:4545 → CGCS2000" in shown
    assert "27.3249" in shown
    version = project.boundary_versions.get()
    kept = page.get(reverse("projects:boundary_file", args=[project.code, version.pk]))
    assert b"".join(kept.streaming_content)[:2] == b"PK"
    assert kept["Content-Disposition"].startswith("attachment")


def test_outsiders_see_the_boundarys_shape_and_not_where_it_lies(page, owner, client):
    project = draft(owner, area_km2=Decimal("27.32"))
    page.post(step(project, "boundary"), {"file": file(shapefile_zip(SQUARE, epsg=4545), "流域.zip")})
    version = project.boundary_versions.get()
    kept, listed = (
        reverse("projects:boundary_file", args=[project.code, version.pk]),
        reverse("api:boundaries", args=[project.code]),
    )
    detail = reverse("projects:detail", args=[project.code])
    assert "The boundary in its county" in page.get(detail).content.decode()
    assert page.get(listed).json()["results"][0]["boundary"]["type"] == "Polygon"
    with triggers_off(Project):
        Project.objects.filter(pk=project.pk).update(state="registered")
    client.logout()
    shown = client.get(detail, headers={"accept-language": "en"}).content.decode()
    assert "Outline of the catchment boundary" in shown
    assert "The boundary in its county" not in shown
    assert kept not in shown
    assert client.get(kept).status_code == 404
    assert client.get(listed).json()["results"][0]["boundary"] is None


def test_a_refused_boundary_says_where_and_leaves_the_circle(page, owner):
    project = draft(owner)
    answer = page.post(step(project, "boundary"), {"file": file(geojson(BOW_TIE))})
    assert answer.status_code == 422
    assert "BOUNDARY_SELF_INTERSECTS" in answer.content.decode()
    assert Project.objects.get().boundary_is_drawn


def test_lists_take_entries_and_let_them_go(page, owner):
    project = draft(owner)
    entry = {
        "programme": "CCER", "identifier": "2024-7", "from_day": "2024-01-01", "to_day": "",
        "relation": "只计地上生物量，与岩溶碳汇不重复计算，另见设计文件。",
    }  # fmt: skip
    sent = {f"programmes-0-{name}": value for name, value in entry.items()}
    sent |= {"programmes-TOTAL_FORMS": "2", "programmes-INITIAL_FORMS": "0"}
    assert page.post(step(project, "programmes"), sent).status_code == 302
    shown = page.get(step(project, "programmes")).content.decode()
    assert "2024-7" in shown
    sent |= {"programmes-INITIAL_FORMS": "1", "programmes-0-DELETE": "on", "none": "on"}
    assert page.post(step(project, "programmes"), sent).status_code == 302
    assert project.declarations.first().content == {"none": True, "entries": []}
    both = {key: value for key, value in sent.items() if not key.endswith("DELETE")}
    answer = page.post(step(project, "programmes"), both)
    assert answer.status_code == 422
    assert "DECLARATION_NONE_OR_SOME" in answer.content.decode()


def test_the_draft_says_what_is_missing_with_links(page, owner):
    project = draft(owner, karst_area_km2=None)
    shown = page.get(reverse("projects:detail", args=[project.code])).content.decode()
    for name in ("basics", "programmes", "safeguards", "baseline", "additionality", "estimates", "documents"):
        assert step(project, name) in shown
    whole = ready(owner, draft(owner))
    assert "✖" not in page.get(step(whole, "documents")).content.decode()


def test_a_document_is_public_when_the_project_is(client, owner):
    project = surveyed(owner, square(108.80, 27.70), state="draft")
    document = add_document(
        actor=owner, project=project, kind="design", title="设计", file_name="d.html", data=b"<script>"
    )
    where = reverse("projects:document", args=[project.code, document.pk])
    assert client.get(where).status_code == 404
    public = surveyed(owner, square(109.80, 27.70), division_code="520622")
    assert client.get(reverse("projects:document", args=[public.code, document.pk])).status_code == 404  # another's
    member_client = client
    member_client.force_login(User.objects.get(pk=owner.user_id))
    answer = member_client.get(where)
    assert answer["Content-Type"] == "application/octet-stream"


def post(client, name: str, code: str, sent: dict, status: int = 201) -> dict:
    answer = client.post(
        reverse(f"api:{name}", args=[code]),
        json.dumps(sent),
        content_type="application/json",
        headers={"idempotency-key": f"{name}-{len(json.dumps(sent)):06d}"},
    )
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_whole_file_through_the_api(page, owner):
    neighbour = member(developer("Neighbour", "DEV-2"), Role.EDITOR)
    other = surveyed(neighbour, square(108.84, 27.70))
    project = draft(owner, area_km2=Decimal("27.32"), karst_area_km2=None)
    code = project.code
    made = page.post(
        reverse("api:boundaries", args=[code]),
        {"file": file(geojson(SQUARE))},
        headers={"idempotency-key": "b-1000000"},
    )
    assert made.status_code == 201, made.content
    assert made.json()["area_km2"].startswith("27.3249")
    facts = {
        "name_zh": "江口泉域", "name_en": "Jiangkou", "area_km2": "27.32", "karst_area_km2": "20",
        "longitude_deg": "108.84", "latitude_deg": "27.70", "crediting_start": "2021-05-01",
        "crediting_end": "2022-12-31",
    }  # fmt: skip
    post(page, "project_facts", code, facts)
    post(page, "programmes", code, {"none": True})
    post(page, "safeguards", code, {"safeguards": [{"harm": "用水", "measure": "控制", "monitoring": "流量"}]})
    post(page, "baseline", code, {"scenario": TEXT, "justification": TEXT, "quantification": TEXT})
    post(page, "additionality", code, {"argument": TEXT, "barriers": TEXT, "common_practice": TEXT})
    shown = post(page, "estimates", code, {"estimates": [{"year": y, "t_co2": "200.5"} for y in (2021, 2022)]})
    assert {year: Decimal(tonnes) for year, tonnes in shown["estimates_t_co2"].items()} == {
        "2021": Decimal("200.5"),
        "2022": Decimal("200.5"),
    }
    document = page.post(
        reverse("api:documents", args=[code]),
        {"kind": "design", "title": "设计", "language": "zh", "file": file(b"design", "design.txt")},
        headers={"idempotency-key": "d-1000000"},
    )
    assert document.json()["title"] == "设计"
    overlaps = page.get(reverse("api:overlaps", args=[code])).json()["overlaps"]
    assert [item["code"] for item in overlaps] == [other.code]
    assert overlaps[0]["needs_justification"]
    answer = post(page, "overlaps", code, {"other": other.code, "text": REASON})
    assert answer["overlaps"][0]["justification"] == REASON
    missing = [
        line for line in page.get(reverse("api:project_file", args=[code])).json()["readiness"] if not line["ok"]
    ]
    assert missing == []
    wrong = post(page, "estimates", code, {"estimates": [{"year": 2021, "t_co2": "1"}]}, 422)
    assert wrong["code"] == "ESTIMATE_YEARS"
    assert date.fromisoformat("2022-12-31") == Project.objects.get(pk=project.pk).crediting_end
