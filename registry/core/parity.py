"""What a person does by page and what a program does instead: one table, drawn as ``docs/acts.md``.

Rooms are named by the address they answer, so the record needs to know nothing of the work. A test holds that every
posting page is here and that every endpoint exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

PAGE_ONLY = "page only: "
READS = "GET "
"""Before the name of an endpoint that is asked, where the page is posted to."""
BY_API: dict[str, tuple[str, ...] | str] = {
    "organisations:apply": ("organisations",),
    "organisations:act": (
        "organisation_approve", "organisation_refuse", "organisation_suspend", "organisation_reinstate",
        "organisation_close",
    ),
    "organisations:accredit": ("accreditations",),
    "organisations:act_on_accreditation": ("accreditation_suspend", "accreditation_reinstate", "accreditation_end"),
    "organisations:invite": ("invitations",),
    "organisations:withdraw_invitation": ("invitation_withdraw",),
    "organisations:change_role": ("member_grant-role", "member_end-role"),
    "organisations:calendar": ("calendar",),
    "organisations:join": PAGE_ONLY + "the invited person has no account yet",
    "organisations:sign_in": PAGE_ONLY + "a program sends a token",
    "organisations:sign_out": PAGE_ONLY + "a program sends a token",
    "organisations:demo_sign_in": PAGE_ONLY + "the demonstration's one-click accounts",
    "organisations:tokens": PAGE_ONLY + "a token that could make tokens would outlive its own end",
    "core:set_language": PAGE_ONLY + "a program sends Accept-Language",
    "notices:open": ("notice_read",),
    "notices:read_all": ("notices_all_read",),
    "notices:settings": ("notices_settings",),
    "methodologies:new_project": ("project_drafts",),
    "projects:act": (
        "project_submit", "project_open-comment", "project_close-comment", "project_register", "project_return",
        "project_reject", "project_withdraw", "project_suspend", "project_reinstate", "project_complete",
        "project_revoke", "project_confirm-revocation", "project_drop-revocation",
    ),
    "projects:comment": ("comments",),
    "projects:answer_comment": ("comment_answer",),
    "projects:request_renewal": ("renewals",),
    "projects:request_change": ("proponent_changes",),
    "projects:act_on_renewal": ("renewal_approve", "renewal_refuse", "renewal_return", "renewal_withdraw"),
    "projects:act_on_change": (
        "proponent_change_countersign", "proponent_change_decline", "proponent_change_approve",
        "proponent_change_refuse", "proponent_change_return", "proponent_change_withdraw",
    ),
    "complaints:new": ("complaints",),
    "complaints:act": ("complaint_answer", "complaint_close", "complaint_withhold", "complaint_show-again"),
    "complaints:appeal": ("appeals",),
    "complaints:mine": ("complaint_replies",),
    "province:name_area": ("province_areas",),
    "province:end_area": ("province_area_end",),
    "province:agree": ("exchange_agreements",),
    "province:end_agreement": ("exchange_agreement_end",),
    "province:add_document": ("province_documents",),
    "stations:new": ("stations",),
    "stations:place": ("station_place",),
    "stations:add_sensor": ("sensors",),
    "stations:deploy": ("deployments",),
    "stations:end_deployment": ("deployment_end",),
    "stations:calibrate": ("calibrations",),
    "stations:visit": ("visits",),
    "stations:issue_token": ("station_tokens",),
    "stations:revoke_token": ("station_token_revoke",),
    "uploads:receive": ("uploads",),
    "uploads:hand_in": ("received_files",),
    "uploads:settle": ("received_file_settle",),
    "uploads:columns": ("received_file_columns",),
    "uploads:import": ("received_file_import", "uploads"),
    "uploads:discard": ("received_file_discard",),
    "uploads:withdraw": ("upload_withdraw",),
    "records:hand_in": ("waiting_records",),
    "records:hand_in_grids": ("grids",),
    "records:settle": ("record_file_settle",),
    "records:import": ("record_file_import", "record_files"),
    "records:discard": ("record_file_discard",),
    "records:withdraw": ("record_file_withdraw",),
    "records:attach": ("attachments",),
    "quality:act": ("review_acts",),
    "quality:undo": ("review_act_undo",),
    "quality:run_tests": ("review_tests",),
    "quality:new_curve": ("rating_curves",),
    "quality:new_weir": ("weirs",),
    "quality:new_shift": ("rating_shifts",),
    "quality:take_back_shift": ("rating_shift_take-back",),
    "quality:attach_report": ("lab_reports",),
    "quality:choose_reference": ("ion_models_published",),
    "quality:fit_samples": ("ion_models",),
    "periods:open": ("project_periods",),
    "periods:act": ("period_prepare", "period_seal", "period_reopen", "period_submit"),
    "periods:name_station": ("period_name-station", "period_drop-station"),
    "runs:request": ("runs",),
    "runs:beside": ("runs",),
    "verification:propose_validation": ("propose_validation",),
    "verification:propose_verification": ("propose_verification",),
    "verification:record_consultancy": ("consultancies",),
    "verification:act": (
        "assignment_confirm", "assignment_accept", "assignment_decline", "assignment_withdraw",
        "assignment_recompute", "assignment_sign", "opinion_countersign", "opinion_send-back",
    ),
    "verification:workbench_act": (
        "workbench_check", "workbench_check-pick", "workbench_draw-sample", "workbench_recompute",
    ),
    "verification:raise_finding": ("raise_finding",),
    "verification:finding_act": (
        "finding_answer", "finding_close", "finding_raise-again", "finding_give-up", "finding_remark",
        "finding_close-carried",
    ),
    "decisions:answer": ("returned_item_answer",),
    "decisions:set_limit": ("docket_limits",),
    "methodologies:act": (
        "methodology_start-impact", "methodology_test", "methodology_sign", "methodology_publish",
        "methodology_withdraw",
    ),
    "methodologies:new_version": ("methodologies",),
    "decisions:begin": ("begin_review",),
    "decisions:act": ("review_prepare", "review_approve", "review_send-back", "review_return", "review_refuse"),
    "credits:open_account": ("account_open",),
    "credits:close": ("account_close",),
    "credits:trusted": ("trusted",),
    "credits:remove_trusted": ("trusted_remove",),
    "credits:transfer_new": ("transfers",),
    "credits:transfer_act": (
        "transfer_accept", "transfer_decline", "transfer_withdraw",
        "transfer_second",
    ),
    "credits:retire": ("retirements",),
    "credits:retire_file": ("retirement_file",),
    "credits:cancel": ("cancellations",),
    "credits:list": ("listings",),
    "credits:listing_act": ("listing_cancel", "listing_request", "listing_confirm"),
    "credits:answer_request": ("buy_request_agree", "buy_request_refuse", "buy_request_withdraw"),
    "credits:reference_price": ("reference_prices",),
    "credits:freeze": ("freezes",),
    "credits:freeze_act": ("freeze_ask-release", "freeze_release", "freeze_keep"),
    "credits:report_reversal": ("report_reversal",),
    "credits:reversal_act": ("reversal_confirm", "reversal_dismiss"),
    "credits:fact": ("facts",),
    "certificates:end": ("certificate_supersede", "certificate_cancel"),
    "certificates:sign_statement": ("account_statements",),
    "projects:justify_overlap": ("overlaps",),
    "projects:step": (
        "project_facts", "boundaries", "programmes", "safeguards", "baseline", "additionality", "estimates",
        "documents",
    ),
    "certificates:check_upload": ("GET certificates:api_by_file",),
    "learning:self_test": PAGE_ONLY + "questions for a reader; nothing is kept",
    "transparency:verify": ("GET log_newest_checkpoint", "GET log_inclusion", "GET log_consistency"),
    "demo:advance": PAGE_ONLY + "the demonstration's clock",
}  # fmt: skip
"""By the name of a posting page: the endpoints that do the same, or why there is none."""
HEAD = """# Acts by page and by program

