"""Makes a shipped table of constants from a PHREEQC database file.

    python -m calculations.chemistry.phreeqc_database NAME DATABASE.dat > calculations/chemistry/constants/NAME.json

Takes only what waters of K, Na, Ca, Mg, Cl, SO4, NO3 and carbonate need, and writes each reaction from the same master
species whichever way the database writes it: where that has HCO3- and the table has CO3-2, the constants of HCO3- are
added, term by term in decimal, as PHREEQC does. Of two entries of one kind the last counts, and an analytical
expression before log_k with delta_h; molar volumes are left out, because they change nothing at 1 atm.
The bytes are pinned in `constants.PINNED`; the tests make them again from the databases that phreeqpython ships.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

REACTIONS = {  # aqueous species in the order of the table, by the reaction it is given with; None: a master species
    "H+": None,
    "Ca+2": None,
    "Mg+2": None,
    "Na+": None,
    "K+": None,
    "Cl-": None,
    "NO3-": None,
    "SO4-2": None,
    "CO3-2": None,
    "OH-": "H2O = OH- + H+",
    "HCO3-": "CO3-2 + H+ = HCO3-",
    "CO2": "CO3-2 + 2 H+ = CO2 + H2O",
    "(CO2)2": "2 CO2 = (CO2)2",
    "HSO4-": "SO4-2 + H+ = HSO4-",
    "CaOH+": "Ca+2 + H2O = CaOH+ + H+",
    "CaCO3": "Ca+2 + CO3-2 = CaCO3",
    "CaHCO3+": "Ca+2 + CO3-2 + H+ = CaHCO3+",
    "CaSO4": "Ca+2 + SO4-2 = CaSO4",
    "CaHSO4+": "Ca+2 + HSO4- = CaHSO4+",
    "MgOH+": "Mg+2 + H2O = MgOH+ + H+",
    "MgCO3": "Mg+2 + CO3-2 = MgCO3",
    "MgHCO3+": "Mg+2 + CO3-2 + H+ = MgHCO3+",
    "MgSO4": "Mg+2 + SO4-2 = MgSO4",
    "NaCO3-": "Na+ + CO3-2 = NaCO3-",
    "NaHCO3": "Na+ + HCO3- = NaHCO3",
    "NaSO4-": "Na+ + SO4-2 = NaSO4-",
    "KSO4-": "K+ + SO4-2 = KSO4-",
    "NaOH": "Na+ + OH- = NaOH",
}
MAY_BE_ABSENT = ("(CO2)2", "NaOH")
PHASES = {
    "Calcite": "CaCO3 = Ca+2 + CO3-2",
    "Aragonite": "CaCO3 = Ca+2 + CO3-2",
    "Dolomite": "CaMg(CO3)2 = Ca+2 + Mg+2 + 2 CO3-2",
    "Gypsum": "CaSO4:2H2O = Ca+2 + SO4-2 + 2 H2O",
    "CO2(g)": "CO2 = CO2",
}
FORMULAS = {"K": "K", "Na": "Na", "Ca": "Ca", "Mg": "Mg", "Cl": "Cl", "SO4": "SOOOO", "HCO3": "HCOOO", "NO3": "NOOO"}
SHIPPED: Mapping[str, Mapping[str, Any]] = {
    "phreeqc-3.7.3": {
        "title": {
            "en": "phreeqc.dat as distributed with PHREEQC 3.7.3 (phreeqpython 1.6.2): the part for K, Na, Ca, Mg, Cl,"
            " SO4, NO3 and carbonate",
            "zh": "PHREEQC 3.7.3 随附数据库 phreeqc.dat(phreeqpython 1.6.2)中 K、Na、Ca、Mg、Cl、SO4、NO3 与碳酸盐部分",
        },
        "source": "U.S. Geological Survey, public domain; D. L. Parkhurst and C. A. J. Appelo 2013, Techniques and"
        " Methods 6-A43",
    },
    "wateq4f-2012": {
        "title": {
            "en": "wateq4f.dat, revision 6895 of 2012-08-21 (phreeqpython 1.6.2, wateq4f_PWN.dat): the part for K, Na,"
            " Ca, Mg, Cl, SO4, NO3 and carbonate",
            "zh": "wateq4f.dat 2012-08-21 第 6895 版(phreeqpython 1.6.2,wateq4f_PWN.dat)中 K、Na、Ca、Mg、Cl、SO4、NO3"
            " 与碳酸盐部分",
        },
        "source": "U.S. Geological Survey, public domain; J. W. Ball and D. K. Nordstrom 1991, Open-File Report 91-183,"
        " with revised data from D. K. Nordstrom et al. 1990, ACS Symposium Series 416, 398-413",
    },
}
_CONVENTIONS = (
    "log10 K(T) = A1 + A2 T + A3/T + A4 log10 T + A5/T^2 + A6 T^2 (T in K), else van 't Hoff from 25 C; NO3- forms no"
    " pairs; molar volumes are not used (1 atm)"
)
_SECTION = re.compile(r"^[A-Z][A-Z_]+\b")
_TERM = re.compile(r"^(\d+(?:\.\d+)?)?\s*(\S+)$")


@dataclass
class _Entry:
    """One reaction of the database with its lines; they are understood only when asked for."""

    left: Counter[str]
    right: Counter[str]
    lines: dict[str, list[str]] = field(default_factory=dict)

    def log_k(self) -> list[Decimal]:
        """Six analytic coefficients, or log K at 25 degC and delta H in kcal/mol."""
        if any(Decimal(word) for word in self.lines.get("analytic", ())):
            coefficients = [Decimal(word) for word in self.lines["analytic"][:6]]
            return [*coefficients, *[Decimal(0)] * (6 - len(coefficients))]
        value, *unit = self.lines.get("delta_h", ["0", "kcal"])
        if unit != ["kcal"]:
            raise ValueError("delta_h is expected in kcal in these databases")
        return [Decimal(self.lines["log_k"][0]), Decimal(value)]


@dataclass
class Database:
    """What was read of a database: element masses, species by name, phases by name."""

    masses: dict[str, Decimal] = field(default_factory=dict)
    species: dict[str, _Entry] = field(default_factory=dict)
    phases: dict[str, _Entry] = field(default_factory=dict)


def read_database(text: str) -> Database:
    """The master species' masses, the species and the phases of a PHREEQC database."""
    database, section, entry, phase = Database(), "", None, ""
    for raw in text.splitlines():
        line = raw.split("#", 1)[0].strip()
        if not line:
            continue
        if _SECTION.match(raw) and "=" not in line and len(line.split()) == 1:
            section = line
        elif section == "SOLUTION_MASTER_SPECIES":
            words = line.split()
            if len(words) >= 5:
                database.masses[words[0]] = Decimal(words[4])
        elif section in {"SOLUTION_SPECIES", "PHASES"}:
            if "=" in line:
                left, right = line.split("=", 1)
                entry = _Entry(_side(left), _side(right))
                if section == "PHASES":
                    database.phases[phase] = entry
                else:
                    database.species[next(iter(entry.right))] = entry
            elif not _option(line):
                phase = line.split()[0]
            elif entry is not None:
                entry.lines[_option(line)] = line.split()[1:]
    return database


