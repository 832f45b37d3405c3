"""From analyses in mg/L to saturation indices, CO2 pressure, carbon, charge balances and conductance."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from calculations.chemistry.activity import ActivityModel, activity_model
from calculations.chemistry.conductance import conductance_25c_us_cm
from calculations.chemistry.constants import DEFAULT_NAME, ConstantsTable, load_constants
from calculations.chemistry.equilibrium import Distribution, Totals
from calculations.chemistry.errors import ChemistryError, refuse_outside
from calculations.chemistry.solver import Solution, solve_at_ph, solve_closed
from calculations.chemistry.temperature import Thermal, ThermalTable
from calculations.portable import FloatArray, exp10, log

BLOCK = 12288  # rows at once: fewer calls weigh more than what leaves the second cache
PASCAL_PER_ATM = 101325.0
_LOG10_E = 0.4342944819032518


@dataclass(frozen=True)
class Waters:
    """Analyses of n waters, each field a one-dimensional float64 array of n.

    Temperature in degC (-5 to 60), pH (0 to 14), dissolved ions in mg/L (0 to 100,000); alkalinity is the
    titrated one, expressed as HCO3-. A NaN anywhere makes that row's results NaN and touches no other row.
    `nitrate_mg_l` None means not analysed and counts as zero.
    """

    temperature_c: FloatArray
    ph: FloatArray
    potassium_mg_l: FloatArray
    sodium_mg_l: FloatArray
    calcium_mg_l: FloatArray
    magnesium_mg_l: FloatArray
    chloride_mg_l: FloatArray
    sulfate_mg_l: FloatArray
    alkalinity_hco3_mg_l: FloatArray
    nitrate_mg_l: FloatArray | None = None


@dataclass(frozen=True)
class Speciation:
    """Results for n waters, each field a float64 array of n.

    log10_pco2_atm is of the fugacity; dic counts all inorganic carbon; the cbe are 100 (c - a)/(c + a), once
    over the speciated charges and once over the totals in meq as a laboratory does. A saturation index is NaN
    where an element of the mineral is absent.
    """

    ionic_strength_molal: FloatArray
    log10_pco2_atm: FloatArray
    pco2_pa: FloatArray
    si_calcite: FloatArray
    si_aragonite: FloatArray
    si_dolomite: FloatArray
    si_gypsum: FloatArray
    dic_mol_kgw: FloatArray
    cbe_phreeqc_pct: FloatArray
    cbe_analytical_pct: FloatArray
    sc25_us_cm: FloatArray


@dataclass(frozen=True)
class SpeciatedCarbonate:
    """Saturation index of calcite, CO2 pressure [Pa] and dissolved inorganic carbon [mol/kgw]: arrays of n."""

    si_calcite: FloatArray
    pco2_pa: FloatArray
    dic_mol_kgw: FloatArray

    def rows(self, chosen: slice) -> "SpeciatedCarbonate":
        """Those of some waters."""
        return SpeciatedCarbonate(self.si_calcite[chosen], self.pco2_pa[chosen], self.dic_mol_kgw[chosen])


_CHARGES = {  # field of Waters: name in the table of formula masses, charge
    "potassium_mg_l": ("K", 1),
    "sodium_mg_l": ("Na", 1),
    "calcium_mg_l": ("Ca", 2),
    "magnesium_mg_l": ("Mg", 2),
    "chloride_mg_l": ("Cl", -1),
    "sulfate_mg_l": ("SO4", -2),
    "alkalinity_hco3_mg_l": ("HCO3", -1),
    "nitrate_mg_l": ("NO3", -1),
}
RANGES = {"temperature_c": (-5.0, 60.0), "ph": (0.0, 14.0)} | dict.fromkeys(_CHARGES, (0.0, 100_000.0))
"""What `speciate` accepts, by field of Waters."""
LEAST_WATER_ACTIVITY = 0.9  # below it the activity model means nothing
_HARMLESS = {"temperature_c": 20.0, "ph": 7.0}  # stands in for missing rows; an ion is 1 mg/L


def speciate(waters: Waters, constants: ConstantsTable | None = None, *, with_sc25: bool = True) -> Speciation:
    """Full speciation of every row with its ion pairs; None takes the default table.

    All results except the analytical charge balance are NaN where the alkalinity cannot exist at the given pH
    (hydroxide alone exceeds it), or where no solution was found (brines, pH near 0 or 14). The conductance needs
    a second equilibrium, at 25 degC, and costs as much again: without `with_sc25` it is NaN, as it is with a table
    that has no diffusion coefficients, and in brines whose second equilibrium was not found. Waters outside what the
    equations were made for are computed all the same; `validity.beyond_validity` flags them.

    Raises ChemistryError CHEMISTRY_LENGTH or CHEMISTRY_OUT_OF_RANGE (naming the first such row).

    Conventions and equations: PHREEQC 3 (Parkhurst and Appelo 2013, USGS Techniques and Methods 6-A43): pH is an
    activity, density 1.0 kg/L, 1 atm, no redox, no adjustment of the charge.
    """
    table = load_constants(DEFAULT_NAME) if constants is None else constants
    columns, missing = _complete(waters)
    results = {field.name: np.empty(missing.size) for field in fields(Speciation)}
    if missing.size:
        with _runaways_allowed():
            _fill(results, columns, table, with_sc25)
    for values in results.values():
        values[missing] = np.nan
    return Speciation(**results)


def speciate_carbonate(
    waters: Waters, constants: ConstantsTable, progress: Callable[[int, int], None] | None = None
) -> SpeciatedCarbonate:
    """What a series of readings is speciated for: three results of `speciate`, the same to the bit, without the others.

    `progress(done, total)` is called after every block of rows. Raises as `speciate` does.
    """
    columns, missing = _complete(waters)
    results = {field.name: np.empty(missing.size) for field in fields(SpeciatedCarbonate)}
    if missing.size:
        with _runaways_allowed():
            for solved in _solved_blocks(columns, constants):
                for name, values in _carbonate_outcome(solved).items():
                    values[solved.impossible] = np.nan
                    results[name][solved.part] = values
                if progress is not None:
                    progress(min(solved.part.stop, missing.size), missing.size)
    for values in results.values():
        values[missing] = np.nan
    return SpeciatedCarbonate(**results)


def _runaways_allowed() -> np.errstate:
    """Waters far outside the activity model may run away; they end as not converged, hence NaN."""
    return np.errstate(divide="ignore", over="ignore", invalid="ignore")


def _complete(waters: Waters) -> tuple[dict[str, FloatArray], NDArray[np.bool_]]:
    """The checked columns with harmless values in every row that lacks one, and which rows these are."""
    columns = _checked(waters)
    missing = np.zeros(columns["ph"].size, dtype=bool)
    for values in columns.values():
        missing |= np.isnan(values)
    if missing.any():
        columns = {name: np.where(missing, _HARMLESS.get(name, 1.0), values) for name, values in columns.items()}
    return columns, missing


def _checked(waters: Waters) -> dict[str, FloatArray]:
    """The columns by name, nitrate as zeros where not given, all of one length and in range."""
    columns = {name: getattr(waters, name) for name in RANGES}
    expected = np.shape(waters.temperature_c)
    if waters.nitrate_mg_l is None:
        columns["nitrate_mg_l"] = np.zeros(expected)
    columns = {name: np.asarray(values, dtype=np.float64) for name, values in columns.items()}
    for name, values in columns.items():
        if values.ndim != 1 or values.shape != expected:
            raise ChemistryError("CHEMISTRY_LENGTH", quantity=name, found=values.shape, expected=expected)
        refuse_outside(name, values, *RANGES[name])
    return columns


@dataclass(frozen=True)
class _SolvedBlock:
    """Some rows with their equilibrium; `impossible` where none may be used."""

    part: slice
    block: dict[str, FloatArray]
    totals: Totals
    thermal: Thermal
    model: ActivityModel
    solution: Solution
    impossible: NDArray[np.bool_]


def _solved_blocks(columns: dict[str, FloatArray], table: ConstantsTable) -> Iterator[_SolvedBlock]:
    model = activity_model(table)
    thermal = ThermalTable(columns["temperature_c"], table)
    for start in range(0, columns["ph"].size, BLOCK):
        part = slice(start, start + BLOCK)
        block = {name: values[part] for name, values in columns.items()}
        h_activity = exp10(-block["ph"])
        totals = _totals(block, h_activity, table)
        local = thermal.rows(part)
        solution = solve_at_ph(totals, local, h_activity, model)
        impossible = ~solution.converged
        impossible |= ~(solution.water_activity > LEAST_WATER_ACTIVITY)
        yield _SolvedBlock(part, block, totals, local, model, solution, impossible)


def _fill(
    results: dict[str, FloatArray], columns: dict[str, FloatArray], table: ConstantsTable, with_sc25: bool
) -> None:
    at_25c = (
        ThermalTable(np.full(min(BLOCK, columns["ph"].size), 25.0), table)
        if with_sc25 and table.has_conductance
        else None
    )
    for solved in _solved_blocks(columns, table):
        solution, local, rows = solved.solution, solved.thermal, solved.impossible.size
        outcome = _outcome(solved)
        if at_25c is None:
            outcome["sc25_us_cm"] = np.full(rows, np.nan)
        else:
            local_25c = at_25c.rows(slice(0, rows))
            closed = solve_closed(solved.totals, outcome["dic_mol_kgw"], local_25c, solution, local, solved.model)
            conductance = conductance_25c_us_cm(closed, local_25c, table)
            outcome["sc25_us_cm"] = np.where(closed.converged, conductance, np.nan)
        for name, values in outcome.items():
            values[solved.impossible] = np.nan
            results[name][solved.part] = values
        results["cbe_analytical_pct"][solved.part] = _analytical_balance_pct(solved.block, table)


def _totals(block: dict[str, FloatArray], h_activity: FloatArray, table: ConstantsTable) -> Totals:
    """mg/L to mol per kg water: PHREEQC subtracts the mass of all solutes from a litre of 1 kg."""
    mass = table.formula_masses_g_mol
    solutes_mg_l = np.zeros_like(h_activity)
    for name in _CHARGES:
        solutes_mg_l += block[name]
    water_kg_l = 1.0 - 1e-6 * solutes_mg_l
    water_kg_l -= mass["H"] * 1e-3 * h_activity + mass["OH"] * 1e-3 * (1e-14 / h_activity)

    def molal(name: str) -> FloatArray:
        return block[name] * (1e-3 / mass[_CHARGES[name][0]]) / water_kg_l

    return Totals(
        calcium=molal("calcium_mg_l"),
        magnesium=molal("magnesium_mg_l"),
        sodium=molal("sodium_mg_l"),
        potassium=molal("potassium_mg_l"),
        chloride=molal("chloride_mg_l"),
        nitrate=molal("nitrate_mg_l"),
        sulfate=molal("sulfate_mg_l"),
        alkalinity=molal("alkalinity_hco3_mg_l"),
    )


def _outcome(solved: _SolvedBlock) -> dict[str, FloatArray]:
    solution, block, log_k = solved.solution, solved.block, solved.thermal.log10_k
    found, factor = solution.distribution, solution.factor
    carbonate, calcium, co2 = _activities(solution)
    sulfate = found.sulfate * factor["SO4-2"]
    calcite_product = _log10(calcium * carbonate)
    gypsum_product = _log10(calcium * sulfate * (solution.water_activity * solution.water_activity))
    dolomite_product = calcite_product + _log10(found.magnesium * factor["Mg+2"] * carbonate)
    no_calcium, no_magnesium = block["calcium_mg_l"] == 0.0, block["magnesium_mg_l"] == 0.0
    no_sulfate = block["sulfate_mg_l"] == 0.0
    return {
        "ionic_strength_molal": solution.ionic_strength,
        "log10_pco2_atm": _log10(co2) - log_k["CO2(g)"],
        "pco2_pa": co2 * PASCAL_PER_ATM / solved.thermal.k["CO2(g)"],
        "si_calcite": np.where(no_calcium, np.nan, calcite_product - log_k["Calcite"]),
        "si_aragonite": np.where(no_calcium, np.nan, calcite_product - log_k["Aragonite"]),
        "si_dolomite": np.where(no_calcium | no_magnesium, np.nan, dolomite_product - log_k["Dolomite"]),
        "si_gypsum": np.where(no_calcium | no_sulfate, np.nan, gypsum_product - log_k["Gypsum"]),
        "dic_mol_kgw": found.dissolved_carbon,
        "cbe_phreeqc_pct": _speciated_balance_pct(found),
    }


def _carbonate_outcome(solved: _SolvedBlock) -> dict[str, FloatArray]:
    carbonate, calcium, co2 = _activities(solved.solution)
    saturation = _log10(calcium * carbonate) - solved.thermal.log10_k["Calcite"]
    return {
        "si_calcite": np.where(solved.block["calcium_mg_l"] == 0.0, np.nan, saturation),
        "pco2_pa": co2 * PASCAL_PER_ATM / solved.thermal.k["CO2(g)"],
        "dic_mol_kgw": solved.solution.distribution.dissolved_carbon,
    }


def _activities(solution: Solution) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Activities of CO3-2, Ca+2 and dissolved CO2."""
    found, factor = solution.distribution, solution.factor
    co2 = found.ratios.co2 * found.carbonate
    co2 /= factor["CO2"]
    return found.carbonate * factor["CO3-2"], found.calcium * factor["Ca+2"], co2


def _log10(x: FloatArray) -> FloatArray:
    """Decimal logarithm to some 1e-15 absolute, in two thirds of the time of the last-digit one."""
    result = log(x)
    result *= _LOG10_E
    return result


def _speciated_balance_pct(found: Distribution) -> FloatArray:
    cations, anions, divalent_cations, divalent_anions = found.charges()
    cations += 2.0 * divalent_cations
    anions += 2.0 * divalent_anions
    return 100.0 * (cations - anions) / (cations + anions)


def _analytical_balance_pct(block: dict[str, FloatArray], table: ConstantsTable) -> FloatArray:
    cations = np.zeros_like(block["ph"])
    anions = np.zeros_like(cations)
    for name, (formula, charge) in _CHARGES.items():
        meq_l = block[name] * (abs(charge) / table.formula_masses_g_mol[formula])
        if charge > 0:
            cations += meq_l
        else:
            anions += meq_l
    total = cations + anions
    empty = total == 0.0
    return np.where(empty, np.nan, 100.0 * (cations - anions) / np.where(empty, 1.0, total))
