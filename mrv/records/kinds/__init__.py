"""The kinds of record, one list from all modules of this package that define ``KINDS``: a new kind is a new entry."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from mrv.records.kinds.model import Column, Fault, Kind, Row, of_language

__all__ = ["Column", "Fault", "Kind", "Row", "all_kinds", "kind_named", "of_language"]


@cache
def all_kinds() -> dict[str, Kind]:
    """Name -> kind, in the order of their modules and of the lists in them."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__))
    loaded = (importlib.import_module(f"{__name__}.{name}") for name in modules)
    return {kind.name: kind for module in loaded for kind in getattr(module, "KINDS", ())}


def kind_named(name: str) -> Kind | None:
    return all_kinds().get(name)
