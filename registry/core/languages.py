"""The two languages: which of them the reader at hand reads."""

from __future__ import annotations

from django.utils.translation import get_language


def is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
