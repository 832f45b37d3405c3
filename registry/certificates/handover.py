"""What passes from the work floor to the register of certificates, as one frozen value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NEEDED = ("task", "positive", "demo", "body", "proponent", "project", "quantity_verified_t", "signatories")


@dataclass(frozen=True)
class StatedOpinion:
    """An opinion that two persons of a verification body signed.

    ``content`` is its record as JSON values (names and words as ``{"zh": ..., "en": ...}``, amounts as decimal text):
    the register prints and keeps it without knowing how it was reached. ``replaces`` is the number of an opinion of the
    same task that was set aside before. Raises ValueError when an entry is missing: that is a fault of the caller.
    """

    project_code: str
    body_id: int
    statement_number: str
    content: Mapping[str, Any]
    replaces: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "content", json.loads(json.dumps(dict(self.content), allow_nan=False)))
        if missing := [name for name in NEEDED if name not in self.content]:
            raise ValueError(f"the opinion lacks {missing}")
