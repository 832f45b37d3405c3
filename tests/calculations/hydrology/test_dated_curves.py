"""Segments, weirs, versions and shifts on their way to tonnes: choosing, sealing, computing, and what is refused."""

import copy
import io
import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculations.bundle import Bundle, evidence_digest, read_bundle, write_bundle
from calculations.engine import compute
from calculations.evidence import EvidenceError, parse_utc_s
from calculations.hydrology.dated_curves import DatedCurves, dated_curves, exclusions_of, weir_of
from calculations.hydrology.gaugings import fit_gaugings
from calculations.hydrology.rating import RatingError
from calculations.hydrology.rating_choice import Choice, Piece, fit_choice, sealed_record
from calculations.hydrology.weirs import WeirError
from calculations.messages import CalculationError
from calculations.uncertainty.relation_draws import discharge_of, segment_draws
from tests.calculations import jiangkou

FORMS = ("[quality]", '[discharge]\nforms = ["power_law", "segments", "weir", "in_time"]\n\n[quality]')
FLOOD = "2021-08-01T00:00:00Z"
WEIR = {
    "kind": "rectangular",
    "width_m": 12.0,
    "crest_stage_m": 0.18,
    "notch_above_bed_m": 0.5,
    "sd_of_stage_m": 0.004,
}


def gaugings(file="bed.csv", *, scale=1.0, seed=1, count=24, year=2021, noise=0.04):
    """Gaugings of a bed with a riffle below 0.8 m and a channel above it, each to 4 % if nothing else is said."""
    rng = np.random.default_rng(seed)
    found = []
    for row, stage in enumerate(np.linspace(0.3, 2.2, count).round(3), start=1):
        below = 2.6 * (min(stage, 0.8) - 0.18) ** 1.75
        true = below if stage <= 0.8 else below * ((stage - 0.45) / (0.8 - 0.45)) ** 1.2
        measured = scale * true * np.exp(noise * rng.standard_normal())
        found.append(
            {
                "file": file,
                "row": row,
                "timestamp": f"{year}-{1 + row // 3:02d}-15T12:00:00+08:00",
                "stage_m": f"{stage:.3f}",
                "discharge_m3_s": f"{measured:.4f}",
                "uncertainty_pct": "4",
            }
        )
    return found


@cache
def fitted_record(rows_json, choice):
    return fit_choice(json.loads(rows_json), choice).record


def piece(choice, rows, **span):
    """The choice fitted to the gaugings (each fit is made once), valid in a span."""
    record = copy.deepcopy(fitted_record(json.dumps(rows), choice))
    place = {"valid_from": None, "valid_to": None} | span
    return Piece(record, rows[0]["file"], **place)


def given_with(curve, rows):
    return replace(year(), curve=curve, gaugings=rows)


@cache
def year():
    return jiangkou.every(12)


def run(evidence, methodology="KCS-INV"):
    return jiangkou.run(evidence, methodology, FORMS)


# ---- choosing


def test_each_form_can_be_chosen_and_says_what_the_gaugings_think_of_it():
    rows = gaugings(noise=0.005)
    single, double = fit_choice(rows, Choice()), fit_choice(rows, Choice(segments=2))
    assert single.record == fit_gaugings(rows).record
    assert len(double.record["segments"]) == 2
    assert double.relation.shape.breaks_m[0] == pytest.approx(0.8, abs=0.03)
    assert not [m for m in double.messages if m.code == "SEGMENTS_NOT_SUPPORTED"]
    plain = jiangkou.gaugings()
    assert "SEGMENTS_NOT_SUPPORTED" in {m.code for m in fit_choice(plain, Choice(segments=2)).messages}


def test_a_weir_is_checked_by_its_gaugings():
    rows = [
        {
            "file": "w.csv",
            "row": n,
            "timestamp": "",
            "stage_m": str(h),
            "discharge_m3_s": str(q),
            "uncertainty_pct": "5",
        }
        for n, (h, q) in enumerate([(0.4, 2.20), (0.5, 3.85)], start=1)
    ]
    found = fit_choice(rows, Choice(weir=WEIR))
    assert {m.code for m in found.messages} == set()
    half = [row | {"discharge_m3_s": str(0.5 * float(row["discharge_m3_s"]))} for row in rows]
    assert [m.code for m in fit_choice(half, Choice(weir=WEIR)).messages] == ["WEIR_DEPARTS"]
    assert [m.code for m in fit_choice([], Choice(weir=WEIR)).messages] == ["WEIR_NOT_GAUGED"]
    with pytest.raises(WeirError):
        fit_choice([], Choice(weir=WEIR | {"width_m": 0.01}))
    with pytest.raises(EvidenceError):
        fit_choice([], Choice(weir={"kind": "rectangular", "width_m": 2.0}))


