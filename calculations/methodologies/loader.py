"""Finding, reading and pinning methodology versions.

A published version is never edited: `PUBLISHED` pins the digest of each one that this program ships, and a
file that claims a published id and version with another content is refused.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from calculations.methodologies.version import Methodology, MethodologyError, check_methodology

_FOLDER = Path(__file__).parent
_SAFE = re.compile(r"[a-z0-9][a-z0-9.-]*")
MAX_TOML_BYTES = 1024**2

PUBLISHED: dict[tuple[str, str], str] = {
    ("KCS-ENH-BACI", "1.0.0"): "6156900c09ab39699473967473597eb2eed63e035cbb63194d320c024ec97733",
    ("KCS-INV", "1.0.0"): "0c5ef2d54ecce891a331dfbf91076ed0f1be37f2d198e5342a4d57ce4dddefd2",
}


def list_methodologies() -> list[tuple[str, str]]:
    """(id, version) of every version shipped, sorted."""
    found = [load_methodology(path.parent.name, path.stem) for path in sorted(_FOLDER.glob("*/*.toml"))]
    return sorted((item.id, item.version) for item in found)


def methodology_bytes(methodology_id: str, version: str) -> bytes:
    """The TOML file of a shipped version; MethodologyError METHODOLOGY_UNKNOWN otherwise."""
    folder, name = methodology_id.lower(), version.lower()
    path = _FOLDER / folder / f"{name}.toml"
    if not _SAFE.fullmatch(folder) or not _SAFE.fullmatch(name) or not path.is_file():
        known = ", ".join(f"{item.parent.name.upper()} {item.stem}" for item in sorted(_FOLDER.glob("*/*.toml")))
        raise MethodologyError("METHODOLOGY_UNKNOWN", id=methodology_id, version=version, known=known)
    return path.read_bytes()


@cache
def load_methodology(methodology_id: str, version: str) -> Methodology:
    """A shipped version by id (any case) and version; its content must be the published one."""
    return read_methodology(methodology_bytes(methodology_id, version))


def read_methodology(data: bytes) -> Methodology:
    """A version from the bytes of its TOML file, checked.

    Raises MethodologyError: METHODOLOGY_INVALID (field, reason), METHODOLOGY_PARAMETER_OUT_OF_RANGE,
    METHODOLOGY_PROCEDURE_UNKNOWN, METHODOLOGY_ALTERED (a published id and version with another content).
    """
    if len(data) > MAX_TOML_BYTES:
        raise MethodologyError("METHODOLOGY_INVALID", field="file", reason="larger than 1 MB")
    try:
        content = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise MethodologyError("METHODOLOGY_INVALID", field="file", reason=f"not TOML ({error})") from error
    methodology = check_methodology(content)
    published = PUBLISHED.get((methodology.id, methodology.version))
    if published is not None and published != methodology.digest:
        raise MethodologyError(
            "METHODOLOGY_ALTERED",
            id=methodology.id,
            version=methodology.version,
            expected=published,
            found=methodology.digest,
        )
    return methodology
