"""Renewal of a crediting period and change of proponent: asked for by one, decided by another, kept by the database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import override_settings

from registry.audit.models import Event
from registry.core import clock, deadlines, todo
from registry.core.actors import PUBLIC
from registry.core.errors import IllegalTransition, InvalidInput, NotAllowed, NotVisible, Refusal, SecondFactorNeeded
from registry.core.roles import Role
from registry.credits.services import reversals
from registry.organisations import services as organisations
from registry.organisations.models import Organisation
from registry.projects import crediting, request_selectors, services, states
from registry.projects.models import Project, ProjectDocument, Renewal
from registry.projects.selectors import developers_of
from tests.people import developer, member, official, organisation
from tests.registry.credits.world import issue, one_world, outcome, registered_project
from tests.triggers import triggers_off

pytestmark = pytest.mark.django_db
VERSION = crediting.MethodologyInForce("KCS-ENH-BACI", "1.1.0", "b" * 64)
TEXTS = {"baseline": "As measured in 2029 and 2030.", "additionality": "Still nobody else pays for the planting."}


@pytest.fixture(scope="module")
def project(django_db_setup, django_db_blocker):
    with one_world(django_db_blocker):
        yield registered_project()


@pytest.fixture(autouse=True)
def _in_force(monkeypatch, settings):
    settings.DEMO = True
    monkeypatch.setattr(crediting, "_in_force", [lambda _identifier: VERSION])


@pytest.fixture
def owner(project):
    return member(project.proponent, Role.REPRESENTATIVE, Role.EDITOR)


@pytest.fixture
def approver():
    return official(Role.APPROVER)


@pytest.fixture
def buyer():
    return member(developer("New spring", "DEV-NEW"), Role.REPRESENTATIVE)


@pytest.fixture
def near_the_end(project):
    clock.advance_to(datetime(2030, 10, 1, tzinfo=UTC))
    return project


def ask(owner, project, **changes):
    return services.request_renewal(actor=owner, project=project, **{**TEXTS, **changes})


def pass_on(owner, project, buyer):
    new = Organisation.objects.get(pk=buyer.organisation_id)
    return services.request_change(actor=owner, project=project, to_organisation=new, reason="The company is sold.")


def signed(owner, project, buyer):
    return services.countersign_change(actor=buyer, change=pass_on(owner, project, buyer))


# --- renewal ----------------------------------------------------------------------------------------------------


def test_a_renewal_follows_the_period_before_without_gap_or_overlap(near_the_end, owner, approver):
    renewal = ask(owner, near_the_end)
    assert (renewal.starts_on, renewal.ends_on) == (date(2031, 5, 2), date(2041, 5, 1))
    assert len(crediting.crediting_periods(near_the_end)) == 1
    services.approve_renewal(actor=approver, renewal=renewal)
    first, second = crediting.crediting_periods(near_the_end)
    assert second.start - first.end == timedelta(days=1)
    assert (first.methodology_version, second.methodology_version) == ("1.0.0", "1.1.0")
    assert crediting.in_force(near_the_end, date(2031, 5, 1)) == first
    assert crediting.in_force(near_the_end, date(2031, 5, 2)) == second
    assert Event.objects.filter(action="projects.approve_renewal", object_id=str(near_the_end.pk)).exists()


def test_before_the_window_and_after_it_nothing_is_renewed(project, owner, settings):
    with pytest.raises(Refusal) as refusal:
        ask(owner, project)
    assert refusal.value.code == "RENEWAL_WINDOW"
    settings.CREDITING_RENEWAL_CLOSES_DAYS = 90
    clock.advance_to(datetime(2031, 3, 1, tzinfo=UTC))
    with pytest.raises(Refusal) as refusal:
        ask(owner, project)
    assert refusal.value.code == "RENEWAL_WINDOW"
    assert not Renewal.objects.exists()


def test_the_number_of_renewals_is_a_published_setting(near_the_end, owner, approver, settings):
    settings.CREDITING_RENEWALS_LIMIT = 1
    services.approve_renewal(actor=approver, renewal=ask(owner, near_the_end))
    clock.advance_to(datetime(2040, 10, 1, tzinfo=UTC))
    with pytest.raises(Refusal) as refusal:
        ask(owner, near_the_end)
    assert refusal.value.code == "RENEWALS_USED"


def test_its_length_is_a_published_setting_also_from_a_leap_day(near_the_end, owner, settings):
    settings.CREDITING_RENEWAL_YEARS = 5
    assert ask(owner, near_the_end).ends_on == date(2036, 5, 1)
    assert crediting._years_later(date(2032, 2, 29), 1) == date(2033, 3, 1)


def test_one_renewal_waits_at_a_time_and_a_returned_one_makes_room(near_the_end, owner):
    renewal = ask(owner, near_the_end)
    with pytest.raises(Refusal) as refusal:
        ask(owner, near_the_end)
    assert refusal.value.code == "RENEWAL_PENDING"
    services.return_renewal(actor=official(Role.REVIEWER), renewal=renewal, reason="The baseline has no sources.")
    assert ask(owner, near_the_end).pk != renewal.pk
    assert Renewal.objects.get(pk=renewal.pk).decision_reason == "The baseline has no sources."


def test_a_refused_renewal_is_not_asked_for_again(near_the_end, owner, approver):
    services.refuse_renewal(actor=approver, renewal=ask(owner, near_the_end), reason="The spring was captured.")
    with pytest.raises(Refusal) as refusal:
        ask(owner, near_the_end)
    assert refusal.value.code == "RENEWAL_REFUSED"


@pytest.mark.parametrize("empty", ["baseline", "additionality"])
def test_baseline_and_additionality_are_both_stated_anew(near_the_end, owner, empty):
    with pytest.raises(InvalidInput) as refusal:
        ask(owner, near_the_end, **{empty: "  "})
    assert refusal.value.code == "STATEMENT_MISSING"


def test_a_baseline_document_is_replaced_for_the_new_span_alone(near_the_end, owner, approver, settings, tmp_path):
    settings.EVIDENCE_STORE = tmp_path
    old = ProjectDocument.objects.create(
        project=near_the_end, kind="baseline", file_name="old.json", sha256="0" * 64, size_bytes=1
    )
    with pytest.raises(InvalidInput) as refusal:
        ask(owner, near_the_end)
    assert refusal.value.code == "BASELINE_FILE_NEEDED"
    renewal = ask(owner, near_the_end, file_name="new.json", data=b"{}")
    assert crediting.baseline_of(near_the_end, date(2031, 5, 2)) == old  # not decided yet
    services.approve_renewal(actor=approver, renewal=renewal)
    assert crediting.baseline_of(near_the_end, date(2030, 5, 1)) == old
    assert crediting.baseline_of(near_the_end, date(2031, 5, 2)).file_name == "new.json"


def test_the_version_is_the_one_in_force_when_asked_and_still_when_decided(near_the_end, owner, approver, monkeypatch):
    renewal = ask(owner, near_the_end)
    assert renewal.methodology_version == "1.1.0"
    newer = crediting.MethodologyInForce("KCS-ENH-BACI", "1.2.0", "c" * 64)
    monkeypatch.setattr(crediting, "_in_force", [lambda _identifier: newer])
    with pytest.raises(Refusal) as refusal:
        services.approve_renewal(actor=approver, renewal=renewal)
    assert refusal.value.code == "METHODOLOGY_NOT_IN_FORCE"
    assert Renewal.objects.get(pk=renewal.pk).state == "requested"
    monkeypatch.setattr(crediting, "_in_force", [lambda _identifier: None])
    services.withdraw_renewal(actor=owner, renewal=renewal)
    with pytest.raises(Refusal, match=r"生效|in force"):
        ask(owner, near_the_end)


def test_a_suspended_project_asks_for_nothing_and_gets_nothing(near_the_end, owner, approver):
    renewal = ask(owner, near_the_end)
    services.suspend(actor=approver, project=near_the_end, reason="A reversal is looked into.")
    with pytest.raises(Refusal) as refusal:
        services.approve_renewal(actor=approver, renewal=renewal)
    assert refusal.value.code == "PROJECT_NOT_REGISTERED"
    assert states.RENEWAL.actions_of(approver, Renewal.objects.get(pk=renewal.pk))[0].action == "return"


def test_who_may_ask_and_who_may_decide(near_the_end, owner, approver):
    with pytest.raises(NotAllowed):
        ask(member(near_the_end.proponent, Role.EDITOR, email="editor@dev.test"), near_the_end)
    renewal = ask(owner, near_the_end)
    for nobody in (owner, official(Role.REVIEWER)):
        with pytest.raises(NotAllowed):
            services.approve_renewal(actor=nobody, renewal=renewal)
    for stranger in (PUBLIC, member(developer("Other", "DEV-2"), Role.REPRESENTATIVE)):
        with pytest.raises(NotVisible):
            services.approve_renewal(actor=stranger, renewal=renewal)
        assert not request_selectors.visible_renewals(stranger).exists()
    with pytest.raises(SecondFactorNeeded):
        services.approve_renewal(actor=replace(approver, second_factor_at=None), renewal=renewal)
    services.approve_renewal(actor=approver, renewal=renewal)
    assert request_selectors.visible_renewals(PUBLIC).count() == 1


def test_sql_changes_no_terms_makes_no_gap_and_skips_no_state(near_the_end, owner, approver):
    renewal = ask(owner, near_the_end)
    for change in ({"ends_on": date(2099, 1, 1)}, {"baseline": "Nicer."}, {"methodology_digest": "d" * 64}):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            Renewal.objects.filter(pk=renewal.pk).update(**change)
    with pytest.raises(IntegrityError, match="renewal_decided_by_another"), transaction.atomic():
        Renewal.objects.filter(pk=renewal.pk).update(state="approved")
    later = Renewal(
        project=near_the_end, starts_on=date(2031, 6, 1), ends_on=date(2041, 5, 1), requested_by_id=owner.user_id,
        methodology_id="M", methodology_version="1", methodology_digest="d" * 64, **TEXTS,
    )  # fmt: skip
    services.withdraw_renewal(actor=owner, renewal=renewal)
    later.save()
    with pytest.raises(IntegrityError, match="without gap or overlap"), transaction.atomic():
        Renewal.objects.filter(pk=later.pk).update(state="approved", decided_by_id=approver.user_id)


@pytest.mark.parametrize("machine", [states.RENEWAL, states.PROPONENT_CHANGE], ids=lambda each: each.name)
def test_the_database_knows_the_table_and_nothing_else(project, owner, buyer, machine):
    row = {
        "renewal": lambda: Renewal.objects.create(
            project=project, starts_on=date(2031, 5, 2), ends_on=date(2041, 5, 1), requested_by_id=owner.user_id,
            methodology_id="M", methodology_version="1", methodology_digest="d" * 64, **TEXTS,
        ),
        "proponent_change": lambda: signed(owner, project, buyer),
    }[machine.name]()  # fmt: skip
    model, lines = type(row), {(line.source, line.target) for line in machine.transitions}
    decided = {"decided_by_id": official(Role.APPROVER).user_id}
    for source, target in product([state.name for state in machine.states], repeat=2):
        if source == target:
            continue
        with transaction.atomic():
            with triggers_off(model):
                model.objects.filter(pk=row.pk).update(state=source, **decided)
            try:
                with transaction.atomic():
                    model.objects.filter(pk=row.pk).update(state=target)
                allowed = True
            except IntegrityError:
                allowed = False
            transaction.set_rollback(True)
        assert allowed == ((source, target) in lines), f"{source} -> {target}"


def test_to_do_and_deadlines_tell_of_a_renewal(near_the_end, owner, approver):
    [told] = [each for each in deadlines.deadlines_of(owner) if each.subject.startswith("projects.Project")]
    assert (told.kind, told.acts, told.due) == ("renewal_window", True, deadlines.end_of(date(2031, 5, 1)))
    ask(owner, near_the_end)
    [told] = [each for each in deadlines.deadlines_of(owner) if each.subject.startswith("projects.Project")]
    assert (told.kind, told.acts) == ("crediting_end", False)
    urls = [item.url for item in todo.items_of(approver)]
    assert f"/projects/{near_the_end.code}/requests/" in urls


# --- change of proponent ----------------------------------------------------------------------------------------


def test_both_sign_the_authority_decides_and_the_project_passes(project, owner, buyer, approver):
    change = pass_on(owner, project, buyer)
    with pytest.raises(IllegalTransition):
        services.approve_change(actor=approver, change=change)
    assert [item.url for item in todo.items_of(buyer)] == [f"/projects/{project.code}/requests/"]
    change = services.countersign_change(actor=buyer, change=change)
    services.approve_change(actor=approver, change=change)
    project = Project.objects.get(pk=project.pk)
    assert project.proponent_id == buyer.organisation_id
    assert developers_of(project) == {owner.organisation_id, buyer.organisation_id}
    with pytest.raises(NotAllowed):
        pass_on(owner, project, buyer)
    assert Event.objects.filter(action="projects.approve_change", object_id=str(project.pk)).exists()


def test_the_new_one_may_decline_the_old_one_withdraw_the_authority_return_or_refuse(project, owner, buyer, approver):
    services.decline_change(actor=buyer, change=pass_on(owner, project, buyer))
    services.withdraw_change(actor=owner, change=pass_on(owner, project, buyer))
    services.withdraw_change(actor=owner, change=signed(owner, project, buyer))
    services.return_change(actor=official(Role.REVIEWER), change=signed(owner, project, buyer), reason="No contract.")
    services.refuse_change(actor=approver, change=signed(owner, project, buyer), reason="Not a local company.")
    ended = {change.state for change in project.proponent_changes.all()}
    assert ended == {"declined", "withdrawn", "returned", "refused"}
    assert Project.objects.get(pk=project.pk).proponent_id == owner.organisation_id


def test_only_another_approved_developer_takes_a_project_over(project, owner, approver):
    trader = organisation("account_holder", "Trader", "AH-1")
    suspended = organisations.suspend(actor=approver, organisation=developer("Gone", "DEV-GONE"), reason="Fraud.")
    for wrong in (trader, suspended, project.proponent):
        with pytest.raises(InvalidInput) as refusal:
            services.request_change(actor=owner, project=project, to_organisation=wrong, reason="Sold.")
        assert refusal.value.code == "NEW_PROPONENT"


def test_one_suspended_after_its_signature_gets_no_project(project, owner, buyer, approver):
    change = signed(owner, project, buyer)
    new = Organisation.objects.get(pk=buyer.organisation_id)
    organisations.suspend(actor=approver, organisation=new, reason="Fraud.")
    with pytest.raises(InvalidInput) as refusal:
        services.approve_change(actor=approver, change=change)
    assert refusal.value.code == "NEW_PROPONENT"


def test_each_signs_for_its_own_side_with_a_fresh_factor(project, owner, buyer):
    change = pass_on(owner, project, buyer)
    with pytest.raises(NotAllowed):
        services.countersign_change(actor=owner, change=change)
    with pytest.raises(SecondFactorNeeded):
        services.countersign_change(actor=replace(buyer, second_factor_at=None), change=change)
    with pytest.raises(NotVisible):
        services.countersign_change(actor=member(developer("Third", "DEV-3"), Role.REPRESENTATIVE), change=change)
    with pytest.raises(SecondFactorNeeded):
        pass_on(replace(owner, second_factor_at=None), project, buyer)


def test_sql_alone_gives_no_project_away(project, buyer):
    with pytest.raises(IntegrityError, match="by an approved request alone"), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(proponent_id=buyer.organisation_id)


def test_a_reversal_that_is_not_settled_holds_the_project(project, owner, buyer):
    issue(outcome(project))
    reversals.report_reversal(actor=owner, project=project, kind="reversal", quantity_t=1, report="Fire.")
    with pytest.raises(Refusal) as refusal:
        pass_on(owner, project, buyer)
    assert refusal.value.code == "REVERSAL_OPEN"


def test_who_sees_a_change_before_it_is_decided(project, owner, buyer, approver):
    change = signed(owner, project, buyer)
    for knows in (owner, buyer, approver, official(Role.AUDITOR)):
        assert request_selectors.change_for(knows, change.pk) == change
    with pytest.raises(NotVisible):
        request_selectors.change_for(PUBLIC, change.pk)
    services.approve_change(actor=approver, change=change)
    assert request_selectors.change_for(PUBLIC, change.pk) == change


def test_a_project_that_is_not_registered_passes_to_nobody(project, owner, buyer, approver):
    services.complete(actor=approver, project=project, reason="It is over.")
    with pytest.raises(Refusal) as refusal:
        pass_on(owner, project, buyer)
    assert refusal.value.code == "PROJECT_NOT_REGISTERED"


@override_settings(CREDITING_RENEWAL_OPENS_DAYS=4000)
def test_pages_and_api_do_the_same(project, owner, buyer, approver):
    from django.test import Client

    from registry.organisations.models import User

    def client(actor):
        made = Client(headers={"accept-language": "en"})
        made.force_login(User.objects.get(pk=actor.user_id))
        return made

    page = f"/projects/{project.code}/requests/"
    assert "Ask for the renewal" in client(owner).get(page).content.decode()
    assert "Ask for the renewal" not in client(buyer).get(page).content.decode()
    assert client(owner).post(f"{page}renewal/", TEXTS).status_code == 302
    renewal = Renewal.objects.get()
    url = f"/api/v1/renewals/{renewal.pk}/"
    assert client(approver).get(url).json()["actions"] == ["approve", "return", "refuse"]
    sent = {"content_type": "application/json", "headers": {"idempotency-key": "approve-it"}}
    assert client(approver).post(f"{url}approve/", {}, **sent).json()["state"] == "approved"
    given = {"to_organisation": buyer.organisation_id, "reason": "Sold."}
    assert client(owner).post(f"{page}proponent/", given).status_code == 302
    change = project.proponent_changes.get()
    assert "Sign for the new proponent" in client(buyer).get(page).content.decode()
    act = f"/proponent-changes/{change.pk}/act/"
    assert client(buyer).post(f"{act}countersign/").status_code == 302
    assert client(approver).post(f"{act}return/", {"reason": "No contract."}).status_code == 302
    assert "No contract." in client(owner).get(page).content.decode()
    assert "No contract." not in Client().get(page).content.decode()
