"""Where a finding points: a row of a file, a time span of a plot, or a parameter of the methodology.

What is kept (``Finding.anchor``): ``{"file", "sha256", "row"}``, ``{"parameter", "from", "to"}`` with times in UTC, or
``{"parameter"}``. Every anchor is checked against what the task is about before it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mrv.methodologies.selectors import methodology_of, read_version
from mrv.periods.models import MonitoringPeriod
from mrv.quality.presentation import NAMES
from mrv.uploads.models import Upload
from mrv.verification.models import Assignment, Finding
from registry.core.clock import PROGRAMME_ZONE
from registry.core.errors import InvalidInput
from registry.core.languages import is_chinese
from registry.projects.models import ProjectDocument

Kind = Finding.AnchorKind


@dataclass(frozen=True)
class EvidenceFile:
    """A file that the task is about: of a period what was sealed, of a project its documents."""

    kind: str
    name: str
    sha256: str

    @property
    def kind_name(self) -> Any:
        names: dict[str, Any] = {**dict(ProjectDocument.Kind.choices), **dict(Upload.Kind.choices)}
        other = _("Supplementary record") if self.kind.startswith("records/") else _("Attachment")
        return names.get(self.kind, other)


def files_of(assignment: Assignment) -> list[EvidenceFile]:
    period = assignment.period
    if period is None:
        documents = assignment.project.documents.all()
        return [EvidenceFile(each.kind, each.file_name, each.sha256) for each in documents]
    sealed = (period.evidence or {}).get("files", ())
    found = {each["sha256"]: EvidenceFile(each["kind"], each["file"], each["sha256"]) for each in sealed}
    return list(found.values())


def checked(assignment: Assignment, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The anchor as it is kept. Raises InvalidInput ``ANCHOR_FILE``, ``ANCHOR_SPAN`` or ``ANCHOR_PARAMETER``."""
    if kind == Kind.NONE:
        return {}
    if kind == Kind.FILE_ROW:
        return _row(assignment, given)
    if kind == Kind.SPAN:
        return _span(assignment, given)
    if kind == Kind.PARAMETER:
        return _parameter(assignment, given)
    raise InvalidInput("ANCHOR_KIND", _("A finding speaks of a file row, a time span, a parameter or the whole task."))


def _row(assignment: Assignment, given: Mapping[str, Any]) -> dict[str, Any]:
    row = str(given.get("row", "")).strip()
    named = next((each for each in files_of(assignment) if each.sha256 == given.get("sha256")), None)
    if named is None or not row.isdecimal() or not 1 <= int(row) <= 10_000_000:
        raise InvalidInput("ANCHOR_FILE", _("Choose one of the files under verification and a row of it, from 1 on."))
    return {"file": named.name, "sha256": named.sha256, "row": int(row)}


def _span(assignment: Assignment, given: Mapping[str, Any]) -> dict[str, Any]:
    period = assignment.period
    parameter = str(given.get("parameter", ""))
    start, end = (_instant(given.get(name, ""), period) for name in ("from", "to"))
    inside = period is not None and start is not None and end is not None and period.start <= start < end <= period.end
    if not inside or parameter not in NAMES:
        raise InvalidInput(
            "ANCHOR_SPAN", _("Choose a measured quantity and a span inside the period, its end after its start.")
        )
    assert start is not None
    assert end is not None
    return {"parameter": parameter, "from": _utc(start), "to": _utc(end)}


def _instant(text: Any, period: MonitoringPeriod | None) -> datetime | None:
    """A time with its offset, or wall time of the period's zone."""
    try:
        at = datetime.fromisoformat(str(text).strip())
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=period.tz if period else PROGRAMME_ZONE)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _parameter(assignment: Assignment, given: Mapping[str, Any]) -> dict[str, Any]:
    name = str(given.get("parameter", "")).strip()
    if name not in parameters_of(assignment):
        raise InvalidInput("ANCHOR_PARAMETER", _("The methodology version has no parameter of this name."))
    return {"parameter": name}


def parameters_of(assignment: Assignment) -> dict[str, str]:
    """Symbol -> name in the reader's language, of the version's parameters."""
    version = read_version(methodology_of(assignment.project, assignment.crediting.start))
    language = "zh" if is_chinese() else "en"
    return {symbol: version.parameters[symbol].names[language] for symbol in sorted(version.parameters)}


def _wall(assignment: Assignment, text: str) -> datetime:
    """A kept time as wall time of the period's zone."""
    zone = assignment.period.tz if assignment.period is not None else PROGRAMME_ZONE
    return datetime.fromisoformat(text).astimezone(zone)


def place_said(assignment: Assignment, place: Mapping[str, Any]) -> str:
    """A file row, a span or a parameter in words: ``logger.csv, row 17``."""
    if "row" in place:
        return str(_("%(file)s, row %(row)s") % {"file": place["file"], "row": place["row"]})
    if "from" in place:
        start, end = _wall(assignment, place["from"]), _wall(assignment, place["to"])
        return f"{NAMES.get(place['parameter'], place['parameter'])}, {start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}"
    return str(_("Parameter %(name)s") % {"name": place["parameter"]}) if "parameter" in place else ""


def place_query(assignment: Assignment, place: Mapping[str, Any]) -> str:
    """What is added to the workbench's address to open it exactly there; nothing of a parameter."""
    if "row" in place:
        sha256 = place.get("sha256") or _sha256_of(assignment, place["file"])
        return f"?{urlencode({'file': sha256, 'row': place['row']})}#file-row"
    if "from" in place:
        start, end = _wall(assignment, place["from"]), _wall(assignment, place["to"])
        asked = {"from": f"{start:%Y-%m-%dT%H:%M}", "to": f"{end:%Y-%m-%dT%H:%M}", "panel": place["parameter"]}
        return f"?{urlencode(asked)}#hydrograph"
    return ""


def _sha256_of(assignment: Assignment, name: str) -> str:
    """The samples and gaugings of a bundle name their file, not its digest."""
    return next((each.sha256 for each in files_of(assignment) if each.name == name), "")


def said(finding: Finding) -> str:
    return place_said(finding.assignment, finding.anchor)


def address(finding: Finding) -> str:
    """Where the place stands, opened exactly there; for both sides the same."""
    if finding.anchor_kind == Kind.PARAMETER:
        span = finding.assignment.crediting
        page = reverse("methodologies:detail", args=[span.methodology_id, span.methodology_version])
        return f"{page}#parameter-{finding.anchor['parameter']}"
    query = place_query(finding.assignment, finding.anchor)
    return f"{reverse('verification:workbench', args=[finding.assignment_id])}{query}" if query else ""
