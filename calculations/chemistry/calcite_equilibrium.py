"""How much calcium rain water takes from limestone: equilibrium with calcite and a gas of given CO2 pressure.

Two ways, to be shown side by side:

- `equilibrium_calcium`: all species of the constants table that pure water, CO2 and calcite can form, ion pairs
  included, at fixed CO2 fugacity (what PHREEQC gives for EQUILIBRIUM_PHASES Calcite 0, CO2(g) at that pressure);
- `closed_form_calcium`: the textbook formula without ion pairs and with [Ca] = [HCO3]/2 as charge balance,

      [Ca]^3 = pCO2 K1 Kc KH / (4 K2 gamma(Ca) gamma(HCO3)^2)

  W. B. White 1984 (in R. G. LaFleur, ed., Groundwater as a Geomorphic Agent, 227-248); P. Gombert 2002
  (Global and Planetary Change 33, 177-184), who calls D = (P - E) [Ca] the maximum potential dissolution.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from calculations.chemistry.activity import ActivityModel
from calculations.chemistry.constants import DEFAULT_NAME, ConstantsTable, load_constants
from calculations.chemistry.errors import ChemistryError, refuse_outside
from calculations.chemistry.solver import secant
from calculations.chemistry.temperature import Thermal, ThermalTable
from calculations.portable import FloatArray, exp, exp10, log10, power

ActivityChoice = Literal["none", "davies", "extended"]
ACTIVITY_CHOICES: tuple[ActivityChoice, ...] = ("none", "davies", "extended")

LOWEST_C, HIGHEST_C = 0.0, 50.0
LOWEST_LOG10_PCO2, HIGHEST_LOG10_PCO2 = -6.0, 0.5
_PASSES = 8
_NEWTON_STEPS = 3
_TOLERANCE = 1e-9  # relative, on ionic strength
_CLOSED_FORM_PASSES = 25
_CALCIUM_SIZE, _BICARBONATE_SIZE = 6.0, 4.0  # angstrom; Kielland 1937, as the textbook formula is used with


@dataclass(frozen=True)
class CalciteEquilibrium:
    """Water in equilibrium with calcite and CO2, each field a float64 array of n.

    calcium_mol_kgw is all dissolved calcium, complexes included; the alkalinity [eq/kgw] is twice that.
    """

    calcium_mol_kgw: FloatArray
    ph: FloatArray
    ionic_strength_molal: FloatArray
    dic_mol_kgw: FloatArray


def equilibrium_calcium(
    temperature_c: FloatArray, log10_pco2_atm: FloatArray, constants: ConstantsTable | None = None
) -> CalciteEquilibrium:
    """Calcium of pure water that is in equilibrium with calcite at a CO2 fugacity (open system).

    temperature_c [degC], 0 to 50; log10_pco2_atm, -6 to 0.5: one-dimensional, equally long, or numbers. NaN gives NaN
    in that row. `constants` None takes the default table. A runoff of R mm, being R kg of water on a square metre, can
    dissolve R times calcium_mol_kgw, in mol CaCO3 per m2.

    Raises ChemistryError CHEMISTRY_LENGTH or CHEMISTRY_OUT_OF_RANGE (naming the first such row).

    >>> found = equilibrium_calcium(np.array([18.5]), np.array([-2.007]))
    >>> t_co2_km2 = 500.0 * 44.0095 * found.calcium_mol_kgw  # of 500 mm: g/m2 are t/km2
    >>> print(f"{t_co2_km2[0]:.2f}")
    40.14
    """
    table = load_constants(DEFAULT_NAME) if constants is None else constants
    temperature, pressure, missing = _checked(temperature_c, log10_pco2_atm)
    thermal = ThermalTable(temperature, table).rows(slice(None))
    co2_activity = exp10(pressure + thermal.log10_k["CO2(g)"])
    found = _open_system(thermal, co2_activity, ActivityModel(table))
    for values in found:
        values[missing] = np.nan
    return CalciteEquilibrium(*found)


def closed_form_calcium(
    temperature_c: FloatArray,
    log10_pco2_atm: FloatArray,
    activities: ActivityChoice = "extended",
    constants: ConstantsTable | None = None,
) -> FloatArray:
    """[Ca] in mol/kgw by the formula of White 1984 and Gombert 2002, of which this module's head tells.

    `activities`: "none" (all coefficients 1), "davies", or "extended" (Debye-Hueckel with ion sizes 6 angstrom for Ca
    and 4 for HCO3); ionic strength is 3 [Ca]. Without ion pairs it is some 2 to 3 % below `equilibrium_calcium`.
    Arguments and errors as there; CHEMISTRY_ACTIVITY_UNKNOWN for another word.
    """
    if activities not in ACTIVITY_CHOICES:
        raise ChemistryError("CHEMISTRY_ACTIVITY_UNKNOWN", found=activities, known=list(ACTIVITY_CHOICES))
    table = load_constants(DEFAULT_NAME) if constants is None else constants
    temperature, pressure, missing = _checked(temperature_c, log10_pco2_atm)
    thermal = ThermalTable(temperature, table).rows(slice(None))
    # K1 / K2 = K(CO2 + H2O = HCO3 + H) / K(HCO3 = CO3 + H), from the formation constants out of CO3
    log_product = pressure + thermal.log10_k["CO2(g)"] + thermal.log10_k["Calcite"]
    log_product += 2.0 * log10(thermal.k["HCO3-"]) - log10(thermal.k["CO2"])
    ideal = power(exp10(log_product) / 4.0, 1.0 / 3.0)
    calcium = ideal.copy()
    for _ in range(0 if activities == "none" else _CLOSED_FORM_PASSES):
        calcium = ideal * exp10(-_mean_log10_gamma(3.0 * calcium, thermal, activities))
    calcium[missing] = np.nan
    return calcium


def _mean_log10_gamma(strength: FloatArray, thermal: Thermal, activities: ActivityChoice) -> FloatArray:
    """log10 of the cube root of gamma(Ca) gamma(HCO3)^2."""
    root = np.sqrt(strength)
    if activities == "davies":
        return -thermal.a_log10 * (4.0 + 2.0) / 3.0 * (root / (1.0 + root) - 0.3 * strength)
    calcium = 4.0 / (1.0 + thermal.b_per_angstrom * _CALCIUM_SIZE * root)
    bicarbonate = 1.0 / (1.0 + thermal.b_per_angstrom * _BICARBONATE_SIZE * root)
    return -thermal.a_log10 * root * (calcium + 2.0 * bicarbonate) / 3.0


@dataclass(frozen=True)
class _OpenSystem:
    """Molalities at fixed calcite and CO2 activity, per power of a(H+); gamma is taken in.

    With h = a(H+): Ca = calcium h^2, CaOH and CaHCO3 = of_calcium h, H = proton h, HCO3 and OH = anions / h,
    CO3 = carbonate / h^2; the neutral species do not depend on h.
    """

    calcium: FloatArray
    hydroxide_complex: FloatArray
    bicarbonate_complex: FloatArray
    proton: FloatArray
    bicarbonate: FloatArray
    hydroxide: FloatArray
    carbonate: FloatArray
    neutral_calcium: FloatArray
    co2: FloatArray
    co2_2: FloatArray

    def charges(self, h: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Sums of Ca; of CaOH, CaHCO3 and H; of HCO3 and OH; of CO3 [mol/kgw]."""
        cations = (self.hydroxide_complex + self.bicarbonate_complex + self.proton) * h
        return self.calcium * h * h, cations, (self.bicarbonate + self.hydroxide) / h, self.carbonate / (h * h)


