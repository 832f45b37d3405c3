"""The carbonate system from any two of pH, alkalinity and dissolved inorganic carbon.

With pH and one other the species follow directly; with alkalinity and carbon the pH is found by Newton's rule on the
alkalinity. Ion pairs and activities are the full ones of `speciate`, whose results these are when its pH and
alkalinity are taken. F. J. Millero 1995, doi:10.1016/0016-7037(94)00354-O, sets out the pairs for sea water.
"""

from dataclasses import dataclass

import numpy as np

from calculations.chemistry.activity import ActivityModel
from calculations.chemistry.constants import DEFAULT_NAME, ConstantsTable, load_constants
from calculations.chemistry.equilibrium import Totals
from calculations.chemistry.errors import ChemistryError, refuse_outside
from calculations.chemistry.solver import Solution, solve_at_carbon, solve_at_ph
from calculations.chemistry.speciation import LEAST_WATER_ACTIVITY, PASCAL_PER_ATM
from calculations.chemistry.temperature import Thermal, ThermalTable
from calculations.portable import FloatArray, exp10, log10

Given = FloatArray | float
_RANGES = {
    "temperature_c": (-5.0, 60.0),
    "ph": (0.0, 14.0),
    "alkalinity_eq_kgw": (-0.1, 2.0),
    "dic_mol_kgw": (0.0, 2.0),
} | dict.fromkeys(
    (f"{name}_mol_kgw" for name in ("calcium", "magnesium", "sodium", "potassium", "chloride", "nitrate", "sulfate")),
    (0.0, 3.0),
)
_HARMLESS = {"temperature_c": 20.0, "ph": 7.0, "alkalinity_eq_kgw": 1e-3, "dic_mol_kgw": 1e-3}


@dataclass(frozen=True)
class CarbonateState:
    """The carbonate system of n waters, each field a float64 array of n; log10_pco2_atm is of the fugacity."""

    ph: FloatArray
    alkalinity_eq_kgw: FloatArray
    dic_mol_kgw: FloatArray
    log10_pco2_atm: FloatArray
    pco2_pa: FloatArray
    ionic_strength_molal: FloatArray


def carbonate_from_two(
    temperature_c: Given,
    *,
    ph: Given | None = None,
    alkalinity_eq_kgw: Given | None = None,
    dic_mol_kgw: Given | None = None,
    calcium_mol_kgw: Given = 0.0,
    magnesium_mol_kgw: Given = 0.0,
    sodium_mol_kgw: Given = 0.0,
    potassium_mol_kgw: Given = 0.0,
    chloride_mol_kgw: Given = 0.0,
    nitrate_mol_kgw: Given = 0.0,
    sulfate_mol_kgw: Given = 0.0,
    constants: ConstantsTable | None = None,
) -> CarbonateState:
    """CO2 pressure and the third of pH, alkalinity and carbon from the two that are given.

    Arguments are numbers or one-dimensional arrays of one length n. The ions are dissolved totals; they are no part of
    the balance but set ionic strength and pairs. A NaN makes that row NaN, and so does a water that cannot be
    (hydroxide above the alkalinity, an alkalinity that no pH gives that carbon).

    Raises ChemistryError CHEMISTRY_TWO_OF_THREE, CHEMISTRY_LENGTH or CHEMISTRY_OUT_OF_RANGE (the first such row).

    >>> spring = dict(calcium_mol_kgw=1.5e-3, magnesium_mol_kgw=2e-4, sulfate_mol_kgw=2e-4)
    >>> state = carbonate_from_two(18.0, ph=7.4, alkalinity_eq_kgw=3e-3, **spring)
    >>> print(f"{state.pco2_pa[0]:.1f} {1e3 * state.dic_mol_kgw[0]:.4f}")
    660.1 3.2619
    >>> again = carbonate_from_two(18.0, alkalinity_eq_kgw=3e-3, dic_mol_kgw=state.dic_mol_kgw, **spring)
    >>> print(f"{again.ph[0]:.6f}")
    7.400000
    """
    known = {"ph": ph, "alkalinity_eq_kgw": alkalinity_eq_kgw, "dic_mol_kgw": dic_mol_kgw}
    given = {name: value for name, value in known.items() if value is not None}
    if len(given) != 2:
        raise ChemistryError("CHEMISTRY_TWO_OF_THREE", given=sorted(given), known=sorted(known))
    columns = _columns(
        {
            "temperature_c": temperature_c,
            **given,
            "calcium_mol_kgw": calcium_mol_kgw,
            "magnesium_mol_kgw": magnesium_mol_kgw,
            "sodium_mol_kgw": sodium_mol_kgw,
            "potassium_mol_kgw": potassium_mol_kgw,
            "chloride_mol_kgw": chloride_mol_kgw,
            "nitrate_mol_kgw": nitrate_mol_kgw,
            "sulfate_mol_kgw": sulfate_mol_kgw,
        }
    )
    missing = np.zeros(columns["temperature_c"].size, dtype=bool)
    for values in columns.values():
        missing |= np.isnan(values)
    columns = {name: np.where(missing, _HARMLESS.get(name, 0.0), values) for name, values in columns.items()}
    table = load_constants(DEFAULT_NAME) if constants is None else constants
    if missing.size == 0:
        return CarbonateState(*(np.empty(0) for _ in range(6)))
    thermal = ThermalTable(columns["temperature_c"], table).rows(slice(None))
    # waters that cannot be may run away; they end as not settled, hence NaN
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        solution = _solved(columns, thermal, ActivityModel(table))
        state = _state(columns, solution, thermal)
    unusable = missing | ~solution.converged | ~(solution.water_activity > LEAST_WATER_ACTIVITY)
    for values in vars(state).values():
        values[unusable] = np.nan
    return state


