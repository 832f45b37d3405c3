"""Every methodology end to end on its example, held against arithmetic by hand."""

import json
import subprocess
import sys
from decimal import Decimal
from math import sqrt

import pytest

from calculations.canonical import canonical_bytes, canonical_digest
from calculations.methodologies import load_methodology
from calculations.result import Result
from tests.calculations import examples
from tests.calculations.procedures import by_hand

KAPPA = 0.86


def value(result, name):
    return float(result.figure(name))


def codes(messages):
    return {message.code for message in messages}


def test_the_example_data_is_what_the_script_makes(tmp_path):
    script = examples.DATA / "make.py"
    (tmp_path / "make.py").write_bytes(script.read_bytes())
    subprocess.run([sys.executable, tmp_path / "make.py"], check=True)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == sorted(path.name for path in examples.DATA.iterdir() if path.is_file())
    for name in made:
        assert (tmp_path / name).read_bytes() == (examples.DATA / name).read_bytes(), name


@pytest.mark.parametrize("methodology_id", examples.EXAMPLES)
def test_the_frame_of_every_result(methodology_id):
    result = examples.result_of(methodology_id)
    content = result.content
    version = load_methodology(methodology_id, examples.EXAMPLES[methodology_id])
    assert content["methodology"]["digest"] == version.digest
    assert content["engine_version"]
    assert content["outcome"] == version.outcome
    assert content["intermediate_sha256"]
    assert canonical_bytes(json.loads(result.json_bytes)) == result.json_bytes
    assert Result.from_json(result.json_bytes).digest == result.digest
    for name, figure in content["figures"].items():
        assert set(figure) == {"value", "unit"}, name
        assert figure["value"] is None or Decimal(figure["value"]).is_finite()
    for message in (*result.reasons, *result.warnings):
        assert message.text("zh") != message.text("en")
        assert "<" not in message.text("en").replace("< ", "")
    # only credits and statements can be issued at all
    assert result.issuable == (version.outcome in {"credits", "statement"})
    assert "what_if" not in content


def test_inventory():
    result = examples.result_of("KCS-INV")
    water, alkalinity, half = by_hand.loads("spring")
    assert value(result, "water_m3") == pytest.approx(water, rel=1e-6)
    assert value(result, "simple_t_co2") == pytest.approx(alkalinity / 2 * 44.0095e-6, rel=1e-6)
    assert value(result, "gross_t_co2") == pytest.approx((alkalinity / 2 + half) * 44.0095e-6, rel=1e-6)
    assert value(result, "retained_t_co2") == pytest.approx(by_hand.retained("spring", KAPPA), rel=1e-6)


def test_downstream_retention():
    from tests.independent.own_chemistry import speciate_with_phreeqc
    from tests.independent.own_year import Reading

    dic = {}
    for name in ("spring", "downstream"):
        lines, means, _ = by_hand.lines_of(name)

        class Ions:
            @staticmethod
            def at(ec, lines=lines, means=means):
                water = {ion: float(lines[ion] @ [ec, 1]) if ion in lines else mean for ion, mean in means.items()}
                names = dict(k="potassium", na="sodium", ca="calcium", mg="magnesium")
                names |= dict(cl="chloride", so4="sulfate", no3="nitrate")
                short = {key: water[f"{ion}_mg_l"] for key, ion in names.items()}
                return short | {"alkalinity_as_hco3": water["alkalinity_hco3_mg_l"]}

        hours = list(by_hand.hours(name))
        distinct = sorted({(hour.temperature, hour.ph, hour.ec) for hour in hours})
        readings = [Reading(*_fields(*key)) for key in distinct]
        found = dict(zip(distinct, speciate_with_phreeqc(readings, Ions), strict=True))
        dic[name] = sum(
            hour.discharge * 3600 * 1000 * found[hour.temperature, hour.ph, hour.ec].dic_mol for hour in hours
        )
    result = examples.result_of("KCS-NET")
    assert value(result, "upstream_dic_mol") == pytest.approx(dic["spring"], rel=1e-3)
    assert value(result, "downstream_dic_mol") == pytest.approx(dic["downstream"], rel=1e-3)

    water_up, alk_up, half_up = by_hand.loads("spring")
    water_down, alk_down, half_down = by_hand.loads("downstream")
    assert value(result, "water_balance_pct") == pytest.approx(100 * (water_down - water_up) / water_up, abs=1e-3)
    calcite = (alk_up - alk_down) / 2
    organic = 1.5e6 / 12.011
    degassed = dic["spring"] - dic["downstream"] - organic - calcite
    assert value(result, "calcite_t_co2") == pytest.approx(calcite * 44.0095e-6, rel=1e-5)
    assert value(result, "organic_carbon_t_co2") == pytest.approx(1.5 * 44.0095 / 12.011, rel=1e-6)
    assert value(result, "degassed_t_co2") == pytest.approx(degassed * 44.0095e-6, rel=5e-3)
    kappa_down = dic["downstream"] / alk_down
    still = (kappa_down - 0.5) * alk_down + half_down
    kappa = 0.5 + (still - half_up) / alk_up
    assert value(result, "kappa_downstream") == pytest.approx(kappa_down, rel=1e-3)
    assert value(result, "kappa_measured") == pytest.approx(kappa, rel=1e-3)
    # the statement's retained uptake is what is still in the water at the second station
    assert value(result, "retained_t_co2") == pytest.approx(still * 44.0095e-6, rel=2e-3)
    assert value(result, "retained_t_co2") < value(result, "gross_t_co2")
    assert result.content["kappa"]["value"] == value(result, "kappa_measured")


