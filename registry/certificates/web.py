"""The public check of a certificate: by number, by QR code, by dropping the file."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from registry.audit import keys as log_keys
from registry.certificates import keys, presentation, selectors
from registry.certificates.checking import check as check_file
from registry.certificates.models import Certificate
from registry.core import store
from registry.core.errors import InvalidInput

FILE_LIMIT_BYTES = 10 * 1024 * 1024


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """The page for those who hold a number or a file."""
    number = request.GET.get("number", "").strip()
    if number:
        return redirect("certificates:show", number=number.replace("/", "-"))
    return render(request, "certificates/check.html", {"limit_mb": FILE_LIMIT_BYTES >> 20})


@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    """What the register says about a number now; 404 with advice when it has none of that number."""
    certificate = selectors.by_number(number)
    if certificate is None:
        return render(request, "certificates/not_found.html", {"number": number[:80]}, status=404)
    context = presentation.page_of(certificate, asked_code=request.GET.get("h", ""))
    return render(request, "certificates/show.html", {**context, "limit_mb": FILE_LIMIT_BYTES >> 20})


@require_safe
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    certificate = _existing(number)
    if certificate.rendered_at is None:
        return render(request, "certificates/waiting.html", {"certificate": certificate}, status=503)
    response = HttpResponse(store.read(certificate.signed_sha256), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{certificate.number}.pdf"'
    return response


@require_safe
def record_json(request: HttpRequest, number: str) -> HttpResponse:
    """The machine-readable record, the very bytes that lie inside the PDF."""
    return HttpResponse(bytes(_existing(number).record), content_type="application/json")


@require_safe
def of_issuance(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificate of an issuance: the newest, should an older one have been superseded."""
    certificate = selectors.of_issuance(pk)
    if certificate is None:
        raise Http404
    return redirect("certificates:show", number=certificate.number)


@require_POST
def check_upload(request: HttpRequest) -> HttpResponse:
    """Check a file's signature here, for those whose browser cannot, or who want more than its digest."""
    file = request.FILES.get("file")
    data = _bytes_of(file)
    verdict = check_file(
        data, keys.trusted_roots(), record_lookup=selectors.register_entry, log_keys=log_keys.verifier_keys()
    )
    context: dict[str, Any] = {"verdict": verdict, "file_name": file.name if file else ""}
    if verdict.record is not None:
        context["certificate"] = selectors.by_number(str(verdict.record.get("number", "")))
    return render(request, "certificates/checked.html", context)


def _bytes_of(file: UploadedFile | None) -> bytes:
    if file is None:
        raise InvalidInput("FILE_MISSING", _("Choose the PDF file of a certificate."))
    if file.size is None or file.size > FILE_LIMIT_BYTES:
        raise InvalidInput(
            "FILE_TOO_LARGE",
            _("The file is larger than %(limit)s MB: it is not a certificate of this registry."),
            limit=FILE_LIMIT_BYTES >> 20,
        )
    return file.read()


def _existing(number: str) -> Certificate:
    certificate = selectors.by_number(number)
    if certificate is None:
        raise Http404
    return certificate
