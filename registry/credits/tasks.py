"""The clock's part of the ledger: offers that nobody took up expire. Each in its own transaction."""

from __future__ import annotations

import logging

from celery import shared_task

from registry.core import clock
from registry.core.errors import Refusal
from registry.credits.models import Transfer
from registry.credits.services import transfers

logger = logging.getLogger(__name__)


@shared_task(name="registry.credits.tasks.expire_offers")
def expire_offers() -> int:
    """Give back what expired; how many offers that were."""
    due = Transfer.objects.filter(state="offered", expires_at__lte=clock.now()).order_by("expires_at")
    ended = 0
    for transfer in due[:500]:
        try:
            ended += transfers.expire_transfer(transfer=transfer).state == "expired"
        except Refusal as refusal:
            logger.warning("transfer %s did not expire: %s", transfer.pk, refusal.code)
    return ended
