"""What anybody may read of a methodology, and the first page of a new project, which chooses one."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from calculations.canonical import canonical_digest
from mrv.methodologies import impact, selectors, services, states
from mrv.methodologies.comparison import compare
from mrv.methodologies.impact_chart import impact_chart, rows_shown, table_of
from mrv.methodologies.models import MethodologyVersion
from registry.audit.selectors import history_of
from registry.core import clock
from registry.core.chart_files import svg_of
from registry.core.errors import InvalidInput
from registry.core.languages import is_chinese
from registry.core.permissions import may, require
from registry.core.web import take_act
from registry.projects.forms import DraftForm
from registry.projects.services import draft_project
from registry.public.downloads import csv_bytes, file_answer

MAX_TOML_BYTES = 1024**2


def methodology_list(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "methodologies/list.html",
        {
            "versions": selectors.visible_methodologies(request.actor),
            "machine": states.METHODOLOGY,
            "can_draft": may(request.actor, "methodologies.draft"),
        },
    )


def methodology_page(request: HttpRequest, identifier: str, version: str) -> HttpResponse:
    actor = request.actor
    record = selectors.methodology_for(actor, identifier, version)
    others = selectors.visible_methodologies(actor).filter(identifier=identifier).exclude(pk=record.pk)
    return render(
        request,
        "methodologies/detail.html",
        {
            "record": record,
            "text": _in_one_language(tomllib.loads(record.toml)),
            "machine": states.METHODOLOGY,
            "others": others,
            "shipped": selectors.is_shipped(record),
            "actions": selectors.acts_now(actor, record),
            "today": clock.today(),
            "history": history_of(record),
            **_impact(request, record),
        },
    )


def _impact(request: HttpRequest, record: MethodologyVersion) -> dict[str, Any]:
    """The test as far as it is while the version may be tested, afterwards as it was recorded; the authority's."""
    if not selectors.sees_impact(request.actor, record):
        return {}
    testing = record.state in ("draft", "tested")
    rows = impact.rows_of(record) if testing else []
    return {
        "record": record,
        "sees_impact": True,
        "testing": testing,
        "rows": rows,
        "running": any(row.run is not None and row.state == impact.WAITING for row in rows),
        "waiting": sum(row.state == impact.WAITING for row in rows),
        "now": impact.record_of(rows).get("totals"),
        "kept": record.impact,
        "chart": impact_chart(record, rows_shown(record, rows)),
    }


@require_safe
def impact_file(request: HttpRequest, identifier: str, version: str, form: str) -> HttpResponse:
    """The picture of the impact as ``svg`` or ``png``, the figures behind it as ``csv``."""
    record = selectors.methodology_for(request.actor, identifier, version)
    if form not in ("svg", "png", "csv") or not selectors.sees_impact(request.actor, record):
        raise Http404
    testing = record.state in ("draft", "tested")
    rows = rows_shown(record, impact.rows_of(record) if testing else [])
    chart = impact_chart(record, rows)
    if chart is None:
        raise Http404
    title = f"{record.identifier} {record.version} · {_('Impact on past periods')}"

    def content() -> bytes:
        if form == "csv":
            return csv_bytes(*table_of(rows))
        if form == "svg":
            return svg_of([chart], title)
        from registry.core.chart_png import png_of  # noqa: PLC0415  loading matplotlib takes half a second

        return png_of([chart], title)

    state = f"{get_language()} {canonical_digest(rows)}"
    return file_answer(
        request, name=f"{identifier}-{version}-impact.{form}", state=state, make=content, inline=form == "svg"
    )


def impact_fragment(request: HttpRequest, identifier: str, version: str) -> HttpResponse:
    """The part of the page that asks again while the workers calculate."""
    record = selectors.methodology_for(request.actor, identifier, version)
    if not selectors.sees_impact(request.actor, record):
        raise Http404
    actions = selectors.acts_now(request.actor, record)
    return render(request, "methodologies/_impact.html", {"actions": actions, **_impact(request, record)})


def compare_versions(request: HttpRequest, identifier: str, version: str, other: str) -> HttpResponse:
    """``version`` before, ``other`` after."""
    before, after = (selectors.methodology_for(request.actor, identifier, number) for number in (version, other))
    language = "zh" if is_chinese() else "en"
    texts = [selectors.read_text(record.toml) for record in (before, after)]
    return render(
        request,
        "methodologies/compare.html",
        {
            "before": before,
            "after": after,
            "comparison": compare(*texts, language),
            "machine": states.METHODOLOGY,
            "actions": [],
            **_impact(request, after),
        },
    )


def new_version(request: HttpRequest) -> HttpResponse:
    """Draft a version from the text of its TOML file."""
    require(request.actor, "methodologies.draft")
    if request.method != "POST":
        return render(request, "methodologies/new_version.html")
    file = request.FILES.get("file")
    record = services.draft_version(
        actor=request.actor,
        toml=_text_of(file.read(MAX_TOML_BYTES + 1)) if file is not None else request.POST.get("toml", ""),
    )
    messages.success(request, _("The draft is kept. Test its impact next."))
    return redirect("methodologies:detail", identifier=record.identifier, version=record.version)


def _text_of(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput("NOT_UTF8", _("The file is no UTF-8 text. Save it as UTF-8 and choose it again.")) from error


def _publish(request: HttpRequest, record: MethodologyVersion) -> None:
    text = request.POST.get("effective_from", "")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            "DATE_UNREADABLE", _("“%(text)s” is not a date. Write it as 2021-05-01."), text=text
        ) from error
    services.publish_version(actor=request.actor, version=record, effective_from=day)


def _withdraw(request: HttpRequest, record: MethodologyVersion) -> None:
    services.withdraw_version(actor=request.actor, version=record, reason=request.POST.get("reason", ""))


ACTS: dict[str, Callable[[HttpRequest, MethodologyVersion], Any]] = {
    "start_impact": lambda request, record: services.start_impact(actor=request.actor, version=record),
    "test": lambda request, record: services.record_impact(actor=request.actor, version=record),
    "sign": lambda request, record: services.sign_version(actor=request.actor, version=record),
    "publish": _publish,
    "withdraw": _withdraw,
}


@require_POST
def act(request: HttpRequest, identifier: str, version: str, action: str) -> HttpResponse:
    record = selectors.methodology_for(request.actor, identifier, version)
    take_act(request, ACTS, action, record)
    return redirect("methodologies:detail", identifier=identifier, version=version)


def _in_one_language(text: Any) -> Any:
    """The version's text with ``name_zh``/``name_en`` as ``name`` and ``zh``/``en`` as ``said``, by the page."""
    wanted = "zh" if is_chinese() else "en"
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
        messages.success(request, _("The draft is saved. Go through its steps; each is saved by itself."))
        return redirect("projects:step", code=project.code, step="boundary")
    return render(request, "methodologies/new_project.html", {"form": form}, status=422 if form.errors else 200)
