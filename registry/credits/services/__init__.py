"""Every write of the room, a file per subject; issuance under its short names, as its callers know it."""

from registry.credits.services.issuance import (
    approve_issuance,
    carry_fraction,
    plan_issuance,
    prepare_issuance,
    refuse_interested,
    refuse_nothing_to_issue,
    refuse_unconfirmed,
    refuse_unregistered,
    return_issuance,
)

__all__ = [
    "approve_issuance",
    "carry_fraction",
    "plan_issuance",
    "prepare_issuance",
    "refuse_interested",
    "refuse_nothing_to_issue",
    "refuse_unconfirmed",
    "refuse_unregistered",
    "return_issuance",
]
