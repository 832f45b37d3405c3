"""The certificate check for programs."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry.certificates import presentation, selectors
from registry.certificates.models import Certificate


class CertificateByNumber(APIView):
    """GET: what the register says about a number now; 404 when it has none of that number."""

    def get(self, request: Request, number: str) -> Response:
        return _answer(selectors.by_number(number))


class CertificateByFile(APIView):
    """GET: the certificate whose signed file has this SHA-256 (computed by the asker; no file is sent)."""

    def get(self, request: Request, sha256: str) -> Response:
        return _answer(selectors.by_file(sha256))


def _answer(certificate: Certificate | None) -> Response:
    if certificate is None:
        return Response({"code": "NOT_FOUND", "detail": "The register has no such certificate."}, status=404)
    return Response(presentation.as_json(certificate))
