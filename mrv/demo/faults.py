"""What is wrong with a walkthrough's input, each as code, place and a sentence in Chinese and in English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TextIO

from django.utils.translation import override

from calculations.messages import CalculationError
from mrv.periods.readiness import Line
from mrv.spoken import Message, Spoken
from registry.core.errors import Refusal


def in_both(text: Any, /, **params: Any) -> tuple[str, str]:
    """A lazy sentence with its parameters filled in, in Chinese and in English."""
    said = []
    for language in ("zh-hans", "en"):
        with override(language):
            said.append(str(text) % {name: str(value) for name, value in params.items()} if params else str(text))
    return said[0], said[1]


@dataclass(frozen=True)
class Fault:
    code: str
    zh: str
    en: str
    file: str | None = None
    row: int | None = None
    column: str | None = None

    @classmethod
    def of(cls, code: str, sentence: Any, /, *, file: str | None = None, **params: Any) -> Fault:
        zh, en = in_both(sentence, **({"file": file} if file else {}), **params)
        return cls(code, zh, en, file=file)

    @classmethod
    def of_message(cls, message: Message) -> Fault:
        spoken = Spoken.of(message)
        return cls(spoken.code, spoken.zh, spoken.en, **_place(spoken.params))

    def in_file(self, file: str) -> Fault:
        """The same fault told of this file, where it names none itself."""
        return self if self.file else replace(self, zh=f"{file}：{self.zh}", en=f"{file}: {self.en}", file=file)

    def as_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


def _place(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: params[name] for name in ("file", "row", "column") if params.get(name) is not None}


class Faulty(Exception):  # noqa: N818  an answer to the person, as Refusal is
    """The walkthrough cannot be done; nothing was made."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(", ".join(fault.code for fault in self.faults))


def faults_of(error: Refusal | CalculationError) -> tuple[Fault, ...]:
    """A refusal of the registry or of the science, its headline first, then one fault per message."""
    if isinstance(error, CalculationError):
        return (Fault.of_message(error.message),)
    zh, en = in_both(error.message, **error.params) if error.params else in_both(error.message)
    headline = Fault(error.code, zh, en, **_place(error.params))
    return (headline, *(_of_line(each) for each in getattr(error, "messages", ())))


def _of_line(message: Message | Line) -> Fault:
    """A message in both languages, or a line of the readiness list, which was said in the language of the moment."""
    if isinstance(message, Line):
        return Fault(message.code, str(message), str(message))
    return Fault.of_message(message)


def tell_faults(faults: Iterable[Fault], stream: TextIO) -> None:
    """For a person at a terminal: code and place, then the sentence in Chinese and in English."""
    encoding = stream.encoding or "utf-8"
    for fault in faults:
        told = fault.as_dict()
        place = "".join(f" {name}={told[name]}" for name in ("file", "row", "column") if name in told)
        for line in (f"[{fault.code}]{place}", f"  {fault.zh}", f"  {fault.en}"):
            stream.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stream.flush()
