"""Every sentence a reader says, in Chinese and English, in one table.

Each says what happened, where (file, row, column) and what to do. Rows are counted as a text editor or a spreadsheet
counts them: the header is row 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mrv.uploads.readers.file_texts import FILE_TEXTS
from mrv.uploads.readers.logger_texts import LOGGER_TEXTS, PARAMETER_NAMES
from mrv.uploads.readers.value_texts import VALUE_TEXTS

Level = Literal["error", "warning", "info"]

# code -> (Chinese, English). {file} is put in front, {others} behind, by Message.text.
TEXTS: dict[str, tuple[str, str]] = {**FILE_TEXTS, **VALUE_TEXTS, **LOGGER_TEXTS}


@dataclass(frozen=True)
class Message:
    """One thing that somebody should know. ``params`` holds JSON values: file, row, column, text, places, ..."""

    level: Level
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The sentence in Chinese ("zh-hans", any "zh...") or English (everything else)."""
        chinese = language.lower().startswith("zh")
        sentence = TEXTS[self.code][0 if chinese else 1].format_map(_Shown(self._named(chinese=chinese)))
        sentence += _others(self.params, chinese=chinese)
        file_name = self.params.get("file")
        if not file_name:
            return sentence
        return f"{file_name}：{sentence}" if chinese else f"{file_name}: {sentence}"

    def _named(self, *, chinese: bool) -> dict[str, Any]:
        """The parameters with the quantities in ``parameters`` by their names."""
        params = dict(self.params)
        if isinstance(params.get("parameters"), list):
            names = [PARAMETER_NAMES.get(name, (name, name))[0 if chinese else 1] for name in params["parameters"]]
            params["parameters"] = ("、" if chinese else ", ").join(names)
        return params

    def as_dict(self) -> dict[str, Any]:
        return {
            "level": self.level,
            "code": self.code,
            "params": dict(self.params),
            "zh": self.text("zh-hans"),
            "en": self.text("en"),
        }


class _Shown(dict[str, Any]):
    """Parameters as text. A missing one never raises: a message about a failure must not fail itself."""

    def __missing__(self, key: str) -> str:
        return f"<{key}>"

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _others(params: Mapping[str, Any], *, chinese: bool, named: int = 5) -> str:
    """“7 in all: also rows 12, 15, ...” for a finding at several places."""
    places = params.get("places", ())
    if len(places) < 2:
        return ""
    rows = [str(place["row"]) for place in places[1 : named + 1]]
    more = params["count"] > len(rows) + 1
    if chinese:
        return f"（共 {params['count']} 处，另见第 {'、'.join(rows)}{' ……' if more else ''} 行。）"
    return f" ({params['count']} in all; also row {', '.join(rows)}{' ...' if more else ''}.)"


def printable(text: str, *, limit: int = 40) -> str:
    """A piece of a file made fit for a sentence: control characters shown as a box, long text cut."""
    shown = text[: limit + 1]
    if not shown.isprintable():
        shown = "".join(letter if letter.isprintable() else "�" for letter in shown)
    return shown if len(shown) <= limit else shown[:limit] + "…"


def one_line(text: str, *, limit: int = 200) -> str:
    """A remark from a file as one clean line: no control characters, no line ends, not longer than ``limit``."""
    return printable(" ".join(text.split()), limit=limit)