def _fields(temperature, ph, ec):
    """Arguments of own_year.Reading in its own order."""
    from dataclasses import fields

    from tests.independent.own_year import Reading

    known = {"temperature_c": temperature, "ph": ph, "ec25_us_cm": ec}
    return [known.get(field.name, 0.0) for field in fields(Reading)]


def test_aquatic_photosynthesis():
    flow = {}
    for row, hour in zip(examples.table("spring_readings"), by_hand.hours("spring"), strict=True):
        flow[row["timestamp"]] = hour.discharge
    carbon = water = shared = known = 0.0
    for row in examples.record("organic_carbon"):
        q, toc = flow[row["timestamp"]], float(row["toc_mg_l"])
        water += q
        carbon += q * toc
        share = None
        if "carbon_nitrogen_molar" in row:
            nitrogen = 1 / float(row["carbon_nitrogen_molar"])
            share = (nitrogen - 1 / 12) / (1 / 6.6 - 1 / 12)
        elif "autochthonous_share" in row:
            share = float(row["autochthonous_share"])
        if share is not None:
            known += q * toc
            shared += q * toc * share
    whole_water, _, _ = by_hand.loads("spring")
    t_c = shared / known * carbon / water * whole_water / 1e6
    result = examples.result_of("KCS-AQUA")
    assert value(result, "flow_weighted_toc_mg_l") == pytest.approx(carbon / water, abs=1e-4)
    assert value(result, "aquatic_share") == pytest.approx(shared / known, abs=1e-6)
    assert value(result, "aquatic_carbon_t_c") == pytest.approx(t_c, rel=1e-6)
    assert value(result, "aquatic_carbon_t_co2") == pytest.approx(t_c * 44.0095 / 12.011, rel=1e-6)
    assert codes(result.reasons) == {"REPORTING_ONLY"}
    assert result.figure("gross_t_co2") is None  # never beside or inside the flux


def of_july_and_june(record, default):
    """(runoff mm, alkalinity meq/L, acid meq/L) of the record's June and July."""
    months = {row["month"]: row for row in record["months"]}
    mm = [float(months[m]["runoff_mm"]) for m in (6, 7)]
    alkalinity = [float(months[m]["flow_weighted_alkalinity_mg_l_hco3"]) for m in (6, 7)]
    weighted = sum(r * a for r, a in zip(mm, alkalinity, strict=True)) / sum(mm)
    return sum(mm), weighted / 61.0168, 2 * float(record["so4_mg_l"]) / 96.06 + float(record["no3_mg_l"]) / 62.005


def silicate_of(name):
    return next(by_hand.hours(name)).silicate


def test_enhancement_with_baseline_years_and_control():
    result = examples.result_of("KCS-ENH-BACI")
    area, control_area = 11.5, 10.2
    water, _, _ = by_hand.loads("project")
    project_after = by_hand.retained("project", KAPPA)
    mm, alkalinity, acid = of_july_and_june(examples.record("baseline"), None)
    per_m3 = ((KAPPA - 0.5) * alkalinity + 0.5 * (silicate_of("project") - acid)) * 44.0095e-6
    before = per_m3 * mm * area * 1000
    by_years = project_after - max(per_m3 * water, before)
    control_mm, control_alkalinity, control_acid = of_july_and_june(examples.record("control_before"), None)
    control_per_m3 = (KAPPA - 0.5) * control_alkalinity + 0.5 * (silicate_of("control") - control_acid)
    control_before = control_per_m3 * 44.0095e-6 * control_mm * area * 1000
    control_after = by_hand.retained("control", KAPPA) / control_area * area
    by_control = (project_after - before) - (control_after - control_before)
    assert value(result, "baseline_runoff_mm") == pytest.approx(162, abs=1e-6)
    assert value(result, "net_by_baseline_t_co2") == pytest.approx(by_years, rel=1e-5)
    assert value(result, "net_by_control_t_co2") == pytest.approx(by_control, rel=1e-5)
    assert value(result, "net_t_co2") == pytest.approx(min(by_years, by_control), rel=1e-5)
    assert by_control < by_years  # in this example the control decides
    emissions = 1200 * 0.00268 + 3500 * 0.00057
    assert value(result, "leakage_t_co2") == pytest.approx(emissions, abs=1e-6)
    p10 = result.content["uncertainty"]["distributions_t_co2"]["net"]["p10"]
    assert value(result, "net_p10_t_co2") == p10
    assert 0 < p10 < min(by_years, by_control) - emissions
    assert result.whole("creditable_t") == int(p10)
    assert result.content["uncertainty"]["tornado_shares"]["control"] > 0.1


