"""Mails, their sweep and the deadlines that draw near; the rows are the truth, the queue only a hint."""

from __future__ import annotations

from celery import shared_task

from registry.notices import mails, reminders, telling


@shared_task(name=telling.TELL_TASK, ignore_result=True)
def tell_of_event(event_id: int) -> None:
    telling.tell_of(event_id)


@shared_task(name="registry.notices.tasks.follow_the_log", ignore_result=True)
def follow_the_log() -> None:
    """Every minute: whatever event's hint was lost."""
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
