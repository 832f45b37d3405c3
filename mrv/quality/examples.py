"""Words for the examples of the API: the review of readings, rating curves, laboratory reports."""

from __future__ import annotations

from typing import Any

WORDS: dict[str, Any] = {
    "parameter": "specific_conductance_25c",
    "kind": "offset",
    "start": "2026-05-03T00:00:00+08:00",
    "end": "2026-05-05T00:00:00+08:00",
    "code": "",
    "start_value": "12.5",
    "end_value": "12.5",
    "ReviewActIn.start_value": "12.5",
    "ReviewActIn.end_value": "12.5",
    "ReviewActIn.reason": "The probe was changed; both were read side by side for an hour.",
    "reason": "The probe was changed; both were read side by side for an hour.",
    "Why.reason": "The offset was meant for June.",
    "flags": 42,
    "valid_from": "2026-01-01T00:00:00+08:00",
    "IonsOut.valid_to": "2027-01-01T00:00:00+08:00",
    "CurveOut.record": {"kind": "power", "segments": [{"a": "3.21", "h0_m": "0.05", "b": "1.87"}]},
    "IonsOut.record": {"ions": {"Ca": {"slope": "0.171", "offset": "-3.2"}}},
    "messages": [{"level": "warning", "code": "FEW_GAUGINGS", "text": "Six gaugings; ten or more are better."}],
    "IonsOut.reference": "guizhou-east",
    "curve": 2,
    "shift_m": "0.040",
    "sd_m": "0.005",
    "ShiftOut.reason": "The flood of 5 June left gravel on the crest.",
    "laboratory": "Guizhou institute of geochemistry",
    "number": "W2026-0518",
    "ReportOut.file_name": "W2026-0518.pdf",
}
