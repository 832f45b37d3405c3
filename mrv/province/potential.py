"""What might be added: the kinds of enhancement, and the published potential of carbonate powder with its conditions.

The review behind this registry cites 38.59 million t CO2 a year for powder in non-karst areas, and gives neither area
nor climate nor soil CO2 with it. The classes below are this page's assumptions, made to show which conditions such a
figure needs; the reader puts in the own ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from calculations.flux.powder_potential import Potential, Region, area_behind_km2, potential_table
from calculations.messages import CalculationError
from mrv.methodologies.models import MethodologyVersion
from mrv.province.selectors import Kind
from mrv.spoken import Spoken
from registry.projects.models import Project

PUBLISHED_T_CO2_A = 38.59e6
UNIT_AREA_KM2 = 1000.0
KAPPA, EMISSIONS = 0.86, 0.05
CLASSES = (
    (_("cool, dry (assumed)"), 200.0, 12.0, -2.3),
    (_("middle (assumed)"), 500.0, 16.0, -2.0),
    (_("warm, wet (assumed)"), 900.0, 20.0, -1.8),
)
"""Name, water surplus in mm a year, temperature in degrees C, log10 of soil CO2 in atm."""
FIELDS = ("area", "surplus", "temperature", "pco2", "acid", "kappa", "emissions")
DEFAULTS = {"acid": "0", "kappa": f"{KAPPA}", "emissions": f"{EMISSIONS}"}

IDENTIFIERS = {
    Project.Kind.INVENTORY: ("KCS-INV", "KCS-NET"),
    Project.Kind.VEGETATION: ("KCS-ENH-BACI",),
    Project.Kind.SOIL: ("KCS-ENH-BACI",),
    Project.Kind.IRRIGATION: ("KCS-ALLO",),
    Project.Kind.AQUATIC: ("KCS-AQUA",),
    Project.Kind.POWDER: ("KCS-POWDER",),
}
REPORTED = {
    Project.Kind.INVENTORY: _("Mean of several years in Guizhou: 36.17 t CO₂ km⁻² a⁻¹, half of the bicarbonate."),
    Project.Kind.VEGETATION: _("From shrub to secondary to virgin forest the flux is two to eight times as great."),
    Project.Kind.SOIL: _("Soil CO₂ is 10 to 100 times that of the air; no figure for the gain."),
    Project.Kind.IRRIGATION: _(
        "Maocun (Guilin): 32 % of exogenous water raised the flux by 34 %; the effect is greatest where about half of "
        "the catchment is carbonate rock."
    ),
    Project.Kind.AQUATIC: _("Plants turn bicarbonate into organic carbon, which stays longer; no figure for the gain."),
    Project.Kind.POWDER: _("38.59 million t CO₂ a year in non-karst areas; area and conditions are not given."),
}
"""What the review of 2022 reports of a kind. None of it was confirmed by this registry."""


@dataclass(frozen=True)
class KindLine:
    label: Any
    reported: Any
    versions: list[MethodologyVersion]
    """The published versions by which this kind is accounted; empty where none is in force."""
    here: Kind | None
    """What the register has of it."""


def kind_lines(kinds: Sequence[Kind]) -> list[KindLine]:
    """Every kind of project with what is reported, by which version it counts, and what was verified. One query."""
    own = {kind.name: kind for kind in kinds}
    versions = list(MethodologyVersion.objects.filter(state="published").order_by("identifier", "-id"))
    return [
        KindLine(
            label=kind.label,
            reported=REPORTED[kind],
            versions=[each for each in versions if each.identifier in IDENTIFIERS[kind]],
            here=own.get(kind.value),
        )
        for kind in Project.Kind
    ]


@dataclass(frozen=True)
class PowderLine:
    name: Any
    row: Potential
    is_readers: bool
    behind_km2: float | None
    """Area of these conditions whose ceiling is the published figure; None where nothing dissolves."""

    @property
    def area_km2(self) -> float:
        return self.row.region.non_karst_area_km2


@dataclass(frozen=True)
class Powder:
    lines: list[PowderLine]
    kappa: float
    emissions: float
    typed: dict[str, str]
    fault: Any


def powder(typed: Mapping[str, str]) -> Powder:
    """The table of the assumed classes, and the reader's own row once area, surplus, temperature and CO2 are given."""
    given = {name: typed.get(name, "").strip()[:20] or DEFAULTS.get(name, "") for name in FIELDS}
    fault: Any = ""
    numbers: dict[str, float] = {}
    for name, text in given.items():
        if text:
            try:
                numbers[name] = float(Decimal(text))
            except ArithmeticError:
                fault = _("“%(text)s” is not a number: write it like 500 or -2.0.") % {"text": text}
    kappa, emissions = numbers.get("kappa", KAPPA), numbers.get("emissions", EMISSIONS)
    try:
        lines = _lines([(name, _region(UNIT_AREA_KM2, *conditions)) for name, *conditions in CLASSES], kappa, emissions)
    except CalculationError as error:
        fault = fault or Spoken.of(error.message)
        kappa, emissions = KAPPA, EMISSIONS
        lines = _lines([(name, _region(UNIT_AREA_KM2, *conditions)) for name, *conditions in CLASSES], kappa, emissions)
    wanted = ("area", "surplus", "temperature", "pco2")
    if not fault and all(name in numbers for name in wanted):
        own = Region("own", *(numbers[name] for name in wanted), acid_keq_km2=numbers.get("acid", 0.0))
        try:
            lines += _lines([(_("your conditions"), own)], kappa, emissions, is_readers=True)
        except CalculationError as error:
            fault = Spoken.of(error.message)
    elif not fault and any(given[name] for name in wanted):
        fault = _("Give area, surplus, temperature and soil CO₂, all four: then your row is computed.")
    return Powder(lines, kappa, emissions, given, fault)


def _region(area_km2: float, surplus_mm: float, temperature_c: float, log10_pco2: float) -> Region:
    return Region("class", area_km2, surplus_mm, temperature_c, log10_pco2)


def _lines(
    named: Sequence[tuple[Any, Region]], kappa: float, emissions: float, *, is_readers: bool = False
) -> list[PowderLine]:
    rows = potential_table([region for _name, region in named], kappa=kappa, emissions_t_co2_per_t=emissions)
    return [
        PowderLine(name, row, is_readers, area_behind_km2(PUBLISHED_T_CO2_A, row) if row.ceiling_t_co2 > 0 else None)
        for (name, _region_), row in zip(named, rows, strict=True)
    ]
