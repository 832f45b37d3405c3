"""bundle-check BUNDLE.zip: every digest of a bundle, or of a kit."""

from __future__ import annotations

import argparse

from calculations.bundle import read_bundle
from calculations.commands.status import SAME, Commands


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    text = "check every digest of a bundle or kit / 校验证据包"
    command = commands.add_parser("bundle-check", help=text, parents=[shared])
    command.add_argument("path", metavar="BUNDLE.zip")
    command.set_defaults(run=bundle_check)


def bundle_check(options: argparse.Namespace) -> int:
    """Check every digest of a bundle, or of a kit."""
    bundle = read_bundle(options.path)
    for part in bundle.manifest["parts"]:
        print(f"{part['sha256']}  {part['size']:>12}  {part['path']}  {part.get('name', '')}")
    print(f"bundle {bundle.digest}")
    return SAME
