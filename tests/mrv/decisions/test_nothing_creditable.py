"""A baseline above the project's flux: no credits, and the statement says why."""

import json

import pytest

from mrv.decisions import services
from registry.credits.models import Issuance, Remainder
from tests.mrv.bodies import kept
from tests.mrv.evidence import BASELINE

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def rich_baseline(django_db_setup, django_db_blocker, tmp_path_factory):
    """The catchment took up more before the project than now."""
    folder = tmp_path_factory.mktemp("baseline")
    baseline = json.loads(BASELINE.read_text("utf-8")) | {"flow_weighted_alkalinity_mg_l_hco3": 210.0}
    path = folder / "rich.json"
    path.write_text(json.dumps(baseline), "utf-8")
    with kept(django_db_blocker, folder, baseline=path) as court:
        yield court


def test_a_baseline_above_the_flux_earns_nothing_and_says_why(rich_baseline):
    period = rich_baseline.after_notice()
    review = services.begin_review(actor=rich_baseline.clerk, period=period)
    assert review.outcome == "statement"
    review = services.prepare(actor=rich_baseline.clerk, review=review)
    certificate = services.approve(actor=rich_baseline.approver, review=review)
    figures = rich_baseline.fresh().official_run.figures
    assert float(figures["net_t_co2"]) < 0
    assert figures["creditable_t"] == "0"
    assert certificate.kind == "inventory_statement"
    assert "baseline" in certificate.content.reason.en.lower()
    assert "基线" in certificate.content.reason.zh
    assert rich_baseline.fresh().state == "statement_issued"
    assert not Issuance.objects.exists()
    assert not Remainder.objects.exists()
