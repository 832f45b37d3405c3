"""The rules of the data model 2.0.2 of the Climate Action Data Trust, and what of it this registry fills.

They were written from the validations of the open node (repository ``Chia-Network/cadt``, folder
``src/validations/v2``, read at commits 0fdcecc3 (project, verification), 25781ab5 (unit), 0da39ccc (issuance),
3a5bbf0b (location, methodology, project's methodology, stakeholder), cd66ee06 (validation), 738f7094 (stakeholder of a
project); values of the lists from ``src/models/governance/governance-v2-real-picklists.js`` at 29899cef): no schema
document of the model itself was found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MODEL = "2.0.2"
Record = dict[str, Any]
TYPES = (
    "Avoidance - nature",
    "Avoidance - technical",
    "Reduction - nature",
    "Reduction - technical",
    "Removal - nature",
    "Removal - technical",
    "Not Determined",
)
METRICS = ("tCO2e", "gCO2eq/kWh", "kt (Kiloton)")
LISTS: dict[str, tuple[str, ...]] = {
    "projectSector": ("Afforestation and reforestation", "Agriculture", "Others"),
    "projectType": ("Reforestation", "Agriculture", "Any combination of the above"),
    "projectStatus": (
        "Listed",
        "Registered",
        "Validated",
        "Verified",
        "Certified",
        "Completed",
        "Withdrawn",
        "Inactive",
        "Rejected",
    ),
    "projectUnitMetric": METRICS,
    "methodologyType": TYPES,
    "validationType": (
        "Validation of Project Design Document",
        "Validation of Post Registration Change",
        "Validation of Renewal of Credit Period",
    ),
    "unitType": TYPES,
    "unitStatus": ("Issued", "Held", "Retired", "Cancelled", "Expired", "Buffer", "Inactive", "Rejected"),
    "unitMetric": METRICS,
    "locationCountry": ("China",),
    "stakeholderType": ("Owner", "Developer", "Consultant"),
}
"""Permitted values (of sectors, types and countries only those that a project here can have)."""


SHAPES = {
    "uuid": (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "is no UUID"),
    "date": (re.compile(r"\d{4}-\d{2}-\d{2}"), "is no day"),
    "uri": (re.compile(r"https?://[^\s/]+(/\S*)?"), "is no address"),
}


@dataclass(frozen=True)
class Rule:
    """A field of the model. ``how`` says where its value comes from; ``why_not`` why it stays empty."""

    name: str
    kind: str = "text"
    """text, texts, date, year, number, uri or uuid."""
    required: bool = False
    longest: int = 0
    listed: str = ""
    """Name of the list of permitted values."""
    how: str | Promise = ""
    why_not: str | Promise = ""


def _uuid(name: str, how: str | Promise, *, required: bool = True) -> Rule:
    return Rule(name, "uuid", required=required, how=how)


NO_BODY_LIST = _("The node takes only bodies on its governance list; ours must be added there before an upload.")
RULES: dict[str, tuple[Rule, ...]] = {
    "project": (
        Rule("projectRegistryName", required=True, longest=255, how=_("name of this registry")),
        Rule("projectId", required=True, longest=255, how=_("code of the project")),
        Rule("projectCreditingProgram", longest=255, why_not=_("The registry serves one programme only.")),
        Rule("projectName", required=True, longest=500, how=_("English name, else the Chinese one")),
        Rule("projectLink", "uri", required=True, longest=500, how=_("address of the public page")),
        Rule("projectDescription", longest=2000, how=_("kind of project, county, catchment area")),
        Rule("projectSector", "texts", required=True, listed="projectSector", how=_("by kind of project")),
        Rule(
            "projectType", "texts", required=True, listed="projectType", how=_("by kind; the list knows no karst sink")
        ),
        Rule("projectSubtype", longest=255, how=_("kind of project")),
        Rule("projectStatus", required=True, longest=255, listed="projectStatus", how=_("by state of the project")),
        Rule("projectStatusDate", "date", required=True, how=_("day of registration, else of the draft")),
        Rule("projectUnitMetric", required=True, longest=255, listed="projectUnitMetric", how="tCO2e"),
        Rule("cadTrustReferenceProjectId", longest=255, why_not=_("No project here is known to another registry.")),
        Rule("cadTrustProgramId", "uuid", why_not=_("The registry knows no programmes of activities.")),
    ),
    "validation": (
        Rule("validationId", required=True, how=_("number of the validation statement")),
        Rule("validationType", listed="validationType", how=_("validation of the design document")),
        Rule("validationBody", why_not=NO_BODY_LIST),
        Rule("validationDate", "date", how=_("day of the second signature")),
        Rule("validationCreditPeriodStartDate", "date", how=_("first day of crediting")),
        Rule("validationCreditPeriodEndDate", "date", how=_("last day of crediting")),
        _uuid("cadTrustProjectId", _("the project")),
    ),
    "methodology": (
        Rule("methodologyCode", required=True, how=_("identifier of the methodology")),
        Rule("methodologyName", required=True, how=_("identifier and version; its title stands on the page linked")),
        Rule("methodologyVersion", how=_("version")),
        Rule("methodologyDate", "date", why_not=_("The record of credits keeps the version's digest, not its date.")),
        Rule("methodologyLink", "uri", how=_("address of the version's public page")),
        Rule("methodologyType", listed="methodologyType", how=_("removal by nature")),
    ),
    "projectMethodology": (
        _uuid("cadTrustProjectId", _("the project")),
        _uuid("cadTrustMethodologyId", _("the methodology version")),
        Rule("projectMethodologyDate", "date", how=_("day of registration")),
        Rule("projectMethodologyDescription", longest=10_000, how=_("SHA-256 of the version's text")),
    ),
    "location": (
        Rule("locationCountry", listed="locationCountry", how=_("China")),
        Rule("locationRegion", longest=255, how=_("province and county with its GB/T 2260 code")),
        Rule("locationGis", longest=10_000, how=_("middle of the catchment, rounded to 0.05 degree")),
        Rule("locationMapType", longest=100, why_not=_("Boundaries of springs are not handed out.")),
        Rule("locationMapFileLink", "uri", longest=500, why_not=_("Boundaries of springs are not handed out.")),
        _uuid("cadTrustProjectId", _("the project")),
    ),
    "stakeholder": (
        Rule("stakeholderName", required=True, longest=255, how=_("English name, else the Chinese one")),
        Rule("stakeholderType", listed="stakeholderType", how=_("Developer")),
        Rule("stakeholderLink", "uri", why_not=_("Organisations have no page of their own for everybody.")),
    ),
    "stakeholderProject": (
        _uuid("cadTrustStakeholderId", _("the developer")),
        _uuid("cadTrustProjectId", _("the project")),
    ),
    "verification": (
        Rule("verificationId", required=True, how=_("number of the verification statement")),
        Rule("verificationStartDate", "date", how=_("first day of the monitoring period")),
        Rule("verificationEndDate", "date", how=_("last day of the monitoring period")),
        Rule("verificationBody", required=True, how=_("name of the body; it must be on the node's governance list")),
        _uuid("cadTrustProjectId", _("the project")),
        Rule("cadTrustValidationId", "uuid", how=_("the project's last positive validation")),
    ),
    "issuance": (
        Rule("issuanceId", required=True, how=_("number of the certificate, else of the issuance")),
        Rule("issuanceDate", "date", how=_("day of issuance")),
        _uuid("cadTrustVerificationId", _("the verification")),
        _uuid("cadTrustProjectMethodologyId", _("the project's methodology")),
        Rule("cadTrustLocationId", "uuid", how=_("the location")),
    ),
    "unit": (
        Rule("unitSerialId", required=True, how=_("block of serials as it is printed")),
        Rule("unitStartBlock", required=True, how=_("first serial")),
        Rule("unitEndBlock", required=True, how=_("last serial")),
        Rule("unitCount", "number", how=_("credits of the block")),
        Rule("unitType", listed="unitType", how=_("removal by nature")),
        Rule("unitVintageYear", "year", required=True, how=_("vintage")),
        Rule("unitStatus", listed="unitStatus", how=_("by status of the holding")),
        Rule("unitStatusReason", how=_("purpose of the retirement")),
        Rule("unitStatusDate", "date", how=_("day of the retirement")),
        Rule("unitRetirementDetail", how=_("number and public text of the retirement")),
        Rule("unitRetirementBeneficiary", how=_("beneficiary")),
        Rule("unitRetirementBeneficiaryId", how=_("code of the beneficiary")),
        Rule("unitLink", "uri", longest=500, how=_("page of the retirement, else of the project")),
        Rule("unitMetric", listed="unitMetric", how="tCO2e"),
        Rule("unitCurrentOwner", why_not=_("Who holds credits is not public here; only the retiring organisation is.")),
        Rule("unitItmosReferenceId", why_not=_("No credits were authorised as ITMOs.")),
        Rule("marketplace", why_not=_("Offers on the board are not part of the record of credits.")),
        Rule("marketplaceLink", why_not=_("Offers on the board are not part of the record of credits.")),
        Rule("marketplaceIdentifier", why_not=_("Offers on the board are not part of the record of credits.")),
        _uuid("cadTrustIssuanceId", _("the issuance")),
    ),
}
LEFT_OUT = {
    "program": _("The registry knows no programmes of activities."),
    "estimation": _(
        "Estimates by year are declared in the project's file; they are not part of the record of credits."
    ),
    "coBenefit": _("Co-benefits are not assessed here."),
    "rating": _("No rating is recorded here."),
    "label": _("Labels are facts on ranges of serials; the node's labels want a body and dates that they do not have."),
    "aef": _("No credits were authorised for use under Article 6."),
}
"""Tables of the model that are not exported, and why."""


def faults(table: str, record: Record) -> list[str]:
    """What the node would refuse in a record: empty for a good one."""
    rules = {rule.name: rule for rule in RULES[table]}
    found = [f"{name} is no field of {table}" for name in record if name not in rules]
    for rule in rules.values():
        value = record.get(rule.name)
        if value is None:
            found += [f"{rule.name} is missing"] if rule.required else []
        elif problem := _problem(rule, value):
            found.append(f"{rule.name} {problem}")
    return found


def _problem(rule: Rule, value: Any) -> str:
    if rule.kind in ("number", "year"):
        low, high = (1900, 2100) if rule.kind == "year" else (0, 2**53)
        return "" if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high else "is no number"
    if rule.kind == "texts":
        if not isinstance(value, list) or not value:
            return "is no list"
        return next((problem for each in value if (problem := _problem_of_text(rule, each))), "")
    return _problem_of_text(rule, value)


def _problem_of_text(rule: Rule, value: Any) -> str:
    if not isinstance(value, str) or not value:
        return "is no text"
    if rule.longest and len(value) > rule.longest:
        return f"is longer than {rule.longest} characters"
    if rule.listed and value not in LISTS[rule.listed]:
        return f"“{value}” is not on the list"
    if rule.kind in SHAPES and not SHAPES[rule.kind][0].fullmatch(value):
        return SHAPES[rule.kind][1]
    return ""


def coverage() -> list[Record]:
    """Every field of the exported tables: filled from what, or why not; then the tables left out."""
    rows = [
        {
            "table": table,
            "field": rule.name,
            "required": rule.required,
            "filled": not rule.why_not,
            "said": rule.why_not or rule.how,
        }
        for table, rules in RULES.items()
        for rule in rules
    ]
    left = [{"table": t, "field": "", "required": False, "filled": False, "said": why} for t, why in LEFT_OUT.items()]
    return rows + left
