"""Who gets what answer on the pages of the province: everybody the same, but for what is somebody's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from mrv.province import services
from mrv.province.services.library import Described
from registry.core.roles import Role
from registry.organisations.models import Membership, User
from tests.people import member, organisation
from tests.web.world import Journey

COUNTY = "520621"


def rows(row: Callable[..., Any], private: str, public: str) -> list[Any]:
    return [
        row(private, "province:overview"),
        row(public, "province:overview"),
        row(public, "province:overview", query="?show=credits"),
        row(public, "province:county", where=lambda _: (COUNTY,)),
        row(private, "province:county", where=lambda _: ("520123",)),
        row(private, "province:county", where=lambda _: ("999999",), status=404),
        row(public, "province:sheet", where=lambda _: (COUNTY, "zh")),
        row(private, "province:sheet", where=lambda _: (COUNTY, "fr"), status=404),
        row(public, "province:counties_file", where=lambda _: ("csv",)),
        row(public, "province:years_file", where=lambda _: ("json",)),
        row(private, "province:years_file", where=lambda _: ("xml",), status=404),
        row(public, "province:sink"),
        row(public, "province:sink", query="?price=58.5&currency=CNY&emissions=1000000"),
        row(private, "province:sink"),
        row(private, "province:potential"),
        row(private, "province:potential", query="?area=1000&surplus=600&temperature=17&pco2=-1.9"),
        row(public, "province:network"),
        row(public, "province:network_file", where=lambda _: ("json",)),
        row(public, "province:network_file", where=lambda _: ("xml",), status=404),
    ]


NOTE = {"note_zh": "展示植被恢复前后的碳收支。", "note_en": "Shows the budget before and after planting."}
DOCUMENT = {
    "kind": "policy",
    "title_zh": "岩溶碳汇试点通知",
    "title_en": "Notice on karst sink pilots",
    "issuer_zh": "省厅",
    "issuer_en": "The province",
    "number": "12/2026",
}


def set_up(world: Journey) -> dict[str, Any]:
    """A demonstration area, a department with its agreement, and a document in the library."""
    area = services.name_area(actor=world.actor("approver"), project=world.project["registered"], **NOTE)
    water = organisation("department", "Water resources", "DEP-WATER")
    officer = member(water, Role.LIAISON)
    agreement = services.record_agreement(
        actor=world.actor("approver"),
        department=water,
        liaison=User.objects.get(pk=officer.user_id),
        tables=["counties"],
        valid_from=date(2021, 1, 1),
        reference="水函〔2021〕1号",
    )
    document = services.add_document(
        actor=world.actor("clerk"),
        described=Described(issued_on=date(2026, 1, 5), **DOCUMENT),
        file_name="notice.pdf",
        data=b"%PDF-1.7 notice",
    )
    membership = Membership.objects.get(user_id=officer.user_id, role=Role.LIAISON)
    return {"area": area, "agreement": agreement, "document": document, "officer": membership}


def _code(world: Journey) -> tuple[str]:
    return (world.province["area"].project.code,)


def _agreement(world: Journey) -> tuple[int]:
    return (world.province["agreement"].pk,)


def own_rows(row: Callable[..., Any], posted_only: Any, stage: str, authority: frozenset[str]) -> list[Any]:
    def nowhere(_world: Journey) -> tuple[Any, ...]:
        return ()

    return [
        row(stage, "province:areas"),
        row(stage, "province:area", where=_code),
        row(stage, "province:area", where=lambda world: (world.project["draft"].code,), status=404),
        row(stage, "province:rules"),
        row(stage, "province:document", where=lambda world: (world.province["document"].pk,)),
        row(stage, "province:exchange", authority, otherwise=403),
        row(stage, "province:exchange_table", where=lambda _: ("counties", "csv"), status=403),
        posted_only("province:name_area", nowhere),
        posted_only("province:end_area", _code),
        posted_only("province:agree", nowhere),
        posted_only("province:end_agreement", _agreement),
        posted_only("province:add_document", nowhere),
    ]


def acts(act: Callable[..., Any]) -> list[Any]:
    def nowhere(_world: Journey) -> tuple[Any, ...]:
        return ()

    approver, keepers = frozenset({"approver"}), frozenset({"clerk", "approver"})

    def new_area(world: Journey) -> dict[str, Any]:
        return {"project": world.project["under_validation"].code, **NOTE}

    def new_agreement(world: Journey) -> dict[str, Any]:
        officer = str(world.province["officer"].pk)
        return {"officer": officer, "tables": ["years"], "valid_from": "2026-01-01", "reference": "水函〔2026〕2号"}

    def new_document(_world: Journey) -> dict[str, Any]:
        return {**DOCUMENT, "issued_on": "2026-02-01", "link": "https://example.test/notice"}

    exchange, areas = ("province:exchange", nowhere), ("province:areas", nowhere)
    reason = {"reason": "试点已经结束，转为普通项目。"}
    return [
        act("open", "province:name_area", nowhere, approver, areas, new_area),
        act("open", "province:end_area", _code, approver, ("province:area", _code), lambda _: dict(reason)),
        act("open", "province:agree", nowhere, approver, exchange, new_agreement),
        act("open", "province:end_agreement", _agreement, approver, exchange, lambda _: dict(reason)),
        act("open", "province:add_document", nowhere, keepers, ("province:rules", nowhere), new_document),
    ]
