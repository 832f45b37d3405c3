"""Words for the examples of the API: certificates and what the register says about them."""

from __future__ import annotations

from typing import Any

WORDS: dict[str, Any] = {
    "number": "KCR-C-2026-000012",
    "kind": "issuance",
    "statement_number": "VER-KC-520621-0001-1.1-1",
    "CertificateOut.project": "KC-520621-0001",
    "period_start": "2021-05-01T00:00:00+08:00",
    "period_end": "2022-05-01T00:00:00+08:00",
    "EndedOut.project": "KC-520621-0001",
    "EndedOut.state": "superseded",
    "ended_at": "2026-07-01T10:00:00+08:00",
    "superseded_by": "KCR-C-2026-000013",
    "CheckedOut.certificate": {
        "number": "KCR-C-2026-000012",
        "kind": "issuance",
        "state": "valid",
        "standing": "in_force",
        "in_force": True,
    },
}
