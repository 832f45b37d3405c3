"""Springs that never were: what a logger, a field book and a laboratory would have written at one, made from numbers.

Storms, recessions, seasons, piston flow and dilution; each :class:`Character` is another spring, each year another
weather. The same character and year always give the same readings. Pure numpy: ``benchmarks.detection`` makes its
years from the same parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

DAY_S = 86_400
OFFSET = timedelta(hours=8)
"""The springs lie in Guizhou; their loggers write the offset."""
HCO3_MG_MMOL, SO4_MG_MEQ, NO3_MG_MEQ, CL_MG_MEQ = 61.017, 48.03, 62.005, 35.453
CA_MG_MEQ, MG_MG_MEQ, NA_MG_MEQ, K_MG_MEQ = 20.04, 12.1525, 22.99, 39.098
MEQ_PER_EC = 0.01012
"""Charge per litre of one kind of ion for each uS/cm at 25 °C, of dilute calcium bicarbonate water."""


@dataclass(frozen=True)
class Character:
    """What makes a spring itself."""

    seed: int
    area_km2: float
    runoff_mm: float
    """Of a whole year."""
    storms: int
    wet_day: float
    """Day of the year around which the rains fall."""
    flashy: float
    """Largest share of conduit flow in a flood's dilution, 0 (steady) to 1."""
    rise_h: float
    """How long a flood takes to its peak."""
    base_days: float
    """Time constant of the base flow."""
    ec_us_cm: float
    """Conductivity at 25 °C of the base flow."""
    ec_season: float
    temperature_c: float
    temperature_season_c: float
    pco2_pa: float
    magnesium: float
    """Share of the charge of calcium and magnesium that is magnesium: dolomite has a half."""
    sulfate_mg_l: float
    nitrate_mg_l: float
    gain: float = 0.0
    """How much more the water dissolves since the project's work began, as a share."""
    interval_s: int = 1800
    gap_days: tuple[float, float] = (0.0, 0.0)
    """First day and length of a failure of the logger, in days of the span."""


@dataclass(frozen=True)
class Record:
    """A span of one spring: arrays of shape (n,), at the beginning of each interval."""

    epoch_s: NDArray[np.int64]
    rain_mm: FloatArray
    stage_m: FloatArray
    temperature_c: FloatArray
    ph: FloatArray
    ec25_us_cm: FloatArray
    discharge_m3_s: FloatArray
    """The truth that no logger knows."""
    measured: BoolArray


def record_of(character: Character, first_day: date, days: int) -> Record:
    """The span that begins with ``first_day`` (station's offset); years are told apart by the day they begin with."""
    step_s = character.interval_s
    per_day = DAY_S // step_s
    draw = np.random.default_rng([character.seed, first_day.toordinal()])
    slots = days * per_day
    start = datetime.combine(first_day, time.min, UTC) - OFFSET
    epoch_s = int(start.timestamp()) + step_s * np.arange(slots, dtype=np.int64)
    of_year = (first_day - first_day.replace(month=1, day=1)).days + np.arange(slots) / per_day
    season = np.sin(2 * np.pi * (of_year - 105) / 365)
    rain = rain_mm(draw, slots, per_day, max(3, round(character.storms * days / 365)), character.wet_day - of_year[0])
    fast, slow = conduit_and_base(
        rain,
        per_day,
        peak_slots=max(2, round(character.rise_h * per_day / 24)),
        tail_slots=per_day,
        base_days=character.base_days,
    )
    wetness_of_year = float(draw.uniform(0.94, 1.12))
    runoff_mm = wetness_of_year * character.runoff_mm * _share_of_year(character, first_day, days)
    scale = runoff_mm * character.area_km2 * 1e3 / (float((fast + slow).sum()) * step_s)
    fast, slow = fast * scale, slow * scale
    share = lagged(fast / (fast + slow), 2)
    dissolved = (1 + character.gain) * character.ec_us_cm * (1 - character.ec_season * season)
    ec25 = dissolved * (1 - 0.6 * character.flashy * share) * (1 + 0.04 * piston(fast, per_day))
    temperature = character.temperature_c + character.temperature_season_c * season - 0.8 * share
    ph = _ph(ec25, character, temperature, character.pco2_pa * (1 + 0.25 * season + 0.3 * share))
    discharge = fast + slow
    gap_first, gap_length = character.gap_days
    day = np.arange(slots) / per_day
    return Record(
        epoch_s=epoch_s,
        rain_mm=rain,
        stage_m=sensed(draw, stage_of(character, discharge), 0.0015, 0.001),
        temperature_c=sensed(draw, temperature, 0.012, 0.01),
        ph=sensed(draw, ph, 0.006, 0.01),
        ec25_us_cm=sensed(draw, ec25, 0.0012 * character.ec_us_cm, 0.1),
        discharge_m3_s=discharge,
        measured=(day < gap_first) | (day >= gap_first + gap_length),
    )


