"""What the pages of this room share: the tabs in their order, and tables handed out as files."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from registry.public.caching import versions
from registry.public.downloads import file_answer
from registry.public.packages import Table, write_csv, write_json

TABS: tuple[tuple[str, Any], ...] = (
    ("province:overview", _("Overview")),
    ("province:sink", _("Rate, stability, value")),
    ("province:potential", _("Potential")),
    ("province:network", _("Observation network")),
    ("province:areas", _("Demonstration areas")),
    ("province:rules", _("Rules and documents")),
)
"""Name of the address, words on the tab."""


def file_of_table(
    request: HttpRequest, name: str, form: str, subjects: tuple[str, ...], make: Callable[[], Table]
) -> HttpResponse:
    """A table as ``csv`` or ``json``; whoever has it already is told so without making it. Raises Http404."""
    if form not in ("csv", "json"):
        raise Http404
    state = versions(*subjects)
    return file_answer(request, name=f"{name}.{form}", state=state, make=lambda: table_bytes(make(), form))


def table_bytes(table: Table, form: str) -> bytes:
    """The table as CSV, or as JSON with the meaning of its columns and the licence."""
    out = io.BytesIO()
    if form == "csv":
        write_csv(table, out)
    else:
        write_json(table, out)
    return out.getvalue()
