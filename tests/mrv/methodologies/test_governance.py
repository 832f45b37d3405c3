"""A methodology version is drafted, tested, signed by one person, published by another, and never edited."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from calculations.methodologies import MethodologyError, list_methodologies, load_methodology, methodology_bytes
from mrv.methodologies import impact, services
from mrv.methodologies.models import MethodologyVersion
from mrv.methodologies.selectors import (
    checked_methodology,
    limits_of,
    methodology_for,
    methodology_of,
    published_methodologies,
    version_in_force,
    visible_methodologies,
)
from mrv.methodologies.states import METHODOLOGY
from registry.audit.models import Event
from registry.core import clock
from registry.core.actors import PUBLIC
from registry.core.errors import IllegalTransition, InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from registry.projects.models import Project
from tests.mrv.evidence import methodologies, site
from tests.people import developer, member, official
from tests.triggers import triggers_off

pytestmark = pytest.mark.django_db


def toml_of(identifier="KCS-INV"):
    return methodology_bytes(identifier, "1.0.0").decode()


@pytest.fixture
def editor():
    return official(Role.METHODOLOGY_EDITOR, email="first@authority.test")


@pytest.fixture
def second():
    return official(Role.METHODOLOGY_EDITOR, email="second@authority.test")


def signed(editor, toml=None):
    version = services.draft_version(actor=editor, toml=toml or toml_of())
    version = services.record_impact(actor=editor, version=version)
    return services.sign_version(actor=editor, version=version)


def test_every_state_can_be_reached():
    reached, todo = {METHODOLOGY.initial}, [METHODOLOGY.initial]
    while todo:
        here = todo.pop()
        for line in METHODOLOGY.transitions:
            if line.source == here and line.target not in reached:
                reached.add(line.target)
                todo.append(line.target)
    assert reached == {state.name for state in METHODOLOGY.states}


def test_the_shipped_versions_are_published_by_two_persons_with_an_empty_impact():
    versions = methodologies()
    assert set(versions) == {identity for identity, _ in list_methodologies()}
    for identity, number in services.LEFT_TO_THE_AUTHORITY:
        assert MethodologyVersion.objects.get(identifier=identity, version=number).state == "draft"
    for version in versions.values():
        assert version.state == "published"
        assert version.impact == {"periods": []}
        assert version.signed_by_id != version.published_by_id
        assert version.digest == load_methodology(version.identifier, version.version).digest
        events = Event.objects.filter(object_type="methodologies.MethodologyVersion", object_id=str(version.pk))
        acts = list(events.values_list("action", flat=True))
        assert acts == [f"methodologies.{act}" for act in ("draft", "test", "sign", "publish")]
    assert {name: version.outcome for name, version in versions.items()} == {
        "KCS-INV": "statement",
        "KCS-NET": "statement",
        "KCS-AQUA": "reporting",
        "KCS-ENH-BACI": "credits",
        "KCS-ALLO": "credits",
        "KCS-POWDER": "pilot",
        "KCS-MPD": "screening",
        "KCS-TAB": "screening",
    }
    assert MethodologyVersion.objects.get(identifier="KCS-ENH-BACI", version="1.0.0").state == "superseded"


def test_publishing_the_shipped_versions_again_changes_nothing():
    first = methodologies()
    assert methodologies() == first
    assert MethodologyVersion.objects.count() == len(list_methodologies())


def test_nobody_signs_and_publishes(editor, second):
    version = signed(editor)
    with pytest.raises(NotAllowed) as refusal:
        services.publish_version(actor=editor, version=version, effective_from=date(2021, 1, 1))
    assert refusal.value.code == "SECOND_PERSON_NEEDED"
    with pytest.raises(IntegrityError, match="methodology_two_persons"), transaction.atomic():
        MethodologyVersion.objects.filter(pk=version.pk).update(published_by=editor.user_id)
    version = services.publish_version(actor=second, version=version, effective_from=date(2021, 1, 1))
    assert version.state == "published"


def test_no_step_is_skipped(editor, second):
    version = services.draft_version(actor=editor, toml=toml_of())
    with pytest.raises(IllegalTransition):
        services.sign_version(actor=editor, version=version)
    with pytest.raises(IllegalTransition):
        services.publish_version(actor=second, version=version, effective_from=date(2021, 1, 1))
    with pytest.raises(DatabaseError, match="no way from draft"), transaction.atomic():
        MethodologyVersion.objects.filter(pk=version.pk).update(state="published")


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.REGISTRAR, Role.AUDITOR])
def test_other_officials_write_no_methodology(role):
    with pytest.raises(NotAllowed):
        services.draft_version(actor=official(role), toml=toml_of())


def test_a_text_that_is_no_methodology_is_refused_with_its_field(editor):
    with pytest.raises(InvalidInput) as refusal:
        services.draft_version(actor=editor, toml=toml_of().replace('outcome = "statement"', 'outcome = "gold"'))
    assert "outcome" in refusal.value.messages[0].text("en")
    assert not MethodologyVersion.objects.exists()


def test_the_same_version_number_is_not_taken_twice(editor):
    services.draft_version(actor=editor, toml=toml_of())
    with pytest.raises(InvalidInput) as refusal:
        services.draft_version(actor=editor, toml=toml_of())
    assert refusal.value.code == "VERSION_EXISTS"


@pytest.mark.parametrize("field", ["toml", "digest", "title_en", "outcome", "impact"])
def test_the_database_lets_nobody_edit_a_signed_version(editor, field):
    version = signed(editor)
    value = {"x": 1} if field == "impact" else "credits"
    with pytest.raises(DatabaseError, match="is signed and cannot change"), transaction.atomic():
        MethodologyVersion.objects.filter(pk=version.pk).update(**{field: value})
    with pytest.raises(DatabaseError), transaction.atomic():
        MethodologyVersion.objects.filter(pk=version.pk).delete()


def test_a_newer_version_supersedes_and_old_projects_go_on(editor, second):
    project = site("KCS-INV").project
    newer = signed(editor, toml_of().replace('version = "1.0.0"', 'version = "1.9.0"'))
    services.publish_version(actor=second, version=newer, effective_from=date(2021, 1, 1))
    assert methodology_of(project).state == "superseded"
    chosen = [str(version) for version in published_methodologies()]
    assert chosen == ["KCS-ALLO 1.0.0", "KCS-ENH-BACI 1.1.0", "KCS-INV 1.9.0", "KCS-NET 1.0.0"]


def test_a_withdrawn_version_and_one_not_yet_in_force_are_not_used(editor, second):
    inventory = site("KCS-INV")
    version = methodology_of(inventory.project)
    services.withdraw_version(actor=official(Role.APPROVER), version=version, reason="a sign was wrong")
    with pytest.raises(Refusal) as refusal:
        methodology_of(inventory.project)
    assert refusal.value.code == "METHODOLOGY_NOT_IN_USE"
    newer = signed(editor, toml_of().replace('version = "1.0.0"', 'version = "1.9.0"'))
    services.publish_version(actor=second, version=newer, effective_from=clock.today() + timedelta(days=30))
    inventory.project.methodology_version, inventory.project.methodology_digest = "1.9.0", newer.digest
    with pytest.raises(Refusal) as refusal:
        methodology_of(inventory.project)
    assert refusal.value.code == "METHODOLOGY_NOT_IN_FORCE"


def test_a_project_registered_under_another_text_is_refused():
    project = site("KCS-INV").project
    project.methodology_digest = "0" * 64
    with pytest.raises(Refusal) as refusal:
        methodology_of(project)
    assert refusal.value.code == "METHODOLOGY_ALTERED"


def test_a_version_counts_from_midnight_of_its_day_in_guizhou(editor, second, settings):
    """At half past midnight of the new year there, UTC still has the old one."""
    settings.DEMO = True  # the clock may be set
    inventory = site("KCS-INV")
    newer = signed(editor, toml_of().replace('version = "1.0.0"', 'version = "1.9.0"'))
    services.publish_version(actor=second, version=newer, effective_from=date(2030, 1, 1))
    span = {"methodology_version": "1.9.0", "methodology_digest": newer.digest}
    Project.objects.filter(pk=inventory.project.pk).update(**span)
    inventory.project.refresh_from_db()
    clock.advance_to(datetime(2029, 12, 31, 15, 59, tzinfo=UTC))
    assert version_in_force("KCS-INV").version == "1.0.0", "until the other's day, though superseded"
    with pytest.raises(Refusal) as refusal:
        methodology_of(inventory.project)
    assert refusal.value.code == "METHODOLOGY_NOT_IN_FORCE"
    clock.advance_to(datetime(2029, 12, 31, 16, 30, tzinfo=UTC))
    assert version_in_force("KCS-INV").version == "1.9.0"
    assert methodology_of(inventory.project).pk == newer.pk
    services.withdraw_version(actor=official(Role.APPROVER), version=newer, reason="a sign was wrong")
    assert version_in_force("KCS-INV") is None


def test_a_record_whose_text_was_altered_in_the_database_is_not_computed_with():
    version = methodologies()["KCS-INV"]
    with triggers_off(MethodologyVersion):
        MethodologyVersion.objects.filter(pk=version.pk).update(toml=version.toml.replace("0.86", "0.96"))
    version.refresh_from_db()
    with pytest.raises(MethodologyError) as error:
        checked_methodology(version)
    assert error.value.code == "METHODOLOGY_ALTERED"


def test_a_version_that_the_engine_does_not_ship_is_not_computed_with(editor, second):
    newer = signed(editor, toml_of().replace('version = "1.0.0"', 'version = "9.0.0"'))
    newer = services.publish_version(actor=second, version=newer, effective_from=date(2021, 1, 1))
    with pytest.raises(MethodologyError) as error:
        checked_methodology(newer)
    assert error.value.code == "METHODOLOGY_UNKNOWN"


def test_the_public_reads_what_was_published_and_no_draft(editor):
    version = services.draft_version(actor=editor, toml=toml_of())
    stranger = member(developer(), Role.EDITOR)
    for actor in (PUBLIC, stranger):
        assert not visible_methodologies(actor).exists()
        with pytest.raises(NotVisible):
            methodology_for(actor, "KCS-INV", "1.0.0")
    assert methodology_for(editor, "KCS-INV", "1.0.0") == version
    services.sign_version(actor=editor, version=services.record_impact(actor=editor, version=version))
    services.publish_version(actor=official(Role.APPROVER), version=version, effective_from=date(2021, 1, 1))
    assert methodology_for(PUBLIC, "KCS-INV", "1.0.0") == version


def test_a_projects_limits_are_those_of_its_methodology():
    project = site("KCS-INV").project
    version = load_methodology("KCS-INV", "1.0.0")
    limits = limits_of(project)
    assert limits.minimum_gaugings == version.whole("minimum_gaugings")
    assert limits.minimum_samples == version.whole("minimum_samples")


@pytest.mark.parametrize("identifier", ["KCS-AQUA", "KCS-POWDER", "KCS-MPD", "KCS-TAB"])
def test_no_period_is_decided_on_a_reporting_line_a_pilot_or_a_screening(identifier):
    project = site("KCS-INV").project
    version = methodologies()[identifier]
    project.methodology_id, project.methodology_version = version.identifier, version.version
    project.methodology_digest = version.digest
    project.save()
    assert version not in published_methodologies()
    with pytest.raises(Refusal) as refusal:
        methodology_of(project)
    assert refusal.value.code == "METHODOLOGY_NOT_FOR_PROJECTS"


def test_a_shipped_version_that_past_periods_would_feel_stays_a_draft(editor, second, monkeypatch):
    monkeypatch.setattr(
        impact, "affected_periods", lambda version: ["P-1"] if str(version) == "KCS-ENH-BACI 1.1.0" else []
    )
    states = {
        str(version): version.state
        for version in services.publish_shipped(editor=editor, publisher=second, effective_from=date(2021, 1, 1))
    }
    assert states["KCS-ENH-BACI 1.1.0"] == "draft"
    assert states["KCS-ENH-BACI 1.0.0"] == states["KCS-NET 1.0.0"] == "published"
