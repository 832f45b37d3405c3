"""Any order of acts by anybody, against a model of a few lines: findings stand where it says, and hold the opinion."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mrv.demo.checks import look_at_everything
from mrv.verification import findings, services
from mrv.verification.models import Assignment, Finding
from mrv.verification.states import FINDING
from registry.audit.models import Event
from registry.core import clock
from registry.core.errors import Refusal
from registry.core.roles import Role
from tests.mrv.bodies import WORDS, kept
from tests.mrv.verification.finding_world import raised
from tests.people import developer, member

LONG = os.environ.get("KCR_LONG") == "1"
pytestmark = pytest.mark.django_db
OPEN = ("raised", "answered")


@pytest.fixture(scope="module")
def court(django_db_setup, django_db_blocker, tmp_path_factory):
    with kept(django_db_blocker, tmp_path_factory.mktemp("court")) as made:
        look_at_everything(made.lead, made.recomputed())
        yield made


def test_findings_do_what_a_simple_model_says(court, db):
    people = {
        "lead": court.lead,
        "verifier": member(court.body, Role.VERIFIER),
        "reviewer": court.reviewer,
        "owner": court.owner,
        "clerk": court.clerk,
        "stranger": member(developer("Another", "DEV-9"), Role.REPRESENTATIVE),
        "other body": member(court.validator, Role.LEAD_VERIFIER),
    }
    body = ("lead", "verifier")

    class Findings(RuleBasedStateMachine):
        """``model[pk] = [kind, raiser, state, days left, round]``; ``signed`` while the lead's signature stands."""

        def __init__(self):
            super().__init__()
            self.savepoint = transaction.atomic()
            self.savepoint.__enter__()
            self.task = Assignment.objects.get(period=court.period)
            self.model: dict[int, list] = {}
            self.signed = False
            self.events = Event.objects.count()

        def teardown(self):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

        @initialize()
        def begin(self):
            self.model.clear()

        def tried(self, allowed, act):
            """The act succeeds exactly when the model says so; a refusal changes nothing and has a code."""
            made, refusal = None, None
            try:
                with transaction.atomic():
                    made = act()
            except Refusal as raised_one:
                refusal = raised_one
            assert allowed == (refusal is None), refusal and refusal.code
            assert refusal is None or (refusal.code and str(refusal))
            return made

        def chosen(self, which):
            return list(self.model)[which % len(self.model)] if self.model else None

        def row(self, pk):
            return Finding.objects.get(pk=pk)

        who = st.sampled_from(sorted(people))
        which = st.integers(0, 5)

        @rule(who=who, kind=st.sampled_from(Finding.Kind.values))
        def raise_one(self, who, kind):
            made = self.tried(
                who in body and not self.signed,
                lambda: raised(court, self.task, kind, by=people[who]),
            )
            if made:
                self.model[made.pk] = [kind, who, "raised", (made.due_on - clock.today()).days, 1]

        @rule(who=who, which=which)
        def answer(self, who, which):
            pk = self.chosen(which)
            if pk is None:
                return
            allowed = who == "owner" and self.model[pk][2] == "raised" and not self.signed
            if self.tried(allowed, lambda: findings.answer(actor=people[who], finding=self.row(pk), text="So.")):
                self.model[pk][2] = "answered"

        @rule(who=who, which=which, act=st.sampled_from(["close", "raise_again"]))
        def judge(self, who, which, act):
            pk = self.chosen(which)
            if pk is None:
                return
            allowed = who == self.model[pk][1] and self.model[pk][2] == "answered" and not self.signed
            given = {"reason": "Settled."} if act == "close" else {"text": "Still missing."}
            made = self.tried(allowed, lambda: getattr(findings, act)(actor=people[who], finding=self.row(pk), **given))
            if made and act == "close":
                self.model[pk][2] = "closed"
            elif made:
                self.model[pk][2:] = ["raised", (made.due_on - clock.today()).days, self.model[pk][4] + 1]

        @rule(who=who, which=which)
        def give_up(self, who, which):
            pk = self.chosen(which)
            if pk is None:
                return
            kind, raiser, state, left, _round = self.model[pk]
            allowed = who == raiser and state == "raised" and kind != "far" and left < 0 and not self.signed
            if self.tried(allowed, lambda: findings.give_up(actor=people[who], finding=self.row(pk), reason="Late.")):
                self.model[pk][2] = "unresolved"

        @rule(days=st.sampled_from([1, 40]))
        def days_pass(self, days):
            clock.advance_to(clock.now() + timedelta(days=days))
            for line in self.model.values():
                line[3] -= days

        @rule(who=who, positive=st.booleans())
        def sign(self, who, positive):
            asked = [line for line in self.model.values() if line[0] != "far"]
            held = any(line[2] in OPEN for line in asked) or (
                positive and any(line[2] == "unresolved" for line in asked)
            )
            made = self.tried(
                who == "lead" and not held and not self.signed,
                lambda: services.sign_opinion(
                    actor=people[who], assignment=self.task, positive=positive, materiality_pct=5, **WORDS
                ),
            )
            self.signed = self.signed or made is not None

        @rule(who=who)
        def send_back(self, who):
            opinion = self.task.opinions.filter(state="lead_signed").first()
            if opinion is None:
                return
            sent = self.tried(
                who == "reviewer",
                lambda: services.send_back_opinion(actor=people[who], opinion=opinion, reason="Look again."),
            )
            self.signed = self.signed and sent is None

        @invariant()
        def rows_stand_where_the_model_says(self):
            rows = {row.pk: row for row in Finding.objects.filter(assignment=self.task)}
            assert {pk: (row.state, row.round) for pk, row in rows.items()} == {
                pk: (line[2], line[4]) for pk, line in self.model.items()
            }

        @invariant()
        def the_period_waits_exactly_while_something_is_open(self):
            waits = any(line[0] != "far" and line[2] in OPEN for line in self.model.values())
            assert court.fresh().state == ("findings" if waits else "under_verification")

        @invariant()
        def every_thread_is_a_way_through_the_table(self):
            for row in Finding.objects.filter(assignment=self.task):
                state = FINDING.initial
                for entry in row.entries.exclude(act="remark")[1:]:
                    state = FINDING.target(state, entry.act)
                assert state == row.state

    run_state_machine_as_test(
        Findings,
        settings=settings(
            max_examples=40 if LONG else 4,
            stateful_step_count=30 if LONG else 12,
            deadline=None,
            derandomize=not LONG,
            suppress_health_check=list(HealthCheck),
        ),
    )
