"""The public evidence page: sealed evidence and the official result, from the opinion on, and nothing else."""

import csv
import io
import json
import zipfile

import pytest

from calculations.bundle import read_kit
from mrv.periods.models import MonitoringPeriod
from mrv.publication import evidence_page
from mrv.publication.daily import by_day, readings
from mrv.runs.selectors import result_of
from mrv.verification import findings
from mrv.verification import services as verification
from registry.core.errors import NotVisible
from tests.mrv.bodies import kept
from tests.mrv.evidence import LOGGER
from tests.mrv.verification.finding_world import raised

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def court(django_db_setup, django_db_blocker, tmp_path_factory):
    with kept(django_db_blocker, tmp_path_factory.mktemp("court")) as made:
        yield made


@pytest.fixture(scope="module")
def verified(court, django_db_blocker):
    """The period with its signed opinion and one closed finding; the code and number of its address."""
    with django_db_blocker.unblock():
        assignment = court.recomputed()
        finding = raised(court, assignment, "cl")
        findings.answer(actor=court.owner, finding=finding, text="The calibration sheet is in the file now.")
        findings.close(actor=court.lead, finding=finding, reason="")
        verification.countersign_opinion(actor=court.reviewer, opinion=court.signed(assignment))
    period = court.fresh()
    return period.project.code, period.number


PLOTS = (
    *("hydrograph", "completeness", "rating", "ion-calcium-mg-l", "piper", "gibbs", "chemistry", "hysteresis"),
    *("cumulative", "monthly", "waterfall", "distribution", "tornado"),
)


def plot_of(address, name):
    return evidence_page.figure(evidence_page.published(*address), name)


def url(address, tail="") -> str:
    return f"/registry/p/{address[0]}/{address[1]}/{tail}"


def opened(client, address, tail="", language="en"):
    response = client.get(url(address, tail), headers={"accept-language": language})
    assert response.status_code == 200
    return response


def test_nothing_is_public_before_the_opinion(client, court):
    period = court.fresh()
    assert period.state == "submitted"
    for tail in ("", "series.json", "plots/rating.svg", "data.zip"):
        assert client.get(url((period.project.code, period.number), tail)).status_code == 404


def test_the_page_has_every_plot_with_words_table_and_files(client, verified):
    page = opened(client, verified).content.decode()
    names = [figure.name for figure in evidence_page.figures(evidence_page.published(*verified))]
    assert set(PLOTS) <= set(names)
    for name in names:
        assert f'id="{name}"' in page
        for form in ("svg", "png", "csv"):
            assert url(verified, f"plots/{name}.{form}") in page
    assert page.count("<summary>Table</summary>") == len(names)
    for marked in ("P5", "P50", "P95", "exceeded with 90 % probability"):
        assert marked in page


def test_a_long_table_comes_when_it_is_opened_and_has_a_page_of_its_own(client, verified):
    figure = plot_of(verified, "distribution")
    assert figure.table.is_long
    first_row = str(figure.table.rows[0][0])
    page = opened(client, verified).content.decode()
    place = page[page.index('id="distribution"') :].partition("</section>")[0]
    assert "<table" not in place
    assert f'href="{url(verified, "plots/distribution/")}"' in place
    table = opened(client, verified, "plots/distribution/").content.decode()
    assert table.count("<tr>") == 1 + len(figure.table.rows)
    assert first_row in table
    assert client.get(url(verified, "plots/nothing/")).status_code == 404


def test_the_page_shows_the_closed_finding_with_its_thread(client, verified):
    page = opened(client, verified).content.decode()
    for words in ("The calibration of the EC sensor is not in the file.", "The calibration sheet is in the file now."):
        assert words in page
    assert "Closed" in page


def test_the_page_names_every_digest_of_the_chain(client, verified):
    shown = evidence_page.published(*verified)
    page = opened(client, verified).content.decode()
    files = [file["sha256"] for file in shown.period.evidence["files"]]
    for digest in (*files, shown.run.bundle_digest, shown.run.result_digest, shown.run.methodology.digest):
        assert digest in page
    assert "python -m calculations recompute" in page
    assert f"/periods/{shown.period.pk}/kit.zip" in page


def test_the_kit_is_the_evidence_of_the_page(client, verified):
    shown = evidence_page.published(*verified)
    answer = client.get(f"/periods/{shown.period.pk}/kit.zip")
    kit = read_kit(io.BytesIO(answer.getvalue()))
    assert kit.bundle.digest == shown.run.bundle_digest


