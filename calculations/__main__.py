"""Command line of the science: works with numpy alone, no server, no Django, no network.

python -m calculations recompute KIT.zip        the kit's result again; ends with "identical" or "different: ..."
python -m calculations bundle-check BUNDLE.zip  checks every digest of a bundle or kit
python -m calculations methodologies [ID VERSION]
python -m calculations explain RESULT.json      figures and steps in words
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from calculations.bundle import BundleError, read_bundle, read_kit
from calculations.canonical import sha256_hex
from calculations.engine import ENGINE_VERSION, compute
from calculations.explain import explain
from calculations.messages import CalculationError
from calculations.methodologies import list_methodologies, load_methodology, read_methodology
from calculations.recompute import first_difference_of_results
from calculations.result import Result

SAME, DIFFERENT, USAGE = 0, 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status (0 good, 1 different or refused, 2 wrong usage)."""
    options = _parser().parse_args(arguments)
    if "path" in options and not Path(options.path).exists():
        print(f"{options.path}: no such file / 文件不存在", file=sys.stderr)
        return USAGE
    try:
        return int(options.run(options))
    except CalculationError as error:
        print(error.text(options.lang), file=sys.stderr)
        return DIFFERENT


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


def bundle_check(options: argparse.Namespace) -> int:
    """Check every digest of a bundle, or of a kit."""
    bundle = read_bundle(options.path)
    for part in bundle.manifest["parts"]:
        print(f"{part['sha256']}  {part['size']:>12}  {part['path']}  {part.get('name', '')}")
    print(f"bundle {bundle.digest}")
    return SAME


def methodologies(options: argparse.Namespace) -> int:
    """List the versions shipped, or show one."""
    if options.id is None:
        for identity, version in list_methodologies():
            item = load_methodology(identity, version)
            print(f"{identity:<14} {version:<8} {item.outcome:<10} {item.digest}  {item.title(options.lang)}")
        return SAME
    item = load_methodology(options.id, options.version or "1.0.0")
    print(f"{item.id} {item.version} {item.digest}\n{item.title(options.lang)}\n")
    for equation in item.content["equations"]:
        print(f"{equation['id']}: {equation['text']}\n    {equation[options.lang]}")
    print()
    for parameter in item.parameters.values():
        name = parameter.names[options.lang]
        print(f"{parameter.symbol:<30} {parameter.value:g} {parameter.unit:<8} {name}")
    return SAME


def explain_result(options: argparse.Namespace) -> int:
    """Print a result in words."""
    print(explain(Result.from_json(Path(options.path).read_bytes()), options.lang))
    return SAME


def _part_of(error: CalculationError) -> str:
    return "methodology.toml" if error.code.startswith("METHODOLOGY") else "the calculation was refused"


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    preferred = os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    shared.add_argument("--lang", choices=("zh", "en"), default="zh" if preferred.startswith("zh") else "en")
    parser = argparse.ArgumentParser(prog="python -m calculations", description="The science, offline.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, text in (
        ("recompute", recompute, "compute a kit's result again and compare / 重新计算并比对"),
        ("bundle-check", bundle_check, "check every digest of a bundle or kit / 校验证据包"),
        ("explain", explain_result, "a result in words / 解释计算结果"),
    ):
        command = commands.add_parser(name, help=text, parents=[shared])
        command.add_argument("path")
        command.set_defaults(run=run)
    command = commands.add_parser("methodologies", help="versions shipped / 方法学版本", parents=[shared])
    command.add_argument("id", nargs="?")
    command.add_argument("version", nargs="?")
    command.set_defaults(run=methodologies)
    return parser


if __name__ == "__main__":
    sys.exit(main())
