"""The case: six lines with their evidence, notes, holds, and a return that is answered item by item."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import DatabaseError, IntegrityError, transaction

from mrv.decisions import casework, returning, selectors, services
from mrv.decisions.docket import Asked, docket, limits
from mrv.decisions.lights import lights_of
from mrv.decisions.models import Hold, ReturnedItem, ReviewNote, StageLimit
from mrv.decisions.notice import last_day_of_notice, notice_end
from mrv.decisions.workbook import workbook_of
from mrv.demo.scene import pass_time_until
from mrv.verification import findings
from mrv.verification import services as verification
from mrv.verification.models import Consultancy, Recomputation
from mrv.verification.selectors import assignment_of
from registry.core import clock
from registry.core.actors import PUBLIC
from registry.core.errors import InvalidInput, NotAllowed, NotVisible
from registry.core.roles import Role
from registry.core.workdays import Calendar, add_working_days
from registry.organisations import services as organisations
from registry.organisations.models import Accreditation, Organisation
from registry.projects.models import Comment, Declaration, OverlapJustification, Project
from tests.mrv.bodies import code_of
from tests.people import member, official
from tests.triggers import triggers_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def light(review, key):
    return next(each for each in lights_of(review) if each.key == key)


# --- the six lines --------------------------------------------------------------------------------------


def test_a_good_case_says_so_six_times_with_the_official_figures(jiangkou, begun):
    figures = begun.opinion.run.figures
    assert [each.key for each in lights_of(begun)] == [
        "completeness",
        "recomputation",
        "findings",
        "verifier",
        "overlap",
        "comments",
    ]
    first = light(begun, "completeness")
    measured = f"{round(float(figures['volume_measured_pct']), 1)} %"
    assert (first.facts[0].what, first.facts[0].value) == ("Share of the water that was measured", measured)
    assert measured in first.summary
    others = {each.key: each.level for each in lights_of(begun)[1:]}
    # the only doubt: the boundary is a drawn circle
    assert others == {"recomputation": "ok", "findings": "ok", "verifier": "ok", "overlap": "look", "comments": "ok"}
    assert all(each.word and each.icon and each.title for each in lights_of(begun)), "never by colour alone"


def test_without_the_verifiers_recomputation_the_line_is_red(begun):
    with triggers_off(Recomputation):
        Recomputation.objects.filter(assignment=begun.opinion.assignment).delete()
    assert light(begun, "recomputation").level == "bad"


def test_an_open_far_is_named_and_its_line_asks_for_a_look(jiangkou):
    assignment = jiangkou.recomputed()
    findings.raise_finding(
        actor=jiangkou.lead, assignment=assignment, kind="far", requirement="6.2", statement="Calibrate the gauge."
    )
    verification.countersign_opinion(actor=jiangkou.reviewer, opinion=jiangkou.signed(assignment))
    review = services.begin_review(actor=jiangkou.clerk, period=jiangkou.fresh())
    line = light(review, "findings")
    assert (line.level, "FAR-1" in line.summary) == ("look", True)


def test_an_accreditation_that_ended_since_is_seen_and_one_that_never_was_is_red(jiangkou, begun):
    given = Accreditation.objects.get(organisation=jiangkou.body, scope="verification")
    organisations.decide_accreditation(actor=jiangkou.approver, accreditation=given, action="suspend", reason="x")
    assert light(begun, "verifier").level == "look"
    with triggers_off(Accreditation):
        Accreditation.objects.filter(pk=given.pk).update(valid_from=date(2090, 1, 1))
    assert light(begun, "verifier").level == "bad"


def test_a_consultancy_found_later_is_red(jiangkou, begun):
    Consultancy.objects.create(
        body=jiangkou.body,
        project=begun.period.project,
        description="Feasibility study.",
        recorded_by_id=jiangkou.clerk.user_id,
    )
    line = light(begun, "verifier")
    assert line.level == "bad"
    assert "BODY_CONSULTED_PROJECT" in [fact.what for fact in line.facts]


@pytest.fixture
def neighbour(begun):
    """Another registered project over the same surveyed ground, in the same years."""
    project = begun.period.project
    kept_out = ("id", "code", "state", "created_at", "boundary_is_drawn")
    facts = {
        field.attname: getattr(project, field.attname)
        for field in Project._meta.concrete_fields
        if field.name not in kept_out
    }
    with triggers_off(Project):
        Project.objects.filter(pk=project.pk).update(boundary_is_drawn=False)
        return Project.objects.create(code="KC-OTHER", state="registered", boundary_is_drawn=False, **facts)


def test_a_neighbour_over_the_same_ground_in_the_same_years_is_red(jiangkou, begun, neighbour):
    begun.period.project.refresh_from_db()
    line = light(begun, "overlap")
    assert line.level == "bad"
    assert line.facts[0].what.startswith("KC-OTHER")
    assert "100.0 %" in line.facts[0].value
    OverlapJustification.objects.create(
        project=begun.period.project,
        other=neighbour,
        area_km2=begun.period.project.area_km2,
        text="The other project counts only the aquatic plants of the pools.",
        given_by_id=jiangkou.owner.user_id,
    )
    line = light(begun, "overlap")
    assert (line.level, "aquatic plants" in line.facts[0].value) == ("look", True)
    with triggers_off(Project):
        Project.objects.filter(pk=neighbour.pk).update(crediting_start=date(2032, 1, 1), crediting_end=date(2040, 1, 1))
    assert "KC-OTHER" not in str(light(begun, "overlap").facts), "other years are no overlap"


def test_a_declared_programme_stands_out(jiangkou, begun):
    project = begun.period.project

    def declared(**content):
        Declaration.objects.create(project=project, subject="programmes", content=content)
        return {fact.value: fact.stands_out for fact in light(begun, "overlap").facts}

    assert light(begun, "overlap").facts[0].value == "nothing was declared"
    assert declared(none=True, entries=[])["declared: none"] is False
    entry = {"programme": "CCER", "identifier": "7", "relation": "registered there for another activity"}
    assert declared(none=False, entries=[entry])["CCER 7: registered there for another activity"] is True


def test_a_comment_without_an_answer_is_red(begun):
    Comment.objects.create(project=begun.period.project, number=1, text="Who looks after the spring?")
    assert light(begun, "comments").level == "bad"


# --- notes and holds ------------------------------------------------------------------------------------


def test_the_second_official_reads_what_the_first_wrote_and_nobody_else_does(jiangkou, begun):
    services.prepare(
        actor=jiangkou.clerk, review=begun, confirmed_quantity=jiangkou.whole_t, note="  Storm of 12 June checked. "
    )
    begun.refresh_from_db()
    [note] = selectors.notes_of(jiangkou.approver, begun)
    assert (note.step, note.text, note.made_by_id) == ("prepare", "Storm of 12 June checked.", jiangkou.clerk.user_id)
    for actor in (jiangkou.owner, jiangkou.lead, PUBLIC):
        assert selectors.notes_of(actor, begun) == []
    services.approve(
        actor=jiangkou.approver, review=begun, confirmed_quantity=jiangkou.whole_t, note="Agreed after the map."
    )
    assert [each.step for each in selectors.notes_of(jiangkou.clerk, begun)] == ["prepare", "approve"]
    assert selectors.notes_of(PUBLIC, begun) == []
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewNote.objects.update(text="other")


def test_a_hold_stops_every_decision_and_the_clock_of_the_docket(jiangkou, begun):
    assert code_of(casework.hold, actor=jiangkou.clerk, review=begun, reason=" ") == "REASON_MISSING"
    casework.hold(actor=jiangkou.approver, review=begun, reason="The water bureau is asked.")
    assert code_of(casework.hold, actor=jiangkou.clerk, review=begun, reason="x") == "REVIEW_HELD_ALREADY"
    for act, actor, options in (
        (services.prepare, jiangkou.clerk, {"confirmed_quantity": jiangkou.whole_t}),
        (services.refuse, jiangkou.approver, {"reason": "no"}),
    ):
        assert code_of(act, actor=actor, review=begun, **options) == "REVIEW_HELD"
    assert set(selectors.acts_now(jiangkou.clerk, begun)) == {"return", "lift"}
    before = docket(jiangkou.clerk)[0]
    clock.advance_to(clock.now() + timedelta(days=40))
    held = docket(jiangkou.clerk)[0]
    assert (held.overdue, held.working_days_in_stage) == (False, before.working_days_in_stage)
    assert held.due_on > before.due_on
    casework.lift(actor=jiangkou.clerk, review=begun)
    assert Hold.objects.get().state == "lifted"
    services.prepare(actor=jiangkou.clerk, review=begun, confirmed_quantity=jiangkou.whole_t)
    with pytest.raises(NotAllowed):
        casework.hold(actor=official(Role.AUDITOR), review=begun, reason="x")
    with pytest.raises((NotAllowed, NotVisible)):
        casework.hold(actor=jiangkou.owner, review=begun, reason="x")


# --- the docket -----------------------------------------------------------------------------------------


def test_a_stage_is_overdue_after_its_working_days_and_not_before(jiangkou):
    period = jiangkou.verified()
    [line] = docket(jiangkou.clerk)
    verified_on = period.verified_at.astimezone(period.tz).date()
    assert (line.stage, line.limit_working_days, line.due_on) == ("begin", 5, add_working_days(verified_on, 5))
    clock.advance_to(notice_end(period) - timedelta(minutes=5))  # the fifth working day, which is the last
    assert not docket(jiangkou.clerk)[0].overdue
    clock.advance_to(clock.now() + timedelta(days=1))
    [line] = docket(jiangkou.clerk)
    assert (line.overdue, line.working_days_in_stage >= 5) == (True, True)
    assert docket(jiangkou.clerk, Asked(only_overdue=True)) == [line]
    casework.set_limit(actor=jiangkou.approver, stage="begin", working_days=30)
    assert limits()["begin"] == 30
    assert not docket(jiangkou.clerk)[0].overdue


def test_days_of_the_notice_do_not_count_against_the_preparation(jiangkou):
    period = jiangkou.verified()
    services.begin_review(actor=jiangkou.clerk, period=period)
    [line] = docket(jiangkou.clerk)
    assert (line.stage, line.working_days_in_stage) == ("prepare", 0)
    assert line.due_on == add_working_days(last_day_of_notice(period), limits()["prepare"])


def test_the_docket_is_narrowed_and_the_most_urgent_comes_first(jiangkou):
    from dataclasses import replace

    period = jiangkou.verified()
    for asked, found in (
        (Asked(county=period.project.division_code), 1),
        (Asked(county="520123"), 0),
        (Asked(kind=period.project.kind), 1),
        (Asked(kind="soil"), 0),
        (Asked(stage="begin"), 1),
        (Asked(stage="decide"), 0),
        (Asked(only_overdue=True), 0),
    ):
        assert len(docket(jiangkou.clerk, asked)) == found, asked
    with pytest.raises(InvalidInput):
        Asked(kind="gold")
    [line] = docket(jiangkou.clerk)
    later = replace(line, due_on=line.due_on + timedelta(days=1))
    held = replace(line, due_on=line.due_on - timedelta(days=9), hold=Hold(reason="x"))
    assert sorted([held, later, line], key=lambda each: each.urgency) == [line, later, held]


def test_limits_are_the_approvers_and_stay_on_record(jiangkou):
    with pytest.raises(NotAllowed):
        casework.set_limit(actor=jiangkou.clerk, stage="begin", working_days=3)
    for stage, days, code in (
        ("sleep", 3, "STAGE_UNKNOWN"),
        ("begin", 0, "LIMIT_RANGE"),
        ("begin", 251, "LIMIT_RANGE"),
    ):
        assert code_of(casework.set_limit, actor=jiangkou.approver, stage=stage, working_days=days) == code
    casework.set_limit(actor=jiangkou.approver, stage="begin", working_days=3)
    with pytest.raises(DatabaseError), transaction.atomic():
        StageLimit.objects.update(working_days=9)


def test_working_days_between_and_after_agree():
    calendar = Calendar()
    for start in (date(2026, 9, 28), date(2026, 10, 1), date(2026, 2, 10), date(2035, 1, 5)):
        for count in (1, 3, 12):
            later = add_working_days(start, count)
            assert calendar.add(start, count) == later
            assert calendar.between(start, later) == count
            assert calendar.between(later, start) == -count
    assert calendar.between(date(2026, 9, 30), date(2026, 9, 30)) == 0


def test_the_workbook_has_the_dockets_lines_and_no_formula(jiangkou):
    period = jiangkou.verified()
    Project.objects.filter(pk=period.project_id).update(name_en='=HYPERLINK("http://x.test")')
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of(docket(jiangkou.clerk)))).active
    header, row = list(sheet.iter_rows(values_only=True))
    cells = dict(zip(header, row, strict=True))
    assert cells["Project"] == period.project.code
    assert cells["Name"] == '\'=HYPERLINK("http://x.test")'
    assert cells["Verified quantity (t CO₂)"] == pytest.approx(float(docket(jiangkou.clerk)[0].quantity_t))
    assert all(cell.data_type != "f" for cells_of in sheet.iter_rows() for cell in cells_of)


# --- a return, item by item -----------------------------------------------------------------------------


def some_items(review):
    """Two items that this case really has: a line and the first point of the checklist."""
    first = next(choice.item for choice in returning.choices(review) if choice.item.startswith("checklist:"))
    return {"light:findings": "CL-1 is not discussed.", first: "Page 3 is missing."}


def test_a_return_gives_a_reason_for_each_item_and_comes_back_with_each_answer(jiangkou, begun):
    items = some_items(begun)
    services.return_to_verification(actor=jiangkou.approver, review=begun, items=items)
    period = jiangkou.fresh()
    assert period.state == "under_verification"
    kept_items = {row.item: row for row in ReturnedItem.objects.all()}
    assert {item: row.reason for item, row in kept_items.items()} == items
    begun.refresh_from_db()
    assert all(text in begun.reason for text in items.values())
    for actor in (jiangkou.owner, jiangkou.lead):
        assert {row.item for row in returning.items_of(period)} == set(items)
        assert returning.item_for(actor, kept_items["light:findings"].pk)
    stranger = member(jiangkou.validator, Role.LEAD_VERIFIER)
    for actor in (stranger, PUBLIC):
        with pytest.raises(NotVisible):
            returning.item_for(actor, kept_items["light:findings"].pk)
    second = jiangkou.signed(assignment_of(period))
    verification.countersign_opinion(actor=jiangkou.reviewer, opinion=second)
    assert code_of(services.begin_review, actor=jiangkou.clerk, period=jiangkou.fresh()) == "RETURN_UNANSWERED"
    findings_item, other = kept_items["light:findings"], next(kept_items[key] for key in items if "checklist" in key)
    assert code_of(returning.answer_item, actor=jiangkou.lead, item=findings_item, text=" ") == "ANSWER_EMPTY"
    returning.answer_item(actor=jiangkou.lead, item=findings_item, text="Discussed in section 4.")
    returning.answer_item(actor=jiangkou.owner, item=other, text="The page is in the file now.")
    assert code_of(returning.answer_item, actor=jiangkou.lead, item=other, text="x") == "ITEM_ANSWERED"
    for row in (findings_item, other):
        row.refresh_from_db()
    assert (findings_item.answered_for, other.answered_for) == ("body", "proponent")
    again = services.begin_review(actor=jiangkou.clerk, period=jiangkou.fresh())
    from mrv.decisions.panels import shown_items

    shown = shown_items(jiangkou.clerk, again.period)
    assert [row["item"].answer for row in shown] == ["Discussed in section 4.", "The page is in the file now."]
    assert not any(row["can_answer"] for row in shown)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReturnedItem.objects.filter(pk=other.pk).update(answer="another")
    with pytest.raises(DatabaseError), transaction.atomic():
        ReturnedItem.objects.filter(pk=other.pk).update(reason="another")


def test_an_item_that_the_case_does_not_have_is_refused(jiangkou, begun):
    for items, code in (
        ({"light:moon": "x"}, "RETURN_ITEM"),
        ({"light:findings": " "}, "REASON_MISSING"),
        ({}, "REASON_MISSING"),
    ):
        assert code_of(services.return_to_verification, actor=jiangkou.approver, review=begun, items=items) == code
    assert not ReturnedItem.objects.exists()
    ReturnedItem.objects.create(review=begun, item="light:findings", reason="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnedItem.objects.create(review=begun, item="light:findings", reason="y")


# --- standing at the time of the act --------------------------------------------------------------------


def test_a_proponent_suspended_between_preparing_and_approving_gets_nothing(jiangkou, begun):
    services.prepare(actor=jiangkou.clerk, review=begun, confirmed_quantity=jiangkou.whole_t)
    proponent = Organisation.objects.get(pk=begun.period.project.proponent_id)
    organisations.suspend(actor=jiangkou.approver, organisation=proponent, reason="Unpaid.")
    code = code_of(services.approve, actor=jiangkou.approver, review=begun, confirmed_quantity=jiangkou.whole_t)
    assert code == "PROPONENT_NOT_APPROVED"
    assert jiangkou.fresh().state == "issuance_review", "nothing half-issued"
    pass_time_until(clock.now() + timedelta(days=1))
    organisations.reinstate(actor=jiangkou.approver, organisation=Organisation.objects.get(pk=proponent.pk))
    services.approve(actor=jiangkou.approver, review=begun, confirmed_quantity=jiangkou.whole_t)
