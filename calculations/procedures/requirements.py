"""What a version must state for each procedure: its possible outcomes, and the parameters for each of them."""

from __future__ import annotations

from collections.abc import Mapping

_FLUX = (
    "kappa_ref",
    "neutral_sulfate_mg_l",
    "silicate_ca_mg_meq_l",
    "rain_mmol_l",
    "nitrate_default_mg_l",
    "allogenic_share",
    "allogenic_concentration_ratio",
    "gap_limit_h",
    "minimum_gaugings",
    "minimum_samples",
    "validity_years",
    "completeness_time_min_pct",
    "completeness_volume_min_pct",
    "extrapolation_ratio",
    "extrapolation_share_max_pct",
    "u_gauging_bias",
    "u_ec_gain",
    "u_lab_alkalinity",
    "u_lab_acids",
    "u_area",
    "residual_correlation_days",
    "draws",
)
_NET = ("half_width_max_pct", "p_level", "buffer_share")
_BASELINE = (*_NET, "u_baseline_alkalinity")
_CHEMISTRY = ("u_ph", "u_temperature_c", "u_lab_cations", "scrambled_sobol")
_DETECTION = ("u_interannual", "u_sample", "u_gauging")
_POWDER = ("kappa_ref", "u_powder_mass", "u_dissolved_share", "u_soil_acid", "u_life_cycle", "draws", *_NET)

REQUIREMENTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "karst-flux-1": {"statement": _FLUX, "credits": _FLUX + _BASELINE},
    "karst-flux-2": {"statement": (*_FLUX, *_CHEMISTRY), "credits": (*_FLUX, *_BASELINE, *_CHEMISTRY)},
    "karst-enhancement-2": {"credits": (*_FLUX, *_BASELINE, *_DETECTION, "u_life_cycle")},
    "karst-enhancement-3": {"credits": (*_FLUX, *_BASELINE, *_DETECTION, "u_life_cycle", *_CHEMISTRY)},
    "downstream-retention-1": {"statement": (*_FLUX, "u_kappa_measured", "water_balance_max_pct")},
    "aquatic-photosynthesis-1": {
        "reporting": (
            "gap_limit_h",
            "minimum_gaugings",
            "minimum_carbon_samples",
            "validity_years",
            "completeness_time_min_pct",
            "carbon_nitrogen_aquatic",
            "carbon_nitrogen_terrestrial",
            "u_autochthonous_share",
            "u_gauging_bias",
        )
    },
    "allogenic-irrigation-1": {
        "credits": (
            *_FLUX,
            *_BASELINE,
            *_DETECTION,
            "u_life_cycle",
            "irrigation_return_share",
            "u_irrigation_volume",
        )
    },
    "carbonate-powder-1": {"pilot": _POWDER, "credits": _POWDER},
    "potential-dissolution-1": {"screening": ("soil_pco2_most_atm", "cells_most")},
    "limestone-tablets-1": {"screening": ("minimum_tablets", "minimum_days")},
}
"""Procedure -> outcome -> symbols. Versions of other outcomes are refused."""

FURTHER_STATIONS: Mapping[str, Mapping[str, bool]] = {
    "downstream-retention-1": {"downstream": True},
    "karst-enhancement-2": {"control": False},
}
"""Procedure -> role of a further station -> whether nothing can be calculated without it."""

OUTCOMES = ("statement", "credits", "reporting", "pilot", "screening")
"""statement: a signed inventory. credits: the only one that can be issued. reporting: a line beside others.
pilot: computed like credits, earns none until the authority publishes a version whose outcome is credits.
screening: an estimate for planning."""
