"""Words for the examples of the API: complaints and appeals."""

from __future__ import annotations

from typing import Any

ABOUT = {"about": "project", "ref": "KC-520621-0001"}
WORDS: dict[str, Any] = {
    **ABOUT,
    "number": "C-2026-0001",
    "subject_kind": ABOUT["about"],
    "subject_ref": ABOUT["ref"],
    "subject_zh": "项目 KC-520621-0001 江口泉域植被恢复示范",
    "subject_en": "Project KC-520621-0001 Jiangkou spring catchment, vegetation restoration",
    "text": "The fence of the closure cuts the path to the village well.",
    "author_name": "Wu Min",
    "contact": "wu.min@village.example",
    "withheld_reason": "",
    "answer": "",
    "answer_due_on": "2026-07-21",
    "outcome": "partly",
    "ComplaintOut.outcome": "",
    "ComplaintAnswerIn.text": "The proponent moves the fence by 40 m before 31 July.",
    "ReplyIn.text": "The gate is still locked at night.",
    "AppealIn.text": "The hold was placed for a fire outside the catchment.",
    "reply": "",
    "conclusion": "",
    "ComplaintClosingIn.conclusion": "The path is open; the gate has no lock any more.",
    "secret": "t4Qm8sVxkLw2",
    "decision": 5120,
    "ComplaintOut.decision": None,
    "said": "KC-520621-0001: returned to draft",
    "appeal_until": "2026-07-30",
}
