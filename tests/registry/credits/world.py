"""A registered project and verified outcomes, made through the same services as real ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.test import override_settings

from registry.core import clock
from registry.core.actors import Actor
from registry.core.roles import Role
from registry.credits import services
from registry.credits.handover import VerifiedOutcome
from registry.credits.models import Issuance
from registry.projects import services as projects
from registry.projects.handover import ValidatedProject
from registry.projects.models import Project
from tests.people import developer, member, official, verification_body
from tests.registry.projects.whole_file import ready
from tests.triggers import outermost

EAST_EIGHT = timezone(timedelta(hours=8))
REGISTRAR, APPROVER = "registrar@authority.test", "approver@authority.test"


@contextmanager
def one_world(django_db_blocker: Any) -> Iterator[None]:
    """What is made inside stays for the tests of one module, each in its own savepoint, and is undone after them.

    Registering a project takes a hundred statements: made once a module, the tests stay quick.
    """
    with django_db_blocker.unblock(), outermost():
        yield
        transaction.set_rollback(True)


def registrar() -> Actor:
    return official(Role.REGISTRAR, email=REGISTRAR)


def approver() -> Actor:
    return official(Role.APPROVER, email=APPROVER)


def registered_project(code: str = "DEV-1") -> Project:
    """Drafted, commented on, validated and registered; the clock passes the comment days."""
    owner = member(developer(f"Developer {code}", code), Role.EDITOR, Role.REPRESENTATIVE)
    reviewer = official(Role.REVIEWER)
    project = projects.draft_project(
        actor=owner,
        name_zh="江口泉域植被恢复",
        name_en="Jiangkou spring restoration",
        kind="vegetation",
        division_code="520621",
        county_zh="江口县",
        county_en="Jiangkou",
        area_km2=Decimal("28"),
        karst_area_km2=Decimal("21"),
        longitude_deg=Decimal("108.84"),
        latitude_deg=Decimal("27.70"),
        crediting_start=date(2021, 5, 1),
        crediting_end=date(2031, 5, 1),
        methodology_id="KCS-ENH-BACI",
        methodology_version="1.0.0",
        methodology_digest="a" * 64,
    )
    projects.submit(actor=owner, project=ready(owner, project))
    project = projects.open_comment(actor=reviewer, project=project)
    with override_settings(DEMO=True):
        clock.advance_to(projects.comment_end(project) + timedelta(hours=1))
    projects.close_comment(actor=reviewer, project=project)
    body = verification_body(f"Body {code}", f"VAL-{code}")
    lead = member(body, Role.LEAD_VERIFIER)
    projects.receive_validation(
        actor=lead,
        outcome=ValidatedProject(
            project_code=project.code,
            body_id=body.pk,
            statement_number=f"VAL-{project.code}",
            positive=True,
            conclusion_zh="符合",
            conclusion_en="It conforms.",
            signed_by=(lead.user_id,),
            signed_at=datetime(2021, 4, 1, tzinfo=UTC),
        ),
    )
    return projects.register(actor=approver(), project=project)


def verifying_body() -> Any:
    from registry.organisations.models import Organisation

    return Organisation.objects.filter(registration_code="VVB-9").first() or verification_body("核查机构", "VVB-9")


def outcome(project: Project, creditable: str = "203.6", *, year: int = 2021, **changes: Any) -> VerifiedOutcome:
    """A verified outcome of ``project`` for one calendar year (or the period given)."""
    body = verifying_body()
    lead = member(body, Role.LEAD_VERIFIER)
    reviewer = member(body, Role.INDEPENDENT_REVIEWER)
    values = {
        "project_code": project.code,
        "period_start": datetime(year, 1, 1, tzinfo=EAST_EIGHT),
        "period_end": datetime(year + 1, 1, 1, tzinfo=EAST_EIGHT),
        "utc_offset_s": 28800,
        "vintages": ((year, Decimal(1)),),
        "gross_t": Decimal("822.3"),
        "retained_t": Decimal("525.4"),
        "baseline_t": Decimal("287.1"),
        "net_t": Decimal("238.3"),
        "p10_t": Decimal(creditable),
        "half_width_pct": Decimal("17.4"),
        "creditable_t": Decimal(creditable),
        "outcome": "credits",
        "reason_codes": (),
        "methodology_id": "KCS-ENH-BACI",
        "methodology_version": "1.0.0",
        "methodology_digest": "a" * 64,
        "engine_version": "1.0.0",
        "bundle_digest": "b" * 64,
        "result_digest": "c" * 64,
        "buffer_share": Decimal("0.10"),
        "statement_number": f"VS-{project.code}-{year}",
        "verification_body_id": body.pk,
        "signed_by": (lead.user_id, reviewer.user_id),
        "kappa": Decimal("0.86"),
        "time_horizon_zh": "海洋，百年尺度",
        "time_horizon_en": "ocean, a hundred years",
        "certificate_figures": {},
    }
    return VerifiedOutcome(**{**values, **changes})


def issue(verified: VerifiedOutcome) -> Issuance:
    """Prepared by the registrar, approved by the approver, each confirming the quantity."""
    plan = services.plan_issuance(Project.objects.get(code=verified.project_code), verified)
    request = services.prepare_issuance(actor=registrar(), outcome=verified, confirmed_quantity=plan.total_t)
    return services.approve_issuance(actor=approver(), request=request, confirmed_quantity=plan.total_t)
