"""What a certificate is worth today: its own state, and what became of the credits or the project it speaks of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from registry.certificates.models import Certificate
from registry.credits.models import Holding, Issuance
from registry.credits.selectors.holdings import LENGTH

Status = Literal["valid", "superseded", "cancelled"]


@dataclass(frozen=True)
class Standing:
    """``verdict`` is in both languages at once: whoever holds a certificate reads one, whatever the page is set to."""

    code: str
    verdict: str
    explanation: Any
    tone: str
    icon: str
    status: Status = "valid"
    """What a checker of files is told."""

    @property
    def in_force(self) -> bool:
        return self.status == "valid"


VALID = Standing("valid", "有效 Valid", _("The registry issued this certificate, and it is in force."), "success", "✔")
SUPERSEDED = Standing(
    "superseded",
    "已被替代 Superseded",
    _("The registry issued this certificate, but a newer one took its place."),
    "warning",
    "⟳",
    "superseded",
)
CANCELLED = Standing(
    "cancelled",
    "已撤销 Cancelled",
    _("The registry issued this certificate, but it was cancelled and is no longer in force."),
    "danger",
    "✖",
    "cancelled",
)
ENDED = {"superseded": SUPERSEDED, "cancelled": CANCELLED}

PARTLY_RETIRED = Standing(
    "partly_retired",
    "部分注销 Partly retired",
    _("The certificate is in force; a part of its credits was retired and can be used no more."),
    "warning",
    "◐",
)
RETIRED = Standing(
    "retired",
    "已全部注销 Retired",
    _("The certificate is in force; all of its credits were retired and can be used no more."),
    "secondary",
    "●",
)
PARTLY_CANCELLED = Standing(
    "partly_cancelled",
    "部分撤销 Partly cancelled",
    _("The certificate is in force; a part of its credits was cancelled."),
    "warning",
    "◐",
)
ALL_CANCELLED = Standing(
    "all_cancelled",
    "已撤销 Cancelled",
    _("The registry issued these credits, but all of them were cancelled since."),
    "danger",
    "✖",
    "cancelled",
)
REVOKED = Standing(
    "revoked",
    "已撤销 Cancelled",
    _("The registry issued this certificate, but the registration of the project was revoked."),
    "danger",
    "✖",
    "cancelled",
)
SUSPENDED = Standing(
    "suspended",
    "有效，项目已中止 Valid, project suspended",
    _("The certificate is in force, but the authority suspended the project: it submits and issues nothing now."),
    "warning",
    "◐",
)
COMPLETED = Standing(
    "completed",
    "有效，项目已结束 Valid, project completed",
    _("The certificate is in force. The project's crediting is over; what was issued stays."),
    "secondary",
    "●",
)
OF_PROJECT = {"revoked": REVOKED, "suspended": SUSPENDED, "completed": COMPLETED}


def standing_of(certificate: Certificate) -> Standing:
    if certificate.state != "valid":
        return ENDED[certificate.state]
    today = TODAY.get(certificate.kind)
    return today(certificate) if today else VALID


def _of_issuance(certificate: Certificate) -> Standing:
    issuance = certificate.issuance
    return VALID if issuance is None else _of_credits(issuance)


def _of_credits(issuance: Issuance) -> Standing:
    rows = Holding.objects.filter(issuance=issuance, closed_by=None).values("status").annotate(t=Sum(LENGTH))
    tonnes = dict(rows.order_by("status").values_list("status", "t"))
    retired, cancelled = tonnes.get("retired", 0), tonnes.get("cancelled", 0)
    if not retired + cancelled:
        return VALID
    if cancelled == issuance.quantity_t:
        return ALL_CANCELLED
    if retired + cancelled == issuance.quantity_t:
        return RETIRED
    return PARTLY_RETIRED if retired else PARTLY_CANCELLED


def _of_registration(certificate: Certificate) -> Standing:
    project = certificate.project
    return VALID if project is None else OF_PROJECT.get(project.state, VALID)


TODAY: dict[str, Callable[[Certificate], Standing]] = {
    "issuance": _of_issuance,
    "registration": _of_registration,
}
"""Kinds whose worth follows what they speak of; the others are worth what their own state says."""
