"""Mail in both languages, sent after the transaction: what was rolled back is never announced."""

from __future__ import annotations

import logging
from typing import Any

from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import override

log = logging.getLogger(__name__)
LANGUAGES = ("zh-hans", "en")


def in_both(text: Any, params: dict[str, Any] | None = None, joint: str = "\n\n") -> str:
    """A lazy text in Chinese, then in English."""
    said = []
    for language in LANGUAGES:
        with override(language):
            said.append(str(text) % params if params else str(text))
    return joint.join(dict.fromkeys(said))


def send(to: str, subject: Any, text: Any, **params: Any) -> None:
    """Send on commit; a mail server that is down is logged and stops nobody's work."""
    title, body = in_both(subject, params, " / "), in_both(text, params)
    transaction.on_commit(lambda: _deliver(to, title, body))


def _deliver(to: str, subject: str, body: str) -> None:
    try:
        send_mail(" ".join(subject.split()), body, None, [to])
    except Exception:
        log.exception("mail to one person was not delivered: %s", subject)
