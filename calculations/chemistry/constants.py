"""The thermodynamic constants: tables shipped as data, named, and pinned by the SHA-256 of their bytes.

The same water moves by up to 0.075 in SI calcite and 0.37 in SI dolomite between the databases of 2017 and
2025, so the table is a parameter of the methodology: a newer one is a new name here, never an edit.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from calculations.chemistry.errors import ChemistryError
from calculations.portable import FloatArray, log10

_FOLDER = Path(__file__).parent / "constants"
PINNED = MappingProxyType(
    {
        "phreeqc-3.7.3": "d06d4785c2a92fb695629e72514256a26411e049a5bc17a0717c735c498fc42f",
        "wateq4f-2012": "7f1cd1e13732ae85935066c446058c30564479c4d22252432e9e91ac31531314",
    }
)
DEFAULT_NAME = "phreeqc-3.7.3"
_REFERENCE_K = 298.15


@dataclass(frozen=True)
class Equilibrium:
    """log10 K over temperature: six analytic coefficients, or van 't Hoff from 25 degC."""

    analytic: tuple[float, float, float, float, float, float] | None
    log_k_25c: float = 0.0
    delta_h_kcal_mol: float = 0.0


@dataclass(frozen=True)
class Species:
    """An aqueous species; `activity` is "wateq", "davies" or "neutral"."""

    name: str
    charge: int
    activity: str
    ion_size_angstrom: float
    b: float
    diffusion_25c_m2_s: float  # 0 where the database has none: no part in the conductance
    equilibrium: Equilibrium | None  # None for the master species


@dataclass(frozen=True)
class ConstantsTable:
    """One shipped table. `formula_masses_g_mol` are PHREEQC's own, for mg/L to mol only.

    They are not the modern masses by which the flux counts CO2 (those live with the flux).
    """

    name: str
    sha256: str
    formula_masses_g_mol: Mapping[str, float]
    species: Mapping[str, Species]
    phases: Mapping[str, Equilibrium]
    gas_constant_kcal_mol_k: float
    ln10: float

    @property
    def has_conductance(self) -> bool:
        """Whether the database gives diffusion coefficients."""
        return any(species.diffusion_25c_m2_s for species in self.species.values())


def load_constants(name: str, sha256: str | None = None) -> ConstantsTable:
    """The table of that name, after its bytes were checked against the pinned digest and `sha256` (hex).

    Raises ChemistryError CONSTANTS_UNKNOWN or CONSTANTS_DIGEST.
    """
    if name not in PINNED:
        raise ChemistryError("CONSTANTS_UNKNOWN", name=name, known=sorted(PINNED))
    table = _load(name)
    if sha256 is not None and sha256.lower() != table.sha256:
        raise ChemistryError("CONSTANTS_DIGEST", name=name, found=table.sha256, expected=sha256.lower())
    return table


@cache
def _load(name: str) -> ConstantsTable:
    return parse_constants((_FOLDER / f"{name}.json").read_bytes(), name=name, sha256=PINNED[name])


def parse_constants(content: bytes, *, name: str, sha256: str) -> ConstantsTable:
    """The table in `content`, refused (CONSTANTS_DIGEST) unless these are the bytes named by `sha256`."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ChemistryError("CONSTANTS_DIGEST", name=name, found=found, expected=sha256)
    data = json.loads(content)
    return ConstantsTable(
        name=data["name"],
        sha256=found,
        formula_masses_g_mol=MappingProxyType(data["formula_masses_g_mol"]),
        species=MappingProxyType({key: _species(key, entry) for key, entry in data["species"].items()}),
        phases=MappingProxyType({key: _equilibrium(entry["log_k"]) for key, entry in data["solids_and_gases"].items()}),
        gas_constant_kcal_mol_k=data["gas_constant_kj_mol_k"] / data["kilojoules_per_kilocalorie"],
        ln10=data["ln10"],
    )


def _species(name: str, entry: Mapping[str, Any]) -> Species:
    return Species(
        name=name,
        charge=entry["charge"],
        activity=entry["activity"],
        ion_size_angstrom=entry.get("ion_size_angstrom", 0.0),
        b=entry.get("b", 0.0),
        diffusion_25c_m2_s=entry.get("diffusion_25c_m2_s", 0.0),
        equilibrium=_equilibrium(entry["log_k"]) if "log_k" in entry else None,
    )


def _equilibrium(entry: Mapping[str, Any]) -> Equilibrium:
    if "analytic" in entry:
        a1, a2, a3, a4, a5, a6 = entry["analytic"]
        return Equilibrium((a1, a2, a3, a4, a5, a6))
    return Equilibrium(None, entry["log_k_25c"], entry["delta_h_kcal_mol"])


def log10_k(equilibria: Sequence[Equilibrium], temperature_k: FloatArray, table: ConstantsTable) -> FloatArray:
    """log10 K of each equilibrium at each temperature [K] (n,): (equilibria, n)."""
    t, log_t = temperature_k, log10(temperature_k)
    departure = (_REFERENCE_K - t) / (t * _REFERENCE_K)
    result = np.empty((len(equilibria), t.size))
    analytic = [row for row, equilibrium in enumerate(equilibria) if equilibrium.analytic is not None]
    if analytic:
        a1, a2, a3, a4, a5, a6 = np.array([equilibria[row].analytic for row in analytic]).T[:, :, None]
        result[analytic] = a1 + a2 * t + a3 / t + a4 * log_t + a5 / (t * t) + a6 * (t * t)
    for row, equilibrium in enumerate(equilibria):
        if equilibrium.analytic is None:
            per_kelvin = equilibrium.delta_h_kcal_mol / (table.ln10 * table.gas_constant_kcal_mol_k)
            result[row] = equilibrium.log_k_25c - per_kelvin * departure
    return result
