"""Registrations, retirements and accounts are certified; what a certificate is worth follows the register."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from django.urls import reverse
from django.utils.translation import override

from registry.audit.models import Event
from registry.certificates import keys, presentation, selectors, services, tasks
from registry.certificates.checking import check
from registry.certificates.fonts import build_fonts
from registry.certificates.kinds import kind_of
from registry.certificates.models import Certificate
from registry.certificates.records import check_code
from registry.certificates.standing import standing_of
from registry.certificates.templatetags.standing import standing_badge
from registry.core import clock, store
from registry.core.actors import PUBLIC
from registry.core.errors import InvalidInput, NotAllowed, NotVisible, Refusal
from registry.core.permissions import may
from registry.core.roles import Role
from registry.credits.services import endings, reversals
from registry.projects import services as projects
from tests.people import official
from tests.registry.certificates.test_certificate_web import HALF
from tests.registry.certificates.world import certificate
from tests.registry.credits.market import key, market, span
from tests.registry.credits.world import approver, one_world, registered_project, registrar

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
CLAIM = endings.Claim(
    "梵净山茶业", "organisation", "voluntary", 2022, beneficiary_name_en="Fanjing Tea", public_text="春茶"
)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    build_fonts(django_settings.NODE_MODULES, django_settings.FONTS_DIR)
    store_of_module = override_settings(EVIDENCE_STORE=tmp_path_factory.mktemp("store"))
    with store_of_module, one_world(django_db_blocker):
        made = certificate(registered_project())
        yield made.pk, market(made.issuance)


@pytest.fixture
def m(world, db):
    return world[1]


@pytest.fixture
def issued(world, db):
    return Certificate.objects.get(pk=world[0])


def retire(m, quantity: int = 20, claim: endings.Claim = CLAIM, start: int = 0):
    serials = span(m.first + start, quantity)
    return endings.retire(actor=m.seller, account=m.account, serials=serials, claim=claim, key=key())


def certified(retirement) -> Certificate:
    tasks.certify_new()
    return Certificate.objects.get(retirement=retirement)


def statement(m) -> Certificate:
    day = m.account.opened_at.date()
    return services.state_account(
        actor=m.seller, account=m.account, first_day=day - timedelta(days=1), last_day=day + timedelta(days=30)
    )


# --- what is certified ------------------------------------------------------------------------------------------


def test_a_registration_is_certified_by_the_worker_once(m):
    tasks.certify_new()
    tasks.certify_all()
    made = Certificate.objects.get(kind="registration")
    said = made.content
    assert (said.project.code, said.crediting_start) == (m.issuance.project.code, "2021-05-01")
    assert said.validation.statement_number == f"VAL-{m.issuance.project.code}"
    assert said.officials
    assert Event.objects.filter(action="certificates.issue", object_id=str(made.pk)).count() == 1


def test_a_retirement_is_certified_with_both_names_and_where_its_credits_come_from(m, issued):
    made = certified(retire(m))
    said = made.content
    assert (said.beneficiary.name.zh, said.beneficiary.name.en) == ("梵净山茶业", "Fanjing Tea")
    assert said.quantity_t == 20
    assert [(o.project.code, o.vintage, o.quantity_t, o.kappa, o.certificate) for o in said.origins] == [
        (m.issuance.project.code, 2021, 20, "0.86", issued.number)
    ]
    assert said.blocks[0].printed.endswith(f"-{m.first - 20}-{m.first - 1}")


def test_a_file_of_retirements_gives_one_certificate_for_each_beneficiary(m):
    names = ["甲公司", "乙公司", "丙公司"]
    lines = [
        endings.BatchLine(endings.Claim(name, "organisation", "voluntary", 2022), span(m.first + 5 * n, 5))
        for n, name in enumerate(names)
    ]
    endings.retire_batch(actor=m.seller, account=m.account, lines=lines, key=key())
    tasks.certify_new()
    made = Certificate.objects.filter(kind="retirement").order_by("id")
    assert [one.content.beneficiary.name.zh for one in made] == names
    assert len({one.number for one in made}) == 3


def test_an_account_statement_reconciles_with_the_ledger(m):
    retire(m)
    said = statement(m).content
    assert said.opening_t + sum(line.change_t for line in said.lines) == said.closing_t == 182 - 20
    with pytest.raises(NotVisible):
        services.state_account(
            actor=m.buyer, account=m.account, first_day=m.account.opened_at.date(), last_day=m.account.opened_at.date()
        )


def test_characters_that_no_font_draws_are_refused_when_they_are_typed(m):
    odd = [("beneficiary_name", "\ue000公司"), ("beneficiary_name_en", "A\ue000"), ("public_text", "\ue001")]
    for name, text in odd:
        with pytest.raises(InvalidInput) as refusal:
            retire(m, claim=endings.Claim(**{**vars(CLAIM), name: text}))
        assert refusal.value.code == "CHARACTER_NOT_DRAWABLE"
        assert "U+" in str(refusal.value)


# --- the files --------------------------------------------------------------------------------------------------


def test_every_kind_is_drawn_signed_checked_and_drawn_again_years_later(m):
    """The clock has moved and the ledger has changed: the unsigned bytes stay."""
    made = [certified(retire(m)), Certificate.objects.get(kind="registration"), statement(m)]
    drawn = [services.render_now(one) for one in made]
    with override_settings(DEMO=True):
        clock.advance_to(clock.now() + timedelta(days=3650))
    retire(m, 7)
    project = m.issuance.project
    project.name_zh = "改过的名称"
    project.save(update_fields=["name_zh"])
    for one in Certificate.objects.filter(pk__in=[each.pk for each in drawn]):
        data = store.read(one.signed_sha256)
        verdict = check(data, keys.trusted_roots(), record_lookup=selectors.register_entry)
        assert verdict.genuine, verdict.reasons
        assert verdict.in_force
        again = kind_of(one).draw(one.content, django_settings.FONTS_DIR, bytes(one.log_proof))
        assert hashlib.sha256(again).hexdigest() == one.unsigned_sha256


# --- what it is worth today --------------------------------------------------------------------------------------


def test_an_issuance_is_valid_then_partly_then_wholly_retired(m, issued):
    assert standing_of(issued).code == "valid"
    retire(m, 20)
    assert standing_of(issued).code == "partly_retired"
    assert standing_of(issued).in_force
    retire(m, 162)
    assert standing_of(issued).code == "partly_retired", "the buffer's part is not retired"


def test_a_revoked_registration_is_no_longer_in_force(m):
    tasks.certify_new()
    made = Certificate.objects.select_related("project").get(kind="registration")
    with override("en"):
        assert "In force" in standing_badge(made)
    projects.suspend(actor=approver(), project=made.project, reason="查")
    made = Certificate.objects.get(pk=made.pk)
    assert (standing_of(made).code, standing_of(made).in_force) == ("suspended", True)
    projects.ask_revocation(actor=approver(), project=made.project, reason="假的")
    projects.confirm_revocation(actor=official(Role.APPROVER, email="second@authority.test"), project=made.project)
    made = Certificate.objects.get(pk=made.pk)
    assert (standing_of(made).status, standing_of(made).in_force) == ("cancelled", False)
    with override("en"):
        assert "Cancelled" in standing_badge(made), "lists say what the certificate's page says"


def reversed_by(m, quantity: int = 10) -> None:
    reversal = reversals.report_reversal(
        actor=m.seller, project=m.issuance.project, kind="reversal", quantity_t=quantity, report="山火"
    )
    reversals.confirm_reversal(actor=approver(), reversal=reversal, public_note="山火烧毁 10 吨")


def replaced(old: Certificate) -> Certificate:
    return services.replace_certificate(
        actor=approver(), certificate=old, reason_zh="山火后更正", reason_en="Corrected after a fire"
    )


def test_after_a_reversal_the_certificate_is_replaced_and_says_so(m, issued, client):
    with pytest.raises(Refusal) as refusal:
        replaced(issued)
    assert refusal.value.code == "NOTHING_CORRECTED"
    reversed_by(m)
    new = replaced(issued)
    issued.refresh_from_db()
    assert (issued.state, issued.superseded_by) == ("superseded", new)
    assert new.content.replaces == issued.number
    assert [(each.cancelled_t, each.note) for each in new.content.corrections] == [(10, "山火烧毁 10 吨")]
    services.render_now(new)
    old_page = HALF.sub(r"\1", client.get(f"/v/{issued.number}", headers=ENGLISH).content.decode())
    assert "已被替代 Superseded" in old_page
    assert "Corrected after a fire" in old_page
    assert f"/v/{new.number}" in old_page
    assert f"/v/{issued.number}" in client.get(f"/v/{new.number}", headers=ENGLISH).content.decode()
    said = client.get(f"/api/v1/certificates/{issued.number}").json()
    assert (said["superseded_by"], said["in_force"], said["state"]) == (new.number, False, "superseded")


def test_only_an_approver_ends_a_certificate_and_says_why(m, issued):
    given = {"certificate": issued, "reason_zh": "错", "reason_en": "wrong"}
    for actor in (registrar(), m.seller):
        with pytest.raises(NotAllowed):
            services.cancel_certificate(actor=actor, **given)
    with pytest.raises(InvalidInput):
        services.cancel_certificate(actor=approver(), **{**given, "reason_en": " "})
    services.cancel_certificate(actor=approver(), **given)
    issued.refresh_from_db()
    assert (issued.state, issued.ended_because_en, standing_of(issued).in_force) == ("cancelled", "wrong", False)


# --- pages ------------------------------------------------------------------------------------------------------


def test_the_certificate_appears_on_the_retirements_page_without_reload(m, client):
    retirement = retire(m)
    page = client.get(reverse("credits:retirement", args=[retirement.pk]), headers=ENGLISH).content.decode()
    fragment = reverse("certificates:of_retirement", args=[retirement.pk])
    assert f'hx-get="{fragment}"' in page
    assert "appears here by itself" in client.get(fragment, headers=ENGLISH).content.decode()
    made = certified(retirement)
    waiting = client.get(fragment, headers=ENGLISH).content.decode()
    assert f'hx-get="/v/{made.number}/file/"' in waiting
    services.render_now(made)
    shown = client.get(f"/v/{made.number}/file/", headers=ENGLISH).content.decode()
    assert "certificate.pdf" in shown
    assert "hx-get" not in shown


def test_the_page_shows_the_serials_holders_and_the_place_in_the_log(m, client):
    made = services.render_now(certified(retire(m)))
    page = HALF.sub(r"\1", client.get(f"/v/{made.number}", headers=ENGLISH).content.decode())
    for said in ("有效 Valid", "Fanjing Tea", made.content.blocks[0].printed, "Retired", "Place in the audit log"):
        assert said in page
    place = presentation.log_place_of(made)
    assert place.leaf.hex() in page
    assert client.get(f"/api/v1/certificates/{made.number}").json()["log"]["leaf_hash"] == place.leaf.hex()


def test_an_account_statement_is_read_by_its_holder_and_by_who_holds_the_paper(m, client):
    made = services.render_now(statement(m))
    assert not may(PUBLIC, "certificates.read", made)
    page = HALF.sub(r"\1", client.get(f"/v/{made.number}", headers=ENGLISH).content.decode())
    assert "有效 Valid" in page
    assert made.signed_sha256 in page
    assert m.account.code not in page
    assert client.get(f"/v/{made.number}/record.json").status_code == 404
    assert client.get(f"/v/{made.number}/certificate.pdf").status_code == 404
    assert "holders" not in client.get(f"/api/v1/certificates/{made.number}").json()
    with_paper = client.get(f"/v/{made.number}?h={check_code(made.content)}", headers=ENGLISH).content.decode()
    assert m.account.code in with_paper
    client.force_login(member_user(m))
    assert client.get(f"/v/{made.number}/certificate.pdf").status_code == 200


def member_user(m):
    from registry.organisations.models import User

    return User.objects.get(pk=m.seller.user_id)


def test_the_preview_shows_the_names_as_they_will_be_printed(m, client):
    client.force_login(member_user(m))
    asked = {"quantity": "20", **{name: str(value) for name, value in vars(CLAIM).items() if value}}
    address = reverse("certificates:preview", args=[m.account.pk])
    page = client.get(address, asked, headers=ENGLISH).content.decode()
    for said in ("梵净山茶业", "Fanjing Tea", "岩溶碳汇信用注销证书", f"-{m.first}-{m.first + 19}"):
        assert said in page
    assert (
        "cannot draw" in client.get(address, {**asked, "beneficiary_name": "\ue000"}, headers=ENGLISH).content.decode()
    )
    pdf = client.get(reverse("certificates:preview_pdf", args=[m.account.pk]), asked)
    assert pdf.content.startswith(b"%PDF")
    assert not Certificate.objects.filter(kind="retirement").exists()
