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
    ("KCS-ALLO", "1.0.0"): "5669df845f1687210f000762eb3cb3973b8fcc6120de631f897851c553e1beb3",
    ("KCS-AQUA", "1.0.0"): "9930e721e4404ed81e3d460a1ae7fc0ceea54501d92aa440d248726df48c8fed",
    ("KCS-ENH-BACI", "1.0.0"): "6156900c09ab39699473967473597eb2eed63e035cbb63194d320c024ec97733",
    ("KCS-ENH-BACI", "1.1.0"): "28bf213a5110bad03113a176f45ef1a2a81bca526e1bca099e7f9bdbec2d0ad2",
    ("KCS-ENH-BACI", "1.2.0"): "969a651f7b3aed6aabc213a0223f6780ae736c622dfd78b9e1464eea71ed7c90",
    ("KCS-INV", "1.0.0"): "0c5ef2d54ecce891a331dfbf91076ed0f1be37f2d198e5342a4d57ce4dddefd2",
    ("KCS-INV", "1.1.0"): "1c8af2a7a1557208f91f59bf7e344810419711eac39ea74887e88d693de979f9",
    ("KCS-MPD", "1.0.0"): "78ec7e1ca9a717024e65546714390cd96f7044e9b84ddba2d2c1153b8ba10ab3",
    ("KCS-NET", "1.0.0"): "4477dfdef86be9496a2cbcc8e12fb7d5328de08f86e3602c33040b90cded4a7f",
    ("KCS-POWDER", "1.0.0"): "290fceb59358d09b8d5011dab5e0a280536795fa4ba1b86c44e1a6d113c164ae",
    ("KCS-TAB", "1.0.0"): "82b96b592634923b0a47222b41d493eb457509227c9f5d700e7df92bc8d2db60",
}


def list_methodologies() -> list[tuple[str, str]]:
    """(id, version) of every version shipped, sorted."""
    found = [load_methodology(path.parent.name, path.stem) for path in sorted(_FOLDER.glob("*/*.toml"))]
    return sorted(((item.id, item.version) for item in found), key=_in_order)


def newest_version(methodology_id: str) -> str:
    """The highest version shipped of a methodology; MethodologyError METHODOLOGY_UNKNOWN otherwise."""
    versions = [version for identity, version in list_methodologies() if identity == methodology_id.upper()]
    if not versions:
        methodology_bytes(methodology_id, "")
    return versions[-1]


def _in_order(identity: tuple[str, str]) -> tuple[str, list[int]]:
    return identity[0], [int(part) for part in identity[1].split(".")]


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
