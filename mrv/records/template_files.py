"""The template of a kind as a file, and rows that are kept as one: the same columns, so that either can be read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from mrv.records.kinds import Column, Kind, Row, of_language
from mrv.records.reading import limits_of

Form = Literal["csv", "xlsx"]
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SHEET = {"zh": ("数据", "说明"), "en": ("Data", "Columns")}
_HEADS = {
    "zh": ("列", "列名（代码）", "单位", "范围", "必填", "说明"),
    "en": ("Column", "Name in the evidence", "Unit", "Range", "Required", "Meaning"),
}
_REQUIRED = {"zh": ("否", "是"), "en": ("no", "yes")}


def template(kind: Kind, form: Form, language: str) -> bytes:
    """Headings and one line of example."""
    example = [column.example_in(language) for column in kind.columns]
    return _write(kind, form, language, [example])


def export(kind: Kind, form: Form, language: str, rows: Iterable[Row]) -> bytes:
    """Rows that are kept, in the columns of the template; what was derived is left out, for it is derived again."""
    return _write(kind, form, language, [[cell_of(column, row) for column in kind.columns] for row in rows])


def cell_of(column: Column, row: Row) -> str:
    """A field as a person writes it into the template."""
    value = row.get(column.name, "")
    if column.what == "files":
        return "; ".join(item["name"] for item in value or ())
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return str(value)


def file_name(kind: Kind, form: Form, language: str) -> str:
    return f"{kind.name}_{language}.{form}"


def language_of(text: str | None) -> str:
    return "zh" if (text or "zh").lower().startswith("zh") else "en"


def _write(kind: Kind, form: Form, language: str, lines: Sequence[Sequence[str]]) -> bytes:
    language = language_of(language)
    head = [column.heading(language) for column in kind.columns]
    return _csv(head, lines) if form == "csv" else _xlsx(kind, language, head, lines)


def _csv(head: Sequence[str], lines: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(lines)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(kind: Kind, language: str, head: Sequence[str], lines: Sequence[Sequence[str]]) -> bytes:
    """Every cell is text: a spreadsheet then changes no date and no digit that a person did not touch."""
    import openpyxl  # noqa: PLC0415 - slow to import, and few pages need it
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = openpyxl.Workbook()
    data, columns = book.active, book.create_sheet(_SHEET[language][1])
    data.title = _SHEET[language][0]
    data.append(list(head))
    for line in lines:
        data.append(list(line))
    for row in data.iter_rows():
        for cell in row:
            cell.number_format = "@"
    columns.append(list(_HEADS[language]))
    for column in kind.columns:
        columns.append(list(described(column, language)))
    for sheet in (data, columns):
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
    for number, title in enumerate(head, start=1):
        data.column_dimensions[get_column_letter(number)].width = max(14, min(40, 2 * len(title)))
    for letter, width in zip("ABCDEF", (34, 34, 12, 22, 10, 70), strict=True):
        columns.column_dimensions[letter].width = width
    for row in columns.iter_rows(min_row=2, min_col=6, max_col=6):
        row[0].alignment = Alignment(wrap_text=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def described(column: Column, language: str) -> tuple[Any, ...]:
    """Heading, name, unit, range, required, meaning: one line of the explanation."""
    return (
        column.heading(language),
        column.name,
        column.unit,
        limits_of(column),
        _REQUIRED[language][column.required],
        meaning_of(column, language),
    )


def meaning_of(column: Column, language: str) -> str:
    """What a column holds, with its choices and the other units that are understood."""
    parts = [of_language(column.meaning, language)]
    if column.what == "choice":
        mark = "、" if language == "zh" else ", "
        parts.append(mark.join(of_language(pair, language) for _code, pair in column.choices))
    units: dict[Any, str] = {}
    for unit, factor in column.units.items():
        if factor != 1:
            units.setdefault(factor, unit)
    if units:
        shown = ", ".join(units.values())
        parts.append(f"也可用单位：{shown}" if language == "zh" else f"also in {shown}")
    mark = "；" if language == "zh" else "; "
    return mark.join(part for part in parts if part)
