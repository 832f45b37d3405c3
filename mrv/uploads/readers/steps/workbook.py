"""A workbook (XLSX) as text: the first sheet that holds something, one line per row, so that row numbers stay."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

from mrv.uploads.readers.messages import printable
from mrv.uploads.readers.report import Draft

MOST_ROWS = 1_048_576
_SIGNIFICANT = 15  # digits that a spreadsheet keeps; what stands behind them is an artefact


def workbook_text(draft: Draft, raw: bytes, size_limit: int) -> bytes | None:
    """The sheet as CSV in UTF-8, or None when the bytes are no workbook. Damage refuses."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" not in names:
                return None
            if not any(name.startswith("xl/") for name in names):
                draft.refuse("BINARY_FILE", format="OOXML")
            if sum(member.file_size for member in archive.infolist()) > max(size_limit, 1):
                draft.refuse("ZIP_TOO_DENSE", size=len(raw), limit=size_limit)
    except zipfile.BadZipFile:
        return None
    import openpyxl  # noqa: PLC0415 - slow to import, and few files need it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            for sheet in book.worksheets:
                text = _sheet_text(sheet)
                if text:
                    draft.info("WORKBOOK_SHEET", value=printable(sheet.title), count=len(book.worksheets))
                    return text
    except Exception as error:
        draft.refuse("BINARY_FILE", format="XLSX", reason=printable(type(error).__name__))
    draft.refuse("FILE_EMPTY")


def _sheet_text(sheet: Any) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    anything = False
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if number >= MOST_ROWS:
            break
        cells = [_cell_text(value) for value in row]
        anything = anything or any(cells)
        writer.writerow(cells)
    return out.getvalue().encode("utf-8", "replace") if anything else b""


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        rounded = value + timedelta(microseconds=500_000)  # a serial number of days is off by microseconds
        return rounded.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return (
            repr(value)
            if len(repr(value).replace(".", "").lstrip("-0")) <= _SIGNIFICANT
            else f"{value:.{_SIGNIFICANT}g}"
        )
    return " ".join(str(value).split())
