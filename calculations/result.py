"""What a calculation gives: canonical JSON with a digest, and compact arrays for plots beside it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.canonical import canonical_bytes, sha256_hex
from calculations.container import BundleError, Container, Member, Source, write_zip
from calculations.evidence import MISSING, Series
from calculations.messages import CalculationError, Message

FORMAT = "karst-result"
FORMAT_VERSION = 1
PLOTS_FORMAT = "karst-plots"
_LARGEST = 2**31 - 2


class ResultError(CalculationError):
    """Bytes that are no result of this program."""


@dataclass(frozen=True)
class Result:
    """A result. `json_bytes` (RFC 8785) is what is stored, compared and hashed; `plots` are per slot of the grid."""

    content: Mapping[str, Any]
    plots: Mapping[str, Series] = field(default_factory=dict)

    @property
    def json_bytes(self) -> bytes:
        """Canonical JSON."""
        return canonical_bytes(self.content)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of `json_bytes`."""
        return sha256_hex(self.json_bytes)

    def figure(self, name: str) -> Decimal | None:
        """A figure (`calculations.further_figures.ALL`), exact as stated; None where it does not apply."""
        value = self.content["figures"].get(name, {}).get("value")
        return None if value is None else Decimal(value)

    def whole(self, name: str) -> int:
        """A figure that counts whole things (credits, readings)."""
        value = self.figure(name)
        if value is None or value != value.to_integral_value():
            raise ValueError(f"{name} is not a whole number")
        return int(value)

    @property
    def issuable(self) -> bool:
        """Whether the version's gates let a statement or credits be issued on this result."""
        return bool(self.content["issuable"])

    @property
    def is_what_if(self) -> bool:
        """Whether parameters were changed for a what-if: such a result is never official."""
        return "what_if" in self.content

    @property
    def reasons(self) -> list[Message]:
        """Why nothing is issuable, or why nothing is creditable."""
        return [_message(item) for item in self.content["reasons"]]

    @property
    def warnings(self) -> list[Message]:
        """What a person should know."""
        return [_message(item) for item in self.content["warnings"]]

    @classmethod
    def from_json(cls, data: bytes) -> Result:
        """A stored result without its plots; ResultError RESULT_INVALID where the bytes are not one."""
        try:
            content = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise ResultError("RESULT_INVALID", reason=str(error)) from error
        known = isinstance(content, dict) and content.get("format") == FORMAT
        if not known or content.get("version") != FORMAT_VERSION or not isinstance(content.get("figures"), dict):
            raise ResultError("RESULT_INVALID", reason="not a result of a known version")
        return cls(content)

    def plots_bytes(self) -> bytes:
        """The plots as one small file (see `read_plots`); the same result always gives the same content."""
        out = io.BytesIO()
        header = {"format": PLOTS_FORMAT, "version": FORMAT_VERSION, "plots": self.content["plots"]}
        members = [Member.of_bytes("plots.json", canonical_bytes(header))]
        members += [Member.of_bytes(f"{name}.i32", plot_bytes(series)) for name, series in self.plots.items()]
        write_zip(out, members)
        return out.getvalue()


def read_plots(source: Source) -> tuple[dict[str, Any], dict[str, Series]]:
    """({"start_s", "interval_s", "slots"}, name -> Series) of a plots file; every array's digest is checked."""
    container = Container(source, max_total_bytes=1024**3)
    header = json.loads(container.read("plots.json"))
    plots: dict[str, Series] = {}
    for name, facts in header["plots"]["series"].items():
        data = container.read(f"{name}.i32")
        if sha256_hex(data) != facts["sha256"]:
            raise BundleError(
                "BUNDLE_PART_CHANGED", part=f"{name}.i32", expected=facts["sha256"], found=sha256_hex(data)
            )
        values = np.frombuffer(data, "<i4").astype(np.int32)
        plots[name] = Series(name, facts["unit"], facts["decimals"], values)
    container.check_seal()
    return header["plots"]["grid"], plots


def plot_bytes(series: Series) -> bytes:
    """Little-endian int32 bytes of a plotted series."""
    return series.values.astype("<i4").tobytes()


def plot_series(name: str, unit: str, decimals: int, values: NDArray[np.float64]) -> Series:
    """Values per slot (NaN missing) as scaled int32, with fewer decimals where large values need it."""
    present = ~np.isnan(values)
    largest = float(np.abs(values[present]).max()) if present.any() else 0.0
    while decimals > 0 and largest * 10**decimals > _LARGEST:
        decimals -= 1
    scaled = np.full(values.shape, MISSING, dtype=np.int32)
    scaled[present] = np.rint(np.clip(values[present] * 10**decimals, -_LARGEST, _LARGEST)).astype(np.int32)
    return Series(name, unit, decimals, scaled)


def _message(record: Mapping[str, Any]) -> Message:
    return Message(record["code"], record["params"], record["level"])
