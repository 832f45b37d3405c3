from typing import Any

from mrv.verification import findings
from mrv.verification.models import Assignment, Finding
from registry.core.actors import Actor
from tests.mrv.bodies import Court

CLAUSE = "KCS-ENH-BACI 6.2"


def raised(court: Court, task: Assignment, kind: str, *, by: Actor | None = None, **given: Any) -> Finding:
    """A finding by the lead verifier, or by another one of the body."""
    return findings.raise_finding(
        actor=by or court.lead,
        assignment=task,
        kind=kind,
        requirement=CLAUSE,
        statement="The calibration of the EC sensor is not in the file.",
        **given,
    )
