"""The documents of a project's file, by the digest of their bytes."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from registry.audit.services import record
from registry.core import store
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, refuse_larger
from registry.projects.models import Project, ProjectDocument
from registry.projects.services.drafting import lock_draft

LIMIT_BYTES = 50 * 1024 * 1024


@transaction.atomic
def add_document(
    *,
    actor: Actor,
    project: Project,
    kind: str,
    file_name: str,
    data: bytes,
    title: str = "",
    language: str = "",
) -> ProjectDocument:
    """Put a document into the draft's file. Without a title its file name stands for it."""
    project = lock_draft(actor, project)
    if not data:
        raise InvalidInput("FILE_EMPTY", _("The file %(name)s is empty. Choose another one."), name=file_name)
    refuse_larger(file_name, data, LIMIT_BYTES)
    document = ProjectDocument.objects.create(
        project=project,
        kind=kind,
        title=title.strip()[:200],
        language=language,
        file_name=file_name,
        sha256=store.put(data),
        size_bytes=len(data),
        added_by_id=actor.user_id,
    )
    record(actor, "projects.add_document", project, after={"kind": kind, "sha256": document.sha256})
    return document
