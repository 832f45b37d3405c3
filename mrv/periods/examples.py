"""Words for the examples of the API: monitoring periods."""

from __future__ import annotations

from typing import Any

WORDS: dict[str, Any] = {
    "first_day": "2021-05-01",
    "last_day": "2022-04-30",
    "start": "2021-05-01T00:00:00+08:00",
    "end": "2022-05-01T00:00:00+08:00",
    "revision": 1,
    "role": "control",
    "further_stations": {"control": 4},
    "bundle_digest": "",
}
