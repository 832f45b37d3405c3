"""Words for the examples of the API: methodologies, and the draft of a project that follows one."""

from __future__ import annotations

from typing import Any

from registry.projects.examples import WORDS as OF_PROJECTS

TOML = """\
format = "karst-methodology"
format_version = 1
id = "KCS-ENH-BACI"
version = "1.2.0"
"""
WORDS: dict[str, Any] = {
    **OF_PROJECTS,
    "methodology": 4,
    "identifier": "KCS-ENH-BACI",
    "version": "1.2.0",
    "effective_from": "2027-01-01",
    "toml": TOML,
    "ImpactOut.version": "KCS-ENH-BACI 1.2.0",
    "ImpactRow.name": "KC-520621-0001 2021-05-01 – 2022-04-30",
    "ImpactRow.state": "done",
    "followed": "KCS-ENH-BACI 1.1.0",
    "before_t": "2400.417",
    "after_t": "2371.902",
    "difference_t": "-28.515000000",
    "digest_before": "6f0c3f7ad41c2b2c5f4f0b7e55d2a1c98f3b6de04c7719a5e2d8b1f06a9c4e37",
    "digest_after": "0d4b8c61f7e2a95334c1d80b6fe29a7713c58e40d2b6f9a8e17405c3bb62d1f9",
}
