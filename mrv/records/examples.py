"""Words for the examples of the API: tables of further records and what they name."""

from __future__ import annotations

from typing import Any

from mrv.uploads.examples import WORDS as OF_FILES

READ_AS = {"file": "planting_2021.xlsx", "data_rows": 38, "ok": True, "warnings": [], "errors": [], "messages": []}
WORDS: dict[str, Any] = {
    **OF_FILES,
    "report": READ_AS,
    "reading": READ_AS,
    "RecordFileOut.state": "accepted",
    "RecordFileOut.imported_at": "2026-06-30T09:41:00+08:00",
    "WaitingOut.report": None,
    "kind": "activities",
    "file_name": "planting_2021.xlsx",
    "size_bytes": 24816,
    "rows": 38,
    "AttachmentOut.file_name": "plot_07.jpg",
    "content_type": "image/jpeg",
    "GridsIn.climate_source": "Provincial climate normals 1991-2020",
    "GridsIn.soil_pco2_source": "Field survey of 2021, 64 profiles",
    "GridsIn.precipitation_unit": "mm/a",
    "GridsIn.evaporation_unit": "mm/a",
    "GridsIn.temperature_unit": "°C",
    "GridsIn.soil_pco2_unit": "ppm",
    "GridsIn.carbonate_share_unit": "%",
}
