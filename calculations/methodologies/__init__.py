"""Methodology versions as data: parameters, texts and gates of a calculation; the formulas are the engine's."""

from calculations.methodologies.loader import (
    list_methodologies,
    load_methodology,
    methodology_bytes,
    newest_version,
    read_methodology,
)
from calculations.methodologies.version import Methodology, MethodologyError, Parameter

__all__ = [
    "Methodology",
    "MethodologyError",
    "Parameter",
    "list_methodologies",
    "load_methodology",
    "methodology_bytes",
    "newest_version",
    "read_methodology",
]
