"""The storm story: the shipped readings, the numbers that the formulas make of them, and the words around them."""

import csv
import io
import re

import pytest
from django.utils.translation import override
from pypdf import PdfReader

from mrv.demo import spring_stage
from mrv.learning import presentation, story
from mrv.learning.story import storm


def lines(file) -> list[str]:
    return file.read_text("utf-8").splitlines()


def test_the_readings_are_rows_of_the_sample_year():
    year = lines(spring_stage.SAMPLE_FILES["logger"])
    extract = lines(story.READINGS)
    first = year.index(extract[1])
    assert extract[0] == year[0]
    assert extract[1:] == year[first : first + len(extract) - 1]


@pytest.mark.parametrize(("ours", "theirs"), [(story.GAUGINGS, "gaugings"), (story.SAMPLES, "samples")])
def test_gaugings_and_samples_are_the_sample_years(ours, theirs):
    assert ours.read_bytes() == spring_stage.SAMPLE_FILES[theirs].read_bytes()


def test_the_storm_happens_in_the_order_that_the_story_tells():
    told = storm()
    assert told.first_rain < told.rain_peak < told.stage_peak < told.dip < told.last
    assert told.within_calibration
    assert told.flux_kg_s[told.flux_peak] > 5 * told.before(told.flux_kg_s)
    diluted = told.alkalinity_mg_l[told.dip] / told.before(told.alkalinity_mg_l)
    assert 0.6 < diluted < 0.75, "the self-test says: by about a third"


def test_the_uptake_is_half_the_alkalinity_less_the_acids():
    """The sum by plain arithmetic: one reading at a time, from the fitted curve and lines."""
    told = storm()
    carried, gross, retained = 0.0, 0.0, 0.0
    with story.READINGS.open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            discharge = told.curve.a * (float(row["stage_m"]) - told.curve.h0_m) ** told.curve.b

            def meq(ion, mass, charge, ec=float(row["ec25_us_cm"])):
                model = told.ions.models[ion]
                mg_l = model.mean_mg_l if model.line is None else model.line.slope * ec + model.line.intercept
                return mg_l * charge / mass

            alkalinity = meq("alkalinity_hco3_mg_l", 61.0168, 1)
            acids = meq("sulfate_mg_l", 96.06, 2) + meq("nitrate_mg_l", 62.005, 1)
            alkali = (
                meq("sodium_mg_l", 22.9898, 1) + meq("potassium_mg_l", 39.0983, 1) - meq("chloride_mg_l", 35.453, 1)
            )
            rock = 0.5 * (max(alkali, 0.0) - acids)
            carried += discharge * 900 * alkalinity * 61.0168e-6
            gross += discharge * 900 * (0.5 * alkalinity + rock) * 44.0095e-6
            retained += discharge * 900 * (0.36 * alkalinity + rock) * 44.0095e-6
    assert told.kappa == 0.86
    assert told.gross_t_co2[-1] == pytest.approx(gross, rel=1e-12)
    assert told.retained_t_co2[-1] == pytest.approx(retained, rel=1e-12)
    assert told.carried.uptake_t_co2(1.0) == pytest.approx(gross, rel=1e-12)
    assert told.carried.alkalinity_mol * 61.0168e-6 == pytest.approx(carried, rel=1e-12)


def test_the_account_adds_up_from_step_to_step():
    level = 0.0
    for row in presentation.account(storm()):
        if row.kind == "total":
            assert level in (0.0, pytest.approx(row.value))
            level = row.value
        else:
            level += row.value
    assert level == pytest.approx(storm().retained_t_co2[-1])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_scene_says_its_numbers(language):
    with override(language):
        scenes = presentation.scenes(storm())
    assert [scene.name for scene in scenes] == ["rain", "stage", "flux", "dip", "tonnes"]
    assert [scene.at for scene in scenes] == sorted(scene.at for scene in scenes)
    assert all(len(re.findall(r"\d", scene.text)) >= 3 and "%" not in scene.text for scene in scenes)
    assert f"{storm().gross_t_co2[-1]:.1f}" in scenes[-1].text


def test_the_table_loses_no_rain():
    told = storm()
    shown = presentation.table(told)
    covered = (len(shown) - 1) * presentation.TABLE_EVERY + 1
    assert sum(line.rain_mm for line in shown) == pytest.approx(told.rain_mm[:covered].sum()) == told.rain_mm.sum()


def test_the_animation_gets_one_value_for_every_reading():
    told = storm()
    playing = presentation.playing(told, presentation.panels(told), presentation.scenes(told))
    assert {len(values) for values in playing["panels"].values()} == {len(playing["times"])} == {252}


@pytest.mark.parametrize(("language", "title"), [("en", "From a storm to a tonne"), ("zh-hans", "从一场雨到一吨碳")])
def test_the_lecture_sheet_is_one_page_of_the_same_figures(client, language, title):
    answer = client.get("/learn/storm.pdf", HTTP_ACCEPT_LANGUAGE=language)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    read = PdfReader(io.BytesIO(answer.content))
    assert len(read.pages) == 1
    text = read.pages[0].extract_text()
    gross = f"{story.storm().gross_t_co2[story.storm().last]:.1f}"
    assert title in text
    assert gross in text
