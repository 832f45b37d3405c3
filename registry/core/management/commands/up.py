import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand

from registry.core.embedded import supervisor


class Command(BaseCommand):
    help = "运行全部：PostgreSQL、Redis、网页、任务进程和定时器，按 Ctrl-C 停止 / Runs everything, until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, help="端口 / port of the web (default: PORT, else 8000; 0: any free one)"
        )
        parser.add_argument(
            "--host", default="127.0.0.1", help="监听地址 / address to serve on (default: this machine only)"
        )
        parser.add_argument(
            "--no-beat", action="store_true", help="不运行定时器 / without the clock of the periodic jobs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        status = supervisor.run(port=options["port"], host=options["host"], with_beat=not options["no_beat"])
        sys.exit(status)
