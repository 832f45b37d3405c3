"""The common step of every kind: a number, the row with its record, the event that the log proves, a message."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import connection, transaction

from registry.audit.services import record
from registry.celery import tell
from registry.certificates.drawing.plain import Stated
from registry.certificates.kinds import KINDS
from registry.certificates.models import Certificate
from registry.certificates.records import Edition, is_demo
from registry.core import clock
from registry.core.actors import Actor
from registry.projects.models import Project

RENDER_TASK = "registry.certificates.tasks.render"


def take_turn() -> None:
    """Certificates are numbered one at a time; whoever has the turn sees what the one before has written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('certificates.number'))")


def new_edition(*projects: Project, replaces: str = "") -> Edition:
    """Number and day of a new certificate. The caller has taken its turn."""
    day = clock.today()
    return Edition(_next_number(day.year), day, is_demo(*projects), replaces)


def keep(actor: Actor, content: Stated, /, **columns: Any) -> Certificate:
    """The row of a new certificate and the event that binds its record to the log; a worker is asked for the file."""
    said = content.to_dict()
    certificate = Certificate.objects.create(
        number=content.number,
        kind=said["kind"],
        is_public=KINDS[said["kind"]].is_public(content),
        record=content.to_json(),
        **columns,
    )
    record(
        actor,
        "certificates.issue",
        certificate,
        after={
            "number": certificate.number,
            "kind": certificate.kind,
            "record_sha256": certificate.record_sha256,
            "prepared_by": certificate.prepared_by_id,
            "statement": certificate.statement_number,
            "replaces": said.get("replaces", ""),
        },
    )
    transaction.on_commit(partial(send, certificate.pk))
    return certificate


def send(certificate_id: int) -> None:
    """Ask a worker for the file."""
    tell(RENDER_TASK, [certificate_id])


def _next_number(year: int) -> str:
    """``KCR-C-2026-000001``: counted up within the year."""
    prefix = f"KCR-C-{year}-"
    newest = Certificate.objects.filter(number__startswith=prefix).order_by("-id").values_list("number").first()
    used = int(newest[0].removeprefix(prefix)) if newest else 0
    return f"{prefix}{used + 1:06d}"
