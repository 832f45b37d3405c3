"""What anybody may read of a methodology, and the first page of a new project, which chooses one."""

from __future__ import annotations

import tomllib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mrv.methodologies import selectors, states
from registry.core.permissions import require
from registry.projects.forms import DraftForm
from registry.projects.services import draft_project


def methodology_list(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "methodologies/list.html",
        {"versions": selectors.visible_methodologies(request.actor), "machine": states.METHODOLOGY},
    )


def methodology_page(request: HttpRequest, identifier: str, version: str) -> HttpResponse:
    record = selectors.methodology_for(request.actor, identifier, version)
    return render(
        request,
        "methodologies/detail.html",
        {"record": record, "text": _in_one_language(tomllib.loads(record.toml)), "machine": states.METHODOLOGY},
    )


def _in_one_language(text: Any) -> Any:
    """The version's text with ``name_zh``/``name_en`` as ``name`` and ``zh``/``en`` as ``said``, by the page."""
    wanted = "zh" if (get_language() or "").startswith("zh") else "en"
    if isinstance(text, list):
        return [_in_one_language(item) for item in text]
    if not isinstance(text, dict):
        return text
    chosen = {key: _in_one_language(value) for key, value in text.items() if not key.endswith(("_zh", "_en"))}
    chosen |= {key.removesuffix(f"_{wanted}"): value for key, value in text.items() if key.endswith(f"_{wanted}")}
    return chosen | ({"said": text[wanted]} if wanted in text else {})


def new_project(request: HttpRequest) -> HttpResponse:
    """Draft a project under one of the published methodology versions."""
    require(request.actor, "projects.create")
    published = {str(record.pk): record for record in selectors.published_methodologies()}
    form = DraftForm(request.POST or None, methodologies=[(pk, str(record)) for pk, record in published.items()])
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        chosen = published[values.pop("methodology")]
        project = draft_project(
            actor=request.actor,
            **values,
            methodology_id=chosen.identifier,
            methodology_version=chosen.version,
            methodology_digest=chosen.digest,
        )
        messages.success(request, _("The draft is saved. Add its documents, then submit it."))
        return redirect("projects:detail", code=project.code)
    return render(request, "methodologies/new_project.html", {"form": form}, status=422 if form.errors else 200)