def _share_of_year(character: Character, first_day: date, days: int) -> float:
    """Of the year's runoff that the span has: more of it in the rains."""
    day = (first_day - first_day.replace(month=1, day=1)).days + np.arange(days)
    wet = 1 + 0.75 * np.cos(2 * np.pi * (day - character.wet_day - 10) / 365)
    return float(wet.sum() / 365)


# ---- the rating, and the water behind a conductivity

RATING_EXPONENT, CEASE_TO_FLOW_M = 1.75, 0.12


def _rating_factor(character: Character) -> float:
    """So that the mean flow stands at 0.35 m above the point of no flow."""
    mean_m3_s = character.runoff_mm * character.area_km2 * 1e3 / (365 * DAY_S)
    return mean_m3_s / 0.35**RATING_EXPONENT


def stage_of(character: Character, discharge_m3_s: FloatArray) -> FloatArray:
    """Stage in m; Q = a (h - 0.12)^1.75."""
    return CEASE_TO_FLOW_M + (discharge_m3_s / _rating_factor(character)) ** (1 / RATING_EXPONENT)


def ions_mg_l(character: Character, ec25_us_cm: FloatArray) -> dict[str, FloatArray]:
    """Waters whose charges balance, as a laboratory would find them; arrays of the shape of ``ec25_us_cm``."""
    total = ec25_us_cm * MEQ_PER_EC * (1 + ec25_us_cm / 12_000)
    scale = ec25_us_cm / character.ec_us_cm
    root = np.sqrt(scale)
    found = {
        "k_mg_l": 0.45 * root,
        "na_mg_l": 0.65 * root,
        "cl_mg_l": 1.4 * root,
        "so4_mg_l": character.sulfate_mg_l * scale,
        "no3_mg_l": character.nitrate_mg_l * root,
    }
    acids = found["so4_mg_l"] / SO4_MG_MEQ + found["no3_mg_l"] / NO3_MG_MEQ + found["cl_mg_l"] / CL_MG_MEQ
    hardness = total - found["na_mg_l"] / NA_MG_MEQ - found["k_mg_l"] / K_MG_MEQ
    return found | {
        "ca_mg_l": hardness * (1 - character.magnesium) * CA_MG_MEQ,
        "mg_mg_l": hardness * character.magnesium * MG_MG_MEQ,
        "alkalinity_as_hco3_mg_l": (total - acids) * HCO3_MG_MMOL,
    }


def alkalinity_mg_l(character: Character, ec25_us_cm: FloatArray) -> FloatArray:
    """As HCO3."""
    return ions_mg_l(character, ec25_us_cm)["alkalinity_as_hco3_mg_l"]


def _ph(ec25: FloatArray, character: Character, temperature_c: FloatArray, pco2_pa: FloatArray) -> FloatArray:
    """From bicarbonate and the pressure of CO2: the first dissociation, good to 0.02."""
    bicarbonate = np.maximum(alkalinity_mg_l(character, ec25), 10.0) / (1000 * HCO3_MG_MMOL)
    dissolved_co2 = pco2_pa / 101_325 * 10.0 ** (-1.41 - 0.0125 * (temperature_c - 18))
    return 6.39 + np.log10(bicarbonate / dissolved_co2) - 0.5 * np.sqrt(1.5 * bicarbonate)


# ---- parts of a year, shared with the trial of the quality control


