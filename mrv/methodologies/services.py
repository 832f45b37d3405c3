"""Methodology versions as governed records: draft, impact, signature, publication by a second person."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from calculations.messages import CalculationError
from calculations.methodologies import list_methodologies, methodology_bytes
from mrv.methodologies import impact
from mrv.methodologies.models import MethodologyVersion
from mrv.methodologies.selectors import read_text
from mrv.methodologies.states import METHODOLOGY
from mrv.spoken import refusal_of
from registry.audit.services import record
from registry.core import clock
from registry.core.actors import Actor
from registry.core.errors import InvalidInput, NotAllowed, Refusal
from registry.core.locking import lock
from registry.core.permissions import require


@transaction.atomic
def draft_version(*, actor: Actor, toml: str) -> MethodologyVersion:
    """A new version from the text of its TOML file. Raises InvalidInput where the science cannot read it."""
    require(actor, "methodologies.draft")
    try:
        content = read_text(toml)
    except CalculationError as error:
        raise refusal_of(error, _("This text is not a methodology version. Nothing was stored.")) from error
    if MethodologyVersion.objects.filter(identifier=content.id, version=content.version).exists():
        raise InvalidInput(
            "VERSION_EXISTS",
            _("%(identifier)s %(version)s is already here. A change needs a new version number."),
            identifier=content.id,
            version=content.version,
        )
    version = MethodologyVersion.objects.create(
        identifier=content.id,
        version=content.version,
        digest=content.digest,
        title_zh=content.title("zh"),
        title_en=content.title("en"),
        outcome=content.outcome,
        toml=toml,
        drafted_by_id=actor.user_id,
    )
    record(actor, "methodologies.draft", version, after={"version": str(version), "digest": version.digest})
    return version


@transaction.atomic
def start_impact(*, actor: Actor, version: MethodologyVersion) -> int:
    """Have every past official period of the methodology calculated by this version; how many were asked for now.

    The workers calculate them from the sealed evidence; nothing of it is ever official. Asked again, it asks only for
    what is missing or failed.
    """
    version = lock(MethodologyVersion, version.pk)
    require(actor, "methodologies.edit", version)
    METHODOLOGY.target(version.state, "test")
    asked = impact.start(actor, version)
    record(actor, "methodologies.start_impact", version, after={"asked": asked})
    return asked


@transaction.atomic
def record_impact(*, actor: Actor, version: MethodologyVersion) -> MethodologyVersion:
    """Record what the version changes in past periods, with the digests of every result and one of the whole.

    Where there are none the impact is an empty list. Refused with ``IMPACT_NOT_COMPUTED`` while one is not calculated;
    a period that the version cannot compute is recorded with its reason.
    """
    version = lock(MethodologyVersion, version.pk)
    require(actor, "methodologies.edit", version)
    rows = impact.rows_of(version)
    computed = {row.name for row in rows if row.state != impact.WAITING}
    missing = [name for name in impact.affected_periods(version) if name not in computed]
    if missing:
        raise Refusal(
            "IMPACT_NOT_COMPUTED",
            _("%(count)s past periods followed %(identifier)s. Compute them with this version first: %(periods)s."),
            count=len(missing),
            identifier=version.identifier,
            periods=", ".join(missing),
        )
    before = METHODOLOGY.move(version, "test", impact=impact.record_of(rows))
    kept = version.impact or {}
    facts = {"impact": len(kept["periods"]), "totals": kept.get("totals"), "impact_digest": kept.get("digest")}
    return _recorded(actor, "test", version, before, **facts)


@transaction.atomic
def sign_version(*, actor: Actor, version: MethodologyVersion) -> MethodologyVersion:
    """The methodology editor signs; from here the version's content never changes."""
    version = lock(MethodologyVersion, version.pk)
    require(actor, "methodologies.sign", version)
    METHODOLOGY.target(version.state, "sign")
    _refuse_stale(version)
    before = METHODOLOGY.move(version, "sign", signed_by_id=actor.user_id, signed_at=clock.now())
    return _recorded(actor, "sign", version, before, digest=version.digest)


