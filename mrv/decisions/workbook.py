"""The docket as a workbook for the office."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from mrv.decisions.docket import DocketLine
from mrv.decisions.states import REVIEW
from mrv.periods.states import PERIOD
from registry.core.languages import is_chinese
from registry.core.spreadsheets import plain_text

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_of(lines: Iterable[DocketLine]) -> bytes:
    """One sheet, one row a case, in the order of the docket. What people typed never becomes a formula."""
    import openpyxl  # noqa: PLC0415 - slow to import, and few pages need it
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = _("Docket")
    sheet.append([name for name, _width in _columns()])
    for line in lines:
        sheet.append([plain_text(value) if isinstance(value, str) else value for value in _row(line)])
    for place, (_name, width) in enumerate(_columns(), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.cell(1, place).font = Font(bold=True)
        sheet.cell(1, place).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _columns() -> list[tuple[str, int]]:
    return [
        (_("Project"), 18),
        (_("Name"), 28),
        (_("County"), 14),
        (_("Kind"), 22),
        (_("Project developer"), 28),
        (_("Verification body"), 24),
        (_("First day"), 12),
        (_("Last day"), 12),
        (_("Verified quantity (t CO₂)"), 16),
        (_("Statement"), 24),
        (_("State"), 26),
        (_("Waits for"), 26),
        (_("Working days in this stage"), 12),
        (_("Limit (working days)"), 12),
        (_("Due on"), 12),
        (_("Overdue"), 10),
        (_("Public notice until"), 14),
        (_("On hold because"), 30),
    ]


def _row(line: DocketLine) -> list[Any]:
    period, project, chinese = line.period, line.period.project, is_chinese()

    def named(record: Any, attribute: str = "name") -> str:
        return str(getattr(record, f"{attribute}_{'zh' if chinese else 'en'}")) if record is not None else ""

    machine, state = (REVIEW, line.review.state) if line.review is not None else (PERIOD, period.state)
    return [
        project.code,
        named(project),
        named(project, "county"),
        str(project.get_kind_display()),
        named(project.proponent),
        named(period.verifier),
        period.first_day,
        period.last_day,
        line.quantity_t,
        line.opinion.number,
        str(machine.state(state).label),
        str(line.stage_name),
        line.working_days_in_stage,
        line.limit_working_days,
        line.due_on,
        _("yes") if line.overdue else _("no"),
        line.notice_until,
        line.hold.reason if line.hold is not None else "",
    ]
