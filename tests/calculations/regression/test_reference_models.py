"""A published set in the place of samples: as printed, held at its range, told, and never issuable."""

from dataclasses import replace

import numpy as np
import pytest

from calculations.bundle import Bundle
from calculations.engine import compute
from calculations.methodologies import methodology_bytes, read_methodology
from calculations.regression.reference_models import (
    line_messages,
    reference_messages,
    reference_models,
    reference_record,
    sealed_reference,
)
from calculations.regression.reference_sets import REFERENCE_SET_NAMES, ReferenceSetError, reference_set
from calculations.sealed import SealedError
from tests.calculations.jiangkou import evidence

ACCEPTED = {"by": "Wu", "reason": "no samples before 2022"}


@pytest.mark.parametrize("name", REFERENCE_SET_NAMES)
def test_values_are_the_printed_ones_inside_the_range_and_its_edge_outside(name):
    chosen = reference_set(name)
    models = reference_models(chosen)
    low, middle, high = chosen.ec25_low_us_cm, chosen.ec25_mean_us_cm, chosen.ec25_high_us_cm
    found = models.concentrations_mg_l(np.array([10.0, low, middle, high, 5000.0]))
    for ion, values in found.items():
        assert values[2] == pytest.approx(chosen.ions[ion].at(middle))
        assert values[0] == values[1] == max(chosen.ions[ion].at(low), 0.0)
        assert values[3] == values[4]
    assert ("chloride_mg_l" in models.not_analysed) == (name == "guizhou-north"), "1L44 is no number"
    assert "nitrate_mg_l" in models.not_analysed


def test_the_east_set_gives_88_8_where_68_7_was_measured():
    chosen = reference_set("guizhou-east")
    calcium = reference_models(chosen).models["calcium_mg_l"]
    assert calcium.mean_mg_l == pytest.approx(88.8, abs=0.05)
    assert calcium.mean_sd_mg_l == pytest.approx(88.83 - 68.74, abs=0.01), "what it differs from its own region"
    told = [message.text("en") for message in reference_messages(chosen)]
    assert any("88.8" in text and "68.7" in text for text in told)


def test_a_rejected_set_needs_a_person_who_accepts_it():
    with pytest.raises(ReferenceSetError) as refused:
        reference_record(reference_set("guizhou-east"))
    assert refused.value.code == "REFERENCE_SET_REJECTED"
    record = reference_record(reference_set("guizhou-east"), ACCEPTED)
    assert record["accepted"] == ACCEPTED
    assert record["reference"]["printed"]["calcium_mg_l"] == "0.52 × EC − 78.95"
    with pytest.raises(ReferenceSetError):
        sealed_reference({key: value for key, value in record.items() if key != "accepted"})


def test_readings_beyond_the_range_and_below_zero_are_counted():
    told = {
        message.code: message
        for message in reference_messages(reference_set("guizhou-east"), np.array([120.0, 300.0, np.nan, 340.0, 400.0]))
    }
    assert told["READINGS_OUTSIDE_RANGE"].params["count"] == 2
    assert told["ION_BELOW_ZERO"].params == {"ion": "calcium_mg_l", "count": 1, "found": 25.0}


def test_a_stations_own_line_is_told_of_too():
    models = reference_models(reference_set("guizhou-north"))
    told = {message.code for message in line_messages(models, np.array([100.0, 500.0]))}
    assert told == {"LINE_NEGATIVE_IN_RANGE", "READINGS_OUTSIDE_RANGE", "ION_BELOW_ZERO"}
    assert line_messages(reference_models(reference_set("guizhou-south")), np.array([400.0, 500.0])) == []


def computed(record, methodology):
    changed = replace(evidence(), samples=[], regressions=record)
    return compute(Bundle.of(changed), read_methodology(methodology_bytes(*methodology)))


def test_an_inventory_is_calculated_with_it_and_says_so():
    record = reference_record(reference_set("guizhou-east"), ACCEPTED)
    content = computed(record, ("KCS-INV", "1.0.0")).content
    codes = {message["code"] for message in content["warnings"]}
    assert {"REFERENCE_SET_USED", "REFERENCE_MEAN_DISAGREES", "READINGS_OUTSIDE_RANGE"} <= codes
    assert content["issuable"]


def test_credits_are_refused_to_it():
    record = reference_record(reference_set("guizhou-south"), ACCEPTED)
    content = computed(record, ("KCS-ENH-BACI", "1.1.0")).content
    assert not content["issuable"]
    assert "REFERENCE_SET_NOT_FOR_CREDITS" in {message["code"] for message in content["reasons"]}


def test_a_sealed_set_that_was_changed_is_refused():
    record = reference_record(reference_set("guizhou-south"), ACCEPTED)
    record["models"]["calcium_mg_l"]["slope"] = 0.23
    with pytest.raises(SealedError, match="REGRESSION_DISAGREES"):
        computed(record, ("KCS-INV", "1.0.0"))
