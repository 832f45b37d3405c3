"""Chemistry of carbonate waters: speciation with ion pairs, saturation, CO2 pressure, conductance.

waters = Waters(temperature_c=..., ph=..., calcium_mg_l=..., ...)
result = speciate(waters)            # or speciate(waters, load_constants(name, sha256))
result.si_calcite, result.pco2_pa
"""

from calculations.chemistry.constants import ConstantsTable, load_constants
from calculations.chemistry.errors import ChemistryError
from calculations.chemistry.speciation import Speciation, Waters, speciate

__all__ = ["ChemistryError", "ConstantsTable", "Speciation", "Waters", "load_constants", "speciate"]
