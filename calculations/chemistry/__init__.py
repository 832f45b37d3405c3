"""Chemistry of carbonate waters: speciation with ion pairs, saturation, CO2 pressure, conductance.

waters = Waters(temperature_c=..., ph=..., calcium_mg_l=..., ...)
result = speciate(waters)            # or speciate(waters, load_constants(name, sha256))
result.si_calcite, result.pco2_pa
equilibrium_calcium(temperature_c, log10_pco2_atm).calcium_mol_kgw     # limestone water of a given soil air
carbonate_from_two(temperature_c, alkalinity_eq_kgw=..., dic_mol_kgw=...).pco2_pa
"""

from calculations.chemistry.calcite_equilibrium import CalciteEquilibrium, closed_form_calcium, equilibrium_calcium
from calculations.chemistry.carbonate_pairs import CarbonateState, carbonate_from_two
from calculations.chemistry.constants import ConstantsTable, load_constants
from calculations.chemistry.errors import ChemistryError
from calculations.chemistry.speciation import SpeciatedCarbonate, Speciation, Waters, speciate, speciate_carbonate

__all__ = [
    "CalciteEquilibrium",
    "CarbonateState",
    "ChemistryError",
    "ConstantsTable",
    "SpeciatedCarbonate",
    "Speciation",
    "Waters",
    "carbonate_from_two",
    "closed_form_calcium",
    "equilibrium_calcium",
    "load_constants",
    "speciate",
    "speciate_carbonate",
]
