"""The laboratory's samples: units, charge balance, saturation, conductance against its ions, and the two diagrams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext as _

from calculations import masses
from calculations.chemistry import Waters, speciate
from calculations.evidence import EvidenceError
from calculations.messages import CalculationError
from calculations.quality import lab_controls
from calculations.quality.charge_balance import charge_balance_pct, judge
from calculations.records import number_in
from mrv.quality.charts import ION_NAMES
from mrv.stations.models import Station
from mrv.uploads.models import Upload
from mrv.uploads.selectors import load_records, logger_uploads, merged_series
from registry.core.charts import Chart, Dot

IONS = tuple(ION_NAMES)
UNITS = ("mg/L", "mmol/L", "meq/L")
EC25, PH, TEMPERATURE = "specific_conductance_25c_us_cm", "ph", "water_temperature_c"
NEAREST_S = 3600
EC_RATIO = (0.90, 1.10)
"""Conductance of the ions over the measured one of a sound analysis."""
JUDGEMENTS = {"pass": "text-bg-success", "suspect": "text-bg-warning", "fail": "text-bg-danger"}


@dataclass(frozen=True)
class Sample:
    """A sample as the page shows it; values are texts in the unit asked for."""

    name: str
    at: datetime | None
    purpose: str
    storm: bool
    cells: list[str]
    milliequivalents: dict[str, float]
    milligrams: dict[str, float]
    balance_pct: float | None
    verdict: str
    badge: str
    ec25: float | None
    ec25_computed: float | None
    logger_ec25: float | None
    si_calcite: float | None
    si_dolomite: float | None
    log_pco2: float | None
    upload_id: int

    @property
    def control(self) -> str:
        """Duplicate, blank, or nothing: what a sample is that calibrates nothing."""
        if lab_controls.purpose_of({"purpose": self.purpose}) in lab_controls.DUPLICATES:
            return _("duplicate")
        return _("blank") if lab_controls.purpose_of({"purpose": self.purpose}) in lab_controls.BLANKS else ""

    @property
    def ec_badge(self) -> str:
        """How the conductance of the ions fits the measured one."""
        if self.ec_ratio is None:
            return ""
        return JUDGEMENTS["pass" if EC_RATIO[0] <= self.ec_ratio <= EC_RATIO[1] else "suspect"]

    @property
    def day(self) -> str:
        return f"{self.at:%Y-%m-%d}" if self.at is not None else ""

    @property
    def ec_ratio(self) -> float | None:
        """Computed over measured conductance; 0.90 to 1.10 where all main ions were analysed."""
        return self.ec25_computed / self.ec25 if self.ec25 and self.ec25_computed else None


def samples_of(station: Station, unit: str) -> list[Sample]:
    """All samples of the accepted sheets, in order of time."""
    found = sorted(sheets_of(station), key=lambda item: str(item[1].get("timestamp", "")))
    records = [record for _upload, record in found]
    values = [values_of(record) for record in records]
    chemistry = speciated(values)
    logger = _logger_at(station, [_time(record, station) for record in records])
    return [
        _sample(found[n], value, unit, {name: column[n] for name, column in chemistry.items()}, logger[n], station)
        for n, value in enumerate(values)
    ]


def sheets_of(station: Station) -> Iterator[tuple[Upload, dict[str, Any]]]:
    """Every sample of the accepted sheets with its sheet."""
    for upload in Upload.objects.filter(station=station, kind=Upload.Kind.SAMPLES, state="accepted").order_by("id"):
        for record in load_records(upload):
            yield upload, record


def values_of(record: dict[str, Any]) -> dict[str, tuple[float | None, bool]]:
    """(value, below detection) of what was analysed or measured in the field."""
    found = {}
    for field in (*IONS, EC25, PH, TEMPERATURE):
        try:
            found[field] = number_in(record, field)
        except EvidenceError:
            found[field] = (None, False)
    return found


def speciated(values: list[dict[str, tuple[float | None, bool]]]) -> dict[str, list[float | None]]:
    """Saturation indices, log pCO2 and conductance; None where an input is missing. Below detection counts as half."""

    def column(field: str) -> np.ndarray:
        numbers = [
            (v / 2 if below else v) if v is not None else np.nan for v, below in (item[field] for item in values)
        ]
        return np.array(numbers, dtype=np.float64)

    nothing: dict[str, list[float | None]] = {
        name: [None] * len(values) for name in ("si_calcite", "si_dolomite", "log10_pco2_atm", "sc25_us_cm")
    }
    if not values:
        return nothing
    nitrate = np.nan_to_num(column("nitrate_mg_l"))
    ions = {field: column(field) for field in IONS if field != "nitrate_mg_l"}
    try:
        found = speciate(Waters(temperature_c=column(TEMPERATURE), ph=column(PH), nitrate_mg_l=nitrate, **ions))
    except CalculationError:
        return nothing
    return {name: [_none(v) for v in getattr(found, name).tolist()] for name in nothing}


def _none(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _sample(
    sheet: tuple[Upload, dict[str, Any]],
    values: dict[str, tuple[float | None, bool]],
    unit: str,
    chemistry: dict[str, float | None],
    logger: float | None,
    station: Station,
) -> Sample:
    upload, record = sheet
    analysed = _analysed(values)
    balance = charge_balance_pct(analysed) if analysed else float("nan")
    ec25 = values[EC25][0]
    verdict = judge(balance, ec25 if ec25 is not None else 500.0)
    return Sample(
        name=str(record.get("sample_id", "")),
        at=_time(record, station),
        purpose=str(record.get("purpose", "")),
        storm=record.get("purpose") == "storm",
        cells=[_cell(ion, *values[ion], unit) for ion in IONS],
        milliequivalents={ion: v * masses.milliequivalents_per_mg(ion) for ion, v in analysed.items()},
        milligrams=analysed,
        balance_pct=_none(balance),
        verdict=verdict,
        badge=JUDGEMENTS[verdict],
        ec25=ec25,
        ec25_computed=chemistry["sc25_us_cm"],
        logger_ec25=logger,
        si_calcite=chemistry["si_calcite"],
        si_dolomite=chemistry["si_dolomite"],
        log_pco2=chemistry["log10_pco2_atm"],
        upload_id=upload.pk,
    )


def _cell(ion: str, value: float | None, below: bool, unit: str) -> str:
    if value is None:
        return "–"
    charge, mass = masses.CHARGE_AND_MASS[ion]
    factor = {"mg/L": 1.0, "mmol/L": 1.0 / mass, "meq/L": abs(charge) / mass}[unit]
    return ("<" if below else "") + f"{value * factor:.{2 if unit == 'mg/L' else 3}f}"


def _time(record: dict[str, Any], station: Station) -> datetime | None:
    try:
        return datetime.fromisoformat(record["timestamp"]).astimezone(ZoneInfo(station.zone))
    except (KeyError, ValueError):
        return None


def _logger_at(station: Station, times: list[datetime | None]) -> list[float | None]:
    """The logger's EC25 nearest to each time, within an hour."""
    known = [at for at in times if at is not None]
    if not known:
        return [None] * len(times)
    start, end = min(known), max(known)
    readings = merged_series(logger_uploads(station, start, end), start, end).readings
    series = readings.by_parameter().get("specific_conductance_25c")
    if series is None or not len(readings):
        return [None] * len(times)
    values = series.to_float()
    found = []
    for at in times:
        place = None if at is None else int(np.argmin(np.abs(readings.epoch_s - int(at.timestamp()))))
        near = place is not None and at is not None and abs(readings.epoch_s[place] - at.timestamp()) <= NEAREST_S
        found.append(_none(float(values[place])) if near and place is not None else None)
    return found


