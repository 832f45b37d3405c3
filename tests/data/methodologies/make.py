"""Makes the example data of the methodologies: synthetic, the same files from the same seeds.

    python tests/data/methodologies/make.py

A station is a truth (rating, EC against discharge, ions against EC, pH against EC), read every hour of June and July
2021 with a logger's resolution, gauged and sampled with a laboratory's scatter. The records are written by hand below.
"""

from __future__ import annotations

import csv
import json
import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent
START = datetime(2021, 5, 31, 16, tzinfo=UTC)  # 1 June in Beijing
HOURS = 61 * 24
MEQ = {"ca": 2 / 40.078, "mg": 2 / 24.305, "na": 1 / 22.9898, "k": 1 / 39.0983, "cl": 1 / 35.453}
MEQ |= {"so4": 2 / 96.06, "no3": 1 / 62.005, "hco3": 1 / 61.0168}


@dataclass(frozen=True)
class Station:
    """Truth of a station: Q = a (h - h0)^b, EC = ec - dilution ln(Q / q), mg/L HCO3 = slope EC + intercept."""

    name: str
    seed: int
    a: float
    h0: float
    b: float
    base_stage: float
    ec: float
    dilution: float
    hco3: tuple[float, float]
    so4: float
    no3: float
    na: float
    k: float
    cl: float
    mg: float
    temperature: float
    ph: tuple[float, float]
    """pH at the mean EC, and its change per 100 uS/cm."""


STATIONS = (
    Station(
        "spring", 11, a=2.6, h0=0.18, b=1.75, base_stage=0.42, ec=430.0, dilution=30.0, hco3=(0.56, 8.0),
        so4=16.0, no3=6.0, na=1.6, k=0.9, cl=1.9, mg=9.0, temperature=17.5, ph=(7.35, -0.10),
    ),
    Station(
        "downstream", 12, a=2.72, h0=0.10, b=1.60, base_stage=0.305, ec=415.0, dilution=28.0, hco3=(0.555, 6.0),
        so4=16.5, no3=6.2, na=1.7, k=0.9, cl=2.0, mg=9.0, temperature=19.5, ph=(8.35, -0.05),
    ),
    Station(
        "project", 13, a=2.2, h0=0.15, b=1.70, base_stage=0.45, ec=440.0, dilution=26.0, hco3=(0.57, 4.0),
        so4=12.0, no3=4.0, na=1.5, k=0.8, cl=1.8, mg=8.0, temperature=17.0, ph=(7.30, -0.10),
    ),
    Station(
        "control", 14, a=1.8, h0=0.12, b=1.65, base_stage=0.40, ec=340.0, dilution=22.0, hco3=(0.545, 5.0),
        so4=12.5, no3=4.5, na=1.5, k=0.8, cl=1.8, mg=7.0, temperature=17.2, ph=(7.45, -0.10),
    ),
)  # fmt: skip


def stages(station: Station) -> list[float]:
    """Hourly stage: the same five storms at every station, receding in three days."""
    rng = random.Random(100)  # one weather for all
    storms = [(rng.uniform(40, HOURS - 100), rng.uniform(0.06, 0.35)) for _ in range(5)]
    rows = []
    for hour in range(HOURS):
        rise = sum(
            height * (1 - math.exp(-(hour - at) / 3)) * math.exp(-(hour - at) / 72)
            for at, height in storms
            if hour > at
        )
        rows.append(round(station.base_stage + rise - 0.00002 * hour, 3))
    return rows


def discharge(station: Station, stage: float) -> float:
    return station.a * (stage - station.h0) ** station.b


def conductivity(station: Station, stage: float) -> float:
    return station.ec - station.dilution * math.log(discharge(station, stage) / discharge(station, station.base_stage))


