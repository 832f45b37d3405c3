"""The exported log: one file of text lines, made to be read by people, by ``grep`` and by any program in any year.

The first line is a JSON object: format, origin, number of records, public keys, signed checkpoints. Then one line for
each record, its canonical JSON just as it was hashed. After every 256 records (and after the last) a line ``#`` with
the leaf hashes that were kept of them, joined and in base64. A record that is gone is an empty line; one that is no
line of JSON any more (somebody meddled with the table) is ``!`` and its bytes in base64.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from registry.audit.verifying import Block

FORMAT = "kcr-log/1"
MAX_LINE_BYTES = 64 * 1024 * 1024
_HASHES, _BYTES = b"#", b"!"


class LogUnreadable(ValueError):  # noqa: N818  said of a file, not of this program
    """The file is no exported log."""


@dataclass(frozen=True)
class Header:
    origin: str
    records: int
    keys: tuple[str, ...]
    checkpoints: tuple[str, ...]
    """Notes, oldest first."""


def write(header: Header, blocks: Iterable[Block]) -> Iterator[bytes]:
    """The file piece by piece."""
    first = {
        "format": FORMAT,
        "origin": header.origin,
        "records": header.records,
        "keys": list(header.keys),
        "checkpoints": list(header.checkpoints),
    }
    yield json.dumps(first, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    for block in blocks:
        lines = [body if _is_line(body) else _BYTES + base64.b64encode(body) for body in block.bodies]
        yield b"\n".join([*lines, _HASHES + base64.b64encode(block.kept), b""])


def _is_line(body: bytes) -> bool:
    return not body or (body[:1] == b"{" and b"\n" not in body and b"\r" not in body)


def read_header(file: IO[bytes]) -> Header:
    """The first line. Raises LogUnreadable."""
    try:
        content = json.loads(file.readline(MAX_LINE_BYTES))
        if content["format"] != FORMAT:
            raise LogUnreadable(f"this program reads {FORMAT}, not {str(content['format'])[:40]}")
        origin, records = content["origin"], content["records"]
        keys, checkpoints = tuple(content["keys"]), tuple(content["checkpoints"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise LogUnreadable(f"the first line is no header of an exported log ({error})") from error
    if type(records) is not int or not all(type(each) is str for each in (origin, *keys, *checkpoints)):
        raise LogUnreadable("the first line is no header of an exported log")
    return Header(origin, records, keys, checkpoints)


def read_blocks(file: IO[bytes]) -> Iterator[Block]:
    """The blocks after the header; what stands after the last ``#`` line is a block without kept hashes."""
    first, bodies = 0, []
    for line in file:
        if line[0] in b"#!":
            if line[0] == _HASHES[0]:
                yield Block(first, bodies, _decoded(line, first))
                first, bodies = first + len(bodies), []
            else:
                bodies.append(_decoded(line, first + len(bodies)))
        else:
            bodies.append(line[:-1] if line[-1] == 10 else line)
    if bodies:
        yield Block(first, bodies, b"")


def _decoded(line: bytes, record: int) -> bytes:
    try:
        return base64.b64decode(line[1:].strip(), validate=True)
    except ValueError as error:
        raise LogUnreadable(f"the line of base64 near record {record} cannot be read") from error


def header_of(origin: str, records: int, keys: Sequence[object], checkpoints: Sequence[str]) -> Header:
    return Header(origin, records, tuple(str(key) for key in keys), tuple(checkpoints))
