"""A file of retirements: CSV or XLSX, one line for each beneficiary, judged whole before anything is done."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry.core.errors import InvalidInput, Refusal
from registry.credits import forms, selectors
from registry.credits.fields import Serials, first_of, tonnes_in
from registry.credits.models import Account
from registry.credits.services.endings import BatchLine, checked_claim

COLUMNS = (
    "quantity",
    "beneficiary_name",
    "beneficiary_name_en",
    "beneficiary_type",
    "beneficiary_code",
    "purpose",
    "year",
    "public_text",
)
NEEDED = ("quantity", "beneficiary_name", "purpose", "year")
MOST_LINES = 1_000
LARGEST_FILE_BYTES = 2_000_000
LARGEST_UNPACKED_BYTES = 40_000_000
MOST_COLUMNS = 40
OTHER_WORDS = {
    "数量": "quantity",
    "受益方": "beneficiary_name",
    "受益方英文名": "beneficiary_name_en",
    "受益方类别": "beneficiary_type",
    "受益方代码": "beneficiary_code",
    "用途": "purpose",
    "年份": "year",
    "公开文字": "public_text",
}
VALUES = {
    "自愿": "voluntary",
    "履约": "compliance",
    "机构": "organisation",
    "公共机构": "public_body",
    "活动": "event",
    "产品或服务": "product",
    "个人": "individual",
}


def lines_of(data: bytes, name: str, account: Account) -> list[BatchLine]:
    """The lines with the account's oldest free serials dealt out in order.

    Raises :class:`InvalidInput` with one message for each line that cannot be used.
    """
    if len(data) > LARGEST_FILE_BYTES:
        raise InvalidInput("FILE_TOO_LARGE", _("The file is larger than 2 MB."))
    rows = list(islice(_rows(data, name), MOST_LINES + 2))
    if len(rows) < 2:
        raise InvalidInput("FILE_EMPTY", _("The file has no lines below its column names."))
    if len(rows) > MOST_LINES + 1:
        raise InvalidInput("TOO_MANY_LINES", _("A file has at most %(limit)s lines. Split it."), limit=MOST_LINES)
    header = [OTHER_WORDS.get(cell.strip().lower(), cell.strip().lower()) for cell in rows[0]]
    if missing := [column for column in NEEDED if column not in header]:
        raise InvalidInput(
            "COLUMNS_MISSING", _("The first line lacks the columns: %(columns)s."), columns=", ".join(missing)
        )
    wanted, faults = [], []
    for number, row in enumerate(rows[1:], 2):
        given = dict(zip(header, row, strict=False))
        try:
            wanted.append((forms.whole(given["quantity"]), checked_claim(forms.claim(_words(given)))))
        except (Refusal, KeyError) as fault:
            faults.append(_("Line %(number)s: %(fault)s") % {"number": number, "fault": fault})
    if faults:
        raise InvalidInput(
            "LINES_UNUSABLE", _("Nothing was retired: some lines cannot be used."), messages=tuple(faults)
        )
    free: Serials = selectors.propose(account, sum(quantity for quantity, _claim in wanted))
    made = []
    for quantity, claim in wanted:
        taken, free = first_of(free, quantity)
        if not tonnes_in(taken):
            raise InvalidInput("QUANTITY", _("Type a whole number of tonnes, at least one."))
        made.append(BatchLine(claim, taken))
    return made


def _words(given: dict[str, str]) -> dict[str, str]:
    words = {name: VALUES.get(value.strip(), value.strip()) for name, value in given.items()}
    words["beneficiary_type"] = words.get("beneficiary_type") or "organisation"
    words["on_behalf"] = "yes"
    return words


def _rows(data: bytes, name: str) -> Iterator[list[str]]:
    sheet = name.lower().endswith(".xlsx") or data[:4] == b"PK\x03\x04"
    for row in _sheet(data) if sheet else _text(data):
        cells = ["" if cell is None else str(cell) for cell in row[:MOST_COLUMNS]]
        if any(cell.strip() for cell in cells):
            yield cells


def _text(data: bytes) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InvalidInput("FILE_UNREADABLE", _("The file is neither a table in text (CSV) nor a sheet (XLSX)."))
    first = text.partition("\n")[0]
    try:
        yield from csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    except csv.Error:
        raise InvalidInput(
            "FILE_UNREADABLE", _("The file is neither a table in text (CSV) nor a sheet (XLSX).")
        ) from None


def _sheet(data: bytes) -> Iterator[tuple[Any, ...]]:
    from openpyxl import load_workbook  # noqa: PLC0415  slow to load, and few files are sheets

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED_BYTES:
                raise InvalidInput("FILE_TOO_LARGE", _("The file is larger than 2 MB."))
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        yield from book.worksheets[0].iter_rows(max_row=MOST_LINES + 2, max_col=MOST_COLUMNS, values_only=True)
    except InvalidInput:
        raise
    except Exception:  # openpyxl meets a broken sheet with whatever its parts raise
        raise InvalidInput(
            "FILE_UNREADABLE", _("The file is neither a table in text (CSV) nor a sheet (XLSX).")
        ) from None
