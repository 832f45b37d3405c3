"""The docket: after the public notice, by two officials, once; and every way back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from mrv.decisions import returning, selectors, services
from mrv.decisions.models import Review
from mrv.decisions.notice import last_day_of_notice, notice_end
from mrv.demo.scene import pass_time_until
from mrv.verification import services as verification
from mrv.verification.selectors import assignment_of, opinion_on
from registry.audit.models import Event
from registry.certificates.models import Certificate
from registry.core import clock
from registry.core.actors import PUBLIC
from registry.core.errors import IllegalTransition, NotAllowed, NotVisible
from registry.core.roles import Role
from registry.core.workdays import add_working_days, is_working_day
from registry.credits.models import Holding, Issuance, IssuanceRequest
from tests.mrv.bodies import code_of
from tests.people import official

pytestmark = pytest.mark.django_db


def begun(court) -> Review:
    return services.begin_review(actor=court.clerk, period=court.after_notice())


def prepared(court) -> Review:
    return services.prepare(actor=court.clerk, review=begun(court), confirmed_quantity=court.whole_t)


# --- the good way ---------------------------------------------------------------------------------------


def test_two_officials_issue_the_official_runs_quantity(jiangkou):
    review = prepared(jiangkou)
    certificate = services.approve(actor=jiangkou.approver, review=review, confirmed_quantity=jiangkou.whole_t)
    period, issuance = jiangkou.fresh(), Issuance.objects.get()
    assert period.state == "issued"
    assert jiangkou.whole_t > 10
    assert (issuance.quantity_t, issuance.buffer_t) == (jiangkou.whole_t, -(-jiangkou.whole_t // 10))
    assert sum(holding.quantity_t for holding in Holding.objects.filter(closed_by=None)) == jiangkou.whole_t
    assert certificate.issuance == issuance
    outcome = issuance.request.verified_outcome
    figures = period.official_run.figures
    assert f"{outcome.creditable_t:f}" == figures["net_p10_t_co2"]
    assert (f"{outcome.gross_t:f}", f"{outcome.net_t:f}") == (figures["gross_t_co2"], figures["net_t_co2"])
    assert outcome.result_digest == period.official_run.result_digest
    assert certificate.content.reason is None
    review.refresh_from_db()
    assert (review.state, review.certificate) == ("decided", certificate)
    acts = Event.objects.filter(object_type="decisions.Review").order_by("id").values_list("action", flat=True)
    assert list(acts) == ["decisions.begin", "decisions.prepare", "decisions.approve"]


def test_a_period_is_decided_once(jiangkou):
    review = prepared(jiangkou)
    services.approve(actor=jiangkou.approver, review=review, confirmed_quantity=jiangkou.whole_t)
    with pytest.raises(IllegalTransition), transaction.atomic():
        services.approve(actor=jiangkou.approver, review=review, confirmed_quantity=jiangkou.whole_t)
    assert code_of(services.begin_review, actor=jiangkou.clerk, period=jiangkou.fresh()) == "REVIEW_BEGUN"
    assert Issuance.objects.count() == 1
    assert Certificate.objects.filter(kind="issuance").count() == 1


def test_the_certificate_draws_the_verified_year(jiangkou):
    review = prepared(jiangkou)
    content = services.approve(actor=jiangkou.approver, review=review, confirmed_quantity=jiangkou.whole_t).content
    assert content.series.interval == "day"
    assert (content.series.dates[0], content.series.dates[-1], len(content.series.dates)) == (
        "2021-05-01",
        "2021-05-30",
        30,
    )
    figures = jiangkou.fresh().official_run.figures
    assert sum(content.series.flux_t_co2) == pytest.approx(float(figures["gross_t_co2"]), rel=1e-3)
    labels = [step.label.en for step in content.waterfall if step.total]
    assert labels[:4] == ["Gross flux at the spring, F(1)", "Retained flux F(κ)", "Net enhancement", "Creditable"]
    assert content.methodology.title.zh
    units = {figure.unit for figure in content.figures}
    assert {"mm", "mg/L", "t CO₂ km⁻² a⁻¹"} <= units


# --- notice and quantity --------------------------------------------------------------------------------


def test_nobody_decides_during_the_public_notice(jiangkou):
    period = jiangkou.verified()
    review = services.begin_review(actor=jiangkou.clerk, period=period)
    assert (
        code_of(services.prepare, actor=jiangkou.clerk, review=review, confirmed_quantity=jiangkou.whole_t)
        == "NOTICE_NOT_OVER"
    )
    last_day = last_day_of_notice(period)
    verified_on = period.verified_at.astimezone(period.tz).date()
    assert last_day == add_working_days(verified_on, 5)
    assert is_working_day(last_day)
    clock.advance_to(notice_end(period) - timedelta(minutes=1))
    assert code_of(services.refuse, actor=jiangkou.approver, review=review, reason="no") == "NOTICE_NOT_OVER"
    (line,) = selectors.docket(jiangkou.clerk)
    assert not line.notice_over
    assert selectors.acts_now(jiangkou.clerk, review) == ["return", "hold"], "no button that would be refused"
    pass_time_until(notice_end(period))
    services.prepare(actor=jiangkou.clerk, review=review, confirmed_quantity=jiangkou.whole_t)


def test_a_typed_quantity_only_confirms(jiangkou):
    review = begun(jiangkou)
    assert selectors.planned_issuance(review).total_t == jiangkou.whole_t
    for typed, code in ((jiangkou.whole_t + 1, "QUANTITY_NOT_CONFIRMED"), (None, "QUANTITY_MISSING")):
        assert code_of(services.prepare, actor=jiangkou.clerk, review=review, confirmed_quantity=typed) == code
    assert not IssuanceRequest.objects.exists()
    review = services.prepare(actor=jiangkou.clerk, review=review, confirmed_quantity=jiangkou.whole_t)
    code = code_of(services.approve, actor=jiangkou.approver, review=review, confirmed_quantity=jiangkou.whole_t + 1)
    assert code == "QUANTITY_NOT_CONFIRMED"
    assert jiangkou.fresh().state == "issuance_review"


# --- four eyes and roles --------------------------------------------------------------------------------


def test_who_reviewed_or_prepared_does_not_decide(jiangkou):
    both = official(Role.REVIEWER, Role.REGISTRAR, Role.APPROVER, email="both@authority.test")
    review = services.begin_review(actor=both, period=jiangkou.after_notice())
    review = services.prepare(actor=jiangkou.clerk, review=review, confirmed_quantity=jiangkou.whole_t)
    for act in (services.approve, services.send_back):
        options = {"confirmed_quantity": jiangkou.whole_t} if act is services.approve else {"reason": "no"}
        assert code_of(act, actor=both, review=review, **options) == "SEPARATION_OF_DUTIES"
    with pytest.raises(IntegrityError, match="review_"), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(state="decided", decided_by=jiangkou.clerk.user_id)
    assert not Issuance.objects.exists()


@pytest.mark.parametrize("act", ["begin", "prepare", "approve", "return", "refuse"])
def test_every_step_is_one_roles(jiangkou, act):
    period = jiangkou.after_notice()
    review = None
    if act != "begin":
        review = services.begin_review(actor=jiangkou.clerk, period=period)
    if act == "approve":
        review = services.prepare(actor=jiangkou.clerk, review=review, confirmed_quantity=jiangkou.whole_t)
    calls = {
        "begin": lambda actor: services.begin_review(actor=actor, period=period),
        "prepare": lambda actor: services.prepare(actor=actor, review=review, confirmed_quantity=jiangkou.whole_t),
        "approve": lambda actor: services.approve(actor=actor, review=review, confirmed_quantity=jiangkou.whole_t),
        "return": lambda actor: services.return_to_verification(actor=actor, review=review, reason="why"),
        "refuse": lambda actor: services.refuse(actor=actor, review=review, reason="why"),
    }
    registrar = official(Role.REGISTRAR, email="registrar@authority.test")
    auditor = official(Role.AUDITOR, email="auditor@authority.test")
    wrong_official = {"begin": registrar, "prepare": jiangkou.approver, "approve": registrar}.get(act, registrar)
    for actor in (jiangkou.owner, jiangkou.lead, auditor, wrong_official):
        with pytest.raises(NotAllowed), transaction.atomic():
            calls[act](actor)
    with pytest.raises(NotAllowed if act == "begin" else NotVisible), transaction.atomic():
        calls[act](PUBLIC)  # the period is public by now, its review is not


def test_the_docket_is_the_authoritys(jiangkou):
    period = jiangkou.verified()
    (line,) = selectors.docket(jiangkou.clerk)
    assert (line.period, line.review, line.days_in_stage) == (period, None, 0)
    assert line.quantity_t == opinion_on(period).quantity_verified_t
    for actor in (jiangkou.owner, jiangkou.lead, PUBLIC):
        with pytest.raises(NotAllowed):
            selectors.docket(actor)


# --- the ways back --------------------------------------------------------------------------------------


def test_sent_back_and_prepared_again(jiangkou):
    review = prepared(jiangkou)
    assert code_of(services.send_back, actor=jiangkou.approver, review=review, reason=" ") == "REASON_MISSING"
    services.send_back(actor=jiangkou.approver, review=review, reason="Check the serials.")
    assert IssuanceRequest.objects.get().state == "returned"
    review.refresh_from_db()
    assert (review.state, review.request, review.prepared_by) == ("begun", None, None)
    services.prepare(actor=jiangkou.clerk, review=review, confirmed_quantity=jiangkou.whole_t)
    services.approve(actor=jiangkou.approver, review=review, confirmed_quantity=jiangkou.whole_t)
    assert jiangkou.fresh().state == "issued"


@pytest.mark.parametrize("after", ["begun", "prepared"])
def test_returned_to_verification_and_verified_again(jiangkou, after):
    review = begun(jiangkou) if after == "begun" else prepared(jiangkou)
    first = review.opinion
    services.return_to_verification(actor=jiangkou.approver, review=review, reason="Row 10 is not discussed.")
    period = jiangkou.fresh()
    assert (period.state, period.verified_at) == ("under_verification", None)
    first.refresh_from_db()
    assert first.state == "returned"
    assert not IssuanceRequest.objects.filter(state="prepared").exists()
    second = jiangkou.signed(assignment_of(period))
    assert second.number != first.number
    verification.countersign_opinion(actor=jiangkou.reviewer, opinion=second)
    period = jiangkou.fresh()
    pass_time_until(notice_end(period))
    [item] = returning.items_of(period)
    returning.answer_item(actor=jiangkou.lead, item=item, text="Row 10 is discussed now.")
    again = services.begin_review(actor=jiangkou.clerk, period=period)
    again = services.prepare(actor=jiangkou.clerk, review=again, confirmed_quantity=jiangkou.whole_t)
    certificate = services.approve(actor=jiangkou.approver, review=again, confirmed_quantity=jiangkou.whole_t)
    assert certificate.statement_number == second.number


def test_refused_with_reasons_frees_the_days(jiangkou):
    review = prepared(jiangkou)
    services.refuse(actor=jiangkou.approver, review=review, reason="The catchment is disputed.")
    period = jiangkou.fresh()
    assert period.state == "refused"
    assert not Issuance.objects.exists()
    assert IssuanceRequest.objects.get().state == "returned"
    again = jiangkou.site.period(first_day=period.first_day, last_day=period.last_day)
    assert (again.number, again.revision) == (1, 2)


def test_a_suspended_project_issues_nothing(jiangkou):
    from registry.projects.states import PROJECT

    review = prepared(jiangkou)
    project = review.period.project
    PROJECT.move(project, "suspend")
    code = code_of(services.approve, actor=jiangkou.approver, review=review, confirmed_quantity=jiangkou.whole_t)
    assert code == "PROJECT_NOT_REGISTERED"