def _side(text: str) -> Counter[str]:
    side: Counter[str] = Counter()
    for part in re.split(r"\s\+\s", text.strip()):
        match = _TERM.match(part.strip())
        if match is None:
            continue
        side[match[2]] += int(Decimal(match[1] or 1))
    return side


def _option(line: str) -> str:
    """The name of an option line, however the database spells it; empty for any other line."""
    word = line.split(maxsplit=1)[0].lower().lstrip("-")
    if word.startswith("analytic") or word == "a_e":
        return "analytic"
    return word if line.startswith("-") or word in {"log_k", "delta_h"} else ""


def table_bytes(name: str, database: Database) -> bytes:
    """The JSON of a shipped table, a line for each species. KeyError or ValueError where the database differs."""
    lines = [
        f' "name": {_json(name)}',
        f' "title": {_json(SHIPPED[name]["title"])}',
        f' "source": {_json(SHIPPED[name]["source"])}',
        f' "conventions": {_json(_CONVENTIONS)}',
        ' "gas_constant_kj_mol_k": 0.0083147',
        ' "kilojoules_per_kilocalorie": 4.184',
        ' "ln10": 2.302585093',
        ' "formula_masses_g_mol": ' + _block({key: _json(value) for key, value in _formula_masses(database).items()}),
        ' "species": ' + _block({key: _json(value) for key, value in _species(database).items()}),
        ' "solids_and_gases": ' + _block({key: _json(value) for key, value in _phases(database).items()}),
    ]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _block(entries: Mapping[str, str]) -> str:
    return "{\n" + ",\n".join(f"  {_json(key)}: {value}" for key, value in entries.items()) + "\n }"


