"""Random people do random acts at random times, from a draft to a retirement, at the pages of the registry.

A simple model (``model.py``) says what must be refused. A refusal changes nothing and stands in the log; no state is
outside its table; four eyes are never one person's; no serial is lost or made.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mrv.decisions.models import ReturnedItem, Review
from mrv.decisions.selectors import planned_issuance
from mrv.demo.checks import look_at_everything
from mrv.periods.models import MonitoringPeriod
from mrv.periods.preparation import prepare_evidence
from mrv.runs import calculation
from mrv.runs.models import Run
from mrv.runs.tasks import calculate
from mrv.verification.models import Assignment, Finding, Opinion
from registry.audit.models import Event
from registry.core import clock
from registry.core.machines import machines
from registry.credits import ledger
from registry.credits.models import Account, Holding, Issuance, IssuanceRequest, Retirement, Transfer
from registry.credits.tasks import expire_offers
from registry.projects.models import Project
from tests.mrv.cycle import model as simple
from tests.mrv.cycle.people import Cast, cast
from tests.mrv.evidence import BASELINE, remembered_compute
from tests.triggers import outermost
from tests.web.contents import Tables

LONG = os.environ.get("KCR_LONG") == "1"
pytestmark = pytest.mark.django_db
REASON = {"reason": "Because the sheet is missing."}
OPINION = {"positive": "yes", "reasons_zh": "证据完整。", "reasons_en": "The evidence is complete."}
EVERYBODY = (
    "public", "editor", "rep", "rep2", "vlead", "vrev", "lead", "rev", "both", "clerk", "approver", "chief", "buyer",
    "stranger",
)  # fmt: skip
TO_THE_END = 120
"""More steps than the longest way has."""
NOWHERE = ("/nowhere/", {})
"""What an act is about does not exist yet: there is no address to post it to."""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cycle")
    kept = {"EVIDENCE_STORE": folder / "store", "KEYS_DIR": folder / "keys", "DEMO": True}
    remembering = pytest.MonkeyPatch()
    remembering.setattr(calculation, "compute", remembered_compute)
    with django_db_blocker.unblock(), override_settings(**kept), outermost():
        yield cast(BASELINE)
        transaction.set_rollback(True)
    remembering.undo()


class Places:
    """Where each act is posted, and with what, as the records stand now."""

    def __init__(self, world: Cast) -> None:
        self.world = world

    @property
    def project(self) -> Project:
        return Project.objects.get(pk=self.world.site.project.pk)

    @property
    def period(self) -> MonitoringPeriod | None:
        return MonitoringPeriod.objects.filter(project=self.world.site.project).last()

    def task(self, kind: str) -> Assignment | None:
        return Assignment.objects.filter(task=kind, project=self.world.site.project).order_by("id").last()

    @property
    def review(self) -> Review | None:
        return Review.objects.order_by("id").last()

    @property
    def account(self) -> Account | None:
        return Account.objects.filter(owner=self.world.site.project.proponent, kind="holder").first()

    @property
    def transfer(self) -> Transfer | None:
        return Transfer.objects.order_by("id").last()

    def of(self, act: str) -> tuple[str, dict[str, Any]]:
        for find in (self._of_project, self._of_tasks, self._of_period, self._of_credits):
            found = find(act)
            if found is not None:
                return found
        raise AssertionError(f"{act} has no place")

    def _of_project(self, act: str) -> tuple[str, dict[str, Any]] | None:
        home = f"/projects/{self.project.code}/"
        if act in ("submit", "open_comment", "close_comment", "register", "suspend", "reinstate"):
            return f"{home}act/{act}/", REASON if act in ("suspend", "reinstate") else {}
        if act == "answer_return":
            item = ReturnedItem.objects.filter(answered_at=None).first()
            return (f"/returned-items/{item.pk}/answer/", {"text": "It is there now."}) if item else NOWHERE
        return {
            "comment": (f"{home}comments/", {"text": "Who looks after the spring?", "author_name": ""}),
            "answer_comment": (f"{home}comments/{self._unanswered()}/answer/", {"answer": "The county's foresters."}),
            "propose_validation": (f"{home}validation/", {"body": self.world.validator.pk}),
            "open_period": (
                f"{home}periods/",
                {"station": self.world.site.station.pk, "first_day": "2021-05-01", "last_day": "2021-05-30"},
            ),
        }.get(act)

    def _unanswered(self) -> int:
        waiting = self.project.comments.filter(answered_at=None).first()
        return waiting.number if waiting else 1

    def _of_tasks(self, act: str) -> tuple[str, dict[str, Any]] | None:
        last = act.rsplit("_", maxsplit=1)[-1]
        kind = {"validator": "validation", "verifier": "verification"}.get(last, last)
        if act in ("raise_finding", "recompute"):
            kind = "verification"
        verb = act.split("_", maxsplit=1)[0]
        if act in ("answer_finding", "close_finding"):
            finding = Finding.objects.order_by("id").last()
            given = {"text": "Here it is."} if verb == "answer" else {"reason": ""}
            return (f"/findings/{finding.pk}/act/{verb}/", given) if finding else NOWHERE
        if kind not in ("validation", "verification") or verb == "propose":
            return None
        task = self.task(kind)
        if task is None:
            return NOWHERE
        if verb == "raise":
            finding = {"kind": "car", "requirement": "6.2", "statement": "A sheet is missing."}
            return f"/verification/{task.pk}/findings/", finding
        run = task.period.official_run if task.period else None
        opinion = task.opinions.order_by("id").last()
        given = {
            "accept": {"declaration": "No interest."},
            "sign": OPINION,
            "countersign": {"opinion": opinion.pk if opinion else ""},
            "recompute": {"result_digest": run.result_digest if run else ""},
        }
        if verb == "countersign" and opinion is None:
            return NOWHERE
        return f"/verification/{task.pk}/act/{verb}/", given.get(verb, {})

    def _of_period(self, act: str) -> tuple[str, dict[str, Any]] | None:
        period, review = self.period, self.review
        if act in ("seal", "submit_period", "calculate", "propose_verification", "begin_review"):
            if period is None:
                return NOWHERE
            return {
                "seal": (f"/periods/{period.pk}/act/seal/", {}),
                "submit_period": (f"/periods/{period.pk}/act/submit/", {}),
                "calculate": (f"/periods/{period.pk}/runs/", {}),
                "propose_verification": (f"/periods/{period.pk}/verification/", {"body": self.world.verifier.pk}),
                "begin_review": (f"/periods/{period.pk}/review/", {}),
            }[act]
        verbs = {"prepare": "prepare", "send_back": "send_back", "return_review": "return", "approve": "approve"}
        if act not in verbs:
            return None
        if review is None:
            return NOWHERE
        typed = {} if review.state not in ("begun", "prepared") else {"quantity": planned_issuance(review).total_t}
        return f"/docket/{review.pk}/act/{verbs[act]}/", typed if act in ("prepare", "approve") else REASON

    def _of_credits(self, act: str) -> tuple[str, dict[str, Any]] | None:
        transfer, account = self.transfer, self.account
        if act in ("second_transfer", "accept_transfer"):
            where = f"/credits/transfers/{transfer.pk}/{act.split('_', maxsplit=1)[0]}/" if transfer else ""
            return (where, {"typed": transfer.quantity_t}) if transfer else NOWHERE
        if act == "retire":
            held = Holding.objects.filter(account=self.world.target, closed_by=None, status="active").first()
            given = {
                "beneficiary_name": "Tea Co", "beneficiary_type": "organisation", "purpose": "voluntary", "year": 2025,
            }  # fmt: skip
            return f"/credits/accounts/{self.world.target.pk}/retire/", _taken(held) | given
        if act == "offer_transfer":
            if account is None:
                return NOWHERE
            held = Holding.objects.filter(account=account, closed_by=None, status="active").order_by("serials").first()
            return f"/credits/accounts/{account.pk}/transfer/", _taken(held) | {"recipient": self.world.target.pk}
        return None


def _taken(held: Holding | None) -> dict[str, Any]:
    """One credit of a holding, as the review page sends it."""
    first = held.serials.lower if held else 1
    return {"serials": f"{first}-{first}", "typed": 1, "key": f"cycle-{Event.objects.count()}"}


def test_nobody_does_what_the_simple_model_does_not_allow(world, db):
    edges = {
        machine.name: {(line.source, line.target) for line in machine.transitions} for _room, machine in machines()
    }
    reached: Counter[str] = Counter()
    ways: list[int] = []

    class Cycle(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.savepoint = transaction.atomic()
            self.savepoint.__enter__()
            self.model = simple.Model()
            self.places = Places(world)
            self.stood: dict[tuple[str, int], str] = {}
            self.tables = Tables()
            self.detours: set[str] = set()
            """Those that this example still takes on its way."""

        def teardown(self):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

        @initialize(
            data=st.data(),
            steps=st.one_of(st.integers(0, 60), st.just(TO_THE_END)),
            taken=st.lists(st.booleans(), min_size=len(simple.DETOURS), max_size=len(simple.DETOURS)),
        )
        def some_way(self, data, steps, taken):
            """Examples begin all along the way, many at its end."""
            self.goes(steps, {name for name, take in zip(simple.DETOURS, taken, strict=True) if take}, chosen_by(data))

        def goes(self, steps, detours, choose):
            ways.append(steps)
            self.detours = detours
            for _ in range(steps):
                if not self.step(choose):
                    break

        @rule(data=st.data(), steps=st.integers(1, 4))
        def goes_on(self, data, steps):
            for _ in range(steps):
                self.step(chosen_by(data))

        @rule(act=st.sampled_from(sorted(simple.RULES)), who=st.sampled_from(EVERYBODY))
        def somebody_tries(self, act, who):
            self.tried(act, who)

        @rule(who=st.sampled_from(EVERYBODY), data=st.data())
        def the_wrong_person_tries_the_right_act(self, who, data):
            ready = simple.next_steps(self.model, list(EVERYBODY))
            if ready:
                self.tried(data.draw(st.sampled_from(sorted({act for act, _who in ready}))), who)

        @rule()
        def time_passes(self):
            """Beyond the end of the comment, of the public notice and of an offer, but not of anything else."""
            clock.advance_to(clock.now() + timedelta(days=40))
            if self.model.transfer in ("offered", "seconded"):
                assert expire_offers() == 1
                self.model.transfer = ""
            self.model.comment_over = self.model.project == "public_comment" or self.model.comment_over
            self.model.notice_over = True

        @rule()
        def the_leads_look_at_everything(self):
            for kind, who in (("validation", "vlead"), ("verification", "lead")):
                task = getattr(self.model, kind)
                if task.state == "accepted" and not task.looked and task.opinion != "lead_signed":
                    look_at_everything(world.actors[who], self.places.task(kind))
                    task.looked = True
                    task.part.add(who)

        # --- acting ---

        def step(self, choose):
            """One of the acts that lead on; time and looking come where nothing else does. False at the end."""
            if self.model.project == "public_comment" and self.model.comments and not self.model.comment_over:
                self.time_passes()
            if self.model.review == "begun" and not self.model.notice_over:
                self.time_passes()
            self.the_leads_look_at_everything()
            ready = simple.next_steps(self.model, list(EVERYBODY))
            bends = [each for each in ready if each[0] in self.detours]
            onwards = [each for each in ready if each[0] not in (*simple.DETOURS, "recompute")]
            if self.model.verification.state == "accepted" and not self.model.verification.recomputed:
                onwards += [each for each in ready if each[0] == "recompute"]
            if self.model.project == "public_comment" and not self.model.comments:
                bends = bends or [each for each in ready if each[0] == "comment"]
            onwards = bends or onwards
            if not onwards:
                return False
            act, who = choose(onwards)
            self.detours.discard(act)
            self.tried(act, who)
            return True

        def tried(self, act, who):
            cache.clear()  # nobody is held up for having tried often
            where, given = self.places.of(act)
            right = simple.allowed(self.model, act, who)
            done, refused = self.counts()
            if not right:
                self.tables.changed()  # up to now
            answer = world.clients[who].post(where, given)
            now_done, now_refused = self.counts()
            said = f"{who} {act} {where} {given}: {answer.status_code}, model says {right} ({self.model})"
            if not right:
                assert answer.status_code in (302, 403, 404, 409, 422), said
                asked_again = act == "calculate" and self.model.calculated and who in simple.PROPONENT
                allowed = ("/sign-in/", "/runs/") if asked_again else ("/sign-in/",)  # the run that is there already
                assert answer.status_code != 302 or answer.url.startswith(allowed), said
                assert now_done == done, f"{said} and something was done"
                if answer.status_code in (403, 409) or (answer.status_code == 404 and where != NOWHERE[0]):
                    assert now_refused == refused + 1, f"{said} and the log does not know"
                changed = self.tables.changed()
                assert changed == [], f"{said} changed {changed}"
                return
            assert answer.status_code == 302, said
            assert now_done > done, f"{said} and the log does not know"
            simple.follow(self.model, act, who)
            reached[act] += 1
            if act == "open_period":
                prepare_evidence(actor=world.actors["editor"], period=self.places.period)
            if act == "calculate":
                calculate(Run.objects.latest("pk").pk)

        def counts(self):
            return Event.objects.filter(refused=False).count(), Event.objects.filter(refused=True).count()

        # --- what always holds ---

        @invariant()
        def everything_stands_where_the_model_says(self):
            m, period = self.model, self.places.period
            assert self.places.project.state == ("suspended" if m.suspended else m.project)
            assert (period.state if period else "") == m.period
            for kind in ("validation", "verification"):
                task = self.places.task(kind)
                assert (task.state if task else "") == getattr(m, kind).state
            finding = Finding.objects.last()
            assert (finding.state if finding else "") == m.verification.finding
            review = self.places.review
            assert (review.state if review and review.state != "returned" else "") == m.review

        @invariant()
        def no_state_changes_but_along_its_table(self):
            for kind in (Project, MonitoringPeriod, Assignment, Opinion, Finding, Review, IssuanceRequest, Transfer):
                name = {"MonitoringPeriod": "period", "IssuanceRequest": "issuance_request"}.get(
                    kind.__name__, kind.__name__.lower()
                )
                for key, state in kind.objects.values_list("pk", "state"):
                    before = self.stood.get((name, key), state)
                    assert state == before or reachable(edges[name], before, state), (name, before, state)
                    self.stood[name, key] = state

        @invariant()
        def four_eyes_are_two_persons(self):
            for opinion in Opinion.objects.filter(state="signed"):
                assert opinion.lead_signed_by_id != opinion.reviewer_signed_by_id
            for review in Review.objects.filter(state="decided"):
                assert review.decided_by_id not in (review.prepared_by_id, review.begun_by_id)
            for request in IssuanceRequest.objects.exclude(decided_by=None):
                assert request.decided_by_id != request.prepared_by_id
            for transfer in Transfer.objects.filter(needs_second_person=True, state="accepted"):
                assert transfer.seconded_by_id not in (None, transfer.offered_by_id)

        @invariant()
        def no_serial_is_lost_or_made(self):
            if not Issuance.objects.exists():
                assert not Holding.objects.exists()
                return
            report = ledger.check()
            assert report.differences == ()
            assert report.open_t == sum(Issuance.objects.values_list("quantity_t", flat=True))
            retired = sum(Retirement.objects.values_list("quantity_t", flat=True))
            assert retired == self.model.retired

    whole = Cycle()
    whole.goes(TO_THE_END, set(simple.DETOURS), random.Random(1).choice)
    whole.teardown()
    run_state_machine_as_test(
        Cycle,
        settings=settings(
            max_examples=60 if LONG else 2,
            stateful_step_count=40 if LONG else 8,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),  # a cycle is long: shrinking one takes longer than reading it
            derandomize=not LONG,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{len(ways)} ways; times done: {dict(sorted(reached.items()))}")
    assert sorted(set(simple.RULES) - set(reached)) == [], "never done, though one way takes every detour"


def chosen_by(data):
    return lambda options: data.draw(st.sampled_from(options))


def reachable(edges, before, state):
    """Some acts make two steps in one transaction."""
    seen, frontier = {before}, [before]
    while frontier:
        here = frontier.pop()
        for source, target in edges:
            if source == here and target not in seen:
                seen.add(target)
                frontier.append(target)
    return state in seen
