"""Duplicates and blanks: who belongs to whom, how far apart, and what is told."""

import pytest

from calculations.quality.lab_controls import blanks_of, control_messages, pairs_of, uncertainty_of_pairs


def sample(number, calcium="60", alkalinity="180", purpose="monthly", **fields):
    return {
        "file": "lab.csv",
        "row": number,
        "sample_id": f"JK-{number}",
        "timestamp": f"2021-05-{number:02d}T02:00:00Z",
        "calcium_mg_l": calcium,
        "alkalinity_hco3_mg_l": alkalinity,
        "potassium_mg_l": "<0.05",
        "purpose": purpose,
    } | fields


def test_a_duplicate_finds_its_sample_by_number_or_by_time():
    by_number = sample(4, "63", purpose="duplicate", sample_id="JK-2", timestamp="2021-05-02T02:20:00Z")
    by_time = sample(3, "60", purpose="field_duplicate", sample_id="JK-3-B")
    alone = sample(9, purpose="duplicate")
    records = [sample(2), sample(3), by_number, by_time, alone]
    first, second = pairs_of(records)
    assert (first.sample, first.duplicate) == (0, 2)
    assert first.differences["calcium_mg_l"] == pytest.approx((60, 63, 200 * 3 / 123))
    assert (second.sample, second.duplicate) == (1, 3)
    assert second.largest_pct == 0
    assert "potassium_mg_l" not in first.differences, "below detection on both sides says nothing"


def test_the_uncertainty_of_one_result_by_hand():
    records = [sample(1), sample(2), sample(1, alkalinity="190", purpose="duplicate"), sample(2, purpose="duplicate")]
    share = 200 * 10 / 370 / 100
    expected = (share**2 / 4) ** 0.5
    assert uncertainty_of_pairs(pairs_of(records), "alkalinity_hco3_mg_l") == pytest.approx(expected)
    assert uncertainty_of_pairs([], "alkalinity_hco3_mg_l") is None


def test_what_a_blank_holds_is_weighed_against_the_median_sample():
    records = [sample(1, "50"), sample(2, "60"), sample(3, "70"), sample(4, "6", "<1", purpose="blank")]
    (blank,) = blanks_of(records)
    assert blank.found == {"calcium_mg_l": (6.0, pytest.approx(10.0))}


def test_only_what_matters_is_told():
    close = [sample(1), sample(1, "61", purpose="duplicate"), sample(5, "<0.1", "<1", purpose="blank")]
    assert control_messages(close, u_lab=0.02) == []
    apart = [sample(1), sample(1, "80", "200", purpose="duplicate"), sample(5, "5", "<1", purpose="blank")]
    told = {message.code: message for message in control_messages(apart, u_lab=0.02)}
    assert set(told) == {"DUPLICATES_DIFFER", "DUPLICATES_WORSE_THAN_ASSUMED", "BLANK_NOT_CLEAN"}
    assert told["DUPLICATES_DIFFER"].params["row"] == 1
    for message in told.values():
        assert message.text("zh") != message.text("en")
        assert message.code not in message.text("en")
