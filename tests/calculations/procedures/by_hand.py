"""A station's loads by plain loops over the example's rows: nothing of the engine but the sealed curve's numbers."""

from dataclasses import dataclass

import numpy as np

from tests.calculations import examples

MEQ_PER_MG = {
    "alkalinity_hco3_mg_l": 1 / 61.0168,
    "sulfate_mg_l": 2 / 96.06,
    "nitrate_mg_l": 1 / 62.005,
    "sodium_mg_l": 1 / 22.9898,
    "potassium_mg_l": 1 / 39.0983,
    "chloride_mg_l": 1 / 35.453,
}
T_PER_MOL = 44.0095e-6


@dataclass
class Hour:
    discharge: float
    ec: float
    temperature: float
    ph: float
    alkalinity: float  # meq/L
    acid: float
    silicate: float


def lines_of(name):
    """Least-squares line (numpy's own) of Alk, Ca, Mg against EC; means of the rest."""
    samples = examples.table(f"{name}_samples")
    ec = [float(row["specific_conductance_25c_us_cm"]) for row in samples]
    lines, means = {}, {}
    for ion in samples[0]:
        if ion.endswith("_mg_l"):
            values = [float(row[ion]) for row in samples]
            means[ion] = float(np.mean(values))
            if ion in ("alkalinity_hco3_mg_l", "calcium_mg_l", "magnesium_mg_l"):
                lines[ion] = np.polyfit(ec, values, 1)
    return lines, means, (min(ec), max(ec))


def hours(name):
    curve = examples.station(name).curve
    lines, means, (low, high) = lines_of(name)
    silicate = sum(means[f"{ion}_mg_l"] * MEQ_PER_MG[f"{ion}_mg_l"] * sign for ion, sign in _ALKALI)
    acid = sum(means[ion] * MEQ_PER_MG[ion] for ion in ("sulfate_mg_l", "nitrate_mg_l"))
    for row in examples.table(f"{name}_readings"):
        ec = float(row["ec25_us_cm"])
        slope, intercept = lines["alkalinity_hco3_mg_l"]
        yield Hour(
            discharge=curve["a"] * max(float(row["stage_m"]) - curve["h0_m"], 0.0) ** curve["b"],
            ec=ec,
            temperature=float(row["temp_c"]),
            ph=float(row["ph"]),
            alkalinity=(slope * min(max(ec, low), high) + intercept) / 61.0168,
            acid=acid,
            silicate=max(silicate, 0.0),
        )


_ALKALI = (("sodium", 1), ("potassium", 1), ("chloride", -1))


def loads(name):
    """(water m3, alkalinity mol, (S - A)/2 mol) of the two months."""
    water = alkalinity = half = 0.0
    for hour in hours(name):
        volume = hour.discharge * 3600
        water += volume
        alkalinity += volume * hour.alkalinity
        half += volume * (hour.silicate - hour.acid) / 2
    return water, alkalinity, half


def retained(name, kappa):
    """t CO2."""
    _, alkalinity, half = loads(name)
    return ((kappa - 0.5) * alkalinity + half) * T_PER_MOL
