"""Two stations over the same two months: the example data of the methodologies as files that a user would upload."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from mrv.stations.models import Station
from mrv.stations.services import create_station
from mrv.uploads.services import receive_upload
from registry.core.actors import Actor
from registry.projects.models import Project
from tests.mrv.evidence import Site, site

EXAMPLES = Path(__file__).resolve().parents[1] / "data" / "methodologies"
FIRST_DAY, LAST_DAY = date(2021, 6, 1), date(2021, 7, 31)
READINGS = {
    "timestamp": "timestamp",
    "stage_m": "stage_m",
    "temp_c": "water_temperature_c",
    "ph": "ph",
    "ec25_us_cm": "ec25_us_cm",
}
SAMPLES = {
    "potassium_mg_l": "k_mg_l",
    "sodium_mg_l": "na_mg_l",
    "calcium_mg_l": "ca_mg_l",
    "magnesium_mg_l": "mg_mg_l",
    "chloride_mg_l": "cl_mg_l",
    "sulfate_mg_l": "so4_mg_l",
    "nitrate_mg_l": "no3_mg_l",
    "alkalinity_hco3_mg_l": "alkalinity_as_hco3_mg_l",
    "ph": "field_ph",
    "water_temperature_c": "field_temperature_c",
    "specific_conductance_25c_us_cm": "field_ec25_us_cm",
}


def rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def written(table: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue().encode()


def logger_file(name: str) -> bytes:
    table = rows(f"{name}_readings")
    return written([{READINGS[key]: value for key, value in row.items()} | {"rainfall_mm": ""} for row in table])


def samples_file(name: str) -> bytes:
    return written([{SAMPLES.get(key, key): value for key, value in row.items()} for row in rows(f"{name}_samples")])


def gaugings_file(name: str) -> bytes:
    table = []
    for row in rows(f"{name}_gaugings"):
        at = datetime.fromisoformat(row["timestamp"]).astimezone(ZoneInfo("Asia/Shanghai"))
        table.append(
            {
                "date": f"{at:%Y-%m-%d}",
                "time": f"{at:%H:%M}",
                "stage_m": row["stage_m"],
                "discharge_m3s": row["discharge_m3_s"],
                "method": row["method"],
                "uncertainty_pct": row["uncertainty_pct"],
                "operator": row["operator"],
            }
        )
    return written(table)


def measured_station(
    owner: Actor, project: Project, name: str, *, code: str, kind: str = "spring", at: tuple[str, str], area_km2: str
) -> Station:
    """A station of the project; with the readings, gaugings and samples of the example ``name``, if it is given."""
    station = create_station(
        actor=owner,
        project=project,
        code=code,
        name_zh=f"{code} 站",
        name_en=f"Station {code}",
        kind=kind,
        longitude_deg=Decimal(at[0]),
        latitude_deg=Decimal(at[1]),
        zone="Asia/Shanghai",
        catchment_area_km2=Decimal(area_km2),
    )
    if name:
        give_files(owner, station, name)
    return station


def give_files(owner: Actor, station: Station, name: str) -> None:
    files = {"logger": logger_file(name), "gaugings": gaugings_file(name), "samples": samples_file(name)}
    for kind, data in files.items():
        receive_upload(actor=owner, station=station, kind=kind, file_name=f"{name}_{kind}.csv", data=data)


def spring_and_downstream(*, measured: bool = True) -> tuple[Site, Station]:
    """A KCS-NET project at its spring, and the station that ends the reach below it."""
    spring, downstream = ("spring", "downstream") if measured else ("", "")
    net = site("KCS-NET")
    net.station = measured_station(net.owner, net.project, spring, code="SP", at=("108.84", "27.70"), area_km2="18")
    below = measured_station(
        net.owner, net.project, downstream, code="DN", kind="reach_end", at=("108.90", "27.72"), area_km2="18"
    )
    return net, below


def project_and_control(folder: Path, *, measured: bool = True) -> tuple[Site, Station]:
    """A KCS-ENH-BACI project and the outlet of a control catchment; its baseline as a file in ``folder``."""
    baseline = folder / "baseline.json"
    stated = json.loads((EXAMPLES / "baseline.json").read_text("utf-8"))
    baseline.write_text(json.dumps({"years": ["2018-06-01", "2021-05-31"], **stated}), "utf-8")
    baci = site("KCS-ENH-BACI", baseline=baseline)
    baci.station = measured_station(
        baci.owner, baci.project, "project" if measured else "", code="PR", at=("108.84", "27.70"), area_km2="11.5"
    )
    control = measured_station(
        baci.owner,
        baci.project,
        "control" if measured else "",
        code="CT",
        kind="control",
        at=("108.95", "27.75"),
        area_km2="10.2",
    )
    return baci, control
