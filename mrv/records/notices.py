"""The proponent's own work on records of tables and grids: nobody waits for it, so nobody is told."""

from registry.core import told

told.nobody(
    "records.take_in",
    "records.answer",
    "records.discard",
    "records.import",
    "records.supersede",
    "records.withdraw",
    "records.attach",
)
