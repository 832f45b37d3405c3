"""What passes from the work floor to the record of projects, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ValidatedProject:
    project_code: str
    body_id: int
    statement_number: str
    positive: bool
    conclusion_zh: str
    conclusion_en: str
    signed_by: tuple[int, ...]
    """User ids: lead verifier, independent reviewer."""
    signed_at: datetime
