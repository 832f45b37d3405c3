"""The rules of this registry itself, as the program keeps them: rights read from the permission table, and answers.

No law is quoted here that the registry does not enforce; documents of others are in the library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from registry.core import acts
from registry.core.permissions import PUBLIC_ROLE, needs_fresh_factor, table
from registry.core.roles import ROLES_OF_KIND, OrganisationKind, Role


@dataclass(frozen=True)
class Right:
    label: Any
    with_factor: bool
    """The second factor is asked for at the act."""


@dataclass(frozen=True)
class RoleRights:
    label: Any
    rights: list[Right]


@dataclass(frozen=True)
class Holders:
    """A kind of organisation with the roles of its people."""

    label: Any
    roles: list[RoleRights]


def rights() -> list[Holders]:
    """By kind of organisation and role: the acts that the one permission table gives, where an act has a name."""
    every = table()
    found = [Holders(_("Everybody, without an account"), [_of(PUBLIC_ROLE, _("The public"), every)])]
    found.append(Holders(_("Every organisation"), [_of(Role.ADMINISTRATOR, Role.ADMINISTRATOR.label, every)]))
    for kind in OrganisationKind:
        roles = [_of(role, role.label, every) for role in Role if role in ROLES_OF_KIND[kind]]
        found.append(Holders(kind.label, [each for each in roles if each.rights]))
    return found


def _of(role: str, label: Any, every: dict[str, Any]) -> RoleRights:
    given = [
        Right(acts.NAMES[action], needs_fresh_factor(action))
        for action, lines in every.items()
        if action in acts.NAMES and any(str(role) in line.roles for line in lines)
    ]
    return RoleRights(label, given)


@dataclass(frozen=True)
class Answer:
    question: Any
    answer: Any


def answers() -> list[Answer]:
    """What people ask, answered by what the program does; numbers are the published settings."""
    said = (
        (
            _("What if a credit cannot be sold?"),
            _(
                "It stays in its account; credits do not expire. The registry promises neither a price nor a buyer, "
                "and moves no money: who cannot sell has lost nothing of the record, and nobody owes the registry for "
                "it. "
                "A credit may be listed on the board, listed again at another price, transferred, or retired by its "
                "holder for a purpose of its own."
            ),
            {},
        ),
        (
            _("Who owns a credit?"),
            _(
                "The organisation in whose account its serial number is. It comes there by issuance to the proponent "
                "or by a transfer that the recipient accepted; an offer that nobody accepts ends after %(days)s days."
            ),
            {"days": settings.TRANSFER_EXPIRY_DAYS},
        ),
        (
            _("What earns a credit, and what does not?"),
            _(
                "Only what a project adds over its baseline, and over its control where there is one, after emissions, "
                "leakage and uncertainty. The natural sink gets a signed inventory statement and no credit."
            ),
            {},
        ),
        (
            _("Who decides on an issuance?"),
            _(
                "Two officials, never one: one prepares, another approves, each with the second factor. Before that a "
                "verification body without interest in the project has verified the period, and the result was under "
                "public notice for %(days)s working days."
            ),
            {"days": settings.PUBLIC_NOTICE_WORKING_DAYS},
        ),
        (
            _("What may the public do?"),
            _(
                "Read every public record, download the data, recompute every verified result, comment on a project "
                "for %(comment)s working days, and complain about any record: a complaint is answered within "
                "%(answer)s working days."
            ),
            {"comment": settings.PUBLIC_COMMENT_WORKING_DAYS, "answer": settings.COMPLAINT_ANSWER_WORKING_DAYS},
        ),
        (
            _("What can a developer do against a decision?"),
            _(
                "Appeal within %(file)s working days; an official who took no part in the decision decides within "
                "%(decide)s working days."
            ),
            {"file": settings.APPEAL_FILING_WORKING_DAYS, "decide": settings.APPEAL_DECISION_WORKING_DAYS},
        ),
        (
            _("What if carbon that was credited is lost again?"),
            _(
                "The buffer pool, into which a share of every issuance goes, is cancelled first. What it lacks the "
                "proponent owes, and until that is settled nothing more is issued to the project. Retired credits stay "
                "retired. Everything is noted in public."
            ),
            {},
        ),
        (
            _("Can a project be stopped?"),
            _(
                "The authority may suspend a project; then nothing is submitted or issued, but findings are still "
                "answered. A registration is revoked by two officials. Credits that were issued stay valid unless they "
                "are cancelled with a public note."
            ),
            {},
        ),
        (
            _("Can a record be changed afterwards?"),
            _(
                "No. Files are kept by their digest, decisions and the ledger are never overwritten, and every act is "
                "in an audit log whose checkpoints anybody can verify. A correction is a new record beside the old one."
            ),
            {},
        ),
    )
    return [Answer(question, str(answer) % facts if facts else answer) for question, answer, facts in said]
