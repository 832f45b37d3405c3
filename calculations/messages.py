"""Every sentence that the science says to a person, in Chinese and English, in one table.

A `Message` is a code with parameters; pages, reports and the command line turn it into text in their
reader's language. Errors carry the same pair (`CalculationError`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from calculations.texts import TEXTS

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Message:
    """A code and its parameters (JSON values only); `level` is "error", "warning" or "info"."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    level: str = "warning"

    def text(self, lang: str) -> str:
        """The sentence in "zh" or "en"."""
        return text(self.code, lang, **self.params)

    def record(self) -> dict[str, Any]:
        """The JSON form used in results: code, level, params."""
        return {"code": self.code, "level": self.level, "params": dict(self.params)}


class CalculationError(Exception):
    """A refusal with a code, parameters and a text in both languages; nothing was half-made."""

    def __init__(self, code: str, /, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code}: {text(code, 'en', **params)}")

    def text(self, lang: str) -> str:
        """The sentence in "zh" or "en"."""
        return text(self.code, lang, **self.params)

    @property
    def message(self) -> Message:
        """The same as a Message of level error."""
        return Message(self.code, self.params, "error")


def text(code: str, lang: str, /, **params: Any) -> str:
    """Text of a code in "zh" (also zh-hans, zh-cn ...) or "en" (everything else).

    An unknown code or a missing parameter never raises: a message about a failure must not fail itself.
    """
    language = 0 if lang.lower().startswith("zh") else 1
    pair = TEXTS.get(code)
    if pair is None:
        details = ", ".join(f"{name}={value}" for name, value in params.items())
        return f"{code} ({details})" if details else code
    shown = {name: _shown(_SYMBOLS.get(value, value) if name == "ion" else value) for name, value in params.items()}
    return pair[language].format_map(_Lenient(shown))


class _Lenient(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"<{key}>"


_SYMBOLS = {
    "calcium_mg_l": "Ca²⁺",
    "magnesium_mg_l": "Mg²⁺",
    "sodium_mg_l": "Na⁺",
    "potassium_mg_l": "K⁺",
    "chloride_mg_l": "Cl⁻",
    "sulfate_mg_l": "SO₄²⁻",
    "nitrate_mg_l": "NO₃⁻",
    "alkalinity_hco3_mg_l": "HCO₃⁻",
}
"""What people call the fields of a water analysis."""


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return ", ".join(_shown(item) for item in value)
    return str(value)
