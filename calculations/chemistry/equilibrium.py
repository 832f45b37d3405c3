"""Distribution of species at given coefficients: metals eliminated, two unknowns left (free CO3-2 and SO4-2).

All arrays have length n; concentrations are molal [mol/kg water], activities dimensionless.
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from calculations.chemistry.temperature import Thermal
from calculations.portable import FloatArray


@dataclass(frozen=True)
class Totals:
    """Dissolved totals and alkalinity [eq/kgw] of n waters."""

    calcium: FloatArray
    magnesium: FloatArray
    sodium: FloatArray
    potassium: FloatArray
    chloride: FloatArray
    nitrate: FloatArray
    sulfate: FloatArray
    alkalinity: FloatArray

    @cached_property
    def outside_carbonate_and_sulfate(self) -> FloatArray:
        """Molality of everything that holds a metal or is chloride or nitrate, however it is complexed."""
        return self.calcium + self.magnesium + self.sodium + self.potassium + self.chloride + self.nitrate

    def rows(self, chosen: NDArray[np.bool_]) -> "Totals":
        """The totals of these waters."""
        return Totals(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


class AtProton:
    """Products of the constants with powers of a(H+): what stays the same while the ionic strength is sought."""

    def __init__(self, thermal: Thermal, h_activity: FloatArray) -> None:
        k, over_h = thermal.k, 1.0 / h_activity
        self.h_activity = h_activity
        self.bicarbonate = k["HCO3-"] * h_activity
        self.co2 = k["CO2"] * h_activity * h_activity
        self.bisulfate = k["HSO4-"] * h_activity
        self.hydroxide = k["OH-"] * over_h
        self.ca_oh = k["CaOH+"] * over_h
        self.mg_oh = k["MgOH+"] * over_h
        self.ca_hco3 = k["CaHCO3+"] * h_activity
        self.mg_hco3 = k["MgHCO3+"] * h_activity
        self.ca_hso4 = k["CaHSO4+"] * self.bisulfate
        self.na_hco3 = k["NaHCO3"] * self.bicarbonate
        # complexes that not every database has
        self.na_oh = k["NaOH"] * self.hydroxide if "NaOH" in k else np.zeros_like(h_activity)
        self.co2_2 = k["(CO2)2"] if "(CO2)2" in k else np.zeros_like(h_activity)


@dataclass(frozen=True)
class Ratios:
    """Conditional constants: molality of a complex over the product of the molalities of its free parts.

    The proton is taken in by its fixed activity, so CaHCO3+ counts per Ca and CO3, CaHSO4+ per Ca and SO4,
    CaOH+ per Ca alone; `h` and `oh` are the molalities themselves. `co2_2` is per CO3 squared.
    """

    h: FloatArray
    oh: FloatArray
    hco3: FloatArray
    co2: FloatArray
    co2_2: FloatArray
    hso4: FloatArray
    ca_oh: FloatArray
    ca_co3: FloatArray
    ca_hco3: FloatArray
    ca_so4: FloatArray
    ca_hso4: FloatArray
    mg_oh: FloatArray
    mg_co3: FloatArray
    mg_hco3: FloatArray
    mg_so4: FloatArray
    na_oh: FloatArray
    na_co3: FloatArray
    na_hco3: FloatArray
    na_so4: FloatArray
    k_so4: FloatArray


def conditional_ratios(
    fixed: AtProton, thermal: Thermal, factor: dict[str, FloatArray], water_activity: FloatArray
) -> Ratios:
    """Mass action of every species; `factor` is gamma of the master species and 1 / gamma of the complexes."""
    k = thermal.k
    carbonate, sulfate, neutral = factor["CO3-2"], factor["SO4-2"], factor["CO2"]
    co2 = fixed.co2 * carbonate
    co2 /= water_activity  # its activity per molality of free carbonate
    co2_2 = fixed.co2_2 * co2
    co2_2 *= co2
    co2_2 *= neutral
    co2 *= neutral

    calcium, magnesium = factor["Ca+2"], factor["Mg+2"]
    calcium_carbonate, magnesium_carbonate = calcium * carbonate, magnesium * carbonate
    calcium_sulfate, magnesium_sulfate = calcium * sulfate, magnesium * sulfate
    sodium = factor["Na+"]
    sodium_carbonate, sodium_sulfate = sodium * carbonate, sodium * sulfate
    return Ratios(
        h=fixed.h_activity * factor["H+"],
        oh=fixed.hydroxide * water_activity * factor["OH-"],
        hco3=fixed.bicarbonate * carbonate * factor["HCO3-"],
        co2=co2,
        co2_2=co2_2,
        hso4=fixed.bisulfate * sulfate * factor["HSO4-"],
        ca_oh=fixed.ca_oh * water_activity * calcium * factor["CaOH+"],
        ca_co3=k["CaCO3"] * calcium_carbonate * neutral,
        ca_hco3=fixed.ca_hco3 * calcium_carbonate * factor["CaHCO3+"],
        ca_so4=k["CaSO4"] * calcium_sulfate * neutral,
        ca_hso4=fixed.ca_hso4 * calcium_sulfate * factor["CaHSO4+"],
        mg_oh=fixed.mg_oh * water_activity * magnesium * factor["MgOH+"],
        mg_co3=k["MgCO3"] * magnesium_carbonate * neutral,
        mg_hco3=fixed.mg_hco3 * magnesium_carbonate * factor["MgHCO3+"],
        mg_so4=k["MgSO4"] * magnesium_sulfate * neutral,
        na_oh=fixed.na_oh * water_activity * sodium * neutral,
        na_co3=k["NaCO3-"] * sodium_carbonate * factor["NaCO3-"],
        na_hco3=fixed.na_hco3 * sodium_carbonate * neutral,
        na_so4=k["NaSO4-"] * sodium_sulfate * factor["NaSO4-"],
        k_so4=k["KSO4-"] * factor["K+"] * sulfate * factor["KSO4-"],
    )


class Distribution:
    """The species of n waters at these ratios: free metals, CO3-2 and SO4-2, moved towards the balances by `improve`.

    Each anion's own balance is solved by Newton's rule, with the metals following it, and then what one anion frees of
    the other by taking its metals.
    """

    def __init__(
        self,
        totals: Totals,
        ratios: Ratios,
        carbonate: FloatArray,
        sulfate: FloatArray,
        carbon: FloatArray | None = None,
    ) -> None:
        """`carbon` None: the alkalinity is given; else total dissolved carbon [mol/kgw], and alkalinity follows."""
        self.totals, self.ratios = totals, ratios
        self.carbonate, self.sulfate, self.carbon = carbonate, sulfate, carbon
        r = ratios
        self._ca_carbonate = r.ca_co3 + r.ca_hco3
        self._ca_sulfate = r.ca_so4 + r.ca_hso4
        self._ca_alone = 1.0 + r.ca_oh
        self._mg_carbonate = r.mg_co3 + r.mg_hco3
        self._mg_alone = 1.0 + r.mg_oh
        self._na_carbonate = r.na_co3 + r.na_hco3
        self._na_alone = 1.0 + r.na_oh
        self._sulfate_alone = 1.0 + r.hso4
        # equivalents of alkalinity per free metal and CO3
        self._ca_alkaline = self._ca_carbonate + r.ca_co3
        self._mg_alkaline = self._mg_carbonate + r.mg_co3
        self._na_alkaline = self._na_carbonate + r.na_co3
        self.follow()

    def follow(self) -> None:
        """Free metals beside the present free anions, from their mass balances."""
        r, totals, carbonate, sulfate = self.ratios, self.totals, self.carbonate, self.sulfate
        self._ca_divisor = _sum_of(self._ca_alone, carbonate * self._ca_carbonate, sulfate * self._ca_sulfate)
        self._mg_divisor = _sum_of(self._mg_alone, carbonate * self._mg_carbonate, sulfate * r.mg_so4)
        self.calcium = totals.calcium / self._ca_divisor
        self.magnesium = totals.magnesium / self._mg_divisor
        self.sodium = totals.sodium / _sum_of(self._na_alone, carbonate * self._na_carbonate, sulfate * r.na_so4)
        self.potassium = totals.potassium / (1.0 + sulfate * r.k_so4)

    def improve(self) -> None:
        """One step of both anions, the metals following."""
        r, totals = self.ratios, self.totals
        per_sulfate = self._per_sulfate()
        ca_share, mg_share = self.calcium / self._ca_divisor, self.magnesium / self._mg_divisor
        ca_taken = ca_share * self._ca_sulfate  # what the metals' free molality loses per SO4-2
        mg_taken = mg_share * r.mg_so4
        taken = ca_taken * self._ca_sulfate
        taken += mg_taken * r.mg_so4
        taken *= self.sulfate
        sulfate_slope = np.subtract(per_sulfate, taken, out=taken)
        per_sulfate *= self.sulfate
        step = np.subtract(totals.sulfate, per_sulfate, out=per_sulfate)
        step /= sulfate_slope
        sulfate = np.maximum(self.sulfate + step, 0.1 * self.sulfate)
        gained = np.subtract(sulfate, self.sulfate, out=step)

        excess, per_carbonate, ca_unit, mg_unit = self._carbonate_balance()
        # the metals that the new sulfate takes free carbonate
        ca_taken *= ca_unit
        mg_taken *= mg_unit
        ca_taken += mg_taken
        ca_taken *= gained
        ca_taken *= self.carbonate
        excess += ca_taken
        ca_share *= self._ca_carbonate
        mg_share *= self._mg_carbonate
        ca_unit *= ca_share
        mg_unit *= mg_share
        ca_unit += mg_unit
        ca_unit *= self.carbonate
        per_carbonate -= ca_unit
        excess /= per_carbonate
        carbonate = np.maximum(self.carbonate + excess, 0.1 * self.carbonate)
        change = np.subtract(carbonate, self.carbonate, out=excess)
        # and those that the new carbonate takes free sulfate
        ca_share *= self._ca_sulfate
        mg_share *= r.mg_so4
        ca_share += mg_share
        ca_share *= sulfate
        ca_share *= change
        ca_share /= sulfate_slope
        sulfate += ca_share
        self.carbonate, self.sulfate = carbonate, sulfate
        self.follow()

    def missing(self) -> FloatArray:
        """The larger of what the balances of both anions miss, as relative steps that would close them."""
        of_sulfate = self._per_sulfate()
        of_sulfate *= self.sulfate
        of_sulfate -= self.totals.sulfate
        of_sulfate /= self.totals.sulfate + 1e-30
        missing, per_carbonate, _, _ = self._carbonate_balance()
        per_carbonate *= self.carbonate
        missing /= per_carbonate
        np.abs(missing, out=missing)
        return np.maximum(missing, np.abs(of_sulfate, out=of_sulfate), out=missing)

    def _per_sulfate(self) -> FloatArray:
        """Dissolved sulfate per SO4-2."""
        r = self.ratios
        result = self.calcium * self._ca_sulfate
        result += self._sulfate_alone
        result += self.magnesium * r.mg_so4
        result += self.sodium * r.na_so4
        result += self.potassium * r.k_so4
        return result

    def _carbonate_balance(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """What is missing, its change per CO3-2 with the metals held, and what a metal's CO3 complexes count."""
        r = self.ratios
        if self.carbon is not None:
            per_carbonate = self._per_carbon()
            pairs = r.co2_2 * self.carbonate
            missing = self.carbon - self.carbonate * (per_carbonate + 2.0 * pairs)
            return missing, per_carbonate + 4.0 * pairs, self._ca_carbonate.copy(), self._mg_carbonate.copy()
        per_carbonate = 2.0 + r.hco3
        per_carbonate += self.calcium * self._ca_alkaline
        per_carbonate += self.magnesium * self._mg_alkaline
        per_carbonate += self.sodium * self._na_alkaline
        missing = self.totals.alkalinity - self._alkalinity_without_carbonate()
        missing -= self.carbonate * per_carbonate
        return missing, per_carbonate, self._ca_alkaline.copy(), self._mg_alkaline.copy()

    def _per_carbon(self) -> FloatArray:
        """Dissolved carbon per CO3-2, without (CO2)2."""
        result = 1.0 + self.ratios.hco3
        result += self.ratios.co2
        result += self.calcium * self._ca_carbonate
        result += self.magnesium * self._mg_carbonate
        result += self.sodium * self._na_carbonate
        return result

    def _alkalinity_without_carbonate(self) -> FloatArray:
        r = self.ratios
        acid = self.calcium * r.ca_hso4
        acid += r.hso4
        acid *= self.sulfate
        result = r.oh - r.h
        result += self.calcium * r.ca_oh
        result += self.magnesium * r.mg_oh
        result += self.sodium * r.na_oh
        result -= acid
        return result

    @property
    def alkalinity(self) -> FloatArray:
        """Equivalents of acid that all species would take up [eq/kgw]."""
        r = self.ratios
        per_carbonate = 2.0 + r.hco3
        per_carbonate += self.calcium * self._ca_alkaline
        per_carbonate += self.magnesium * self._mg_alkaline
        per_carbonate += self.sodium * self._na_alkaline
        return self._alkalinity_without_carbonate() + self.carbonate * per_carbonate

    @property
    def dissolved_carbon(self) -> FloatArray:
        """Dissolved inorganic carbon [mol/kgw]; (CO2)2 counts twice."""
        return self.carbonate * (self._per_carbon() + 2.0 * self.ratios.co2_2 * self.carbonate)

    def charges(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Molalities of monovalent cations, monovalent anions, divalent cations and divalent anions."""
        r, totals, carbonate, sulfate = self.ratios, self.totals, self.carbonate, self.sulfate
        of_calcium = _sum_of(r.ca_oh, carbonate * r.ca_hco3, sulfate * r.ca_hso4)
        of_calcium *= self.calcium
        of_magnesium = carbonate * r.mg_hco3
        of_magnesium += r.mg_oh
        of_magnesium *= self.magnesium
        cations = _sum_of(r.h, of_calcium, of_magnesium)
        cations += self.sodium
        cations += self.potassium

        of_sodium = carbonate * r.na_co3
        of_sodium += sulfate * r.na_so4
        of_sodium *= self.sodium
        bisulfate = self.potassium * r.k_so4
        bisulfate += r.hso4
        bisulfate *= sulfate
        anions = _sum_of(r.oh, of_sodium, bisulfate)
        anions += carbonate * r.hco3
        anions += totals.chloride
        anions += totals.nitrate
        return cations, anions, self.calcium + self.magnesium, carbonate + sulfate

    def strength_and_water_activity(self) -> tuple[FloatArray, FloatArray]:
        """Ionic strength [mol/kgw] over all charged species, and a_w = 1 - 0.017 sum of all molalities."""
        cations, anions, divalent_cations, divalent_anions = self.charges()
        strength = np.add(cations, anions, out=cations)
        strength *= 0.5
        divalent_cations += divalent_anions
        divalent_cations *= 2.0
        strength += divalent_cations
        r = self.ratios
        # complexes with metals are in the metals' totals
        dissolved = r.co2_2 * self.carbonate
        dissolved += r.co2
        dissolved += r.hco3
        dissolved += 1.0
        dissolved *= self.carbonate
        dissolved += self.sulfate * self._sulfate_alone
        dissolved += r.h
        dissolved += r.oh
        dissolved += self.totals.outside_carbonate_and_sulfate
        dissolved *= -0.017
        dissolved += 1.0
        return strength, dissolved

    def molalities(self) -> dict[str, FloatArray]:
        """Molality of every species by its name."""
        r, carbonate, sulfate = self.ratios, self.carbonate, self.sulfate
        calcium_carbonate, calcium_sulfate = self.calcium * carbonate, self.calcium * sulfate
        magnesium_carbonate, sodium_carbonate = self.magnesium * carbonate, self.sodium * carbonate
        return {
            "H+": r.h,
            "OH-": r.oh,
            "Ca+2": self.calcium,
            "Mg+2": self.magnesium,
            "Na+": self.sodium,
            "K+": self.potassium,
            "Cl-": self.totals.chloride,
            "NO3-": self.totals.nitrate,
            "SO4-2": sulfate,
            "CO3-2": carbonate,
            "HCO3-": r.hco3 * carbonate,
            "CO2": r.co2 * carbonate,
            "(CO2)2": r.co2_2 * carbonate * carbonate,
            "HSO4-": r.hso4 * sulfate,
            "CaOH+": r.ca_oh * self.calcium,
            "CaCO3": r.ca_co3 * calcium_carbonate,
            "CaHCO3+": r.ca_hco3 * calcium_carbonate,
            "CaSO4": r.ca_so4 * calcium_sulfate,
            "CaHSO4+": r.ca_hso4 * calcium_sulfate,
            "MgOH+": r.mg_oh * self.magnesium,
            "MgCO3": r.mg_co3 * magnesium_carbonate,
            "MgHCO3+": r.mg_hco3 * magnesium_carbonate,
            "MgSO4": r.mg_so4 * self.magnesium * sulfate,
            "NaOH": r.na_oh * self.sodium,
            "NaCO3-": r.na_co3 * sodium_carbonate,
            "NaHCO3": r.na_hco3 * sodium_carbonate,
            "NaSO4-": r.na_so4 * self.sodium * sulfate,
            "KSO4-": r.k_so4 * self.potassium * sulfate,
        }

    def buffer(self) -> FloatArray:
        """Decrease of alkalinity with ln a(H+) at constant carbon [eq/kgw], the metals' shares held."""
        r = self.ratios
        with_two = self.carbonate * (r.co2 + 2.0 * r.co2_2 * self.carbonate)
        complexes = self.calcium * r.ca_hco3 + self.magnesium * r.mg_hco3 + self.sodium * r.na_hco3
        with_one = self.carbonate * (r.hco3 + complexes)
        carbon = self.dissolved_carbon
        protons = 2.0 * with_two + with_one
        # the variance of protons per carbon: what a weak acid buffers
        spread = 4.0 * with_two + with_one - protons * protons / carbon
        other = r.h + r.oh + self.calcium * r.ca_oh + self.magnesium * r.mg_oh + self.sulfate * r.hso4
        return np.maximum(spread, 0.0) + other


def _sum_of(alone: FloatArray, one: FloatArray, other: FloatArray) -> FloatArray:
    """The three added up into `one`, which is a temporary."""
    one += other
    one += alone
    return one
