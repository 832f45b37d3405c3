"""The organisations and people of the demonstration: found once, looked up ever after, through the services."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import connection, transaction

from registry.core import clock
from registry.core.actors import SYSTEM, Actor
from registry.core.roles import OrganisationKind, Role
from registry.organisations import second_factor, services
from registry.organisations.models import Accreditation, Organisation, User
from registry.organisations.selectors import actor_of

ACCREDITED_FOR = timedelta(days=3 * 365)
RENEWED_WHEN_LEFT = timedelta(days=180)


@dataclass(frozen=True)
class Body:
    """An organisation of the demonstration; the codes pass the check of GB 32100-2015 and say DEM for demo."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    scope: str = ""


@dataclass(frozen=True)
class Person:
    email: str
    body: Body
    name_zh: str
    name_en: str
    roles: tuple[str, ...]


AUTHORITY = Body(
    "11520000DEM000006T", OrganisationKind.AUTHORITY, "省生态环境厅（演示）", "Provincial authority (demo)"
)
DEVELOPER = Body(
    "91520621DEM006213D", OrganisationKind.DEVELOPER, "江口岩溶碳汇公司（演示）", "Jiangkou Karst Sink Co. (demo)"
)
VALIDATOR = Body(
    "91520103DEM0010334",
    OrganisationKind.VERIFICATION_BODY,
    "黔中审定机构（演示）",
    "Qianzhong Validation Body (demo)",
    Accreditation.Scope.VALIDATION,
)
VERIFIER = Body(
    "91520302DEM0030204",
    OrganisationKind.VERIFICATION_BODY,
    "乌江核查机构（演示）",
    "Wujiang Verification Body (demo)",
    Accreditation.Scope.VERIFICATION,
)
BODIES = (AUTHORITY, DEVELOPER, VALIDATOR, VERIFIER)

PEOPLE = {
    "editor": Person("editor@developer.demo.example", DEVELOPER, "业主编辑", "Developer's editor", (Role.EDITOR,)),
    "representative": Person(
        "representative@developer.demo.example",
        DEVELOPER,
        "业主授权代表",
        "Developer's representative",
        (Role.REPRESENTATIVE,),
    ),
    "validation_lead": Person(
        "lead@validation.demo.example", VALIDATOR, "审定组长", "Lead validator", (Role.LEAD_VERIFIER,)
    ),
    "validation_reviewer": Person(
        "reviewer@validation.demo.example",
        VALIDATOR,
        "审定复核人",
        "Validation's independent reviewer",
        (Role.INDEPENDENT_REVIEWER,),
    ),
    "verification_lead": Person(
        "lead@verification.demo.example", VERIFIER, "核查组长", "Lead verifier", (Role.LEAD_VERIFIER,)
    ),
    "verification_reviewer": Person(
        "reviewer@verification.demo.example",
        VERIFIER,
        "核查复核人",
        "Verification's independent reviewer",
        (Role.INDEPENDENT_REVIEWER,),
    ),
    "clerk": Person(
        "clerk@authority.demo.example",
        AUTHORITY,
        "省厅经办",
        "Authority's reviewer and registrar",
        (Role.REVIEWER, Role.REGISTRAR),
    ),
    "approver": Person(
        "approver@authority.demo.example", AUTHORITY, "省厅审核", "Authority's approver", (Role.APPROVER,)
    ),
    "methodology_editor": Person(
        "methodology1@authority.demo.example",
        AUTHORITY,
        "方法学编辑甲",
        "First methodology editor",
        (Role.METHODOLOGY_EDITOR,),
    ),
    "methodology_signer": Person(
        "methodology2@authority.demo.example",
        AUTHORITY,
        "方法学编辑乙",
        "Second methodology editor",
        (Role.METHODOLOGY_EDITOR,),
    ),
}


@dataclass(frozen=True)
class World:
    organisations: dict[str, Organisation]
    users: dict[str, User]

    def actor(self, who: str) -> Actor:
        """The person with the roles held at this moment, the second factor shown from its real secret."""
        return _at_the_act(self.users[who])

    def organisation(self, body: Body) -> Organisation:
        return self.organisations[body.code]


def _at_the_act(user: User) -> Actor:
    code = second_factor.demonstration_code(user)
    return replace(actor_of(user), second_factor_at=second_factor.prove(user, code))


@transaction.atomic
def ensure_world() -> World:
    """Every organisation, person and accreditation of the demonstration; makes only what is missing."""
    with connection.cursor() as cursor:  # two walkthroughs may begin at once
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('demo.world'))")
    organisations = {AUTHORITY.code: _authority()}
    users = {who: _person(person, organisations) for who, person in PEOPLE.items() if person.body is AUTHORITY}
    clerk = _at_the_act(users["clerk"])
    for body in BODIES[1:]:
        organisations[body.code] = _organisation(body, clerk)
    users |= {who: _person(person, organisations) for who, person in PEOPLE.items() if who not in users}
    world = World(organisations, users)
    renew_accreditations(world)
    return world


def ensure_body(world: World, body: Body) -> Organisation:
    """An organisation beyond those of every walkthrough, approved by the authority's clerk."""
    return _organisation(body, world.actor("clerk"))


def ensure_person(world: World, person: Person, organisation: Organisation) -> User:
    return _person(person, {**world.organisations, person.body.code: organisation})


def renew_accreditations(world: World) -> None:
    """The demonstration's clock runs ahead: an accreditation that would soon end is granted anew."""
    today = clock.today()
    for body in BODIES:
        if body.scope and _accredited_until(world, body) < today + RENEWED_WHEN_LEFT:
            services.grant_accreditation(
                actor=world.actor("approver"),
                organisation=world.organisation(body),
                scope=body.scope,
                valid_from=today,
                valid_to=today + ACCREDITED_FOR,
            )


def _accredited_until(world: World, body: Body) -> date:
    last = (
        Accreditation.objects.filter(organisation=world.organisation(body), scope=body.scope, state="granted")
        .order_by("-valid_to")
        .first()
    )
    return last.valid_to if last else date.min


def _authority() -> Organisation:
    """The registry has one authority: the demonstration's, or the one that was there before it."""
    existing = Organisation.objects.filter(kind=OrganisationKind.AUTHORITY, state="approved").order_by("id").first()
    return existing or services.found_authority(
        name_zh=AUTHORITY.name_zh, name_en=AUTHORITY.name_en, registration_code=AUTHORITY.code
    )


def _organisation(body: Body, clerk: Actor) -> Organisation:
    existing = Organisation.objects.filter(registration_code=body.code).first()
    if existing is not None:
        return existing
    applied = services.apply_for_registration(
        kind=body.kind, name_zh=body.name_zh, name_en=body.name_en, registration_code=body.code
    )
    return services.approve(actor=clerk, organisation=applied)


def _person(person: Person, organisations: dict[str, Organisation]) -> User:
    existing = User.objects.filter(email=person.email, is_demo=True).first()
    if existing is not None:
        second_factor.enrol(existing)  # one made before deciding roles needed it has none yet
        return existing
    return services.add_member(
        actor=SYSTEM,
        organisation=organisations[person.body.code],
        email=person.email,
        name_zh=person.name_zh,
        name_en=person.name_en,
        roles=person.roles,
        demo=True,
    )
