"""Who is told of certificates: those of whom they speak, when the file is there and when one is ended."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.core import told
from registry.core.told import Kind, Line

told.describe(
    "certificates.Certificate",
    name=lambda certificate: f"{certificate.get_kind_display()} {certificate.number}",
    url=lambda certificate: reverse("certificates:show", args=[certificate.number]),
)


def _owner(certificate: Any) -> told.Q:
    """The organisation of whose project, account or opinion the certificate speaks."""
    if certificate.account is not None:
        return told.Q(organisation_id=certificate.account.owner_id)
    if certificate.body_id is not None:
        return told.Q(organisation_id=certificate.body_id)
    if certificate.retirement is not None:
        return told.Q(organisation_id=certificate.retirement.account.owner_id)
    return told.Q(organisation_id=certificate.project.proponent_id) if certificate.project else told.NOBODY


def _owner_of_file(certificate: Any) -> told.Q:
    """Of retirements nobody: a file of them makes hundreds, and the retirement's own page shows each."""
    return told.NOBODY if certificate.retirement is not None else _owner(certificate)


def _line(text: Any, to: told.People = _owner) -> Line:
    return Line(Kind.DECISIONS, text, to=to, may="certificates.read")


told.when("certificates.render", _line(_("A certificate was drawn and signed: its file is there"), _owner_of_file))
told.when("certificates.cancel", _line(_("A certificate was cancelled")))
told.when("certificates.supersede", _line(_("A certificate was replaced by another")))
told.nobody("certificates.issue")  # told when its file is there
