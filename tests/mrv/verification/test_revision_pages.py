"""At the browser: a finding leads to revision n+1 by those whom it concerns, and by nobody else."""

import pytest

from mrv.periods.models import MonitoringPeriod
from registry.core.actors import PUBLIC
from registry.core.roles import Role
from tests.mrv.browsers import browser, form_on, post
from tests.mrv.verification.finding_world import raised
from tests.people import developer, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
WHY = "The pH probe was exchanged; a new file replaces the old one."


@pytest.fixture
def car(jiangkou):
    return raised(jiangkou, jiangkou.recomputed(), "car")


def addresses(finding):
    return f"/findings/{finding.pk}/act/revise/", f"/findings/{finding.pk}/"


def revisions(court):
    return list(MonitoringPeriod.objects.filter(project=court.site.project).values_list("revision", "state"))


@pytest.mark.parametrize("who", ["owner", "lead"])
def test_the_proponent_or_the_verifier_opens_the_next_revision(jiangkou, car, who):
    act, page = addresses(car)
    actor = getattr(jiangkou, who)
    assert post(actor, act, page, text=" ").status_code == 422
    answer = post(actor, act, page, text=WHY)
    assert (answer.status_code, answer.url) == (302, page)
    assert sorted(revisions(jiangkou)) == [(1, "replaced"), (2, "open")]
    html = browser(jiangkou.owner).get(page).content.decode()
    following = MonitoringPeriod.objects.get(project=jiangkou.site.project, revision=2)
    assert WHY in html
    assert f"/periods/{following.pk}/" in html
    assert form_on(actor, page, act) is None
    assert post(actor, act, text=WHY).status_code == 409


def test_nobody_else_opens_one(jiangkou, car):
    act, page = addresses(car)
    others = [
        (jiangkou.clerk, 403),
        (jiangkou.reviewer, 403),
        (member(jiangkou.validator, Role.LEAD_VERIFIER), 404),
        (member(developer("Another", "DEV-9"), Role.REPRESENTATIVE), 404),
        (PUBLIC, 404),
    ]
    for actor, status in others:
        assert form_on(actor, page, act) is None
        assert post(actor, act, text=WHY).status_code == status, actor
    assert revisions(jiangkou) == [(1, "findings")]
