"""The refusal of evidence that contradicts itself, and the one reading of its times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from calculations.messages import CalculationError


class EvidenceError(CalculationError):
    """The evidence contradicts itself; `code` is EVIDENCE_INVALID, `params["part"]` names the record."""


def refuse_part(part: str, reason: str) -> EvidenceError:
    """The error to raise for one part of the evidence."""
    return EvidenceError("EVIDENCE_INVALID", part=part, reason=reason)


def parse_utc_s(text: str, *, part: str = "period") -> int:
    """Seconds since 1970 of an ISO 8601 time with `Z` or an offset; EvidenceError otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise refuse_part(part, f"{text!r} is not an ISO 8601 time") from error
    if moment.tzinfo is None:
        raise refuse_part(part, f"{text!r} has no time zone")
    seconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    return int(seconds)
