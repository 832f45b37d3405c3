"""What the records of all kinds are made with: names in both languages, the address with its check code."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.conf import settings
from django.utils import translation

from registry.certificates.drawing import Party, Person, SerialBlock
from registry.certificates.drawing.plain import Bilingual, Stated
from registry.core.clock import PROGRAMME_ZONE
from registry.credits.serials import Block
from registry.organisations.models import Organisation, User
from registry.projects.models import Project

R = TypeVar("R", bound=Stated)
NOBODY = Bilingual("岩溶碳汇登记系统", "Karst Carbon Registry")
"""Stands for the authority where none is registered yet."""


@dataclass(frozen=True)
class Edition:
    """Which certificate is made: its number, its day, whether it counts, and which one it replaces (or none)."""

    number: str
    issued_on: date
    demo: bool
    replaces: str = ""

    @property
    def common(self) -> dict[str, Any]:
        """The fields that every kind has from it."""
        return {
            "number": self.number,
            "check_url": address(self.number),
            "issued_on": str(self.issued_on),
            "demo": self.demo,
            "replaces": self.replaces,
        }


def is_demo(*projects: Project) -> bool:
    return not settings.PRODUCTION or any(project.is_demo for project in projects)


def address(number: str) -> str:
    return f"{settings.PUBLIC_BASE_URL}/v/{number}"


def check_code(record: Stated) -> str:
    """Eight hex digits of the record's digest, taken before they are put into its own address."""
    return hashlib.sha256(_at(record, record.check_url.partition("?")[0]).to_json()).hexdigest()[:8]


def with_code(record: R) -> R:
    """The record whose address carries its own check code."""
    return _at(record, f"{record.check_url}?h={check_code(record)}")


def _at(record: R, check_url: str) -> R:
    return type(record).from_dict({**record.to_dict(), "check_url": check_url})  # type: ignore[attr-defined,no-any-return]


def named(of: Project | Organisation | User) -> Bilingual:
    return Bilingual(of.name_zh, of.name_en)


def said(say: Callable[[], Any]) -> Bilingual:
    """What a translated label says in both languages."""
    with translation.override("zh-hans"):
        zh = str(say())
    with translation.override("en"):
        return Bilingual(zh, str(say()))


def party(organisation: Organisation) -> Party:
    return Party(named(organisation), organisation.registration_code)


def people(user_ids: Iterable[int], roles: tuple[Bilingual, ...]) -> tuple[Person, ...]:
    """Who signed, in order; the last role goes on for the rest."""
    ids = list(user_ids)
    found = User.objects.in_bulk(ids)
    return tuple(
        Person(roles[min(position, len(roles) - 1)], named(found[user_id]))
        for position, user_id in enumerate(ids)
        if user_id in found
    )


def minute(at: datetime) -> str:
    """An instant in the programme's zone, to the minute."""
    return f"{at.astimezone(PROGRAMME_ZONE):%Y-%m-%d %H:%M} +08:00"


def printed_block(block: Block) -> SerialBlock:
    return SerialBlock(block.vintage, block.first, block.last, block.printed)


def authority() -> Bilingual:
    """The authority's name: the owner of the buffer pool, else the first that was approved."""
    found = (
        Organisation.objects.filter(credit_accounts__kind="buffer").first()
        or Organisation.objects.filter(kind="authority").order_by("pk").first()
    )
    return named(found) if found is not None else NOBODY
