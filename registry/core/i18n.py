"""Compiling the translations: a bare machine has no gettext tools, polib writes the same file."""

from __future__ import annotations

from pathlib import Path

import polib
from django.conf import settings


def catalogs(root: Path | None = None) -> list[Path]:
    """Every translation source, for example ``locale/zh_Hans/LC_MESSAGES/django.po``."""
    return sorted((root or settings.ROOT).glob("locale/*/LC_MESSAGES/*.po"))


def compiled(source: Path) -> bytes:
    """What the compiled catalogue of this source holds; the same bytes on every machine."""
    return polib.pofile(str(source), encoding="utf-8").to_binary()


def stale_catalogs(root: Path | None = None) -> list[Path]:
    """The compiled catalogues that are missing or say something else than their source."""
    return [
        target
        for source in catalogs(root)
        if not (target := source.with_suffix(".mo")).is_file() or target.read_bytes() != compiled(source)
    ]


def compile_catalogs(root: Path | None = None) -> list[Path]:
    """Compile what is missing or out of date; returns what was written."""
    written = stale_catalogs(root)
    for target in written:
        target.write_bytes(compiled(target.with_suffix(".po")))
    return written
