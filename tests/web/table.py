"""Who gets what answer: every address of the project, for every role of the demonstration.

``PAGES`` says what opening an address answers, ``ACTS`` who may post what and where its button is. A test fails when
the project has an address that is in neither place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mrv.demo.world import VALIDATOR, VERIFIER
from mrv.stations.models import VisitPhoto
from registry.certificates.models import Certificate
from registry.credits.models import Account
from tests.mrv.evidence import GAUGINGS
from tests.web import (
    credit_pages,
    log_pages,
    table_authority,
    table_certificates,
    table_complaints,
    table_file,
    table_lab,
    table_learning,
    table_notices,
    table_places,
    table_province,
    table_public,
    table_records,
    table_requests,
    verification_pages,
)
from tests.web.world import ANONYMOUS, ROLES, STRANGER, Journey

EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {ANONYMOUS}
DEVELOPER = frozenset({"editor", "representative"})
VALIDATION = frozenset({"validation_lead", "validation_reviewer"})
VERIFICATION = frozenset({"verification_lead", "verification_reviewer"})
AUTHORITY = frozenset({"clerk", "approver", "methodology_editor"})
INVOLVED = DEVELOPER | VERIFICATION | AUTHORITY
NOBODY: frozenset[str] = frozenset()

PRIVATE, REVIEWED, PUBLIC = "recomputed", "prepared", "issued"
"""Stages at which the pages are opened: the period is its parties' own, before the authority, everybody's."""

Where = Callable[[Journey], tuple[Any, ...]]


def nowhere(_world: Journey) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True)
class Row:
    """Opening ``name`` at ``where`` answers ``status`` to ``roles``, ``anonymous`` to nobody's, ``otherwise`` else."""

    stage: str
    name: str
    roles: frozenset[str] = EVERYBODY
    where: Where = nowhere
    status: int = 200
    otherwise: int = 404
    anonymous: int | None = None
    query: str = ""
    forbidden: frozenset[str] = NOBODY
    """Who may see what the page is about, but not do what it is for: 403."""

    def expected(self, role: str) -> int:
        if role in self.forbidden:
            return 403
        if role in self.roles:
            return self.status
        return self.anonymous if role == ANONYMOUS and self.anonymous else self.otherwise

    def url(self, world: Journey) -> str:
        return reverse(self.name, args=self.where(world)) + self.query


def of_period(world: Journey) -> tuple[int]:
    return (world.period.pk,)


def of_run(world: Journey) -> tuple[int]:
    return (world.run.pk,)


def of_assignment(world: Journey) -> tuple[int]:
    return (world.assignment.pk,)


def of_review(world: Journey) -> tuple[int]:
    return (world.review.pk,)


def of_station(world: Journey) -> tuple[int]:
    return (world.station.pk,)


def of_sensor(world: Journey) -> tuple[int, int]:
    return (world.station.pk, world.station.project.sensors.get(serial_number="025399").pk)


def of_deployment(world: Journey) -> tuple[int]:
    return (world.station.deployments.get(deployed_to=None).pk,)


def of_photo(world: Journey) -> tuple[int]:
    return (VisitPhoto.objects.get(visit__station=world.station).pk,)


def of_token(world: Journey) -> tuple[int]:
    return (world.station.tokens.get(name="modem").pk,)


def of_review_act(world: Journey) -> tuple[int]:
    return (world.review_act.pk,)


def of_curve(world: Journey) -> tuple[int]:
    return (world.station.ratingcurve_set.latest("version").pk,)


def of_shift(world: Journey) -> tuple[int]:
    return (world.shift.pk,)


def of_upload(world: Journey) -> tuple[int]:
    return (world.upload.pk,)


def of_received(world: Journey) -> tuple[int]:
    return (world.received.pk,)


def of_project(state: str) -> Where:
    return lambda world: (world.project[state].code,)


def of_validation(state: str) -> Where:
    return lambda world: (world.validation[state].pk,)


