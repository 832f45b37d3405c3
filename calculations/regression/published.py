"""The published regional sets of EC25 -> ions for Guizhou, as printed, and the means they belong to.

Source: the review of karst carbon sinks in Guizhou by the Carbon Neutralization Research Group of the Guizhou
Institute of Technology (2022), Tables 1 and 2. Errata are kept where they stand: "1L44" is a misprint (11.44 is
likely), the unlabelled row of Table 2 is potassium, and means "of three years" span May 2020 to May 2022. Nothing here
is ever corrected: `reference_sets` checks the sets and says what is wrong with them.
"""

from __future__ import annotations

REGIONS = ("east", "west", "north", "south")

TABLE_1_MEANS: dict[str, dict[str, float]] = {
    "east": {
        "potassium_mg_l": 0.46,
        "sodium_mg_l": 0.79,
        "calcium_mg_l": 68.74,
        "magnesium_mg_l": 2.42,
        "chloride_mg_l": 1.77,
        "sulfate_mg_l": 15.63,
        "alkalinity_hco3_mg_l": 182.59,
    },
    "west": {
        "potassium_mg_l": 0.32,
        "sodium_mg_l": 0.45,
        "calcium_mg_l": 73.55,
        "magnesium_mg_l": 16.79,
        "chloride_mg_l": 1.11,
        "sulfate_mg_l": 14.71,
        "alkalinity_hco3_mg_l": 228.93,
    },
    "north": {
        "potassium_mg_l": 2.71,
        "sodium_mg_l": 6.74,
        "calcium_mg_l": 96.66,
        "magnesium_mg_l": 20.58,
        "chloride_mg_l": 10.46,
        "sulfate_mg_l": 97.46,
        "alkalinity_hco3_mg_l": 231.19,
    },
    "south": {
        "potassium_mg_l": 3.31,
        "sodium_mg_l": 3.56,
        "calcium_mg_l": 81.02,
        "magnesium_mg_l": 17.59,
        "chloride_mg_l": 8.49,
        "sulfate_mg_l": 53.28,
        "alkalinity_hco3_mg_l": 203.95,
    },
}
TABLE_1_EC25: dict[str, tuple[float, float]] = {
    "east": (322.65, 0.05),
    "west": (374.56, 0.03),
    "north": (560.83, 0.18),
    "south": (447.42, 0.14),
}
"""Mean EC25 [uS/cm] and its coefficient of variation."""

TABLE_2: dict[str, dict[str, str]] = {
    "east": {
        "potassium_mg_l": "0.44",
        "sodium_mg_l": "0.57",
        "calcium_mg_l": "0.52 × EC − 78.95",
        "magnesium_mg_l": "0.062 × EC − 0.23",
        "chloride_mg_l": "1.37",
        "sulfate_mg_l": "14.02",
        "alkalinity_hco3_mg_l": "0.642 × EC − 27.33",
    },
    "west": {
        "potassium_mg_l": "0.61",
        "sodium_mg_l": "0.79",
        "calcium_mg_l": "0.24 × EC − 21.67",
        "magnesium_mg_l": "0.04 × EC − 4.68",
        "chloride_mg_l": "1.79",
        "sulfate_mg_l": "16.75",
        "alkalinity_hco3_mg_l": "0.816 × EC − 72.74",
    },
    "north": {
        "potassium_mg_l": "2.61",
        "sodium_mg_l": "6.34",
        "calcium_mg_l": "0.119 × EC + 27.97",
        "magnesium_mg_l": "0.041 × EC − 0.55",
        "chloride_mg_l": "1L44",
        "sulfate_mg_l": "0.43 × EC − 154.76",
        "alkalinity_hco3_mg_l": "0.196 × EC + 129.20",
    },
    "south": {
        "potassium_mg_l": "2.51",
        "sodium_mg_l": "3.26",
        "calcium_mg_l": "0.22 × EC − 10.83",
        "magnesium_mg_l": "0.02 × EC + 9.09",
        "chloride_mg_l": "7.99",
        "sulfate_mg_l": "0.18 × EC − 23.55",
        "alkalinity_hco3_mg_l": "0.38 × EC + 9.71",
    },
}
"""Ion -> what is printed: a mean in mg/L or a line in EC25 [uS/cm]."""
