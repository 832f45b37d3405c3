"""Two people on one page: who acts on what another person changed meanwhile is told so, and nothing is done.

Every form of a page carries the log's position at which the page was drawn (``{% csrf_token %}`` puts it beside the
token). When the act is recorded, the log knows what other persons did to the same record since: the one place that
every act passes, with the record locked already. The API says the same by ``If-Match``.

The programme's own acts (a run that ended, a document that was drawn) change nobody's mind and do not count; neither
do one's own. Acts that only add beside others (a visit, a line of the checklist) are never held up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from registry.audit.models import Event
from registry.core import acts
from registry.core.actors import Actor
from registry.core.errors import Refusal
from registry.core.languages import local_name
from registry.core.locking import locked_rows

FIELD = "as_of"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
NOT_KEPT = (FIELD, "csrfmiddlewaretoken", "second_factor_code")
"""A code of the second factor counts once; the page has a token of its own."""
TEXTS: dict[str, Any] = {
    "reason": _("Reason"),
    "reasons_zh": _("Reasons in Chinese"),
    "reasons_en": _("Reasons in English"),
    "text": _("Text"),
    "answer": _("Answer"),
    "statement": _("Finding"),
    "requirement": _("Requirement"),
    "declaration": _("Declaration of independence"),
    "description": _("Description"),
    "additionality": _("Additionality"),
    "note": _("Note"),
    "public_note": _("Public note"),
    "report": _("What happened"),
}
"""What a person types on pages: given back to be read. All other fields go along unseen."""
SHOWN = 10
_seen: ContextVar[int | None] = ContextVar("seen", default=None)


@dataclass(frozen=True)
class Change:
    who: str
    at: datetime
    what: str
    reason: str


class ChangedMeanwhile(Refusal):
    """Another person acted on the record after the page was drawn."""

    template = "core/changed.html"

    def __init__(self, changes: list[Change], refusal: Refusal | None = None) -> None:
        first = changes[0]
        self.refusal = refusal
        """What was refused anyway, because of the change."""
        super().__init__(
            "CHANGED_MEANWHILE",
            _(
                "This changed while your page was open: %(what)s, by %(who)s, %(when)s. "
                "Nothing was done. Look at it again, then decide."
            ),
            what=first.what,
            who=first.who,
            when=f"{first.at:%Y-%m-%d %H:%M}Z",
        )
        self.changes = changes


def position() -> int:
    """The number of the newest event that changed something: what was refused changed nothing."""
    with connection.cursor() as cursor:  # asked for every page
        cursor.execute("SELECT id FROM audit_event WHERE NOT refused ORDER BY id DESC LIMIT 1")
        found = cursor.fetchone()
    return found[0] if found else 0


@contextmanager
def of_request() -> Iterator[None]:
    """For the length of a request: nothing seen, until :func:`note` says otherwise."""
    token = _seen.set(None)
    try:
        yield
    finally:
        _seen.reset(token)


def note(request: HttpRequest) -> None:
    """Note the position that the request's form carries, if it carries one."""
    if request.method == "POST" and request.content_type in FORMS:
        text = request.POST.get(FIELD, "")
        _seen.set(int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None)


def kept(request: HttpRequest) -> dict[str, list[tuple[Any, str, str]]]:
    """What the form carried, for the page that gives it back: the texts with their words, and the rest."""
    fields: dict[str, list[tuple[Any, str, str]]] = {"typed": [], "hidden": []}
    for name, values in request.POST.lists():
        for value in values if name not in NOT_KEPT else ():
            place = "typed" if name in TEXTS and value.strip() else "hidden"
            fields[place].append((TEXTS.get(name, ""), name, value))
    return fields


def refuse_changed(actor: Actor, action: str, obj: models.Model) -> None:
    """Raise :class:`ChangedMeanwhile` if another person acted on ``obj`` after this request's page was drawn."""
    seen = _seen.get()
    if seen is None or actor.user_id is None or action in acts.BESIDE_OTHERS:
        return
    changes = _changes(actor, seen, obj._meta.label, str(obj.pk))
    if changes:
        raise ChangedMeanwhile(changes)


def explained(actor: Actor, refusal: Refusal) -> Refusal:
    """The refusal, or what another person did meanwhile to the row that the act was about: that is why."""
    seen = _seen.get()
    if seen is None or refusal.status != Refusal.status or isinstance(refusal, ChangedMeanwhile):
        return refusal
    for label, key in locked_rows():
        if changes := _changes(actor, seen, label, key):
            return ChangedMeanwhile(changes, refusal)
    return refusal


def _changes(actor: Actor, seen: int, label: str, key: str) -> list[Change]:
    others = (
        Event.objects.filter(object_type=label, object_id=key, id__gt=seen, refused=False, actor_id__isnull=False)
        .exclude(actor_id=actor.user_id)
        .order_by("-id")
        .defer("body")[:SHOWN]
    )
    return [_change(actor, event) for event in others]


def _change(actor: Actor, event: Event) -> Change:
    return Change(_who(actor, event), event.at, str(acts.NAMES.get(event.action, event.action)), event.reason)


def _who(actor: Actor, event: Event) -> str:
    """A colleague by name, others by their organisation."""
    if event.organisation_id == actor.organisation_id:
        found: Any = get_user_model().objects.filter(pk=event.actor_id).first()
    else:
        found = apps.get_model("organisations", "Organisation").objects.filter(pk=event.organisation_id).first()
    if found is None:
        return str(_("another person"))
    return local_name(found) or str(found)
