"""The list of notices, opening one, and which are mailed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry.core import told
from registry.notices import selectors, services

PAGE_SIZE = 30


@login_required
def notice_list(request: HttpRequest) -> HttpResponse:
    rows = services.of_person(request.actor)
    only_unread = request.GET.get("unread") == "1"
    page = Paginator(rows.filter(read_at=None) if only_unread else rows, PAGE_SIZE).get_page(request.GET.get("page"))
    visible = selectors.still_visible(request.actor, list(page.object_list))
    return render(
        request,
        "notices/list.html",
        {"page": page, "visible": visible, "only_unread": only_unread},
    )


@require_POST
@login_required
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Read, and on to the record."""
    notice = services.mark_read(actor=request.actor, notice_id=pk)
    if not url_has_allowed_host_and_scheme(notice.url, None):
        return redirect("notices:list")
    return redirect(notice.url)


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    services.mark_all_read(actor=request.actor)
    return redirect("notices:list")


@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        services.set_preference(
            actor=request.actor,
            language=request.POST.get("language", ""),
            mailed=request.POST.getlist("mailed"),
        )
        messages.success(request, _("From now on you are mailed like this."))
        return redirect("notices:settings")
    kept = selectors.preference_of(request.actor)
    kinds = [
        {
            "value": kind.value,
            "label": kind.label,
            "on": kind.value not in kept.muted,
            "fixed": kind in told.ALWAYS_MAILED,
        }
        for kind in told.Kind
    ]
    return render(request, "notices/settings.html", {"kinds": kinds, "language": kept.language})
