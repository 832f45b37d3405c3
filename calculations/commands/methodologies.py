"""methodologies [ID VERSION]: the versions shipped, or one with its equations and parameters."""

from __future__ import annotations

import argparse

from calculations.commands.status import SAME, Commands
from calculations.methodologies import list_methodologies, load_methodology, newest_version


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    command = commands.add_parser("methodologies", help="versions shipped / 方法学版本", parents=[shared])
    command.add_argument("id", nargs="?", metavar="ID")
    command.add_argument("version", nargs="?", metavar="VERSION")
    command.set_defaults(run=methodologies)


def methodologies(options: argparse.Namespace) -> int:
    """List the versions shipped, or show one."""
    if options.id is None:
        for identity, version in list_methodologies():
            item = load_methodology(identity, version)
            print(f"{identity:<14} {version:<8} {item.outcome:<10} {item.digest}  {item.title(options.lang)}")
        return SAME
    item = load_methodology(options.id, options.version or newest_version(options.id))
    print(f"{item.id} {item.version} {item.digest}\n{item.title(options.lang)}")
    print(f"{item.outcome} · {item.procedure}\n")
    for condition in item.content["applicability"][options.lang]:
        print(f"- {condition}")
    print()
    for equation in item.content["equations"]:
        print(f"{equation['id']}: {equation['text']}\n    {equation[options.lang]}")
    print()
    for parameter in item.parameters.values():
        name = parameter.names[options.lang]
        print(f"{parameter.symbol:<30} {parameter.value:g} {parameter.unit:<8} {name}")
    return SAME
