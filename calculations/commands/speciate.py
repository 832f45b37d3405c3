"""speciate IN.csv OUT.csv: saturation indices, CO2 pressure, carbon and conductance of a table of waters."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from calculations.chemistry import Speciation, load_constants, speciate
from calculations.chemistry.constants import DEFAULT_NAME
from calculations.chemistry.validity import beyond_validity
from calculations.commands.status import DIFFERENT, SAME, USAGE, Commands
from calculations.commands.water_table import OPTIONAL, REQUIRED, TableError, WaterTable, read_waters, written
from calculations.messages import CalculationError, Message

DATABASES = {"phreeqc": DEFAULT_NAME, "wateq4f": "wateq4f-2012"}
"""Short names of the tables of constants."""
RESULTS = {  # column: field of Speciation
    "ionic_strength_molal": "ionic_strength_molal",
    "log10_pCO2_atm": "log10_pco2_atm",
    "pCO2_Pa": "pco2_pa",
    "SI_calcite": "si_calcite",
    "SI_aragonite": "si_aragonite",
    "SI_dolomite": "si_dolomite",
    "SI_gypsum": "si_gypsum",
    "DIC_mol_kgw": "dic_mol_kgw",
    "cbe_phreeqc_pct": "cbe_phreeqc_pct",
    "cbe_analytical_pct": "cbe_analytical_pct",
    "sc25_uS_cm": "sc25_us_cm",
}
DESCRIPTION = f"""\
Speciation of every water in a CSV file with the full set of ion pairs, as PHREEQC computes it.

input columns    id, {", ".join(REQUIRED)}
optional         {", ".join(OPTIONAL)}; every other column passes through
added columns    {", ".join(RESULTS)}

Alk_HCO3_mgL is the titrated alkalinity expressed as HCO3; an ion that is absent is 0. A result is empty where an
element of the mineral is absent. A bad cell is reported by row and column and its row left empty.

exit status      0 all rows computed; 1 written, but rows were left empty; 2 nothing was written
"""


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser(
        "speciate",
        help="saturation indices, pCO2, DIC and conductance of waters in a CSV / 水样形态计算",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[shared],
    )
    command.add_argument("path", metavar="IN.csv")
    command.add_argument("out", metavar="OUT.csv", help="- writes to standard output")
    names = ", ".join(DATABASES)
    command.add_argument("--database", metavar="NAME", default="phreeqc", help=f"constants: {names} (default phreeqc)")
    command.add_argument("--sha256", metavar="HEX", help="refuse any other table of constants than this")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Read, compute, write; see DESCRIPTION for the exit status."""
    try:
        table = read_waters(Path(options.path).read_bytes(), options.path)
        constants = load_constants(DATABASES.get(options.database, options.database), options.sha256)
        result = speciate(table.waters, constants)
        content, replaced = written(table, {column: getattr(result, field) for column, field in RESULTS.items()})
        _write(options.out, content, "utf-8-sig" if table.encoding == "utf-8-sig" else "utf-8")
    except CalculationError as error:
        print(error.text(options.lang), file=sys.stderr)
        return USAGE
    except OSError as error:
        print(f"{options.path}: {error.strerror}", file=sys.stderr)
        return USAGE
    messages = [*table.messages, *_about(table, result)]
    if replaced:
        messages.append(Message("TABLE_COLUMNS_REPLACED", {"columns": replaced}))
    if not constants.has_conductance:
        messages.append(Message("CONDUCTANCE_NOT_IN_DATABASE", {"name": constants.name}))
    computed = int((~np.isnan(result.log10_pco2_atm)).sum())
    facts = {"computed": computed, "rows": len(table.rows), "name": constants.name, "sha256": constants.sha256}
    for message in (*messages, Message("WATERS_SPECIATED", facts)):
        print(message.text(options.lang), file=sys.stderr)
    return SAME if computed == len(table.rows) else DIFFERENT


def _about(table: WaterTable, result: Speciation) -> list[Message]:
    """Rows whose cells are sound and that have no solution, or one that should not be leaned on."""
    usable = np.ones(len(table.rows), dtype=bool)
    for field in (REQUIRED | OPTIONAL).values():
        usable &= ~np.isnan(getattr(table.waters, field))
    messages = []
    for row in np.flatnonzero(usable & np.isnan(result.log10_pco2_atm)).tolist():
        facts = {"ph": table.waters.ph[row].item(), "alkalinity": table.waters.alkalinity_hco3_mg_l[row].item()}
        messages.append(Message("ROW_WITHOUT_SOLUTION", table.identity(row) | facts, "error"))
    for row in np.flatnonzero(beyond_validity(table.waters, result) & ~np.isnan(result.log10_pco2_atm)).tolist():
        messages.append(Message("ROW_BEYOND_VALIDITY", table.identity(row)))
    return messages


def _write(out: str, content: str, encoding: str) -> None:
    if out == "-":
        sys.stdout.write(content)
        return
    try:
        Path(out).write_text(content, encoding=encoding, newline="")
    except OSError as error:
        raise TableError("TABLE_NOT_WRITTEN", file=out, reason=error.strerror or str(error)) from error
