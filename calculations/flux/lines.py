"""The flux by process, reading by reading, and its sums by month, by year and by area.

    F(kappa) = carbonic + sulfuric + nitric + silicate + rain                         mmol CO2 per litre

    carbonic  (kappa - 1/2) (Alk - S - A)    rock dissolved by carbonic acid; negative where acids exceed Alk - S
    sulfuric  (kappa - 1) A_SO4              rock dissolved by sulfuric acid gives back the carbon that does not stay
    nitric    (kappa - 1) A_NO3              the same for nitric acid
    silicate  kappa S                        silicate rock: all its alkalinity is carbon from air or soil
    rain      - what rain itself brought

Nothing is clipped at zero: where acids do the dissolving the water is a source, and the sum must feel it. Sums are
over readings, never over means: storms dilute while the flow rises. Allogenic water (from outside the karst) is a
part of the sum, shown beside the rest: of discharge f with its own composition it carries f F_allo.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calculations import masses
from calculations.flux.errors import FluxError, finite, in_range
from calculations.flux.uptake import Composition, Loads, loads, uptake_mmol_l

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

PROCESSES = ("carbonic", "sulfuric", "nitric", "silicate", "rain")
MM_KM2 = 1000.0
"""Cubic metres of 1 mm of runoff on 1 km2."""


@dataclass(frozen=True)
class AllogenicWater:
    """Water from outside the karst: its share of discharge (0 to 0.95, a number or (n,)) and its composition."""

    share_of_discharge: float | FloatArray
    water: Composition


@dataclass(frozen=True)
class FluxLines:
    """F(kappa) of each reading by process, one unit throughout (mmol/L or t CO2 per reading), shape (n,)."""

    carbonic: FloatArray
    sulfuric: FloatArray
    nitric: FloatArray
    silicate: FloatArray
    rain: FloatArray
    allogenic: FloatArray
    """Part of the sum of the others that allogenic water carried; not added to them."""

    @property
    def total(self) -> FloatArray:
        """F(kappa), the sum of the five processes."""
        return self.carbonic + self.sulfuric + self.nitric + self.silicate + self.rain

    @property
    def autochthonous(self) -> FloatArray:
        """What the karst itself took up: the total without what allogenic water brought along."""
        return self.total - self.allogenic


@dataclass(frozen=True)
class FluxSum:
    """Sums of one span (a month, a year, the whole): water in m3, everything else in t CO2 unless named."""

    label: int
    """Months since January 1970, calendar year, or 0 for the whole, as the caller's labels say."""
    readings: int
    readings_expected: int
    water_m3: float
    runoff_mm: float
    simple_t_co2: float
    """Half of the alkalinity load, what the literature calls the sink; it knows neither acids nor kappa."""
    gross_t_co2: float
    retained_t_co2: float
    allogenic_gross_t_co2: float
    allogenic_retained_t_co2: float
    gross_lines_t_co2: Mapping[str, float]
    retained_lines_t_co2: Mapping[str, float]
    area_km2: float

    @property
    def share_counted(self) -> float:
        """Readings counted over readings expected."""
        return self.readings / self.readings_expected

    def per_km2(self, tonnes: float) -> float:
        """t CO2 km-2 of a sum in t CO2, over the span itself (not scaled to a year)."""
        return tonnes / self.area_km2

    @property
    def autochthonous_gross_t_co2(self) -> float:
        """Gross without what allogenic water brought along."""
        return self.gross_t_co2 - self.allogenic_gross_t_co2


def flux_lines_mmol_l(
    water: Composition, kappa: float, *, rain_mmol_l: float = 0.0, allogenic: AllogenicWater | None = None
) -> FluxLines:
    """F(kappa) by process of each reading, mmol CO2 per litre, shape (n,) of the composition; kappa 0.5 to 1.

    Raises FluxError: FLUX_NOT_FINITE or FLUX_SHAPE naming the quantity, FLUX_OUT_OF_RANGE.
    """
    in_range("kappa", kappa, 0.5, 1.0)
    shape = np.shape(water.alkalinity_meq_l)
    checked = _checked(water, shape, "")
    acids = checked.sulfuric_meq_l + checked.nitric_meq_l
    brought = np.zeros(shape)
    if allogenic is not None:
        brought = _share(allogenic, shape) * uptake_mmol_l(
            _checked(allogenic.water, shape, "allogenic "), kappa, rain_mmol_l
        )
    return FluxLines(
        carbonic=(kappa - 0.5) * (checked.alkalinity_meq_l - checked.silicate_meq_l - acids),
        sulfuric=(kappa - 1.0) * checked.sulfuric_meq_l,
        nitric=(kappa - 1.0) * checked.nitric_meq_l,
        silicate=kappa * checked.silicate_meq_l,
        rain=np.full(shape, -rain_mmol_l),
        allogenic=brought,
    )


def flux_lines_t_co2(discharge_m3_s: FloatArray, lines: FluxLines, interval_s: float) -> FluxLines:
    """The same lines in t CO2 per reading: Q F dt 44.0095e-6, shape (n,)."""
    factor = discharge_m3_s * (interval_s * masses.T_CO2_PER_MMOL_L_M3)
    return FluxLines(**{name: factor * getattr(lines, name) for name in FluxLines.__dataclass_fields__})


