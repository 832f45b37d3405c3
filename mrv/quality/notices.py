"""The proponent's own work on the review of readings: nobody waits for it, so nobody is told."""

from registry.core import told

told.nobody(
    "quality.ratingcurve",
    "quality.add_shift",
    "quality.take_back_shift",
    "quality.ionmodels",
    "quality.qualityreport",
    "quality.screening",
    "quality.attach",
    "quality.review",
    "quality.undo",
)
