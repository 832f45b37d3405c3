"""The walkthrough's files: made aside, and put in their place together at the end or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from mrv.demo.faults import Fault, Faulty

NAMES = ("bundle.zip", "result.json", "certificate.pdf")


class Delivery:
    """A folder beside the final names; ``with`` it, write into :attr:`aside`, then :meth:`deliver`."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.made: list[Path] = []

    def __enter__(self) -> Delivery:
        try:
            self._make_folder()
            self.aside = Path(tempfile.mkdtemp(prefix=".walkthrough-", dir=self.out))
        except OSError as error:
            self._remove_made()
            raise Faulty([self._fault(error)]) from error
        return self

    def __exit__(self, *_error: object) -> None:
        shutil.rmtree(self.aside, ignore_errors=True)
        self._remove_made()

    def deliver(self) -> None:
        """Put every file into its place; until here nothing is visible under the final names."""
        for name in NAMES:
            os.replace(self.aside / name, self.out / name)

    def _make_folder(self) -> None:
        missing = []
        folder = self.out
        while not os.path.lexists(folder):
            missing.append(folder)
            folder = folder.parent
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)
            self.made.append(folder)
        for name in NAMES:
            if (self.out / name).is_dir():
                raise IsADirectoryError(21, "is a directory", str(self.out / name))

    def _remove_made(self) -> None:
        """Folders that this walkthrough made and that hold nothing."""
        for folder in reversed(self.made):
            try:
                folder.rmdir()
            except OSError:
                return

    def _fault(self, error: OSError) -> Fault:
        return Fault.of(
            "OUT_NOT_WRITABLE",
            _("The folder %(folder)s for the results cannot be written (%(reason)s). Choose another with --out."),
            folder=self.out,
            reason=error.strerror or error,
        )
