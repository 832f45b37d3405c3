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
    "stations:new": ("stations",),
    "stations:place": ("station_place",),
    "stations:add_sensor": PAGE_ONLY + "not built yet",
    "stations:deploy": PAGE_ONLY + "not built yet",
    "stations:end_deployment": PAGE_ONLY + "not built yet",
    "stations:calibrate": PAGE_ONLY + "not built yet",
    "stations:visit": PAGE_ONLY + "not built yet",
    "stations:issue_token": PAGE_ONLY + "the secret is shown once, to a person",
    "stations:revoke_token": PAGE_ONLY + "not built yet",
    "uploads:receive": ("uploads",),
    "uploads:hand_in": ("uploads",),
    "uploads:settle": PAGE_ONLY + "a program says the settings with the file",
    "uploads:columns": PAGE_ONLY + "a program says the settings with the file",
    "uploads:import": ("uploads",),
    "uploads:discard": PAGE_ONLY + "a program's file is taken or refused at once",
    "uploads:withdraw": ("upload_withdraw",),
    "records:hand_in": ("record_files",),
    "records:hand_in_grids": PAGE_ONLY + "not built yet",
    "records:settle": PAGE_ONLY + "a program says the settings with the file",
    "records:import": ("record_files",),
    "records:discard": PAGE_ONLY + "a program's file is taken or refused at once",
    "records:withdraw": ("record_file_withdraw",),
    "records:attach": PAGE_ONLY + "not built yet",
    "quality:act": ("review_acts",),
    "quality:undo": ("review_act_undo",),
    "quality:run_tests": ("review_tests",),
    "quality:new_curve": PAGE_ONLY + "not built yet; period_prepare fits what is missing",
    "quality:new_weir": PAGE_ONLY + "not built yet",
    "quality:new_shift": PAGE_ONLY + "not built yet",
    "quality:take_back_shift": PAGE_ONLY + "not built yet",
    "quality:attach_report": PAGE_ONLY + "not built yet",
    "quality:choose_reference": PAGE_ONLY + "not built yet",
    "quality:fit_samples": PAGE_ONLY + "not built yet; period_prepare fits what is missing",
    "periods:open": ("project_periods",),
    "periods:act": ("period_prepare", "period_seal", "period_submit"),
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
    "credits:transfer_new": ("credits:api_transfers",),
    "credits:transfer_act": (
        "credits:api_transfer_accept", "credits:api_transfer_decline", "credits:api_transfer_withdraw",
        "credits:api_transfer_second",
    ),
    "credits:retire": ("credits:api_retirements",),
    "credits:retire_file": PAGE_ONLY + "a program retires line by line, each under its own key",
    "credits:cancel": ("credits:api_cancellations",),
    "credits:list": ("credits:api_listings",),
    "credits:listing_act": ("listing_cancel", "listing_request", "listing_confirm"),
    "credits:answer_request": ("buy_request_agree", "buy_request_refuse", "buy_request_withdraw"),
    "credits:reference_price": ("reference_prices",),
    "credits:freeze": ("freezes",),
    "credits:freeze_act": ("freeze_ask-release", "freeze_release", "freeze_keep"),
    "credits:report_reversal": ("report_reversal",),
    "credits:reversal_act": ("reversal_confirm", "reversal_dismiss"),
    "credits:fact": ("facts",),
    "certificates:end": PAGE_ONLY + "no endpoint is listed here yet",
    "certificates:sign_statement": PAGE_ONLY + "no endpoint is listed here yet",
    "projects:justify_overlap": PAGE_ONLY + "no endpoint is listed here yet",
    "projects:step": ("documents",),
    "certificates:check_upload": PAGE_ONLY + "a program asks GET /api/v1/certificates/by-file/{sha256}",
    "learning:self_test": PAGE_ONLY + "questions for a reader; nothing is kept",
    "transparency:verify": PAGE_ONLY + "a program checks the log itself, from its proofs",
    "demo:advance": PAGE_ONLY + "the demonstration's clock",
}  # fmt: skip
"""By the name of a posting page: the endpoints that do the same, or why there is none."""
HEAD = """# Acts by page and by program

Drawn by `manage.py api_table` from `registry/core/parity.py`; do not edit. Every act goes through the same service,
whoever asks; the endpoints are described with examples at `/api/v1/docs/` and in [openapi.json](openapi.json). The
pages of a person's own account (password, second factor, sessions) are left out.

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
            said = "<br>".join(f"`POST /{where[full_name(name)]}`" for name in answer)
        yield f"| {page.replace(':', ' · ')} | `/{where[page]}` | {said} |"


def full_name(endpoint: str) -> str:
    return endpoint if ":" in endpoint else f"api:{endpoint}"


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
