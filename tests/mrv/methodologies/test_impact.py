"""The impact test: every past official period by the new version, its difference in t, kept as a record."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from calculations.canonical import canonical_digest
from calculations.methodologies import methodology_bytes
from mrv.methodologies import impact, services
from mrv.methodologies.comparison import compare
from mrv.methodologies.impact_chart import impact_chart, rows_shown
from mrv.methodologies.models import MethodologyVersion
from mrv.methodologies.selectors import acts_now, candidate_methodology, read_text
from mrv.runs.models import Run
from mrv.runs.selectors import official_with, run_for, runs_of
from mrv.runs.services import request_run
from mrv.runs.tasks import calculate
from registry.core.actors import PUBLIC
from registry.core.errors import NotVisible
from registry.core.roles import Role
from registry.organisations.models import User
from tests.mrv.bodies import code_of, kept
from tests.people import official
from tests.triggers import triggers_off

pytestmark = pytest.mark.django_db
BEFORE = "KCS-ENH-BACI 1.1.0"


@pytest.fixture(scope="module")
def jiangkou(django_db_setup, django_db_blocker, tmp_path_factory):
    with kept(django_db_blocker, tmp_path_factory.mktemp("court")) as court:
        yield court


@pytest.fixture
def editor():
    return official(Role.METHODOLOGY_EDITOR, email="editor@authority.test")


def text_of_1_9(**changes: str) -> str:
    """The version in force with another number and, where asked, other words."""
    text = methodology_bytes("KCS-ENH-BACI", "1.1.0").decode().replace('version = "1.1.0"', 'version = "1.9.0"', 1)
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new, 1)
    return text


def with_other_kappa() -> str:
    """As 1.9.0, less of the carbon retained."""
    head, tail = text_of_1_9().split('symbol = "kappa_ref"', 1)
    block, rest = tail.split("[[parameters]]", 1)
    block = block.replace("default = 0.86", "default = 0.84").replace("mode = 0.86", "mode = 0.84")
    return head + 'symbol = "kappa_ref"' + block + "[[parameters]]" + rest


def computed(editor, version: MethodologyVersion) -> list[impact.Row]:
    services.start_impact(actor=editor, version=version)
    for run in Run.objects.filter(methodology=version, kind="impact", state="queued"):
        calculate(run.pk)
    return impact.rows_of(version)


def test_the_difference_of_each_past_period_and_of_all_is_shown_and_kept(jiangkou, editor):
    version = services.draft_version(actor=editor, toml=with_other_kappa())
    [waiting] = impact.rows_of(version)
    assert (waiting.state, waiting.followed, waiting.difference_t) == ("waiting", BEFORE, None)
    assert code_of(services.record_impact, actor=editor, version=version) == "IMPACT_NOT_COMPUTED"
    [row] = computed(editor, version)
    official_run = jiangkou.fresh().official_run
    assert row.before_t == official_run.figures["net_p10_t_co2"]
    run = Run.objects.get(pk=row.run)
    assert row.after_t == run.figures["net_p10_t_co2"]
    assert row.difference_t == Decimal(row.after_t) - Decimal(row.before_t) < 0
    assert (run.kind, run.bundle_digest) == ("impact", official_run.bundle_digest)
    assert services.start_impact(actor=editor, version=version) == 0, "asked again, nothing is missing"
    chart = impact_chart(version, rows_shown(version, [row]))
    assert (len(chart.bars), chart.bars[0][2] > chart.bars[1][2]) == (2, True), "then is longer than now"
    assert f"{row.difference_t:+.3f}" in chart.summary
    version = services.record_impact(actor=editor, version=version)
    stored = MethodologyVersion.objects.get(pk=version.pk).impact
    [period] = stored["periods"]
    assert (period["digest_before"], period["digest_after"]) == (official_run.result_digest, run.result_digest)
    assert Decimal(stored["totals"]["difference_t"]) == row.difference_t
    assert (stored["totals"]["compared"], stored["totals"]["failed"]) == (1, 0)
    digest = stored.pop("digest")
    assert digest == canonical_digest(stored)
    services.sign_version(actor=editor, version=version)
    with pytest.raises(DatabaseError, match="is signed and cannot change"), transaction.atomic():
        MethodologyVersion.objects.filter(pk=version.pk).update(impact={"periods": []})
    assert jiangkou.fresh().official_run_id == official_run.pk, "the period stays on its version"


def test_the_shipped_draft_is_tested_on_what_is_in_force(jiangkou, editor):
    version = MethodologyVersion.objects.get(identifier="KCS-ENH-BACI", version="1.2.0")
    [row] = computed(editor, version)
    assert row.state == "done"
    assert row.difference_t is not None
    assert services.record_impact(actor=editor, version=version).state == "tested"


def test_a_period_that_the_version_cannot_compute_is_recorded_with_its_reason(jiangkou, editor):
    version = services.draft_version(actor=editor, toml=with_other_kappa())
    with triggers_off(MethodologyVersion):
        MethodologyVersion.objects.filter(pk=version.pk).update(toml=with_other_kappa().replace("0.84", "0.85"))
    version.refresh_from_db()
    [row] = computed(editor, version)
    assert (row.state, row.error["code"], row.difference_t) == ("failed", "METHODOLOGY_ALTERED", None)
    assert services.start_impact(actor=editor, version=version) == 1, "a failed one is asked for again"
    for run in Run.objects.filter(methodology=version, state="queued"):
        calculate(run.pk)
    version = services.record_impact(actor=editor, version=version)
    assert version.impact["totals"]["failed"] == 1
    assert version.impact["periods"][0]["error"]["zh"]


def test_what_became_official_after_the_test_is_tested_before_the_signature(jiangkou, editor, monkeypatch):
    version = services.draft_version(actor=editor, toml=text_of_1_9())
    computed(editor, version)
    version = services.record_impact(actor=editor, version=version)
    known = impact.affected_periods(version)
    monkeypatch.setattr(impact, "affected_periods", lambda _version: [*known, "KC-2 · 1"])
    assert code_of(services.sign_version, actor=editor, version=version) == "IMPACT_STALE"
    monkeypatch.undo()
    assert services.record_impact(actor=editor, version=version).state == "tested"
    services.sign_version(actor=editor, version=version)


def test_an_impact_run_is_the_authoritys_alone(jiangkou, editor):
    version = services.draft_version(actor=editor, toml=text_of_1_9())
    [row] = computed(editor, version)
    period = jiangkou.fresh()
    assert run_for(editor, row.run)
    for actor in (jiangkou.owner, jiangkou.lead, PUBLIC):
        with pytest.raises(NotVisible):
            run_for(actor, row.run)
        assert row.run not in [run.pk for run in runs_of(actor, period)]
    before = MethodologyVersion.objects.get(identifier="KCS-ENH-BACI", version="1.1.0")
    assert list(official_with(jiangkou.owner, before)) == [period]
    assert not official_with(PUBLIC, before).exists(), "not public yet"
    assert not official_with(editor, version).exists(), "a test makes nothing official"


def test_who_signed_sees_no_button_to_publish(jiangkou, editor):
    version = services.draft_version(actor=editor, toml=text_of_1_9())
    assert acts_now(editor, version) == ["start_impact", "test"]
    computed(editor, version)
    version = services.sign_version(actor=editor, version=services.record_impact(actor=editor, version=version))
    assert acts_now(editor, version) == []
    assert acts_now(official(Role.APPROVER, email="second@authority.test"), version) == ["publish"]


def test_a_version_altered_in_the_database_computes_nothing_official(jiangkou):
    """The digest is checked at the run itself, not only when it is asked for."""
    jiangkou.accepted()
    run = request_run(actor=jiangkou.lead, period=jiangkou.fresh(), kind="verifier")
    record = run.methodology
    with triggers_off(MethodologyVersion):
        MethodologyVersion.objects.filter(pk=record.pk).update(toml=record.toml.replace("0.86", "0.96"))
    calculate(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error["code"]) == ("failed", "METHODOLOGY_ALTERED")


def test_a_text_of_the_authoritys_own_is_read_by_its_digest(jiangkou, editor):
    version = services.draft_version(actor=editor, toml=with_other_kappa())
    assert candidate_methodology(version).value("kappa_ref") == 0.84


# --- two versions side by side --------------------------------------------------------------------------


def test_the_comparison_names_a_changed_parameter_with_both_values(jiangkou):
    first, second = read_text(text_of_1_9()), read_text(with_other_kappa())
    found = compare(first, second, "en")
    [change] = found.parameters
    assert (change.symbol, change.before["value"], change.after["value"]) == ("kappa_ref", "0.86", "0.84")
    assert change.changed == {"value"}
    assert found.unchanged == len(first.parameters) - 1
    assert found.texts == []
    assert compare(first, first, "zh").parameters == []


def test_the_comparison_of_shipped_versions_speaks_one_language(jiangkou):
    versions = [read_text(methodology_bytes("KCS-ENH-BACI", number).decode()) for number in ("1.1.0", "1.2.0")]
    zh, en = (compare(*versions, language) for language in ("zh", "en"))
    assert [change.symbol for change in zh.parameters] == [change.symbol for change in en.parameters] != []
    added = [change for change in en.parameters if change.before is None]
    assert added
    assert all(set(change.after) == {"value", "unit", "range", "source"} for change in added)
    assert not any("_zh" in change.place or "/zh" in change.place for change in en.texts)


def test_publishing_later_leaves_old_periods_alone(jiangkou, editor):
    version = services.draft_version(actor=editor, toml=text_of_1_9())
    computed(editor, version)
    version = services.sign_version(actor=editor, version=services.record_impact(actor=editor, version=version))
    second = official(Role.APPROVER, email="second@authority.test")
    services.publish_version(actor=second, version=version, effective_from=date(2030, 1, 1))
    period = jiangkou.fresh()
    assert str(period.official_run.methodology) == BEFORE
    assert period.official_run.methodology.state == "superseded"


def test_a_program_is_told_where_the_impact_test_is(jiangkou, editor, client):
    """Long work: 202 with an address, also when the request is sent again."""
    version = services.draft_version(actor=editor, toml=with_other_kappa())
    client.force_login(User.objects.get(pk=editor.user_id))
    address = f"/api/v1/methodologies/{version.identifier}/{version.version}/"
    asked = [client.post(f"{address}start-impact/", headers={"idempotency-key": "one-and-the-same"}) for _time in "12"]
    assert [(answer.status_code, answer["Location"]) for answer in asked] == [(202, f"{address}impact/")] * 2
    assert [row["state"] for row in client.get(f"{address}impact/").json()["periods"]] == ["waiting"]
