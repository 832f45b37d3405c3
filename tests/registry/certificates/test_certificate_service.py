"""The record in the transaction of the act, the signed file after it, and both for ever the same."""

import hashlib
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from registry.audit.models import Event
from registry.celery import app
from registry.certificates import keys, records, selectors, services, states, tasks
from registry.certificates.checking import check
from registry.certificates.drawing import CertificateRecord, draw
from registry.certificates.fonts import build_fonts
from registry.certificates.models import Certificate
from registry.core import store
from registry.core.errors import InvalidInput, NotAllowed, Refusal
from registry.core.roles import Role
from registry.credits.models import Issuance, Remainder
from registry.projects.models import Project
from tests.people import member, official
from tests.registry.certificates.world import certificate, inventory, printed_outcome, statement
from tests.registry.credits.world import approver, issue, one_world, registered_project, registrar

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places(settings, tmp_path):
    build_fonts(settings.NODE_MODULES, settings.FONTS_DIR)
    settings.EVIDENCE_STORE = tmp_path / "store"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with one_world(django_db_blocker):
        yield registered_project().pk


@pytest.fixture
def project(world, db):
    return Project.objects.get(pk=world)


def test_an_issuance_gets_one_certificate_that_says_what_the_ledger_says(project):
    made = certificate(project)
    issuance = made.issuance
    content = made.content
    assert made.number.startswith("KCR-C-")
    assert made.number.endswith("-000001")
    assert (content.serials.total, content.serials.buffer) == (203, 21)
    assert [block.printed for block in content.serials.blocks] == [block.printed for block in issuance.blocks()]
    assert content.headline_figure.value == "203"
    assert (content.period.start, content.period.end, content.period.utc_offset) == (
        "2021-01-01",
        "2021-12-31",
        "+08:00",
    )
    assert content.result_digest == "c" * 64
    assert services.issue_certificate(actor=approver(), issuance=issuance) == made
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize("creditable", ["203.6", "203.600412", "0.999999"])
def test_the_waterfall_adds_up_from_gross_to_the_account(project, creditable):
    issue(printed_outcome(project, "50.55", year=2020))
    level = Decimal(0)
    for step in certificate(project, creditable).content.waterfall:
        if step.total:
            assert level in (Decimal(0), Decimal(step.value)), step.label.en
            level = Decimal(step.value)
        else:
            level += Decimal(step.value)
    issuance = Issuance.objects.order_by("id").last()
    assert level == issuance.quantity_t - issuance.buffer_t


def test_the_outcomes_own_steps_are_drawn_and_must_end_at_its_quantity(project):
    def step(label, value, *, total):
        return {"label": {"zh": label, "en": label}, "value": value, "total": total}

    own = [step("gross", "822.3", total=True), step("less", "-618.7", total=False), step("end", "203.6", total=True)]
    verified = printed_outcome(project)
    figures = verified.certificate_figures
    made = certificate(project, certificate_figures={**figures, "waterfall": own})
    assert [s.label.en for s in made.content.waterfall][:3] == ["gross", "less", "end"]
    wrong = [*own[:2], step("end", "203.5", total=True)]
    with pytest.raises(ValueError, match="does not end at its creditable quantity"):
        certificate(project, year=2022, certificate_figures={**figures, "waterfall": wrong})


def test_numbers_count_up_within_a_year(project):
    first, second = certificate(project), certificate(project, year=2022)
    assert int(second.number[-6:]) == int(first.number[-6:]) + 1


def test_only_the_approver_of_the_issuance_issues_its_certificate(project):
    issuance = issue(printed_outcome(project))
    for other in (
        registrar(),
        member(project.proponent, Role.REPRESENTATIVE),
        official(Role.APPROVER, email="x@y.test"),
    ):
        with pytest.raises(NotAllowed):
            services.issue_certificate(actor=other, issuance=issuance)
    assert not Certificate.objects.exists()


def test_drawing_and_signing_give_a_file_that_checks_out_once(project):
    made = services.render_now(certificate(project))
    data = store.read(made.signed_sha256)
    assert hashlib.sha256(data).hexdigest() == made.signed_sha256
    verdict = check(data, keys.trusted_roots(), record_lookup=selectors.register_entry)
    assert verdict.genuine, verdict.reasons
    assert verdict.in_force
    assert verdict.unsigned_sha256 == made.unsigned_sha256
    assert verdict.record == made.content.to_dict()
    again = services.render_now(made)
    assert (again.signed_sha256, again.rendered_at) == (made.signed_sha256, made.rendered_at)
    assert Event.objects.filter(action="certificates.render").count() == 1


def test_drawing_again_years_later_gives_the_same_unsigned_bytes(project, settings):
    made = services.render_now(certificate(project))
    later = CertificateRecord.from_json(bytes(made.record))
    assert hashlib.sha256(draw(later, settings.FONTS_DIR, bytes(made.log_proof))).hexdigest() == made.unsigned_sha256


def test_the_task_is_sent_when_the_transaction_commits_and_not_before(
    project, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, args, **_: sent.append((name, args)))
    with django_capture_on_commit_callbacks(execute=True):
        made = certificate(project)
        assert sent == []
    assert [message for message in sent if message[0] == tasks.render.name] == [(tasks.render.name, [made.pk])]
    tasks.render(made.pk)
    made.refresh_from_db()
    assert made.rendered_at is not None


def test_a_lost_message_is_sent_again_until_the_file_is_there(project, monkeypatch):
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, args, **_: sent.append(args[0]))
    made = certificate(project)
    tasks.resend_waiting()
    assert sent == [made.pk]
    services.render_now(made)
    tasks.resend_waiting()
    assert sent == [made.pk]


