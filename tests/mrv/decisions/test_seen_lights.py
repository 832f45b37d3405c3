"""The six lines stay with the decision as the officials saw them, whatever happens later."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from mrv.decisions import seen, services
from mrv.decisions.lights import lights_of
from mrv.decisions.models import SeenLights
from mrv.verification.models import Consultancy
from registry.audit.models import Event
from registry.projects.models import Comment, Declaration
from tests.mrv.bodies import code_of
from tests.mrv.browsers import browser
from tests.mrv.programs import get

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def decided(jiangkou, begun):
    services.prepare(actor=jiangkou.clerk, review=begun, confirmed_quantity=jiangkou.whole_t)
    services.approve(actor=jiangkou.approver, review=begun, confirmed_quantity=jiangkou.whole_t)
    begun.refresh_from_db()
    return begun


def later(court, review):
    """What makes three of the live lines red or doubtful after the decision."""
    project = review.period.project
    Consultancy.objects.create(
        body=court.body, project=project, description="Feasibility.", recorded_by_id=court.clerk.user_id
    )
    Comment.objects.create(project=project, number=99, text="Never answered.", author_name="")
    Declaration.objects.create(
        project=project,
        subject=Declaration.Subject.PROGRAMMES,
        content={"entries": [{"programme": "VCS", "identifier": "1", "relation": "listed"}]},
        declared_by_id=court.owner.user_id,
    )


def test_both_officials_acts_keep_the_six_lines_with_figures_and_digests(jiangkou, decided):
    kept_rows = list(decided.seen_lights.all())
    assert [(row.act, row.seen_by_id) for row in kept_rows] == [
        ("prepare", jiangkou.clerk.user_id),
        ("approve", jiangkou.approver.user_id),
    ]
    run, row = decided.opinion.run, kept_rows[-1]
    assert (row.bundle_digest, row.result_digest) == (run.bundle_digest, run.result_digest)
    assert row.methodology_digest == run.methodology.digest
    assert (row.quantity_verified_t, row.statement_number) == (
        decided.opinion.quantity_verified_t,
        decided.opinion.number,
    )
    assert Decimal(row.figures["volume_measured_pct"]) == Decimal(str(run.figures["volume_measured_pct"]))
    assert seen.is_whole(row)
    assert seen.levels(row) == {line.key: line.level for line in lights_of(decided)}
    assert {"zh", "en"} <= set(row.lights[0])


def test_the_log_holds_levels_and_digest_of_what_was_seen(decided):
    event = Event.objects.get(action="decisions.approve", object_id=str(decided.pk))
    said = json.loads(bytes(event.body))["after"]
    row = decided.seen_lights.last()
    assert (said["lights"], said["lights_digest"]) == (seen.levels(row), row.digest)


def test_what_happens_later_changes_the_live_lines_and_not_the_kept_ones(jiangkou, decided):
    before = [(light.key, light.level, light.summary, light.facts) for light in seen.lights_for(decided)[0]]
    live = {light.key: light.level for light in lights_of(decided)}
    later(jiangkou, decided)
    now = {light.key: light.level for light in lights_of(decided)}
    assert {key for key in live if live[key] != now[key]} >= {"verifier", "comments"}
    shown, row = seen.lights_for(decided)
    assert [(light.key, light.level, light.summary, light.facts) for light in shown] == before
    assert seen.is_whole(SeenLights.objects.get(pk=row.pk))
    html = browser(jiangkou.clerk).get(f"/docket/{decided.pk}/").content.decode()
    assert row.digest[:8] in html
    assert "saw it when acting on the case" in html
    assert "Never answered." not in html
    told = get(jiangkou.clerk, f"reviews/{decided.pk}/").json()
    assert told["lights_digest"] == row.digest
    assert {line["key"]: line["level"] for line in told["lights"]} == live


def test_a_kept_row_is_never_altered_nor_deleted(decided):
    row = decided.seen_lights.last()
    for change in (lambda: SeenLights.objects.filter(pk=row.pk).update(figures={}), row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_refused_act_keeps_nothing_and_a_return_keeps_what_was_seen(jiangkou, begun):
    assert code_of(services.prepare, actor=jiangkou.clerk, review=begun) == "QUANTITY_MISSING"
    assert SeenLights.objects.count() == 0
    services.return_to_verification(actor=jiangkou.approver, review=begun, reason="Page 3 is missing.")
    begun.refresh_from_db()
    shown, row = seen.lights_for(begun)
    assert (row.act, len(shown)) == ("return", 6)