# ---- diagrams


class Analysed(Protocol):
    """What the diagrams look at of a sample."""

    @property
    def name(self) -> str: ...
    @property
    def storm(self) -> bool: ...
    @property
    def milliequivalents(self) -> dict[str, float]: ...
    @property
    def milligrams(self) -> dict[str, float]: ...


@dataclass(frozen=True)
class Analysis:
    """A sample of sealed evidence for the diagrams: ions in meq/L and mg/L, below detection as half."""

    name: str
    storm: bool
    milliequivalents: dict[str, float]
    milligrams: dict[str, float]


def analysis_of(record: dict[str, Any]) -> Analysis:
    values = values_of(record)
    analysed = _analysed(values)
    equivalents = {ion: value * masses.milliequivalents_per_mg(ion) for ion, value in analysed.items()}
    return Analysis(str(record.get("sample_id", "")), record.get("purpose") == "storm", equivalents, analysed)


def _analysed(values: dict[str, tuple[float | None, bool]]) -> dict[str, float]:
    return {ion: (v / 2 if below else v) for ion in IONS for v, below in [values[ion]] if v is not None}


@dataclass(frozen=True)
class Piper:
    """Points of the two triangles and the diamond, in SVG units."""

    triangles: list[str]
    grid: list[str]
    dots: list[Dot]
    labels: list[tuple[float, float, str, str]]
    summary: str


