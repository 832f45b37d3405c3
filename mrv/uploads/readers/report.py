"""What a reader says about a file: the report, and the draft that the steps write into while they read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from mrv.uploads.readers.messages import Level, Message, printable

FIRST_CELLS = 20  # a message lists this many places and counts the rest


class Refused(Exception):  # noqa: N818 - an outcome that is reported, not a failure of the program
    """The file cannot be read any further. The reason is already in the draft."""


@dataclass(frozen=True)
class ReadReport:
    """The whole reading of one file, step by step, in the shape of the samples' ``.expected.json``.

    ``bytes`` and ``sha256`` are those of the file as received (the zip, when it came zipped). Keys that a kind of
    file does not have (``series`` of lab samples) are None and are left out of :meth:`as_dict`.
    """

    file: str
    bytes: int | None = None
    sha256: str | None = None
    profile: str | None = None
    encoding: str | None = None
    newline: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    header_rows: int | None = None
    data_rows: int | None = None
    date_format: str | list[str] | None = None
    timezone: dict[str, Any] | None = None
    series: dict[str, Any] | None = None
    duplicates: dict[str, int] | None = None
    columns: tuple[dict[str, Any], ...] | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    signature: str = ""
    """Digest of layout and header: files of one form share it."""
    has_header: bool = False
    """Whether the signature is of anything: a file that was not understood has none."""
    messages: tuple[Message, ...] = ()

    @property
    def ok(self) -> bool:
        """True when nothing forbids using the file and nothing is left to ask. Warnings do not."""
        return not self.must_ask_zone and not any(message.level == "error" for message in self.messages)

    @property
    def errors(self) -> tuple[Message, ...]:
        return tuple(message for message in self.messages if message.level == "error")

    @property
    def questions(self) -> tuple[Message, ...]:
        """What must be answered before the file can be stored, although nothing in it is wrong."""
        return tuple(message for message in self.messages if message.code == "TZ_TO_CONFIRM" and self.must_ask_zone)

    @property
    def must_ask_zone(self) -> bool:
        return bool(self.timezone and self.timezone["must_ask"])

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready. ``warnings`` are the codes of all that somebody should look at, errors included."""
        facts: dict[str, Any] = {
            key: getattr(self, key)
            for key in (
                "file", "bytes", "sha256", "profile", "encoding", "newline", "delimiter", "decimal",
                "header_rows", "data_rows", "date_format", "timezone", "series", "duplicates",
            )
        }  # fmt: skip
        facts["columns"] = None if self.columns is None else list(self.columns)
        kept_when_unknown = ("file", "bytes", "sha256", "profile", "encoding")
        shown = {key: value for key, value in facts.items() if value is not None or key in kept_when_unknown}
        shown |= self.facts
        shown["ok"] = self.ok
        shown["warnings"] = _codes(message for message in self.messages if message.level != "info")
        shown["errors"] = _codes(self.errors)
        shown["messages"] = [message.as_dict() for message in self.messages]
        return shown


def _codes(messages: Iterable[Message]) -> list[str]:
    return list(dict.fromkeys(message.code for message in messages))


@dataclass
class Draft:
    """The report while it is being written: each step sets the facts it found and adds its messages."""

    file: str
    bytes: int | None = None
    sha256: str | None = None
    profile: str | None = None
    encoding: str | None = None
    newline: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    header_rows: int | None = None
    data_rows: int | None = None
    date_format: str | list[str] | None = None
    timezone: dict[str, Any] | None = None
    series: dict[str, Any] | None = None
    duplicates: dict[str, int] | None = None
    columns: tuple[dict[str, Any], ...] | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    """What only some layouts have (a serial number, event rows): key in the report -> JSON value."""
    header_cells: tuple[str, ...] = ()
    nul_bytes: tuple[int, int, int] | None = None
    """How many NULs were stripped, and the rows of the first and the last."""
    messages: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.file = printable(self.file, limit=200)

    def add(self, level: Level, code: str, **params: Any) -> None:
        self.messages.append(Message(level=level, code=code, params={"file": self.file, **params}))

    def error(self, code: str, **params: Any) -> None:
        self.add("error", code, **params)

    def warning(self, code: str, **params: Any) -> None:
        self.add("warning", code, **params)

    def info(self, code: str, **params: Any) -> None:
        self.add("info", code, **params)

    def refuse(self, code: str, **params: Any) -> NoReturn:
        """Add an error after which nothing more can be said about the file, and stop reading."""
        self.error(code, **params)
        raise Refused(code)

    def places(self, level: Level, code: str, places: Iterable[dict[str, Any]], *, count: int, **params: Any) -> None:
        """One message for the same finding at many places: the first is spelled out, twenty are listed.

        ``places`` are dictionaries with at least ``row``; ``count`` is how many there are in all.
        """
        first_ones = sorted(places, key=lambda place: place["row"])[:FIRST_CELLS]
        if first_ones:
            self.add(level, code, **{**first_ones[0], **params, "count": count, "places": first_ones})

    @property
    def has_errors(self) -> bool:
        return any(message.level == "error" for message in self.messages)

    def report(self) -> ReadReport:
        not_shown = ("messages", "nul_bytes", "header_cells")
        facts = {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in not_shown}
        signature = hashlib.sha256("\x1f".join([str(self.profile), *self.header_cells]).encode("utf-8", "replace"))
        return ReadReport(
            **facts,
            signature=signature.hexdigest(),
            has_header=bool(self.header_cells),
            messages=tuple(self.messages),
        )