def test_after_a_flood_only_later_gaugings_count_and_the_others_are_named():
    rows = gaugings(count=24)
    found = fit_choice(rows, Choice(), gauged_s=(parse_utc_s("2021-04-01T00:00:00+08:00"), None))
    left_out = {item["row"] for item in found.record["exclusions"] if item["code"] == "GAUGING_OF_ANOTHER_TIME"}
    assert left_out == set(range(1, 9))
    assert found.record["n"] == 16


# ---- sealing


def test_one_power_law_is_sealed_as_ever():
    evidence = jiangkou.evidence()
    record = fit_gaugings(evidence.gaugings, period_s=jiangkou.PERIOD_S).record
    assert sealed_record([Piece(record, "any", None, None)]) == record
    assert evidence_digest(replace(evidence, curve=sealed_record([Piece(record, "any", None, None)]))) == (
        evidence_digest(evidence)
    )


def test_a_sealed_history_is_read_back_and_recomputed_to_the_same_bytes():
    rows = gaugings()
    later = gaugings("later.csv", scale=1.15, seed=2, count=12, year=2022)
    curve = sealed_record(
        [
            piece(Choice(segments=2), rows, valid_to=FLOOD),
            replace(
                piece(Choice(), later, valid_from=FLOOD),
                shifts=(
                    {"at": "2021-09-01T00:00:00Z", "shift_m": "0.020", "sd_m": "0.004"},
                    {"at": "2022-02-01T00:00:00Z", "shift_m": "0.060", "sd_m": "0.004"},
                ),
            ),
        ]
    )
    sealed = io.BytesIO()
    write_bundle(given_with(curve, rows + later), sealed)
    bundle = read_bundle(io.BytesIO(sealed.getvalue()))
    methodology = jiangkou.quick_methodology("KCS-INV", FORMS)
    first, second = compute(bundle, methodology), compute(bundle, methodology)
    assert first.json_bytes == second.json_bytes
    assert first.content["curve"]["curves"][0]["relation"]["segments"]
    assert [m.code for m in first.warnings if m.code == "CURVES_IN_TIME"]
    assert first.content["uncertainty"]["check"]["largest_relative_difference"] < 1e-4


def test_a_touched_figure_of_any_curve_is_named():
    rows = gaugings()
    curve = sealed_record([piece(Choice(segments=2), rows)])
    curve["curves"][0]["relation"]["segments"][1]["b"] += 0.01
    with pytest.raises(CalculationError, match=r"curves/0/relation/segments/1/b"):
        run(given_with(curve, rows))


def test_a_version_that_is_silent_about_forms_takes_one_power_law_only():
    rows = gaugings()
    curve = sealed_record([piece(Choice(segments=2), rows)])
    with pytest.raises(CalculationError) as refused:
        jiangkou.run(given_with(curve, rows), "KCS-INV")
    assert refused.value.code == "CURVE_FORM_NOT_ALLOWED"
    assert "segments" in refused.value.text("en")


@pytest.mark.parametrize(
    "broken",
    [
        {"curves": []},
        {"curves": "x"},
        {"curves": [{"relation": {"kind": "v_notch", "angle_deg": "90"}}]},
        {"curves": [{"relation": {"kind": "labyrinth"}}]},
        {"curves": [{"relation": {"segments": [1]}, "file": "bed.csv"}]},
        {"curves": [{"relation": {"segments": 3}, "file": "bed.csv"}]},
        {"curves": [{"relation": {}, "file": "bed.csv", "shifts": [{"at": "soon", "shift_m": "1"}]}]},
        {"curves": [{"relation": {}, "file": "bed.csv", "shifts": [{"at": FLOOD, "shift_m": "9"}]}]},
        {"curves": [{"relation": {}, "file": "bed.csv", "from": "yesterday"}]},
        {"curves": [{"relation": {}, "file": "bed.csv", "from": FLOOD, "to": FLOOD}]},
        {"curves": [{"relation": {}, "file": "bed.csv"}, {"relation": {}, "file": "bed.csv"}]},
        {"curves": [{"relation": {}, "file": "elsewhere.csv"}]},
    ],
)
def test_a_record_that_cannot_be_is_a_typed_refusal(broken):
    with pytest.raises(CalculationError):
        dated_curves({"form": "curves in time"} | broken, gaugings())