def of_certificate(world: Journey) -> tuple[str]:
    return (world.certificate.number,)


def of_signed_file(world: Journey) -> tuple[str]:
    return (Certificate.objects.get(pk=world.certificate.pk).signed_sha256,)


def of_account(world: Journey) -> tuple[int]:
    return (Account.objects.get(kind="holder", owner=world.project["registered"].proponent).pk,)


def of_organisation(world: Journey) -> tuple[int]:
    return (world.organisation["approved"].pk,)


def of_applied(world: Journey) -> tuple[int]:
    return (world.organisation["applied"].pk,)


def acted(where: Where, action: str) -> Where:
    return lambda world: (*where(world), action)


def _posted_only(name: str, where: Where = nowhere) -> Row:
    """An address that only takes posts: opening it is answered 405, whoever asks."""
    return Row(PRIVATE, name, where=where, status=405)


REGISTERED = of_project("registered")
PAGES = (
    # for everybody
    Row(PRIVATE, "public:home"),
    Row(PUBLIC, "public:home"),
    Row(PRIVATE, "public:registry"),
    Row(PUBLIC, "public:registry", query="?q=江口&county=520621"),
    Row(PRIVATE, "certificates:check"),
    Row(PRIVATE, "methodologies:list"),
    Row(PRIVATE, "methodologies:detail", where=lambda _: ("KCS-ENH-BACI", "1.0.0")),
    Row(PRIVATE, "methodologies:detail", where=lambda _: ("KCS-ENH-BACI", "9.9.9"), status=404),
    Row(PRIVATE, "demo:clock"),
    Row(PRIVATE, "demo:tour"),
    Row(PRIVATE, "demo:tour_stop", where=lambda _: (1,), status=404),
    Row(PUBLIC, "demo:tour_stop", where=lambda _: (1,), status=302),
    Row(PRIVATE, "core:set_language", status=302),
    Row(PRIVATE, "organisations:sign_in", roles=frozenset({ANONYMOUS}), otherwise=302),
    Row(PRIVATE, "account_login", roles=frozenset({ANONYMOUS}), otherwise=302),
    Row(PRIVATE, "account_inactive"),
    Row(PRIVATE, "account_reset_password"),
    Row(PRIVATE, "account_reset_password_done"),
    Row(PRIVATE, "account_reset_password_from_key", where=lambda _: ("1", "no-such-key")),
    Row(PRIVATE, "account_reset_password_from_key_done"),
    Row(PRIVATE, "mfa_authenticate", status=302),  # without a sign-in under way: back to its beginning
    Row(PRIVATE, "account_logout", roles=SIGNED_IN, otherwise=302),
    Row(PRIVATE, "organisations:sign_out", roles=SIGNED_IN, otherwise=302),
    # a person's own account; the stranger has no second factor and no password, the others no password
    Row(PRIVATE, "mfa_index", roles=SIGNED_IN, anonymous=302),
    Row(PRIVATE, "organisations:tokens", roles=SIGNED_IN, anonymous=302),
    Row(PRIVATE, "usersessions_list", roles=SIGNED_IN, anonymous=302),
    Row(PRIVATE, "account_change_password", status=302),
    Row(PRIVATE, "account_set_password", roles=SIGNED_IN, anonymous=302),
    Row(PRIVATE, "account_reauthenticate", roles=SIGNED_IN - {STRANGER}, status=302, otherwise=403, anonymous=302),
    Row(PRIVATE, "mfa_reauthenticate", roles=SIGNED_IN - {STRANGER}, otherwise=403, anonymous=302),
    Row(PRIVATE, "mfa_activate_totp", roles=frozenset({STRANGER}), otherwise=302),
    Row(PRIVATE, "mfa_deactivate_totp", roles=SIGNED_IN - {STRANGER}, anonymous=302),
    Row(PRIVATE, "mfa_view_recovery_codes", roles=SIGNED_IN - {STRANGER}, anonymous=302),
    Row(PRIVATE, "mfa_generate_recovery_codes", roles=SIGNED_IN, anonymous=302),
    Row(PRIVATE, "mfa_download_recovery_codes", roles=SIGNED_IN - {STRANGER}, anonymous=302),
    Row(PRIVATE, "organisations:demo_code", roles=SIGNED_IN - {STRANGER}, anonymous=302),
    Row(PRIVATE, "api:docs"),
    # for whoever signed in
    Row(PRIVATE, "core:to_do", roles=SIGNED_IN, anonymous=302),
    Row(PRIVATE, "credits:holdings", roles=SIGNED_IN, anonymous=302),
    Row(PUBLIC, "credits:holdings", roles=SIGNED_IN, anonymous=302),
    Row(PUBLIC, "credits:account", roles=DEVELOPER | AUTHORITY, where=of_account),
    # organisations: the register is public, an application is the authority's
    Row(PRIVATE, "organisations:list"),
    Row(PRIVATE, "organisations:apply"),
    Row(PRIVATE, "organisations:calendar", query="?year=2027"),
    Row(PRIVATE, "organisations:detail", where=of_organisation),
    Row(PRIVATE, "organisations:detail", where=of_applied, roles=AUTHORITY),
    Row(PRIVATE, "organisations:join", where=lambda _: ("no-such-token",), status=404),
    *credit_pages.rows(Row, PUBLIC, of_account),
    *log_pages.rows(Row, PUBLIC),
    *table_learning.rows(Row, PRIVATE, PUBLIC),
    *table_province.rows(Row, PRIVATE, PUBLIC),
    # projects: public from the comment on, seen by authority and bodies from the submission on
    Row(PRIVATE, "projects:list"),
    Row(PRIVATE, "methodologies:new_project", roles=DEVELOPER | {STRANGER}, otherwise=403),
    Row(PRIVATE, "projects:detail", roles=DEVELOPER, where=of_project("draft")),
    Row(
        PRIVATE,
        "projects:detail",
        roles=DEVELOPER | VALIDATION | VERIFICATION | AUTHORITY,
        where=of_project("submitted"),
    ),
    *table_file.rows(Row, _posted_only, PRIVATE, DEVELOPER, DEVELOPER | VALIDATION | VERIFICATION | AUTHORITY),
    Row(PRIVATE, "projects:detail", where=of_project("public_comment")),
    Row(PRIVATE, "projects:detail", where=of_project("under_validation")),
    Row(PRIVATE, "projects:detail", where=of_project("authority_review")),
    Row(PRIVATE, "projects:detail", where=REGISTERED),
    Row(PUBLIC, "projects:detail", where=REGISTERED),
    Row(PRIVATE, "projects:detail", where=lambda _: ("KC-000000-0000",), status=404),
    Row(PRIVATE, "stations:detail", where=of_station),
    Row(PRIVATE, "stations:new", roles=DEVELOPER, where=REGISTERED, otherwise=403),
    *(
        Row(PRIVATE, f"stations:{name}", roles=DEVELOPER, where=where, otherwise=403)
        for name, where in (
            ("add_sensor", of_station),
            ("deploy", of_station),
            ("end_deployment", of_deployment),
            ("calibrate", of_sensor),
            ("visit", of_station),
            ("issue_token", of_station),
        )
    ),
    Row(PRIVATE, "stations:photo", where=of_photo),
    Row(PRIVATE, "uploads:detail", roles=DEVELOPER | AUTHORITY, where=of_upload),
    Row(PRIVATE, "quality:review", roles=INVOLVED, where=of_station),
    Row(PRIVATE, "quality:review", roles=INVOLVED, where=of_station, query="?first_day=x", status=422),
    *(Row(PRIVATE, f"quality:{name}", roles=INVOLVED, where=of_station) for name in ("samples", "rating", "ions")),
    *(
        Row(PRIVATE, f"quality:{name}", roles=DEVELOPER, where=where, forbidden=INVOLVED - DEVELOPER)
        for name, where in (("new_curve", of_station), ("new_weir", of_station), ("new_shift", of_curve))
    ),
    Row(PRIVATE, "quality:ions", roles=INVOLVED, where=of_station, query="?reference=guizhou-east"),
    Row(PRIVATE, "quality:samples", roles=INVOLVED, where=of_station, query="?unit=meq/L"),
    Row(PRIVATE, "quality:calendar", roles=INVOLVED, where=REGISTERED),
    Row(PRIVATE, "quality:series", roles=INVOLVED, where=of_station),
    Row(PRIVATE, "uploads:received", roles=DEVELOPER, where=of_received),
    *table_lab.rows(Row, PRIVATE, INVOLVED),
    *table_records.rows(Row, PRIVATE, DEVELOPER, DEVELOPER | VERIFICATION | AUTHORITY),
    Row(PRIVATE, "uploads:columns", roles=DEVELOPER, where=of_received),
    # the period, its run, its verification: their parties' until the opinion, then everybody's
    Row(PRIVATE, "periods:detail", roles=INVOLVED, where=of_period),
    Row(PUBLIC, "periods:detail", where=of_period),
    Row(PRIVATE, "periods:series", roles=INVOLVED, where=of_period),
    Row(PUBLIC, "periods:series", where=of_period),
    Row(PRIVATE, "runs:detail", roles=INVOLVED, where=of_run),
    Row(PUBLIC, "runs:detail", where=of_run),
    Row(PRIVATE, "runs:progress", roles=INVOLVED, where=of_run),
    Row(PUBLIC, "runs:progress", where=of_run),
    Row(PRIVATE, "publication:kit", roles=INVOLVED, where=of_period),
    Row(PUBLIC, "publication:kit", where=of_period),
    *table_public.rows(Row, PRIVATE, PUBLIC),
    Row(PRIVATE, "verification:detail", roles=INVOLVED, where=of_assignment),
    Row(PUBLIC, "verification:detail", where=of_assignment),
    Row(
        PRIVATE,
        "verification:detail",
        roles=DEVELOPER | VALIDATION | AUTHORITY,
        where=of_validation("confirmed"),
    ),
    Row(PRIVATE, "verification:detail", roles=DEVELOPER | AUTHORITY, where=of_validation("proposed")),
    *verification_pages.rows(Row, _posted_only),
    # the authority's docket
    Row(REVIEWED, "decisions:docket", roles=AUTHORITY, otherwise=403),
    Row(REVIEWED, "decisions:case", roles=INVOLVED, where=of_review),
    Row(PUBLIC, "decisions:case", where=of_review),
    *table_authority.rows(Row, _posted_only),
    # certificates: everybody's
    Row(PUBLIC, "certificates:of_issuance", where=lambda world: (world.certificate.issuance_id,), status=302),
    Row(PUBLIC, "certificates:show", where=of_certificate),
    Row(PUBLIC, "certificates:show", where=lambda _: ("KCR-C-2026-999999",), status=404),
    Row(PUBLIC, "certificates:pdf", where=of_certificate),
    Row(PUBLIC, "certificates:record", where=of_certificate),
    Row(PUBLIC, "certificates:api_by_number", where=of_certificate),
    Row(PUBLIC, "certificates:api_by_file", where=of_signed_file),
    *table_certificates.rows(Row, PUBLIC),
    # posts only
    _posted_only("organisations:act", acted(of_organisation, "suspend")),
    _posted_only("organisations:accredit", of_organisation),
    _posted_only("organisations:invite", of_organisation),
    _posted_only("organisations:withdraw_invitation", lambda _: (1,)),
    _posted_only("organisations:change_role", lambda world: (*of_organisation(world), 1, "grant")),
    _posted_only("organisations:act_on_accreditation", lambda _: (1, "suspend")),
    _posted_only("certificates:check_upload"),
    _posted_only("demo:advance"),
    _posted_only("organisations:demo_sign_in"),
    _posted_only("projects:act", acted(of_project("draft"), "submit")),
    _posted_only("projects:comment", of_project("public_comment")),
    _posted_only("projects:answer_comment", lambda world: (world.project["public_comment"].code, 1)),
    _posted_only("uploads:receive", of_station),
    _posted_only("stations:revoke_token", of_token),
    _posted_only("stations:api_readings", of_station),
    _posted_only("quality:act", of_station),
    _posted_only("quality:run_tests", of_station),
    _posted_only("quality:undo", of_review_act),
    _posted_only("quality:take_back_shift", of_shift),
    _posted_only("uploads:hand_in", of_station),
    _posted_only("uploads:withdraw", of_upload),
    _posted_only("uploads:settle", of_received),
    _posted_only("uploads:import", of_received),
    _posted_only("uploads:discard", of_received),
    *table_lab.posted_only(_posted_only, of_station),
    *table_records.posted_only(_posted_only),
    *table_notices.rows(Row, _posted_only, PRIVATE, SIGNED_IN),
    _posted_only("periods:open", REGISTERED),
    *table_requests.rows(Row, _posted_only, PRIVATE),
    *table_complaints.rows(Row, _posted_only, PRIVATE),
    *table_province.own_rows(Row, _posted_only, "open", AUTHORITY),
    *table_places.rows(Row, _posted_only, PRIVATE, DEVELOPER, of_station),
    _posted_only("periods:act", acted(of_period, "seal")),
    _posted_only("runs:request", of_period),
    _posted_only("runs:beside", of_period),
    _posted_only("verification:propose_validation", of_project("under_validation")),
    _posted_only("verification:propose_verification", of_period),
    _posted_only("verification:act", acted(of_assignment, "sign")),
    _posted_only("decisions:begin", of_period),
    _posted_only("decisions:act", acted(of_period, "approve")),
)


