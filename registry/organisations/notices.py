"""Who is told of what happens to organisations, their people and their accreditations."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.core import told
from registry.core.languages import local_name
from registry.core.told import Happened, Kind, Line
from registry.core.told import organisation as of

OWN = of("pk")
OF_ACCREDITATION = of("organisation_id")


told.describe(
    "organisations.Organisation",
    name=local_name,
    url=lambda organisation: reverse("organisations:detail", args=[organisation.pk]),
)
told.describe(
    "organisations.Accreditation",
    name=lambda one: f"{local_name(one.organisation)} · {one.get_scope_display()} {one.valid_from}–{one.valid_to}",
    url=lambda one: reverse("organisations:detail", args=[one.organisation_id]),
)
told.describe(
    "organisations.ApiToken", name=lambda token: token.name, url=lambda _token: reverse("organisations:tokens")
)


def _person_named(happened: Happened) -> tuple[int | None]:
    return (happened.facts.get("user"),)


def _own_person(happened: Happened) -> tuple[int | None]:
    return (getattr(happened.record, "user_id", None),)


def _members(happened: Happened) -> list[int]:
    """Whoever belongs to the organisation, also while it is suspended."""
    record: Any = happened.record
    return list(record.memberships.filter(ended_at=None).values_list("user_id", flat=True).distinct())


def _own(text: Any) -> Line:
    """The service itself mails the administrators, with the reason."""
    return Line(Kind.SECURITY, text, persons=_members, mailed=False)


def _accreditation(text: Any) -> Line:
    return Line(Kind.ORGANISATIONS, text, to=OF_ACCREDITATION, may="organisations.view")


told.when(
    "organisations.apply",
    Line(
        Kind.ORGANISATIONS,
        _("An organisation applied: decide on its application"),
        to=told.the_authority,
        may="organisations.decide",
    ),
)
told.when("organisations.approve", _own(_("Your organisation was approved")))
told.when("organisations.suspend", _own(_("Your organisation was suspended; nothing can be done in its name")))
told.when("organisations.reinstate", _own(_("Your organisation was reinstated")))
told.when("organisations.close", _own(_("Your organisation was closed")))
told.when(
    "organisations.accept_invitation",
    Line(Kind.SECURITY, _("An invited person joined your organisation"), to=OWN, may="organisations.change_roles"),
)
told.when(
    "organisations.grant_role",
    Line(Kind.SECURITY, _("You were given one more role"), persons=_person_named),
)
told.when("organisations.end_role", Line(Kind.SECURITY, _("One of your roles was ended"), persons=_person_named))
told.when("accreditations.grant", _accreditation(_("Your organisation was accredited")))
told.when("accreditations.suspend", _accreditation(_("The accreditation of your organisation was suspended")))
told.when("accreditations.reinstate", _accreditation(_("The accreditation of your organisation was reinstated")))
told.when("accreditations.end", _accreditation(_("The accreditation of your organisation was ended")))
told.when(
    "people.create_token",
    Line(
        Kind.SECURITY, _("A token was made that can act in your name; end it if that was not you"), persons=_own_person
    ),
)
told.nobody(
    "organisations.refuse",  # nobody of it can sign in; the applicant's address is written to by the service
    "organisations.found_authority",
    "organisations.add_member",
    "organisations.invite",  # the invited address gets its own mail
    "organisations.withdraw_invitation",
    "calendar.set",
    "people.sign_in",
    "people.end_token",
)