def test_what_is_uploaded_later_is_not_on_the_page(client, court, verified):
    before = opened(client, verified, "series.json").content
    changed = LOGGER.read_bytes().replace(b"2021-05-01T00:00", b"2021-05-02T00:07", 1)
    court.site.upload("logger", changed[: len(changed) // 20], name="later.csv")
    assert opened(client, verified, "series.json").content == before
    assert "later.csv" not in opened(client, verified).content.decode()


def test_days_are_sums_and_means_of_the_readings(verified):
    shown = evidence_page.published(*verified)
    every = readings(shown.run)
    days = by_day(shown.period, every)
    assert (days.steps, every.steps) == (30, 30 * 96)
    assert days.days(28800)[0].isoformat() == "2021-05-01"
    for n in (0, 7, 29):
        of_day = slice(96 * n, 96 * (n + 1))
        rain = [value for value in every.values["rain_mm"][of_day] if value is not None]
        stage = [value for value in every.values["stage_m"][of_day] if value is not None]
        assert days.values["rain_mm"][n] == pytest.approx(sum(rain), abs=0.05)
        assert days.values["stage_m"][n] == pytest.approx(sum(stage) / len(stage), abs=0.0005)


def test_the_daily_uptake_is_the_official_gross(verified):
    shown = evidence_page.published(*verified)
    daily = evidence_page.daily_grid(shown).values["gross_uptake_kg"]
    gross = float(result_of(shown.run)["figures"]["gross_t_co2"]["value"])
    assert sum(value or 0.0 for value in daily) / 1000 == pytest.approx(gross, rel=2e-3)


def test_the_series_comes_by_day_and_on_demand_reading_by_reading(client, verified):
    daily = json.loads(opened(client, verified, "series.json").content)
    every = json.loads(opened(client, verified, "series.json?by=reading").content)
    assert (daily["dt"], daily["n"]) == (86_400, 30)
    assert (every["dt"], every["n"]) == (900, 30 * 96)
    assert {len(panel["values"]) for panel in every["panels"]} == {30 * 96}
    assert daily["offset"] == "+08:00"


@pytest.mark.parametrize(("form", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("csv", b"\xef\xbb\xbf")])
def test_plots_are_files(client, verified, form, begins):
    for name in ("hydrograph", "distribution", "completeness"):
        assert opened(client, verified, f"plots/{name}.{form}").content.startswith(begins)


def test_a_file_that_one_has_is_not_sent_again(client, verified):
    first = opened(client, verified, "plots/rating.svg")
    again = client.get(
        url(verified, "plots/rating.svg"), headers={"if-none-match": first["ETag"], "accept-language": "en"}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_summed_up_by_day_and_by_month_is_the_official_gross(verified):
    run = evidence_page.published(*verified).run
    gross = float(run.figures["gross_t_co2"])
    assert plot_of(verified, "cumulative").table.rows[-1][2] == pytest.approx(gross, rel=1e-5)
    months = plot_of(verified, "monthly").table.rows
    assert sum(float(row[1]) for row in months) == pytest.approx(gross, rel=1e-6)
    assert all(float(low) < float(middle) < float(high) for _month, middle, low, high, _kept in months)


def test_the_tornado_has_the_stored_shares_the_largest_first(verified):
    run = evidence_page.published(*verified).run
    stored = result_of(run)["uncertainty"]["tornado_shares"]
    shares = [float(share) for _name, share in plot_of(verified, "tornado").table.rows]
    assert sorted(shares, reverse=True) == shares
    assert shares == pytest.approx(sorted((100 * share for share in stored.values()), reverse=True))


def test_a_storm_is_drawn_up_and_down_around_the_highest_stage(verified):
    figure = plot_of(verified, "hysteresis")
    for chart in figure.charts:
        assert [line.kind for line in chart.lines] == ["rising", "falling"]
    stages = [row[2] for row in figure.table.rows]
    highest = max(value for value in readings(evidence_page.published(*verified).run).values["stage_m"] if value)
    assert max(stages) == pytest.approx(highest)


def test_the_diagrams_hold_every_sealed_sample(verified):
    samples = len(evidence_page.context(evidence_page.published(*verified))["samples"])
    piper, gibbs = plot_of(verified, "piper"), plot_of(verified, "gibbs")
    assert len(piper.table.rows) == len(gibbs.table.rows) == samples
    points = [dot for dot in piper.charts[0].dots if dot.kind != "label"]
    assert len(points) == 3 * samples


def test_the_csv_of_the_rating_has_every_gauging(client, verified):
    data = opened(client, verified, "plots/rating.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data)))
    assert len(rows) == 1 + 17
    assert [row[4] for row in rows[1:]].count("no") == 1


def test_unknown_plots_periods_and_forms_are_no_addresses(client, verified):
    code, number = verified
    for wrong in ("plots/nothing.svg", "plots/rating.pdf"):
        assert client.get(url(verified, wrong)).status_code == 404
    assert client.get(url((code, number + 1))).status_code == 404


def test_a_returned_period_is_not_public_any_more(client, verified):
    opened(client, verified)
    with_state(verified, "under_verification")
    assert client.get(url(verified)).status_code == 404
    with pytest.raises(NotVisible):
        evidence_page.published(*verified)


def with_state(address, state):
    from tests.triggers import triggers_off

    periods = MonitoringPeriod.objects.filter(project__code=address[0], number=address[1])
    with triggers_off(MonitoringPeriod):
        periods.update(state=state)
    periods.update(zone="Asia/Shanghai")  # one more statement, with the triggers on again


def test_the_strip_of_the_project_leads_to_the_evidence(client, verified):
    page = client.get(f"/registry/p/{verified[0]}/", headers={"accept-language": "en"}).content.decode()
    assert f'href="{url(verified)}"' in page


def test_the_daily_package_describes_itself(client, verified):
    package = zipfile.ZipFile(io.BytesIO(opened(client, verified, "data.zip").content))
    described = json.loads(package.read("datapackage.json"))
    rows = package.read("daily.csv").decode().splitlines()
    assert len(rows) == 1 + 30
    assert rows[0].split(",") == [field["name"] for field in described["resources"][0]["schema"]["fields"]]
    assert described["evidence_digest"] == evidence_page.published(*verified).run.bundle_digest


def test_a_kept_evidence_page_costs_one_question(client, verified, django_assert_num_queries):
    opened(client, verified)
    with django_assert_num_queries(1):
        opened(client, verified)
