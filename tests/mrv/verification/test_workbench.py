"""The workbench: checklist, sample and recalculation, and what the statement then says."""

from decimal import Decimal

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from calculations.checklists import checklist_of
from mrv.demo.checks import look_at_everything
from mrv.runs.models import Run
from mrv.runs.services import send
from mrv.runs.tasks import calculate
from mrv.verification import checking, evidence_view, picks, selectors, services
from mrv.verification.evidence_view import edits_of
from mrv.verification.models import ChecklistAnswer
from registry.celery import app
from registry.core.errors import NotAllowed, NotVisible
from registry.core.roles import Role
from tests.mrv.bodies import WORDS, code_of
from tests.mrv.verification.finding_world import raised
from tests.people import member

pytestmark = pytest.mark.django_db


def said(court, task, item="v-clock", verdict="satisfied", **more):
    return checking.answer_item(actor=court.lead, assignment=task, item=item, verdict=verdict, **more)


# --- the checklist ------------------------------------------------------------------------------------------


def test_the_list_is_the_methodology_versions(jiangkou, task):
    project = jiangkou.site.project
    expected = checklist_of(project.methodology_id, project.methodology_version).of_task("verification")
    lines = checking.lines_of(task)
    assert [line.item for line in lines] == list(expected)
    assert checking.progress(lines) == {
        "satisfied": 0, "finding": 0, "not_applicable": 0, "open": len(expected), "all": len(expected),
    }  # fmt: skip


def test_the_newest_answer_counts_and_all_are_kept(jiangkou, task):
    said(jiangkou, task)
    said(jiangkou, task, verdict="open", note="Looked at the wrong month.")
    said(jiangkou, task, verdict="not_applicable", note="No clock in this logger.")
    line = next(line for line in checking.lines_of(task) if line.item.key == "v-clock")
    assert (line.verdict, task.checklist_answers.count()) == ("not_applicable", 3)
    assert task.checklist_answers.first().checklist_digest == checking.checklist(task).digest
    with pytest.raises(Exception, match=r"append_only|Cannot"), transaction.atomic():
        ChecklistAnswer.objects.filter(assignment=task).update(verdict="open")


def test_an_answer_that_cannot_be_meant_is_refused(jiangkou, task):
    finding = raised(jiangkou, task, "far")
    refused = [
        ({"item": "v-nonsense"}, "CHECKLIST_ITEM"),
        ({"item": "a-boundary"}, "CHECKLIST_ITEM"),
        ({"verdict": "perhaps"}, "CHECKLIST_VERDICT"),
        ({"verdict": "finding"}, "CHECKLIST_FINDING"),
        ({"verdict": "satisfied", "finding": finding}, "CHECKLIST_FINDING"),
        ({"verdict": "not_applicable", "note": " "}, "CHECKLIST_NOTE"),
    ]
    for given, code in refused:
        assert code_of(said, jiangkou, task, **given) == code
    assert not task.checklist_answers.exists()
    assert said(jiangkou, task, verdict="finding", finding=finding).finding == finding


def test_two_people_do_not_overwrite_one_another(jiangkou, task):
    first = said(jiangkou, task, seen=0)
    assert code_of(said, jiangkou, task, verdict="open", seen=0) == "CHANGED_MEANWHILE"
    said(jiangkou, task, verdict="open", seen=first.pk)


def test_who_answers_the_list(jiangkou, task):
    for actor in (jiangkou.owner, jiangkou.clerk, jiangkou.reviewer):
        with pytest.raises(NotAllowed):
            checking.answer_item(actor=actor, assignment=task, item="v-clock", verdict="satisfied")
    with pytest.raises(NotVisible):
        checking.answer_item(
            actor=member(jiangkou.validator, Role.LEAD_VERIFIER), assignment=task, item="v-clock", verdict="satisfied"
        )


def test_a_positive_opinion_needs_the_whole_list(jiangkou, task):
    sign = {"actor": jiangkou.lead, "assignment": task, **WORDS}
    assert code_of(services.sign_opinion, positive=True, **sign) == "CHECKLIST_OPEN"
    look_at_everything(jiangkou.lead, task)
    opinion = services.sign_opinion(positive=True, **sign)
    assert opinion.positive
    assert code_of(said, jiangkou, task) == "NOT_UNDER_VERIFICATION", "what was signed on stays as it is"


def test_the_bodys_notes_are_not_in_the_history_that_the_proponent_reads(jiangkou, task):
    said(jiangkou, task, note="Doubtful, look again.")
    assert "verification.check" not in {event.action for event in selectors.history_of_assignment(task)}


# --- the sample ---------------------------------------------------------------------------------------------


