"""Asking for a calculation: a row and a message, never a calculation in the request."""

import json
import re
import subprocess
import sys
from base64 import b64decode
from time import monotonic

import pytest
from redis import Redis

from calculations.engine import ENGINE_VERSION
from mrv.periods.services import reopen_period, seal_period
from mrv.runs import calculation, services
from mrv.runs.models import Run
from mrv.runs.selectors import newest_official, plot_series, result_of, run_for, runs_of
from mrv.runs.services import request_run
from mrv.runs.tasks import calculate
from registry.audit.models import Event
from registry.celery import app
from registry.core.actors import PUBLIC
from registry.core.embedded import broker_url
from registry.core.errors import NotAllowed, NotVisible, Refusal
from registry.core.roles import Role
from tests.mrv.evidence import GAUGINGS, remembered_compute, site
from tests.people import developer, member, official, verification_body

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]


@pytest.fixture(autouse=True)
def each_calculation_once(monkeypatch):
    monkeypatch.setattr(calculation, "compute", remembered_compute)


@pytest.fixture
def sent(monkeypatch):
    """The messages that left for the workers."""
    messages = []
    monkeypatch.setattr(services, "send", messages.append)
    return messages


@pytest.fixture
def sealed(jiangkou):
    return seal_period(actor=jiangkou.owner, period=jiangkou.month_of_evidence())


