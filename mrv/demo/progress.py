"""How far the seeding is: one bar on a terminal, one line a phase elsewhere; phases in Chinese and in English."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from mrv.demo.faults import in_both

BAR = 24
CLEAR = "\r\x1b[2K"


class Progress:
    """Phases of a known number of steps. ``with progress.phase(title, total): progress.step()``."""

    def __init__(self, stream: TextIO, phases: int) -> None:
        self._stream, self._phases = stream, phases
        self._began = time.monotonic()
        self._number = self._done = self._total = 0
        self._title = ""
        self.seconds_of: list[tuple[str, float]] = []
        """(phase in English, seconds) of each finished phase."""

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    @contextmanager
    def phase(self, title: Any, total: int) -> Iterator[None]:
        zh, en = in_both(title)
        self._number, self._done, self._total, self._title = self._number + 1, 0, total, f"{zh} · {en}"
        began = time.monotonic()
        self._draw()
        yield
        self.seconds_of.append((en, time.monotonic() - began))
        self._say(f"[{self.seconds:5.1f} s] {self._number:2d}/{self._phases} {self._title}  {self._done}/{self._total}")

    def step(self) -> None:
        self._done += 1
        self._draw()

    def over(self, items: Sequence[Any]) -> Iterator[Any]:
        """The items of a phase, each counted when it is done."""
        for item in items:
            yield item
            self.step()

    def _draw(self) -> None:
        if not self._stream.isatty():
            return
        share = (self._number - 1 + self._done / max(self._total, 1)) / self._phases
        filled = round(BAR * share)
        bar = "█" * filled + "░" * (BAR - filled)
        self._write(
            f"{CLEAR}[{self.seconds:5.1f} s] {bar} {self._number}/{self._phases} {self._title}  "
            f"{self._done}/{self._total}"
        )

    def _say(self, line: str) -> None:
        self._write(f"{CLEAR if self._stream.isatty() else ''}{line}\n")

    def _write(self, text: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        self._stream.flush()
