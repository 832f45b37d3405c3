"""``manage.py log``: the audit log from the operator's side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from registry.audit import checkpoints, checks, command, keys, selectors, upkeep
from registry.audit.models import Checkpoint
from registry.core.actors import SYSTEM
from registry.core.errors import Refusal
from registry.core.languages import is_chinese


class Command(BaseCommand):
    help = (
        "status: how the log stands; extend: give waiting events their places and sign a checkpoint; verify: check all "
        "that is stored; export FILE: the whole log for “python -m registry verify-log”; adopt FILE: put back a "
        "checkpoint that was kept elsewhere; new-key: change the signing key."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["status", "extend", "verify", "export", "adopt", "new-key"])
        parser.add_argument("file", nargs="?", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, "_" + options["action"].replace("-", "_"))(options["file"])
        except Refusal as refusal:
            raise CommandError(f"{refusal} ({refusal.code})") from refusal

    def _status(self, _file: Path | None) -> None:
        now = selectors.standing()
        self.stdout.write(checkpoints.this_log().origin)
        self.stdout.write(
            _("%(records)s records, %(waiting)s waiting for their place")
            % {"records": now.records, "waiting": now.waiting}
        )
        if now.checkpoint is not None:
            self._say(now.checkpoint)
        for key in keys.verifier_keys():
            self.stdout.write(str(key))

    def _extend(self, _file: Path | None) -> None:
        checkpoints.extend()
        self._say(checkpoints.covering(selectors.standing().records))

    def _verify(self, _file: Path | None) -> None:
        outcome, seconds = checks.verify_stored()
        chinese = is_chinese()
        for fault in outcome.faults:
            self.stderr.write(f"{fault.code}  {fault.zh if chinese else fault.en}")
        if not outcome.good:
            raise CommandError(_("The audit log is not intact."))
        self.stdout.write(
            _(
                "All %(records)s records are as signed: %(checkpoints)s checkpoints agree (%(seconds)s s); "
                "root %(root)s."
            )
            % {
                "records": outcome.records,
                "checkpoints": outcome.checkpoints,
                "seconds": f"{seconds:.1f}",
                "root": outcome.root.hex(),
            }
        )

    def _export(self, file: Path | None) -> None:
        if file is None:
            raise CommandError(_("Name the file."))
        header, pieces = upkeep.export_log(actor=SYSTEM)
        with file.open("wb") as out:
            out.writelines(pieces)
        self.stdout.write(_("%(records)s records written to %(file)s.") % {"records": header.records, "file": file})

    def _adopt(self, file: Path | None) -> None:
        if file is None:
            raise CommandError(_("Name the file."))
        adopted = checkpoints.adopt(command.read_note(file))
        self.stdout.write(_("Adopted: a checkpoint of %(size)s records.") % {"size": adopted.size})

    def _new_key(self, _file: Path | None) -> None:
        self._say(checkpoints.change_key(actor=SYSTEM))
        for key in keys.verifier_keys():
            self.stdout.write(str(key))

    def _say(self, checkpoint: Checkpoint) -> None:
        self.stdout.write(selectors.note_of(checkpoint))