def test_a_request_makes_a_waiting_row_and_sends_with_the_commit(
    jiangkou, sealed, sent, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        run = request_run(actor=jiangkou.owner, period=sealed)
        assert sent == [], "nothing leaves before the commit"
    assert (len(callbacks), sent) == (1, [run.pk])
    run.refresh_from_db()
    assert (run.state, run.kind, run.attempt, run.result_digest) == ("queued", "official", 0, "")
    assert (run.bundle_digest, run.engine_version) == (sealed.bundle_digest, ENGINE_VERSION)
    assert Event.objects.filter(action="runs.request", object_id=str(run.pk)).exists()


def test_asking_again_is_the_same_run_while_it_waits_and_when_it_is_finished(jiangkou, sealed):
    run = request_run(actor=jiangkou.owner, period=sealed)
    assert request_run(actor=jiangkou.owner, period=sealed) == run
    calculate(run.pk)
    assert request_run(actor=jiangkou.owner, period=sealed) == run
    assert Run.objects.count() == 1


def test_the_equal_calculation_of_another_period_is_reused_without_a_worker(
    jiangkou, sealed, sent, django_capture_on_commit_callbacks
):
    first = request_run(actor=jiangkou.owner, period=sealed)
    calculate(first.pk)
    first.refresh_from_db()
    twin = site(name="DEV-2")
    period = seal_period(actor=twin.owner, period=twin.month_of_evidence())
    assert period.bundle_digest == sealed.bundle_digest
    with django_capture_on_commit_callbacks(execute=True):
        run = request_run(actor=twin.owner, period=period)
    assert (run.state, run.reused_from, run.result_digest) == ("succeeded", first, first.result_digest)
    assert sent == []
    period.refresh_from_db()
    assert period.official_run == run
    assert period.kit_sha256


def test_open_evidence_gives_a_preview_and_no_official_run(jiangkou):
    period = jiangkou.month_of_evidence()
    with pytest.raises(Refusal) as refusal:
        request_run(actor=jiangkou.owner, period=period)
    assert refusal.value.code == "PERIOD_NOT_SEALED"
    preview = request_run(actor=jiangkou.owner, period=period, kind="preview")
    calculate(preview.pk)
    preview.refresh_from_db()
    period.refresh_from_db()
    assert preview.state == "succeeded"
    assert (period.official_run, period.state, period.bundle_digest) == (None, "open", "")
    sealed = seal_period(actor=jiangkou.owner, period=period)
    assert sealed.bundle_digest == preview.bundle_digest, "the same function over the same evidence"
    official_run = request_run(actor=jiangkou.owner, period=sealed)
    assert official_run.state == "queued", "a preview is never taken for the official result"


def test_after_reopening_the_old_run_stays_and_names_nothing(jiangkou, sealed):
    run = request_run(actor=jiangkou.owner, period=sealed)
    calculate(run.pk)
    period = reopen_period(actor=jiangkou.owner, period=sealed, reason="one gauging too many")
    assert (period.official_run, newest_official(period)) == (None, None)
    fewer = b"\n".join(GAUGINGS.read_bytes().splitlines()[:-1])
    jiangkou.fit(gaugings=fewer)
    period = seal_period(actor=jiangkou.owner, period=period)
    assert request_run(actor=jiangkou.owner, period=period) != run
    calculate(run.pk)
    period.refresh_from_db()
    assert period.official_run is None


def test_who_asks_and_who_sees(jiangkou, sealed):
    stranger = member(developer("Other", "DEV-2"), Role.EDITOR)
    body = verification_body()
    verifier = member(body, Role.VERIFIER)
    for actor in (stranger, verifier, PUBLIC):
        with pytest.raises(NotVisible):
            request_run(actor=actor, period=sealed)
    with pytest.raises(NotAllowed):
        request_run(actor=official(Role.APPROVER), period=sealed)
    run = request_run(actor=jiangkou.owner, period=sealed)
    preview = request_run(actor=jiangkou.owner, period=sealed, kind="preview")
    sealed.verifier = body
    sealed.save(update_fields=["verifier"])
    assert list(runs_of(jiangkou.owner, sealed)) == [preview, run]
    assert list(runs_of(verifier, sealed)) == [run]
    assert run_for(verifier, run.pk) == run
    for actor, pk in ((verifier, preview.pk), (stranger, run.pk), (PUBLIC, run.pk)):
        with pytest.raises(NotVisible):
            run_for(actor, pk)
    with pytest.raises(NotAllowed):
        request_run(actor=verifier, period=sealed, kind="official")
    assert request_run(actor=verifier, period=sealed, kind="verifier").kind == "verifier"


def test_a_queue_that_is_down_loses_no_request_and_keeps_nobody_waiting(
    jiangkou, sealed, django_capture_on_commit_callbacks, caplog, monkeypatch
):
    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    begun = monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        run = request_run(actor=jiangkou.owner, period=sealed)
    assert monotonic() - begun < 4.0
    assert Run.objects.get(pk=run.pk).state == "queued"
    assert "the sweep will send it" in caplog.text


def test_the_message_reaches_the_queue_with_the_runs_number(settings, monkeypatch):
    queue = re.sub(r"(db=|/)\d+$", r"\g<1>15", settings.REDIS_URL)
    assert queue.endswith("15"), "a database of its own: workers of other tests listen on the usual one"
    for name in ("broker_url", "broker_write_url"):
        monkeypatch.setattr(app.conf, name, broker_url(queue))
    with Redis.from_url(queue) as client:
        client.flushdb()
        services.send(4711)
        message = json.loads(client.lpop("celery"))
        client.flushdb()
    assert message["headers"]["task"] == "mrv.runs.tasks.calculate"
    assert json.loads(b64decode(message["body"]))[0] == [4711]


def test_a_waiting_run_has_no_result_to_show(jiangkou, sealed):
    run = request_run(actor=jiangkou.owner, period=sealed)
    for read in (result_of, plot_series):
        with pytest.raises(Refusal) as refusal:
            read(run)
        assert refusal.value.code == "RUN_NOT_FINISHED"


def test_pages_and_requests_do_not_load_the_calculation():
    code = (
        "import sys, django; django.setup(); import mrv.runs.services, mrv.runs.selectors, mrv.runs.tasks; "
        "print('mrv.runs.calculation' in sys.modules, 'calculations.engine' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert answer.stdout.split() == ["False", "False"], answer.stderr
