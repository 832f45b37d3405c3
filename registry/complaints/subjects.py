"""What a complaint may be about. A later room adds its own kind by :func:`register`; all must be public."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from registry.complaints.decisions import Decision, decision_for
from registry.core.actors import PUBLIC
from registry.core.errors import InvalidInput, NotVisible
from registry.core.languages import is_chinese
from registry.core.permissions import may

DECISION = "decision"


@dataclass(frozen=True)
class Kind:
    name: str
    label: Any
    model: str
    """Label of the model, such as ``projects.Project``."""
    key: str
    """The field by which a reader names the record."""
    page: str
    """Name of the address of its page."""


@dataclass(frozen=True)
class Subject:
    kind: str
    ref: str
    zh: str
    en: str
    url: str
    decision: Decision | None = None

    @property
    def said(self) -> str:
        """In the reader's language."""
        return self.zh if is_chinese() else self.en


_kinds: dict[str, Kind] = {}


def register(name: str, label: Any, model: str, *, key: str, page: str) -> None:
    _kinds[name] = Kind(name, label, model, key, page)


def choices() -> list[tuple[str, Any]]:
    return [*((kind.name, kind.label) for kind in _kinds.values()), (DECISION, _("Decision"))]


def label_of(name: str) -> Any:
    return dict(choices()).get(name, name)


def subject_of(kind: str, ref: str) -> Subject:
    """The public record that a complaint names. Raises InvalidInput SUBJECT_UNKNOWN; what is not public is unknown."""
    ref = ref.replace("\0", "").strip()[:60]
    if kind == DECISION:
        return _decision(ref)
    known = _kinds.get(kind)
    record = _record(known, ref) if known is not None and ref else None
    if known is None or record is None or not may(PUBLIC, record.view_action, record):
        raise _unknown()
    return Subject(kind, ref, *named(record), reverse(known.page, args=[getattr(record, known.key)]))


def named(record: Any) -> tuple[str, str]:
    """What a record is called, in Chinese and in English."""
    said = []
    for language, name in (("zh-hans", "name_zh"), ("en", "name_en")):
        with override(language):
            own = getattr(record, name, "")
            said.append((f"{getattr(record, 'code', '')} {own}".strip() if own else str(record))[:300])
    return said[0], said[1]


def _record(kind: Kind, ref: str) -> Any:
    if kind.key == "pk" and not (ref.isascii() and ref.isdigit() and len(ref) < 18):
        return None
    return apps.get_model(kind.model)._default_manager.filter(**{kind.key: ref}).first()


def _decision(ref: str) -> Subject:
    if not (ref.isascii() and ref.isdigit() and len(ref) < 18):
        raise _unknown()
    try:
        return of_decision(decision_for(PUBLIC, int(ref)))
    except NotVisible as error:
        raise _unknown() from error


def of_decision(decision: Decision) -> Subject:
    """The decision as a subject; its page is that of the record it decided on, where there is one."""
    model = decision.event.object_type
    kind = next((each for each in _kinds.values() if each.model == model), None)
    url = reverse(kind.page, args=[getattr(decision.record, kind.key)]) if kind is not None else ""
    return Subject(DECISION, str(decision.pk), *named(decision.record), url, decision)


def _unknown() -> InvalidInput:
    return InvalidInput(
        "SUBJECT_UNKNOWN",
        _("There is no such public record. Open the page of the project, period, body or certificate and begin there."),
    )


register("project", _("Project"), "projects.Project", key="code", page="projects:detail")
register("certificate", _("Certificate"), "certificates.Certificate", key="number", page="certificates:show")
register("body", _("Organisation"), "organisations.Organisation", key="pk", page="organisations:detail")
