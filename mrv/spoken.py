"""Messages of the readers and of the science, fit for a page: they say themselves in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.utils.translation import get_language, override

from calculations.messages import CalculationError
from registry.core.errors import InvalidInput, Refusal


class Message(Protocol):
    """What a reader or the science says: a code with parameters, a level, and its text in both languages."""

    @property
    def code(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def params(self) -> Mapping[str, Any]: ...
    def text(self, language: str, /) -> str: ...


@dataclass(frozen=True)
class Spoken:
    """One message; ``str()`` of it is the sentence in the language that is active now."""

    code: str
    level: str
    params: Mapping[str, Any]
    zh: str
    en: str

    @classmethod
    def of(cls, message: Message) -> Spoken:
        params = dict(message.params)
        return cls(message.code, message.level, params, message.text("zh"), message.text("en"))

    @classmethod
    def of_refusal(cls, refusal: Refusal) -> Spoken:
        """A refusal of the registry as a message; its own messages, if any, follow in the text."""
        texts = {}
        for language in ("zh-hans", "en"):
            with override(language):
                lines = [str(refusal), *(str(message) for message in getattr(refusal, "messages", ()))]
                texts[language] = " ".join(lines)
        params = {name: str(value) for name, value in refusal.params.items()}
        return cls(refusal.code, "error", params, texts["zh-hans"], texts["en"])

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Spoken:
        """Back from :meth:`as_dict`."""
        return cls(record["code"], record["level"], record["params"], record["zh"], record["en"])

    def text(self, language: str) -> str:
        return self.zh if language.lower().startswith("zh") else self.en

    def __str__(self) -> str:
        return self.text(get_language() or "zh-hans")

    def on_page_of(self, file_name: str) -> Spoken:
        """The sentence without the file's name in front, for the page that is about this file."""
        return replace(self, zh=self.zh.removeprefix(f"{file_name}："), en=self.en.removeprefix(f"{file_name}: "))

    def as_dict(self) -> dict[str, Any]:
        return {"code": self.code, "level": self.level, "params": dict(self.params), "zh": self.zh, "en": self.en}


def spoken(messages: Iterable[Message]) -> tuple[Spoken, ...]:
    return tuple(Spoken.of(message) for message in messages)


def refusal_of(error: CalculationError, headline: Any, **params: Any) -> InvalidInput:
    """What the science refused, as a refusal of the registry: the headline names the file, the message the rest."""
    return InvalidInput(error.code, headline, messages=(Spoken.of(error.message),), **params)
