"""Whether the files give evidence that can be sealed, by the rules of the rooms themselves, before anything is made.

The fits and the readiness lines are the ones that the services apply later; here nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import override

from calculations.hydrology.gaugings import fit_gaugings
from calculations.messages import CalculationError
from calculations.methodologies import Methodology, methodology_bytes, read_methodology
from calculations.regression.models import fit_ions
from mrv.demo.faults import Fault, Faulty, faults_of
from mrv.demo.inputs import Inputs
from mrv.periods.evidence import Sources
from mrv.periods.models import MonitoringPeriod
from mrv.periods.readiness import Line, reading_lines
from mrv.quality.checks import check_span
from mrv.quality.services import EC25
from mrv.quality.verdicts import Review
from mrv.stations.models import Station
from mrv.uploads import series
from mrv.uploads.content import gauging_records, sample_records
from mrv.uploads.selectors import MergedSeries

INVENTORY = ("KCS-INV", "1.0.0")
ENHANCEMENT = ("KCS-ENH-BACI", "1.1.0")
STATION_CODE = "S1"


@dataclass(frozen=True)
class Plan:
    """What the walkthrough will do with these inputs: the methodology, and what a person should know first."""

    methodology: Methodology
    warnings: tuple[Fault, ...]


def plan_for(inputs: Inputs) -> Plan:
    """Raise :class:`Faulty` with everything that would keep this evidence from being sealed."""
    methodology = read_methodology(methodology_bytes(*(ENHANCEMENT if inputs.has_baseline else INVENTORY)))
    sources = _sources(inputs)
    span = (int(inputs.start.timestamp()), int(inputs.end.timestamp()))
    samples = sample_records(inputs.tables["samples"], inputs.files["samples"].name)
    gaugings = gauging_records(inputs.tables["gaugings"], inputs.files["gaugings"].name)
    ec25 = sources.merged.readings.by_parameter().get(EC25)
    years = methodology.whole("validity_years")
    faults = [*_open_lines(sources, methodology, inputs.files["logger"].name)]
    warnings: list[Fault] = []
    curve = _fitted(
        faults,
        inputs.files["gaugings"].name,
        lambda: fit_gaugings(
            gaugings,
            period_s=span,
            minimum_gaugings=methodology.whole("minimum_gaugings"),
            validity_years=years,
        ),
    )
    ions = _fitted(
        faults,
        inputs.files["samples"].name,
        lambda: fit_ions(
            samples,
            period_s=span,
            readings_ec25_us_cm=ec25.to_float() if ec25 is not None and ec25.present().any() else None,
            minimum_samples=methodology.whole("minimum_samples"),
            validity_years=years,
        ),
    )
    for fitted in (curve, ions):
        warnings += [Fault.of_message(each) for each in (fitted.messages if fitted else ()) if each.level != "info"]
    if faults:
        raise Faulty(faults)
    said = {(each.code, each.file, each.row) for each in warnings}  # the fit says more of an outlier than the reading
    first_seen = (each for each in inputs.warnings if (each.code, each.file, each.row) not in said)
    return Plan(methodology, (*first_seen, *warnings))


def _sources(inputs: Inputs) -> Sources:
    """The readings of the span as the period will see them; the records behind it exist in memory only."""
    start, end = inputs.start, inputs.end
    station = Station(code=STATION_CODE, zone=inputs.zone, catchment_area_km2=inputs.area_km2)
    period = MonitoringPeriod(
        station=station, first_day=inputs.first_day, last_day=inputs.last_day, start=start, end=end, zone=inputs.zone
    )
    readings = series.of_table(inputs.tables["logger"]).within(int(start.timestamp()), int(end.timestamp()))
    merged = MergedSeries(readings, (), ())
    return Sources(
        period=period,
        station=station,
        merged=merged,
        check=check_span(merged, start, end),
        review=Review([], []),
        rating=None,
        ions=None,
        baseline=None,
    )


def _open_lines(sources: Sources, methodology: Methodology, file: str) -> Iterator[Fault]:
    """The readiness lines about the readings that would stop the sealing, in both languages."""

    def lines(language: str) -> list[Line]:
        with override(language):
            return [line for line in reading_lines(sources, methodology) if line.blocking and not line.ok]

    for zh, en in zip(lines("zh-hans"), lines("en"), strict=True):
        column = en.params.get("parameter") or en.params.get("names")
        yield Fault(en.code, f"{file}：{zh.text}", f"{file}: {en.text}", file=file, column=column)


def _fitted(faults: list[Fault], file: str, fit: Callable[[], Any]) -> Any:
    """The fit, or None with its refusal among the faults, told of the file that it came from."""
    try:
        return fit()
    except CalculationError as error:
        for fault in faults_of(error):
            faults.append(fault.in_file(file))
        return None
