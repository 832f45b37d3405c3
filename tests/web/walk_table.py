"""Every endpoint of the API, and what the permission table is asked for on its object: what ``test_permission_walk.py``
walks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SENT = {
    "reason": "A reason.", "role": "editor", "email": "walk@person.test", "roles": ["editor"], "scope": "validation",
    "valid_from": "2026-01-01", "valid_to": "2026-12-31", "kind": "vegetation", "body": 1, "station": 1,
    "first_day": "2021-06-01", "last_day": "2021-06-30", "declaration": "None.", "result_digest": "0" * 64,
    "positive": True, "reasons_zh": "好", "reasons_en": "Good", "confirmed_quantity": 1, "requirement": "6.2",
    "statement": "Found.", "text": "Said.", "description": "Done.",
    "baseline": "B", "additionality": "A", "to_organisation": 1,
    "outcome": "upheld", "conclusion": "Heard and closed.",
    "region": "", "item": "a-boundary", "verdict": "satisfied", "seed": "walk",
}  # fmt: skip
"""Something for every field: a refusal then speaks of the right, not of what was sent."""


@dataclass(frozen=True)
class Line:
    """``action`` is what the table is asked for on the object; a list (``narrowed``) only leaves rows out."""

    names: tuple[str, ...]
    args: Callable[[Any], tuple[Any, ...]]
    action: str = ""
    method: str = "get"
    narrowed: bool = False
    view: str = ""
    """By what it is seen, where not by the object's own view action."""


def none(_obj: Any) -> tuple[()]:
    return ()


def pk(obj: Any) -> tuple[int]:
    return (obj.pk,)


def code(obj: Any) -> tuple[str]:
    return (obj.code,)


def number(obj: Any) -> tuple[str]:
    return (obj.number,)


def acts(kind: str, names: str, args: Callable[[Any], tuple[Any, ...]], action: str) -> Line:
    return Line(tuple(f"{kind}_{name}" for name in names.split()), args, action, "post")


