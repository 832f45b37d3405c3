import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand

from registry.core.embedded import supervisor


class Command(BaseCommand):
    help = "Runs everything: PostgreSQL, Redis, web, worker and beat, until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--port", type=int, help="port of the web (default: PORT, else 8000; 0: any free one)")
        parser.add_argument("--host", default="127.0.0.1", help="address to serve on (default: this machine only)")
        parser.add_argument("--no-beat", action="store_true", help="without the clock of the periodic jobs")

    def handle(self, *args: Any, **options: Any) -> None:
        status = supervisor.run(port=options["port"], host=options["host"], with_beat=not options["no_beat"])
        sys.exit(status)
