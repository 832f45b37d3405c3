"""Delivery is at least once, effect exactly once: attempts, leases, the fence, and every way a run ends."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from calculations.bundle import read_kit
from calculations.engine import compute
from calculations.messages import CalculationError
from calculations.methodologies import read_methodology
from mrv.methodologies.models import MethodologyVersion
from mrv.periods.models import MonitoringPeriod
from mrv.periods.services import recompute_kit, seal_period
from mrv.runs import attempts, calculation, lease, results, tasks
from mrv.runs.models import Run
from mrv.runs.selectors import plot_series, result_of
from mrv.runs.services import request_run
from mrv.runs.states import RUN
from mrv.runs.tasks import calculate, resend_lost_runs
from registry.audit.models import Event
from registry.core import store
from registry.core.errors import Refusal
from tests.mrv.evidence import remembered_compute, site
from tests.triggers import triggers_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]

OUTCOME = results.Outcome("d" * 64, b'{"figures":{}}', {"net_t_co2": "1.5"}, b"plot", 5)


@pytest.fixture(autouse=True)
def each_calculation_once(monkeypatch):
    monkeypatch.setattr(calculation, "compute", remembered_compute)


@pytest.fixture
def sent(monkeypatch):
    messages = []
    monkeypatch.setattr(tasks, "send", lambda run_id, countdown_s=0: messages.append((run_id, countdown_s)))
    return messages


@pytest.fixture
def run(jiangkou):
    period = seal_period(actor=jiangkou.owner, period=jiangkou.month_of_evidence())
    return request_run(actor=jiangkou.owner, period=period)


@pytest.fixture
def no_kit(monkeypatch):
    """For results that were made up here and are no real ones."""
    monkeypatch.setattr(results, "build_kit", lambda period: None)


def lose_lease(run):
    Run.objects.filter(pk=run.pk).update(lease_until=lease.real_now() - timedelta(seconds=1))


def chinese(text):
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_the_result_is_the_engines_and_the_kit_gives_it_again(jiangkou, run):
    calculate(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempt, run.phase, run.error) == ("succeeded", 1, "", None)
    content = result_of(run)
    assert content["bundle_digest"] == run.bundle_digest
    assert run.figures["gross_t_co2"] == content["figures"]["gross_t_co2"]["value"]
    assert all(value is None or isinstance(value, str) for value in run.figures.values())
    period = MonitoringPeriod.objects.get(pk=run.period_id)
    assert period.official_run == run
    kit = read_kit(recompute_kit(actor=jiangkou.owner, period=period))
    again = compute(kit.bundle, read_methodology(kit.methodology_toml))
    assert again.json_bytes == kit.result_json == store.read(run.result_sha256)
    assert again.digest == run.result_digest
    acts = Event.objects.filter(object_type="runs.Run", object_id=str(run.pk)).values_list("action", flat=True)
    assert list(acts) == ["runs.request", "runs.claim", "runs.succeed"]


def test_the_plot_has_every_slot_of_what_was_measured_and_computed(run):
    calculate(run.pk)
    run.refresh_from_db()
    plot = plot_series(run)
    assert (plot["t0"], plot["dt"], plot["n"]) == (int(run.period.start.timestamp()), 900, 30 * 96)
    columns = plot["columns"]
    assert {"rainfall", "stage", "water_temperature", "ph", "specific_conductance_25c"} <= set(columns)
    assert {"discharge", "pco2", "si_calcite"} <= set(columns)
    assert columns["stage"]["values"][:2] == [0.534, 0.538]
    assert all(len(column["values"]) == 2880 for column in columns.values())
    assert json.dumps(plot, allow_nan=False)


def test_the_same_message_twice_calculates_once(run, monkeypatch):
    calculate(run.pk)
    monkeypatch.setattr(calculation, "compute_run", lambda *_: pytest.fail("calculated twice"))
    calculate(run.pk)
    assert Run.objects.get(pk=run.pk).attempt == 1


def test_a_message_about_a_run_that_is_not_here_is_left_alone():
    calculate(10**9)


def test_a_message_that_comes_while_another_attempt_lives_only_looks_again_later(run, sent, monkeypatch):
    monkeypatch.setattr(calculation, "compute_run", lambda *_: pytest.fail("calculated beside another attempt"))
    assert attempts.claim(run.pk) == 1
    assert attempts.claim(run.pk) is None
    calculate(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("running", 1)
    ((again, countdown_s),) = sent
    assert again == run.pk
    assert lease.LEASE.total_seconds() - 5 < countdown_s <= lease.LEASE.total_seconds() + 1


def test_only_the_attempt_that_holds_the_lease_writes(run, no_kit):
    assert attempts.claim(run.pk) == 1
    lose_lease(run)
    assert attempts.claim(run.pk) == 2
    assert not lease.renew(run.pk, 1, phase="flux")
    for write in (
        lambda: results.keep_result(run.pk, 1, OUTCOME),
        lambda: attempts.try_again(run.pk, 1, MemoryError()),
        lambda: results.fail(run.pk, 1, None),
    ):
        with pytest.raises(lease.LeaseLost):
            write()
    assert lease.renew(run.pk, 2, phase="flux")
    results.keep_result(run.pk, 2, OUTCOME)
    run.refresh_from_db()
    assert (run.state, run.attempt, run.result_digest) == ("succeeded", 2, "d" * 64)


def test_a_calculation_stops_when_it_learns_that_it_lost_its_lease(run, monkeypatch):
    def slow(run, tell):
        lose_lease(run)
        assert attempts.claim(run.pk) == 2
        tell("flux", 0, 1)
        pytest.fail("went on without the lease")

    monkeypatch.setattr(calculation, "compute_run", slow)
    calculate(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempt, run.error) == ("running", 2, None)


def test_a_dead_workers_run_is_taken_over_three_times_and_then_fails_with_its_reason(run, sent):
    for number in (1, 2, 3):
        assert attempts.claim(run.pk) == number
        assert resend_lost_runs() == 0, "it lives"
        lose_lease(run)
    assert resend_lost_runs() == 0, "no fourth attempt"
    run.refresh_from_db()
    assert (run.state, run.error["code"]) == ("failed", "ATTEMPTS_EXHAUSTED")
    assert "3" in run.error["en"]
    assert attempts.claim(run.pk) is None
    assert Event.objects.filter(action="runs.fail", object_id=str(run.pk)).count() == 1


def test_a_fourth_message_fails_a_run_that_died_three_times(run):
    for number in (1, 2, 3):
        assert attempts.claim(run.pk) == number
        lose_lease(run)
    assert attempts.claim(run.pk) is None
    assert Run.objects.get(pk=run.pk).state == "failed"


def test_the_sweep_sends_lost_messages_again_and_leaves_the_others(run, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert resend_lost_runs() == 0, "it was asked for a moment ago"
    lose_lease(run)
    with django_capture_on_commit_callbacks(execute=True):
        assert resend_lost_runs() == 1
        assert resend_lost_runs() == 0, "just sent again"
    attempts.claim(run.pk)
    lose_lease(run)
    with django_capture_on_commit_callbacks(execute=True):
        assert resend_lost_runs() == 1
    assert sent == [(run.pk, 0), (run.pk, 0)]
    calculate(run.pk)
    assert resend_lost_runs() == 0
    assert Run.objects.get(pk=run.pk).state == "succeeded"


def test_an_unexpected_fault_is_tried_three_times_and_then_said(run, sent, monkeypatch):
    def breaks(run, tell):
        tell("load", 0, 1)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(calculation, "compute_run", breaks)
    for number in (1, 2, 3):
        assert Run.objects.get(pk=run.pk).state == "queued"
        calculate(run.pk)
        assert Run.objects.get(pk=run.pk).attempt == number
    run.refresh_from_db()
    assert (run.state, run.error["code"], sent) == ("failed", "UNEXPECTED", [(run.pk, 0), (run.pk, 0)])
    assert "OSError" in run.error["en"]
    assert "OSError" in run.error["zh"]
    assert chinese(run.error["zh"])
    assert MonitoringPeriod.objects.get(pk=run.period_id).state == "sealed"


def test_a_failed_run_may_be_asked_for_again(jiangkou, run, monkeypatch):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calculation, "compute_run", lambda *_: (_ for _ in ()).throw(CalculationError("NO_FLOW")))
        calculate(run.pk)
    again = request_run(actor=jiangkou.owner, period=run.period)
    assert again != run
    calculate(again.pk)
    assert Run.objects.get(pk=again.pk).state == "succeeded"


def test_a_poisoned_bundle_fails_with_the_part_in_both_languages(run):
    path = store.path(run.bundle_sha256)
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[5000] ^= 0xFF
    path.write_bytes(data)
    calculate(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("failed", 1), "no further attempt would change it"
    assert run.error["code"].startswith("BUNDLE_")
    assert chinese(run.error["zh"])
    assert run.error["en"] != run.error["zh"]
    assert MonitoringPeriod.objects.get(pk=run.period_id).official_run is None


def test_a_missing_bundle_fails_with_its_reason(run):
    store.path(run.bundle_sha256).unlink()
    calculate(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error["code"]) == ("failed", "EVIDENCE_MISSING")
    assert run.bundle_sha256 in run.error["en"]


def test_a_methodology_altered_in_the_database_calculates_nothing(run):
    with triggers_off(MethodologyVersion):
        text = run.methodology.toml.replace("default = 0.02", "default = 0.01", 1)
        MethodologyVersion.objects.filter(pk=run.methodology_id).update(toml=text)
    calculate(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error["code"], run.attempt) == ("failed", "METHODOLOGY_ALTERED", 1)


def test_a_run_asked_of_another_engine_is_not_answered_by_this_one(run):
    with triggers_off(Run):
        Run.objects.filter(pk=run.pk).update(engine_version="0.9.0")
    calculate(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error["code"]) == ("failed", "ENGINE_CHANGED")


def test_progress_stands_on_the_row_while_it_runs(run, monkeypatch):
    seen = []
    computed = compute

    def watched(bundle, methodology, tell):
        def told(phase, done, total):
            tell(phase, done, total)
            row = Run.objects.get(pk=run.pk)
            seen.append((row.state, row.phase))

        return computed(bundle, methodology, told)

    monkeypatch.setattr(calculation, "compute", watched)
    calculate(run.pk)
    phases = list(dict.fromkeys(phase for _state, phase in seen))
    assert phases == ["load", "qc", "gap_fill", "discharge", "ions", "speciation", "flux", "uncertainty", "report"]
    assert {state for state, _phase in seen} == {"running"}


def test_progress_is_written_at_most_twice_a_second_within_a_phase(run, monkeypatch, django_assert_num_queries):
    attempts.claim(run.pk)
    with lease.Heartbeat(run.pk, 1) as heartbeat:
        tell = tasks.Progress(run.pk, 1, heartbeat)
        with django_assert_num_queries(2):
            for done in range(100):
                tell("uncertainty", done, 100)
            tell("report", 0, 1)


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_holds_the_lease_of_a_long_silent_calculation_and_notices_its_loss():
    jiangkou = site()
    period = seal_period(actor=jiangkou.owner, period=jiangkou.month_of_evidence())
    run = request_run(actor=jiangkou.owner, period=period)
    attempts.claim(run.pk)
    lose_lease(run)
    beaten = threading.Event()
    with lease.Heartbeat(run.pk, 1, every_s=0.02) as heartbeat:
        for _try in range(250):
            if Run.objects.get(pk=run.pk).lease_until > lease.real_now():
                break
            beaten.wait(0.02)
        else:
            pytest.fail("the lease was not renewed")
        Run.objects.filter(pk=run.pk).update(attempt=2)
        for _try in range(250):
            if heartbeat.lost:
                break
            beaten.wait(0.02)
        assert heartbeat.lost


def test_a_result_that_came_first_is_taken_and_never_doubled(jiangkou, run, no_kit):
    twin = site(name="DEV-2")
    other = request_run(actor=twin.owner, period=seal_period(actor=twin.owner, period=twin.month_of_evidence()))
    for one in (run, other):
        attempts.claim(one.pk)
    results.keep_result(other.pk, 1, OUTCOME)
    results.keep_result(run.pk, 1, results.Outcome("e" * 64, b"{}", {}, b"plot", 9))
    run.refresh_from_db()
    assert (run.state, run.reused_from, run.result_digest) == ("succeeded", other, "d" * 64)
    assert Run.objects.filter(state="succeeded", reused_from=None).count() == 1


def test_the_database_lets_nobody_change_a_finished_run(run, no_kit):
    attempts.claim(run.pk)
    results.keep_result(run.pk, 1, OUTCOME)
    for change in ({"result_digest": "0" * 64}, {"state": "queued"}, {"figures": {}}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Run.objects.filter(pk=run.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Run.objects.filter(pk=run.pk).delete()


def test_the_database_knows_no_success_without_a_result_and_no_failure_without_a_reason(run):
    attempts.claim(run.pk)
    for state, constraint in (("succeeded", "run_succeeded_with_result"), ("failed", "run_failed_with_reason")):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Run.objects.filter(pk=run.pk).update(state=state)


def test_every_state_can_be_reached():
    reached, todo = {RUN.initial}, [RUN.initial]
    while todo:
        here = todo.pop()
        for line in RUN.transitions:
            if line.source == here and line.target not in reached:
                reached.add(line.target)
                todo.append(line.target)
    assert reached == {state.name for state in RUN.states}


def test_a_what_if_is_never_kept_as_a_result(run):
    attempt = attempts.claim(run.pk)
    what_if = results.Outcome("d" * 64, b'{"figures":{},"what_if":{"kappa_ref":{}}}', {}, b"plot", 5)
    with pytest.raises(Refusal) as refusal:
        results.keep_result(run.pk, attempt, what_if)
    assert refusal.value.code == "WHAT_IF_NOT_OFFICIAL"
    assert Run.objects.get(pk=run.pk).result_digest == ""