def rain_mm(draw: np.random.Generator, slots: int, per_day: int, storms: int, wet_day: float) -> FloatArray:
    """Millimetres per slot in tips of half a millimetre, most storms around ``wet_day`` (days from the first slot)."""
    rain = np.zeros(slots)
    for _ in range(storms):
        day = draw.normal(wet_day, 55) if draw.random() < 0.7 else draw.uniform(0, slots / per_day)
        first = int(np.clip(day * per_day, 0, slots - 2))
        length = int(np.clip(draw.gamma(1.6, per_day / 8), 2, per_day))
        depth_mm = float(np.clip(draw.lognormal(2.0, 1.0), 0.5, 140))
        shape = draw.gamma(0.7, 1.0, length) * np.interp(
            np.arange(length), [0, length * draw.random(), length], [0.2, 1, 0.1]
        )
        part = rain[first : first + length]
        part += depth_mm * shape[: part.size] / max(shape.sum(), 1e-9)
    tips = np.floor(np.cumsum(rain) / 0.5)
    return np.diff(tips, prepend=0.0) * 0.5


def conduit_and_base(
    rain: FloatArray, per_day: int, *, peak_slots: int, tail_slots: int, base_days: float
) -> tuple[FloatArray, FloatArray]:
    """(conduit flow, base flow) of a wetted catchment, in an own unit."""
    wetness = np.clip(0.25 + held(rain, 20 * per_day) / 120, 0.1, 0.9)
    effective = rain * wetness
    rising = np.arange(1, 6 * peak_slots) / peak_slots
    kernel = rising**2.2 * np.exp(2.2 * (1 - rising))
    kernel /= kernel.sum()
    conduit = np.convolve(effective, kernel)[: rain.size]
    conduit = 0.6 * conduit + 0.4 * held(conduit, tail_slots) / 30
    base = 0.04 + held(effective, round(base_days * per_day)) / 900
    return conduit, base


def held(values: FloatArray, slots: int) -> FloatArray:
    """What a linear store with this time constant holds after each slot, by doubling; shape (n,)."""
    factor = np.exp(-1.0 / slots)
    kept, reach = values.copy(), 1
    while reach < min(values.size, 12 * slots):
        shifted = np.zeros_like(kept)
        shifted[reach:] = kept[:-reach]
        kept = kept + factor**reach * shifted
        reach *= 2
    return kept


def lagged(values: FloatArray, slots: int) -> FloatArray:
    return np.concatenate((np.full(slots, values[0]), values[:-slots]))