def _solved(columns: dict[str, FloatArray], thermal: Thermal, model: ActivityModel) -> Solution:
    carbon = columns.get("dic_mol_kgw")
    alkalinity = columns.get("alkalinity_eq_kgw", carbon)  # without it, a guess for the ionic strength
    assert alkalinity is not None
    totals = Totals(
        calcium=columns["calcium_mol_kgw"],
        magnesium=columns["magnesium_mol_kgw"],
        sodium=columns["sodium_mol_kgw"],
        potassium=columns["potassium_mol_kgw"],
        chloride=columns["chloride_mol_kgw"],
        nitrate=columns["nitrate_mol_kgw"],
        sulfate=columns["sulfate_mol_kgw"],
        alkalinity=alkalinity,
    )
    if "ph" in columns:
        return solve_at_ph(totals, thermal, exp10(-columns["ph"]), model, carbon)
    assert carbon is not None
    return solve_at_carbon(totals, carbon, thermal, model)


def _state(columns: dict[str, FloatArray], solution: Solution, thermal: Thermal) -> CarbonateState:
    found = solution.distribution
    pressure = found.ratios.co2 * found.carbonate / solution.factor["CO2"] / thermal.k["CO2(g)"]
    given = {name: values.copy() for name, values in columns.items()}
    return CarbonateState(
        ph=given["ph"] if "ph" in given else -log10(solution.h_activity),
        alkalinity_eq_kgw=given.get("alkalinity_eq_kgw", found.alkalinity),
        dic_mol_kgw=given.get("dic_mol_kgw", found.dissolved_carbon),
        log10_pco2_atm=log10(pressure),
        pco2_pa=PASCAL_PER_ATM * pressure,
        ionic_strength_molal=solution.ionic_strength.copy(),
    )


def _columns(values: dict[str, Given]) -> dict[str, FloatArray]:
    """All as arrays of one length, in range."""
    arrays = {name: np.atleast_1d(np.asarray(value, dtype=np.float64)) for name, value in values.items()}
    rows = next((array.size for array in arrays.values() if array.size != 1), 1)
    for name, array in arrays.items():
        if array.ndim != 1 or array.size not in (rows, 1):
            raise ChemistryError("CHEMISTRY_LENGTH", quantity=name, found=array.shape, expected=(rows,))
        refuse_outside(name, array, *_RANGES[name])
    return {name: np.broadcast_to(array, (rows,)) for name, array in arrays.items()}
