from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.core import deadlines
from registry.core.actors import Actor
from registry.core.deadlines import Deadline
from registry.credits import selectors
from registry.credits.todo import HOLDERS


@deadlines.provider
def transfers_expiring(actor: Actor) -> Iterator[Deadline]:
    """Offers from and to the actor's own accounts, until when they can be accepted."""
    if actor.organisation_kind not in HOLDERS:
        return
    for transfer in selectors.transfers_for(actor).filter(state="offered").order_by("expires_at")[: deadlines.MOST]:
        yield Deadline(
            kind="transfer_offer",
            subject=deadlines.subject_of(transfer),
            title=_("An offered transfer expires"),
            detail=f"{transfer.number} · {transfer.quantity_t} t",
            url=reverse("credits:transfer", args=[transfer.pk]),
            due=transfer.expires_at,
            acts="accept" in selectors.transfer_acts(actor, transfer),
        )
