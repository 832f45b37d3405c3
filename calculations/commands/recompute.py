"""recompute KIT.zip: the kit's result again, and whether it is the same to the last byte."""

from __future__ import annotations

import argparse
import time

from calculations.bundle import BundleError, read_kit
from calculations.canonical import sha256_hex
from calculations.commands.status import DIFFERENT, SAME, Commands
from calculations.engine import ENGINE_VERSION, compute
from calculations.messages import CalculationError
from calculations.methodologies import read_methodology
from calculations.recompute import first_difference_of_results


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    text = "compute a kit's result again and compare / 重新计算并比对"
    command = commands.add_parser("recompute", help=text, parents=[shared])
    command.add_argument("path", metavar="KIT.zip")
    command.set_defaults(run=recompute)


def recompute(options: argparse.Namespace) -> int:
    """Compute a kit's result again and compare it with the one it holds."""
    started = time.monotonic()
    try:
        kit = read_kit(options.path)
        methodology = read_methodology(kit.methodology_toml)
        print(f"bundle          {kit.bundle.digest}")
        print(f"methodology     {methodology.id} {methodology.version} {methodology.digest}")
        result = compute(kit.bundle, methodology)
    except CalculationError as error:
        print(error.text(options.lang))
        part = error.part if isinstance(error, BundleError) else _part_of(error)
        print(f"different: {part} ({error.code})")
        return DIFFERENT
    for name in ("gross_t_co2", "retained_t_co2", "net_t_co2", "net_p10_t_co2", "creditable_t"):
        value = result.figure(name)
        if value is not None:
            print(f"{name:<15} {value:f}")
    print(f"result          {result.digest}")
    print(f"engine {ENGINE_VERSION}, {time.monotonic() - started:.1f} s")
    if result.json_bytes == kit.result_json:
        print("identical")
        return SAME
    print(f"expected        {sha256_hex(kit.result_json)}")
    print(f"different: {first_difference_of_results(kit.result_json, result)}")
    return DIFFERENT


def _part_of(error: CalculationError) -> str:
    return "methodology.toml" if error.code.startswith("METHODOLOGY") else "the calculation was refused"
