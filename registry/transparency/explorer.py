"""The authority's explorer: who did what to which record, when, and whether the log is as it was signed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from registry.audit import keys, selectors, upkeep
from registry.audit.models import Event
from registry.audit.notes import NoteInvalid
from registry.audit.proofs import Inclusion
from registry.audit.tree import ProofInvalid
from registry.core import acts, clock
from registry.core.clock import PROGRAMME_ZONE
from registry.core.errors import NotVisible
from registry.core.languages import local_name
from registry.core.permissions import may, require
from registry.organisations.models import Organisation, User

CODE = re.compile(r"[a-z_]*")
FIELDS = ("person", "kind", "record", "act", "from", "to", "refused")


@dataclass(frozen=True)
class Line:
    """One row of the list: an event with the words for what it names."""

    event: Event
    person: str
    kind: str

    @property
    def place(self) -> int | None:
        return self.event.leaf.index if hasattr(self.event, "leaf") else None


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """The log, newest first, narrowed by person, record, act and time."""
    require(request.actor, "audit.view")
    given = {name: request.GET.get(name, "").replace("\0", "").strip()[:200] for name in FIELDS}
    page = selectors.events_page(
        request.actor, _asked(given), before=_number(request, "before"), after=_number(request, "after")
    )
    filled = {name: value for name, value in given.items() if value}
    return render(
        request,
        "transparency/events.html",
        {
            "lines": _lines(page.events),
            "given": given,
            "is_narrowed": bool(filled),
            "older": _address(filled, "before", page.older),
            "newer": _address(filled, "after", page.newer),
            "acts": sorted(((name, str(label)) for name, label in acts.NAMES.items()), key=lambda each: each[1]),
            "kinds": kinds(),
            "standing": selectors.standing(),
            "can_verify": may(request.actor, "audit.verify"),
            "can_export": may(request.actor, "audit.export"),
        },
    )


def _asked(given: dict[str, str]) -> selectors.Asked:
    return selectors.Asked(
        people=people_like(given["person"]) if given["person"] else None,
        object_type=given["kind"],
        object_id=given["record"],
        action=given["act"],
        since=_midnight(given["from"], 0),
        until=_midnight(given["to"], 1),
        refused={"yes": True, "no": False}.get(given["refused"]),
    )


def people_like(words: str) -> list[int]:
    """The people whose name or address contains the words, or whose number it is."""
    found = models.Q(name_zh__icontains=words) | models.Q(name_en__icontains=words) | models.Q(email__icontains=words)
    if words.isascii() and words.isdigit() and len(words) < 18:
        found |= models.Q(pk=int(words))
    return list(User.objects.filter(found).values_list("pk", flat=True)[:500])


def _midnight(text: str, later: int) -> datetime | None:
    """The beginning of a day in the programme's zone, or of the day after; None for what is no date."""
    try:
        day = date.fromisoformat(text) + timedelta(days=later)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, datetime.min.time(), PROGRAMME_ZONE) if day.year > 1 else None


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _address(filled: dict[str, str], cursor: str, value: int | None) -> str:
    return "?" + urlencode({**filled, cursor: value}) if value is not None else ""


def kinds() -> list[tuple[str, str]]:
    """Every kind of record that an event may be about, with its words."""
    rooms = (model for model in apps.get_models() if model.__module__.startswith(("registry.", "mrv.")))
    named = [(model._meta.label, str(model._meta.verbose_name)) for model in rooms if _has_own_name(model)]
    return sorted([*named, ("page", _("Page")), ("clock", _("Demonstration clock"))], key=lambda each: each[1])


def _has_own_name(model: type[models.Model]) -> bool:
    """Kinds without words of their own are details of others; nobody searches for them by name."""
    return str(model._meta.verbose_name) != _spelled(model.__name__)


def _spelled(name: str) -> str:
    return "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in name).strip()


def kind_name(label: str) -> str:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return {"page": _("Page"), "clock": _("Demonstration clock")}.get(label, label)
    return str(model._meta.verbose_name)


def _lines(found: list[Event]) -> list[Line]:
    people = User.objects.in_bulk({event.actor_id for event in found if event.actor_id})
    return [Line(event, _person(people.get(event.actor_id), event), kind_name(event.object_type)) for event in found]


def _person(user: User | None, event: Event) -> str:
    if user is not None:
        return local_name(user)
    if event.actor_id:
        return _("Person %(number)s") % {"number": event.actor_id}
    return _("The system") if event.roles == "system" else _("Nobody signed in")


