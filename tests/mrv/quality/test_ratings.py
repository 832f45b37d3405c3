"""The rating as people choose it: forms, weirs, versions and shifts, from the page into the sealed bundle."""

from datetime import timedelta
from decimal import Decimal

import pytest

from calculations.bundle import Bundle
from calculations.engine import compute
from calculations.hydrology.dated_curves import FORM
from calculations.methodologies import read_methodology
from mrv.periods.evidence import build_evidence, sources_of, summary_of
from mrv.periods.readiness import lines_of
from mrv.quality.models import RatingCurve, RatingShift
from mrv.quality.rating_services import add_shift, keep_weir, take_back_shift
from mrv.quality.ratings import rating_of
from mrv.quality.services import fit_rating_curve
from registry.audit.models import Event
from registry.core.errors import InvalidInput, NotVisible, Refusal
from registry.core.roles import Role
from tests.calculations.hydrology.test_dated_curves import FORMS, gaugings
from tests.calculations.jiangkou import methodology_bytes
from tests.mrv.evidence import END, GAUGINGS, START, site
from tests.people import developer, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]

FLOOD = START + timedelta(days=100)
NOTCH = {"kind": "v_notch", "angle_deg": 90.0, "crest_stage_m": 0.18, "sd_of_stage_m": 0.003}


@pytest.fixture
def place():
    return site()


def two_control_file(scale=1.0):
    """A file of gaugings of a bed with two controls, in the layout of the sample."""
    header = "date,time,stage_m,discharge_m3s,method,uncertainty_pct,operator"
    assert GAUGINGS.read_text().splitlines()[0] == header
    lines = [
        f"{row['timestamp'][:10]},12:00,{row['stage_m']},{scale * float(row['discharge_m3_s']):.4f},"
        f"ADV wading,{row['uncertainty_pct']},Li"
        for row in gaugings(noise=0.02)
    ]
    return "\n".join([header, *lines]).encode()


def test_it_works(place):
    curve = fit_rating_curve(actor=place.owner, upload=place.upload("gaugings", two_control_file()), segments=2)
    assert len(curve.record["segments"]) == 2
    assert curve.record["n"] == 24


def test_a_new_version_takes_over_from_its_time_and_the_bundle_says_so(place):
    place.whole_evidence()
    later = place.upload("gaugings", two_control_file(1.1))  # the same name as nothing else here
    second = fit_rating_curve(actor=place.owner, upload=later, segments=2, valid_from=FLOOD)
    period = place.period()
    sources = sources_of(period)
    assert [piece.curve.version for piece in sources.rating.pieces] == [1, 2]
    evidence = build_evidence(sources)
    assert evidence.curve["form"] == FORM
    assert evidence.curve["curves"][0]["to"] == evidence.curve["curves"][1]["from"]
    assert {row["file"] for row in evidence.gaugings} == {e["file"] for e in evidence.curve["curves"]}
    assert summary_of(sources)["curve"] == {"id": second.pk, "version": 2, "versions": [1, 2], "shifts": []}
    refused = [line for line in lines_of(sources) if line.code == "CURVE_FORM_NOT_ALLOWED"]
    assert [line.blocking for line in refused] == [True]
    text = methodology_bytes("KCS-INV", "1.0.0").decode().replace('version = "1.0.0"\nproc', 'version = "0.9.0"\nproc')
    allowing = read_methodology(text.replace(*FORMS).replace("131072", "4096").encode())
    result = compute(Bundle.of(evidence), allowing)
    assert result.figure("time_counted_pct") > 90
    assert "CURVES_IN_TIME" in {message.code for message in result.warnings}


def test_two_files_of_one_name_stay_apart(place):
    first = place.upload("gaugings", GAUGINGS, name="gaugings.csv")
    second = place.upload("gaugings", two_control_file(), name="gaugings.csv")
    fit_rating_curve(actor=place.owner, upload=first)
    fit_rating_curve(actor=place.owner, upload=second, valid_from=FLOOD)
    rating = rating_of(place.station, START, END)
    names = {row["file"] for row in rating.gaugings()}
    assert len(names) == 2
    assert all(name.startswith("gaugings.csv (") for name in names)
    first_entry = rating.record()["curves"][0]
    assert [item["file"] for item in first_entry["exclusions"]] == [first_entry["file"]]