def test_the_sample_of_a_seed_is_always_the_same(jiangkou, task):
    plan = checking.draw_sample(actor=jiangkou.lead, assignment=task, seed="2021")
    evidence = evidence_view.sealed_bundle(task.period).evidence
    again = picks.draw(evidence, "2021", edits_of(evidence))
    assert [(p.kind, p.at_random, p.place) for p in plan.picks.all()] == [(d.kind, d.at_random, d.place) for d in again]
    assert plan.bundle_digest == task.period.bundle_digest
    other = picks.draw(evidence, "2022", edits_of(evidence))
    hours = [each.place["from"] for each in again if each.kind == "hour"]
    assert hours != [each.place["from"] for each in other if each.kind == "hour"]
    assert len(set(hours)) == picks.RANDOM_HOURS
    assert [each.place for each in again if each.kind == "storm"] == [
        each.place for each in other if each.kind == "storm"
    ], "risk does not depend on the seed"
    assert {each.kind for each in again} >= {"hour", "sample", "storm", "gauging"}


def test_a_sample_is_drawn_once(jiangkou, task):
    plan = checking.draw_sample(actor=jiangkou.lead, assignment=task)
    assert len(plan.seed) == 32
    assert code_of(checking.draw_sample, actor=jiangkou.lead, assignment=task, seed="better") == "SAMPLE_DRAWN"
    pick = plan.picks.first()
    checked = {"actor": jiangkou.lead, "pick": pick}
    assert code_of(checking.check_pick, outcome="perhaps", note="x", **checked) == "PICK_OUTCOME"
    assert code_of(checking.check_pick, outcome="differs", note=" ", **checked) == "PICK_NOTE"
    checking.check_pick(outcome="as_stated", note="The logger's own file.", **checked)
    assert pick.checks.get().note == "The logger's own file."


# --- the recalculation on the server ------------------------------------------------------------------------


def test_the_server_calculates_again_in_the_verifiers_queue(jiangkou, task, monkeypatch):
    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, **given: sent.append((name, given["queue"])))
    run = checking.recompute_here(actor=jiangkou.lead, assignment=task)
    send(run.pk)
    send(jiangkou.fresh().official_run_id)
    assert [queue for _name, queue in sent] == [settings.VERIFIER_QUEUE, None]
    assert not checking.comparison_of(task).finished
    calculate(run.pk)
    made = checking.comparison_of(task)
    assert (made.finished, made.identical, made.run.kind) == (True, True, Run.Kind.VERIFIER)
    with pytest.raises(NotAllowed):
        checking.recompute_here(actor=jiangkou.owner, assignment=task)


def test_each_queue_gets_its_own_messages_only():
    bound = {(queue.exchange.name, queue.routing_key) for queue in app.amqp.queues.values()}
    assert bound == {("celery", "celery"), (settings.VERIFIER_QUEUE, settings.VERIFIER_QUEUE)}


def test_the_first_difference_is_named():
    official = {"engine_version": "1", "figures": {"net": {"value": "1.0"}}, "monthly": [1, 2]}
    figure = {**official, "figures": {"net": {"value": "1.1"}}, "monthly": [1, 3]}
    assert checking.first_difference_of(official, figure) == ("/figures/net/value", "1.0", "1.1")
    other = {**official, "monthly": [1, 3]}
    assert checking.first_difference_of(official, other) == ("/monthly/1", "2", "3")
    assert checking.first_difference_of(official, official) == ("", "", "")


# --- the evidence -------------------------------------------------------------------------------------------


def test_the_left_side_shows_what_was_sealed(jiangkou, task):
    shown = evidence_view.evidence_of(task.period)
    assert sum(month.expected for month in shown["coverage"]) == shown["counts"]["expected_slots"]
    assert sum(month.present for month in shown["coverage"]) <= shown["counts"]["present_slots"]
    assert shown["samples"]
    assert shown["ion_charts"]
    assert shown["ratings"][0]["chart"].dots
    assert Decimal(shown["run"].figures["gross_t_co2"]) > 0


def test_a_row_of_a_file_is_opened_with_its_neighbours(jiangkou, task):
    file = evidence_view.files_of(task)[0]
    opened = evidence_view.open_file(task, file.sha256, 5)
    assert [line.row for line in opened.lines] == list(range(1, 10))
    assert [line.row for line in opened.lines if line.here] == [5]
    assert evidence_view.open_file(task, file.sha256, 10**8).lines == []
    with pytest.raises(NotVisible):
        evidence_view.open_file(task, "0" * 64, 1)


def test_the_database_wants_a_finding_named(jiangkou, task):
    with pytest.raises(IntegrityError, match="checklist_finding_is_named"), transaction.atomic():
        ChecklistAnswer.objects.create(
            assignment=task, item="v-clock", checklist_digest="0" * 64, verdict="finding",
            made_by_id=jiangkou.lead.user_id,
        )  # fmt: skip
