"""Words for the examples of the API: the authority's docket and its cases."""

from __future__ import annotations

from typing import Any

WORDS: dict[str, Any] = {
    "opinion": 10,
    "certificate": "",
    "ReviewOut.reason": "",
    "planned": {"creditable_t": "2400.417", "carried_in_t": "0", "total_t": "2400", "buffer_t": "480"},
    "key": "recomputation",
    "LightOut.title": "Recomputation",
    "LightOut.summary": "The verifier recomputed the kit and got the same digest.",
    "FactOut.what": "Digest of the result",
    "FactOut.value": "6f0c3f7ad41c",
    "NoteOut.step": "begun",
    "NoteOut.text": "The gaugings of July 2021 were asked about, see CL-1.",
    "NoteIn.note": "The gaugings of July 2021 were asked about, see CL-1.",
    "made_by": 13,
    "ReturnedItemOut.review": 4,
    "ReturnedItemOut.item": "recomputation",
    "ReturnedItemOut.title": "Recomputation",
    "answer": "The kit was recomputed again; its digest is in the note.",
    "answered_at": "2026-07-02T14:00:00+08:00",
    "ReturnIn.reason": "Two items are open.",
    "ReturnIn.items": {"recomputation": "Recompute the kit of revision 2."},
    "Quantity.confirmed_quantity": 2400,
    "LineOut.state": "verified",
    "days_in_stage": 3,
    "working_days_in_stage": 2,
    "limit_working_days": 10,
    "due_on": "2026-07-10",
    "notice_over": True,
    "LineOut.quantity_t": "2400.417000000",
    "begin": 5,
    "prepare": 10,
    "decide": 10,
    "working_days": 10,
}
