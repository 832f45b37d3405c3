"""Projects that lie over each other in the same years: found, measured, justified, and never told to strangers."""

from datetime import date
from decimal import Decimal

import pytest

from registry.audit.models import Event
from registry.core.errors import InvalidInput, NotVisible
from registry.core.roles import Role
from registry.projects import services
from registry.projects.models import Project
from registry.projects.overlaps import find
from registry.projects.selectors import overlaps_of
from registry.projects.services.drafting import set_shape
from tests.people import developer, member, official
from tests.registry.projects.test_cycle import draft
from tests.registry.projects.whole_file import ready
from tests.triggers import triggers_off

pytestmark = pytest.mark.django_db
REASON = "两者核算不同的汇：林地增汇与水生植物，互不重复计算。 Different sinks: soil CO2 here, aquatic plants there."


def square(west: float, south: float, side: float = 0.05) -> dict:
    east, north = west + side, south + side
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def surveyed(actor, boundary, state="public_comment", **changes) -> Project:
    """A project with this boundary, moved to ``state`` whatever the way to it."""
    project = draft(actor, **changes)
    set_shape(project, boundary, drawn=False)
    project.save()
    with triggers_off(Project):
        Project.objects.filter(pk=project.pk).update(state=state)
    return Project.objects.get(pk=project.pk)


@pytest.fixture
def owner():
    return member(developer(), Role.EDITOR, Role.REPRESENTATIVE)


@pytest.fixture
def neighbour():
    return member(developer("Neighbour", "DEV-2"), Role.EDITOR, Role.REPRESENTATIVE)


def test_half_of_a_square_lies_over_its_neighbour(owner, neighbour):
    other = surveyed(neighbour, square(108.825, 27.70))
    project = surveyed(owner, square(108.80, 27.70), state="draft", crediting_start=date(2025, 1, 1))
    [overlap] = overlaps_of(project)
    assert overlap.code == other.code
    assert overlap.percent == Decimal("50.00") == overlap.percent_of_other
    assert overlap.area_km2 == pytest.approx(Decimal("13.65"), abs=Decimal("0.03"))
    assert overlap.shared_years == (2025, 2026, 2027, 2028, 2029, 2030, 2031)
    assert overlap.needs_justification


def test_a_shared_divide_is_no_overlap(owner, neighbour):
    surveyed(neighbour, square(108.85, 27.70))
    assert find(surveyed(owner, square(108.80, 27.70), state="draft")) == []


def test_other_years_are_no_overlap(owner, neighbour):
    surveyed(neighbour, square(108.80, 27.70), crediting_end=date(2024, 12, 31))
    assert find(surveyed(owner, square(108.80, 27.70), state="draft", crediting_start=date(2025, 1, 1))) == []


@pytest.mark.parametrize("state", ["draft", "withdrawn", "rejected"])
def test_what_earns_no_credits_is_no_overlap(owner, neighbour, state):
    surveyed(neighbour, square(108.80, 27.70), state=state)
    assert find(surveyed(owner, square(108.80, 27.70), state="draft")) == []


@pytest.mark.parametrize("state", ["registered", "suspended", "completed", "revoked"])
def test_what_earned_credits_stays_taken(owner, neighbour, state):
    surveyed(neighbour, square(108.80, 27.70), state=state)
    assert len(find(surveyed(owner, square(108.80, 27.70), state="draft"))) == 1


def test_a_circle_is_a_hint_and_not_a_finding(owner, neighbour):
    other = draft(neighbour)
    services.submit(actor=neighbour, project=ready(neighbour, other))
    [overlap] = find(draft(owner))
    assert overlap.drawn_as_circle
    assert not overlap.needs_justification
    assert overlap.percent == Decimal("100.00")


def test_rows_without_a_box_are_still_sought(owner, neighbour):
    other = surveyed(neighbour, square(108.80, 27.70))
    Project.objects.filter(pk=other.pk).update(boundary_west_deg=None)
    assert len(find(surveyed(owner, square(108.80, 27.70), state="draft"))) == 1


def test_a_hole_is_not_overlapped(owner, neighbour):
    ring = square(108.80, 27.70)["coordinates"][0]
    hole = square(108.81, 27.71, 0.02)["coordinates"][0][::-1]
    surveyed(neighbour, square(108.81, 27.71, 0.02))
    assert find(surveyed(owner, {"type": "Polygon", "coordinates": [ring, hole]}, state="draft")) == []


def test_a_justification_is_kept_and_covers_what_it_was_given_for(owner, neighbour):
    other = surveyed(neighbour, square(108.825, 27.70))
    project = surveyed(owner, square(108.80, 27.70), state="draft")
    services.justify_overlap(actor=owner, project=project, other_code=other.code, text=REASON)
    [overlap] = find(project)
    assert overlap.justification.text == REASON
    assert not overlap.needs_justification
    assert Event.objects.filter(action="projects.justify_overlap").count() == 1
    set_shape(project, square(108.81, 27.70), drawn=False)
    project.save()
    assert find(project)[0].needs_justification  # it lies over more of the other than was justified


def test_a_justification_says_something_and_speaks_of_an_overlap(owner, neighbour):
    apart = surveyed(neighbour, square(109.0, 27.70))
    project = surveyed(owner, square(108.80, 27.70), state="draft")
    with pytest.raises(InvalidInput) as refusal:
        services.justify_overlap(actor=owner, project=project, other_code=apart.code, text=REASON)
    assert refusal.value.code == "NO_OVERLAP"
    with pytest.raises(InvalidInput) as refusal:
        services.justify_overlap(actor=owner, project=project, other_code=apart.code, text="ok")
    assert refusal.value.code == "TEXT_LENGTH"


def test_a_project_that_is_not_public_is_shown_to_those_who_judge_only(owner, neighbour):
    other = surveyed(neighbour, square(108.80, 27.70), state="submitted")
    project = surveyed(owner, square(108.80, 27.70), state="draft")
    assert overlaps_of(project, owner) == []
    assert [overlap.code for overlap in overlaps_of(project, official(Role.REVIEWER))] == [other.code]
    with pytest.raises(NotVisible):
        services.justify_overlap(actor=owner, project=project, other_code=other.code, text=REASON)