ANYBODY = (
    Line(
        ("organisations", "projects", "methodologies", "periods", "assignments", "holdings", "accounts"),
        none,
        narrowed=True,
    ),
    Line(("complaints", "certificates", "findings", "log_checkpoints", "log_keys"), none, narrowed=True),
    Line(("retirements", "cancellations", "listings", "transfers"), none, narrowed=True),
    Line(("freezes", "reversals", "facts", "buy_requests", "reference_prices", "calendar"), none, narrowed=True),
)
ORGANISATION = (
    Line(("organisation", "accreditations"), pk, "organisations.view"),
    Line(("members",), pk, "organisations.view_members"),
    Line(("invitations",), pk, "organisations.invite"),
    Line(("invitations",), pk, "organisations.invite", "post"),
    Line(("accreditations",), pk, "accreditations.grant", "post"),
    acts("organisation", "approve refuse", pk, "organisations.decide"),
    acts("organisation", "suspend reinstate", pk, "organisations.suspend"),
    acts("organisation", "close", pk, "organisations.close"),
    acts(
        "member",
        "grant-role end-role",
        lambda row: (row.pk, row.memberships.first().user_id),
        "organisations.change_roles",
    ),
)
ACCREDITATION = (acts("accreditation", "suspend reinstate end", pk, "accreditations.decide"),)
PROJECT = (
    Line(("project", "documents", "issuances", "stations", "project_periods"), code, "projects.view"),
    acts("project", "submit", code, "projects.submit"),
    acts("project", "open-comment", code, "projects.open_comment"),
    acts("project", "close-comment", code, "projects.close_comment"),
    acts("project", "register", code, "projects.register"),
    acts("project", "return", code, "projects.return"),
    acts("project", "reject", code, "projects.reject"),
    acts("project", "withdraw", code, "projects.withdraw"),
    acts("project", "suspend reinstate", code, "projects.suspend"),
    acts("project", "complete", code, "projects.complete"),
    acts("project", "revoke confirm-revocation drop-revocation", code, "projects.revoke"),
    Line(("renewals", "proponent_changes"), code, "projects.view"),
    Line(("renewals",), code, "projects.request_renewal", "post"),
    Line(("proponent_changes",), code, "projects.request_change", "post"),
    Line(("comments",), code, "projects.view"),
    Line(("comments",), code, "projects.comment", "post"),
    Line(("boundaries", "overlaps", "project_file"), code, "projects.view"),
    Line(("boundaries", "overlaps"), code, "projects.edit", "post"),
    Line(
        ("project_facts", "programmes", "safeguards", "baseline", "additionality", "estimates"),
        code,
        "projects.edit",
        "post",
    ),
    Line(("document_file",), lambda row: (row.code, row.documents.first().pk), "projects.view"),
)
RENEWAL = (
    Line(("renewal",), pk, "projects.view_request"),
    acts("renewal", "approve refuse", pk, "projects.decide_request"),
    acts("renewal", "return", pk, "projects.return_request"),
    acts("renewal", "withdraw", pk, "projects.withdraw_request"),
)
PROPONENT_CHANGE = (
    Line(("proponent_change",), pk, "projects.view_request"),
    acts("proponent_change", "approve refuse", pk, "projects.decide_request"),
    acts("proponent_change", "return", pk, "projects.return_request"),
    acts("proponent_change", "countersign decline", pk, "projects.countersign_change"),
    acts("proponent_change", "withdraw", pk, "projects.withdraw_request"),
)
COMPLAINT = (
    Line(("complaint",), number, "complaints.view"),
    acts("complaint", "answer close", number, "complaints.answer"),
    acts("complaint", "withhold show-again", number, "complaints.moderate"),
)
STATION = (
    Line(("station", "record_files", "sensors", "deployments", "visits"), pk, "stations.view"),
    acts("station", "place", pk, "stations.equip"),
    Line(("sensors", "deployments", "station_tokens"), pk, "stations.equip", "post"),
    Line(("station_tokens",), pk, "stations.equip"),
    Line(("visits",), pk, "stations.visit", "post"),
    Line(("received_files",), pk, "uploads.create", view="uploads.create"),
    Line(("received_files",), pk, "uploads.create", "post", view="uploads.create"),
    Line(("attachments",), pk, "records.view", view="records.view"),
    Line(("attachments", "grids", "waiting_records"), pk, "records.create", "post", view="records.view"),
    Line(("rating_curves", "lab_reports", "ion_models"), pk, "quality.view", view="quality.view"),
    Line(("rating_curves", "weirs"), pk, "quality.fit", "post", view="quality.view"),
    Line(("lab_reports",), pk, "quality.attach", "post", view="quality.view"),
    Line(("ion_models", "ion_models_published"), pk, "quality.choose", "post", view="quality.view"),
)
ASSIGNMENT = (
    Line(("assignment",), pk, "verification.view"),
    acts("assignment", "confirm", pk, "verification.confirm"),
    acts("assignment", "accept decline", pk, "verification.accept"),
    acts("assignment", "withdraw", pk, "verification.withdraw"),
    acts("assignment", "recompute", pk, "verification.recompute"),
    acts("assignment", "sign", pk, "verification.sign"),
    Line(("raise_finding",), pk, "verification.raise_finding", "post"),
    Line(("workbench",), pk, "verification.view_checklist"),
    acts("workbench", "check draw-sample", pk, "verification.check"),
    acts("workbench", "recompute", pk, "verification.recompute"),
)
FINDING = (
    Line(("finding",), pk, "verification.view"),
    acts("finding", "answer", pk, "verification.answer_finding"),
    acts("finding", "close raise-again give-up", pk, "verification.judge_finding"),
    acts("finding", "remark", pk, "verification.remark"),
    acts("finding", "revise", pk, "verification.open_revision"),
    acts("finding", "close-carried", pk, "verification.close_carried"),
)
PERIOD = (
    Line(("period", "runs"), pk, "periods.view"),
    acts("period", "seal", pk, "periods.seal"),
    acts("period", "submit", pk, "periods.submit"),
)
WALKED_ELSEWHERE = {
    # what has no object, or whose objects need a whole period: by the tests of these rooms and by table.py
    "log_newest_checkpoint", "log_inclusion", "log_consistency", "log_cosignatures",
    "openapi", "docs", "me", "to_do", "invitation_withdraw", "methodology", "project_drafts", "account", "uploads",
    "upload", "upload_withdraw", "period_prepare", "period_reopen", "run", "result", "opinion_countersign",
    "opinion_send-back", "propose_validation", "propose_verification", "consultancies",
    "statement", "deadlines", "complaint_replies", "appeals", "workbench_check-pick", "comment_answer",
    "docket", "begin_review", "review", "review_prepare", "review_approve", "review_send-back", "review_return",
    "review_refuse", "review_hold", "review_lift", "docket_limits", "returned_item_answer",
    "methodology_impact", "methodology_start-impact", "methodology_test", "methodology_sign", "methodology_publish",
    "methodology_withdraw",
    "record_file", "record_file_withdraw", "record_file_settle", "record_file_import", "record_file_discard",
    # what hangs at a station, files that wait, curves and shifts: tests/mrv/stations/test_equipment_api.py and beside
    "calibrations", "deployment", "deployment_end", "station_token_revoke", "received_file", "received_file_settle",
    "received_file_columns", "received_file_import", "received_file_discard", "rating_shifts",
    "rating_shift_take-back",
    # certificates: tests/registry/certificates/test_certificate_api.py
    "certificate_supersede", "certificate_cancel", "account_statements", "retirement_file",
    # the ledger's records: tests/registry/credits/test_market_api.py; the review of readings: test_review_api.py
    "retirement", "transfer", "transfer_accept", "transfer_decline", "transfer_second", "transfer_withdraw", "by_key",
    "account_close", "account_open", "buy_request_agree", "buy_request_refuse", "buy_request_withdraw",
    "freeze_ask-release", "freeze_keep", "freeze_release", "listing_cancel", "listing_confirm", "listing_request",
    "report_reversal", "reversal", "reversal_confirm", "reversal_dismiss", "trusted", "trusted_remove",
    "review_act_undo", "review_acts", "review_tests", "period_name-station", "period_drop-station",
    "notices", "notices_all_read", "notices_settings", "notice_read",
    # the same for everybody, tests/mrv/province/test_overview.py
    "province_counties", "province_county", "province_years",
    # what is agreed with departments: tests/mrv/province/test_exchange.py
    "exchange_agreements", "exchange_agreement_end", "exchange_tables", "exchange_table",
    "province_areas", "province_area_end", "province_documents",  # test_areas.py and test_library.py beside it
}  # fmt: skip
WALK = {
    "anybody": ANYBODY, "organisation": ORGANISATION, "accreditation": ACCREDITATION, "project": PROJECT,
    "station": STATION, "period": PERIOD, "assignment": ASSIGNMENT, "finding": FINDING,
    "renewal": RENEWAL, "proponent_change": PROPONENT_CHANGE,
    "complaint": COMPLAINT,
}  # fmt: skip
