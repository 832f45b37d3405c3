"""Photographs and papers that rows of records name."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mrv.records.models import Attachment
from mrv.stations.models import Station
from mrv.stations.services import require_working_project
from mrv.uploads.services import plain_file_name
from registry.audit.services import record
from registry.core import store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput
from registry.core.locking import lock
from registry.core.permissions import require

TYPES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"%PDF-": "application/pdf"}
MAX_BYTES = 20 * 1024**2


@transaction.atomic
def attach(*, actor: Actor, station: Station, file_name: str, data: bytes) -> Attachment:
    """Keep a photograph (JPEG, PNG) or a PDF under its name; the same bytes of that name are found again.

    Raises InvalidInput ATTACHMENT_TYPE, ATTACHMENT_TOO_LARGE, ATTACHMENT_NAME_TAKEN.
    """
    station = lock(Station, station.pk)
    require(actor, "records.create", Attachment(station=station))
    require_working_project(station.project)
    name = plain_file_name(file_name)
    kind = next((kind for start, kind in TYPES.items() if data.startswith(start)), None)
    if kind is None:
        raise InvalidInput(
            "ATTACHMENT_TYPE", _("“%(file)s” is neither a JPEG or PNG photograph nor a PDF. Choose another."), file=name
        )
    if len(data) > MAX_BYTES:
        raise InvalidInput(
            "ATTACHMENT_TOO_LARGE",
            _("“%(file)s” is larger than %(most)s MB. Send it smaller."),
            file=name,
            most=MAX_BYTES // 1024**2,
        )
    sha256 = store.put(data)
    known = Attachment.objects.filter(station=station, file_name=name).first()
    if known is not None and known.sha256 == sha256:
        return known
    if known is not None:
        raise InvalidInput(
            "ATTACHMENT_NAME_TAKEN",
            _("Another file is called “%(file)s” here, and rows may name it. Give this one a name of its own."),
            file=name,
        )
    made = Attachment.objects.create(
        station=station,
        file_name=name,
        content_type=kind,
        sha256=sha256,
        size_bytes=len(data),
        added_by_id=actor.user_id,
    )
    record(actor, "records.attach", made, after={"file": name, "sha256": sha256})
    return made
