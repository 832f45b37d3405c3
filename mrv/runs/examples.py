"""Words for the examples of the API: calculations."""

from __future__ import annotations

from typing import Any

FIGURES = {"gross_t_co2": "2805.501", "retained_t_co2": "2412.731", "net_p10_t_co2": "2400.417"}
WORDS: dict[str, Any] = {
    "RunIn.kind": "preview",
    "RunIn.methodology": "KCS-ENH-BACI 1.1.0",
    "RunOut.state": "succeeded",
    "engine_version": "1.1.0",
    "phase": "",
    "done": 131072,
    "total": 131072,
    "finished_at": "2026-06-30T09:30:04+08:00",
    "duration_ms": 3920,
    "figures": FIGURES,
    "error": None,
    "ResultOut.result": {"engine_version": "1.1.0", "figures": FIGURES},
}