@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event with everything it says, and its proof, checked at this moment."""
    found = selectors.event_for(request.actor, pk)
    proof = selectors.proof_of(found)
    (line,) = _lines([found])
    text, body = _read(found)
    return render(
        request,
        "transparency/event.html",
        {
            "line": line,
            "event": found,
            "organisation": Organisation.objects.filter(pk=found.organisation_id).first(),
            "changes": _changes(body),
            "request_number": body.get("request", ""),
            "address": address_of(found),
            "body": text,
            "proof": proof,
            "leaf_hash": proof.leaf.hex() if proof else "",
            "path": [step.hex() for step in proof.path] if proof else [],
            "verdict": _verdict(proof) if proof else None,
        },
    )


def _read(found: Event) -> tuple[str, dict[str, Any]]:
    """The event's text and what it says; nothing where somebody put what is no JSON into the table."""
    text = bytes(found.body).decode("utf-8", errors="replace")
    try:
        body = json.loads(text)
    except ValueError:
        body = {}
    return text, body if isinstance(body, dict) else {}


def _changes(body: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Field, before, after, and the language of both: English where they are codes, else unknown."""
    before, after = body.get("before") or {}, body.get("after") or {}
    names = [*before, *(name for name in after if name not in before)]
    pairs = {name: (_plain(before.get(name)), _plain(after.get(name))) for name in names}
    return [(name, *pair, "en" if all(CODE.fullmatch(value) for value in pair) else "") for name, pair in pairs.items()]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _verdict(proof: Inclusion) -> dict[str, Any]:
    """The proof, checked as a stranger would: by the published keys."""
    try:
        return {"good": True, "checkpoint": proof.check(keys.verifier_keys())}
    except (NoteInvalid, ProofInvalid) as error:
        return {"good": False, "why": str(error)}


def address_of(found: Event) -> str:
    """The page of the record that an event is about, where it has one."""
    pages = {
        "organisations.Organisation": "organisations:detail",
        "credits.Transfer": "credits:transfer",
        "credits.Retirement": "credits:retirement",
        "credits.Account": "credits:account",
        "credits.Reversal": "credits:reversal",
        "periods.MonitoringPeriod": "periods:detail",
        "stations.Station": "stations:detail",
        "runs.CalculationRun": "runs:detail",
        "verification.Assignment": "verification:detail",
        "decisions.Review": "decisions:case",
    }
    by_field = {
        "projects.Project": ("projects:detail", "code"),
        "certificates.Certificate": ("certificates:show", "number"),
    }
    if found.object_type in pages and found.object_id.isdigit():
        return reverse(pages[found.object_type], args=[int(found.object_id)])
    if found.object_type in by_field and found.object_id.isdigit():
        name, field = by_field[found.object_type]
        try:
            row = (
                apps.get_model(found.object_type).objects.filter(pk=int(found.object_id)).values_list(field, flat=True)
            )
        except (LookupError, FieldDoesNotExist):
            return ""
        return reverse(name, args=[row[0]]) if row else ""
    return ""


@require_safe
def event_proof(request: HttpRequest, pk: int) -> HttpResponse:
    """The proof as a file for ``python -m registry verify-log``, with the event's text."""
    proof = selectors.proof_of(selectors.event_for(request.actor, pk))
    if proof is None:
        raise NotVisible(
            "NO_PROOF_YET", _("This event waits for its place in the log; its proof is there within minutes.")
        )
    response = HttpResponse(proof.to_json(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="event-{pk}-proof.json"'
    return response


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a complete check; the page shows its answer as soon as it is there."""
    upkeep.ask_verification(actor=request.actor)
    messages.info(request, _("The whole log is being checked. The answer appears below."))
    return redirect("transparency:events")


@require_safe
def verification(request: HttpRequest) -> HttpResponse:
    """The state of the check, for the page to ask again while it runs."""
    require(request.actor, "audit.view")
    return render(request, "transparency/_verification.html", {"standing": selectors.standing(), "asked_again": True})


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The whole log as a file, for ``python -m registry verify-log``; that it was taken is recorded."""
    header, pieces = upkeep.export_log(actor=request.actor)
    response = StreamingHttpResponse(pieces, content_type="text/plain; charset=utf-8")
    name = f"log-{clock.now():%Y-%m-%d}-{header.records}.txt"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
