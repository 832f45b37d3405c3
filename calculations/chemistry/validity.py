"""Where results are computed but should not be leaned on."""

import numpy as np
from numpy.typing import NDArray

from calculations.chemistry.speciation import Speciation, Waters

TEMPERATURE_C = (0.0, 50.0)
PH = (4.0, 11.0)
HIGHEST_STRENGTH_MOLAL = 0.5


def beyond_validity(waters: Waters, result: Speciation) -> NDArray[np.bool_]:
    """Which of n waters lie outside what the equations were fitted to: a flag beside numbers that are still given.

    Frozen or warmer than 50 degC (fits of the carbonate constants and of water's density start at 0 degC, and few
    ground waters tested them above 50); pH below 4 or above 11 (organic acids, aluminium, silica and hydroxides that
    are not in the analysis then carry alkalinity); ionic strength above 0.5 mol/kgw (beyond it ion-specific models
    such as Pitzer's are needed; Parkhurst and Appelo 2013, chapter Limitations). A missing value is never flagged.
    """
    temperature, ph = np.asarray(waters.temperature_c), np.asarray(waters.ph)
    flagged = (temperature < TEMPERATURE_C[0]) | (temperature > TEMPERATURE_C[1])
    flagged |= (ph < PH[0]) | (ph > PH[1])
    return np.asarray(flagged | (result.ionic_strength_molal > HIGHEST_STRENGTH_MOLAL), dtype=np.bool_)
