"""The proponent's own work on handed-in files: nobody waits for it, so nobody is told."""

from registry.core import told

told.nobody(
    "uploads.receive",
    "uploads.take_in",
    "uploads.discard",
    "uploads.answer",
    "uploads.withdraw",
)
