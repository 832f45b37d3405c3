"""The main job, end to end: three walkthroughs on one database, each with a real worker process of its own.

The parent process cannot import the calculation here, so that whatever was calculated, a worker calculated.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from pypdf import PdfReader

from tests.own_servers import Place, own_place

SAMPLES = Path(__file__).resolve().parent / "data" / "samples"
FILES = [
    "--logger", str(SAMPLES / "12_template_full_year_jiangkou.csv"),
    "--samples", str(SAMPLES / "15_lab_samples_consistent_jiangkou.csv"),
    "--gaugings", str(SAMPLES / "14_gaugings_jiangkou.csv"),
]  # fmt: skip
BASELINE = SAMPLES / "16_baseline_jiangkou.json"
YEAR = ["--area-km2", "28", "--start", "2021-05-01", "--end", "2022-04-30"]
KEYS = [
    "readings", "missing_slots", "runoff_mm", "flow_weighted_hco3_mg_l", "mean_si_calcite", "mean_pco2_pa",
    "gross_t_co2", "gross_t_co2_km2_a", "retained_t_co2", "baseline_t_co2", "net_t_co2", "net_p10_t_co2",
    "half_width_90_pct", "credits", "buffer_credits", "serial_first", "serial_last", "result_digest", "bundle_digest",
    "certificate",
]  # fmt: skip
WITHOUT_CALCULATION = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name == "mrv.runs.calculation":
            raise ImportError(name + " belongs to the worker")
sys.meta_path.insert(0, Absent())
from registry.core.embedded import commands
sys.exit(commands.main(["manage.py", *sys.argv[1:]]))
"""
WITHOUT_DJANGO = """
import runpy, sys
sys.modules.update(dict.fromkeys(("django", "celery", "redis", "psycopg", "registry", "mrv")))
runpy.run_module("calculations", run_name="__main__")
"""


@dataclass
class Walked:
    out: Path
    status: int
    answer: dict
    steps: str


