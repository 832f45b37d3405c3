"""Public tables as CSV, JSON and Frictionless data packages: one description of each column makes all three.

A package is a zip with ``datapackage.json`` (profile ``tabular-data-package``: names, types, units, licence, sources)
beside plain CSV. The same rows give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from registry.public.downloads import LICENCE, cell_text

OLDEST_DATE = (1980, 1, 1, 0, 0, 0)
HOMEPAGE = "Karst Carbon Registry"


@dataclass(frozen=True)
class Field:
    """A column: its name in files, Table Schema type, and what it says (English: the description is for programs)."""

    name: str
    kind: str
    description: str
    unit: str = ""
    required: bool = False

    def described(self) -> dict[str, Any]:
        said: dict[str, Any] = {"name": self.name, "type": self.kind, "description": self.description}
        if self.unit:
            said["unit"] = self.unit
        if self.required:
            said["constraints"] = {"required": True}
        return said


@dataclass(frozen=True)
class Table:
    """A table of a package. ``rows`` is read once and may be a generator; a row has one value per field."""

    name: str
    title: str
    fields: tuple[Field, ...]
    rows: Iterable[Sequence[Any]]
    key: str = ""

    @property
    def names(self) -> list[str]:
        return [field.name for field in self.fields]


def plain(value: Any) -> Any:
    """A value as CSV and JSON have it: ISO dates and times with offset, decimals as they are stored."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value


def as_objects(table: Table) -> Iterator[dict[str, Any]]:
    for row in table.rows:
        yield {name: plain(value) for name, value in zip(table.names, row, strict=True)}


def write_csv(table: Table, out: IO[bytes]) -> None:
    """UTF-8 with a header row; texts that a spreadsheet would take for formulas are quoted by an apostrophe."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(table.names)
    for row in table.rows:
        writer.writerow(["" if value is None else cell_text(plain(value)) for value in row])
    text.detach()


def write_json(table: Table, out: IO[bytes]) -> None:
    """``{"licence": ..., "fields": [...], "rows": [...]}``, a row a line."""
    head = {"licence": LICENCE, "fields": [field.described() for field in table.fields]}
    out.write(json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "rows": [')
    for number, row in enumerate(as_objects(table)):
        out.write((b",\n" if number else b"\n") + json.dumps(row, ensure_ascii=False).encode())
    out.write(b"\n]}\n")


def write_package(
    out: IO[bytes], *, name: str, title: str, description: str, tables: Sequence[Table], facts: dict[str, Any]
) -> None:
    """The zip: every table as CSV, then the description with the digest and size of each. ``facts`` are added to it."""
    resources = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for table in tables:
            path = f"{table.name}.csv"
            with packed.open(zipfile.ZipInfo(path, OLDEST_DATE), "w") as member:
                counted = _Counted(member)
                write_csv(table, counted)  # type: ignore[arg-type]
            resources.append(_resource(table, path, counted))
        described = {
            "profile": "tabular-data-package",
            "name": name,
            "title": title,
            "description": description,
            "licenses": [LICENCE],
            "sources": [{"title": HOMEPAGE}],
            **facts,
            "resources": resources,
        }
        packed.writestr(
            zipfile.ZipInfo("datapackage.json", OLDEST_DATE),
            json.dumps(described, ensure_ascii=False, indent=2).encode() + b"\n",
        )


def _resource(table: Table, path: str, counted: _Counted) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [field.described() for field in table.fields], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = table.key
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "path": path,
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": counted.size,
        "hash": f"sha256:{counted.digest.hexdigest()}",
        "schema": schema,
    }


class _Counted(io.RawIOBase):
    """Passes bytes on, with their number and digest."""

    def __init__(self, inner: IO[bytes]) -> None:
        self.inner, self.size, self.digest = inner, 0, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        sent = bytes(data)
        self.inner.write(sent)
        self.size += len(sent)
        self.digest.update(sent)
        return len(sent)
