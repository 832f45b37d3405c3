"""Words for the examples of the API: organisations, their people, the calendar."""

from __future__ import annotations

from typing import Any

WORDS: dict[str, Any] = {
    "name_zh": "江口岩溶碳汇公司（演示）",
    "name_en": "Jiangkou Karst Sink Co. (demo)",
    "registration_code": "91520621DEM006213D",
    "ApplicationIn.applicant_name": "Chen Anguo",
    "applicant_email": "office@jiangkou.example",
    "email": "editor@jiangkou.example",
    "role": "editor",
    "roles": ["editor"],
    "InvitationIn.roles": ["editor", "representative"],
    "withheld_roles": ["representative"],
    "AccreditationIn.scope": "verification",
    "AccreditationOut.scope": "verification",
    "valid_from": "2026-01-01",
    "valid_to": "2028-12-31",
    "expires_at": "2026-07-14T09:30:00+08:00",
    "MeOut.name": "Chen Anguo",
    "MeOut.organisation_id": 2,
    "MeOut.organisation_approved": True,
    "MemberOut.name_zh": "陈安国",
    "MemberOut.name_en": "Chen Anguo",
    "ToDoOut.title": "Answer a finding",
    "ToDoOut.detail": "CL-1 · KC-520621-0001 · 2021-05-01 – 2022-04-30",
    "ToDoOut.due": "2026-07-08T00:00:00+08:00",
    "DeadlineOut.kind": "finding_answer",
    "DeadlineOut.key": "finding_answer:9",
    "DeadlineOut.title": "A finding is to be answered",
    "DeadlineOut.detail": "CL-1 · KC-520621-0001 · 2021-05-01 – 2022-04-30",
    "DeadlineOut.acts": True,
    "days_left": 8,
    "url": "/findings/9/",
    "DayIn.day": "2026-10-10",
    "DayIn.kind": "working",
    "DayIn.note": "Made up for the National Day week",
    "DayOut.date": "2026-10-10",
    "DayOut.is_working": True,
    "DayOut.note": "Made up for the National Day week",
}
