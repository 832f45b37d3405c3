"""``manage.py demo``: the seeded demonstration, then everything running until Ctrl-C."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from mrv.demo.faults import Faulty, faults_of, tell_faults
from mrv.demo.seed import seed
from mrv.demo.walkthrough import turn_demo_on
from registry.core.embedded import database, supervisor
from registry.core.errors import Refusal


class Command(BaseCommand):
    help = "Makes the demonstration's world (once) and runs it: PostgreSQL, Redis, web, worker and beat."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-up", action="store_true", help="only make the world")
        parser.add_argument("--short", action="store_true", help="periods of some weeks instead of years: a trial")
        parser.add_argument("--port", type=int, help="port of the web (default: PORT, else 8000; 0: any free one)")
        parser.add_argument("--host", default="127.0.0.1", help="address to serve on (default: this machine only)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["no_up"] and (address := supervisor.address_of(options["host"], options["port"])):
            self.stdout.write(f"约一分钟后在此打开 / in about a minute it will be at {address}")
        try:
            turn_demo_on()
            database.bring_up_to_date()
            made = seed(sys.stdout, short=options["short"])
        except Faulty as faulty:
            tell_faults(faulty.faults, sys.stderr)
            sys.exit(1)
        except Refusal as refusal:
            tell_faults(faults_of(refusal), sys.stderr)
            sys.exit(1)
        self.stdout.write(
            "演示数据已就绪 / the demonstration is ready"
            if made
            else "演示数据已存在 / the demonstration was there already"
        )
        if options["no_up"]:
            return
        os.environ["DEMO"] = "true"  # of web, worker and beat
        sys.exit(supervisor.run(port=options["port"], host=options["host"]))
