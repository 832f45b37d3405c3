"""Titrations in the field beside the laboratory's samples: the same water by two hands, each with its uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from mrv.quality.charts import is_number
from mrv.records.kinds import all_kinds, of_language
from mrv.records.selectors import accepted_files, load_rows, may_see
from mrv.stations.models import Station
from mrv.uploads.models import Upload
from mrv.uploads.selectors import load_records
from registry.core.actors import Actor

NEAR_S = 3600
FAR_OFF = 2.0
"""A difference of so many standard uncertainties of the kit is worth a look."""


@dataclass(frozen=True)
class Titration:
    """One titration [mg/L HCO3] with its standard uncertainty, and the laboratory's value of the same water."""

    sample_id: str
    at: datetime
    alkalinity_mg_l: float
    uncertainty_mg_l: float
    kit: str
    laboratory_mg_l: float | None

    @property
    def difference_mg_l(self) -> float | None:
        return None if self.laboratory_mg_l is None else self.alkalinity_mg_l - self.laboratory_mg_l

    @property
    def is_far_off(self) -> bool:
        difference = self.difference_mg_l
        return difference is not None and abs(difference) > FAR_OFF * self.uncertainty_mg_l


def titrations_of(station: Station) -> list[Titration]:
    """All titrations of a station by time; a laboratory sample belongs by its id, else within an hour."""
    samples = [
        (sample["sample_id"], datetime.fromisoformat(sample["timestamp"]), float(sample["alkalinity_hco3_mg_l"]))
        for upload in Upload.objects.filter(station=station, kind=Upload.Kind.SAMPLES, state="accepted")
        for sample in load_records(upload)
        if is_number(sample.get("alkalinity_hco3_mg_l")) and sample.get("timestamp")
    ]
    rows = [row for file in accepted_files(station, "field_titration") for row in load_rows(file)]
    found = []
    for row in rows:
        at = datetime.fromisoformat(row["timestamp"])
        found.append(
            Titration(
                sample_id=row["sample_id"],
                at=at,
                alkalinity_mg_l=float(row["alkalinity_hco3_mg_l"].lstrip("<")),
                uncertainty_mg_l=float(row["standard_uncertainty_mg_l"]),
                kit=row["kit"],
                laboratory_mg_l=_of_same_water(row["sample_id"], at, samples),
            )
        )
    return sorted(found, key=lambda titration: (titration.at, titration.sample_id))


def _of_same_water(sample_id: str, at: datetime, samples: list[tuple[str, datetime, float]]) -> float | None:
    for name, _when, value in samples:
        if name == sample_id:
            return value
    near = [(abs((when - at).total_seconds()), value) for _name, when, value in samples]
    distance_s, value = min(near, default=(NEAR_S + 1.0, 0.0))
    return value if distance_s <= NEAR_S else None


def laboratories_of(station: Station) -> list[dict[str, Any]]:
    """Who analysed which ion by which method, as the station's records state it."""
    ions = dict(all_kinds()["laboratories"].column("ion").choices)
    return [
        row | {"ion_name": of_language(ions[row["ion"]], get_language()), "first": row["from"], "last": row["to"]}
        for file in accepted_files(station, "laboratories")
        for row in load_rows(file)
    ]


def samples_panel(actor: Actor, station: Station) -> dict[str, Any] | None:
    """What stands beside the laboratory's samples, for those who may see records."""
    if not may_see(actor, station):
        return None
    titrations, laboratories = titrations_of(station), laboratories_of(station)
    if not titrations and not laboratories:
        return None
    return {"station": station, "titrations": titrations, "laboratories": laboratories}
