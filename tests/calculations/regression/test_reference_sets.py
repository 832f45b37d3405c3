"""The published sets are shipped as printed and their defects are named (methodology, section 1)."""

import csv
from pathlib import Path

import numpy as np
import pytest

from calculations.masses import milliequivalents_per_mg
from calculations.regression.published import TABLE_1_MEANS, TABLE_2
from calculations.regression.reference_sets import (
    CONDUCTANCE_AT_STRENGTH,
    LIMITING_US_CM_PER_MEQ_L,
    REFERENCE_SET_NAMES,
    ReferenceSetError,
    read_published,
    reference_set,
)

GOLDEN = Path(__file__).parents[2] / "data" / "golden" / "speciation_visible.csv"


def defects(region, ion=None, code=None):
    return [
        item
        for item in reference_set(f"guizhou-{region}").defects
        if (ion is None or item.ion == ion) and (code is None or item.code == code)
    ]


@pytest.mark.parametrize(
    ("region", "ion", "off_pct", "verdict"),
    [
        ("east", "magnesium_mg_l", 717, "rejected"),
        ("east", "calcium_mg_l", 29, "rejected"),
        ("south", "alkalinity_hco3_mg_l", -12, "flagged"),
        ("west", "magnesium_mg_l", -39, "rejected"),
        ("north", "sulfate_mg_l", -11, "flagged"),
    ],
)
def test_lines_that_miss_the_means_they_belong_to(region, ion, off_pct, verdict):
    (found,) = defects(region, ion, "REFERENCE_MEAN_DISAGREES")
    assert found.params["off_pct"] == pytest.approx(off_pct, abs=0.5)
    assert found.verdict == verdict


def test_the_east_calcium_is_the_one_the_issue_names():
    (found,) = defects("east", "calcium_mg_l", "REFERENCE_MEAN_DISAGREES")
    assert found.params["value"] == pytest.approx(88.8, abs=0.05)
    assert found.params["mean"] == 68.74
    assert "88.8" in found.message.text("zh")
    assert "Ca²⁺" in found.message.text("en")


def test_slopes_that_charge_does_not_allow():
    (calcium,) = defects("east", "calcium_mg_l", "REFERENCE_SLOPE_IMPOSSIBLE")
    # 0.52 mg/L per uS/cm are 0.025949 meq/L, with HCO3 (59.5 + 44.5) * 0.025949 * 0.78 = 2.105 uS/cm per uS/cm
    assert calcium.params["conducted"] == pytest.approx(2.105, abs=0.001)
    (together,) = defects("east", "", "REFERENCE_SLOPES_CONDUCT")
    assert together.params["conducted"] > 1.7
    assert {item.verdict for item in defects("east", "", "REFERENCE_CHARGE_BALANCE")} == {"rejected"}
    assert defects("west", "", "REFERENCE_SLOPES_CONDUCT") == []


def test_lines_that_turn_negative():
    (found,) = defects("north", "sulfate_mg_l", "REFERENCE_NEGATIVE_BELOW")
    assert found.params["ec25"] == pytest.approx(154.76 / 0.43)
    assert found.verdict == "rejected"  # inside the mean and two standard deviations
    (found,) = defects("east", "calcium_mg_l", "REFERENCE_NEGATIVE_BELOW")
    assert found.params["ec25"] == pytest.approx(151.8, abs=0.05)
    assert found.verdict == "flagged"
    (found,) = defects("west", "calcium_mg_l", "REFERENCE_NEGATIVE_BELOW")
    assert found.verdict == "noted"


def test_the_misprint_is_named_and_has_no_value():
    (found,) = defects("north", "chloride_mg_l")
    assert (found.code, found.params["printed"]) == ("REFERENCE_MISPRINT", "1L44")
    predicted = reference_set("guizhou-north").predict(np.array([560.0]), accept_defects=True)
    assert predicted.without_value == ("chloride_mg_l",)
    assert "chloride_mg_l" not in predicted.concentrations_mg_l


def test_every_set_is_shipped_as_printed():
    assert REFERENCE_SET_NAMES == ("guizhou-east", "guizhou-west", "guizhou-north", "guizhou-south")
    for region, printed in TABLE_2.items():
        assert reference_set(f"guizhou-{region}").record()["printed"] == printed
        assert set(printed) == set(TABLE_1_MEANS[region])
    assert read_published("calcium_mg_l", "0.52 × EC − 78.95").at(322.65) == pytest.approx(88.828)
    assert read_published("magnesium_mg_l", "0.02 × EC + 9.09").at(100.0) == pytest.approx(11.09)


def test_verdicts_and_what_they_mean():
    verdicts = {name: reference_set(name).verdict for name in REFERENCE_SET_NAMES}
    assert verdicts == {
        "guizhou-east": "rejected",
        "guizhou-west": "rejected",
        "guizhou-north": "rejected",
        "guizhou-south": "flagged",
    }
    with pytest.raises(ReferenceSetError) as caught:
        reference_set("guizhou-east").predict(np.array([300.0]))
    assert caught.value.code == "REFERENCE_SET_REJECTED"
    assert "REFERENCE_SLOPE_IMPOSSIBLE" in caught.value.params["reasons"]


def test_nothing_is_repaired_and_what_is_negative_or_outside_is_said():
    ec25 = np.array([120.0, 322.65, np.nan])
    found = reference_set("guizhou-east").predict(ec25, accept_defects=True)
    assert found.concentrations_mg_l["calcium_mg_l"][1] == pytest.approx(88.828)
    assert found.concentrations_mg_l["calcium_mg_l"][0] == 0.0
    assert found.below_zero["calcium_mg_l"].tolist() == [True, False, False]
    assert found.outside.tolist() == [True, False, False]
    assert np.isnan(found.concentrations_mg_l["sulfate_mg_l"][2])


def test_an_unknown_set_is_refused_with_the_known_ones():
    with pytest.raises(ReferenceSetError) as caught:
        reference_set("guangxi")
    assert "guizhou-south" in caught.value.text("en")


def test_the_share_of_limiting_conductance_is_that_of_the_four_mean_waters():
    columns = {
        "potassium_mg_l": "K_mgL", "sodium_mg_l": "Na_mgL", "calcium_mg_l": "Ca_mgL", "magnesium_mg_l": "Mg_mgL",
        "chloride_mg_l": "Cl_mgL", "sulfate_mg_l": "SO4_mgL", "alkalinity_hco3_mg_l": "Alk_HCO3_mgL",
    }  # fmt: skip
    with GOLDEN.open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream)][:4]
    shares = [
        float(row["sc25_uS_cm"])
        / sum(
            float(row[name]) * milliequivalents_per_mg(ion) * LIMITING_US_CM_PER_MEQ_L[ion]
            for ion, name in columns.items()
        )
        for row in rows
    ]
    assert shares == pytest.approx([0.882, 0.865, 0.797, 0.822], abs=0.001)
    assert min(shares) >= CONDUCTANCE_AT_STRENGTH
