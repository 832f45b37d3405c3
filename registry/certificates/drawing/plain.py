"""Records as plain data: dataclasses that survive JSON unchanged, read strictly and written canonically (RFC 8785)."""

from __future__ import annotations

import json
import re
import types
from dataclasses import MISSING, Field, asdict, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, Protocol, Self, Union, get_args, get_origin, get_type_hints

import rfc8785

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Bilingual:
    """The same words in Chinese and English. ``en`` may be empty where a name has no English form."""

    zh: str
    en: str


class Record:
    """What the record of every kind can do. A field with a default is left out where it holds that default.

    So a kind may learn to say more without the records that said less changing a byte.
    """

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON-able content (tuples become lists)."""
        return dict(json.loads(self.to_json()))

    def to_json(self) -> bytes:
        """Canonical JSON (RFC 8785): the very bytes that lie inside the PDF as ``record.json``."""
        content = asdict(self)  # type: ignore[call-overload]  every kind is a dataclass
        silent = {each.name for each in fields(self) if _is_silent(each) and content[each.name] == each.default}  # type: ignore[arg-type]
        return rfc8785.dumps({name: value for name, value in content.items() if name not in silent})

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """The record again; raises ValueError on anything missing, superfluous or of another type."""
        built: Self = build(cls, content, "record")
        return built

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        return cls.from_dict(json.loads(data))


class Stated(Protocol):
    """What the sheets of every kind, and the register, need to know of a record."""

    @property
    def number(self) -> str: ...
    @property
    def title(self) -> Bilingual: ...
    @property
    def authority(self) -> Bilingual: ...
    @property
    def check_url(self) -> str: ...
    @property
    def issued_on(self) -> str: ...
    @property
    def demo(self) -> bool: ...
    def to_json(self) -> bytes: ...
    def to_dict(self) -> dict[str, Any]: ...


def issue_moment(issued_on: str) -> datetime:
    """Midnight of the day of issue: the date written into the PDF, so that drawing again gives the same bytes."""
    return datetime.combine(date.fromisoformat(issued_on), datetime.min.time())


def require_decimal(what: str, value: str) -> None:
    try:
        finite = Decimal(value).is_finite()
    except InvalidOperation:
        finite = False
    if not finite or value != value.strip():
        raise ValueError(f"{what}: {value!r} is not a decimal number")


def require_sha256(what: str, value: str) -> None:
    if not _SHA256.fullmatch(value):
        raise ValueError(f"{what} {value!r} is not a SHA-256 in lower-case hex")


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def build(wanted: Any, value: Any, where: str) -> Any:
    """Turn JSON content into the wanted dataclass, tuple or plain value."""
    origin, parts = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        some = next(part for part in parts if part is not types.NoneType)
        return None if value is None else build(some, value, where)
    if origin is tuple and isinstance(value, list):
        return tuple(build(parts[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if is_dataclass(wanted):
        return _build_dataclass(wanted, value, where)
    if wanted is float and type(value) is int:
        return float(value)  # canonical JSON writes 2.0 as 2
    if not (value in parts if origin is Literal else type(value) is wanted):
        raise ValueError(f"{where}: {value!r} is not {wanted}")
    return value


def _build_dataclass(wanted: Any, value: Any, where: str) -> Any:
    names = {field.name for field in fields(wanted)}
    silent = {field.name for field in fields(wanted) if _is_silent(field)} if issubclass(wanted, Record) else set()
    if not isinstance(value, dict) or not names - silent <= set(value) <= names:
        raise ValueError(f"{where} must have exactly the entries {sorted(names)}")
    hints = _hints(wanted)
    return wanted(**{name: build(hints[name], value[name], f"{where}.{name}") for name in value})


def _is_silent(field: Field[Any]) -> bool:
    """Whether the field is left out while it holds its default; what kind of record it is, is always said."""
    return field.default is not MISSING and field.name not in ("schema", "kind")
