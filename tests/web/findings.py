"""Findings of the page tests' world: of a validation, one in each open state; of the period, a forward action."""

from __future__ import annotations

from typing import Any

from mrv.verification import finding_thread, findings
from mrv.verification.models import Assignment, Finding


def question(world: Any) -> dict[str, Finding]:
    """Two findings of the validation that is ``questioned``: one waits for the proponent, one for the body."""
    made = {
        name: raised(world, world.validation["questioned"], "validation_lead", "car") for name in ("raised", "answered")
    }
    given = [finding_thread.Document("boundary.txt", b"surveyed in 2019")]
    findings.answer(actor=world.actor("editor"), finding=made["answered"], text="见附件。", documents=given)
    return made


def raised(world: Any, assignment: Assignment, who: str, kind: str) -> Finding:
    said = {"requirement": "KCS-ENH-BACI 3.1", "statement": "流域边界没有来源。"}
    return findings.raise_finding(actor=world.actor(who), assignment=assignment, kind=kind, **said)
