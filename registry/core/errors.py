"""Refusals: what a person did that the registry does not do, said so that the person can go on.

A refusal has a stable code, a sentence in the reader's language that says what, where and what to do, and the HTTP
status that a page or the API answers with. Nothing was changed when one is raised: services run in one transaction.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _


class Refusal(Exception):  # noqa: N818  a refusal is an answer, not a fault
    status = 409
    template = "core/refusal.html"

    def __init__(self, code: str, message: Any, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.params = params

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.params if self.params else text


class NotVisible(Refusal):
    """The object may not be seen by this actor: answered exactly as if it did not exist."""

    status = 404


class NotAllowed(Refusal):
    """The object may be seen, but this act is not this actor's."""

    status = 403


class SecondFactorNeeded(NotAllowed):
    """The act is this actor's, but it decides something: the second factor must be shown again, now."""

    template = "organisations/confirm_act.html"


class IllegalTransition(Refusal):
    """The act does not belong to the object's present state."""

    status = 409


class InvalidInput(Refusal):
    """Something entered or uploaded cannot be used; ``messages`` may carry one line per fault."""

    status = 422

    def __init__(self, code: str, message: Any, *, messages: tuple[Any, ...] = (), **params: Any) -> None:
        super().__init__(code, message, **params)
        self.messages = messages


def needed_text(text: str, code: str, message: Any) -> str:
    """The text without its margins; raises :class:`InvalidInput` with ``code`` and ``message`` where there is none."""
    if not text.strip():
        raise InvalidInput(code, message)
    return text.strip()


def refuse_larger(file_name: str, data: bytes, limit_bytes: int) -> None:
    """Raise :class:`InvalidInput` ``FILE_TOO_LARGE`` for a file of more than these many bytes."""
    if len(data) > limit_bytes:
        raise InvalidInput(
            "FILE_TOO_LARGE",
            _("The file %(name)s has %(size)s bytes; at most %(limit)s are taken. Make it smaller or split it."),
            name=file_name,
            size=len(data),
            limit=limit_bytes,
        )


def text_between(text: str, shortest: int, longest: int) -> str:
    """What a person wrote, without NULs and margins; raises :class:`InvalidInput` outside these many characters."""
    text = text.replace("\0", "").strip()
    if not shortest <= len(text) <= longest:
        raise InvalidInput(
            "TEXT_LENGTH",
            _("Write %(shortest)s to %(longest)s characters; this has %(count)s."),
            shortest=shortest,
            longest=longest,
            count=len(text),
        )
    return text
