"""Tags and filters of every template (a built-in library, no ``load`` needed)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import template
from django.db.models import Model
from django.template.defaulttags import CsrfTokenNode
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from registry.core import acts
from registry.core import panels as panel_table
from registry.core.languages import local_name
from registry.core.permissions import may as may_do
from registry.core.states import StateMachine

register = template.Library()
register.filter(local_name)


class TokenAndPosition(CsrfTokenNode):
    """The token against forgery, and the log's position at which the page was drawn (``registry.audit.seen``)."""

    def render(self, context: template.Context) -> SafeString:
        token = super().render(context)
        position = getattr(context.get("request"), "log_position", None)
        if not token or position is None:
            return mark_safe(token)  # noqa: S308  Django's own
        return format_html('{}<input type="hidden" name="as_of" value="{}">', mark_safe(token), position)  # noqa: S308


@register.tag
def csrf_token(parser: template.base.Parser, token: template.base.Token) -> TokenAndPosition:
    """Django's tag, with the page's place in time: no form can forget it."""
    return TokenAndPosition()


THIN_SPACE = "\u202f"


def group_digits(whole: str) -> str:
    head = len(whole) % 3
    groups = ([whole[:head]] if head else []) + [whole[i : i + 3] for i in range(head, len(whole), 3)]
    return THIN_SPACE.join(groups)


@register.filter
def number(value: Any, decimals: int | None = None) -> str:
    """``1012.84|number:1`` -> ``1 012.8`` with a thin space, the same in both languages; "–" for nothing."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return "–"
    if decimals is not None:
        amount = amount.quantize(Decimal(1).scaleb(-int(decimals)))
    text = f"{abs(amount):f}"
    whole, _dot, fraction = text.partition(".")
    sign = "−" if amount < 0 else ""
    return sign + group_digits(whole) + (f".{fraction}" if fraction else "")


@register.filter
def in_zone(value: datetime | None, zone: str = "Asia/Shanghai") -> str:
    """An instant in the station's zone with its offset, e.g. ``2021-06-14 03:15 +08:00``."""
    if value is None:
        return "–"
    local = value.astimezone(ZoneInfo(zone))
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}"


@register.filter
def last_day(end: datetime, zone: str = "Asia/Shanghai") -> str:
    """The last day inside a span whose end is exclusive."""
    return f"{end.astimezone(ZoneInfo(zone)) - timedelta(microseconds=1):%Y-%m-%d}"


@register.filter
def utc(value: datetime | None) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}Z" if value else ""


@register.filter
def two_languages(text: str) -> str:
    """``有效 Valid``, shown whole in either language, with each half marked as what it is."""
    half = re.fullmatch(r"([^A-Za-z]+) ([A-Za-z].*)", text)
    if half is None:
        return text
    return format_html('<span lang="zh-Hans">{}</span> <span lang="en">{}</span>', *half.groups())


@register.filter
def px(value: float) -> str:
    """A coordinate for SVG: a plain number whatever the language."""
    return f"{value:.1f}"


@register.simple_tag
def digest(value: str) -> SafeString:
    """A digest, short to the eye, whole to the pointer and the clipboard."""
    if not value:
        return mark_safe("–")
    return format_html('<code class="digest" title="{}">{}…</code>', value, value[:12])


@register.simple_tag
def state_badge(machine: StateMachine, name: str) -> SafeString:
    """A state as icon, word and colour, never colour alone."""
    state = machine.state(name)
    return format_html(
        '<span class="badge text-bg-{} state-badge"><span aria-hidden="true">{}</span> {}</span>',
        state.tone,
        state.icon,
        state.label,
    )


@register.simple_tag
def act_name(action: str) -> str:
    """The words for an act of the audit log."""
    return str(acts.NAMES.get(action, action))


@register.simple_tag(takes_context=True)
def may(context: template.Context, action: str, obj: Any = None) -> bool:
    """``{% may "periods.seal" period as can_seal %}``: the same table that the service asks."""
    return may_do(context["actor"], action, obj)


@register.simple_tag(takes_context=True)
def panels(context: template.Context, place: str, obj: Any) -> SafeString:
    """What later rooms show on this object's page (see ``registry.core.panels``)."""
    request = context.get("request")
    return mark_safe(  # noqa: S308  each part was rendered and escaped by its own template
        "".join(
            render_to_string(name, {**values, "actor": context["actor"]}, request=request)
            for name, values in panel_table.of(place, context["actor"], obj)
        )
    )


@register.tag
def same_for_everybody(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """``{% same_for_everybody "footer" %}…{% endsame_for_everybody %}``: rendered once for all without an account.

    What stands inside may depend on the language and on whether somebody is signed in, and on nothing else of the
    request: for those signed in it is rendered each time.
    """
    _tag, name = token.split_contents()
    nodes = parser.parse(("endsame_for_everybody",))
    parser.delete_first_token()
    return SameForEverybody(name.strip("\"'"), nodes)


class SameForEverybody(template.Node):
    kept: ClassVar[dict[tuple[str, str], SafeString]] = {}
    """In this process, by name and language: the words of the software, which change with it only."""

    def __init__(self, name: str, nodes: template.NodeList) -> None:
        self.name, self.nodes = name, nodes

    def render(self, context: template.Context) -> SafeString:
        actor = context.get("actor")  # a page that says no may have none
        if actor is None or not actor.is_anonymous:
            return self.nodes.render(context)
        key = (self.name, get_language() or "")
        if key not in self.kept:
            self.kept[key] = self.nodes.render(context)
        return self.kept[key]


@register.tag
def piece(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """``{% piece row.number row.state %}…{% endpiece %}``: rendered once for the same facts in the same language.

    For rows of long lists that everybody sees. What stands inside depends on nothing but the facts named, each of
    them a plain value or a frozen dataclass. A model instance is refused: its equality says nothing of its fields.
    """
    _tag, *facts = token.split_contents()
    nodes = parser.parse(("endpiece",))
    parser.delete_first_token()
    return Piece([parser.compile_filter(fact) for fact in facts], nodes)


class Piece(template.Node):
    MOST = 2_000_000
    """So many characters are kept of one tag in one process; then it begins anew."""

    def __init__(self, facts: list[template.base.FilterExpression], nodes: template.NodeList) -> None:
        self.facts, self.nodes = facts, nodes
        self.kept: dict[tuple[object, ...], SafeString] = {}
        self.size = 0

    def render(self, context: template.Context) -> SafeString:
        key = (get_language(), *(fact.resolve(context) for fact in self.facts))
        known = self.kept.get(key)
        if known is None:
            if any(isinstance(value, Model) for value in key):
                raise TypeError("a piece is named by the values it shows, not by a record")
            known = self.nodes.render(context)
            if self.size + len(known) > self.MOST:
                self.kept.clear()
                self.size = 0
            self.kept[key] = known
            self.size += len(known)
        return known
