"""At the browser: a version is tested and signed by one person, published by another, and by nobody else."""

from datetime import date

import pytest

from mrv.methodologies import services
from mrv.methodologies.models import MethodologyVersion
from registry.core.roles import Role
from tests.mrv.browsers import browser, form_on, post
from tests.mrv.methodologies.test_governance import toml_of
from tests.people import developer, member, official

pytestmark = pytest.mark.django_db
PAGE = "/methodology/KCS-INV/1.0.0/"


@pytest.fixture
def editor():
    return official(Role.METHODOLOGY_EDITOR, email="first@authority.test")


@pytest.fixture
def both():
    """Who may sign and publish, and therefore not both of the same version."""
    return official(Role.METHODOLOGY_EDITOR, Role.APPROVER, email="both@authority.test")


@pytest.fixture
def version(both):
    return services.draft_version(actor=both, toml=toml_of())


def act(name):
    return f"{PAGE}act/{name}/"


def state():
    return MethodologyVersion.objects.get(identifier="KCS-INV", version="1.0.0").state


def test_two_persons_bring_a_version_into_force(editor, both, version):
    approver = official(Role.APPROVER, email="second@authority.test")
    assert form_on(both, PAGE, act("sign")) is None, "without its impact nothing is signed"
    assert post(both, act("sign")).status_code == 409
    assert post(editor, act("test"), PAGE).status_code == 302
    assert post(both, act("sign"), PAGE).status_code == 302
    assert MethodologyVersion.objects.get(pk=version.pk).signed_by_id == both.user_id
    alone = post(both, act("publish"), effective_from="2021-01-01")
    assert alone.status_code == 403
    assert "You signed this version yourself." in alone.content.decode()
    assert post(approver, act("publish"), PAGE, effective_from="no day").status_code == 422
    assert post(approver, act("publish"), PAGE, effective_from="2021-01-01").status_code == 302
    published = MethodologyVersion.objects.get(pk=version.pk)
    assert (published.state, published.effective_from) == ("published", date(2021, 1, 1))
    assert published.published_by_id == approver.user_id
    assert browser(editor).get(PAGE).status_code == 200
    assert post(editor, act("sign")).status_code == 409


def test_nobody_else_signs_or_publishes(editor, both, version):
    services.record_impact(actor=editor, version=version)
    wrong = (
        official(Role.REVIEWER, Role.REGISTRAR, email="clerk@authority.test"),
        member(developer("Developer", "DEV-1"), Role.REPRESENTATIVE),
    )
    for who in wrong:
        assert form_on(who, PAGE, act("sign")) is None
        assert post(who, act("sign")).status_code in (403, 404)
    services.sign_version(actor=both, version=MethodologyVersion.objects.get(pk=version.pk))
    before = state()
    for who in wrong:
        assert form_on(who, PAGE, act("publish")) is None
        assert post(who, act("publish"), effective_from="2021-01-01").status_code in (403, 404)
    assert state() == before
