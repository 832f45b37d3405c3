"""Demonstration areas: named and ended by the approver, the budget from the stored figures of BACI runs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from mrv.province import budget, services
from mrv.province.models import DemonstrationArea
from registry.audit.models import Event
from registry.core.errors import NotAllowed
from registry.core.roles import Role
from registry.projects.models import Project
from tests.mrv.bodies import code_of, kept
from tests.people import official
from tests.triggers import triggers_off

pytestmark = pytest.mark.django_db
NOTE = {"note_zh": "展示植被恢复前后的碳收支。", "note_en": "Shows the budget before and after planting."}


@pytest.fixture(scope="module")
def jiangkou(django_db_setup, django_db_blocker, tmp_path_factory):
    with kept(django_db_blocker, tmp_path_factory.mktemp("court")) as court:
        court.verified()
        yield court


def named(court) -> DemonstrationArea:
    return services.name_area(actor=court.approver, project=court.period.project, **NOTE)


def page_of(client, path: str, language: str = "en") -> str:
    answer = client.get(path, HTTP_ACCEPT_LANGUAGE=language)
    assert answer.status_code == 200
    return answer.content.decode()


def test_naming_is_recorded_and_seen_at_once(jiangkou, client):
    assert "No project is named a demonstration area yet" in page_of(client, "/province/areas/")
    area = named(jiangkou)
    assert NOTE["note_en"] in page_of(client, "/province/areas/")
    assert NOTE["note_zh"] in page_of(client, "/province/areas/", "zh-hans")
    event = Event.objects.filter(action="province.name_area").last()
    assert (event.object_id, event.actor_id) == (str(area.pk), jiangkou.approver.user_id)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.REGISTRAR, Role.AUDITOR])
def test_another_official_names_none(jiangkou, role):
    with pytest.raises(NotAllowed):
        services.name_area(actor=official(role), project=jiangkou.period.project, **NOTE)


def test_the_proponent_does_not_name_its_own(jiangkou):
    with pytest.raises(NotAllowed):
        services.name_area(actor=jiangkou.owner, project=jiangkou.period.project, **NOTE)


def test_a_project_is_named_once_and_must_be_public(jiangkou):
    named(jiangkou)
    assert code_of(named, jiangkou) == "ALREADY_NAMED"
    with triggers_off(Project):
        Project.objects.filter(pk=jiangkou.period.project_id).update(state="draft")
    DemonstrationArea.objects.update(ended_at="2026-01-01T00:00Z", ended_by=jiangkou.approver.user_id, end_reason="x")
    assert code_of(named, jiangkou) == "PROJECT_NOT_PUBLIC"


def test_a_note_is_needed_in_both_languages(jiangkou):
    assert (
        code_of(services.name_area, actor=jiangkou.approver, project=jiangkou.period.project, note_zh="短", note_en="")
        == "TEXT_LENGTH"
    )


def test_an_ended_area_stays_readable_and_may_be_named_anew(jiangkou, client):
    area = named(jiangkou)
    services.end_area(actor=jiangkou.approver, area=area, reason="The planting was given up.")
    assert code_of(services.end_area, actor=jiangkou.approver, area=area, reason="Again and again.") == "ALREADY_ENDED"
    page = page_of(client, f"/province/areas/{jiangkou.period.project.code}/")
    assert "The planting was given up." in page
    assert "The planting was given up." in page_of(client, "/province/areas/")
    assert named(jiangkou).pk != area.pk


def test_the_budget_is_that_of_the_stored_result(jiangkou, client):
    figures = jiangkou.fresh().official_run.figures
    [found] = budget.budgets(jiangkou.period.project)
    assert found.project_after == Decimal(figures["retained_t_co2"])
    assert found.project_before == Decimal(figures["project_before_t_co2"])
    assert found.by_baseline == Decimal(figures["net_by_baseline_t_co2"])
    assert found.p10 == Decimal(figures["net_p10_t_co2"])
    assert not found.has_control
    chart = budget.chart([found])
    assert len(chart.bars) == 2
    assert chart.dots == []
    named(jiangkou)
    assert f"{found.project_after:.1f}</td>" in page_of(client, f"/province/areas/{jiangkou.period.project.code}/")


def test_a_control_stands_beside_the_project_in_table_and_chart(jiangkou):
    [found] = budget.budgets(jiangkou.period.project)
    control = {
        "project_before_t_co2": "60",
        "retained_t_co2": "82.5",
        "control_before_t_co2": "58",
        "control_after_t_co2": "61",
        "net_by_control_t_co2": "19.5",
        "net_by_baseline_t_co2": "22.5",
        "net_t_co2": "19.5",
    }
    found.period.official_run.figures = control
    shown = budget._budget(found.period)
    assert shown.project_change - shown.control_change == shown.by_control == shown.net
    chart = budget.chart([shown])
    assert len(chart.dots) == 2
    assert "Control" in chart.summary or "对照" in chart.summary


def test_an_area_without_a_verified_period_says_so(jiangkou, client):
    copy = Project.objects.get(pk=jiangkou.period.project_id)
    copy.pk, copy.code = None, "KC-EMPTY-1"
    with triggers_off(Project):
        copy.save(force_insert=True)
    services.name_area(actor=jiangkou.approver, project=copy, **NOTE)
    assert "No period of this area is verified yet" in page_of(client, "/province/areas/KC-EMPTY-1/")


def test_what_was_named_is_never_rewritten(jiangkou):
    area = named(jiangkou)
    for change in ({"note_en": "Something else entirely."}, {"project_id": area.project_id + 1}):
        with pytest.raises(DatabaseError), transaction.atomic():
            DemonstrationArea.objects.filter(pk=area.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        area.delete()
