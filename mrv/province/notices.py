from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.core import told
from registry.core.languages import local_name
from registry.core.told import Kind, Line


def _library(_document: Any) -> str:
    return reverse("province:rules")


def _exchange(_agreement: Any) -> str:
    return reverse("province:exchange")


told.describe(
    "province.DemonstrationArea",
    name=lambda area: f"{area.project.code} {local_name(area.project)}",
    url=lambda area: reverse("province:area", args=[area.project.code]),
)
told.describe(
    "province.Agreement",
    name=lambda agreement: f"{local_name(agreement.department)} · {agreement.valid_from}",
    url=_exchange,
)
told.describe("province.PolicyDocument", name=local_name, url=_library)


def _proponent(text: Any) -> Line:
    return Line(Kind.PROJECTS, text, to=told.organisation("project.proponent_id"), may="province.view_area")


def _department(text: Any) -> Line:
    return Line(Kind.ORGANISATIONS, text, to=told.organisation("department_id"), may="province.view_agreement")


told.when("province.name_area", _proponent(_("Your project was named a demonstration area")))
told.when("province.end_area", _proponent(_("Your project is no longer a demonstration area")))
told.when("province.agree", _department(_("Tables were agreed with your department")))
told.when("province.end_agreement", _department(_("The agreement on your department's tables was ended")))
told.nobody("province.deliver", "province.add_document", "province.supersede_document")
