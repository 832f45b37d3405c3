"""The year of the sample station once more, from the method's text alone, in plain Python loops.

Nothing here comes from `calculations/`: own reading of the files, own rating fit, own regressions, own sums.
Equations: design of the method, sections 2 (ions), 3 (discharge), 4 (uptake), 6 (baseline).
"""

import csv
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parents[1] / "data" / "samples"
AREA_KM2 = 28.0
KAPPA_REF = 0.86
SECONDS = 900.0

# g/mol
CO2, HCO3, SO4, NO3, NA, K, CL = 44.0095, 61.0168, 96.06, 62.005, 22.990, 39.098, 35.45

ALWAYS_BY_EC = ("ca", "mg", "alkalinity_as_hco3")
BY_EC_IF_SIGNIFICANT = ("so4",)
MEANS = ("k", "na", "cl", "no3")
# two-sided 95 % points of Student's t for 8 to 20 degrees of freedom, from a printed table
T_95 = dict(
    zip(
        range(8, 21),
        (2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
        strict=True,
    )
)


@dataclass(frozen=True)
class Reading:
    """One quarter of an hour."""

    time: str
    stage_m: float
    temperature_c: float
    ph: float
    ec25_us_cm: float


@dataclass(frozen=True)
class Rating:
    """Q = a (h - h0)^b with the gaugings that made it."""

    h0: float
    a: float
    b: float
    outliers: tuple[int, ...]  # data rows, from 1
    highest_gauged_m3_s: float

    def discharge_m3_s(self, stage_m: float) -> float:
        """Zero below h0."""
        depth = stage_m - self.h0
        return self.a * depth**self.b if depth > 0.0 else 0.0


@dataclass(frozen=True)
class Line:
    """value = slope EC25 + intercept, a mean where the slope is zero."""

    slope: float
    intercept: float


def read_readings() -> list[Reading]:
    """All readings of the year."""
    return [
        Reading(
            row["timestamp"],
            float(row["stage_m"]),
            float(row["water_temperature_c"]),
            float(row["ph"]),
            float(row["ec25_us_cm"]),
        )
        for row in _rows("12_template_full_year_jiangkou.csv")
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ---- rating: Gauss-Newton on the logarithms, each gauging judged by the curve of all the others


def fit_rating() -> Rating:
    """The curve through the gaugings without those that the others contradict."""
    rows = _rows("14_gaugings_jiangkou.csv")
    gaugings = [
        (float(row["stage_m"]), float(row["discharge_m3s"]), float(row["uncertainty_pct"]) / 100.0) for row in rows
    ]
    kept = list(range(len(gaugings)))
    outliers: list[int] = []
    while len(kept) > 6:
        strangeness = [(_strangeness(gaugings, kept, index), index) for index in kept]
        worst, index = max(strangeness)
        if worst < 5.0:
            break
        kept.remove(index)
        outliers.append(index + 1)
    h0, a, b = _gauss_newton([gaugings[index] for index in kept])
    highest = max(gaugings[index][1] for index in kept)
    return Rating(h0, a, b, tuple(sorted(outliers)), highest)


def _strangeness(gaugings: Sequence[tuple[float, float, float]], kept: Sequence[int], index: int) -> float:
    """Distance of a gauging from the curve of the others, in standard deviations of those."""
    others = [gaugings[other] for other in kept if other != index]
    h0, a, b = _gauss_newton(others)
    variance = sum(_residual(gauging, h0, a, b) ** 2 for gauging in others) / (len(others) - 3)
    return abs(_residual(gaugings[index], h0, a, b)) / math.sqrt(variance)


def _residual(gauging: tuple[float, float, float], h0: float, a: float, b: float) -> float:
    """Relative departure over the gauging's own relative uncertainty."""
    stage, discharge, uncertainty = gauging
    if stage <= h0:
        return 100.0
    return (math.log(discharge) - math.log(a) - b * math.log(stage - h0)) / uncertainty


def _gauss_newton(gaugings: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    lowest = min(stage for stage, _, _ in gaugings)
    h0, ln_a, b = 0.3 * lowest, 0.0, 2.0
    for _ in range(200):
        normal = [[0.0] * 3 for _ in range(3)]
        right = [0.0] * 3
        for gauging in gaugings:
            stage, _, uncertainty = gauging
            depth = stage - h0
            slopes = [-b / depth / uncertainty, 1.0 / uncertainty, math.log(depth) / uncertainty]
            residual = _residual(gauging, h0, math.exp(ln_a), b)
            for i in range(3):
                right[i] += slopes[i] * residual
                for j in range(3):
                    normal[i][j] += slopes[i] * slopes[j]
        step = _solve(normal, right)
        while h0 + step[0] >= lowest - 1e-4:
            step = [0.5 * part for part in step]
        h0, ln_a, b = h0 + step[0], ln_a + step[1], b + step[2]
        if max(abs(part) for part in step) < 1e-13:
            break
    return h0, math.exp(ln_a), b


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for i in range(size):
        pivot = max(range(i, size), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(size):
            if r != i:
                factor = rows[r][i] / rows[i][i]
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[i], strict=True)]
    return [rows[i][size] / rows[i][i] for i in range(size)]


# ---- ions from conductivity


@dataclass(frozen=True)
class Ions:
    """A line for every ion, and the range of EC25 that the samples cover."""

    lines: dict[str, Line]
    ec_low: float
    ec_high: float

    def at(self, ec25_us_cm: float) -> dict[str, float]:
        """mg/L by ion; beyond the range the value of its edge, never negative."""
        ec = min(max(ec25_us_cm, self.ec_low), self.ec_high)
        return {ion: max(line.slope * ec + line.intercept, 0.0) for ion, line in self.lines.items()}


def fit_ions() -> Ions:
    """Least squares on the laboratory samples."""
    rows = _rows("15_lab_samples_consistent_jiangkou.csv")
    ec = [float(row["field_ec25_us_cm"]) for row in rows]
    lines: dict[str, Line] = {}
    for ion in (*ALWAYS_BY_EC, *BY_EC_IF_SIGNIFICANT, *MEANS):
        values = [float(row[f"{ion}_mg_l"]) for row in rows]
        line, t = _least_squares(ec, values)
        significant = t > T_95[len(ec) - 2]
        if ion in ALWAYS_BY_EC or (ion in BY_EC_IF_SIGNIFICANT and significant):
            lines[ion] = line
        else:
            lines[ion] = Line(0.0, sum(values) / len(values))
    return Ions(lines, min(ec), max(ec))


def _least_squares(x: Sequence[float], y: Sequence[float]) -> tuple[Line, float]:
    """The line, and its slope over the slope's standard error."""
    n = len(x)
    mean_x, mean_y = sum(x) / n, sum(y) / n
    sxx = sum((value - mean_x) ** 2 for value in x)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sxx
    intercept = mean_y - slope * mean_x
    rest = sum((b - slope * a - intercept) ** 2 for a, b in zip(x, y, strict=True))
    return Line(slope, intercept), abs(slope) / math.sqrt(rest / (n - 2) / sxx)


# ---- uptake


@dataclass(frozen=True)
class Year:
    """Figures of the year, named as the program's; the deduction is for discharge beyond the gaugings."""

    runoff_mm: float
    flow_weighted_hco3_mg_l: float
    extrapolated_volume_pct: float
    gross_t_co2: float
    retained_t_co2: float
    baseline_t_co2: float
    net_t_co2: float
    extrapolation_deduction_t_co2: float
    net_after_deductions_t_co2: float


def uptake_mmol_l(mg_l: dict[str, float], kappa: float) -> float:
    """F(kappa) = kappa Alk - D with D = (Alk + A - S)/2: carbon that stays less carbon from rock."""
    alkalinity = mg_l["alkalinity_as_hco3"] / HCO3
    acids = 2.0 * mg_l["so4"] / SO4 + mg_l["no3"] / NO3
    silicate = max(mg_l["na"] / NA + mg_l["k"] / K - mg_l["cl"] / CL, 0.0)
    rock = 0.5 * (alkalinity + acids - silicate)
    return kappa * alkalinity - rock


def compute_year(readings: Sequence[Reading], rating: Rating, ions: Ions) -> Year:
    """Sums over the readings, never over means."""
    line = 1.25 * rating.highest_gauged_m3_s
    water = beyond = cut_water = hco3 = gross = retained = cut_retained = 0.0
    for reading in readings:
        discharge = rating.discharge_m3_s(reading.stage_m)
        volume = discharge * SECONDS
        mg_l = ions.at(reading.ec25_us_cm)
        kept = uptake_mmol_l(mg_l, KAPPA_REF)
        water += volume
        hco3 += volume * mg_l["alkalinity_as_hco3"]
        gross += volume * uptake_mmol_l(mg_l, 1.0) * CO2 * 1e-6
        retained += volume * kept * CO2 * 1e-6
        cut_water += min(discharge, line) * SECONDS
        cut_retained += min(discharge, line) * SECONDS * kept * CO2 * 1e-6
        if discharge > line:
            beyond += volume
    share = 100.0 * beyond / water
    baseline = _baseline_t_co2(ions, water)
    net = retained - baseline
    creditable = cut_retained - _baseline_t_co2(ions, cut_water) if share > 10.0 else net
    return Year(
        runoff_mm=water / (AREA_KM2 * 1e6) * 1e3,
        flow_weighted_hco3_mg_l=hco3 / water,
        extrapolated_volume_pct=share,
        gross_t_co2=gross,
        retained_t_co2=retained,
        baseline_t_co2=baseline,
        net_t_co2=net,
        extrapolation_deduction_t_co2=net - creditable,
        net_after_deductions_t_co2=creditable,
    )


def _baseline_t_co2(ions: Ions, project_water_m3: float) -> float:
    """max(C_b Q_p, C_b Q_b); what the baseline did not analyse (Na, K, Cl) is the project's."""
    record = json.loads((DATA / "16_baseline_jiangkou.json").read_text(encoding="utf-8"))
    mg_l = {ion: ions.lines[ion].intercept for ion in ("na", "k", "cl")} | {
        "alkalinity_as_hco3": record["flow_weighted_alkalinity_mg_l_hco3"],
        "so4": record["so4_mg_l"],
        "no3": record["no3_mg_l"],
    }
    per_m3 = uptake_mmol_l(mg_l, KAPPA_REF) * CO2 * 1e-6
    baseline_water_m3 = record["runoff_mm_per_year"] * 1e-3 * AREA_KM2 * 1e6
    return max(per_m3 * project_water_m3, per_m3 * baseline_water_m3)
