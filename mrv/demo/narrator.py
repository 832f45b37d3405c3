"""What a walkthrough says while it goes: each step with its figures, in Chinese and in English."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any, TextIO

from django.utils.translation import gettext_lazy as _

from mrv.demo.faults import Fault, in_both

PHASES = {
    "load": _("loading the evidence"),
    "qc": _("quality control"),
    "gap_fill": _("filling gaps"),
    "discharge": _("discharge"),
    "ions": _("ions from conductivity"),
    "speciation": _("carbonate equilibrium"),
    "flux": _("flux"),
    "uncertainty": _("Monte Carlo"),
    "report": _("report"),
}
PROGRESS_EVERY_S = 2.0


class Narrator:
    """Writes to one stream; ``seconds`` since it began stand before every step."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._began = time.monotonic()
        self._shown: tuple[str, float] = ("", 0.0)
        self._number = 0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def step(self, title: Any, **figures: Any) -> None:
        """One finished step; ``figures`` are shown as name = value."""
        self._number += 1
        zh, en = in_both(title)
        self._say(f"[{self.seconds:5.1f} s] {self._number:2d}. {zh if zh == en else f'{zh} · {en}'}")
        for name, value in figures.items():
            self._say(f"              {name} = {_shown(value)}")

    def warn(self, fault: Fault) -> None:
        self._say(f"    ! {fault.code}  {fault.zh}")
        self._say(f"      {fault.en}")

    def progress(self, phase: str, done: int, total: int) -> None:
        """What the worker does now; a new phase at once, the same one every two seconds."""
        now = time.monotonic()
        if phase == self._shown[0] and now - self._shown[1] < PROGRESS_EVERY_S:
            return
        self._shown = (phase, now)
        zh, en = in_both(PHASES.get(phase, phase))
        part = f" {done:,}/{total:,}" if total > 1 else ""
        self._say(f"              … {zh} · {en}{part}")

    def _say(self, line: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        self._stream.flush()


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)
