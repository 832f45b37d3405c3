"""What anybody may read: counted and searched over public projects only, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from registry.certificates.models import Certificate
from registry.core.actors import PUBLIC
from registry.credits import selectors as credits
from registry.projects import selectors as projects
from registry.projects.models import Project


@dataclass(frozen=True)
class Numbers:
    """The four numbers of the start page."""

    projects: int
    """Registered now or before: what was never registered does not count."""
    periods: int
    """Monitoring periods with a valid certificate or statement."""
    issued_t: int
    retired_t: int


def numbers() -> Numbers:
    return Numbers(
        projects=public_projects().filter(registered_at__isnull=False).count(),
        periods=Certificate.objects.filter(state="valid").count(),
        issued_t=credits.issued_t(),
        retired_t=credits.retired_t(),
    )


def public_projects() -> QuerySet[Project]:
    return projects.visible_projects(PUBLIC)


def search(words: str, county: str) -> QuerySet[Project]:
    """Public projects that fit every word, in one county (its division code) if given; newest first."""
    found = projects.search(public_projects(), words)
    return (found.filter(division_code=county) if county else found).order_by("-id")


def counties() -> list[tuple[str, str, str]]:
    """(division code, Chinese, English) of the counties that have public projects."""
    rows = public_projects().order_by("division_code", "-id").values_list("division_code", "county_zh", "county_en")
    return sorted({code: (code, zh, en) for code, zh, en in rows}.values())


def certificates_like(words: str) -> QuerySet[Certificate]:
    """Certificates whose number contains the words without their spaces; of public projects like everything here."""
    typed = "".join(words.split())
    return (
        Certificate.objects.filter(Q(number__icontains=typed), project__in=public_projects())
        .select_related("project")
        .defer("record")
        .order_by("-id")
    )