def test_only_gaugings_after_a_flood(place):
    upload = place.upload("gaugings", two_control_file())
    curve = fit_rating_curve(actor=place.owner, upload=upload, valid_from=FLOOD, gauged_from=START)
    codes = {item["code"] for item in curve.record["exclusions"]}
    assert codes == {"GAUGING_OF_ANOTHER_TIME"}
    assert curve.record["n"] + len(curve.record["exclusions"]) == 24


def test_a_weir_needs_no_gaugings_and_says_so(place):
    weir = keep_weir(actor=place.owner, station=place.station, dimensions=NOTCH)
    assert weir.upload is None
    assert [message["code"] for message in weir.messages] == ["WEIR_NOT_GAUGED"]
    rating = rating_of(place.station, START, END)
    assert rating.uploads == []
    assert rating.record()["curves"][0]["relation"]["kind"] == "v_notch"
    assert keep_weir(actor=place.owner, station=place.station, dimensions=NOTCH) == weir
    with pytest.raises(InvalidInput) as refused:
        keep_weir(actor=place.owner, station=place.station, dimensions=NOTCH | {"angle_deg": 5.0})
    assert "20" in refused.value.messages[0].text("en")
    with pytest.raises(InvalidInput):
        keep_weir(actor=place.owner, station=place.station, dimensions={"kind": "rectangular", "width_m": 1.0})
    assert RatingCurve.objects.count() == 1


def shifted(place, at=FLOOD, by="0.020", **more):
    curve = RatingCurve.objects.first() or fit_rating_curve(
        actor=place.owner, upload=place.upload("gaugings", GAUGINGS)
    )
    given = {"reason": "gravel came down", "sd_m": Decimal("0.005")} | more
    return add_shift(actor=place.owner, curve=curve, at=at, shift_m=Decimal(by), **given)


def test_a_shift_is_sealed_audited_and_can_be_taken_back(place):
    shift = shifted(place)
    (entry,) = rating_of(place.station, START, END).record()["curves"]
    assert [item["shift_m"] for item in entry["shifts"]] == ["0.020"]
    assert Event.objects.filter(action="quality.add_shift").count() == 1
    undo = take_back_shift(actor=place.owner, shift=shift, reason="read wrongly")
    assert undo.undoes == shift
    assert "form" in rating_of(place.station, START, END).record()
    assert rating_of(place.station, START, END).record()["form"] != FORM
    with pytest.raises(Refusal):
        take_back_shift(actor=place.owner, shift=shift)
    assert RatingShift.objects.count() == 2


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("REASON_MISSING", {"reason": " "}),
        ("SHIFT_TOO_LARGE", {"by": "2.5"}),
        ("SHIFT_TOO_LARGE", {"sd_m": Decimal("-0.1")}),
    ],
)
def test_a_shift_that_cannot_be_is_refused(place, code, given):
    with pytest.raises(InvalidInput) as refused:
        shifted(place, **given)
    assert refused.value.code == code
    assert not RatingShift.objects.exists()


def test_a_second_shift_at_the_same_time_and_one_outside_the_validity_are_refused(place):
    shifted(place)
    with pytest.raises(InvalidInput) as refused:
        shifted(place, by="0.010")
    assert refused.value.code == "SHIFT_TWICE"
    upload = place.upload("gaugings", two_control_file())
    later = fit_rating_curve(actor=place.owner, upload=upload, valid_from=FLOOD)
    with pytest.raises(InvalidInput) as refused:
        add_shift(
            actor=place.owner, curve=later, at=START, shift_m=Decimal("0.01"), sd_m=Decimal("0.005"), reason="early"
        )
    assert refused.value.code == "SHIFT_OUTSIDE_VALIDITY"


def test_strangers_may_not_shift(place):
    curve = fit_rating_curve(actor=place.owner, upload=place.upload("gaugings", GAUGINGS))
    with pytest.raises(NotVisible):
        add_shift(
            actor=member(developer("Other", "DEV-2"), Role.EDITOR),
            curve=curve,
            at=FLOOD,
            shift_m=Decimal("0.01"),
            sd_m=Decimal(0),
            reason="x",
        )
