"""What hangs at the demonstration's springs, how it was calibrated, and what people read there with their own meters.

The visits are read from the spring's own record: a hand meter finds what the logger wrote at that minute, give or take
what two good meters differ by. Entered before the logger's files, so that the tests run once, over everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from mrv.stations import equipment, visits
from mrv.stations.models import Parameter, Sensor, Station
from registry.core.actors import Actor

MAKER, MODEL = "DEMO", "D-1"
LABORATORY = "演示计量实验室 Demonstration metrology laboratory"
CERTIFICATE = (
    "演示证书，不证明任何真实仪器。\nDemonstration certificate; it certifies no real instrument.\n"
    "{quantity} {serial}\n{day}\n"
)
BEFORE_FIRST_DAY, COUNTS_D, ANEW_D = timedelta(days=20), timedelta(days=400), timedelta(days=365)
VISIT_EVERY_D, FIRST_VISIT_D = 48, 12
AT = time(10)
VISITOR = "示范巡测员 Demonstration hydrologist"
CLEANED = "探头已清洗，水尺已核对。 Probes cleaned, staff gauge checked."
LOOKED = "例行巡测，无异常。 Routine visit, nothing unusual."
HAND_METER = {"water_temperature_c": Decimal("0.04"), "ph": Decimal("-0.02"), "ec25_us_cm": Decimal("0.8")}
"""What the hand meter reads more than the logger."""
STAFF_GAUGE_M = Decimal("0.01")
"""To a centimetre a person reads it."""


@dataclass(frozen=True)
class Kind:
    """A sensor as its data sheet would have it, in the quantity's unit."""

    parameter: str
    short: str
    low: str
    high: str
    resolution: str
    accuracy: str
    vented: bool | None = None


KINDS = (
    Kind(Parameter.RAINFALL, "R", "0", "200", "0.1", "0.2"),
    Kind(Parameter.STAGE, "H", "0", "10", "0.001", "0.005", vented=True),
    Kind(Parameter.TEMPERATURE, "T", "-5", "50", "0.01", "0.1"),
    Kind(Parameter.PH, "P", "0", "14", "0.01", "0.1"),
    Kind(Parameter.EC25, "E", "0", "2000", "0.1", "3"),
)


def equip(actor: Actor, station: Station, first_day: date, last_day: date) -> None:
    """A sensor of each kind from before ``first_day`` on, calibrated then and every year until ``last_day``."""
    since = datetime.combine(first_day - BEFORE_FIRST_DAY + timedelta(days=1), time(9), ZoneInfo(station.zone))
    for kind in KINDS:
        sensor = equipment.add_sensor(
            actor=actor,
            project=station.project,
            parameter=kind.parameter,
            maker=MAKER,
            model=f"{MODEL}{kind.short}",
            serial_number=f"DEMO-{station.project.division_code}-{station.code}-{kind.short}",
            range_low=Decimal(kind.low),
            range_high=Decimal(kind.high),
            resolution=Decimal(kind.resolution),
            accuracy=Decimal(kind.accuracy),
            vented=kind.vented,
        )
        day = first_day - BEFORE_FIRST_DAY
        while day <= last_day:
            _calibrate(actor, sensor, day)
            day += ANEW_D
        equipment.deploy_sensor(actor=actor, station=station, sensor=sensor, deployed_from=since)


def _calibrate(actor: Actor, sensor: Sensor, day: date) -> None:
    certificate = CERTIFICATE.format(quantity=sensor.parameter, serial=sensor.serial_number, day=day)
    equipment.record_calibration(
        actor=actor,
        sensor=sensor,
        calibrated_on=day,
        expires_on=day + COUNTS_D,
        laboratory=LABORATORY,
        certificate_name=f"{sensor.serial_number}_{day:%Y%m%d}.txt",
        certificate=certificate.encode(),
    )


@dataclass(frozen=True)
class Reading:
    """What the logger wrote at one time."""

    at: datetime
    stage_m: Decimal
    water_temperature_c: Decimal
    ph: Decimal
    ec25_us_cm: Decimal


def readings_at(logger_csv: bytes, moments: Iterable[datetime]) -> Iterator[Reading]:
    """Of a file in the registry's template: the rows of these times (with their offset); what is missing is left."""
    wanted = {moment.isoformat(): moment for moment in moments}
    for line in logger_csv.decode().splitlines():
        stamp, _comma, rest = line.partition(",")
        if stamp in wanted:
            _rain, *values = (Decimal(cell) for cell in rest.split(","))
            yield Reading(wanted[stamp], *values)


def visit(actor: Actor, station: Station, logger_csv: bytes, first_day: date, last_day: date) -> None:
    """Go there every seven weeks, and clean the probes every second time."""
    zone = ZoneInfo(station.zone)
    days = range(FIRST_VISIT_D, (last_day - first_day).days + 1, VISIT_EVERY_D)
    moments = [datetime.combine(first_day + timedelta(days=day), AT, zone) for day in days]
    for number, reading in enumerate(readings_at(logger_csv, moments)):
        cleaned = number % 2 == 1
        visits.record_field_visit(
            actor=actor,
            station=station,
            visited_at=reading.at,
            visitor=VISITOR,
            staff_gauge_m=reading.stage_m.quantize(STAFF_GAUGE_M),
            water_temperature_c=reading.water_temperature_c + HAND_METER["water_temperature_c"],
            ph=reading.ph + HAND_METER["ph"],
            ec25_us_cm=reading.ec25_us_cm + HAND_METER["ec25_us_cm"],
            cleaned=cleaned,
            note=CLEANED if cleaned else LOOKED,
        )
