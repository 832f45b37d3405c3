"""The public check of a certificate: by number, by QR code, by dropping the file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from registry.audit import keys as log_keys
from registry.certificates import keys, presentation, selectors, services
from registry.certificates.checking import check as check_file
from registry.certificates.models import Certificate
from registry.core import store
from registry.core.errors import InvalidInput
from registry.core.permissions import may
from registry.credits import selectors as credits

FILE_LIMIT_BYTES = 10 * 1024 * 1024
ENDS = {"supersede": services.replace_certificate, "cancel": services.cancel_certificate}


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
    context = presentation.page_of(request.actor, certificate, asked_code=request.GET.get("h", ""))
    return render(request, "certificates/show.html", {**context, "limit_mb": FILE_LIMIT_BYTES >> 20})


@require_safe
def file(request: HttpRequest, number: str) -> HttpResponse:
    """Where the file is: asks again by itself until the worker has drawn and signed it."""
    certificate = _existing(number)
    may_read = may(request.actor, "certificates.read", certificate)
    return render(request, "certificates/_file.html", {"certificate": certificate, "may_read": may_read})


@require_safe
def of_retirement(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificate of a retirement as a part of its page: asks again by itself until there is one."""
    retirement = credits.retirement_for(pk)
    context = {"retirement": retirement, "certificate": selectors.of_retirement(retirement), "may_read": True}
    return render(request, "certificates/_of_retirement.html", context)


@require_safe
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    certificate = _readable(request, number)
    if certificate.rendered_at is None:
        return render(request, "certificates/waiting.html", {"certificate": certificate}, status=503)
    response = HttpResponse(store.read(certificate.signed_sha256), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{certificate.number}.pdf"'
    return response


@require_safe
def record_json(request: HttpRequest, number: str) -> HttpResponse:
    """The machine-readable record, the very bytes that lie inside the PDF."""
    return HttpResponse(bytes(_readable(request, number).record), content_type="application/json")


@require_POST
def end(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """An approver replaces a certificate by a new one, or cancels it, and says why in both languages."""
    if action not in ENDS:
        raise Http404
    given = {"reason_zh": request.POST.get("reason_zh", ""), "reason_en": request.POST.get("reason_en", "")}
    made = ENDS[action](actor=request.actor, certificate=_existing(number), **given)
    messages.success(request, _("Done. Whoever checks the old certificate is told."))
    return redirect("certificates:show", number=made.number)


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


def _readable(request: HttpRequest, number: str) -> Certificate:
    """The certificate, where what it says is everybody's or the visitor's own; else 404."""
    certificate = _existing(number)
    if not may(request.actor, "certificates.read", certificate):
        raise Http404
    return certificate


def _existing(number: str) -> Certificate:
    certificate = selectors.by_number(number)
    if certificate is None:
        raise Http404
    return certificate