def _formula_masses(database: Database) -> dict[str, float]:
    masses = {
        name: sum((database.masses[atom] for atom in _atoms(text)), Decimal(0)) for name, text in FORMULAS.items()
    }
    masses |= {"H": database.masses["H"], "OH": database.masses["O"] + database.masses["H"]}
    return {name: float(mass) for name, mass in masses.items()}


def _atoms(text: str) -> list[str]:
    return re.findall(r"[A-Z][a-z]?", text)


def _species(database: Database) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, reaction in REACTIONS.items():
        if name not in database.species and name in MAY_BE_ABSENT:
            continue
        entry = database.species[name]
        facts: dict[str, Any] = {}
        if reaction is not None:
            facts = {"reaction": reaction, "log_k": _log_k(entry, reaction, database)}
        charge, gamma, diffusion = _charge(name), entry.lines.get("gamma"), entry.lines.get("dw")
        facts |= {"charge": charge, "activity": "neutral" if charge == 0 else "wateq" if gamma else "davies"}
        if gamma and charge:
            facts |= {"ion_size_angstrom": float(gamma[0]), "b": float(gamma[1])}
        if diffusion and charge:
            facts["diffusion_25c_m2_s"] = float(diffusion[0])
        found[name] = facts
    return found


def _phases(database: Database) -> dict[str, dict[str, Any]]:
    return {
        name: {"reaction": reaction, "log_k": _log_k(database.phases[name], reaction, database)}
        for name, reaction in PHASES.items()
    }


def _log_k(entry: _Entry, reaction: str, database: Database) -> dict[str, Any]:
    """The constants of `entry` for the reaction as the table writes it."""
    left, right = (_side(side) for side in reaction.split("=", 1))
    values = entry.log_k()
    if (entry.left, entry.right) != (left, right):
        from_carbonate = entry.left - Counter({"HCO3-": 1}) + Counter({"CO3-2": 1, "H+": 1})
        added = database.species["HCO3-"].log_k()
        if "HCO3-" not in entry.left or (from_carbonate, entry.right) != (left, right) or len(added) != len(values):
            raise ValueError(f"the database writes {dict(entry.left)} = {dict(entry.right)}, expected {reaction}")
        values = [one + other for one, other in zip(values, added, strict=True)]
    if len(values) == 6:
        return {"analytic": [float(value) for value in values]}
    return {"log_k_25c": float(values[0]), "delta_h_kcal_mol": float(values[1])}


def _charge(name: str) -> int:
    match = re.search(r"([+-])(\d*)$", name)
    return 0 if match is None else int(f"{match[1]}{match[2] or 1}")


if __name__ == "__main__":
    _, wanted, path = sys.argv
    sys.stdout.buffer.write(table_bytes(wanted, read_database(Path(path).read_text(encoding="latin-1"))))
