"""The methodology that a person names: ID (its newest version), ID@VERSION, or the path of a TOML file."""

from __future__ import annotations

from pathlib import Path

from calculations.methodologies import Methodology, load_methodology, newest_version, read_methodology


def chosen_methodology(named: str) -> Methodology:
    """A shipped version or a file's; MethodologyError METHODOLOGY_UNKNOWN where it is neither."""
    path = Path(named)
    if path.suffix.lower() == ".toml" and path.is_file():
        return read_methodology(path.read_bytes())
    identity, _, version = named.partition("@")
    return load_methodology(identity, version or newest_version(identity))
