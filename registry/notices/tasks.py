"""Mails, their sweep and the deadlines that draw near; the rows are the truth, the queue only a hint."""

from __future__ import annotations

from celery import shared_task

from registry.audit.sequencing import sequence
from registry.notices import mails, reminders, telling


@shared_task(name="registry.notices.tasks.follow_the_log", ignore_result=True)
def follow_the_log() -> None:
    """Every few seconds: place the events that wait in the log, and tell of them."""
    sequence()
    telling.follow()


@shared_task(name=telling.MAIL_TASK, ignore_result=True)
def send_mails(key: str) -> None:
    mails.send_those_of(key)


@shared_task(name="registry.notices.tasks.resend_mails", ignore_result=True)
def resend_mails() -> None:
    mails.sweep()


@shared_task(name="registry.notices.tasks.tell_of_deadlines", ignore_result=True)
def tell_of_deadlines() -> None:
    reminders.tell()