def test_allogenic_irrigation():
    result = examples.result_of("KCS-ALLO")
    water, _, _ = by_hand.loads("project")
    led_in = 210000 + 260000
    silicate = 2.4 / 22.9898 + 0.9 / 39.0983 - 1.2 / 35.453
    acid = 2 * 3.2 / 96.06 + 1.1 / 62.005
    own = ((KAPPA - 0.5) * 18.3 / 61.0168 + 0.5 * (silicate - acid)) * led_in * 44.0095e-6
    mm, alkalinity, baseline_acid = of_july_and_june(examples.record("baseline"), None)
    per_m3 = ((KAPPA - 0.5) * alkalinity + 0.5 * (silicate_of("project") - baseline_acid)) * 44.0095e-6
    baseline = max(per_m3 * (water - 0.5 * led_in), per_m3 * mm * 11.5 * 1000)
    assert value(result, "allogenic_water_t_co2") == pytest.approx(own, rel=1e-6)
    assert value(result, "baseline_t_co2") == pytest.approx(baseline, rel=1e-5)
    assert value(result, "net_t_co2") == pytest.approx(by_hand.retained("project", KAPPA) - own - baseline, rel=1e-5)
    steps = [row["step"] for row in result.content["waterfall"]]
    assert steps.index("allogenic_water") == steps.index("net") - 1
    variance = 2 * (0.05**2 / 3 + 0.06**2 / 72 + 0.08**2 / 20)  # were both sides three years
    assert 10 < value(result, "minimum_detectable_pct") < 100 * 2.4865 * sqrt(variance)
    assert result.whole("creditable_t") > 0


def test_carbonate_powder():
    result = examples.result_of("KCS-POWDER")
    dissolved = 1200 * 0.93 * 0.42 + 850 * 0.90 * 0.38
    kmol, acid = dissolved * 1000 / 100.0869, 620 + 180
    uptake = (KAPPA * (2 * kmol - acid) - kmol) * 0.0440095
    emissions = 51250 * 0.00057 + 82000 * 0.0001 + 4100 * 0.00268
    assert value(result, "dissolved_caco3_t") == pytest.approx(dissolved, abs=1e-3)
    assert value(result, "ceiling_t_co2") == pytest.approx(0.4397129 * 0.72 * dissolved, rel=1e-6)
    assert value(result, "acid_budget_t_co2") == pytest.approx(0.4397129 * 0.72 * dissolved - uptake, rel=1e-5)
    assert value(result, "net_t_co2") == pytest.approx(uptake - emissions, rel=1e-6)
    # the Monte Carlo's spread against propagation by hand
    d_share = (2 * KAPPA - 1) * kmol * 0.0440095
    parts = [0.1 * d_share, 0.02 * d_share, 0.2 * KAPPA * acid * 0.0440095, 0.1 * emissions]
    parts.append(0.04 / sqrt(6) * (2 * kmol - acid) * 0.0440095)
    sd = result.content["uncertainty"]["distributions_t_co2"]["net"]["sd"]
    assert sd == pytest.approx(sqrt(sum(part * part for part in parts)), rel=0.02)
    assert value(result, "net_p10_t_co2") == pytest.approx(uptake - emissions - 1.2816 * sd, rel=0.01)
    assert codes(result.reasons) == {"PILOT_NOT_OPEN"}
    assert result.whole("creditable_t") == result.whole("buffer_t") == 0


