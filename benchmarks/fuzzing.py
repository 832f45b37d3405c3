"""python -m benchmarks.fuzzing [--seconds 60] [--seed N] [--case N]

Changes the sample files at random and reads them, for a fixed time. A finding is an exception, a file that takes longer
than its size allows, or a broken promise (a table without a clean report, a report that is no JSON, a message that
lacks a parameter). Each case is made from its own number alone, so ``--case`` repeats one; what was found is kept as a
file. Ends with status 1 when anything was found.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import signal
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from mrv.uploads import readers
from mrv.uploads.readers import ReadReport
from mrv.uploads.readers.messages import TEXTS

DATA = Path(__file__).parents[1] / "tests" / "data"
KEPT = Path(__file__).parents[1] / "var" / "fuzzing"
LINES = 160
"""Lines of each sample behind its header: enough to read, few enough for many cases a second."""
HANGS_AFTER_S = 20
ALLOWED_S, ALLOWED_US_A_BYTE = 1.0, 40.0
"""Processor time that a file may take: this much, and this much for each of its bytes."""
MANY_TIMES = 40
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "cp1252", "latin-1", "utf-32")
PIECES = (
    b"", b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b'"', b"'", b",", b";", b"\t", b"|", b"-", b"--",
    b"-9999", b"NAN", b"1e400", b"1E+10", b"9" * 60, b"0." + b"1" * 60, b"1,5", b"1.234,5", b"1 234", b"2021-02-30",
    b"29/02/2023", b"1/1/1", b"24:00", b"23:59:60", b"12:00 PM", b"Z", b"+99:00", b"2000-01-01 00:00:00",
    "电导率".encode("gb18030"), "７．５".encode(), b"<SCRIPT>", b"%s%d{x}", b"PK\x03\x04", b"#", b"sep=;\n",
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    case: int
    what: str
    file: Path | None = None


def corpus() -> list[bytes]:
    """Every sample and every small file of the layouts, cut short."""
    found = []
    for folder in ("samples", "layouts"):
        for path in sorted((DATA / folder).glob("*")):
            if path.is_file() and not path.name.endswith((".expected.json", ".md")):
                data = path.read_bytes()
                end = b"\n\0" if data[:2] == b"\xff\xfe" else b"\n"
                found.append(end.join(data.split(end)[: LINES + 60]) + end)
    return found


def made(case: int, seeds: Sequence[bytes]) -> bytes:
    """The file of a case: a sample changed some times over."""
    chance = random.Random(case)
    data = chance.choice(seeds)
    for _ in range(chance.choice((1, 1, 2, 3, 5, 12))):
        data = chance.choice(CHANGES)(chance, data, seeds)
    return data


# --- changes ----------------------------------------------------------------------------------------------------------


def _bytes(chance: random.Random, data: bytes, _seeds: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 9)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _piece(chance: random.Random, data: bytes, _seeds: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(PIECES) * chance.choice((1, 1, 1, 3, 200)) + data[at + chance.randrange(4) :]


def _cell(chance: random.Random, data: bytes, _seeds: Sequence[bytes]) -> bytes:
    """One cell of one row, or of a hundred, becomes something else."""
    lines = data.split(b"\n")
    first, delimiter = chance.randrange(len(lines)), chance.choice((b",", b";", b"\t", b" "))
    position, piece = chance.randrange(9), chance.choice(PIECES)
    for at in range(first, min(len(lines), first + chance.choice((1, 1, 100)))):
        cells = lines[at].split(delimiter)
        if position < len(cells):
            cells[position] = piece
            lines[at] = delimiter.join(cells)
    return b"\n".join(lines)


def _lines(chance: random.Random, data: bytes, _seeds: Sequence[bytes]) -> bytes:
    lines = data.split(b"\n")
    a, b = sorted(chance.randrange(len(lines) + 1) for _ in range(2))
    how = chance.randrange(4)
    if how == 0:
        return b"\n".join(lines[:a] + lines[b:])
    if how == 1:
        return b"\n".join(lines[:b] + lines[a:])
    if how == 2:
        return b"\n".join(lines[:a] + lines[a:b][::-1] + lines[b:])
    chance.shuffle(lines)
    return b"\n".join(lines)


def _cut(chance: random.Random, data: bytes, _seeds: Sequence[bytes]) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _join(chance: random.Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    other = chance.choice(seeds)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


def _encode(chance: random.Random, data: bytes, _seeds: Sequence[bytes]) -> bytes:
    text = data.decode(chance.choice(ENCODINGS), "replace")
    return text.encode(chance.choice(ENCODINGS), "replace")


def _replace(chance: random.Random, data: bytes, _seeds: Sequence[bytes]) -> bytes:
    old = chance.choice((b",", b";", b"\t", b".", b":", b"-", b"/", b" ", b"\n", b"\r\n", b"0", b'"', b"T", b"2"))
    return data.replace(old, chance.choice(PIECES), chance.choice((-1, 1, 50)))


def _zip(chance: random.Random, data: bytes, _seeds: Sequence[bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(chance.choice((1, 1, 2))):
            named = zipfile.ZipInfo(f"{number}.csv")  # with a fixed time: a case is the same file whenever it is made
            archive.writestr(named, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


CHANGES: Sequence[Callable[[random.Random, bytes, Sequence[bytes]], bytes]] = (
    _bytes, _piece, _piece, _cell, _cell, _cell, _lines, _lines, _cut, _join, _encode, _replace, _zip,
)  # fmt: skip


# --- reading ----------------------------------------------------------------------------------------------------------


class HangError(Exception):
    """Reading did not end."""


@contextmanager
def _ending() -> Iterator[None]:
    def stop(_signal: int, _frame: object) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, HANGS_AFTER_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def read_in_every_way(data: bytes) -> list[ReadReport]:
    """The file read as each kind, with and without answers; raises AssertionError where a promise is broken."""
    name = "fuzzed.csv"
    answers = readers.Answers(
        zone="Europe/Ljubljana",
        date_order="dmy",
        thousands=",",
        mapping={"time": "#1", "columns": [{"source": "#2", "parameter": "stage", "unit": "cm"}], "header_row": 1},
    )
    readings: list[tuple[Any, ReadReport]] = [
        readers.read_logger(data, file_name=name),
        readers.read_logger(data, file_name=name, zone="Asia/Shanghai"),
        readers.read_logger(data, file_name=name, answers=answers, barometer=(name, data)),
        readers.read_samples(data, file_name=name, zone="+08:00"),
        readers.read_gaugings(data, file_name=name, zone="Asia/Shanghai"),
        readers.read_baseline(data, file_name=name),
    ]
    readers.kind_of(data, file_name=name)
    readers.glance(data, file_name=name, encoding=None, header_row=None, size_limit=readers.DEFAULT_SIZE_LIMIT)
    readers.zip_members(data, size_limit=readers.DEFAULT_SIZE_LIMIT)
    for table, report in readings:
        assert (table is None) == (not report.ok), "a result exactly when nothing is wrong"
        json.dumps(report.as_dict(), allow_nan=False).encode()
        for message in report.messages:
            assert message.text("zh-hans")
            assert message.text("en")
            lacking = {name for sentence in TEXTS[message.code] for name in _named(sentence)} - message.params.keys()
            assert not lacking, f"{message.code} lacks {lacking}"
        if isinstance(table, readers.LoggerTable):
            assert (table.epoch_s[1:] > table.epoch_s[:-1]).all(), "readings are in order, one an instant"
            assert all(len(column.values) == len(table) for column in table.columns.values())
    return [report for _table, report in readings]


def _named(sentence: str) -> list[str]:
    return [name for _text, name, _spec, _conversion in Formatter().parse(sentence) if name]


def tried(case: int, seeds: Sequence[bytes], profiles: Counter[str]) -> Finding | None:
    """One case read; what is wrong with it, if anything is."""
    data = made(case, seeds)
    if case % 50 == 0:
        data = _many_times(data)
    start = time.process_time()
    try:
        with _ending():
            reports = read_in_every_way(data)
    except HangError:
        return Finding(case, f"no end after {HANGS_AFTER_S} s", _keep(case, data))
    except Exception:
        return Finding(case, traceback.format_exc(limit=-4), _keep(case, data))
    took_s = time.process_time() - start
    profiles.update(str(report.profile) for report in reports)
    if took_s > ALLOWED_S + ALLOWED_US_A_BYTE * 1e-6 * len(data):
        return Finding(case, f"{took_s:.1f} s for {len(data):,} bytes", _keep(case, data))
    return None


def _many_times(data: bytes) -> bytes:
    """A long file of the same form: what takes more than its share of time shows."""
    lines = data.split(b"\n")
    return b"\n".join([*lines[:60], *lines[60:] * MANY_TIMES])


def _keep(case: int, data: bytes) -> Path:
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"case-{case}"
    path.write_bytes(data)
    return path


def fuzz(
    *, seed: int, seconds: float | None = None, cases: int | None = None
) -> tuple[int, list[Finding], Counter[str]]:
    """Cases ``seed``, ``seed`` + 1, ... until time or number is over: how many, what was found, which layouts."""
    seeds, profiles = corpus(), Counter[str]()
    findings: list[Finding] = []
    end = time.monotonic() + seconds if seconds is not None else float("inf")
    count = 0
    while time.monotonic() < end and (cases is None or count < cases):
        finding = tried(seed + count, seeds, profiles)
        if finding is not None:
            findings.append(finding)
        count += 1
    return count, findings, profiles


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzzing", description="Random changes of the samples.")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, help="number of the first case; else drawn and printed")
    parser.add_argument("--case", type=int, help="read this one case again")
    asked = parser.parse_args()
    if asked.case is not None:
        count, findings, profiles = fuzz(seed=asked.case, cases=1)
    else:
        seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(10**9)
        print(f"seed {seed}, {asked.seconds:g} s", flush=True)
        count, findings, profiles = fuzz(seed=seed, seconds=asked.seconds)
    print(f"{count:,} cases, read as " + ", ".join(f"{name} {n:,}" for name, n in profiles.most_common()))
    for finding in findings:
        print(f"\ncase {finding.case} ({finding.file}): {finding.what}")
    print(f"{len(findings)} findings")
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
