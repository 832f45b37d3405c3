"""``manage.py walkthrough``: one monitoring period from the files to the certificate."""

from __future__ import annotations

import json
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from calculations.messages import CalculationError
from mrv.demo.delivery import Delivery
from mrv.demo.faults import Fault, Faulty, faults_of, tell_faults
from mrv.demo.inputs import read_inputs
from mrv.demo.names import refuse_undrawable, site_named
from mrv.demo.narrator import Narrator
from mrv.demo.precheck import plan_for
from mrv.demo.walkthrough import turn_demo_on, walk
from registry.core import preparation
from registry.core.embedded import ServiceFault, services
from registry.core.embedded.database import bring_up_to_date
from registry.core.errors import Refusal


class Command(BaseCommand):
    help = "Takes logger, samples, gaugings and baseline through every room, as the different people, to a certificate."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--logger", required=True, type=Path, help="logger readings")
        parser.add_argument("--samples", required=True, type=Path, help="water samples")
        parser.add_argument("--gaugings", required=True, type=Path, help="discharge gaugings")
        parser.add_argument("--baseline", type=Path, help="baseline of the years before; without it: an inventory")
        parser.add_argument("--area-km2", required=True, help="catchment area, e.g. 28")
        parser.add_argument("--start", required=True, help="first day of the period, e.g. 2021-05-01")
        parser.add_argument("--end", required=True, help="last day of the period, e.g. 2022-04-30")
        parser.add_argument("--out", required=True, type=Path, help="folder for the three files")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output, steps on stderr")
        parser.add_argument("--zone", help="the station's time zone, for times without one (default: the file's)")
        parser.add_argument("--name-zh", help="the project's name in Chinese")
        parser.add_argument("--name-en", help="the project's name in English")

    def handle(self, *args: Any, **options: Any) -> None:
        as_json = options["json"]
        narrator = Narrator(sys.stderr if as_json else sys.stdout)
        try:
            answer = self._walk(narrator, options)
        except Faulty as faulty:
            _fail(faulty.faults, as_json)
        except (Refusal, CalculationError) as refusal:
            _fail(faults_of(refusal), as_json)
        except ServiceFault as fault:
            _fail([Fault(fault.code, *str(fault).split("\n", 1))], as_json)
        else:
            if as_json:
                sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")

    def _walk(self, narrator: Narrator, options: dict[str, Any]) -> dict[str, Any]:
        turn_demo_on()
        inputs = read_inputs(options)
        plan = plan_for(inputs)
        site = site_named(options.get("name_zh"), options.get("name_en"))
        for warning in plan.warnings:
            narrator.warn(warning)
        with _sigterm_unwinds(), Delivery(Path(options["out"])) as delivery, services():
            preparation.prepare()
            refuse_undrawable(site)
            bring_up_to_date()
            return walk(inputs=inputs, plan=plan, narrator=narrator, delivery=delivery, site=site)


@contextmanager
def _sigterm_unwinds() -> Iterator[None]:
    """SIGTERM ends the block like Ctrl-C does: no worker and no half-made folder stays behind."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _fail(faults: Iterable[Fault], as_json: bool) -> None:
    """Every fault on standard error in both languages, as JSON too where that was asked for; exit status 1."""
    faults = tuple(faults)
    tell_faults(faults, sys.stderr)
    if as_json:
        told = [fault.as_dict() for fault in faults]
        sys.stdout.write(json.dumps({"error": {**told[0], "messages": told}}, ensure_ascii=False, indent=1) + "\n")
        sys.stdout.flush()
    sys.exit(1)