# ---- discharge in time


def history(*shifts):
    rows = gaugings()
    record = sealed_record([replace(piece(Choice(segments=2), rows), shifts=shifts)])
    return dated_curves(record, rows)


@cache
def two_segments():
    return history().entries[0].relation


@settings(max_examples=60, deadline=None)
@given(st.floats(0.25, 2.6), st.floats(1e-9, 1e-6))
def test_discharge_is_continuous_over_every_break_and_never_falls_with_the_stage(stage, step):
    relation = two_segments()
    for at in (stage, *relation.shape.breaks_m):
        low, high = relation.discharge_m3_s_at(np.array([at - step, at + step]))
        assert 0.0 <= low <= high
        assert high - low <= 1e-4 * max(high, 1e-3)


def test_a_shift_moves_the_stage_in_a_straight_line_of_time_and_holds_outside():
    moved = history(
        {"at": "2021-06-01T00:00:00Z", "shift_m": "0.000"}, {"at": "2021-06-11T00:00:00Z", "shift_m": "0.100"}
    )
    times = np.array([parse_utc_s(f"2021-{day}T00:00:00Z") for day in ("05-01", "06-01", "06-06", "06-11", "09-01")])
    rated = moved.rated(times, np.full(5, 0.700))
    assert rated.stage_m.tolist() == pytest.approx([0.7, 0.7, 0.75, 0.8, 0.8])
    assert (rated.discharge_m3_s == moved.entries[0].relation.discharge_m3_s_at(rated.stage_m)).all()


def test_where_no_curve_holds_nothing_is_counted_and_it_is_said():
    rows = gaugings()
    whole = run(given_with(sealed_record([piece(Choice(segments=2), rows)]), rows))
    until = run(given_with(sealed_record([piece(Choice(segments=2), rows, valid_to="2022-01-01T00:00:00Z")]), rows))
    assert until.figure("water_m3") < whole.figure("water_m3")
    assert until.figure("time_counted_pct") < 70
    (message,) = [m for m in until.warnings if m.code == "CURVE_NOT_VALID"]
    # from January to the end of April at two readings a day, give or take the eight hours that the zones differ
    assert abs(message.params["slots"] - 2 * (31 + 28 + 31 + 30)) <= 1


def test_a_weir_gives_its_formula_and_its_own_uncertainty():
    curve = sealed_record([Piece(weir_of(WEIR).record(), None, None, None)])
    found = run(given_with(curve, []))
    evidence = given_with(curve, [])
    stage = next(item for item in evidence.series if item.parameter == "stage").to_float()
    head = np.maximum(stage - WEIR["crest_stage_m"], 0.0)
    water = np.sum(2 / 3 * 0.602 * 12.0 * np.sqrt(2 * 9.80665) * head**1.5) * 12 * 3600
    assert float(found.figure("water_m3")) == pytest.approx(water, rel=1e-9)
    assert 0.0 < found.content["uncertainty"]["tornado_shares"]["rating"] < 0.9


# ---- uncertainty


def test_two_ways_of_drawing_one_power_law_agree():
    """The table of drawn histories against the published surfaces, on the same curve."""
    plain = year()
    curve = {
        "form": "curves in time",
        "curves": [
            {
                "from": None,
                "to": None,
                "file": jiangkou.GAUGINGS.name,
                "relation": {key: value for key, value in plain.curve.items() if key != "exclusions"},
                "exclusions": exclusions_of(plain.curve),
                "shifts": [],
            }
        ],
    }
    first, second = (run(given_, "KCS-ENH-BACI") for given_ in (plain, replace(plain, curve=curve)))
    for name in ("water_m3", "gross_t_co2", "net_t_co2", "extrapolation_deduction_t_co2"):
        assert second.figure(name) == first.figure(name)
    one, other = (r.content["uncertainty"]["distributions_t_co2"]["net"] for r in (first, second))
    assert other["sd"] == pytest.approx(one["sd"], rel=0.03)
    assert other["p50"] == pytest.approx(one["p50"], abs=0.06 * one["sd"])
    assert other["p10"] == pytest.approx(one["p10"], abs=0.08 * one["sd"])
    assert second.content["uncertainty"]["tornado_shares"]["rating"] == pytest.approx(
        first.content["uncertainty"]["tornado_shares"]["rating"], abs=0.05
    )


