"""Certificates of what is already a fact in the register: a registration, a retirement, an account, an opinion."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from registry.certificates import records
from registry.certificates.handover import StatedOpinion
from registry.certificates.models import Certificate
from registry.certificates.services.keeping import keep, new_edition, take_turn
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, Refusal, needed_text
from registry.core.permissions import require
from registry.credits.models import Account, Retirement
from registry.credits.selectors.statement import Statement, statement_of
from registry.projects.models import Project

MOST_LINES = 2_000
"""Acts that one signed account statement lists; a longer span takes several, or the table."""


@transaction.atomic
def certify_registration(*, actor: Actor, project: Project) -> Certificate:
    """The certificate of a project's registration; the same project again gives the one in force."""
    require(actor, "certificates.certify")
    take_turn()
    known = Certificate.objects.filter(project=project, kind=Certificate.Kind.REGISTRATION, state="valid").first()
    if known is not None:
        return known
    if project.registered_at is None:
        raise Refusal("PROJECT_NOT_REGISTERED", _("The project is not registered: there is nothing to certify."))
    return keep(actor, records.record_of_registration(new_edition(project), project), project=project)


@transaction.atomic
def certify_retirement(*, actor: Actor, retirement: Retirement) -> Certificate:
    """The certificate of a retirement; the same retirement again gives the one in force."""
    require(actor, "certificates.certify")
    take_turn()
    known = Certificate.objects.filter(retirement=retirement, state="valid").first()
    if known is not None:
        return known
    return keep(actor, records.record_of_retirement(new_edition(), retirement), retirement=retirement)


@transaction.atomic
def state_account(*, actor: Actor, account: Account, first_day: date, last_day: date) -> Certificate:
    """A signed statement of an account, for who may see it. Refused when the ledger's lines do not reconcile."""
    require(actor, "credits.view_account", account)
    as_of = clock.now()
    statement = statement_of(account, first_day, last_day)
    refuse_unsignable(statement)
    take_turn()
    content = records.record_of_account(new_edition(), statement, as_of)
    return keep(actor, content, account=account)


def refuse_unsignable(statement: Statement) -> None:
    if len(statement.lines) > MOST_LINES:
        raise InvalidInput(
            "STATEMENT_TOO_LONG",
            _("This span has more than %(limit)s lines. Choose fewer days, or take the table (CSV)."),
            limit=MOST_LINES,
        )
    if not statement.reconciles:
        raise Refusal(
            "STATEMENT_DOES_NOT_RECONCILE",
            _("The lines and the holdings of this account do not agree; nothing is signed. Tell the authority."),
        )


@transaction.atomic
def issue_opinion(*, actor: Actor, stated: StatedOpinion) -> Certificate:
    """The certificate of an opinion, in the transaction of its second signature.

    It takes the place of the certificate of an opinion on the same task that was set aside before.
    """
    require(actor, "certificates.state_opinion")
    take_turn()
    known = _of_opinion(stated.statement_number)
    if known is not None:
        return known
    project = Project.objects.get(code=stated.project_code)
    before = _of_opinion(stated.replaces) if stated.replaces else None
    content = records.record_of_opinion(new_edition(project, replaces=before.number if before else ""), stated)
    made = keep(actor, content, project=project, body_id=stated.body_id, statement_number=stated.statement_number)
    if before is not None:
        before.superseded_by = made
        before.save(update_fields=["superseded_by"])
    return made


def _of_opinion(number: str) -> Certificate | None:
    opinions = Certificate.objects.filter(kind=Certificate.Kind.OPINION, statement_number=number)
    return opinions.order_by("-id").first()


def needed_reason(zh: str, en: str) -> tuple[str, str]:
    """Why a certificate ends, in both languages: everybody will read it."""
    message = _("Say why in Chinese and in English: everybody who checks the certificate reads it.")
    return needed_text(zh, "REASON_MISSING", message), needed_text(en, "REASON_MISSING", message)
