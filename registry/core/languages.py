"""The two languages: which of them the reader at hand reads, and a record's name in it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language


def is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def local_name(obj: Any) -> str:
    """``name_zh`` or ``name_en`` of a record, by the reader's language; the other where one is empty."""
    chinese, english = getattr(obj, "name_zh", ""), getattr(obj, "name_en", "")
    return (chinese or english) if is_chinese() else (english or chinese)