def sum_flux(
    discharge_m3_s: FloatArray,
    water: Composition,
    *,
    interval_s: float,
    kappa: float,
    area_km2: float,
    rain_mmol_l: float = 0.0,
    allogenic: AllogenicWater | None = None,
    counted: BoolArray | None = None,
    labels: IntArray | None = None,
) -> tuple[FluxSum, ...]:
    """Sums per label in rising order; without labels one sum of the whole (label 0).

    discharge_m3_s, counted, labels: shape (slots,); `water` holds the counted slots only, in their order, shape
    (counted,), as does `allogenic`. `counted` is False where the time earns nothing: its discharge may be NaN and it
    only counts as expected. Time that is not counted is not made up for. A label without a counted slot gives zeros.
    Raises FluxError: FLUX_NOTHING_COUNTED, FLUX_NOT_FINITE, FLUX_NEGATIVE_DISCHARGE, FLUX_SHAPE, FLUX_OUT_OF_RANGE.
    """
    in_range("area_km2", area_km2, 1e-6, 1e7)
    in_range("interval_s", interval_s, 1.0, 1e8)
    every = np.asarray(discharge_m3_s, dtype=np.float64)
    mask = np.ones(every.shape, dtype=bool) if counted is None else np.asarray(counted, dtype=bool)
    groups = np.zeros(every.shape, dtype=np.int64) if labels is None else np.asarray(labels, dtype=np.int64)
    for name, array in (("counted", mask), ("labels", groups)):
        if array.shape != every.shape or every.ndim != 1:
            raise FluxError("FLUX_SHAPE", quantity=name, found=list(array.shape), expected=list(every.shape))
    if not mask.any():
        raise FluxError("FLUX_NOTHING_COUNTED", expected=int(mask.size))
    discharge = finite("discharge_m3_s", every[mask], (int(mask.sum()),))
    if (discharge < 0.0).any():
        raise FluxError("FLUX_NEGATIVE_DISCHARGE", first=int(np.flatnonzero(discharge < 0.0)[0]))
    if np.shape(water.alkalinity_meq_l) != discharge.shape:
        found = list(np.shape(water.alkalinity_meq_l))
        raise FluxError("FLUX_SHAPE", quantity="water", found=found, expected=list(discharge.shape))
    in_range("kappa", kappa, 0.5, 1.0)
    members = _Members(
        discharge, _checked(water, discharge.shape, ""), *_allogenic_member(discharge, allogenic), interval_s
    )
    of_counted = groups[mask]
    return tuple(
        _one_sum(
            int(label),
            members.loads(of_counted == label),
            readings=(int((of_counted == label).sum()), int((groups == label).sum())),
            kappa=kappa,
            rain_mmol_l=rain_mmol_l,
            area_km2=area_km2,
        )
        for label in np.unique(groups)
    )


@dataclass(frozen=True)
class _Members:
    """All the water, and the part of it that is allogenic; every line is linear in the loads of the two."""

    discharge_m3_s: FloatArray
    water: Composition
    allogenic_m3_s: FloatArray
    allogenic_water: Composition | None
    interval_s: float

    def loads(self, inside: BoolArray) -> tuple[Loads, Loads | None]:
        whole = loads(self.discharge_m3_s[inside], _part(self.water, inside), self.interval_s)
        if self.allogenic_water is None:
            return whole, None
        return whole, loads(self.allogenic_m3_s[inside], _part(self.allogenic_water, inside), self.interval_s)


def year_labels(month_numbers: IntArray) -> IntArray:
    """Calendar year of each slot from its months since January 1970 (see `accounting.month_numbers`)."""
    return 1970 + month_numbers // 12


def _one_sum(
    label: int,
    members: tuple[Loads, Loads | None],
    *,
    readings: tuple[int, int],
    kappa: float,
    rain_mmol_l: float,
    area_km2: float,
) -> FluxSum:
    whole, allogenic = members
    return FluxSum(
        label=label,
        readings=readings[0],
        readings_expected=readings[1],
        water_m3=whole.water_m3,
        runoff_mm=whole.water_m3 / (area_km2 * MM_KM2),
        simple_t_co2=whole.terms_t_co2()["simple"],
        gross_t_co2=whole.uptake_t_co2(1.0, rain_mmol_l),
        retained_t_co2=whole.uptake_t_co2(kappa, rain_mmol_l),
        allogenic_gross_t_co2=allogenic.uptake_t_co2(1.0, rain_mmol_l) if allogenic else 0.0,
        allogenic_retained_t_co2=allogenic.uptake_t_co2(kappa, rain_mmol_l) if allogenic else 0.0,
        gross_lines_t_co2=whole.lines_t_co2(1.0, rain_mmol_l),
        retained_lines_t_co2=whole.lines_t_co2(kappa, rain_mmol_l),
        area_km2=area_km2,
    )


def _allogenic_member(discharge: FloatArray, allogenic: AllogenicWater | None) -> tuple[FloatArray, Composition | None]:
    if allogenic is None:
        return discharge, None
    return discharge * _share(allogenic, discharge.shape), _checked(allogenic.water, discharge.shape, "allogenic ")


def _share(allogenic: AllogenicWater, shape: tuple[int, ...]) -> FloatArray:
    share = finite("allogenic share of discharge", np.asarray(allogenic.share_of_discharge), shape)
    if share.size:
        in_range("allogenic share of discharge", float(share.min()), 0.0, 0.95)
        in_range("allogenic share of discharge", float(share.max()), 0.0, 0.95)
    return share


def _part(water: Composition, inside: BoolArray) -> Composition:
    return Composition(**{name: getattr(water, name)[inside] for name in Composition.__dataclass_fields__})


def _checked(water: Composition, shape: tuple[int, ...], whose: str) -> Composition:
    return Composition(
        **{name: finite(whose + name, getattr(water, name), shape) for name in Composition.__dataclass_fields__}
    )