def test_a_queue_that_is_down_does_not_undo_the_issuance(project, monkeypatch, django_capture_on_commit_callbacks):
    def down(*args, **kwargs):
        raise ConnectionError("no redis")

    monkeypatch.setattr(app, "send_task", down)
    with django_capture_on_commit_callbacks(execute=True):
        made = certificate(project)
    assert Certificate.objects.get(pk=made.pk).rendered_at is None


def test_the_check_code_belongs_to_the_content(project):
    content = certificate(project).content
    code = content.check_url.rsplit("?h=", 1)[1]
    assert code == records.check_code(content)
    altered = replace(content, figures=(replace(content.figures[0], value="999"), *content.figures[1:]))
    assert records.check_code(altered) != code


def test_production_signs_with_no_key_of_its_own_making(project, settings, tmp_path):
    made = certificate(project)
    demo_keys = settings.KEYS_DIR
    settings.PRODUCTION = True
    settings.KEYS_DIR = tmp_path / "absent"
    with pytest.raises(Refusal) as refusal:
        services.render_now(made)
    assert refusal.value.code == "SIGNING_KEY_MISSING"
    assert not settings.KEYS_DIR.exists()
    settings.PRODUCTION = False
    settings.KEYS_DIR = demo_keys
    keys.signing_key()
    settings.PRODUCTION = True
    with pytest.raises(Refusal) as refusal:
        services.render_now(made)
    assert refusal.value.code == "SIGNING_KEY_IS_DEMO"


def test_everything_but_production_is_marked_a_demonstration(project, settings):
    assert certificate(project).content.demo
    settings.PRODUCTION = True
    assert not certificate(project, year=2022).content.demo


# --- statements -----------------------------------------------------------------------------------------


def test_an_inventory_ends_in_a_statement_without_credits(project):
    made = services.render_now(statement(inventory(project)))
    assert made.kind == "inventory_statement"
    assert made.issuance is None
    assert made.content.serials is None
    assert made.content.headline_figure.value == "525.4"
    assert {figure.key for figure in made.content.figures} == {"gross", "retained", "half_width", "runoff"}
    assert not Issuance.objects.exists()
    assert statement(inventory(project)) == made


def test_nothing_creditable_is_stated_with_its_reason(project):
    verified = printed_outcome(
        project, "0", baseline_t=Decimal(600), net_t=Decimal("-74.6"), reason_codes=("BASELINE_ABOVE_FLUX",)
    )
    with pytest.raises(InvalidInput) as refusal:
        statement(verified)
    assert refusal.value.code == "REASON_MISSING"
    made = statement(verified, reason_zh="基线高于项目通量", reason_en="The baseline is above the project's flux.")
    assert made.content.reason.en == "The baseline is above the project's flux."
    assert made.content.headline_figure.value == "0"
    assert services.render_now(made).rendered_at is not None
    assert not Remainder.objects.exists()


def test_a_part_of_a_tonne_is_carried_by_its_statement(project):
    statement(printed_outcome(project, "0.7"), reason_zh="不足一吨", reason_en="Less than one tonne.")
    assert certificate(project, "1.4", year=2022).content.serials.total == 2


def test_whole_tonnes_are_issued_and_never_stated_away(project):
    with pytest.raises(Refusal) as refusal:
        statement(printed_outcome(project), reason_zh="无", reason_en="none")
    assert refusal.value.code == "WHOLE_TONNES_TO_ISSUE"


def test_two_different_officials_state(project):
    both = official(Role.REGISTRAR, Role.APPROVER)
    with pytest.raises(NotAllowed) as refusal:
        services.record_issuance_statement(preparer=both, approver=both, outcome=inventory(project))
    assert refusal.value.code == "SEPARATION_OF_DUTIES"
    with pytest.raises(NotAllowed):
        services.record_issuance_statement(preparer=approver(), approver=registrar(), outcome=inventory(project))
    with pytest.raises(NotAllowed) as refusal:
        services.record_issuance_statement(
            preparer=replace(registrar(), organisation_id=project.proponent_id),
            approver=approver(),
            outcome=inventory(project),
        )
    assert refusal.value.code == "INTERESTED_PARTY"


def test_a_period_has_its_credits_or_its_statement_not_both(project):
    certificate(project)
    with pytest.raises(Refusal) as refusal:
        statement(replace(inventory(project), statement_number="VS-other"))
    assert refusal.value.code == "PERIOD_ALREADY_DECIDED"


def test_each_spring_of_an_inventory_has_its_statement_for_the_same_days(project):
    first = statement(inventory(project))
    second = statement(replace(inventory(project), statement_number="VS-of-the-other-spring"))
    assert {first.state, second.state} == {"valid"}
    assert first.number != second.number


# --- what the database refuses ----------------------------------------------------------------------------


def test_what_a_certificate_says_does_not_change(project):
    services.render_now(certificate(project))
    for change, match in (
        ("record = 'x'", "does not change"),
        ("number = 'KCR-C-2020-000009'", "does not change"),
        ("approved_by_id = prepared_by_id", "does not change|two_persons"),
        ("signed_sha256 = 'x'", "drawn and signed once"),
        ("rendered_at = NULL, signed_sha256 = '', unsigned_sha256 = ''", "drawn and signed once"),
    ):
        with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE certificates_certificate SET {change}")


def test_a_certificate_is_never_deleted_and_its_end_is_final(project):
    made = certificate(project)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        Certificate.objects.all().delete()
    states.CERTIFICATE.move(made, "cancel")
    with pytest.raises(DatabaseError, match="no way from cancelled"), transaction.atomic():
        Certificate.objects.update(state="valid")
