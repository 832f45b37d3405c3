"""What the versions of methodologies ask of a person."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mrv.methodologies.models import MethodologyVersion
from registry.core import todo
from registry.core.actors import Actor
from registry.core.permissions import may
from registry.core.roles import Role

_NEXT = {
    "draft": ("methodologies.edit", _("Test a drafted methodology version on past periods")),
    "tested": ("methodologies.sign", _("Sign a methodology version")),
    "signed": ("methodologies.publish", _("Publish a methodology version as the second person")),
}


@todo.provider
def versions(actor: Actor) -> Iterator[todo.ToDo]:
    """A draft is its editor's, a signed one waits for somebody else than who signed it."""
    if not actor.has_role(Role.METHODOLOGY_EDITOR, Role.APPROVER):
        return
    for version in MethodologyVersion.objects.filter(state__in=_NEXT).order_by("id"):
        permission, title = _NEXT[version.state]
        if version.state == "signed" and version.signed_by_id == actor.user_id:
            continue
        if may(actor, permission, version):
            yield todo.ToDo(
                title=title,
                detail=str(version),
                url=reverse("methodologies:detail", args=[version.identifier, version.version]),
                since=version.signed_at or version.drafted_at,
            )
