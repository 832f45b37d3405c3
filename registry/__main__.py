"""``python -m registry``: proofs for strangers, offline. Starts no Django, opens no database, asks no network."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from registry.audit import command as verify_log
from registry.certificates import command as verify_certificate

COMMANDS = {
    "verify-certificate": (verify_certificate, "查验证书文件 check a certificate file"),
    "verify-log": (verify_log, "核验导出的日志或证明 check an exported audit log, or a proof"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 only when what was asked is proven."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese must not end in a traceback
    parser = argparse.ArgumentParser(prog="python -m registry", description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, summary) in COMMANDS.items():
        module.add_arguments(commands.add_parser(name, help=summary, description=summary))
    chosen = parser.parse_args(arguments)
    return COMMANDS[chosen.command][0].run(chosen)


if __name__ == "__main__":
    sys.exit(main())
