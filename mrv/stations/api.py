"""The intake of readings that loggers send, by a station token."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mrv.stations import telemetry
from registry.core.errors import Refusal


class Readings(APIView):
    """POST ``{"readings": [{"at": "2026-05-01T00:15:00+08:00", "stage_m": "0.534", ...}]}`` with the header
    ``Authorization: Station <token>``; may be sent again, late and out of order."""

    authentication_classes = ()  # the station's own token, not a person's session

    def post(self, request: Request, pk: int) -> Response:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        token = telemetry.token_of(secret) if scheme == "Station" and secret else None
        if token is None:
            return _problem(401, "TOKEN_UNKNOWN", "Send a valid station token: Authorization: Station <token>.")
        message: Any = request.data.get("readings") if isinstance(request.data, dict) else None
        if not isinstance(message, list):
            return _problem(422, "READINGS_MISSING", 'The body is {"readings": [...]}.')
        try:
            received = telemetry.receive_readings(token=token, station_id=pk, message=message)
        except Refusal as refusal:
            return _problem(refusal.status, refusal.code, str(refusal))
        return Response(
            {
                "stored": received.stored,
                "repeated": received.repeated,
                "conflicting": [at.isoformat().replace("+00:00", "Z") for at in received.conflicting],
            }
        )


def _problem(status: int, code: str, detail: str) -> Response:
    return Response(
        {"type": f"about:blank#{code}", "title": code, "status": status, "code": code, "detail": detail},
        status=status,
        content_type="application/problem+json",
    )
