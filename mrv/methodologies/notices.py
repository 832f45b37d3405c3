"""Who is told of a methodology's versions."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.core import told
from registry.core.told import Kind, Line

told.describe(
    "methodologies.MethodologyVersion",
    name=str,
    url=lambda version: reverse("methodologies:detail", args=[version.identifier, version.version]),
)


def _editors(text: Any, may: str) -> Line:
    return Line(Kind.METHODOLOGIES, text, to=told.the_authority, may=may)


def _developers(text: Any) -> Line:
    """Who drafts projects reads which version counts from when."""
    return Line(
        Kind.METHODOLOGIES, text, to=lambda _version: told.Q(organisation__kind="developer"), may="projects.create"
    )


told.when(
    "methodologies.test", _editors(_("The impact of a version was recorded: read and sign it"), "methodologies.sign")
)
told.when(
    "methodologies.sign", _editors(_("A version was signed: the second person publishes it"), "methodologies.publish")
)
told.when("methodologies.publish", _developers(_("A version of a methodology was published")))
told.when("methodologies.withdraw", _developers(_("A version of a methodology was withdrawn")))
told.nobody("methodologies.draft", "methodologies.start_impact", "methodologies.supersede")
