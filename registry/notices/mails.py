"""Mails follow the rows: each is claimed before it is sent, so that two workers, or one twice, send it once."""

from __future__ import annotations

import logging
from datetime import timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from registry.core import clock
from registry.core.mailing import LANGUAGES
from registry.notices.models import Notice, Preference
from registry.notices.selectors import still_visible
from registry.organisations.selectors import actor_of

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 5
SWEEP = 200
SWEEP_AFTER = timedelta(minutes=1)
"""A mail younger than this is on its way by the message that was sent with its row."""


def send_those_of(key: str) -> int:
    """Send the waiting mails of one thing that happened; how many went out."""
    waiting = Notice.objects.filter(key=key, mail=Notice.Mail.WAITING).values_list("pk", flat=True)
    return sum(send_one(pk) for pk in list(waiting))


def sweep() -> int:
    """Send what still waits: its message was lost, or the mail server was down."""
    old = Notice.objects.filter(mail=Notice.Mail.WAITING, at__lt=clock.now() - SWEEP_AFTER).order_by("id")
    return sum(send_one(pk) for pk in list(old.values_list("pk", flat=True)[:SWEEP]))


def send_one(pk: int) -> bool:
    """Claim and send one. What the person may not see any more is not sent.

    A refused or unreachable server gives the mail back, five times at most; a worker that dies between the claim and
    the answer leaves it claimed, for it may have gone out.
    """
    claimed = Notice.objects.filter(pk=pk, mail=Notice.Mail.WAITING).update(mail=Notice.Mail.BEGUN)
    if not claimed:
        return False
    notice = Notice.objects.select_related("user__notice_preference").get(pk=pk)
    if not notice.user.is_active or not still_visible(actor_of(notice.user), [notice]):
        _ended(notice, Notice.Mail.NONE)
        return False
    try:
        message_of(notice).send()
    except Exception:
        log.exception("the mail of notice %s was not delivered", pk)
        notice.mail_attempts += 1
        _ended(notice, Notice.Mail.FAILED if notice.mail_attempts >= MOST_ATTEMPTS else Notice.Mail.WAITING)
        return False
    notice.mailed_at = clock.now()
    _ended(notice, Notice.Mail.SENT)
    return True


def _ended(notice: Notice, state: str) -> None:
    notice.mail = state
    notice.save(update_fields=["mail", "mail_attempts", "mailed_at"])


def message_of(notice: Notice) -> EmailMessage:
    """In the receiver's language, or in both; the link opens the record, whose page asks who it is."""
    subjects, bodies = [], []
    for language in _languages(notice):
        with override(language):
            subjects.append(notice.text)
            bodies.append(
                _("%(text)s\n%(name)s\n%(link)s\n\nKarst Carbon Registry. Which notices are mailed: %(settings)s")
                % {
                    "text": notice.text,
                    "name": notice.name,
                    "link": urljoin(settings.PUBLIC_BASE_URL, notice.url),
                    "settings": urljoin(settings.PUBLIC_BASE_URL, "/notices/settings/"),
                }
            )
    host = settings.PUBLIC_BASE_URL.split("//")[-1].split("/")[0].split(":")[0] or "localhost"
    return EmailMessage(
        " / ".join(dict.fromkeys(subjects)),
        "\n\n".join(dict.fromkeys(bodies)),
        None,
        [notice.user.email],
        headers={"Message-ID": f"<notice-{notice.pk}@{host}>"},
    )


def _languages(notice: Notice) -> tuple[str, ...]:
    try:
        chosen = notice.user.notice_preference.language
    except Preference.DoesNotExist:
        chosen = ""
    return (chosen,) if chosen else LANGUAGES
