"""What may be typed into a text that a certificate prints: refused at entry, not found out when it is drawn.

The room that draws certificates says which characters its fonts have; rooms below it ask here.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from registry.core.errors import InvalidInput

_undrawable: list[Callable[[str], tuple[str, ...]]] = []


def judge_by(undrawable: Callable[[str], tuple[str, ...]]) -> None:
    """``undrawable(text)`` gives the characters of ``text`` that no font draws, each once."""
    _undrawable[:] = [undrawable]


def refuse_undrawable(*texts: str) -> None:
    """Raise :class:`InvalidInput` ``CHARACTER_NOT_DRAWABLE`` for the first text that a certificate could not print."""
    for text in texts:
        found = _undrawable[0](text) if _undrawable and text else ()
        if found:
            raise InvalidInput(
                "CHARACTER_NOT_DRAWABLE",
                _(
                    "“%(text)s” has characters that the fonts of the certificates cannot draw: %(characters)s. "
                    "Write them another way."
                ),
                text=text[:60],
                characters=" ".join(f"{each} (U+{ord(each):04X})" for each in found[:8]),
            )