def test_every_drawn_year_is_what_plain_sums_over_its_readings_give():
    rows = gaugings()
    found = run(
        given_with(sealed_record([piece(Choice(segments=2), rows, valid_to=FLOOD), weir_piece()]), rows),
        "KCS-ENH-BACI",
    )
    assert found.content["uncertainty"]["check"]["largest_relative_difference"] < 1e-4


def weir_piece():
    return Piece(weir_of(WEIR).record(), None, FLOOD, None)


def test_an_uncertain_shift_widens_the_distribution():
    rows = gaugings()
    base = piece(Choice(segments=2), rows)

    def sd(by):
        shifts = ({"at": FLOOD, "shift_m": "0.010", "sd_m": by},)
        result = run(given_with(sealed_record([replace(base, shifts=shifts)]), rows))
        return result.content["uncertainty"]["distributions_t_co2"]["retained"]["sd"]

    assert sd("0.050") > 1.15 * sd("0.000")


def test_exclusions_of_every_curve_are_told():
    rows = gaugings()
    rows[5] = rows[5] | {"discharge_m3_s": str(3.0 * float(rows[5]["discharge_m3_s"]))}
    curve = sealed_record([piece(Choice(segments=2), rows)])
    assert [item["row"] for item in exclusions_of(curve)] == [6]
    assert "OUTLIER_GAUGING" in {m.code for m in run(given_with(curve, rows)).warnings}


def test_too_old_gaugings_of_any_curve_are_refused():
    rows = gaugings(year=1998)
    with pytest.raises(RatingError, match="RATING_OUTSIDE_VALIDITY"):
        run(given_with(sealed_record([piece(Choice(segments=2), rows)]), rows))


def test_the_cap_holds_each_curve_to_its_own_line():
    rows = gaugings(count=24)
    low = [row for row in rows if float(row["stage_m"]) <= 1.0]
    curve = sealed_record([piece(Choice(), low, valid_to=FLOOD), piece(Choice(), rows, valid_from=FLOOD)])
    curve["curves"][1]["file"] = "bed.csv"
    curve["curves"][0]["exclusions"] = [
        {"file": row["file"], "row": row["row"], "code": "GAUGING_OF_ANOTHER_TIME"}
        for row in rows
        if float(row["stage_m"]) > 1.0
    ]
    dated = dated_curves(curve, rows)
    assert isinstance(dated, DatedCurves)
    found = run(given_with(curve, rows), "KCS-ENH-BACI")
    lines = [entry.line(1.25)[0] for entry in dated.entries]
    assert lines[0] < lines[1]
    assert float(found.content["extrapolation"]["line_m3_s"]) == pytest.approx(lines[0])
    assert found.content["extrapolation"]["capped"]
    assert Bundle.of(given_with(curve, rows)).digest == found.content["bundle_digest"]


def test_segment_by_segment_the_discharge_is_that_of_the_curve():
    curve = two_segments()
    stage = np.sort(np.concatenate((np.linspace(0.0, 3.0, 200), curve.shape.breaks_m, [curve.h0_m])))
    drawn = discharge_of(curve.shape, curve.level, curve.exponents, stage)
    assert drawn == pytest.approx(curve.discharge_m3_s_at(stage), rel=1e-12)


def test_drawn_segments_scatter_as_their_band_says():
    curve = two_segments()
    stages = np.array([0.5, 1.0, 1.6, 2.1])
    rows = np.stack(list(segment_draws(curve, "test").rows(stages, np.zeros(1024), np.arange(1024))))
    assert np.log(rows).std(axis=0) == pytest.approx(curve.relative_sd_at(stages), rel=0.08)
    assert np.median(rows, axis=0) == pytest.approx(curve.discharge_m3_s_at(stages), rel=0.01)
