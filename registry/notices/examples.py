"""Words for the examples of the API: notices."""

from __future__ import annotations

from typing import Any

WORDS: dict[str, Any] = {
    "kind": "findings",
    "action": "verification.raise_finding",
    "object_type": "verification.finding",
    "object_id": "9",
    "name": "CL-1 · KC-520621-0001",
    "text": "A finding was raised: CL-1 · KC-520621-0001",
    "url": "/findings/9/",
    "read": 3,
    "language": "zh-hans",
    "mailed": ["findings", "decisions", "deadlines", "security"],
}