def _refuse_stale(version: MethodologyVersion) -> None:
    """What is signed speaks of every period that is official by now."""
    known = {row["name"] for row in (version.impact or {}).get("periods", ())}
    missing = [name for name in impact.affected_periods(version) if name not in known]
    if missing:
        raise Refusal(
            "IMPACT_STALE",
            _("%(count)s periods became official since the impact was recorded: %(periods)s. Test them, then sign."),
            count=len(missing),
            periods=", ".join(missing),
        )


@transaction.atomic
def publish_version(*, actor: Actor, version: MethodologyVersion, effective_from: date) -> MethodologyVersion:
    """A second person publishes. An older published version of the same methodology is superseded by it."""
    version = lock(MethodologyVersion, version.pk)
    require(actor, "methodologies.publish", version)
    if version.signed_by_id is not None and version.signed_by_id == actor.user_id:
        raise NotAllowed(
            "SECOND_PERSON_NEEDED",
            _("You signed this version yourself. Another person publishes it."),
        )
    older = list(MethodologyVersion.objects.filter(identifier=version.identifier, state="published").order_by("id"))
    before = METHODOLOGY.move(
        version,
        "publish",
        published_by_id=actor.user_id,
        published_at=clock.now(),
        effective_from=effective_from,
    )
    _recorded(actor, "publish", version, before, digest=version.digest, effective_from=effective_from)
    for old in older:
        locked = lock(MethodologyVersion, old.pk)
        _recorded(actor, "supersede", locked, METHODOLOGY.move(locked, "supersede"), by=str(version))
    return version


@transaction.atomic
def withdraw_version(*, actor: Actor, version: MethodologyVersion, reason: str) -> MethodologyVersion:
    """Take a published version out of use: nothing new is calculated by it."""
    version = lock(MethodologyVersion, version.pk)
    require(actor, "methodologies.withdraw", version)
    if not reason.strip():
        raise InvalidInput("REASON_MISSING", _("Say why the version is withdrawn."))
    before = METHODOLOGY.move(version, "withdraw")
    return _recorded(actor, "withdraw", version, before, reason=reason)


LEFT_TO_THE_AUTHORITY = frozenset({("KCS-ENH-BACI", "1.2.0"), ("KCS-INV", "1.1.0")})
"""Versions that change how gaps are filled and which ratings count: the program ships them as drafts, and putting one
in force is a decision of two people of the authority."""


@transaction.atomic
def publish_shipped(*, editor: Actor, publisher: Actor, effective_from: date | None = None) -> list[MethodologyVersion]:
    """Bring every version that the program ships through all its steps, by two persons; those here are left alone.

    A version that would change what past periods followed stays a draft: its impact comes first, then two people. So
    does one of LEFT_TO_THE_AUTHORITY, which is not returned. ``effective_from`` defaults to the programme's day.
    Returns the others, sorted by identifier and version.
    """
    versions = []
    for identifier, number in list_methodologies():
        version = MethodologyVersion.objects.filter(identifier=identifier, version=number).first()
        if version is None:
            toml = methodology_bytes(identifier, number).decode("utf-8")
            version = draft_version(actor=editor, toml=toml)
            if (identifier, number) in LEFT_TO_THE_AUTHORITY:
                continue
            if impact.affected_periods(version):
                versions.append(version)
                continue
            version = record_impact(actor=editor, version=version)
            version = sign_version(actor=editor, version=version)
            day = effective_from or clock.today()
            version = publish_version(actor=publisher, version=version, effective_from=day)
        if (identifier, number) not in LEFT_TO_THE_AUTHORITY:
            versions.append(version)
    return versions


def _recorded(
    actor: Actor, action: str, version: MethodologyVersion, before: str, *, reason: str = "", **facts: Any
) -> MethodologyVersion:
    record(
        actor,
        f"methodologies.{action}",
        version,
        before={"state": before},
        after={"state": version.state, **facts},
        reason=reason,
    )
    return version
