"""The way of the period that the page tests look at, stage by stage (``world.py`` takes the steps)."""

STAGES = (
    "open",
    "fitted",
    "sealed",
    "calculated",
    "submitted",
    "proposed",
    "confirmed",
    "accepted",
    "recomputed",
    "lead_signed",
    "verified",
    "begun",
    "prepared",
    "issued",
)
