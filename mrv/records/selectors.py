from __future__ import annotations

import json

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mrv.records.kinds import Kind, Row, kind_named
from mrv.records.models import Attachment, RecordFile
from mrv.stations.models import Station
from registry.core import store
from registry.core.actors import Actor
from registry.core.errors import NotVisible
from registry.core.permissions import may

_RELATED = ("station__project", "received_by", "imported_by", "replaces")


def accepted_files(station: Station, kind: str | None = None) -> QuerySet[RecordFile]:
    """What periods may use now, oldest first."""
    files = RecordFile.objects.filter(station=station, state="accepted").select_related("station__project")
    return (files if kind is None else files.filter(kind=kind)).order_by("id")


def may_see(actor: Actor, station: Station) -> bool:
    return may(actor, "records.view", RecordFile(station=station))


def files_of(actor: Actor, station: Station, kind: str | None = None) -> QuerySet[RecordFile]:
    """All tables of a station, newest first; none where the actor may not see them. Waiting ones are the owner's."""
    files = RecordFile.objects.filter(station=station).select_related(*_RELATED)
    if kind is not None:
        files = files.filter(kind=kind)
    if not may_see(actor, station):
        return files.none()
    owner = may(actor, "records.create", RecordFile(station=station))
    return files if owner else files.exclude(state__in=("waiting", "discarded"))


def file_for(actor: Actor, pk: int) -> RecordFile:
    file = RecordFile.objects.select_related(*_RELATED).filter(pk=pk).first()
    action = "records.create" if file is not None and file.state in ("waiting", "discarded") else "records.view"
    if file is None or not may(actor, action, file):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return file


def kind_for(name: str) -> Kind:
    kind = kind_named(name)
    if kind is None:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return kind


def load_rows(file: RecordFile) -> list[Row]:
    """The rows of an imported table, in its order; the store checks their digest."""
    return list(json.loads(store.read(file.content_sha256)))


def attachments_of(station: Station) -> QuerySet[Attachment]:
    return Attachment.objects.filter(station=station).select_related("added_by")


def attachments_by_name(station: Station) -> dict[str, str]:
    """File name and digest -> digest, as rows may name an attachment."""
    found: dict[str, str] = {}
    for name, sha256 in attachments_of(station).values_list("file_name", "sha256"):
        found |= {name: sha256, sha256: sha256}
    return found


def attachment_for(actor: Actor, pk: int) -> Attachment:
    found = Attachment.objects.select_related("station__project").filter(pk=pk).first()
    if found is None or not may(actor, "records.view", found):
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    return found
