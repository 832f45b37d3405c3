"""The opinion: on the official result alone, recomputed outside, signed by two persons of one body."""

import subprocess
import sys
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from mrv.demo.checks import look_at_everything
from mrv.publication.selectors import kit_of
from mrv.verification import selectors, services
from mrv.verification.models import Opinion
from registry.core.actors import PUBLIC
from registry.core.errors import NotVisible
from registry.core.roles import Role
from registry.projects.models import Project
from registry.projects.states import PROJECT
from tests.mrv.bodies import DECLARATION, WORDS, code_of
from tests.people import member

pytestmark = pytest.mark.django_db


def test_the_kit_computed_outside_gives_the_digest_that_is_recorded(jiangkou):
    assignment = jiangkou.accepted()
    kit = kit_of(jiangkou.lead, jiangkou.fresh())
    done = subprocess.run(
        [sys.executable, "-m", "calculations", "recompute", str(kit.path)],
        cwd=settings.ROOT,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.split()
    assert lines[-1] == "identical"
    digest = lines[lines.index("result") + 1]
    recorded = services.record_recomputation(actor=jiangkou.lead, assignment=assignment, result_digest=digest)
    assert recorded.run == jiangkou.fresh().official_run


def test_another_digest_is_refused_and_not_recorded(jiangkou):
    assignment = jiangkou.accepted()
    code = code_of(services.record_recomputation, actor=jiangkou.lead, assignment=assignment, result_digest="f" * 64)
    assert code == "VERIFIER_DIGEST_DIFFERS"
    assert not assignment.recomputations.exists()
    assert code_of(jiangkou.signed, assignment) == "NOT_RECOMPUTED"


def test_the_quantity_is_the_official_runs(jiangkou):
    opinion = jiangkou.signed()
    figures = jiangkou.fresh().official_run.figures
    assert opinion.quantity_verified_t == opinion.quantity_claimed_t == Decimal(figures["net_p10_t_co2"])
    assert opinion.result_digest == jiangkou.fresh().official_run.result_digest
    assert opinion.number == f"VER-{jiangkou.site.project.code}-1.1-1"


def test_both_signatures_make_the_period_verified_and_the_opinion_public(jiangkou):
    period = jiangkou.verified()
    opinion = selectors.opinion_on(period)
    assert (period.state, opinion.state, opinion.assignment.state) == ("verified", "signed", "done")
    assert {opinion.lead_signed_by_id, opinion.reviewer_signed_by_id} == {
        jiangkou.lead.user_id,
        jiangkou.reviewer.user_id,
    }
    assert selectors.assignment_for(PUBLIC, opinion.assignment.pk)
    assert kit_of(PUBLIC, period).path.exists(), "from here anybody can compute it again"


def test_a_negative_opinion_ends_the_revision(jiangkou):
    services.countersign_opinion(actor=jiangkou.reviewer, opinion=jiangkou.signed(positive=False))
    period = jiangkou.fresh()
    assert period.state == "not_verified"
    with pytest.raises(NotVisible):
        selectors.assignment_for(PUBLIC, period.assignments.get().pk)


def test_one_person_does_not_sign_twice(jiangkou):
    both = member(jiangkou.body, Role.LEAD_VERIFIER, Role.INDEPENDENT_REVIEWER)
    assignment = jiangkou.recomputed()
    look_at_everything(both, assignment)
    opinion = services.sign_opinion(actor=both, assignment=assignment, positive=True, **WORDS)
    assert code_of(services.countersign_opinion, actor=both, opinion=opinion) == "SAME_PERSON"
    with pytest.raises(IntegrityError, match="opinion_two_persons"), transaction.atomic():
        Opinion.objects.filter(pk=opinion.pk).update(reviewer_signed_by=both.user_id)


def test_who_recomputed_is_not_the_independent_reviewer(jiangkou):
    assignment = jiangkou.accepted()
    worked = member(jiangkou.body, Role.VERIFIER, Role.INDEPENDENT_REVIEWER)
    digest = jiangkou.fresh().official_run.result_digest
    services.record_recomputation(actor=worked, assignment=assignment, result_digest=digest)
    opinion = jiangkou.signed(assignment)
    assert code_of(services.countersign_opinion, actor=worked, opinion=opinion) == "SAME_PERSON"
    assert services.countersign_opinion(actor=jiangkou.reviewer, opinion=opinion).state == "signed"


def test_what_was_signed_never_changes(jiangkou):
    opinion = jiangkou.signed()
    for change in ({"quantity_verified_t": 1000}, {"positive": False}, {"result_digest": "a" * 64}):
        with pytest.raises(Exception, match=r"opinion_never_altered|Cannot update"), transaction.atomic():
            Opinion.objects.filter(pk=opinion.pk).update(**change)


def test_a_second_opinion_waits_for_the_first(jiangkou):
    first = jiangkou.signed()
    assert code_of(jiangkou.signed, first.assignment) == "OPINION_WAITS"
    assert code_of(services.send_back_opinion, actor=jiangkou.reviewer, opinion=first, reason=" ") == "REASON_MISSING"
    services.send_back_opinion(actor=jiangkou.reviewer, opinion=first, reason="The gaugings are not discussed.")
    second = jiangkou.signed(first.assignment)
    assert second.number.endswith("-2")
    assert services.countersign_opinion(actor=jiangkou.reviewer, opinion=second).state == "signed"


def test_reasons_are_given_in_both_languages(jiangkou):
    assignment = jiangkou.recomputed()
    half = {"actor": jiangkou.lead, "assignment": assignment, "positive": True, "reasons_zh": "是", "reasons_en": ""}
    assert code_of(services.sign_opinion, **half) == "REASON_MISSING"


# --- validation of a project ----------------------------------------------------------------------------


@pytest.fixture
def validated_assignment(jiangkou):
    """A project of the same proponent that waits for its validation."""
    project = Project.objects.get(pk=jiangkou.site.project.pk)
    fields = {f.attname: getattr(project, f.attname) for f in Project._meta.concrete_fields if f.attname != "id"}
    fields |= {"code": "KC-520621-0999", "state": "draft", "registered_at": None}
    project = Project.objects.create(**fields)
    for action in ("submit", "open_comment", "close_comment"):
        PROJECT.move(project, action)
    proposed = services.propose_validation(actor=jiangkou.owner, project=project, body=jiangkou.validator)
    return services.confirm(actor=jiangkou.clerk, assignment=proposed)


def test_a_validation_hands_its_outcome_to_the_record(jiangkou, validated_assignment):
    lead = member(jiangkou.validator, Role.LEAD_VERIFIER)
    services.accept(actor=lead, assignment=validated_assignment, declaration=DECLARATION)
    look_at_everything(lead, validated_assignment)
    opinion = services.sign_opinion(actor=lead, assignment=validated_assignment, positive=True, **WORDS)
    assert (opinion.run, opinion.quantity_verified_t) == (None, None)
    services.countersign_opinion(actor=member(jiangkou.validator, Role.INDEPENDENT_REVIEWER), opinion=opinion)
    project = validated_assignment.project
    project.refresh_from_db()
    assert project.state == "authority_review"
    validation = project.validations.get()
    assert (validation.body, validation.statement_number) == (jiangkou.validator, opinion.number)
    assert validation.signed_by == [opinion.lead_signed_by_id, Opinion.objects.get().reviewer_signed_by_id]


def test_a_negative_validation_returns_the_draft(jiangkou, validated_assignment):
    lead = member(jiangkou.validator, Role.LEAD_VERIFIER)
    services.accept(actor=lead, assignment=validated_assignment, declaration=DECLARATION)
    opinion = services.sign_opinion(actor=lead, assignment=validated_assignment, positive=False, **WORDS)
    services.countersign_opinion(actor=member(jiangkou.validator, Role.INDEPENDENT_REVIEWER), opinion=opinion)
    validated_assignment.project.refresh_from_db()
    assert validated_assignment.project.state == "draft"
