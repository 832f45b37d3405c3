"""Who may post what, and where its button is: every act of the pages, for every role of the demonstration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from mrv.demo.world import VALIDATOR, VERIFIER
from tests.mrv.evidence import GAUGINGS
from tests.web import (
    table_authority,
    table_certificates,
    table_complaints,
    table_file,
    table_lab,
    table_learning,
    table_places,
    table_province,
    table_records,
    table_requests,
    verification_pages,
)
from tests.web.rows import (
    AUTHORITY,
    DEVELOPER,
    EVERYBODY,
    PUBLIC,
    REGISTERED,
    SIGNED_IN,
    Act,
    Where,
    acted,
    nowhere,
    of_assignment,
    of_curve,
    of_deployment,
    of_period,
    of_project,
    of_received,
    of_review,
    of_review_act,
    of_sensor,
    of_shift,
    of_station,
    of_token,
    of_upload,
    of_validation,
)
from tests.web.world import STRANGER, Journey


def _exclusion(_world: Journey) -> dict[str, str]:
    return {
        "parameter": "ph",
        "kind": "exclude",
        "from": "2021-05-03T00:00",
        "to": "2021-05-03T06:00",
        "reason": "buffer",
    }


def _reason(_world: Journey) -> dict[str, str]:
    return {"reason": "Page 3 is missing."}


def _opinion(_world: Journey) -> dict[str, str]:
    return {
        "positive": "yes",
        "assurance": "reasonable",
        "reasons_zh": "证据完整。",
        "reasons_en": "The evidence is complete.",
    }


def _declaration(_world: Journey) -> dict[str, str]:
    return {"declaration": "No interest depends on the outcome."}


def _new_project(_world: Journey) -> dict[str, str]:
    from mrv.methodologies.models import MethodologyVersion

    return {
        "name_zh": "新项目",
        "name_en": "New project",
        "kind": "vegetation",
        "methodology": str(MethodologyVersion.objects.get(identifier="KCS-ENH-BACI", state="published").pk),
        "division_code": "520621",
        "county_zh": "江口县",
        "county_en": "Jiangkou",
        "area_km2": "28",
        "longitude_deg": "108.84",
        "latitude_deg": "27.70",
        "crediting_start": "2021-05-01",
        "crediting_end": "2031-04-30",
        "karst_area_km2": "21",
    }


def _new_station(_world: Journey) -> dict[str, str]:
    return {
        "code": "JK-02",
        "name_zh": "上游站",
        "name_en": "Upstream",
        "kind": "spring",
        "longitude_deg": "108.84",
        "latitude_deg": "27.70",
        "zone": "Asia/Shanghai",
        "catchment_area_km2": "12",
    }


def _equipment(name: str, data: Mapping[str, str], where: Where = of_station) -> Act:
    return Act("open", f"stations:{name}", where, DEVELOPER, (f"stations:{name}", where), lambda _: data)


_SENSOR = {
    "parameter": "ph",
    "maker": "Greenspan",
    "model": "CTDP300",
    "serial_number": "9",
    "range_low": "0",
    "range_high": "14",
    "resolution": "0.01",
    "accuracy": "0.1",
    "vented": "unknown",
}
_CALIBRATION = {"calibrated_on": "2021-04-01", "expires_on": "2022-04-01", "laboratory": "Metrology"}
_VISIT = {"visited_at": "2021-05-02T10:30", "visitor": "Li", "staff_gauge_m": "0.53", "ph": "7.4"}


_WEIR = {"kind": "v_notch", "crest_stage_m": "0.18", "angle_deg": "90", "sd_of_stage_m": "0.003"}
_SHIFT = {"at": "2015-07-01T00:00", "shift_m": "0.020", "sd_m": "0.005", "reason": "gravel came down"}


def _curve(world: Journey) -> dict[str, str]:
    return {"segments": "1", "upload": str(world.station.ratingcurve_set.exclude(upload=None).first().upload_id)}


def _deployment(world: Journey) -> dict[str, str]:
    spare = world.station.project.sensors.get(serial_number="spare")
    return {"sensor": str(spare.pk), "deployed_from": "2021-05-01T00:00", "datum_m": "0"}


def _gaugings(_world: Journey) -> dict[str, Any]:
    data = GAUGINGS.read_bytes().rsplit(b"\n", 2)[0] + b"\n"  # one gauging fewer: a file of its own
    return {"kind": "gaugings", "zone": "Asia/Shanghai", "file": SimpleUploadedFile("gaugings.csv", data)}


def _june(world: Journey) -> dict[str, str]:
    return {"station": str(world.station.pk), "first_day": "2021-06-01", "last_day": "2021-06-30"}


def _body(code: str) -> Callable[[Journey], dict[str, str]]:
    return lambda world: {"body": str(world.people.organisations[code].pk)}


def _project_act(
    state: str,
    action: str,
    roles: set[str],
    data: Callable[[Journey], Any] = lambda _: {},
    *,
    stage: str = "open",
    page: str = "projects:detail",
) -> Act:
    where = of_project(state)
    return Act(stage, "projects:act", acted(where, action), frozenset(roles), (page, where), data)


def _validation_act(state: str, action: str, role: str, data: Callable[[Journey], Any] = lambda _: {}) -> Act:
    where = of_validation(state)
    return Act(
        "open", "verification:act", acted(where, action), frozenset({role}), ("verification:detail", where), data
    )


def _period_act(stage: str, action: str, roles: frozenset[str], page: str = "periods:detail") -> Act:
    return Act(stage, "periods:act", acted(of_period, action), roles, (page, of_period))


def _verifier_act(stage: str, action: str, role: str, data: Callable[[Journey], Any] = lambda _: {}) -> Act:
    page = ("verification:detail", of_assignment)
    return Act(stage, "verification:act", acted(of_assignment, action), frozenset({role}), page, data)


def _case_act(stage: str, action: str, roles: set[str], data: Callable[[Journey], Any] = _reason) -> Act:
    page = ("decisions:case", of_review)
    return Act(stage, "decisions:act", acted(of_review, action), frozenset(roles), page, data)


def _waiting_opinion(world: Journey) -> dict[str, str]:
    return {"opinion": str(world.validation["lead_signed"].opinions.get().pk)}


def _quantity(world: Journey) -> dict[str, str]:
    return {"quantity": str(world.quantity_t)}


def _organisation_act(state: str, action: str, role: str) -> Act:
    def where(world: Journey) -> tuple[int]:
        return (world.organisation[state].pk,)

    data = _reason if action in ("refuse", "suspend") else lambda _world: {}
    page = ("organisations:detail", where)
    return Act("open", "organisations:act", acted(where, action), frozenset({role}), page, data)


RECEIVED_PAGE = ("uploads:received", of_received)
ACTS = (
    *table_learning.acts(Act, EVERYBODY),
    Act("open", "transparency:verify", nowhere, AUTHORITY, ("transparency:events", nowhere)),
    _organisation_act("applied", "approve", "clerk"),
    _organisation_act("applied", "refuse", "clerk"),
    _organisation_act("approved", "suspend", "approver"),
    _organisation_act("suspended", "reinstate", "approver"),
    Act(
        "open",
        "organisations:accredit",
        lambda world: (world.people.organisations[VERIFIER.code].pk,),
        frozenset({"approver"}),
        ("organisations:detail", lambda world: (world.people.organisations[VERIFIER.code].pk,)),
        lambda _: {"scope": "validation", "valid_from": "2026-01-01", "valid_to": "2028-12-31"},
    ),
    Act(
        "open",
        "methodologies:new_project",
        nowhere,
        DEVELOPER | {STRANGER},
        ("methodologies:new_project", nowhere),
        _new_project,
    ),
    *table_file.acts(Act, DEVELOPER),
    _project_act("draft", "submit", {"representative"}, page="projects:submission"),
    _project_act("submitted", "open_comment", {"clerk"}),
    _project_act("submitted", "return", {"clerk"}, _reason),
    _project_act("draft", "withdraw", {"representative"}, _reason),
    _project_act("public_comment", "close_comment", {"clerk"}),
    Act(
        "open",
        "projects:answer_comment",
        lambda world: (world.project["public_comment"].code, 1),
        DEVELOPER,
        ("projects:detail", of_project("public_comment")),
        lambda _: {"answer": "The county's forest office does, by contract."},
    ),
    _project_act("under_validation", "return", {"clerk"}, _reason),
    _project_act("authority_review", "register", {"approver"}),
    _project_act("authority_review", "return", {"clerk"}, _reason),
    _project_act("authority_review", "reject", {"approver"}, _reason),
    _project_act("registered", "suspend", {"approver"}, _reason),
    _project_act("registered", "complete", {"approver"}, _reason),
    _project_act("registered", "revoke", {"approver"}, _reason),
    Act(
        "open",
        "verification:propose_validation",
        of_project("under_validation"),
        frozenset({"representative"}),
        ("projects:detail", of_project("under_validation")),
        _body(VALIDATOR.code),
    ),
    _validation_act("proposed", "confirm", "clerk"),
    _validation_act("confirmed", "accept", "validation_lead", _declaration),
    _validation_act("confirmed", "decline", "validation_lead", _reason),
    _validation_act("accepted", "sign", "validation_lead", _opinion),
    _validation_act("lead_signed", "countersign", "validation_reviewer", _waiting_opinion),
    _validation_act(
        "lead_signed", "send_back", "validation_reviewer", lambda world: {**_waiting_opinion(world), **_reason(world)}
    ),
    Act("open", "stations:new", REGISTERED, DEVELOPER, ("stations:new", REGISTERED), _new_station),
    _equipment("add_sensor", _SENSOR),
    Act("open", "stations:deploy", of_station, DEVELOPER, ("stations:deploy", of_station), _deployment),
    _equipment("end_deployment", {"deployed_to": "2021-06-01T00:00"}, of_deployment),
    _equipment("calibrate", _CALIBRATION, of_sensor),
    _equipment("visit", _VISIT),
    Act("open", "stations:revoke_token", of_token, DEVELOPER, ("stations:detail", of_station)),
    Act("open", "uploads:receive", of_station, DEVELOPER, ("stations:detail", of_station), _gaugings),
    Act("open", "quality:act", of_station, DEVELOPER, ("quality:review", of_station), _exclusion),
    Act("open", "quality:run_tests", of_station, DEVELOPER, ("quality:review", of_station)),
    Act("open", "quality:undo", of_review_act, DEVELOPER, ("quality:review", of_station)),
    Act("open", "quality:new_curve", of_station, DEVELOPER, ("quality:new_curve", of_station), _curve),
    Act("open", "quality:new_weir", of_station, DEVELOPER, ("quality:new_weir", of_station), lambda _: dict(_WEIR)),
    Act("open", "quality:new_shift", of_curve, DEVELOPER, ("quality:new_shift", of_curve), lambda _: dict(_SHIFT)),
    Act("open", "quality:take_back_shift", of_shift, DEVELOPER, ("quality:rating", of_station)),
    *table_lab.acts(Act, DEVELOPER, of_station),
    Act("open", "uploads:hand_in", of_station, DEVELOPER, None, _gaugings),
    Act("open", "uploads:settle", of_received, DEVELOPER, RECEIVED_PAGE),
    Act("open", "uploads:columns", of_received, DEVELOPER, ("uploads:columns", of_received), lambda _: {"save": "1"}),
    Act("open", "uploads:import", of_received, DEVELOPER, RECEIVED_PAGE),
    Act("open", "uploads:discard", of_received, DEVELOPER, RECEIVED_PAGE),
    Act("open", "uploads:withdraw", of_upload, DEVELOPER, ("uploads:detail", of_upload), _reason),
    *table_records.acts(Act, DEVELOPER),
    Act("open", "periods:open", REGISTERED, DEVELOPER, ("projects:detail", REGISTERED), _june),
    *table_requests.acts(Act),
    *table_complaints.acts(Act),
    *table_province.acts(Act),
    *table_places.acts(Act, DEVELOPER, of_period, of_station),
    Act("open", "demo:advance", nowhere, SIGNED_IN, ("demo:clock", nowhere), lambda _: {"days": "1"}),
    _period_act("open", "prepare", DEVELOPER),
    _period_act("fitted", "seal", DEVELOPER, "periods:sealing"),
    Act("sealed", "periods:act", acted(of_period, "reopen"), DEVELOPER, ("periods:detail", of_period), _reason),
    Act("sealed", "runs:request", of_period, DEVELOPER, ("periods:detail", of_period)),
    Act(
        "sealed",
        "runs:beside",
        of_period,
        DEVELOPER,
        ("periods:detail", of_period),
        lambda _: {"methodology": "KCS-TAB 1.0.0"},
    ),
    _period_act("calculated", "submit", frozenset({"representative"}), "runs:submission"),
    Act(
        "submitted",
        "verification:propose_verification",
        of_period,
        frozenset({"representative"}),
        ("periods:detail", of_period),
        _body(VERIFIER.code),
    ),
    _verifier_act("proposed", "confirm", "clerk"),
    _verifier_act("proposed", "withdraw", "representative", _reason),
    *verification_pages.acts(Act),
    *table_certificates.acts(Act, PUBLIC),
    _verifier_act("confirmed", "accept", "verification_lead", _declaration),
    _verifier_act("confirmed", "decline", "verification_lead", _reason),
    _verifier_act(
        "accepted", "recompute", "verification_lead", lambda world: {"result_digest": world.run.result_digest}
    ),
    _verifier_act("recomputed", "sign", "verification_lead", _opinion),
    _verifier_act(
        "lead_signed", "countersign", "verification_reviewer", lambda world: {"opinion": str(world.opinion.pk)}
    ),
    _verifier_act(
        "lead_signed",
        "send_back",
        "verification_reviewer",
        lambda world: {"opinion": str(world.opinion.pk), **_reason(world)},
    ),
    Act("verified", "decisions:begin", of_period, frozenset({"clerk"}), ("decisions:docket", nowhere)),
    _case_act("begun", "prepare", {"clerk"}, _quantity),
    _case_act("begun", "return", {"clerk", "approver"}),
    _case_act("begun", "refuse", {"approver"}),
    _case_act("prepared", "approve", {"approver"}, _quantity),
    _case_act("prepared", "send_back", {"approver"}),
    _case_act("prepared", "return", {"approver"}),
    _case_act("prepared", "refuse", {"approver"}),
    *table_authority.acts(Act),
)
