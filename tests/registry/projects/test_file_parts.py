"""What a submission needs beside the boundary: declared by subject, kept as it was, listed while it is missing."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from registry.core.errors import InvalidInput, Refusal
from registry.core.roles import Role
from registry.projects import services
from registry.projects.file_parts import declarations_of, estimates_of, readiness
from registry.projects.models import Declaration, Project
from registry.projects.services import OtherProgramme, Safeguard
from registry.projects.services.estimates import years_of
from tests.people import developer, member, official
from tests.registry.projects.test_cycle import draft
from tests.registry.projects.test_overlaps import REASON, square, surveyed
from tests.registry.projects.whole_file import TEXT, ready
from tests.triggers import triggers_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return member(developer(), Role.EDITOR, Role.REPRESENTATIVE)


def missing(project: Project) -> set[str]:
    return {need.key for need in readiness(project) if need.blocking and not need.ok}


def refused(service, **values) -> str:
    with pytest.raises(InvalidInput) as refusal:
        service(**values)
    return refusal.value.code


def test_a_new_draft_lists_what_is_missing_and_a_whole_one_nothing(owner):
    project = draft(owner, karst_area_km2=None)
    assert missing(project) == {
        "karst_area", "programmes", "safeguards", "baseline", "additionality", "estimates", "design",
    }  # fmt: skip
    with pytest.raises(InvalidInput) as refusal:
        services.submit(actor=owner, project=project)
    assert refusal.value.code == "PROJECT_INCOMPLETE"
    assert len(refusal.value.messages) == 7
    whole = ready(owner, draft(owner))
    assert missing(whole) == set()
    assert [need.key for need in readiness(whole) if not need.ok] == ["boundary"]  # a circle is no survey, and no bar
    assert services.submit(actor=owner, project=whole).state == "submitted"


def test_other_programmes_are_named_or_said_to_be_none(owner):
    project = draft(owner)
    other = OtherProgramme("CCER", "CCER-2024-01", date(2024, 1, 1), None, "同一林地的地上生物量；本项目只计岩溶碳汇。")
    declare = services.declare_programmes
    assert refused(declare, actor=owner, project=project, programmes=()) == "DECLARATION_NONE_OR_SOME"
    assert refused(declare, actor=owner, project=project, programmes=(other,), none=True) == "DECLARATION_NONE_OR_SOME"
    backwards = OtherProgramme("CCER", "1", date(2024, 1, 1), date(2023, 1, 1), other.relation)
    assert refused(declare, actor=owner, project=project, programmes=(backwards,)) == "PROGRAMME_DAYS"
    nameless = OtherProgramme(" ", "1", date(2024, 1, 1), None, other.relation)
    assert refused(declare, actor=owner, project=project, programmes=(nameless,)) == "DECLARATION_TEXT"
    declare(actor=owner, project=project, programmes=(), none=True)
    declare(actor=owner, project=project, programmes=(other,))
    content = declarations_of(project)["programmes"].content
    assert content["none"] is False
    assert content["entries"][0]["identifier"] == "CCER-2024-01"
    assert Declaration.objects.count() == 2  # the first one stays in the file


def test_safeguards_name_harm_measure_and_watch_or_say_why_none(owner):
    project = draft(owner)
    declare = services.declare_safeguards
    assert refused(declare, actor=owner, project=project, safeguards=()) == "DECLARATION_NONE_OR_SOME"
    assert refused(declare, actor=owner, project=project, safeguards=(), none_because="无") == "DECLARATION_TEXT_LENGTH"
    half = Safeguard("用水", "", "监测")
    assert refused(declare, actor=owner, project=project, safeguards=(half,)) == "DECLARATION_TEXT"
    declare(actor=owner, project=project, safeguards=(Safeguard("用水减少", "控制密度", "枯水期流量"),))
    assert declarations_of(project)["safeguards"].content["entries"][0]["measure"] == "控制密度"


def test_the_argument_stands_on_the_project_too(owner):
    project = draft(owner)
    services.declare_additionality(actor=owner, project=project, argument=TEXT, barriers=TEXT, common_practice=TEXT)
    assert Project.objects.get().additionality == TEXT
    texts = {"scenario": TEXT, "justification": "短", "quantification": TEXT}
    assert refused(services.declare_baseline, actor=owner, project=project, **texts) == "DECLARATION_TEXT_LENGTH"


def test_estimates_name_every_year_of_crediting_as_decimals(owner):
    project = draft(owner)
    years = years_of(project)
    assert (years[0], years[-1]) == (2021, 2031)
    whole = {year: Decimal("205.7") for year in years}
    estimate = services.estimate_years
    short = {year: tonnes for year, tonnes in whole.items() if year != 2025}
    assert refused(estimate, actor=owner, project=project, t_co2=short) == "ESTIMATE_YEARS"
    for wrong in ("-1", "NaN", "Infinity", "0.0000001"):
        values = whole | {2025: Decimal(wrong)}
        assert refused(estimate, actor=owner, project=project, t_co2=values) == "ESTIMATE_VALUE"
    estimate(actor=owner, project=project, t_co2=whole)
    assert estimates_of(project) == whole
    services.change_draft(
        actor=owner, project=project, name_zh="江", name_en="J", area_km2=Decimal(28), karst_area_km2=None,
        longitude_deg=Decimal("108.84"), latitude_deg=Decimal("27.70"),
        crediting_start=date(2021, 5, 1), crediting_end=date(2033, 4, 30),
    )  # fmt: skip
    assert "estimates" in missing(Project.objects.get())


def test_the_file_is_closed_after_submission_and_its_rows_for_ever(owner):
    project = ready(owner, draft(owner))
    services.submit(actor=owner, project=project)
    with pytest.raises(Refusal) as refusal:
        services.declare_programmes(actor=owner, project=project, programmes=(), none=True)
    assert refusal.value.code == "PROJECT_NOT_DRAFT"
    with pytest.raises(DatabaseError), transaction.atomic():
        Declaration.objects.update(content={})


def test_an_overlap_is_justified_before_submission(owner):
    neighbour = member(developer("Neighbour", "DEV-2"), Role.EDITOR)
    other = surveyed(neighbour, square(108.825, 27.70))
    project = ready(owner, surveyed(owner, square(108.80, 27.70), state="draft"))
    with pytest.raises(InvalidInput) as refusal:
        services.submit(actor=owner, project=project)
    assert [need.key for need in refusal.value.messages] == ["overlaps"]
    services.justify_overlap(actor=owner, project=project, other_code=other.code, text=REASON)
    assert services.submit(actor=owner, project=project).state == "submitted"


def test_an_overlap_that_came_to_light_later_is_justified_before_registration(owner):
    """The other one was not public when this one was submitted; the authority sees it and so does the guard."""
    neighbour = member(developer("Neighbour", "DEV-2"), Role.EDITOR)
    other = surveyed(neighbour, square(108.825, 27.70), state="submitted")
    project = services.submit(actor=owner, project=ready(owner, surveyed(owner, square(108.80, 27.70), state="draft")))
    with triggers_off(Project):
        Project.objects.filter(pk=project.pk).update(state="authority_review")
        Project.objects.filter(pk=other.pk).update(state="public_comment")
    approver = official(Role.APPROVER)
    with pytest.raises(Refusal) as refusal:
        services.register(actor=approver, project=project)
    assert refusal.value.code == "OVERLAP_NOT_JUSTIFIED"
    services.justify_overlap(actor=owner, project=project, other_code=other.code, text=REASON)
    assert services.register(actor=approver, project=project).state == "registered"
