"""One storm of the sample year, reading by reading, through the same formulas that a period goes through.

The readings, gaugings and laboratory samples lie in ``data`` (see its README): discharge from the fitted rating curve,
bicarbonate from the fitted line in conductivity, uptake by F(kappa) of the natural inventory, KCS-INV.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculations.flux.uptake import Composition, Loads, composition, loads, uptake_mmol_l, uptake_t_co2
from calculations.hydrology.gaugings import fit_gaugings
from calculations.hydrology.rating import RatingCurve
from calculations.methodologies import Methodology, load_methodology
from calculations.regression.models import IonModels, fit_ions
from mrv.uploads.content import SAMPLE_FIELDS

FloatArray = NDArray[np.float64]

DATA = Path(__file__).resolve().parent / "data"
READINGS = DATA / "storm.csv"
GAUGINGS = DATA / "gaugings.csv"
SAMPLES = DATA / "samples.csv"
METHODOLOGY = ("KCS-INV", "1.0.0")
INTERVAL_S = 900
AREA_KM2 = 28
"""The catchment of the sample year, as the demonstration's project states it."""

_GAUGING_NAMES = {"discharge_m3s": "discharge_m3_s"}


@dataclass(frozen=True)
class Storm:
    """The storm's readings and what follows from them; arrays of shape (n,), one value per quarter of an hour."""

    times: tuple[datetime, ...]
    """Local times with their offset."""
    rain_mm: FloatArray
    stage_m: FloatArray
    ec25_us_cm: FloatArray
    discharge_m3_s: FloatArray
    alkalinity_mg_l: FloatArray
    """As HCO3."""
    flux_kg_s: FloatArray
    """Bicarbonate that passes the station."""
    gross_t_co2: FloatArray
    """CO2 taken up since the first reading, F(1)."""
    retained_t_co2: FloatArray
    """Of it what stays dissolved at the reference point, F(kappa_ref)."""
    carried: Loads
    curve: RatingCurve
    ions: IonModels
    methodology: Methodology

    @property
    def kappa(self) -> float:
        return self.methodology.value("kappa_ref")

    @property
    def kappa_range(self) -> tuple[float, float]:
        """Lowest and highest share that the methodology thinks possible."""
        distribution = self.methodology.parameters["kappa_ref"].distribution
        return float(distribution["low"]), float(distribution["high"])

    @property
    def first_rain(self) -> int:
        """Place of the first reading with rain."""
        return int(np.flatnonzero(self.rain_mm > 0)[0])

    @property
    def rain_peak(self) -> int:
        return int(self.rain_mm.argmax())

    @property
    def stage_peak(self) -> int:
        return int(self.stage_m.argmax())

    @property
    def dip(self) -> int:
        return int(self.ec25_us_cm.argmin())

    @property
    def flux_peak(self) -> int:
        return int(self.flux_kg_s.argmax())

    @property
    def last(self) -> int:
        return len(self.times) - 1

    def before(self, values: FloatArray) -> float:
        """Mean of ``values`` before the first rain."""
        return float(values[: self.first_rain].mean())

    @property
    def gross_without_storm_t_co2(self) -> float:
        """What the same hours had taken up at the rate before the rain."""
        rate = float(self.gross_t_co2[self.first_rain - 1]) / self.first_rain
        return rate * len(self.times)

    @property
    def within_calibration(self) -> bool:
        """No reading lies above the highest gauging or outside the samples' conductivity."""
        above = self.stage_m > self.curve.highest_gauged_stage_m
        return not (above.any() or self.ions.outside(self.ec25_us_cm).any())


@cache
def storm() -> Storm:
    """The storm, worked out once per process."""
    rows = _rows(READINGS)
    times = tuple(datetime.fromisoformat(row["timestamp"]) for row in rows)
    period_s = (int(times[0].timestamp()), int(times[-1].timestamp()) + INTERVAL_S)
    rain, stage, ec25 = (
        np.array([float(row[name]) for row in rows]) for name in ("rainfall_mm", "stage_m", "ec25_us_cm")
    )
    curve = fit_gaugings(_gaugings(), period_s=period_s).curve
    ions = fit_ions(_samples(), period_s=period_s, readings_ec25_us_cm=ec25).models
    methodology = load_methodology(*METHODOLOGY)
    discharge = curve.discharge_m3_s_at(stage)
    concentrations = ions.concentrations_mg_l(ec25)
    water = composition(
        concentrations,
        neutral_sulfate_mg_l=methodology.value("neutral_sulfate_mg_l"),
        silicate_ca_mg_meq_l=methodology.value("silicate_ca_mg_meq_l"),
    )
    return Storm(
        times=times,
        rain_mm=rain,
        stage_m=stage,
        ec25_us_cm=ec25,
        discharge_m3_s=discharge,
        alkalinity_mg_l=concentrations["alkalinity_hco3_mg_l"],
        flux_kg_s=discharge * concentrations["alkalinity_hco3_mg_l"] / 1000.0,  # m3/s x g/m3 -> kg/s
        gross_t_co2=_running_total(water, discharge, 1.0, methodology),
        retained_t_co2=_running_total(water, discharge, methodology.value("kappa_ref"), methodology),
        carried=loads(discharge, water, INTERVAL_S),
        curve=curve,
        ions=ions,
        methodology=methodology,
    )


def _running_total(water: Composition, discharge: FloatArray, kappa: float, methodology: Methodology) -> FloatArray:
    uptake = uptake_mmol_l(water, kappa, methodology.value("rain_mmol_l"))
    return np.cumsum(uptake_t_co2(discharge, uptake, INTERVAL_S))


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _gaugings() -> list[dict[str, Any]]:
    return [
        {"file": GAUGINGS.name, "row": number, "timestamp": f"{row['date']}T{row['time']}:00+08:00"}
        | {_GAUGING_NAMES.get(name, name): value for name, value in row.items() if name not in ("date", "time")}
        for number, row in enumerate(_rows(GAUGINGS), start=1)
    ]


def _samples() -> list[dict[str, Any]]:
    return [
        {"file": SAMPLES.name, "row": number} | {SAMPLE_FIELDS.get(name, name): value for name, value in row.items()}
        for number, row in enumerate(_rows(SAMPLES), start=1)
    ]
