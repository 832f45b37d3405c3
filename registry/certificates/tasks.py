"""Certifying, drawing and signing happen in a worker; the rows are the truth, the queue only a hint."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from celery import shared_task
from django.db.models import Max, Q

from registry.certificates import services
from registry.certificates.models import Certificate
from registry.core.actors import SYSTEM
from registry.credits.models import Retirement
from registry.projects.models import Project

log = logging.getLogger(__name__)
SWEEP = 20
"""At most so many certificates are sent again at a time."""
RECENT = 2_000
"""So many of the newest retirements are looked at every few seconds; all of them by the hourly sweep."""
AT_ONCE = 200


@shared_task(name=services.RENDER_TASK, ignore_result=True)
def render(certificate_id: int) -> None:
    """Draw and sign one certificate. Doing it again, or twice at once, changes nothing."""
    services.render_now(Certificate.objects.get(pk=certificate_id))


@shared_task(name="registry.certificates.tasks.resend_waiting", ignore_result=True)
def resend_waiting() -> None:
    """Send the drawing of those that still wait: their message was lost, or a fault was since removed."""
    # In random order, so that a few that cannot be drawn do not keep the others waiting.
    for pk in Certificate.objects.filter(rendered_at=None).order_by("?").values_list("pk", flat=True)[:SWEEP]:
        services.send(pk)


@shared_task(name="registry.certificates.tasks.certify_new", ignore_result=True)
def certify_new() -> None:
    """Certify registrations and retirements that have no certificate yet: the newest ones, every few seconds.

    Nothing is sent to this task: an act on credits stays as quick as if there were no certificates.
    """
    newest = Retirement.objects.aggregate(pk=Max("pk"))["pk"] or 0
    _certify(Q(pk__gt=newest - RECENT))


@shared_task(name="registry.certificates.tasks.certify_all", ignore_result=True)
def certify_all() -> None:
    """The same for every retirement, however old."""
    _certify(Q())


def _certify(which: Q) -> None:
    """Each by itself: one that cannot be certified is told and does not keep the others waiting."""
    for project in Project.objects.filter(registered_at__isnull=False).exclude(certificates__kind="registration"):
        _try(partial(services.certify_registration, actor=SYSTEM, project=project))
    waiting = Retirement.objects.filter(which, certificates=None).select_related("account__owner").order_by("pk")
    for retirement in waiting[:AT_ONCE]:
        _try(partial(services.certify_retirement, actor=SYSTEM, retirement=retirement))


def _try(certify: Callable[[], Certificate]) -> None:
    try:
        certify()
    except Exception:
        log.exception("a certificate could not be made; the sweep tries again")