def piston(fast: FloatArray, per_day: int) -> FloatArray:
    """Old water pushed out ahead of the flood: 0 to 1 while the flood rises."""
    rise = np.maximum(np.diff(fast, prepend=fast[0]), 0.0)
    pushed = held(rise, max(1, per_day // 12))
    return pushed / (pushed + 0.05)


def sensed(draw: np.random.Generator, truth: FloatArray, noise: float, resolution: float) -> FloatArray:
    """With white and slowly wandering noise, rounded to the sensor's resolution."""
    white = draw.normal(0, noise, truth.size)
    slow = held(draw.normal(0, 1, truth.size), 40)
    wander = slow / max(float(slow.std()), 1e-9) * noise
    return np.round((truth + white + wander) / resolution) * resolution


# ---- as files


def logger_csv(record: Record) -> bytes:
    """The registry's own template; what the logger missed has no row."""
    day = datetime.fromtimestamp(int(record.epoch_s[0]), UTC) + OFFSET
    step_s = int(record.epoch_s[1] - record.epoch_s[0])
    clock = [f"T{s // 3600:02d}:{s // 60 % 60:02d}:00+08:00" for s in range(0, DAY_S, step_s)]
    dates = (f"{day + timedelta(days=number):%Y-%m-%d}" for number in range(record.epoch_s.size // len(clock)))
    moments = (date + at for date in dates for at in clock)
    columns = (record.rain_mm, record.stage_m, record.temperature_c, record.ph, record.ec25_us_cm)
    rows = zip(moments, *(column.tolist() for column in columns), record.measured.tolist(), strict=True)
    lines = ["timestamp,rainfall_mm,stage_m,water_temperature_c,ph,ec25_us_cm"]
    lines += [f"{at},{rain:.1f},{h:.3f},{t:.2f},{ph:.2f},{ec:.1f}" for at, rain, h, t, ph, ec, there in rows if there]
    return ("\n".join(lines) + "\n").encode()


def gaugings_csv(character: Character, record: Record, count: int = 14) -> bytes:
    """Gaugings at flows from the lowest to nearly the highest of the span, each with the error of its method."""
    draw = np.random.default_rng([character.seed, 2, int(record.epoch_s[0])])
    ordered = np.argsort(record.discharge_m3_s, kind="stable")
    places = sorted(int(ordered[int(share * (ordered.size - 1))]) for share in 1 - np.geomspace(0.0004, 0.98, count))
    lines = ["date,time,stage_m,discharge_m3s,method,uncertainty_pct,operator"]
    for place in places:
        at = datetime.fromtimestamp(int(record.epoch_s[place]), UTC) + OFFSET
        truth = float(record.discharge_m3_s[place])
        stage = float(stage_of(character, np.array([truth]))[0])
        flow = truth * (1 + float(draw.normal(0, 0.015)))
        lines.append(f"{at:%Y-%m-%d,%H:%M},{stage:.3f},{flow:.4f},ADV wading,4,demo")
    return ("\n".join(lines) + "\n").encode()


def samples_csv(character: Character, record: Record, name: str) -> bytes:
    """A bottle a month and some of floods; the laboratory errs by one or two per cent."""
    draw = np.random.default_rng([character.seed, 3, int(record.epoch_s[0])])
    per_day = DAY_S // character.interval_s
    days = record.epoch_s.size // per_day
    monthly = {day * per_day + per_day // 2: "monthly" for day in range(9, days, min(30, max(4, days // 10)))}
    floods = dict.fromkeys(_floods(record, per_day), "storm")
    names = ("k", "na", "ca", "mg", "cl", "so4", "no3")
    columns = [f"{each}_mg_l" for each in names] + ["alkalinity_as_hco3_mg_l"]
    lines = [f"sample_id,timestamp,{','.join(columns)},field_ph,field_temperature_c,field_ec25_us_cm,purpose"]
    water = ions_mg_l(character, record.ec25_us_cm)
    for place, purpose in sorted((monthly | floods).items()):
        at = datetime.fromtimestamp(int(record.epoch_s[place]), UTC) + OFFSET
        found = [f"{water[column][place] * (1 + float(draw.normal(0, 0.008))):.2f}" for column in columns]
        field = f"{record.ph[place]:.2f},{record.temperature_c[place]:.2f},{record.ec25_us_cm[place]:.1f}"
        lines.append(f"{name}-{at:%Y%m%d%H%M},{at:%Y-%m-%dT%H:%M:%S}+08:00,{','.join(found)},{field},{purpose}")
    return ("\n".join(lines) + "\n").encode()


def _floods(record: Record, per_day: int) -> list[int]:
    """The largest floods, a week apart."""
    found: list[int] = []
    for place in np.argsort(-record.discharge_m3_s, kind="stable")[:: max(1, per_day // 8)]:
        if all(abs(int(place) - other) > 7 * per_day for other in found):
            found.append(int(place))
        if len(found) == 5:
            break
    return found


def before_the_project(character: Character, record: Record, first_day: date, years: int = 3) -> dict[str, object]:
    """The baseline's figures: the same spring before its water dissolved more, as a design document states them."""
    flow, ec = record.discharge_m3_s, record.ec25_us_cm / (1 + character.gain)
    alkalinity = float((alkalinity_mg_l(character, ec) * flow).sum() / flow.sum())
    return {
        "what": f"baseline of a generated spring (seed {character.seed}): years that never were, for the demonstration",
        "years": [f"{first_day.replace(year=first_day.year - years)}", f"{first_day - timedelta(days=1)}"],
        "runoff_mm_per_year": round(0.93 * character.runoff_mm, 1),
        "flow_weighted_alkalinity_mg_l_hco3": round(alkalinity, 2),
        "so4_mg_l": round(character.sulfate_mg_l, 2),
        "no3_mg_l": round(character.nitrate_mg_l, 2),
        "relative_standard_uncertainty_of_alkalinity": 0.02,
        "errors_shared_with_project": ["rating", "area", "kappa"],
    }
