"""Measurements of speed: each subject against something that everybody knows, in the same run, on one core."""

import os

# before numpy is imported: linear algebra stays on the one core that is measured
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"
