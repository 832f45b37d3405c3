"""What every relation of stage and discharge can do: a fitted curve, one in segments, a weir, a history of them."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class DischargeRelation(Protocol):
    """`RatingCurve`, `SegmentedCurve`, `VNotchWeir` and `RectangularWeir` all fit this."""

    @property
    def h0_m(self) -> float:
        """Stage of zero flow [m]."""
        ...

    def discharge_m3_s_at(self, stage_m: FloatArray) -> FloatArray:
        """Discharge [m3/s], shape of `stage_m` [m]; zero at or below h0, NaN where the stage is NaN."""
        ...

    def relative_sd_at(self, stage_m: FloatArray) -> FloatArray:
        """Relative standard uncertainty, shape of `stage_m` [m]; NaN where nothing flows."""
        ...

    def record(self) -> dict[str, Any]:
        """JSON form."""
        ...
