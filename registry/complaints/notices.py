"""Who is told of complaints and appeals. A complaint of the public has no account: its secret link is its answer."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.core import told
from registry.core.told import Kind, Line

told.describe(
    "complaints.Complaint", name=str, url=lambda complaint: reverse("complaints:detail", args=[complaint.number])
)


def _authority(text: Any) -> Line:
    return Line(Kind.DECISIONS, text, to=told.the_authority, may="complaints.answer")


def _appellant(text: Any) -> Line:
    return Line(Kind.DECISIONS, text, to=_filed_for, may="complaints.view")


def _filed_for(complaint: Any) -> told.Q:
    return told.Q(organisation_id=complaint.filed_for_id) if complaint.filed_for_id else told.NOBODY


told.when("complaints.file", _authority(_("A complaint was made: answer it")))
told.when("complaints.appeal", _authority(_("A decision was appealed against: answer")))
told.when("complaints.reply", _authority(_("There is a reply to your answer of a complaint")))
told.when("complaints.answer", _appellant(_("Your appeal was answered")))
told.when("complaints.close", _appellant(_("Your appeal was closed")))
told.nobody("complaints.withhold", "complaints.show_again")