Drawn by `manage.py api_table` from `registry/core/parity.py`; do not edit. Every act goes through the same service,
whoever asks; the endpoints are described with examples at `/api/v1/docs/` and in [openapi.json](openapi.json). The
pages of a person's own account (password, second factor, sessions) are left out: they are a person's at a browser, as
are those few below that say so.

| page | its address | endpoints |
|---|---|---|
"""


def document_path() -> Path:
    return Path(settings.ROOT) / "docs" / "acts.md"


def document() -> str:
    """The whole text of ``docs/acts.md``."""
    return HEAD + "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    where = addresses()
    for page, answer in BY_API.items():
        if isinstance(answer, str):
            said = answer
        else:
            said = "<br>".join(f"`{method_of(name)} /{where[full_name(name)]}`" for name in answer)
        yield f"| {page.replace(':', ' · ')} | `/{where[page]}` | {said} |"


def full_name(endpoint: str) -> str:
    name = endpoint.removeprefix(READS)
    return name if ":" in name else f"api:{name}"


def method_of(endpoint: str) -> str:
    return "GET" if endpoint.startswith(READS) else "POST"


def addresses() -> dict[str, str]:
    """Every named address of the project, as its pattern is written."""
    return dict(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: Iterable[URLPattern | URLResolver], names: str, route: str) -> Iterator[tuple[str, str]]:
    for each in patterns:
        here = route + str(each.pattern).removeprefix("^")
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, f"{names}{each.namespace}:" if each.namespace else names, here)
        elif each.name:
            yield f"{names}{each.name}", here
