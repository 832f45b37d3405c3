"""A handful of documents in the library, and two departments that get their agreed tables. All of it says that it is a
demonstration: no document has a number, none was issued by anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mrv.demo.world import AUTHORITY, Body, Person, World, ensure_body, ensure_person
from mrv.province.models import PolicyDocument
from mrv.province.reads import agreement_of
from mrv.province.services import exchange, library
from mrv.province.services.library import Described
from registry.core import clock
from registry.core.roles import OrganisationKind, Role
from registry.organisations.selectors import actor_of

TEXTS = Path(__file__).resolve().parent / "data" / "library"
Kind = PolicyDocument.Kind


@dataclass(frozen=True)
class Document:
    """A text of ``TEXTS`` and what it is called; ``instead`` is the title of the one whose place it takes."""

    file: str
    kind: str
    zh: str
    en: str
    instead: str = ""


DOCUMENTS = (
    Document(
        "unsold_draft.txt",
        Kind.GUIDE,
        "碳信用卖不出去怎么办：初稿（演示）",
        "If a credit cannot be sold: first draft (demo)",
    ),
    Document("rights.txt", Kind.RULE, "权利与义务：谁可以做什么（演示）", "Rights and duties: who may do what (demo)"),
    Document("counted.txt", Kind.GUIDE, "什么计入，什么不计入（演示）", "What is counted and what is not (demo)"),
    Document(
        "exchange.txt",
        Kind.POLICY,
        "部门数据交换办法样本（演示）",
        "Data exchange between departments, a sample (demo)",
    ),
    Document("field.txt", Kind.STANDARD, "泉口巡测简明要求（演示）", "Field visits at a spring, in short (demo)"),
    Document(
        "unsold.txt",
        Kind.GUIDE,
        "碳信用卖不出去怎么办（演示）",
        "What if a credit cannot be sold (demo)",
        "If a credit cannot be sold: first draft (demo)",
    ),
)

FORESTRY = Body("11520000DEM000110Y", OrganisationKind.DEPARTMENT, "省林业局（演示）", "Provincial forestry (demo)")
WATER = Body("11520000DEM000129U", OrganisationKind.DEPARTMENT, "省水利厅（演示）", "Provincial water resources (demo)")
AGREED = (
    (
        Person("liaison@forestry.demo.example", FORESTRY, "林业联络员", "Forestry's liaison officer", (Role.LIAISON,)),
        ("counties", "projects", "periods"),
        "演示纪要，无文号 Demonstration minutes, without a number",
    ),
    (
        Person("liaison@water.demo.example", WATER, "水利联络员", "Water's liaison officer", (Role.LIAISON,)),
        ("network", "stations", "years"),
        "演示函，无文号 Demonstration letter, without a number",
    ),
)


def fill(world: World) -> None:
    """Put the documents on the shelf, those that are not there yet."""
    clerk, today = world.actor("clerk"), clock.today()
    for each in DOCUMENTS:
        if PolicyDocument.objects.filter(title_en=each.en).exists():
            continue
        described = Described(each.kind, each.zh, each.en, AUTHORITY.name_zh, AUTHORITY.name_en, today)
        data = (TEXTS / each.file).read_bytes()
        if not each.instead:
            library.add_document(actor=clerk, described=described, file_name=each.file, data=data)
            continue
        older = PolicyDocument.objects.get(title_en=each.instead)
        library.supersede_document(actor=clerk, document=older, described=described, file_name=each.file, data=data)


def exchange_tables(world: World) -> None:
    """Agree with each department, and let its liaison officer fetch a first table."""
    for person, tables, reference in AGREED:
        department = ensure_body(world, person.body)
        liaison = ensure_person(world, person, department)
        if agreement_of(department.pk) is not None:
            continue
        exchange.record_agreement(
            actor=world.actor("approver"),
            department=department,
            liaison=liaison,
            tables=tables,
            valid_from=clock.today(),
            reference=reference,
        )
        exchange.deliver(actor=actor_of(liaison), name=tables[0], form="csv")
