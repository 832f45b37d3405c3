"""Several grid files as one: a zip with a folder for each quantity, the same bytes for the same files."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

STATED = "grids.json"
_ALWAYS = (1980, 1, 1, 0, 0, 0)


def pack(files: Mapping[str, tuple[str, bytes]], stated: Mapping[str, object]) -> bytes:
    """Quantity -> (file name, bytes), and what the user said of them, as a zip; its bytes depend on nothing else."""
    members = {f"{quantity}/{name}": data for quantity, (name, data) in files.items()}
    members[STATED] = json.dumps(stated, ensure_ascii=False, sort_keys=True, indent=1).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(members):
            member = zipfile.ZipInfo(path, _ALWAYS)
            member.compress_type = zipfile.ZIP_STORED
            archive.writestr(member, members[path])
    return out.getvalue()