def test_potential_dissolution():
    from phreeqpython import PhreeqPython

    phreeqc = PhreeqPython(database="phreeqc.dat")
    total = area = 0.0
    by_county = {}
    for cell in examples.record("dissolution_grid")["cells"]:
        water = phreeqc.add_solution({"temp": float(cell["temperature_c"])})
        water.equalize(["CO2(g)", "Calcite"], [float(cell["log10_soil_pco2_atm"]), 0])
        runoff = max(float(cell["precipitation_mm_a"]) - float(cell["evaporation_mm_a"]), 0)
        rock = float(cell["area_km2"]) * float(cell["carbonate_share"])
        tonnes = runoff * water.total_element("Ca", units="mol") / water.mass * 44.0095 * rock
        water.forget()
        total, area = total + tonnes, area + rock
        by_county[cell["county"]] = by_county.get(cell["county"], 0) + tonnes
    result = examples.result_of("KCS-MPD")
    assert value(result, "potential_t_co2_a") == pytest.approx(total, rel=1e-4)
    assert value(result, "potential_t_co2_km2_a") == pytest.approx(total / area, abs=0.01)
    assert {row["county"]: float(row["potential_t_co2_a"]) for row in result.content["counties"]} == pytest.approx(
        by_county, rel=1e-4
    )
    assert sum(Decimal(row["potential_t_co2_a"]) for row in result.content["counties"]) == pytest.approx(
        result.figure("potential_t_co2_a"), abs=Decimal("0.01")
    )
    assert result.whole("dry_cells") == 1
    closed = value(result, "mean_calcium_closed_form_mmol_l") / value(result, "mean_calcium_mmol_l")
    assert 0.97 < closed < 0.98  # the ion pairs
    model = result.content["model"]
    assert "synthetic" in model["soil_pco2_source"]
    assert "WATEQ" in model["activity_model"]
    assert len(result.plots["potential"].values) == 20


def test_the_program_says_that_eight_times_is_out_of_reach_by_equilibrium():
    result = examples.result_of("KCS-MPD")
    rows = {row["factor"]: row for row in result.content["factors"]["by_equilibrium"]}
    assert 6 < float(rows[2]["pressure_ratio"]) < 8
    assert 230 < float(rows[8]["pressure_ratio"]) < 320
    assert [rows[factor]["reachable"] for factor in (2, 4, 8)] == [True, False, False]
    told = [message.params["factor"] for message in result.warnings if message.code == "FACTOR_NOT_REACHABLE"]
    assert told == [4, 8]
    assert 0.33 < float(result.content["factors"]["exponent"]) < 0.38


def test_limestone_tablets():
    rates = {}
    for row in examples.record("tablets"):
        days = 365 if row["recovered"].startswith("2021") else 40
        if days > 90:
            lost_mg = 1000 * (float(row["mass_before_g"]) - float(row["mass_after_g"]))
            rate = lost_mg / 28.9 / days * 365.25
            rates.setdefault((row["land_use"], float(row["depth_cm"])), []).append(rate)
    every = [rate for group in rates.values() for rate in group]
    result = examples.result_of("KCS-TAB")
    assert result.whole("tablets") == len(every) == 26
    assert value(result, "mean_loss_mg_cm2_a") == pytest.approx(sum(every) / 26, abs=1e-5)
    assert value(result, "mean_t_co2_km2_a") == pytest.approx(sum(every) / 26 * 0.985 * 4.397129, abs=1e-4)
    groups = {(row["land_use"], float(row["depth_cm"])): row for row in result.content["groups"]}
    assert set(groups) == set(rates)
    for key, values in rates.items():
        mean = sum(values) / len(values)
        sd = sqrt(sum((rate - mean) ** 2 for rate in values) / (len(values) - 1))
        assert groups[key]["n"] == len(values)
        assert float(groups[key]["loss_mg_cm2_a"]) == pytest.approx(mean, abs=1e-5)
        assert float(groups[key]["cv"]) == pytest.approx(sd / mean, abs=1e-4)
    assert codes(result.warnings) == {"TABLET_GAINED", "TABLET_BURIED_SHORTLY"}


FIGURES_WHEN_PUBLISHED = {
    "KCS-INV": "2d6339ba02e7b8abb6ed4c2a958285278909d6fddbd23d19f94ba2dbc789fb57",
    "KCS-NET": "6742dd5bd07d6f78176324c610dd1b9b3487a1c9c27dd2806696f68ed2f11159",
    "KCS-AQUA": "435233b384634674b85f24f9479ff2da813426e8d29a3c00605c19c4e63f1ea5",
    "KCS-ENH-BACI": "a84e720251e97afec8f2c612f74bb754c9977e32f3795613abcf179820efb66f",
    "KCS-ALLO": "e22183a5cb5a79369b269b519b594c738b02b73e2da4f7351433d9e543d006f8",
    "KCS-POWDER": "c1f7e22eb94ff13f73c2485bc0b8848ef1ffa7504fb2cb66e4001e44b8afacaf",
    "KCS-MPD": "766016cc185564ccaf6fe9330192c8d59478807a41439b82794f5ff60b29e666",
    "KCS-TAB": "c72c39583ce95b48624706b1dce2d151b696f3b000fda3ad82248ea226862e5d",
}


@pytest.mark.parametrize("methodology_id", examples.EXAMPLES)
def test_a_published_version_gives_the_same_figures_for_ever(methodology_id):
    figures = examples.result_of(methodology_id).content["figures"]
    assert canonical_digest(figures) == FIGURES_WHEN_PUBLISHED[methodology_id]
