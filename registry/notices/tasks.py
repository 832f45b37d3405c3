"""Mails, their sweep and the deadlines that draw near; the rows are the truth, the queue only a hint."""

from __future__ import annotations

from celery import shared_task

from registry.notices import mails, reminders
from registry.notices.services import MAIL_TASK


@shared_task(name=MAIL_TASK, ignore_result=True)
def send_mails(key: str) -> None:
    mails.send_those_of(key)


@shared_task(name="registry.notices.tasks.resend_mails", ignore_result=True)
def resend_mails() -> None:
    mails.sweep()


@shared_task(name="registry.notices.tasks.tell_of_deadlines", ignore_result=True)
def tell_of_deadlines() -> None:
    reminders.tell()