SIDE, SPACE = 190.0, 40.0
_HEIGHT = SIDE * sqrt(3) / 2
_LEFT, _BASE = 30.0, 2 * _HEIGHT + SPACE * sqrt(3) / 2 + 16


def piper(samples: Sequence[Analysed]) -> Piper:
    """Cations left, anions right, both projected into the diamond (Piper 1944, shares of meq)."""
    dots = []
    for sample in samples:
        shares = _shares(sample.milliequivalents)
        if shares is None:
            continue
        (magnesium, alkali), (sulfate, chloride) = shares
        kind = "storm" if sample.storm else "plain"
        left = _point(_LEFT, magnesium, alkali)
        right = _point(_LEFT + SIDE + SPACE, sulfate, chloride)
        # the diamond's point: up along 60 degrees from the left triangle, along 120 degrees from the right one
        x = (left[0] + right[0]) / 2 + (left[1] - right[1]) / (2 * sqrt(3))
        y = (left[1] + right[1]) / 2 - sqrt(3) / 2 * (right[0] - left[0])
        dots += [Dot(px, py, sample.name, kind) for px, py in (left, right, (x, y))]
    second = _LEFT + SIDE + SPACE
    middle = _LEFT + SIDE + SPACE / 2
    top = _BASE - _HEIGHT - SPACE * sqrt(3) / 2
    diamond = (
        (middle, _BASE - SPACE * sqrt(3) / 2),
        (middle + SIDE / 2, top),
        (middle, top - _HEIGHT),
        (middle - SIDE / 2, top),
    )
    return Piper(
        triangles=[_triangle(_LEFT), _triangle(second), _path(diamond)],
        grid=_grid(diamond),
        dots=dots,
        labels=[
            (_LEFT - 4, _BASE + 16, "Ca²⁺", "end"),
            (_LEFT + SIDE / 2 - 6, _BASE - _HEIGHT - 2, "Mg²⁺", "end"),
            (_LEFT + SIDE - 4, _BASE + 16, "Na⁺ + K⁺", "middle"),
            (second + 4, _BASE + 16, "HCO₃⁻", "middle"),
            (second + SIDE / 2 + 6, _BASE - _HEIGHT - 2, "SO₄²⁻", "start"),
            (second + SIDE + 4, _BASE + 16, "Cl⁻ + NO₃⁻", "start"),
            (middle - SIDE / 4 - 10, top - _HEIGHT / 2, "SO₄²⁻ + Cl⁻ ↗", "end"),
            (middle + SIDE / 4 + 10, top - _HEIGHT / 2, "↖ Ca²⁺ + Mg²⁺", "start"),
        ],
        summary=_("Piper diagram of %(n)s samples by their shares of milliequivalents.") % {"n": len(dots) // 3},
    )


def _shares(meq: dict[str, float]) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """((Mg, Na + K) of the cations, (SO4, Cl + NO3) of the anions); None where one side was not analysed."""
    alkali = meq.get("sodium_mg_l", 0.0) + meq.get("potassium_mg_l", 0.0)
    chloride = meq.get("chloride_mg_l", 0.0) + meq.get("nitrate_mg_l", 0.0)
    cations = alkali + meq.get("calcium_mg_l", 0.0) + meq.get("magnesium_mg_l", 0.0)
    anions = chloride + meq.get("sulfate_mg_l", 0.0) + meq.get("alkalinity_hco3_mg_l", 0.0)
    if cations <= 0 or anions <= 0:
        return None
    return (meq.get("magnesium_mg_l", 0.0) / cations, alkali / cations), (
        meq.get("sulfate_mg_l", 0.0) / anions,
        chloride / anions,
    )


def _point(left: float, up: float, right: float) -> tuple[float, float]:
    """Place in a triangle whose top is `up` = 1 and whose right corner is `right` = 1."""
    return left + SIDE * (right + up / 2), _BASE - _HEIGHT * up


def _triangle(left: float) -> str:
    return _path((_point(left, 0, 0), _point(left, 0, 1), _point(left, 1, 0)))


def _path(points: tuple[tuple[float, float], ...]) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "Z"


def _grid(diamond: tuple[tuple[float, float], ...]) -> list[str]:
    lines = []
    for share in (0.2, 0.4, 0.6, 0.8):
        for left in (_LEFT, _LEFT + SIDE + SPACE):
            pairs = (
                (_point(left, share, 0), _point(left, share, 1 - share)),
                (_point(left, 0, share), _point(left, 1 - share, share)),
                (_point(left, 0, 1 - share), _point(left, 1 - share, 0)),
            )
            lines += [_segment(a, b) for a, b in pairs]
        bottom, right, top, left_corner = diamond
        lines.append(_segment(_between(bottom, right, share), _between(left_corner, top, share)))
        lines.append(_segment(_between(bottom, left_corner, share), _between(right, top, share)))
    return lines


def _between(a: tuple[float, float], b: tuple[float, float], share: float) -> tuple[float, float]:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _segment(a: tuple[float, float], b: tuple[float, float]) -> str:
    return f"M{a[0]:.1f},{a[1]:.1f}L{b[0]:.1f},{b[1]:.1f}"


def gibbs(samples: Sequence[Analysed]) -> list[Chart]:
    """Dissolved solids against Na/(Na + Ca) and Cl/(Cl + HCO3) (Gibbs 1970): rain, rock or evaporation."""
    charts = []
    for first, second, label in (
        ("sodium_mg_l", "calcium_mg_l", "Na⁺ / (Na⁺ + Ca²⁺)"),
        ("chloride_mg_l", "alkalinity_hco3_mg_l", "Cl⁻ / (Cl⁻ + HCO₃⁻)"),
    ):
        chart = Chart(
            x_label=label,
            y_label=_("Dissolved solids (mg/L)"),
            summary=_("Gibbs diagram: %(label)s of %(n)s samples.") % {"label": label, "n": len(samples)},
            width=420.0,
            height=300.0,
        )
        to_x, to_y = chart.scales((0.0, 1.0), (10.0, 10_000.0), log_y=True)
        for sample in samples:
            pair = sample.milligrams.get(first), sample.milligrams.get(second)
            if pair[0] is None or pair[1] is None or pair[0] + pair[1] <= 0:
                continue
            solids = sum(sample.milligrams.values())
            ratio = pair[0] / (pair[0] + pair[1])
            title = f"{sample.name}: {ratio:.2f}, {solids:.0f} mg/L"
            chart.dots.append(Dot(to_x(ratio), to_y(solids), title, "storm" if sample.storm else "plain"))
        for at, solids, name in (
            (0.62, 25.0, _("rain")),
            (0.25, 250.0, _("rock")),
            (0.62, 5_000.0, _("evaporation")),
        ):
            chart.dots.append(Dot(to_x(at), to_y(solids), name, "label"))
        charts.append(chart)
    return charts
