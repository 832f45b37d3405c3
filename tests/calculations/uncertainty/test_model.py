"""The Monte Carlo of the year: against analysis, against brute force, and where errors cancel."""

import math

import numpy as np
import pytest

from tests.calculations import jiangkou

NO_OTHER_ERRORS = ("u_gauging_bias", "u_ec_gain", "u_lab_alkalinity", "u_lab_acids", "u_area")


def without(*symbols):
    """Changes to the methodology's text that set these standard uncertainties to zero."""
    text = jiangkou.methodology_bytes("KCS-ENH-BACI", "1.0.0").decode()
    changes = []
    for symbol in symbols:
        block = text[text.index(f'symbol = "{symbol}"') :].split("\n\n")[0]
        line = next(part for part in block.split("\n") if part.startswith("default"))
        changes.append((block, block.replace(line, "default = 0.0")))
    return tuple(changes)


def distribution(result, name="net"):
    return result.content["uncertainty"]["distributions_t_co2"][name]


def test_spread_is_what_the_first_order_shares_of_each_group_say():
    content = jiangkou.official().content
    assert sum(content["uncertainty"]["tornado_shares"].values()) == pytest.approx(1.0, abs=1e-5)
    assert content["uncertainty"]["check"]["largest_relative_difference"] < 0.0002
    net = distribution(jiangkou.official())
    assert net["p5"] < net["p10"] < net["p50"] < net["p90"] < net["p95"]
    # nearly normal: P10 lies 1.28 standard deviations below the median
    assert (net["p50"] - net["p10"]) / net["sd"] == pytest.approx(1.28, abs=0.08)


def test_kappa_alone_worked_by_hand():
    # with one baseline water and one project water, d net / d kappa is the difference of the alkalinity loads
    quiet = without(*NO_OTHER_ERRORS)
    baseline = jiangkou.baseline() | {"relative_standard_uncertainty_of_alkalinity": 0.0}
    result = jiangkou.run(jiangkou.evidence(baseline=baseline), "KCS-ENH-BACI", *quiet)
    shares = result.content["uncertainty"]["tornado_shares"]
    water = float(result.figure("water_m3"))
    slope = (float(result.figure("flow_weighted_hco3_mg_l")) - 104.0) / 61.0168 * water * 44.0095e-6
    by_kappa = slope * 0.04 / math.sqrt(6)
    everything = distribution(result)["sd"]
    assert by_kappa < everything
    assert by_kappa**2 / everything**2 == pytest.approx(shares["kappa"], rel=0.08)
    assert shares["baseline"] == shares["laboratory"] == shares["area"] == 0.0


def test_errors_shared_with_the_project_cancel():
    shared = jiangkou.baseline()
    spread = {}
    for name in ("rating", "kappa", "area"):
        others = [item for item in shared["errors_shared_with_project"] if item != name]
        dry = shared | {"runoff_mm_per_year": 900.0}
        together = jiangkou.run(jiangkou.every(3, baseline=dry))
        apart = jiangkou.run(jiangkou.every(3, baseline=dry | {"errors_shared_with_project": others}))
        spread[name] = distribution(apart)["sd"] / distribution(together)["sd"]
    assert spread["kappa"] > 1.05
    assert spread["rating"] > 1.02
    assert spread["area"] > 1.001
    same_lab = shared | {"errors_shared_with_project": [*shared["errors_shared_with_project"], "lab"]}
    with_lab = distribution(jiangkou.run(jiangkou.every(3, baseline=same_lab)))["sd"]
    assert with_lab < 0.95 * distribution(jiangkou.run(jiangkou.every(3)))["sd"]


def test_another_kind_of_arithmetic_gives_the_same_distribution():
    # plain numpy, plain loops over draws, normal deviates from another generator, linearised rating
    given = jiangkou.evidence()
    rng = np.random.default_rng(12)
    stage = jiangkou.readings()[1]["stage"][2] / 1000
    ec25 = jiangkou.readings()[1]["specific_conductance_25c"][2] / 10
    curve = given.curve
    mean = np.array([math.log(curve["a"]), curve["b"], curve["h0_m"]])
    ions = given.regressions["models"]
    held = np.clip(ec25, 199.6, 352.7)
    rows = [
        (
            float(item["specific_conductance_25c_us_cm"]),
            float(item["alkalinity_hco3_mg_l"]),
            float(item["sulfate_mg_l"]),
        )
        for item in jiangkou.samples()
    ]
    x, alkalinity, sulfate = (np.array(column) for column in zip(*rows, strict=True))
    cov_alk = np.polyfit(x, alkalinity, 1, cov=True)
    cov_so4 = np.polyfit(x, sulfate, 1, cov=True)
    top = curve["h0_m"] + (1.25 * 4.338 / curve["a"]) ** (1 / curve["b"])
    net = []
    for _ in range(400):
        ln_a, b, h0 = rng.multivariate_normal(mean, np.array(curve["covariance_ln_a_b_h0"]))
        capped = np.minimum(stage, top)
        discharge = np.exp(ln_a) * np.maximum(capped - h0, 1e-9) ** b * (1 + 0.02 * rng.standard_normal())
        ec = held * (1 + 0.01 * rng.standard_normal())
        slope, intercept = rng.multivariate_normal(*cov_alk)
        alk = (slope * ec + intercept) * (1 + 0.02 * rng.standard_normal()) / 61.0168
        slope, intercept = rng.multivariate_normal(*cov_so4)
        lab = 1 + 0.03 * rng.standard_normal()
        no3 = ions["nitrate_mg_l"]["mean_mg_l"] / 62.005
        acid = ((slope * ec + intercept) * 2 / 96.06 + no3) * lab
        kappa = rng.triangular(0.82, 0.86, 0.90)
        base_acid = (2 * 14 / 96.06 + 4.2 / 62.005) * (1 + 0.03 * rng.standard_normal())
        base = (kappa - 0.5) * 104 / 61.0168 * (1 + 0.03 * rng.standard_normal()) - 0.5 * base_acid
        flux = (kappa - 0.5) * alk - 0.5 * acid
        net.append((discharge * (flux - base)).sum() * 900 * 44.0095e-6)
    ours = distribution(jiangkou.official())
    assert np.mean(net) == pytest.approx(ours["mean"], rel=0.02)
    assert np.std(net) == pytest.approx(ours["sd"], rel=0.1)


def test_the_same_evidence_and_methodology_draw_the_same_and_another_evidence_does_not():
    first, second = jiangkou.run(jiangkou.every(3)), jiangkou.run(jiangkou.every(3))
    assert first.json_bytes == second.json_bytes
    other = jiangkou.run(jiangkou.every(3, baseline=jiangkou.baseline() | {"what": "the same, said otherwise"}))
    assert other.content["uncertainty"]["seed"] != first.content["uncertainty"]["seed"]