@dataclass(frozen=True)
class Act:
    """Posting ``data`` to ``name`` at ``where`` is done for ``roles`` (302) and nobody else (403 or 404).

    ``page`` is where these roles, and only they, find its form.
    """

    stage: str
    name: str
    where: Where
    roles: frozenset[str]
    page: tuple[str, Where] | None
    data: Callable[[Journey], Mapping[str, Any]] = field(default=lambda _world: {})

    def url(self, world: Journey) -> str:
        return reverse(self.name, args=self.where(world))

    def page_url(self, world: Journey) -> str | None:
        return reverse(self.page[0], args=self.page[1](world)) if self.page else None

    def __str__(self) -> str:
        return f"{self.stage} {self.name}"


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
    state: str, action: str, roles: set[str], data: Callable[[Journey], Any] = lambda _: {}, *, stage: str = "open"
) -> Act:
    where = of_project(state)
    return Act(stage, "projects:act", acted(where, action), frozenset(roles), ("projects:detail", where), data)


def _validation_act(state: str, action: str, role: str, data: Callable[[Journey], Any] = lambda _: {}) -> Act:
    where = of_validation(state)
    return Act(
        "open", "verification:act", acted(where, action), frozenset({role}), ("verification:detail", where), data
    )


def _period_act(stage: str, action: str, roles: frozenset[str]) -> Act:
    return Act(stage, "periods:act", acted(of_period, action), roles, ("periods:detail", of_period))


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
    _project_act("draft", "submit", {"representative"}),
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
    _period_act("fitted", "seal", DEVELOPER),
    Act("sealed", "runs:request", of_period, DEVELOPER, ("periods:detail", of_period)),
    Act(
        "sealed",
        "runs:beside",
        of_period,
        DEVELOPER,
        ("periods:detail", of_period),
        lambda _: {"methodology": "KCS-TAB 1.0.0"},
    ),
    _period_act("calculated", "submit", frozenset({"representative"})),
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
