"""Several springs of one project: an inventory's add up over the same days, credits of a project are issued once."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from mrv.periods.evidence import sources_of
from mrv.periods.readiness import lines_of
from mrv.runs.springs import together
from mrv.stations.services import create_station
from registry.core.actors import PUBLIC
from registry.core.errors import InvalidInput
from registry.organisations.models import User
from tests.mrv.evidence import Site, site

pytestmark = pytest.mark.django_db


def spring(at: Site, code: str, area_km2: str) -> Site:
    station = create_station(
        actor=at.owner, project=at.project, code=code, name_zh=f"{code} 泉", name_en=f"Spring {code}",
        longitude_deg=Decimal("108.84"), latitude_deg=Decimal("27.70"), zone="Asia/Shanghai",
        catchment_area_km2=Decimal(area_km2),
    )  # fmt: skip
    return Site(at.owner, at.project, station)


@pytest.fixture
def inventory():
    return site("KCS-INV")


def refused(at: Site, *days: date) -> str:
    with pytest.raises(InvalidInput) as refusal:
        at.period(*days)
    return refusal.value.code


def test_two_springs_of_an_inventory_account_for_the_same_days(inventory):
    east, west = spring(inventory, "E", "12"), spring(inventory, "W", "16")
    first, second = east.period(), west.period()
    assert (first.number, second.number) == (1, 2)
    assert refused(east) == "PERIOD_OVERLAPS"  # the same spring only once
    assert refused(west, date(2022, 4, 30), date(2022, 5, 5)) == "PERIOD_OVERLAPS"


def test_springs_whose_catchments_do_not_fit_into_the_projects_are_refused(inventory):
    """A spring above the outlet: its water leaves by the outlet and would be counted twice."""
    inventory.period()
    assert refused(spring(inventory, "U", "12")) == "SPRINGS_EXCEED_CATCHMENT"
    assert spring(inventory, "V", "12").period(date(2022, 5, 1), date(2022, 12, 31)).number == 2  # other days


def test_springs_of_a_project_with_credits_do_not_share_days():
    credits = site()
    spring(credits, "E", "12").period()
    assert refused(spring(credits, "W", "16")) == "PERIOD_OVERLAPS"


def test_a_gap_is_that_of_the_spring(inventory):
    east, west = spring(inventory, "E", "12"), spring(inventory, "W", "16")
    east.period(date(2021, 5, 1), date(2021, 5, 31))
    period = west.period(date(2021, 6, 1), date(2021, 6, 30))
    assert "GAP_BEFORE" in {line.code for line in lines_of(sources_of(period))}


def test_the_springs_add_up(inventory):
    periods = [spring(inventory, "E", "12").submitted(), spring(inventory, "W", "16").submitted()]
    [span] = together(inventory.owner, inventory.project)
    assert [period for period, _tonnes in span.springs] == periods
    figures = [Decimal(period.official_run.figures["retained_t_co2"]) for period in periods]
    assert span.total_t_co2 == sum(figures) > 0
    assert together(PUBLIC, inventory.project) == []  # before the opinion nobody else sees a result
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=inventory.owner.user_id))
    shown = client.get(reverse("projects:detail", args=[inventory.project.code])).content.decode()
    assert "The springs together" in shown
