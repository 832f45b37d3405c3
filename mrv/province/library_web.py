"""Rules and documents: who may do what, questions answered, and the library that the authority keeps."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mrv.province import rules, services
from mrv.province.models import PolicyDocument
from mrv.province.pages import TABS
from mrv.province.reads import document_for, documents
from mrv.province.services.library import Described
from registry.core import store
from registry.core.errors import InvalidInput, NotVisible
from registry.core.permissions import may, require
from registry.public.caching import kept_page
from registry.public.downloads import count_download

WORDS = ("kind", "title_zh", "title_en", "issuer_zh", "issuer_en", "number", "link")


@require_safe
@kept_page("projects")
def rules_page(request: HttpRequest) -> HttpResponse:
    found = list(documents())
    return render(
        request,
        "province/rules.html",
        {
            "tabs": TABS,
            "answers": rules.answers(),
            "holders": rules.rights(),
            "documents": [each for each in found if not hasattr(each, "superseded_by")],
            "older": [each for each in found if hasattr(each, "superseded_by")],
            "may_keep": may(request.actor, "province.keep_document"),
            "kinds": PolicyDocument.Kind.choices,
        },
    )


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """A new document, or a newer one in the place of ``supersedes``."""
    require(request.actor, "province.keep_document")
    described, (file_name, data) = _described(request), _file(request)
    older = request.POST.get("supersedes", "")
    if older.isascii() and older.isdecimal() and len(older) < 16:
        services.supersede_document(
            actor=request.actor,
            document=document_for(request.actor, int(older)),
            described=described,
            file_name=file_name,
            data=data,
        )
    else:
        services.add_document(actor=request.actor, described=described, file_name=file_name, data=data)
    messages.success(request, _("The document is in the library."))
    return redirect("province:rules")


def _described(request: HttpRequest) -> Described:
    try:
        issued_on = date.fromisoformat(request.POST.get("issued_on", ""))
    except ValueError as error:
        raise InvalidInput("DATE_UNREADABLE", _("Choose the day.")) from error
    return Described(issued_on=issued_on, **{name: request.POST.get(name, "") for name in WORDS})


def _file(request: HttpRequest) -> tuple[str, bytes]:
    given = request.FILES.get("file")
    return ("", b"") if given is None else (given.name or "document", given.read())


@require_safe
def document(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it was added; never shown by the browser as a page of this site."""
    found = document_for(request.actor, pk)
    if not found.sha256:
        raise NotVisible("NOT_FOUND", _("There is no such record, or it is not yours to see."))
    count_download(request)
    return FileResponse(
        store.path(found.sha256).open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type="application/octet-stream",
    )