def ions(station: Station, ec: float) -> dict[str, float]:
    """mg/L at an EC; calcium closes the charge balance."""
    hco3 = station.hco3[0] * ec + station.hco3[1]
    anions = hco3 * MEQ["hco3"] + station.so4 * MEQ["so4"] + station.no3 * MEQ["no3"] + station.cl * MEQ["cl"]
    cations = station.na * MEQ["na"] + station.k * MEQ["k"] + station.mg * MEQ["mg"]
    values = {"k": station.k, "na": station.na, "ca": (anions - cations) / MEQ["ca"], "mg": station.mg}
    return values | {"cl": station.cl, "so4": station.so4, "no3": station.no3, "hco3": hco3}


def ph(station: Station, ec: float) -> float:
    return station.ph[0] + station.ph[1] * (ec - station.ec) / 100.0


def write_station(station: Station) -> None:
    rng = random.Random(station.seed)
    readings = []
    for hour, stage in enumerate(stages(station)):
        at = START + timedelta(hours=hour)
        ec = round(conductivity(station, stage))
        readings.append(
            [f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{stage:.3f}", f"{station.temperature:.1f}", f"{ph(station, ec):.2f}", ec]
        )
    _csv(f"{station.name}_readings.csv", ["timestamp", "stage_m", "temp_c", "ph", "ec25_us_cm"], readings)

    by_stage = sorted(range(HOURS), key=lambda hour: float(readings[hour][1]))
    chosen = [
        by_stage[round(share * (HOURS - 1))]
        for share in (0.01, 0.1, 0.2, 0.35, 0.5, 0.62, 0.74, 0.84, 0.92, 0.97, 0.99, 1)
    ]
    gaugings = []
    for hour in sorted(chosen):
        stage = float(readings[hour][1])
        flow = discharge(station, stage) * (1 + rng.gauss(0, 0.015))
        gaugings.append([readings[hour][0], f"{stage:.3f}", f"{flow:.4f}", "3", "ADCP", "demo"])
    _csv(
        f"{station.name}_gaugings.csv",
        ["timestamp", "stage_m", "discharge_m3_s", "uncertainty_pct", "method", "operator"],
        gaugings,
    )
    samples = []
    for number, hour in enumerate(sorted(chosen), start=1):
        ec = float(readings[hour][4])
        water = {name: value * (1 + rng.gauss(0, 0.006)) for name, value in ions(station, ec).items()}
        samples.append(
            [f"{station.name[:2].upper()}-{number:02d}", readings[hour][0]]
            + [f"{water[name]:.2f}" for name in ("k", "na", "ca", "mg", "cl", "so4", "no3", "hco3")]
            + [f"{ph(station, ec):.2f}", f"{station.temperature:.1f}", f"{ec:.1f}"]
        )
    header = [
        "sample_id",
        "timestamp",
        "potassium_mg_l",
        "sodium_mg_l",
        "calcium_mg_l",
        "magnesium_mg_l",
        "chloride_mg_l",
    ]
    header += ["sulfate_mg_l", "nitrate_mg_l", "alkalinity_hco3_mg_l", "ph", "water_temperature_c"]
    _csv(f"{station.name}_samples.csv", [*header, "specific_conductance_25c_us_cm"], samples)


MONTHS_MM = (18, 22, 34, 52, 78, 92, 70, 48, 34, 28, 22, 18)
BASELINE = {
    "what": "project catchment before the project (synthetic)",
    "runoff_mm_per_year": "516",
    "flow_weighted_alkalinity_mg_l_hco3": "182",
    "so4_mg_l": "12.0",
    "no3_mg_l": "4.0",
    "relative_standard_uncertainty_of_alkalinity": "0.02",
    "errors_shared_with_project": ["rating", "area", "kappa", "lab"],
    "months": [
        {"month": month, "runoff_mm": str(mm), "flow_weighted_alkalinity_mg_l_hco3": str(190 - 12 * (mm > 60))}
        for month, mm in enumerate(MONTHS_MM, start=1)
    ],
}
CONTROL_BEFORE = {
    "what": "control catchment in the same years (synthetic)",
    "runoff_mm_per_year": "480",
    "flow_weighted_alkalinity_mg_l_hco3": "176",
    "so4_mg_l": "12.5",
    "no3_mg_l": "4.5",
    "relative_standard_uncertainty_of_alkalinity": "0.02",
    "errors_shared_with_project": ["rating", "area", "kappa", "lab"],
    "months": [
        {"month": month, "runoff_mm": str(round(mm * 480 / 516, 3)), "flow_weighted_alkalinity_mg_l_hco3": "174"}
        for month, mm in enumerate(MONTHS_MM, start=1)
    ],
}
DESIGN = {
    "baseline_years": "3",
    "planned_years": "5",
    "samples_per_year": "24",
    "gaugings": "20",
    "claimed_enhancement_pct": "25",
}
RECORDS = {
    "baseline": BASELINE,
    "control_before": CONTROL_BEFORE,
    "design": DESIGN,
    "reach": {
        "lateral_water_m3": "0",
        "lateral_alkalinity_hco3_mg_l": "0",
        "lateral_dic_mmol_l": "0",
        "organic_carbon_made_t_c": "1.5",
    },
    "life_cycle": [
        {"file": "life_cycle.csv", "row": 1, "activity": "diesel", "amount": "1200", "unit": "L",
         "factor_t_co2_per_unit": "0.00268", "source": "fuel receipts"},
        {"file": "life_cycle.csv", "row": 2, "activity": "electricity", "amount": "3500", "unit": "kWh",
         "factor_t_co2_per_unit": "0.00057", "source": "meter"},
    ],
    "allogenic_water": [
        {"file": "deliveries.csv", "row": row, "from": f"2021-0{month}-01", "to": f"2021-0{month}-30",
         "volume_m3": volume, "alkalinity_hco3_mg_l": "18.3", "sulfate_mg_l": "3.2", "nitrate_mg_l": "1.1",
         "sodium_mg_l": "2.4", "potassium_mg_l": "0.9", "chloride_mg_l": "1.2"}
        for row, month, volume in ((1, 6, "210000"), (2, 7, "260000"))
    ],
    "powder": [
        {"file": "powder.csv", "row": row, "lot": lot, "mass_t": mass, "caco3_share": purity, "dissolved_share": share}
        for row, lot, mass, purity, share in ((1, "A", "1200", "0.93", "0.42"), (2, "B", "850", "0.90", "0.38"))
    ],
    "soil_acid": [
        {"file": "acid.csv", "row": 1, "source": "nitrification", "acid_keq": "620", "basis": "fertiliser ledger"},
        {"file": "acid.csv", "row": 2, "source": "deposition", "acid_keq": "180", "basis": "rain samples"},
    ],
    "powder_life_cycle": [
        {"file": "life_cycle.csv", "row": 1, "activity": "grinding", "amount": "51250", "unit": "kWh",
         "factor_t_co2_per_unit": "0.00057", "source": "meter of the mill"},
        {"file": "life_cycle.csv", "row": 2, "activity": "transport", "amount": "82000", "unit": "t km",
         "factor_t_co2_per_unit": "0.0001", "source": "weigh-bills"},
        {"file": "life_cycle.csv", "row": 3, "activity": "spreading", "amount": "4100", "unit": "L",
         "factor_t_co2_per_unit": "0.00268", "source": "fuel receipts"},
    ],
}  # fmt: skip


def organic_carbon() -> list[dict[str, object]]:
    """Nine samples at the spring: TOC falls with dilution, C/N rises in storms."""
    rows: list[dict[str, object]] = []
    days, tocs = (3, 9, 15, 22, 29, 36, 44), (1.42, 1.55, 2.10, 1.71, 1.38, 1.90, 1.49)
    ratios = (8.1, 8.4, 9.6, 8.8, 8.0, 9.2, 8.3)
    for row, (day, toc, ratio) in enumerate(zip(days, tocs, ratios, strict=True), start=1):
        at = START + timedelta(days=day, hours=2)
        rows.append(
            {"file": "organic_carbon.csv", "row": row, "timestamp": f"{at:%Y-%m-%dT%H:%M:%SZ}", "toc_mg_l": f"{toc}"}
            | {"carbon_nitrogen_molar": f"{ratio}"}
        )
    at = START + timedelta(days=52)
    stated = {"toc_mg_l": "1.60", "autochthonous_share": "0.55", "share_evidence": "n-alkanes, report 2021-14"}
    rows.append({"file": "organic_carbon.csv", "row": 8, "timestamp": f"{at:%Y-%m-%dT%H:%M:%SZ}"} | stated)
    at = START + timedelta(days=57)
    rows.append({"file": "organic_carbon.csv", "row": 9, "timestamp": f"{at:%Y-%m-%dT%H:%M:%SZ}", "toc_mg_l": "1.35"})
    return rows


def dissolution_grid() -> dict[str, object]:
    """Twenty cells of a tenth of a degree in three counties, one of them drier than its evaporation."""
    rng = random.Random(21)
    cells = []
    for number in range(20):
        row, column = divmod(number, 5)
        rain = 1100 + 40 * row + rng.uniform(-60, 60)
        cells.append(
            {
                "file": "grid.csv",
                "row": number + 1,
                "cell": f"R{row}C{column}",
                "county": ("520621", "520622", "520623")[min(column // 2, 2)],
                "longitude_deg": f"{108.5 + 0.1 * column:.2f}",
                "latitude_deg": f"{27.9 - 0.1 * row:.2f}",
                "area_km2": f"{109.0 + 0.15 * row:.2f}",
                "carbonate_share": f"{rng.uniform(0.4, 0.95):.2f}",
                "precipitation_mm_a": f"{rain if number != 17 else 610.0:.1f}",
                "evaporation_mm_a": f"{640 + rng.uniform(-30, 30):.1f}",
                "temperature_c": f"{15.5 + 0.4 * row + rng.uniform(-0.3, 0.3):.1f}",
                "log10_soil_pco2_atm": f"{-2.2 + rng.uniform(-0.25, 0.25):.3f}",
            }
        )
    return {
        "soil_pco2_source": "synthetic: log10 pCO2 -2.2 with a spread of 0.25",
        "climate_source": "synthetic",
        "cells": cells,
    }


def tablets() -> list[dict[str, object]]:
    """Three land uses, three depths, three tablets each; one gained, one was lifted too early."""
    rng = random.Random(31)
    rows: list[dict[str, object]] = []
    mean_loss_g = {"cropland": 0.045, "shrub": 0.075, "forest": 0.115}
    for land_use, loss in mean_loss_g.items():
        for depth in (0, 20, 50):
            for copy in range(3):
                before = 30 + rng.uniform(-0.5, 0.5)
                lost = loss * (1 + 0.012 * depth) * (1 + rng.gauss(0, 0.12))
                number = len(rows) + 1
                if number == 1:
                    lost = -0.002
                rows.append(
                    {
                        "file": "tablets.csv",
                        "row": number,
                        "tablet_id": f"T{number:02d}",
                        "land_use": land_use,
                        "depth_cm": str(depth),
                        "mass_before_g": f"{before:.4f}",
                        "mass_after_g": f"{before - lost:.4f}",
                        "surface_cm2": "28.9",
                        "purity": "0.985",
                        "buried": "2020-05-01T00:00:00Z",
                        "recovered": "2020-06-10T00:00:00Z" if (number, copy) == (27, 2) else "2021-05-01T00:00:00Z",
                    }
                )
    return rows


def _csv(name: str, header: list[str], rows: list[list[object]]) -> None:
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    for station in STATIONS:
        write_station(station)
    made = {"organic_carbon": organic_carbon(), "dissolution_grid": dissolution_grid(), "tablets": tablets()}
    for name, record in (RECORDS | made).items():
        text = json.dumps(record, ensure_ascii=False, indent=1)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
