from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from registry.audit.models import Event
from registry.core import clock
from registry.core.errors import IllegalTransition, InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from registry.projects import services
from registry.projects.boundaries import area_km2
from registry.projects.models import Project
from registry.projects.selectors import project_for, visible_projects
from tests.people import developer, member, official
from tests.registry.projects.whole_file import ready

pytestmark = pytest.mark.django_db


def draft(actor, **changes):
    values = {
        "name_zh": "江口泉域",
        "name_en": "Jiangkou spring",
        "kind": "vegetation",
        "division_code": "520621",
        "county_zh": "江口县",
        "county_en": "Jiangkou",
        "area_km2": Decimal("28"),
        "karst_area_km2": Decimal("21"),
        "longitude_deg": Decimal("108.84"),
        "latitude_deg": Decimal("27.70"),
        "crediting_start": date(2021, 5, 1),
        "crediting_end": date(2031, 5, 1),
        "methodology_id": "KCS-ENH-BACI",
        "methodology_version": "1.0.0",
        "methodology_digest": "0" * 64,
    }
    return services.draft_project(actor=actor, **{**values, **changes})


@pytest.fixture
def owner():
    return member(developer(), Role.EDITOR, Role.REPRESENTATIVE)


def test_with_only_an_area_the_boundary_is_a_circle_of_that_area(owner):
    project = draft(owner)
    assert project.boundary_is_drawn
    assert area_km2(project.boundary) == pytest.approx(28, rel=1e-6)


@pytest.mark.parametrize("area", ["0", "-28"])
def test_an_area_that_is_not_positive_is_refused_and_nothing_is_made(owner, area):
    with pytest.raises(InvalidInput, match=r"AREA_NOT_POSITIVE|greater than zero|大于"):
        draft(owner, area_km2=Decimal(area))
    assert not Project.objects.exists()


def test_codes_count_up_within_a_county(owner):
    assert [draft(owner).code, draft(owner).code] == ["KC-520621-0001", "KC-520621-0002"]


def test_nobody_else_sees_a_draft(owner):
    project = draft(owner)
    stranger = member(developer("Other", "DEV-2"), Role.EDITOR)
    with pytest.raises(NotVisible):
        project_for(stranger, project.code)
    with pytest.raises(NotVisible):
        services.submit(actor=stranger, project=project)
    assert not visible_projects(official(Role.REVIEWER)).exists()


def test_the_public_comment_period_must_pass(owner, settings):
    settings.DEMO = True
    reviewer = official(Role.REVIEWER)
    project = services.submit(actor=owner, project=ready(owner, draft(owner)))
    project = services.open_comment(actor=reviewer, project=project)
    with pytest.raises(Refusal) as refusal:
        services.close_comment(actor=reviewer, project=project)
    assert refusal.value.code == "COMMENT_PERIOD_OPEN"
    assert (project.comment_closes_on - project.comment_opens_on) >= timedelta(days=26)
    clock.advance_to(services.comment_end(project) + timedelta(seconds=1))
    assert services.close_comment(actor=reviewer, project=project).state == "under_validation"
    event = Event.objects.filter(action="projects.close_comment").get()
    assert event.clock_offset_s > 0


def test_a_wrong_role_is_refused_and_a_step_cannot_be_skipped(owner):
    project = services.submit(actor=owner, project=ready(owner, draft(owner)))
    with pytest.raises(NotAllowed):
        services.open_comment(actor=official(Role.REGISTRAR), project=project)
    with pytest.raises(IllegalTransition):
        services.register(actor=official(Role.APPROVER), project=project)
    assert Project.objects.get().state == "submitted"


def test_the_database_itself_refuses_a_jump(owner):
    project = draft(owner)
    with pytest.raises(IntegrityError, match="no way from draft to registered"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(state="registered")


def test_a_return_needs_its_reason_and_keeps_it(owner):
    reviewer = official(Role.REVIEWER)
    project = services.submit(actor=owner, project=ready(owner, draft(owner)))
    with pytest.raises(InvalidInput):
        services.return_to_draft(actor=reviewer, project=project, reason="  ")
    assert services.return_to_draft(actor=reviewer, project=project, reason="边界不清").state == "draft"
    assert Event.objects.get(action="projects.return").reason == "边界不清"


def test_the_comment_ends_with_its_last_day_in_the_programmes_zone(owner):
    project = services.submit(actor=owner, project=ready(owner, draft(owner)))
    project = services.open_comment(actor=official(Role.REVIEWER), project=project)
    end = services.comment_end(project)
    assert isinstance(end, datetime)
    assert end.utcoffset() == timedelta(hours=8)
