"""Everybody who can have a say between a draft and a retirement, each at a browser; some hold more than one role."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.test import Client

from mrv.demo.project_file import complete_file
from mrv.quality.services import fit_ion_models, fit_rating_curve
from registry.core.actors import Actor
from registry.core.roles import OrganisationKind, Role
from registry.credits.models import Account
from registry.credits.services.accounts import open_account
from registry.organisations.models import Organisation, User
from tests.mrv.evidence import GAUGINGS, LAB, Site, part_of_year, site
from tests.people import developer, member, official, organisation, verification_body

PUBLIC = "public"


@dataclass
class Cast:
    """A drafted project with its evidence, and the people."""

    site: Site
    actors: dict[str, Actor]
    clients: dict[str, Client]
    validator: Organisation
    verifier: Organisation
    target: Account
    """The buyer's account."""


def cast(baseline: Path) -> Cast:
    place = site("KCS-ENH-BACI", baseline=baseline, state="draft")
    home = place.project.proponent
    complete_file(place.owner, place.project, earns_credits=True)
    validator = verification_body("Validator", "VVB-A", "validation", "verification")
    verifier = verification_body("Verifier", "VVB-V", "verification", "validation")
    buyer = organisation(OrganisationKind.ACCOUNT_HOLDER, "Buyer", "BUYER-1")
    actors = {
        "editor": member(home, Role.EDITOR, email="editor@home.test"),
        "rep": member(home, Role.REPRESENTATIVE, email="rep@home.test"),
        "rep2": member(home, Role.REPRESENTATIVE, email="rep2@home.test"),
        "vlead": member(validator, Role.LEAD_VERIFIER),
        "vrev": member(validator, Role.INDEPENDENT_REVIEWER),
        "lead": member(verifier, Role.LEAD_VERIFIER),
        "rev": member(verifier, Role.INDEPENDENT_REVIEWER),
        "both": member(verifier, Role.LEAD_VERIFIER, Role.INDEPENDENT_REVIEWER),
        "clerk": official(Role.REVIEWER, Role.REGISTRAR, email="clerk@authority.test"),
        "approver": official(Role.APPROVER, email="approver@authority.test"),
        "chief": official(Role.REVIEWER, Role.REGISTRAR, Role.APPROVER, email="chief@authority.test"),
        "buyer": member(buyer, Role.REPRESENTATIVE),
        "stranger": member(developer("Another", "DEV-9"), Role.REPRESENTATIVE),
    }
    target = open_account(actor=actors["buyer"])
    _evidence(place)
    clients = {PUBLIC: Client(raise_request_exception=False)}
    for name, actor in actors.items():
        clients[name] = Client(raise_request_exception=False)
        clients[name].force_login(User.objects.get(pk=actor.user_id))
    return Cast(place, actors, clients, validator, verifier, target)


def _evidence(place: Site) -> None:
    from tests.mrv.evidence import END, START

    place.upload("logger", part_of_year(30))
    fit_rating_curve(actor=place.owner, upload=place.upload("gaugings", GAUGINGS))
    fit_ion_models(actor=place.owner, upload=place.upload("samples", LAB), start=START, end=END)