def _at_coefficients(
    thermal: Thermal, gamma: dict[str, FloatArray], co2_activity: FloatArray, water: FloatArray
) -> _OpenSystem:
    k = thermal.k
    calcite = exp10(thermal.log10_k["Calcite"])
    carbonate = co2_activity * water / k["CO2"]  # activity of CO3, times h^2
    calcium = calcite / carbonate
    pairs = k["(CO2)2"] * co2_activity * co2_activity / gamma["CO2"] if "(CO2)2" in k else np.zeros_like(water)
    return _OpenSystem(
        calcium=calcium / gamma["Ca+2"],
        hydroxide_complex=k["CaOH+"] * calcium * water / gamma["CaOH+"],
        bicarbonate_complex=k["CaHCO3+"] * calcite / gamma["CaHCO3+"],
        proton=1.0 / gamma["H+"],
        bicarbonate=k["HCO3-"] * carbonate / gamma["HCO3-"],
        hydroxide=k["OH-"] * water / gamma["OH-"],
        carbonate=carbonate / gamma["CO3-2"],
        neutral_calcium=k["CaCO3"] * calcite / gamma["CaCO3"],
        co2=co2_activity / gamma["CO2"],
        co2_2=pairs,
    )


def _open_system(
    thermal: Thermal, co2_activity: FloatArray, model: ActivityModel
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Total calcium, pH, ionic strength and DIC: Newton's rule in ln a(H+) on the charge balance.

    The balance rises with a(H+) everywhere, so there is one solution. The ionic strength goes by the secant rule.
    """
    ones = np.ones_like(co2_activity)
    ideal = _at_coefficients(thermal, dict.fromkeys(model.coefficients(ones, thermal), ones), co2_activity, ones)
    h_activity = power(0.5 * ideal.bicarbonate / ideal.calcium, 1.0 / 3.0)
    strength, water = 3.0 * ideal.calcium * h_activity * h_activity, ones
    earlier: tuple[FloatArray, FloatArray] | None = None
    for _ in range(_PASSES):
        system = _at_coefficients(thermal, model.coefficients(strength, thermal), co2_activity, water)
        for _ in range(_NEWTON_STEPS):
            calcium, cations, anions, carbonate = system.charges(h_activity)
            charge = 2.0 * (calcium - carbonate) + (cations - anions)
            slope = 4.0 * (calcium + carbonate) + (cations + anions)
            h_activity = h_activity * exp(np.clip(-charge / slope, -2.0, 2.0))
        calcium, cations, anions, carbonate = system.charges(h_activity)
        result = 2.0 * (calcium + carbonate) + 0.5 * (cations + anions)
        step = result - strength
        dissolved = calcium + cations + anions + carbonate + system.neutral_calcium + system.co2 + system.co2_2
        water = 1.0 - 0.017 * dissolved
        following = secant(strength, step, earlier)
        earlier, strength = (strength, step), following
    settled = np.abs(step) <= _TOLERANCE * result
    complexes = (system.hydroxide_complex + system.bicarbonate_complex) * h_activity
    carbon = system.bicarbonate / h_activity + carbonate + system.bicarbonate_complex * h_activity
    carbon += system.neutral_calcium + system.co2 + 2.0 * system.co2_2
    found = (calcium + complexes + system.neutral_calcium, -log10(h_activity), result, carbon)
    for values in found:
        values[~settled] = np.nan
    return found


def _checked(temperature_c: FloatArray, log10_pco2_atm: FloatArray) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """Both as arrays of n, harmless where one is missing; and where that is."""
    temperature = np.atleast_1d(np.asarray(temperature_c, dtype=np.float64))
    pressure = np.atleast_1d(np.asarray(log10_pco2_atm, dtype=np.float64))
    if temperature.ndim != 1 or pressure.ndim != 1 or pressure.size not in (temperature.size, 1):
        raise ChemistryError(
            "CHEMISTRY_LENGTH", quantity="log10_pco2_atm", found=pressure.shape, expected=temperature.shape
        )
    pressure = np.broadcast_to(pressure, temperature.shape)
    refuse_outside("temperature_c", temperature, LOWEST_C, HIGHEST_C)
    refuse_outside("log10_pco2_atm", pressure, LOWEST_LOG10_PCO2, HIGHEST_LOG10_PCO2)
    missing = np.isnan(temperature) | np.isnan(pressure)
    return np.where(missing, 15.0, temperature), np.where(missing, -2.0, pressure), missing