def start(place: Place, out: Path, *options: str) -> subprocess.Popen:
    command = [sys.executable, "-c", WITHOUT_CALCULATION, "walkthrough", *FILES, *YEAR, *options]
    return subprocess.Popen(
        [*command, "--out", str(out), "--json"],
        cwd=settings.ROOT,
        env=place.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def finished(process: subprocess.Popen, out: Path) -> Walked:
    stdout, stderr = process.communicate(timeout=300)
    assert process.returncode == 0, stderr[-3000:]
    return Walked(out, process.returncode, json.loads(stdout), stderr)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with own_place("walkthrough", tmp_path_factory.mktemp("var")) as own:
        yield own


@pytest.fixture(scope="module")
def credited(place, tmp_path_factory):
    """The sample year against its baseline; the folder for the results is not there yet."""
    out = tmp_path_factory.mktemp("credited") / "made" / "here"
    return finished(start(place, out, "--baseline", str(BASELINE)), out)


@pytest.fixture(scope="module")
def later(place, credited, tmp_path_factory):
    """Two more on the same database, both at once: an inventory, and a baseline above the project's flux."""
    folder = tmp_path_factory.mktemp("later")
    rich = folder / "rich_baseline.json"
    stated = json.loads(BASELINE.read_text("utf-8")) | {"flow_weighted_alkalinity_mg_l_hco3": 230.0}
    rich.write_text(json.dumps(stated), "utf-8")
    inventory = start(place, folder / "inventory")
    nothing = start(place, folder / "nothing", "--baseline", str(rich), "--name-zh", "前期更高的流域")
    return finished(inventory, folder / "inventory"), finished(nothing, folder / "nothing")


def recomputed(kit: Path) -> list[str]:
    """What the command line of the science says of a kit where neither Django nor a database can be imported."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_DJANGO, "recompute", str(kit)],
        cwd=settings.ROOT,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip().splitlines()


# --- the year against its baseline ----------------------------------------------------------------------


def test_the_figures_are_near_what_the_sample_was_made_from(credited):
    """592.6 mm, 159.3 mg/L, 822 t, 29.4 t per km2 and year, net 238 t: known from the sample's generator."""
    answer = credited.answer
    assert set(KEYS) <= set(answer)
    assert (answer["readings"], answer["missing_slots"]) == (35_040, 0)
    assert answer["runoff_mm"] == pytest.approx(592.6, rel=0.04)
    assert answer["flow_weighted_hco3_mg_l"] == pytest.approx(159.3, rel=0.02)
    assert answer["gross_t_co2"] == pytest.approx(822, rel=0.04)
    assert answer["gross_t_co2_km2_a"] == pytest.approx(29.4, rel=0.04)
    assert answer["net_t_co2"] == pytest.approx(238, rel=0.04)
    assert answer["net_t_co2"] == pytest.approx(answer["retained_t_co2"] - answer["baseline_t_co2"], abs=1e-5)
    assert 0 < answer["net_p10_t_co2"] < answer["net_t_co2"]


def test_every_figure_is_the_official_results(credited):
    result_json = (credited.out / "result.json").read_bytes()
    figures = json.loads(result_json)["figures"]
    for name in KEYS[: KEYS.index("credits")]:
        assert credited.answer[name] == float(figures[name]["value"]), name
    assert credited.answer["credits"] == int(figures["net_p10_t_co2"]["value"].partition(".")[0])
    assert hashlib.sha256(result_json).hexdigest() == credited.answer["result_digest"]


def test_credits_are_serials_in_the_ledger(place, credited):
    answer = credited.answer
    assert answer["serial_last"] - answer["serial_first"] + 1 == answer["credits"]
    assert answer["buffer_credits"] == -(-answer["credits"] // 10), "a tenth, rounded up"
    held = place.rows(
        "SELECT h.status, sum(upper(h.serials) - lower(h.serials)) FROM credits_holding h JOIN credits_issuance i "
        f"ON i.id = h.issuance_id JOIN projects_project p ON p.id = i.project_id WHERE p.code = '{answer['project']}' "
        "AND closed_by_id IS NULL GROUP BY h.status"
    )
    assert dict(held) == {
        "active": answer["credits"] - answer["buffer_credits"],
        "buffer": answer["buffer_credits"],
    }


def test_the_kit_recomputes_identically_without_django(credited):
    lines = recomputed(credited.out / "bundle.zip")
    assert lines[-1] == "identical"
    assert any(line.split() == ["result", credited.answer["result_digest"]] for line in lines)
    assert any(line.split() == ["bundle", credited.answer["bundle_digest"]] for line in lines)


def test_the_certificate_says_what_was_issued(credited):
    assert sorted(path.name for path in credited.out.iterdir()) == ["bundle.zip", "certificate.pdf", "result.json"]
    said = "".join(page.extract_text() for page in PdfReader(credited.out / "certificate.pdf").pages)
    flat = "".join(said.split())
    for text in (credited.answer["certificate"], "岩溶碳汇信用签发证书", *credited.answer["serials"]):
        assert text.replace(" ", "") in flat


def test_each_step_was_an_event_of_the_right_person(place, credited):
    acts = dict(place.rows("SELECT action, roles FROM audit_event WHERE NOT refused"))
    for action, role in {
        "uploads.receive": "editor",
        "projects.submit": "representative",
        "projects.close_comment": "reviewer",
        "verification.countersign": "independent_reviewer",
        "projects.register": "approver",
        "periods.seal": "editor",
        "runs.succeed": "system",
        "periods.submit": "representative",
        "verification.recompute": "lead_verifier",
        "credits.prepare_issuance": "registrar",
        "credits.approve_issuance": "approver",
        "certificates.render": "system",
    }.items():
        assert role in acts[action], action
    assert place.rows("SELECT count(*) FROM audit_event WHERE action = 'verification.confirm'") != [(0,)]


def test_waiting_times_passed_on_the_programmes_clock(place, credited):
    """Twenty working days of comment and five of notice: never skipped, and the events say that the clock was set."""
    ((days,),) = place.rows(
        "SELECT extract(day FROM max(at) - min(at)) FROM audit_event WHERE action IN "
        "('projects.open_comment', 'decisions.approve')"
    )
    assert days >= 33
    ((offset_s,),) = place.rows("SELECT max(clock_offset_s) FROM audit_event")
    assert offset_s > 33 * 86_400


def test_each_step_is_told_with_its_figures(credited):
    assert "封存" in credited.steps
    assert "sealed" in credited.steps
    assert f"bundle_digest = {credited.answer['bundle_digest']}" in credited.steps
    assert f"credits = {credited.answer['credits']}" in credited.steps
    assert "Monte Carlo" in credited.steps, "progress is visible while the worker calculates"
    (warning,) = credited.answer["warnings"]
    assert (warning["code"], warning["row"]) == ("OUTLIER_GAUGING", 10)


# --- again, and two at once -----------------------------------------------------------------------------


def test_without_a_baseline_it_is_an_inventory(credited, later):
    inventory = later[0].answer
    assert (inventory["credits"], inventory["buffer_credits"], inventory["serial_first"]) == (0, 0, None)
    assert (inventory["baseline_t_co2"], inventory["net_p10_t_co2"]) == (None, None)
    assert inventory["gross_t_co2"] == credited.answer["gross_t_co2"]
    assert inventory["certificate_kind"] == "inventory_statement"
    assert inventory["methodology"] == "KCS-INV 1.0.0"
    assert recomputed(later[0].out / "bundle.zip")[-1] == "identical"


def test_a_baseline_above_the_flux_brings_no_credits_and_says_why(later):
    nothing = later[1]
    assert nothing.answer["credits"] == 0
    assert nothing.answer["net_t_co2"] < 0
    assert nothing.answer["certificate_kind"] == "inventory_statement"
    assert "基线" in nothing.answer["reason"]["zh"]
    assert "baseline" in nothing.answer["reason"]["en"].lower()
    said = "".join(page.extract_text() for page in PdfReader(nothing.out / "certificate.pdf").pages)
    assert "baseline" in said.lower()


def test_each_walkthrough_has_its_own_project_and_certificate(credited, later):
    answers = [credited.answer, *(walked.answer for walked in later)]
    assert len({answer["project"] for answer in answers}) == 3
    assert len({answer["certificate"] for answer in answers}) == 3


def test_their_workers_are_gone(place, later):
    alive = [process for process in psutil.process_iter(["environ"]) if uses(process, place)]
    assert alive == []


def uses(process: psutil.Process, place: Place) -> bool:
    try:
        return (process.info["environ"] or {}).get("DATABASE_URL") == place.database_url
    except psutil.Error:
        return False
